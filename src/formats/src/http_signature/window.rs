//! Times: when a signature says it was made, and whether that is near enough to now.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::error::{SignatureError, shown};

/// The last second of the year 9999: beyond it no wire can write a date.
pub(super) const LAST_SECOND: u64 = 253_402_300_799;

/// How far from now a signature may have been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How old it may be.
    pub past: Duration,
    /// How far ahead of our clock it may be.
    pub future: Duration,
}

impl Default for Window {
    /// 12 hours back, as Mastodon, and 1 hour ahead.
    fn default() -> Self {
        Self {
            past: Duration::from_secs(12 * 3600),
            future: Duration::from_secs(3600),
        }
    }
}

/// What a signature says of its own times, in seconds since 1970. Never later than the year 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) created: Option<u64>,
    pub(super) date: Option<u64>,
    pub(super) expires: Option<u64>,
}

impl Times {
    /// Refuses what lies outside the window on either side, is expired, or expires before it was made.
    pub(super) fn check(&self, window: Window, now: SystemTime) -> Result<(), SignatureError> {
        let now = seconds(now);
        for (name, at) in [("created", self.created), ("Date", self.date)] {
            let Some(at) = at else { continue };
            if at < now.saturating_sub(window.past.as_secs()) {
                return Err(SignatureError::Time(format!(
                    "{name} is {} s old",
                    now.saturating_sub(at)
                )));
            }
            if at > now.saturating_add(window.future.as_secs()) {
                return Err(SignatureError::Time(format!(
                    "{name} is {} s in the future",
                    at.saturating_sub(now)
                )));
            }
        }
        match self.expires {
            Some(expires) if expires < now => Err(SignatureError::Time("expired".to_owned())),
            Some(expires) if self.created.is_some_and(|created| created > expires) => {
                Err(SignatureError::Time("expires before it was created".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// When it was made: `created`, else `Date`.
    pub(super) fn made(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.created.or(self.date)?))
    }
}

/// Reads a `Date` header value in any of the forms of HTTP.
// RFC 9110 §5.6.7
pub(super) fn http_date(value: &str) -> Result<u64, SignatureError> {
    let at = httpdate::parse_http_date(value)
        .map_err(|_| SignatureError::Time(format!("Date {} is not a date", shown(value))))?;
    bounded("Date", seconds(at))
}

/// Reads seconds since 1970, digits only.
pub(super) fn unix(name: &str, value: &str) -> Result<u64, SignatureError> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = if digits { value.parse().ok() } else { None };
    bounded(
        name,
        parsed.ok_or_else(|| SignatureError::Time(format!("{name} {} is not a time", shown(value))))?,
    )
}

/// Refuses a time after the year 9999: whatever is made from it later would overflow.
pub(super) fn bounded(name: &str, seconds: u64) -> Result<u64, SignatureError> {
    if seconds <= LAST_SECOND {
        Ok(seconds)
    } else {
        Err(SignatureError::Time(format!("{name} is beyond the year 9999")))
    }
}

/// Whole seconds since 1970; zero before.
pub(super) fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_374_594;

    fn created(at: u64) -> Result<(), SignatureError> {
        let times = Times {
            created: Some(at),
            ..Times::default()
        };
        times.check(Window::default(), UNIX_EPOCH + Duration::from_secs(NOW))
    }

    #[test]
    fn the_window_is_closed_on_both_sides() {
        for inside in [NOW, NOW - 12 * 3600, NOW + 3600] {
            assert_eq!(created(inside), Ok(()), "{inside}");
        }
        for outside in [NOW - 12 * 3600 - 1, NOW + 3601, 0, LAST_SECOND, u64::MAX] {
            assert_eq!(created(outside).unwrap_err().rule(), "time", "{outside}");
        }
    }

    #[test]
    fn odd_times_are_refused() {
        for odd in [
            "",
            "-1",
            "+1",
            "1.5",
            "0x10",
            "18446744073709551615",
            "99999999999999999999",
            "253402300800",
            " 1",
        ] {
            assert!(unix("created", odd).is_err(), "{odd}");
        }
        assert_eq!(unix("created", "253402300799"), Ok(LAST_SECOND));
        for odd in ["", "yesterday", "Sun, 32 Nov 2026 19:09:02 GMT", "2026-11-22T19:09:02Z"] {
            assert!(http_date(odd).is_err(), "{odd}");
        }
    }
}
