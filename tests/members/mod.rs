//! Members over HTTP.

mod add;
mod anothers_name;
mod ceiling;
mod invite;
mod leave;
mod limits;
mod mails;
mod read;
mod remove;
mod resend;
mod update;
mod who_is_who;
