//! A list whose beginning was read together with what decides about access to it.

use model::Error;
use runtime::App;
use store::Collection;

use super::list::Pages;
use super::page::{Count, Page};
use super::pager::{Paged, Pager, Read};
use super::refusal::uncounted;

/// A list that was begun. Nothing of it is looked at, and nothing more is read, before a page is asked for.
pub struct Opened<'a, C: Collection> {
    app: &'a App,
    asked: &'a Pages,
    pager: Pager<'a, C>,
    ahead: Option<Result<Read<C>, Error>>,
}

impl<'a, C: Collection> Opened<'a, C> {
    /// What is `asked` of `collection`.
    pub(super) fn new(app: &'a App, asked: &'a Pages, collection: C) -> Result<Self, Error> {
        let query = asked.options.query.clone();
        let pager = Pager::new(collection, query, asked.cursor.clone(), app.clock.now());
        if !C::COUNTED {
            uncounted(&asked.options.query, pager.native.is_some())?;
        }
        Ok(Self {
            app,
            asked,
            pager,
            ahead: None,
        })
    }

    /// Reads what does not depend on the rows that match.
    pub(super) async fn read_ahead(&mut self) {
        if let Some(range) = self.pager.ahead() {
            self.ahead = Some(self.pager.collection.read(range, None).await);
        }
    }

    /// Only the rows that `shown` is true for are in the list.
    #[must_use]
    pub fn only(mut self, shown: impl Fn(&C::Row) -> bool + Send + Sync + 'a) -> Self {
        self.pager.shown = Some(Box::new(shown));
        self
    }

    /// The page that the options ask for. Only a caller with access may learn anything of it, and of the time that it takes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] if the filter cannot be computed, as with a division by zero, or the list is too long for the order.
    pub async fn page(self) -> Result<Page<C::Row>, Error> {
        let ahead = self.ahead.transpose()?;
        let counter = self.pager.collection.counter();
        let mut page = Box::pin(self.pager.page(ahead)).await?;
        let Pages {
            options,
            scope,
            cursors,
            ..
        } = self.asked;
        let all = options.query.filter.is_none();
        if let Some(counter) = counter.filter(|_| all && !page.count.complete) {
            let kept = self.app.store.count(counter).await?.count;
            page.count_is(usize::try_from(kept).unwrap_or_default());
        }
        let token = match page.next {
            Some(next) => Some(next.seal(scope, cursors.keys().await?)),
            None => None,
        };
        Ok(Page {
            rows: page.rows,
            count: C::COUNTED.then_some(page.count),
            next_link: token.map(|token| options.link(("$skiptoken", &token))),
            select: options.query.select.clone(),
        })
    }
}

impl<T> Paged<T> {
    /// The kept counter in place of the number that was found. A counter that is less than that number is behind, or was never kept.
    fn count_is(&mut self, kept: usize) {
        if kept <= self.count.number {
            return;
        }
        self.count = Count {
            number: kept,
            complete: true,
        };
        if let Some(next) = &mut self.next {
            (next.count, next.complete) = (kept, true);
        }
    }
}
