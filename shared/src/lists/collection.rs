//! What functions with lists hold, and which lists there are.

use axum::extract::FromRef;
use model::AccountId;
use odata::{Direction, OrderBy};
use runtime::App;
use store::Counted;
use tokens::CursorKeys;

/// The app, and the keys of the lists' cursors. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The app.
    pub app: App,
    /// What cursors are made and opened with.
    pub cursors: CursorKeys,
}

impl FromRef<Listing> for App {
    fn from_ref(listing: &Listing) -> Self {
        listing.app.clone()
    }
}

impl Listing {
    /// Reads the secret of cursors and opens the connection to the table meanwhile.
    ///
    /// # Errors
    ///
    /// The secret cannot be read.
    pub async fn start(app: App) -> Result<Self, runtime::Error> {
        let secret = app.secret(app.config.cursor_secret.as_deref());
        let (secret, ()) = tokio::join!(secret, app.store.connect());
        Ok(Self {
            cursors: CursorKeys::derive(&secret?)?,
            app,
        })
    }
}

/// A list that the table keeps in an order of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// Every account, kept by creation.
    EveryAccount,
    /// The caller's accounts, kept by id.
    OwnAccounts,
    /// The members of an account, kept by id.
    Members(AccountId),
    /// The events of an account, kept by time.
    Events(AccountId),
}

/// An order that the table keeps, one way or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Native {
    /// As the keys are.
    Forwards,
    /// The keys from the end.
    Backwards,
    /// The newest first, but those of one millisecond by ascending id, which is not how the keys are.
    NewestFirst,
}

impl Collection {
    /// Its path.
    pub(super) fn path(self) -> String {
        match self {
            Self::EveryAccount | Self::OwnAccounts => "/api/accounts".into(),
            Self::Members(account) => format!("/api/accounts/{account}/users"),
            Self::Events(account) => format!("/api/accounts/{account}/events"),
        }
    }

    /// What is counted, where that is kept.
    pub(super) fn counted(self) -> Option<Counted> {
        match self {
            Self::EveryAccount => Some(Counted::Accounts),
            Self::Members(account) => Some(Counted::Members(account)),
            Self::OwnAccounts | Self::Events(_) => None,
        }
    }

    /// Its name in what a cursor is bound to.
    pub(super) fn name(self) -> String {
        match self {
            Self::EveryAccount => "every account".into(),
            Self::OwnAccounts => "accounts".into(),
            Self::Members(account) => format!("members of {account}"),
            Self::Events(account) => format!("events of {account}"),
        }
    }

    /// How the table keeps `order`, if it does.
    pub(super) fn native(self, order: &OrderBy) -> Option<Native> {
        let keys = order.keys().iter().map(|key| (key.property, key.direction));
        let keys: Vec<_> = keys.collect();
        let (ascending, descending) = (Direction::Ascending, Direction::Descending);
        match (self, keys.as_slice()) {
            (Self::EveryAccount, [("createdAt", first), ("id", then)]) => {
                match (*first == ascending, *then == ascending) {
                    (true, true) => Some(Native::Forwards),
                    (false, false) => Some(Native::Backwards),
                    (false, true) => Some(Native::NewestFirst),
                    (true, false) => None,
                }
            }
            (Self::OwnAccounts | Self::Members(_), [("id", way)]) => Some(if *way == descending {
                Native::Backwards
            } else {
                Native::Forwards
            }),
            _ => None,
        }
    }
}
