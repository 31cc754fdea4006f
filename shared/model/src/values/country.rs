//! Countries.

use super::shown::shown_as_text;
use super::stored::Stored;
use crate::invalid::Invalid;

/// The officially assigned codes of ISO 3166-1 alpha-2 (ISO 3166 Maintenance Agency, 249 of them since 2011), one row
/// for each first letter.
#[rustfmt::skip]
const ASSIGNED: &[&str] = &[
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ",
    "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ",
    "DE", "DJ", "DK", "DM", "DO", "DZ",
    "EC", "EE", "EG", "EH", "ER", "ES", "ET",
    "FI", "FJ", "FK", "FM", "FO", "FR",
    "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY",
    "HK", "HM", "HN", "HR", "HT", "HU",
    "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT",
    "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ",
    "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY",
    "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ",
    "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ",
    "OM",
    "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY",
    "QA",
    "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ",
    "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ",
    "UA", "UG", "UM", "US", "UY", "UZ",
    "VA", "VC", "VE", "VG", "VI", "VN", "VU",
    "WF", "WS",
    "YE", "YT",
    "ZA", "ZM", "ZW",
];

/// A country or territory by its assigned ISO 3166-1 alpha-2 code, in upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Country(String);

impl Country {
    /// Parses a code, in upper or lower case.
    ///
    /// # Errors
    ///
    /// `INVALID_COUNTRY` for every text that is not an assigned code.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // ASCII upper case only: Unicode's makes two letters of some ligatures.
        let code = text.to_ascii_uppercase();
        match ASSIGNED.binary_search(&code.as_str()) {
            Ok(_) => Ok(Self(code)),
            Err(_) => Err(Invalid::new(
                "INVALID_COUNTRY",
                "A country is an assigned two-letter code of ISO 3166-1, such as `US`.",
            )),
        }
    }

    /// The code, two letters in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Stored for Country {
    fn from_stored(text: String) -> Self {
        Self(text)
    }
}

shown_as_text!(Country);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ASSIGNED, Country};

    #[test]
    fn the_table_holds_every_code_once_in_order() {
        assert_eq!(ASSIGNED.len(), 249);
        assert!(ASSIGNED.is_sorted_by(|one, next| one < next));
        assert!(ASSIGNED.iter().all(|code| code.len() == 2));
    }

    #[test]
    fn any_case_goes_in_and_upper_case_comes_out() {
        for text in ["us", "US", "uS", "Us"] {
            assert_eq!(Country::parse(text).unwrap().as_str(), "US");
        }
        for code in ASSIGNED {
            assert_eq!(
                Country::parse(&code.to_lowercase()).unwrap().as_str(),
                *code
            );
        }
    }

    #[test]
    fn codes_that_are_not_assigned_are_refused() {
        // Reserved (UK, EU), for private use (XK, AA, ZZ), withdrawn (AN, SU), and texts that are no codes.
        for text in [
            "UK", "EU", "XK", "AA", "ZZ", "AN", "SU", "", "U", "USA", " US", "US ", "U\0", "ＵＳ",
            "ſt", "ﬁ",
        ] {
            let invalid = Country::parse(text).expect_err(text);
            assert_eq!(invalid.code, "INVALID_COUNTRY");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = Country::parse(&text);
        }
    }
}
