//! The state of functions with lists of the table.

use axum::extract::FromRef;
use runtime::App;

use super::Cursors;

/// The app, and the keys of the lists' cursors. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The app.
    pub app: App,
    /// The keys that seal and open cursors.
    pub cursors: Cursors,
}

impl FromRef<Listing> for App {
    fn from_ref(listing: &Listing) -> Self {
        listing.app.clone()
    }
}

impl FromRef<Listing> for Cursors {
    fn from_ref(listing: &Listing) -> Self {
        listing.cursors.clone()
    }
}

impl Listing {
    /// The state around `app`. It reads nothing.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self {
            cursors: Cursors::new(app.clone()),
            app,
        }
    }
}
