//! Types that cannot hold a wrong value. They know neither HTTP, nor the table, nor the present time.

mod account_name;
mod account_status;
mod color;
mod country;
mod description;
mod email_address;
pub mod ids;
mod member_status;
mod passkey_name;
mod password;
mod personal_name;
mod roles;
mod secret;
mod shown;
pub mod stored;
mod text;
mod timestamp;
mod user_status;

pub use account_name::AccountName;
pub use account_status::{AccountStatus, DecidedBy};
pub use color::Color;
pub use country::Country;
pub use description::Description;
pub use email_address::EmailAddress;
pub use ids::{AccountId, SessionId, UserId};
pub use member_status::MemberStatus;
pub use passkey_name::PasskeyName;
pub use password::{
    Argon2Hash, Argon2Variant, BcryptHash, FirebaseHash, Known, Password, PasswordAttempt,
    PasswordHash, Pbkdf2Digest, Pbkdf2Hash, ScryptCost, ScryptHash,
};
pub use personal_name::PersonalName;
pub use roles::{Role, Roles};
pub use secret::Secret;
pub use stored::Stored;
pub use timestamp::Timestamp;
pub use user_status::UserStatus;
