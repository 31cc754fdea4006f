//! What the tests have in common: a stack, the people who use it, and what they are answered.

mod answer;
mod openapi;
mod person;
mod world;

pub(crate) use answer::Answer;
pub(crate) use openapi::OpenApi;
pub(crate) use person::{Account, Person};
pub(crate) use world::{PASSWORD, Request, World};
