//! The lines of an import and an export: their JSON, and what they mean. `docs/import.schema.json` is their schema.

mod check;
mod forms;
mod instant;
mod meaning;
mod reference;

pub use check::{Checker, LineMistake};
pub use forms::{
    AccountForm, Form, InvitationForm, LineStatus, MembershipForm, OwnerForm, TotpForm, UserForm,
};
pub use meaning::{AccountLine, InvitationLine, Line, MembershipLine, OwnerLine, UserLine};
pub use reference::Reference;

pub(crate) use instant::{instant, shown};
