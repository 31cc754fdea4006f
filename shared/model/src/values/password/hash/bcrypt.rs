//! The modular-crypt form of bcrypt: `$2b$10$`, 22 characters of salt, 31 of hash.

use super::base64::decode_bcrypt;
use super::{BcryptHash, MAX_BCRYPT_COST, expensive, invalid};
use crate::invalid::Invalid;

/// Characters of a salt.
const SALT: usize = 22;

/// What follows the name of the variant.
pub(super) fn parse(text: &str) -> Result<BcryptHash, Invalid> {
    let (cost, rest) = text
        .split_once('$')
        .ok_or_else(|| invalid("A bcrypt hash has a cost, a salt and a hash."))?;
    let digits = cost.len() == 2 && cost.bytes().all(|byte| byte.is_ascii_digit());
    let cost: u32 = cost
        .parse()
        .ok()
        .filter(|cost| digits && *cost >= 4)
        .ok_or_else(|| invalid("The cost of bcrypt has two digits and is at least 04."))?;
    if cost > MAX_BCRYPT_COST {
        return Err(expensive("The cost of bcrypt may be 14."));
    }
    let (salt, output) = rest
        .split_at_checked(SALT)
        .ok_or_else(|| invalid("A bcrypt hash has 22 characters of salt and 31 of hash."))?;
    Ok(BcryptHash {
        cost,
        salt: decode_bcrypt(salt, "salt")?,
        output: decode_bcrypt(output, "hash")?,
    })
}
