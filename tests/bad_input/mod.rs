//! For any input: never a 5xx, always a problem document that `openapi.yaml` allows, and every mistake at once.

mod bodies;
mod edges;
mod headers;
mod members;
mod paths;
mod random;
