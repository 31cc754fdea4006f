//! Members over HTTP.

mod add;
mod ceiling;
mod invite;
mod leave;
mod mails;
mod read;
mod remove;
mod resend;
mod update;
