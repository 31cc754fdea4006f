//! The account and membership rules. Pure: no async, no HTTP, no DynamoDB, and time is an argument.

mod account;
mod address_change;
mod authentication;
mod change;
mod deletion;
mod delivery;
mod factors;
mod invitation;
mod link;
mod mailed;
mod member;
mod member_counts;
mod ownership;
mod passkeys;
mod standing;
mod user;

pub use account::{Account, AccountPatch, NewAccount};
pub use address_change::{
    ADDRESS_MEMORY, AddressChanges, Confirmation, FormerAddress, RequestedAddress, Undoing,
    UndoneChange,
};
pub use authentication::{Assurance, Method, Methods, STEP_UP_SECONDS, StepUp};
pub use change::{Actor, Change, ChangeKind, Differences, Mail, MailBound, Target};
pub use deletion::DeletedAccount;
pub use delivery::{Delivery, DeliveryState};
pub use factors::{
    Authentication, CHALLENGE_LIFETIME, ENROLMENT_LIFETIME, FactorId, Factors,
    LOGIN_TOKEN_LIFETIME, RECOVERY_CODES, RecoveryCodes, SecondStep, StatementNonce, Totp,
};
pub use invitation::{Answerable, Invitation};
pub use link::{Link, LinkState, Nonce, PendingLink, Purpose};
pub use mailed::one_more_mail;
pub use member::{Member, MemberPatch, MemberState};
pub use member_counts::MemberCounts;
pub use ownership::OwnershipOffer;
pub use passkeys::{PASSKEYS, Passkey, PasskeyUse};
pub use standing::{Authority, Denied, Standing};
pub use user::{Digest, Family, Session, User};
