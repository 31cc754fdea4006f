//! The Lambda bootstrap, nothing else.

fn main() {}
