//! What went wrong on the way, as a refusal: ours to forbid, or the host's to mend.

use std::error::Error;

use causeway_core::refusal::{Reason, Refusal};
use url::Url;

use super::gate::refused;
use super::resolver::NameError;

/// Characters of a foreign error text that are kept.
const MAX_TEXT: usize = 160;

/// The refusal that `error` comes to, met on the way to `url`.
pub(super) fn refusal(url: &Url, error: &reqwest::Error) -> Refusal {
    if causes(error).any(|cause| matches!(cause.downcast_ref(), Some(NameError::Closed))) {
        return refused("not an address of the public Internet");
    }
    if error.is_builder() {
        return refused("a URL that HTTP cannot carry");
    }
    let host = url.host_str().unwrap_or_default();
    let cause = causes(error).last().map(ToString::to_string).unwrap_or_default();
    let cause: String = cause.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect();
    let what = match error {
        error if error.is_timeout() => "did not answer in time",
        error if error.is_connect() => "cannot be connected to",
        _ => "broke the connection off",
    };
    Refusal::retry(Reason::HostUnreachable, format!("{host} {what}: {cause}"))
}

/// The error and what caused it, outermost first.
pub(super) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}
