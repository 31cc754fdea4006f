//! Colors that a deployment may choose.

use std::fmt;

use crate::invalid::Invalid;

/// An opaque color of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    red: u8,
    green: u8,
    blue: u8,
}

impl Color {
    /// The default: blue.
    pub const DEFAULT: Self = Self {
        red: 0x1d,
        green: 0x4e,
        blue: 0xd8,
    };

    const BLACK: Self = Self {
        red: 0,
        green: 0,
        blue: 0,
    };

    const WHITE: Self = Self {
        red: 255,
        green: 255,
        blue: 255,
    };

    /// Parses a color as in CSS: `#` and six hexadecimal digits.
    ///
    /// # Errors
    ///
    /// `INVALID_COLOR`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("INVALID_COLOR", "A color is # and six hexadecimal digits.");
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let digits = digits.ok_or_else(invalid)?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| invalid());
        Ok(Self {
            red: part(0)?,
            green: part(2)?,
            blue: part(4)?,
        })
    }

    /// Black or white: the one with the higher contrast to this color.
    #[must_use]
    pub fn text(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// Contrast ratio, from 1 to 21 (WCAG 2.2, *contrast ratio*).
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(other) / one.min(other)
    }

    /// Relative luminance, from 0 to 1 (WCAG 2.2, *relative luminance*).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "#{:02x}{:02x}{:02x}",
            self.red, self.green, self.blue
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    #[test]
    fn a_color_is_six_hexadecimal_digits() {
        for text in ["#1d4ed8", "#000000", "#FFFFFF"] {
            let color = Color::parse(text).unwrap();
            assert_eq!(color.to_string(), text.to_lowercase());
        }
        for text in [
            "",
            "#",
            "1d4ed8",
            "#1d4",
            "#1d4ed8f",
            "#1d4edg",
            "#+d4ed8",
            "#é4ed8",
            "red",
            "#000000;background:url(//x)",
        ] {
            assert!(Color::parse(text).is_err(), "{text}");
        }
        assert_eq!(Color::parse("#1d4ed8").unwrap(), Color::DEFAULT);
    }

    #[test]
    fn text_on_a_color_can_be_read() {
        for (color, text) in [
            ("#1d4ed8", "#ffffff"),
            ("#000000", "#ffffff"),
            ("#facc15", "#000000"),
            ("#ffffff", "#000000"),
        ] {
            let color = Color::parse(color).unwrap();
            assert_eq!(color.text().to_string(), text);
            assert!(color.contrast(color.text()) >= 4.5);
        }
    }
}
