//! The only code that speaks DynamoDB. Methods are inherent on [`Store`], one file a noun; `keys.rs` spells every key.

mod accounts;
mod address_changes;
mod address_mails;
mod allowance;
mod backoff;
mod batch;
mod batch_read;
mod code_guesses;
mod collection;
mod copies;
mod counts;
mod credentials;
mod departed;
mod derived;
mod erasure;
mod event;
mod events;
mod expiry_scan;
mod exports;
mod factors;
mod failures;
mod guesses;
mod held_addresses;
mod idempotency;
mod imports;
mod invitations;
mod jwks;
mod keys;
mod known_names;
mod link_mails;
mod listed;
mod lists;
mod mails;
mod marks;
mod members;
mod moved_invitations;
mod owned;
mod ownership;
mod passwords;
mod people;
mod projection;
mod purge;
mod pushdown;
mod read_set;
mod rows;
mod scan;
mod sessions;
mod sign_up;
mod sort_key;
mod sources;
mod stored_row;
mod stream;
mod table_error;
mod units;
mod unlisted;
mod users;
mod waiting_mails;
mod wire;
mod write;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;

pub use accounts::{AccountUpdate, Deletion, NewAccountRows, Restoration, Written};
pub use address_mails::{AddressHash, AddressMails};
pub use allowance::MailCounter;
pub use backoff::{Backoff, with_retry_budget};
pub use batch::{Batch, ReadRange};
pub use code_guesses::{CodeGuess, CodesLocked};
pub use collection::{
    ByCreation, ById, ByTime, Collection, EveryAccount, KeyOf, KeyOrder, Members, Native,
    OwnAccounts, Trail,
};
pub use counts::{Count, Counted};
pub use credentials::Credential;
pub use derived::Derived;
pub use erasure::ErasedBy;
pub use event::Event;
pub use events::place;
pub use expiry_scan::ExpiryScan;
pub use factors::{FactorChange, SessionChange, StoredUser};
pub use failures::Attempt;
pub use guesses::Guess;
pub use held_addresses::HeldAddress;
pub use idempotency::{Committed, LIFETIME, Saving};
pub use imports::{ImportedUser, LineOutcome};
pub use invitations::{Acceptance, ProvenUser};
pub use jwks::PublishedKeys;
pub use keys::EventPlace;
pub use link_mails::{LinkMail, Mailbox, TakenMail};
pub use listed::{ListedAccount, ListedInvitation, ListedMember};
pub use lists::Membership;
pub use mails::{Claim, Claiming, Manager};
pub use members::{Existing, NewMemberRows, NewPersonRows};
pub use ownership::Handover;
pub use passwords::{PasswordByMail, PasswordLink};
pub use purge::{Found, Place, RowKey};
pub use read_set::{ReadSet, Snapshot};
pub use scan::{ScannedPage, ScannedRow, Segment};
pub use sessions::{Begun, Reauthentication, Replacement, Rotation};
pub use sign_up::SignUp;
pub use sort_key::SortKey;
pub use sources::{Network, Source};
pub use stored_row::{Listed, StoredCounts, StoredPerson, StoredRow};
pub use stream::{Copies, Image, StreamRecord, StreamedChange};
pub use units::CountUnits;
pub use users::Holder;
pub use waiting_mails::{Lane, WaitingMail};

/// The table. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    table: Arc<str>,
}

impl Store {
    /// The table `table`, reached by `client`.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self {
            client,
            table: table.into(),
        }
    }

    fn table(&self) -> &str {
        &self.table
    }
}
