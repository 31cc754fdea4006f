mod any_bytes;
mod authenticator;
mod steps;
mod vectors;
