//! The limit on mails that are sent on request.

use crate::error::Error;
use crate::values::Timestamp;

/// The window of limits on mails, in seconds.
const WINDOW: i64 = 60 * 60;

/// The times of the mails of the last hour, with one more at `now`, if the limit `per_hour` allows it.
///
/// # Errors
///
/// [`Error::TooManyRequests`], with the seconds until the limit allows one more mail.
pub fn one_more_mail(
    earlier: &[Timestamp],
    per_hour: usize,
    now: Timestamp,
) -> Result<Vec<Timestamp>, Error> {
    let recent = |at: &Timestamp| at.plus_seconds(WINDOW) > now;
    let mut mailed_at: Vec<_> = earlier.iter().copied().filter(recent).collect();
    if let Some(too_many) = mailed_at.len().checked_sub(per_hour) {
        let last = mailed_at.get(too_many).unwrap_or(&now);
        return Err(Error::too_many_requests(last.plus_seconds(WINDOW), now));
    }
    mailed_at.push(now);
    Ok(mailed_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, after};

    const MINUTE: i64 = 60_000;

    #[test]
    fn a_mail_counts_for_an_hour() {
        let earlier = [after(-60 * MINUTE), after(-59 * MINUTE)];
        let mails = one_more_mail(&earlier, 2, NOW).unwrap();
        assert_eq!(mails, [after(-59 * MINUTE), NOW]);
        let refusal = one_more_mail(&mails, 2, NOW).unwrap_err();
        assert_eq!(refusal.retry_after(), Some(60));
    }

    #[test]
    fn above_a_lowered_limit_as_many_have_to_pass_as_are_too_many() {
        let earlier = [
            after(-30 * MINUTE),
            after(-20 * MINUTE),
            after(-10 * MINUTE),
        ];
        let refusal = one_more_mail(&earlier, 1, NOW).unwrap_err();
        assert_eq!(refusal.retry_after(), Some(50 * 60));
    }
}
