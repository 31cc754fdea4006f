//! What can be wrong, each kind with a code that does not change.

use serde::{Serialize, Serializer};
use store::RowKey;

/// A contradiction that stays.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What kind it is of.
    pub kind: Kind,
    /// The row that was examined.
    #[serde(serialize_with = "key")]
    pub row: RowKey,
    /// What is wrong with it, for people.
    pub detail: String,
    /// Whether it can be mended without losing anything.
    pub repairable: bool,
    /// Whether it was mended.
    pub repaired: bool,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $mended:literal;)+) => {
        /// The kinds of findings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Whether `--repair` mends it: what is wrong is derived from something that is right.
            #[must_use]
            pub const fn is_repairable(self) -> bool {
                match self { $(Self::$name => $mended,)+ }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii_start(),)+ }
            }
        }
    };
}

kinds! {
    /// A row does not read back, or is not under its own key.
    UnreadableRow = "UNREADABLE_ROW", false;
    /// An address leads to a person who does not exist, or who has another one.
    AddressWithoutPerson = "ADDRESS_WITHOUT_PERSON", false;
    /// A person's address does not lead to them.
    PersonWithoutAddress = "PERSON_WITHOUT_ADDRESS", false;
    /// An address and its person do not agree on the number of the password.
    CredentialDiffers = "CREDENTIAL_DIFFERS", false;
    /// The names beside an address are not those of its person.
    AddressNamesOutdated = "ADDRESS_NAMES_OUTDATED", true;
    /// A name leads to no live account of that name.
    NameWithoutAccount = "NAME_WITHOUT_ACCOUNT", true;
    /// A live account's name does not lead to it.
    AccountWithoutName = "ACCOUNT_WITHOUT_NAME", false;
    /// A live account has no active owner, or one who does not exist.
    AccountWithoutOwner = "ACCOUNT_WITHOUT_OWNER", false;
    /// A member of a live account has the owner's flag and does not own it.
    SecondOwner = "SECOND_OWNER", false;
    /// A membership is of a person who does not exist.
    MemberWithoutPerson = "MEMBER_WITHOUT_PERSON", false;
    /// An unproven person is a member of an account that others gave them.
    UnprovenMember = "UNPROVEN_MEMBER", false;
    /// A member who is invited has no invitation.
    MemberWithoutInvitation = "MEMBER_WITHOUT_INVITATION", false;
    /// The delivery of a mail is kept on a member who is not invited, or missing on one who is.
    DeliveryMisplaced = "DELIVERY_MISPLACED", false;
    /// A row is in the partition of an account that does not exist.
    RowWithoutAccount = "ROW_WITHOUT_ACCOUNT", true;
    /// An account or a membership is in a wrong list, or in none.
    Mislisted = "MISLISTED", true;
    /// The copy of a person's address and names in a membership is outdated.
    CopyOutdated = "COPY_OUTDATED", true;
    /// The last change of a row is not in the trail of its account.
    EventMissing = "EVENT_MISSING", true;
    /// The counters of an account's members are wrong.
    MemberCountWrong = "MEMBER_COUNT_WRONG", true;
    /// More accounts are counted as a person's than they own, so they cannot be erased.
    OwnedCountHigh = "OWNED_COUNT_HIGH", true;
    /// The number of live accounts is wrong.
    AccountCountWrong = "ACCOUNT_COUNT_WRONG", true;
    /// The holder of a passkey does not exist, or does not have it.
    PasskeyWithoutPerson = "PASSKEY_WITHOUT_PERSON", true;
    /// A person's passkey is not held by them.
    PersonWithoutPasskey = "PERSON_WITHOUT_PASSKEY", false;
    /// The activity of a person who does not exist is left over.
    ActivityWithoutPerson = "ACTIVITY_WITHOUT_PERSON", true;
}

impl Kind {
    /// Whether it is about what the stream brings: it may be behind for a moment, and for as long as nothing reads the stream.
    #[must_use]
    pub const fn is_behind(self) -> bool {
        matches!(
            self,
            Self::CopyOutdated
                | Self::EventMissing
                | Self::MemberCountWrong
                | Self::AccountCountWrong
                | Self::ActivityWithoutPerson
        )
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Finding {
    /// A finding of `kind` about `row`.
    pub(super) fn new(kind: Kind, row: &RowKey, detail: impl Into<String>) -> Self {
        Self {
            kind,
            row: row.clone(),
            detail: detail.into(),
            repairable: kind.is_repairable(),
            repaired: false,
        }
    }

    /// By kind, then by key.
    pub(super) fn order(&self) -> (Kind, &str, &str) {
        (self.kind, self.row.pk(), self.row.sk())
    }
}

fn key<S: Serializer>(key: &RowKey, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown<'a> {
        pk: &'a str,
        sk: &'a str,
    }
    let shown = Shown {
        pk: key.pk(),
        sk: key.sk(),
    };
    shown.serialize(serializer)
}
