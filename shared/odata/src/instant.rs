//! Date-times and dates: literals and parts.

use std::fmt;

use time::{Date, Month, OffsetDateTime};

use super::error::Uncomputable;

const SECONDS_PER_MINUTE: i64 = 60;
const SECONDS_PER_DAY: i64 = 86_400;

/// An instant in whole seconds, with the UTC offset of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// The offset of the literal in minutes ahead of UTC. The service itself writes UTC.
    pub offset_minutes: i16,
}

/// The result of reading a date or date-time literal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Written {
    Date(Instant),
    DateTime(Instant),
    WithoutOffset,
    Wrong,
}

impl Instant {
    /// The instant `seconds` after 1970-01-01T00:00:00Z, in UTC.
    pub(super) const fn utc(seconds: i64) -> Self {
        Self {
            seconds,
            offset_minutes: 0,
        }
    }

    /// Parses an RFC 3339 `full-date`, or a `date-time` whose seconds are optional (the standard's `timeOfDayValue`). A
    /// fraction of a second is read and dropped, because filters compare whole seconds.
    pub(super) fn parse(text: &str) -> Written {
        let Some((date, time)) = text.split_at_checked(10) else {
            return Written::Wrong;
        };
        let Some(midnight) = parse_date(date) else {
            return Written::Wrong;
        };
        if time.is_empty() {
            return Written::Date(Self::utc(midnight));
        }
        let Some(time) = time.strip_prefix(['T', 't']) else {
            return Written::Wrong;
        };
        let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
            Some(end) => time.split_at(end),
            None => (time, ""),
        };
        let Some(seconds) = parse_clock(clock) else {
            return Written::Wrong;
        };
        if offset.is_empty() {
            return Written::WithoutOffset;
        }
        let Some(offset_minutes) = parse_offset(offset) else {
            return Written::Wrong;
        };
        Written::DateTime(Self {
            seconds: midnight + seconds - i64::from(offset_minutes) * SECONDS_PER_MINUTE,
            offset_minutes,
        })
    }

    /// The date and time of this instant, in its offset.
    pub(super) fn calendar(self) -> Result<OffsetDateTime, Uncomputable> {
        OffsetDateTime::from_unix_timestamp(self.local()).map_err(|_| Uncomputable::Overflow)
    }

    /// The local time in seconds since 1970-01-01T00:00:00 at this offset.
    fn local(self) -> i64 {
        let offset = i64::from(self.offset_minutes) * SECONDS_PER_MINUTE;
        self.seconds.saturating_add(offset)
    }

    /// The first instant of this day, for `date()`.
    pub(super) fn day(self) -> Self {
        Self::utc(self.local().div_euclid(SECONDS_PER_DAY) * SECONDS_PER_DAY)
    }

    /// Writes the date, as a literal.
    pub(super) fn write_date(self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.calendar().map_err(|_| fmt::Error)?;
        let (year, month, day) = (local.year(), u8::from(local.month()), local.day());
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

/// Writes a date-time literal.
impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_date(formatter)?;
        let local = self.calendar().map_err(|_| fmt::Error)?;
        let (hour, minute, second) = local.to_hms();
        write!(formatter, "T{hour:02}:{minute:02}:{second:02}")?;
        match self.offset_minutes {
            0 => formatter.write_str("Z"),
            offset => {
                let sign = if offset < 0 { '-' } else { '+' };
                let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
                write!(formatter, "{sign}{hours:02}:{minutes:02}")
            }
        }
    }
}

/// The first second of the day `YYYY-MM-DD`.
fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = Month::try_from(u8::try_from(digits(parts.next()?, 2)?).ok()?).ok()?;
    let day = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, day).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp())
}

/// The seconds since midnight of `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`.
fn parse_clock(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let hour = below(24, parts.next()?)?;
    let minute = below(60, parts.next()?)?;
    let second = match parts.next() {
        None => 0,
        Some(second) => {
            let (whole, fraction) = second.split_once('.').unwrap_or((second, "0"));
            digits(fraction, fraction.len().max(1))?;
            below(60, whole)?
        }
    };
    Some((hour * 60 + minute) * 60 + second)
}

/// The minutes ahead of UTC of `Z`, `+hh:mm` or `-hh:mm`.
fn parse_offset(text: &str) -> Option<i16> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, clock) = match text.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    let (hour, minute) = clock.split_once(':')?;
    i16::try_from(sign * (below(24, hour)? * 60 + below(60, minute)?)).ok()
}

fn below(limit: i64, text: &str) -> Option<i64> {
    digits(text, 2).filter(|number| *number < limit)
}

/// The number in exactly `count` digits. A longer number is recognised, without its value.
fn digits(text: &str, count: usize) -> Option<i64> {
    if text.len() != count || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{Instant, Written};

    #[test]
    fn a_date_time_is_read_in_its_offset_and_shown_in_it() {
        for (written, seconds, shown) in [
            (
                "2026-06-02T10:30:00Z",
                1_780_396_200,
                "2026-06-02T10:30:00Z",
            ),
            (
                "2026-06-02t10:30:00.999999999999z",
                1_780_396_200,
                "2026-06-02T10:30:00Z",
            ),
            (
                "2026-06-02T12:30+02:00",
                1_780_396_200,
                "2026-06-02T12:30:00+02:00",
            ),
            (
                "2026-06-02T05:00:00-05:30",
                1_780_396_200,
                "2026-06-02T05:00:00-05:30",
            ),
            ("1970-01-01T00:00:00+00:00", 0, "1970-01-01T00:00:00Z"),
            (
                "0000-01-01T00:00:00+23:59",
                -62_167_305_540,
                "0000-01-01T00:00:00+23:59",
            ),
            (
                "9999-12-31T23:59:59-23:59",
                253_402_387_139,
                "9999-12-31T23:59:59-23:59",
            ),
        ] {
            let Written::DateTime(instant) = Instant::parse(written) else {
                panic!("{written} is a date-time");
            };
            assert_eq!(instant.seconds, seconds, "{written}");
            assert_eq!(instant.to_string(), shown, "{written}");
        }
    }

    #[test]
    fn a_date_is_its_first_instant() {
        let day = Instant::utc(1_780_358_400);
        assert_eq!(Instant::parse("2026-06-02"), Written::Date(day));
        let evening = Instant {
            seconds: 1_780_358_400 - 1,
            offset_minutes: 60,
        };
        assert_eq!(evening.day(), day);
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "2026-6-2",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-06-02X",
            "2026-06-02T",
            "2026-06-02T24:00Z",
            "2026-06-02T10:60Z",
            "2026-06-02T10:30:60Z",
            "2026-06-02T10Z",
            "2026-06-02T10:30:00.Z",
            "2026-06-02T10:30:00+2:00",
            "2026-06-02T10:30:00+0200",
            "2026-06-02T10:30:00Zx",
            "2026-06-02T1٣:30:00Z",
            "12026-06-02",
            "2026-06-0é",
        ] {
            assert_eq!(Instant::parse(text), Written::Wrong, "{text}");
        }
        assert_eq!(
            Instant::parse("2026-06-02T10:30:00"),
            Written::WithoutOffset
        );
    }
}
