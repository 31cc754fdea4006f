//! Why a stack does not start: each in one line that says what to do.

use std::path::PathBuf;

use crate::sam::TemplateError;

/// Why a stack does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken.
    #[error(
        "port {port} of 127.0.0.1 is taken by another program: stop it, or choose another port with {option}"
    )]
    PortTaken {
        /// The port.
        port: u16,
        /// The option that chooses it.
        option: &'static str,
    },
    /// The port cannot be opened for another reason.
    #[error(
        "cannot listen on port {port} of 127.0.0.1: {reason}; choose another one with {option}"
    )]
    Listen {
        /// The port.
        port: u16,
        /// What the system says.
        reason: std::io::Error,
        /// The option that chooses it.
        option: &'static str,
    },
    /// The data folder cannot be used.
    #[error("cannot use {}: {reason}; choose another folder with --data, or keep nothing with --memory", path.display())]
    Data {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process uses the data folder.
    #[error("another process is using {}: stop it, or choose another folder with --data", path.display())]
    DataInUse {
        /// The folder.
        path: PathBuf,
    },
    /// A parameter or the template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The other DynamoDB does not answer, or not as it should.
    #[error(
        "cannot use the DynamoDB at {url}: {reason}; start it, or leave out --dynamodb to use the embedded one"
    )]
    DynamoDb {
        /// Its address.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// A function does not start.
    #[error("{function} does not start: {reason}")]
    Function {
        /// Its logical id in the template.
        function: String,
        /// What it says.
        reason: String,
    },
}
