//! The command line: starts the stack, says where it is, and stops it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use local::terminal::{self, LogForm};
use local::{External, Options, Stack, tour};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The whole service on this machine.
#[derive(Debug, Parser)]
#[command(name = "local", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Port of the API; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 3000)]
    port: u16,
    /// Keep nothing
    #[arg(long, conflicts_with = "data")]
    memory: bool,
    /// Folder that everything is kept in
    #[arg(long, value_name = "DIR", default_value = ".local")]
    data: PathBuf,
    /// Another DynamoDB-compatible endpoint instead of the embedded one
    #[arg(long, value_name = "URL", conflicts_with = "dynamodb_port")]
    dynamodb: Option<String>,
    /// Port of the embedded DynamoDB; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    dynamodb_port: u16,
    /// A parameter of template.yaml; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    parameter: Vec<(String, String)>,
    /// Form of the log: lines for people, or one JSON object a line
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: Form,
    /// Open the console in a browser
    #[arg(long)]
    open: bool,
}

/// What is done instead of starting the stack for others.
#[derive(Clone, Copy, Debug, Subcommand)]
enum Command {
    /// Take the README's tour on a stack in memory, and see what happens behind each line
    Tour,
}

/// The forms of the log.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Text,
    Json,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(Command::Tour) = arguments.command {
        return take_tour().await;
    }
    let (open, form) = (arguments.open, arguments.log.into());
    terminal::log(form);
    // Heard from the beginning: a signal during the start is not lost.
    let end = end_asked();
    let stack = match Stack::start(arguments.options()).await {
        Ok(stack) => stack,
        Err(error) => {
            eprintln!("error: {}", error.to_string().replace('\n', " "));
            return ExitCode::FAILURE;
        }
    };
    // Who started it may have stopped reading.
    let _ = writeln!(std::io::stdout(), "{}", terminal::banner(&stack));
    let mails = tokio::spawn(terminal::show_mails(stack.caught_mails(), form));
    if open {
        terminal::open(&format!("{}/_local/", stack.url()));
    }
    end.await;
    stack.stop().await;
    mails.abort();
    ExitCode::SUCCESS
}

async fn take_tour() -> ExitCode {
    match tour::take(&mut std::io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

impl From<Form> for LogForm {
    fn from(form: Form) -> Self {
        match form {
            Form::Text => Self::Text,
            Form::Json => Self::Json,
        }
    }
}

impl Arguments {
    fn options(self) -> Options {
        Options {
            port: self.port,
            data: (!self.memory).then_some(self.data),
            dynamodb: self.dynamodb.map(external),
            dynamodb_port: self.dynamodb_port,
            parameters: self.parameter.into_iter().collect(),
            recorded: true,
            ..Options::default()
        }
    }
}

/// Another DynamoDB is spoken to with the credentials of the environment, if there are any.
fn external(url: String) -> External {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line is where the user's environment is read"
    )]
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let local = || "local".to_owned();
    External {
        url,
        region: variable("AWS_REGION")
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .unwrap_or_else(|| local::sam::REGION.to_owned()),
        access_key_id: variable("AWS_ACCESS_KEY_ID").unwrap_or_else(local),
        secret_access_key: variable("AWS_SECRET_ACCESS_KEY").unwrap_or_else(local),
        session_token: variable("AWS_SESSION_TOKEN"),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as Name=Value")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Ends at Ctrl-C or SIGTERM, heard from the call on.
#[cfg(unix)]
fn end_asked() -> impl Future<Output = ()> {
    let mut interrupt = signal(SignalKind::interrupt()).ok();
    let mut terminate = signal(SignalKind::terminate()).ok();
    async move {
        tokio::select! {
            () = heard(&mut interrupt) => {}
            () = heard(&mut terminate) => {}
        }
    }
}

#[cfg(unix)]
async fn heard(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Ends at Ctrl-C.
#[cfg(not(unix))]
async fn end_asked() {
    let _ = tokio::signal::ctrl_c().await;
}
