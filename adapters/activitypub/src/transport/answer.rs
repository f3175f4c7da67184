//! What the status of an answer means for whoever asked.

use std::time::{Duration, UNIX_EPOCH};

use causeway_core::ports::HttpResponse;
use causeway_core::refusal::{Disposition, Reason, Refusal};
use causeway_core::time::Timestamp;
use http::{HeaderMap, StatusCode, header};

/// The longest wait that a host may ask for.
// security.md part 4.2
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Why the answer is no success; `denied` is the reason given for 401 and 403.
pub(crate) fn refusal(answer: &HttpResponse, now: Timestamp, denied: Reason) -> Option<Refusal> {
    let detail = format!("answered {}", answer.status.as_u16());
    let later = || Disposition::Retry(retry_after(&answer.headers, now));
    match answer.status.as_u16() {
        200..=299 => None,
        401 | 403 => Some(Refusal::reject(denied, detail)),
        // a host that does not show something has not said that it is no more: it may have blocked us, or be moving
        404 => Some(Refusal::gone(Reason::NotFound, detail)),
        410 => Some(Refusal::gone(Reason::Gone, detail)),
        429 => Some(Refusal::new(Reason::RateLimited, later(), detail)),
        408 | 425 | 500..=599 => Some(Refusal::new(Reason::HostRefused, later(), detail)),
        _ => Some(Refusal::reject(Reason::HostRefused, detail)),
    }
}

/// How long the host asks to be left alone: seconds or a date. `None` when it does not say, or says nothing of use.
// RFC 9110 §10.2.3
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
            let at = Timestamp::from_millis(i64::try_from(at.as_millis()).ok()?);
            at.since(now)
        }
    };
    (!wait.is_zero()).then_some(wait.min(LONGEST))
}

/// Whether the answer says that there is nothing by that name.
pub(crate) fn is_missing(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: Option<&str>) -> Option<Refusal> {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        }
        let answer = HttpResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: bytes::Bytes::new(),
            url: "https://a.example/inbox".parse().unwrap(),
        };
        let now = Timestamp::parse("2026-11-22T19:00:00Z").unwrap();
        refusal(&answer, now, Reason::HostRefused)
    }

    #[test]
    fn each_status_has_its_class() {
        for good in [200, 202, 204] {
            assert_eq!(answer(good, None), None);
        }
        for (status, disposition) in [
            (301, Disposition::Reject),
            (308, Disposition::Reject),
            (400, Disposition::Reject),
            (401, Disposition::Reject),
            (403, Disposition::Reject),
            (404, Disposition::Gone),
            (405, Disposition::Reject),
            (410, Disposition::Gone),
            (413, Disposition::Reject),
            (408, Disposition::Retry(None)),
            (425, Disposition::Retry(None)),
            (429, Disposition::Retry(None)),
            (500, Disposition::Retry(None)),
            (503, Disposition::Retry(None)),
        ] {
            assert_eq!(answer(status, None).unwrap().disposition, disposition, "{status}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_bounded() {
        let wait = |value| match answer(429, Some(value)).unwrap().disposition {
            Disposition::Retry(wait) => wait.map(|wait| wait.as_secs()),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait("120"), Some(120));
        assert_eq!(wait("Sun, 22 Nov 2026 19:05:00 GMT"), Some(300));
        assert_eq!(wait("18446744073709551615"), Some(86_400));
        for useless in [
            "0",
            "-1",
            "soon",
            "",
            "99999999999999999999",
            "Sun, 22 Nov 2026 18:05:00 GMT",
        ] {
            assert_eq!(wait(useless), None, "{useless}");
        }
    }
}
