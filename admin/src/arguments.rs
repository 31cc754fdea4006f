//! The command line.

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::commands::{accounts, check, events, invitations, mails, rebuild, users};
use crate::connection::At;
use crate::{convert, export, import, pull, redrive, table};

/// What people begin with.
const EXAMPLES: &str = "\
Examples:
  admin users find ada@example.com            the holder of an address, on the local stack
  admin accounts members Acme --json          for a program
  admin --stack accounts check                on a deployed stack, with the credentials of the AWS CLI
  admin --stack accounts --profile ops users suspend 42

docs/admin.md has more, and the permissions that each command needs.";

/// Looks at a stack of the service and acts on it.
///
/// Without --stack or --table, the local stack of this machine is meant: start one with `cargo run`.
///
/// Exit codes: 0 done; 1 refused, or `check` found something; 2 the command line is wrong; 3 there is no such thing; 4 the stack
/// cannot be reached; 130 interrupted, with nothing half done.
#[derive(Debug, Parser)]
#[command(name = "admin", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) at: At,
    /// Answer in JSON: one document, or one a line where there may be many
    #[arg(long, global = true, display_order = 100)]
    pub(crate) json: bool,
    /// Do what cannot be undone without asking
    #[arg(long, short, global = true, display_order = 101)]
    pub(crate) yes: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// People: find, show, suspend, activate, sign out, erase
    #[command(subcommand)]
    Users(users::Command),
    /// Accounts: find, show, members, suspend, activate, delete, restore, transfer
    #[command(subcommand)]
    Accounts(accounts::Command),
    /// Invitations: resend
    #[command(subcommand)]
    Invitations(invitations::Command),
    /// Mails: show
    #[command(subcommand)]
    Mails(mails::Command),
    /// Audit events: tail
    #[command(subcommand)]
    Events(events::Command),
    /// Prove that the table is consistent, and mend what is derived
    Check(check::Check),
    /// Make derived data anew: counters, copies of names, lost events
    Rebuild(rebuild::Rebuild),
    /// Hand what functions gave up back to them
    Redrive(redrive::Command),
    /// The table of a deployed stack: restore, use
    #[command(subcommand)]
    Table(table::Command),
    /// Bring people, accounts, memberships and invitations in from a file
    Import(import::Command),
    /// Make lines for import of what another service exports
    Convert(convert::Command),
    /// Write people, accounts, memberships and invitations out, as lines that import reads
    Export(export::Command),
    /// Bring one account of a stack into a local one, with invented people
    Pull(pull::Command),
    /// A script that completes this command's arguments in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}
