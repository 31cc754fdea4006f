//! What every function shares: the edge, the values, the rules and the store.

pub mod odata;
pub mod validation;
pub mod values;
