//! The little of CBOR (RFC 8949) that authenticators write (CTAP 2.1 section 8).

use ciborium::Value;

use super::Rejected;

/// Authenticators nest four levels at most (CTAP 2.1 section 8); attestation statements may be deeper in the future.
const LEVELS: usize = 16;

/// A map.
pub(super) struct Map(Vec<(Value, Value)>);

/// The map at the beginning of `bytes`, and what follows it. `part` names it in the refusal.
pub(super) fn map<'a>(bytes: &'a [u8], part: &'static str) -> Result<(Map, &'a [u8]), Rejected> {
    let malformed = Rejected::Malformed(part);
    let mut rest = bytes;
    let value =
        ciborium::de::from_reader_with_recursion_limit(&mut rest, LEVELS).map_err(|_| malformed)?;
    let Value::Map(pairs) = value else {
        return Err(malformed);
    };
    let repeated = |place: usize| pairs[..place].iter().any(|(key, _)| *key == pairs[place].0);
    // Which of two values a reader takes must not depend on the reader (RFC 8949 section 5.6).
    if (1..pairs.len()).any(repeated) {
        return Err(malformed);
    }
    Ok((Map(pairs), rest))
}

impl Map {
    /// The value of a key that is a number.
    pub(super) fn number(&self, key: i64) -> Option<&Value> {
        self.find(|own| {
            own.as_integer()
                .is_some_and(|own| i128::from(own) == i128::from(key))
        })
    }

    /// The value of a key that is a text.
    pub(super) fn text(&self, key: &str) -> Option<&Value> {
        self.find(|own| own.as_text() == Some(key))
    }

    fn find(&self, is: impl Fn(&Value) -> bool) -> Option<&Value> {
        self.0
            .iter()
            .find_map(|(key, value)| is(key).then_some(value))
    }
}

/// `value` as a number of 64 bits.
pub(super) fn integer(value: &Value) -> Option<i64> {
    i64::try_from(i128::from(value.as_integer()?)).ok()
}
