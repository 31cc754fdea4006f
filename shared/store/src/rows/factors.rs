//! A person's second factors, as the user's item has them.
//!
//! Writes set the members of these maps one by one, so what another release wrote beside them stays.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{FactorId, Factors, RecoveryCodes, StatementNonce, Timestamp, Totp};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::exactly;
use super::passkeys::{PASSKEYS, replace_passkeys};
use crate::table_error::TableError;
use crate::users::attribute;
use crate::write::{Write, number};

/// The attribute of the authenticator app.
const TOTP: &str = "totp";
/// The attribute of the recovery codes.
const RECOVERY: &str = "recovery";
/// The attribute of used statements: the end of each by its nonce.
const SPENT: &str = "spent";
/// The attribute that counts the changes. Without it, there were none.
const VERSION: &str = "factorVersion";

/// The attributes of a user's item that hold second factors.
pub(crate) const FACTORS: [&str; 5] = [TOTP, PASSKEYS, RECOVERY, SPENT, VERSION];

/// The end of each used statement in seconds, by its nonce.
pub(crate) type SpentRow = BTreeMap<String, i64>;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TotpRow {
    id: FactorId,
    #[serde(with = "serde_bytes")]
    sealed: Vec<u8>,
    created_at: i64,
    last_step: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locked_until: Option<i64>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryRow {
    id: FactorId,
    #[serde(with = "serde_bytes")]
    salt: Vec<u8>,
    digests: Vec<ByteBuf>,
}

/// The used statements; none if there is none.
pub(crate) fn spent_row(factors: &Factors) -> Option<SpentRow> {
    let spent = factors.spent.iter();
    let row: SpentRow = spent
        .map(|(nonce, until)| (tokens::encode(nonce), until.seconds()))
        .collect();
    (!row.is_empty()).then_some(row)
}

/// The used statements of `row`.
pub(crate) fn spent(row: SpentRow) -> Result<BTreeMap<StatementNonce, Timestamp>, TableError> {
    let spent = row.into_iter().map(|(nonce, until)| {
        let nonce = tokens::decode(&nonce).ok_or(TableError::Damaged("nonce"))?;
        Ok((exactly(nonce)?, Timestamp::from_seconds(until)))
    });
    spent.collect()
}

impl From<&Totp> for TotpRow {
    fn from(totp: &Totp) -> Self {
        Self {
            id: totp.id,
            sealed: totp.sealed.clone(),
            created_at: totp.created_at.millis(),
            last_step: totp.last_step,
            locked_until: totp.locked_until.map(Timestamp::millis),
        }
    }
}

impl From<TotpRow> for Totp {
    fn from(row: TotpRow) -> Self {
        Self {
            id: row.id,
            sealed: row.sealed,
            created_at: Timestamp::from_millis(row.created_at),
            last_step: row.last_step,
            locked_until: row.locked_until.map(Timestamp::from_millis),
        }
    }
}

impl From<&RecoveryCodes> for RecoveryRow {
    fn from(codes: &RecoveryCodes) -> Self {
        Self {
            id: codes.id,
            salt: codes.salt.to_vec(),
            digests: digests(codes),
        }
    }
}

impl TryFrom<RecoveryRow> for RecoveryCodes {
    type Error = TableError;

    fn try_from(row: RecoveryRow) -> Result<Self, TableError> {
        let digests = row.digests.into_iter();
        Ok(Self {
            id: row.id,
            salt: exactly(row.salt)?,
            digests: digests
                .map(|digest| exactly(digest.into_vec()))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn digests(codes: &RecoveryCodes) -> Vec<ByteBuf> {
    let digests = codes.digests.iter();
    digests.map(|digest| ByteBuf::from(*digest)).collect()
}

/// Only a person without a second factor: what a session that begins by a password alone requires.
pub(crate) fn without_factor(write: Write) -> Write {
    write.absent(TOTP).absent(PASSKEYS)
}

/// Only if nothing of `factors` changed since they were read.
pub(crate) fn unchanged_factors(write: Write, factors: &Factors) -> Write {
    match factors.version {
        0 => write.absent(VERSION),
        version => write.equals(VERSION, number(version)),
    }
}

/// `after` in the place of `before`, if nothing of it changed meanwhile.
pub(crate) fn replace_factors(
    write: Write,
    before: &Factors,
    after: &Factors,
) -> Result<Write, TableError> {
    let write = unchanged_factors(write, before).set(VERSION, number(before.version + 1));
    let write = replace_passkeys(write, &before.passkeys, &after.passkeys)?;
    let write = replace_totp(write, before.totp.as_ref(), after.totp.as_ref())?;
    let write = replace_codes(write, before.recovery.as_ref(), after.recovery.as_ref())?;
    if before.spent == after.spent {
        return Ok(write);
    }
    Ok(match spent_row(after) {
        Some(row) => write.set(SPENT, attribute(&row)?),
        None => write.remove(SPENT),
    })
}

fn replace_totp(
    write: Write,
    before: Option<&Totp>,
    after: Option<&Totp>,
) -> Result<Write, TableError> {
    let at = |member: &str| format!("{TOTP}.{member}");
    Ok(match (before, after) {
        (None, None) => write,
        (Some(_), None) => write.remove(TOTP),
        (Some(before), Some(after)) if before.id == after.id => {
            let mut write = write;
            if before.last_step != after.last_step {
                write = write.set(&at("lastStep"), number(after.last_step));
            }
            if before.sealed != after.sealed {
                let sealed = AttributeValue::B(after.sealed.clone().into());
                write = write.set(&at("sealed"), sealed);
            }
            if let Some(until) = after.locked_until.filter(|_| before != after) {
                write = write.set(&at("lockedUntil"), number(until.millis()));
            }
            write
        }
        (_, Some(after)) => write.set(TOTP, attribute(&TotpRow::from(after))?),
    })
}

fn replace_codes(
    write: Write,
    before: Option<&RecoveryCodes>,
    after: Option<&RecoveryCodes>,
) -> Result<Write, TableError> {
    let at = |member: &str| format!("{RECOVERY}.{member}");
    Ok(match (before, after) {
        (None, None) => write,
        (Some(_), None) => write.remove(RECOVERY),
        (Some(before), Some(after)) if before == after => write,
        (Some(before), Some(after)) if before.id == after.id => write
            .set(&at("salt"), AttributeValue::B(after.salt.to_vec().into()))
            .set(&at("digests"), attribute(&digests(after))?),
        (_, Some(after)) => write.set(RECOVERY, attribute(&RecoveryRow::from(after))?),
    })
}
