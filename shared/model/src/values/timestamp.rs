//! Instants, stored in milliseconds and shown in whole seconds.

use std::fmt;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::{datetime, format_description};

const SHOWN: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

const WRITTEN_OUT: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:long] [year] at [hour]:[minute] UTC");

/// An instant in milliseconds since 1970-01-01T00:00:00Z. It is stored as that number and shown as RFC 3339 in whole
/// seconds (contract, *Ground rules*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `milliseconds` after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_millis(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// The instant `seconds` after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The instant `seconds` later; earlier if negative.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The first instant of the next day (UTC).
    #[must_use]
    pub const fn next_midnight(self) -> Self {
        const DAY: i64 = 24 * 60 * 60;
        Self::from_seconds((self.seconds().div_euclid(DAY) + 1) * DAY)
    }

    /// The day (UTC): `2026-06-02`.
    #[must_use]
    pub fn date(self) -> String {
        self.formatted(DATE).unwrap_or_default()
    }

    /// The instant `milliseconds` later; earlier if negative.
    #[must_use]
    pub const fn plus_millis(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// For people, in English and to the minute: `2 June 2026 at 10:30 UTC`.
    #[must_use]
    pub fn written_out(self) -> String {
        self.formatted(WRITTEN_OUT).unwrap_or_default()
    }

    fn formatted(self, format: &[BorrowedFormatItem<'_>]) -> Option<String> {
        let instant = OffsetDateTime::from_unix_timestamp(self.seconds()).ok()?;
        instant.format(format).ok()
    }
}

impl Timestamp {
    /// As [`SHOWN`] has it, without walking a format: a page of a list shows hundreds of instants.
    fn shown(self) -> Option<[u8; 20]> {
        let at = OffsetDateTime::from_unix_timestamp(self.seconds()).ok()?;
        let mut shown = *b"0000-00-00T00:00:00Z";
        let mut put = |end: usize, mut number: u32| {
            let mut place = end;
            while number > 0 {
                place -= 1;
                shown[place] += u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        };
        put(4, u32::try_from(at.year()).ok()?);
        let rest = [
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
        ];
        for (index, number) in rest.into_iter().enumerate() {
            put(7 + 3 * index, number.into());
        }
        Some(shown)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(shown) = self.shown() {
            return formatter.write_str(str::from_utf8(&shown).unwrap_or_default());
        }
        let shown = self.formatted(SHOWN);
        formatter.write_str(shown.as_deref().ok_or(fmt::Error)?)
    }
}

/// JSON for people: RFC 3339. The table stores [`Timestamp::millis`].
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The year 9999 where an instant is beyond what the calendar holds.
impl From<Timestamp> for OffsetDateTime {
    fn from(at: Timestamp) -> Self {
        let nanoseconds = i128::from(at.millis()) * 1_000_000;
        Self::from_unix_timestamp_nanos(nanoseconds).unwrap_or(datetime!(9999-12-31 0:00 UTC))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SHOWN, Timestamp};

    proptest! {
        #[test]
        fn an_instant_is_shown_as_its_format_says(millis in -70_000_000_000_000_i64..260_000_000_000_000) {
            let at = Timestamp::from_millis(millis);
            let shown = at.formatted(SHOWN);
            prop_assert!(shown.is_some() || millis > 253_402_300_799_999);
            let mut text = String::new();
            let written = std::fmt::Write::write_fmt(&mut text, format_args!("{at}")).ok();
            prop_assert_eq!(written.map(|()| text), shown);
        }
    }

    #[test]
    fn an_instant_is_shown_in_whole_seconds_of_utc() {
        let shown = Timestamp::from_millis(1_780_396_200_999).to_string();
        assert_eq!(shown, "2026-06-02T10:30:00Z");
    }

    #[test]
    fn a_day_ends_at_midnight_utc() {
        let last = Timestamp::from_millis(1_780_444_799_999);
        assert_eq!(last.date(), "2026-06-02");
        assert_eq!(last.next_midnight().to_string(), "2026-06-03T00:00:00Z");
        let first = last.next_midnight();
        assert_eq!(first.date(), "2026-06-03");
        assert_eq!(first.next_midnight().to_string(), "2026-06-04T00:00:00Z");
    }

    #[test]
    fn an_instant_is_written_out_for_people() {
        let written = Timestamp::from_millis(1_780_396_200_999).written_out();
        assert_eq!(written, "2 June 2026 at 10:30 UTC");
    }
}
