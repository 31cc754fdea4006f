//! The PHC string format and its relatives: parameters, salt and hash between dollar signs.

use std::collections::BTreeMap;

use super::base64::decode;
use super::{
    Argon2Hash, Argon2Variant, FirebaseHash, MAX_ITERATIONS, MAX_MEMORY, MAX_OUTPUT, MAX_SALT,
    MAX_WRITTEN, MIN_OUTPUT, Pbkdf2Digest, Pbkdf2Hash, ScryptCost, ScryptHash, expensive, invalid,
};
use crate::invalid::Invalid;

/// Most lanes of Argon2.
const MAX_LANES: u32 = 16;

/// Bytes of what Firebase encrypts, and of the result.
const SIGNER_KEY: usize = 64;

pub(super) fn argon2(variant: Argon2Variant, text: &str) -> Result<Argon2Hash, Invalid> {
    let (version, text) = match text.split_once('$') {
        Some(("v=19", rest)) => (19, rest),
        Some(("v=16", rest)) => (16, rest),
        Some((version, _)) if version.starts_with("v=") => {
            return Err(invalid("The version of Argon2 is 16 or 19."));
        }
        // The first release of Argon2 wrote no version.
        _ => (16, text),
    };
    let [parameters, salt, output] = parts(text)?;
    let mut parameters = Parameters::parse(parameters)?;
    let [memory_kib, passes, lanes] = ["m", "t", "p"].map(|name| parameters.number(name));
    let (memory_kib, passes, lanes) = (memory_kib?, passes?, lanes?);
    parameters.finish()?;
    // RFC 9106, section 3.1.
    if passes == 0 || lanes == 0 || memory_kib / 8 < lanes {
        return Err(invalid("These parameters of Argon2 are impossible."));
    }
    let memory = u64::from(memory_kib) << 10;
    if memory > MAX_MEMORY || memory * u64::from(passes) > MAX_WRITTEN || lanes > MAX_LANES {
        return Err(expensive(
            "Argon2 may take 64 MiB, 512 MiB in all its passes, and 16 lanes.",
        ));
    }
    let salt = salt_of(salt)?;
    if salt.len() < 8 {
        return Err(invalid("The salt of Argon2 has at least 8 bytes."));
    }
    Ok(Argon2Hash {
        variant,
        version,
        memory_kib,
        passes,
        lanes,
        salt,
        output: output_of(output)?,
    })
}

pub(super) fn scrypt(text: &str) -> Result<ScryptHash, Invalid> {
    let [parameters, salt, output] = parts(text)?;
    let mut parameters = Parameters::parse(parameters)?;
    let [log_n, r, p] = ["ln", "r", "p"].map(|name| parameters.number(name));
    let cost = ScryptCost::within_limits(log_n?, r?, p?)?;
    parameters.finish()?;
    Ok(ScryptHash {
        cost,
        salt: salt_of(salt)?,
        output: output_of(output)?,
    })
}

/// The PHC form has `i=600000,l=32` where passlib's has the iterations alone.
pub(super) fn pbkdf2(digest: Pbkdf2Digest, text: &str) -> Result<Pbkdf2Hash, Invalid> {
    let [parameters, salt, output] = parts(text)?;
    let (iterations, length) = if parameters.contains('=') {
        let mut parameters = Parameters::parse(parameters)?;
        let iterations = parameters.number("i")?;
        let length = parameters.optional("l")?;
        parameters.finish()?;
        (iterations, length)
    } else {
        (number("the iterations", parameters)?, None)
    };
    if iterations == 0 {
        return Err(invalid("PBKDF2 has at least one iteration."));
    }
    if iterations > MAX_ITERATIONS {
        return Err(expensive("PBKDF2 may have two million iterations."));
    }
    let mut output = output_of(output)?;
    if length.is_some_and(|length| usize::try_from(length) != Ok(output.len())) {
        return Err(invalid("The hash does not have the length that `l` says."));
    }
    output.truncate(digest.bytes());
    Ok(Pbkdf2Hash {
        digest,
        iterations,
        salt: salt_of(salt)?,
        output,
    })
}

pub(super) fn firebase(text: &str) -> Result<FirebaseHash, Invalid> {
    let [parameters, salt, output] = parts(text)?;
    let mut parameters = Parameters::parse(parameters)?;
    if parameters.number("v")? != 1 {
        return Err(invalid("The version of Firebase's scrypt is 1."));
    }
    let [log_n, r, p] = ["n", "r", "p"].map(|name| parameters.number(name));
    let cost = ScryptCost::within_limits(log_n?, r?, p?)?;
    let separator = parameters.text("ss").unwrap_or_default();
    let signer_key = parameters.text("sk").unwrap_or_default();
    let signer_key = decode(signer_key, "signer key")?;
    parameters.finish()?;
    let salt = [decode(salt, "salt")?, decode(separator, "salt separator")?].concat();
    let output = decode(output, "hash")?;
    if signer_key.len() != SIGNER_KEY || output.len() != SIGNER_KEY {
        return Err(invalid(
            "Firebase's signer key and its hashes have 64 bytes.",
        ));
    }
    Ok(FirebaseHash {
        cost,
        salt: checked_salt(salt)?,
        signer_key,
        output,
    })
}

/// Parameters, salt and hash.
fn parts(text: &str) -> Result<[&str; 3], Invalid> {
    let parts: Vec<&str> = text.split('$').collect();
    parts
        .try_into()
        .map_err(|_| invalid("The form has parameters, a salt and a hash between dollar signs."))
}

fn salt_of(text: &str) -> Result<Vec<u8>, Invalid> {
    checked_salt(decode(text, "salt")?)
}

fn checked_salt(salt: Vec<u8>) -> Result<Vec<u8>, Invalid> {
    match salt.len() {
        1..=MAX_SALT => Ok(salt),
        _ => Err(invalid("A salt has 1 to 128 bytes.")),
    }
}

fn output_of(text: &str) -> Result<Vec<u8>, Invalid> {
    let output = decode(text, "hash")?;
    match output.len() {
        MIN_OUTPUT..=MAX_OUTPUT => Ok(output),
        _ => Err(invalid("A hash has 16 to 64 bytes.")),
    }
}

/// The parameters `name=value`, each taken once.
struct Parameters<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Parameters<'a> {
    fn parse(text: &'a str) -> Result<Self, Invalid> {
        let mut parameters = BTreeMap::new();
        for pair in text.split(',') {
            let named = pair.split_once('=');
            let (name, value) =
                named.ok_or_else(|| invalid("A parameter has a name and a value."))?;
            if parameters.insert(name, value).is_some() {
                return Err(invalid(format!("There are two parameters `{name}`.")));
            }
        }
        Ok(Self(parameters))
    }

    fn text(&mut self, name: &str) -> Option<&'a str> {
        self.0.remove(name)
    }

    fn number(&mut self, name: &str) -> Result<u32, Invalid> {
        self.optional(name)?
            .ok_or_else(|| invalid(format!("The parameter `{name}` is missing.")))
    }

    fn optional(&mut self, name: &str) -> Result<Option<u32>, Invalid> {
        let value = self.text(name);
        value
            .map(|value| number(&format!("the parameter `{name}`"), value))
            .transpose()
    }

    /// No parameter is left that would change what the hash means.
    fn finish(self) -> Result<(), Invalid> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(invalid(format!("The parameter `{name}` is not known."))),
        }
    }
}

/// Decimal digits without leading zeros.
fn number(what: &str, text: &str) -> Result<u32, Invalid> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    let number = text.parse().ok().filter(|_| plain);
    number.ok_or_else(|| invalid(format!("The value of {what} is not a number.")))
}
