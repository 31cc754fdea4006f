//! Guesses at the codes of a person's authenticator app. Each takes a place before it is judged, and keeps it: a person needs few
//! codes, and who has the password may guess for days.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use model::{Error, Timestamp, UserId};

use super::Store;
use super::backoff::Backoff;
use super::keys::{self, Item};
use super::marks::Mark;
use super::table_error::TableError;
use super::users::text;
use super::write::{Write, number};

/// The window and the number of guesses in it (contract, *Second factors*).
const WINDOWS: [(&str, i64, usize); 2] = [("recent", 15 * 60, 10), ("day", 24 * 60 * 60, 30)];
/// The time after which the item holds nothing that counts, in seconds.
const KEPT: i64 = 24 * 60 * 60;

/// A place among the guesses that may be judged.
#[derive(Clone, Copy, Debug)]
pub struct CodeGuess {
    user: UserId,
    mark: Mark,
}

/// The limit is reached until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodesLocked {
    /// When the next guess has a place.
    pub until: Timestamp,
}

impl Store {
    /// A place for a guess at a code of `user`; without one, when there will be one.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn place_code_guess(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Result<CodeGuess, CodesLocked>, Error> {
        let guess = CodeGuess {
            user,
            mark: Mark::new(now),
        };
        let mut backoff = Backoff::new();
        loop {
            let Err(item) = self.update_and_read(&guess.place(now)).await? else {
                return Ok(Ok(guess));
            };
            let places = Places::read(&item)?;
            // Taken by an earlier try, whose answer was lost.
            if places.hold(guess.mark) {
                return Ok(Ok(guess));
            }
            let stale = places.stale(now);
            if stale.is_empty() {
                return Ok(Err(CodesLocked {
                    until: places.free_at(now),
                }));
            }
            drop(self.update_and_read(&guess.forget(&stale)).await?);
            backoff.wait().await?;
        }
    }

    /// Gives the place of a guess back that is not going to be judged.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn withdraw_code_guess(&self, guess: &CodeGuess) -> Result<(), Error> {
        let marks = WINDOWS.map(|(set, ..)| (set, vec![guess.mark]));
        self.update_and_read(&guess.forget(&marks)).await.map(drop)
    }
}

impl CodeGuess {
    fn place(&self, now: Timestamp) -> Write {
        let write = Write::upsert(keys::code_guesses(self.user))
            .set("entity", text("codeGuesses"))
            .set("ttl", number(now.seconds() + KEPT));
        WINDOWS.iter().fold(write, |write, (set, _, limit)| {
            write
                .absent_or_fewer(set, number(*limit))
                .add(set, marks([self.mark]))
        })
    }

    fn forget(&self, stale: &[(&'static str, Vec<Mark>)]) -> Write {
        let write = Write::update(keys::code_guesses(self.user));
        let stale = stale.iter().filter(|(_, gone)| !gone.is_empty());
        stale.fold(write, |write, (set, gone)| {
            write.take_out(set, marks(gone.iter().copied()))
        })
    }
}

fn marks(all: impl IntoIterator<Item = Mark>) -> AttributeValue {
    let blobs = all.into_iter().map(|mark| Blob::new(mark.bytes()));
    AttributeValue::Bs(blobs.collect())
}

/// The guesses of a person, in the order of their times, for each window.
struct Places([Vec<Mark>; WINDOWS.len()]);

impl Places {
    fn read(item: &Item) -> Result<Self, TableError> {
        let mut places = [const { Vec::new() }; WINDOWS.len()];
        for (place, (set, ..)) in places.iter_mut().zip(WINDOWS) {
            if let Some(marks) = item.get(set) {
                place.extend(Mark::read_set(marks)?);
            }
        }
        Ok(Self(places))
    }

    fn hold(&self, mark: Mark) -> bool {
        self.0.iter().any(|marks| marks.contains(&mark))
    }

    /// Those that have left their window.
    fn stale(&self, now: Timestamp) -> Vec<(&'static str, Vec<Mark>)> {
        let sets = self.0.iter().zip(WINDOWS);
        let gone = sets.map(|(marks, (set, seconds, _))| {
            let start = now.plus_seconds(-seconds);
            let gone = marks.iter().copied().filter(|mark| mark.at() <= start);
            (set, gone.collect::<Vec<_>>())
        });
        gone.filter(|(_, gone)| !gone.is_empty()).collect()
    }

    /// When every window has a place.
    fn free_at(&self, now: Timestamp) -> Timestamp {
        let sets = self.0.iter().zip(WINDOWS);
        let free = sets.filter_map(|(marks, (_, seconds, limit))| {
            let over = marks.len().checked_sub(limit)?;
            Some(marks.get(over)?.at().plus_seconds(seconds))
        });
        free.max().unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use model::examples::{NOW, user_id};

    use super::*;

    fn mark_at(seconds: i64) -> Mark {
        Mark::new(NOW.plus_seconds(seconds))
    }

    fn places(recent: &[i64], day: &[i64]) -> Places {
        let marks = |seconds: &[i64]| seconds.iter().map(|at| mark_at(*at)).collect();
        Places([marks(recent), marks(day)])
    }

    #[test]
    fn a_guess_needs_a_place_in_both_windows() {
        let guess = CodeGuess {
            user: user_id(7),
            mark: mark_at(0),
        };
        let shown = guess.place(NOW).shown();
        let (_, condition) = shown.split_once(" if ").unwrap();
        expect!["(attribute_not_exists(recent) OR size(recent) < 10) AND (attribute_not_exists(day) OR size(day) < 30)"]
            .assert_eq(condition);
    }

    #[test]
    fn a_guess_leaves_each_window_at_its_end() {
        let places = places(&[-900, -899], &[-86_400, -86_399, -900]);
        let stale = places.stale(NOW);
        let counted: Vec<_> = stale.iter().map(|(set, gone)| (*set, gone.len())).collect();
        assert_eq!(counted, [("recent", 1), ("day", 1)]);
    }

    #[test]
    fn the_next_place_is_free_when_enough_guesses_have_left() {
        let seconds: Vec<i64> = (-10..0).collect();
        let until = |recent: &[i64], day: &[i64]| places(recent, day).free_at(NOW).seconds();
        assert_eq!(until(&seconds, &seconds), NOW.seconds() - 10 + 900);
        let day: Vec<i64> = (-30..0).collect();
        assert_eq!(until(&[], &day), NOW.seconds() - 30 + 86_400);
        assert_eq!(until(&[-1], &[-1]), NOW.seconds());
    }
}
