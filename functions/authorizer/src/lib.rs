//! The `authorizer` function.
