//! Instants of rows, and the present instant.

/// An instant in milliseconds since 1970-01-01T00:00:00Z. Filters compare its whole seconds; orders, its milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub(crate) const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}
