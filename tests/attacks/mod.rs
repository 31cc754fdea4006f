//! Attacks.

mod addresses;
mod enumeration;
mod fixation;
mod forgery;
mod hosts;
mod logs;
mod purposes;
mod single_use;
mod transport;
