//! RFC 9421 HTTP message signatures, in the profile that Mastodon and Fedify speak: one signature, RSA PKCS #1 v1.5 with SHA-256,
//! `created` and `keyid` present.

use sfv::{BareItem, InnerList, ListEntry};

use super::claim::{Base, Claim, Scheme};
use super::components::{self, Message};
use super::digest;
use super::error::{SignatureError, shown};
use super::request::{Origin, Policy, Request};
use super::structured;
use super::window::{Times, bounded, http_date};

/// The only algorithm of the profile. RFC 9421 §3.3.2
pub(super) const ALGORITHM: &str = "rsa-v1_5-sha256";
/// The fragment of our own key ids.
const KEY_FRAGMENT: &str = "main-key";

/// Reads the claim of a request with these `Signature-Input` and `Signature` values.
pub(super) fn read(
    request: &Request<'_>,
    policy: &Policy<'_>,
    input: &str,
    signature: &str,
) -> Result<Claim, SignatureError> {
    let (list, signature) = pair(input, signature)?;
    let key_id = key_id(&list)?;
    check_algorithm(&list)?;
    let covered = components::names(&list)?;
    require_covered(&covered, request)?;
    let times = times(request, &list, &covered)?;
    times.check(policy.window, policy.now)?;
    let origin = request.origin(policy.site)?;
    digest::check(request, &covered)?;
    let bases = bases(request, origin, &list, &covered)?;
    Claim::new(Scheme::Rfc9421, key_id, covered, times, signature, bases)
}

/// The one labelled signature: two of them, or labels that differ, are refused.
// RFC 9421 §4.1 and §4.2; one signature only: Mastodon
fn pair(input: &str, signature: &str) -> Result<(InnerList, Vec<u8>), SignatureError> {
    let inputs = structured::dictionary("Signature-Input", input)?;
    let signatures = structured::dictionary("Signature", signature)?;
    if inputs.len() != 1 || signatures.len() != 1 {
        return Err(SignatureError::Malformed(
            "there must be exactly one signature".to_owned(),
        ));
    }
    let (Some((label, ListEntry::InnerList(list))), Some((signed, value))) =
        (inputs.into_iter().next(), signatures.into_iter().next())
    else {
        return Err(SignatureError::Malformed(
            "Signature-Input is not a list of components".to_owned(),
        ));
    };
    match structured::bytes(&value) {
        Some(bytes) if label == signed => Ok((list, bytes.to_vec())),
        Some(_) => Err(SignatureError::Malformed(
            "Signature and Signature-Input have different labels".to_owned(),
        )),
        None => Err(SignatureError::Malformed("Signature is not a byte sequence".to_owned())),
    }
}

fn key_id(list: &InnerList) -> Result<String, SignatureError> {
    match param(list, "keyid") {
        Some(BareItem::String(id)) => Ok(id.as_str().to_owned()),
        _ => Err(SignatureError::Malformed("Signature-Input has no keyid".to_owned())),
    }
}

/// The key decides the algorithm; a label that says something else is a lie.
fn check_algorithm(list: &InnerList) -> Result<(), SignatureError> {
    match param(list, "alg") {
        None => Ok(()),
        Some(BareItem::String(name)) if name.as_str() == ALGORITHM => Ok(()),
        Some(BareItem::String(name)) => Err(SignatureError::Algorithm(shown(name.as_str()))),
        Some(_) => Err(SignatureError::Malformed("alg is not a string".to_owned())),
    }
}

/// Method, and the whole target with our name: `@target-uri`, or its parts.
fn require_covered(covered: &[String], request: &Request<'_>) -> Result<(), SignatureError> {
    let covers = |name: &str| covered.iter().any(|covered| covered == name);
    if !covers("@method") {
        return Err(SignatureError::NotCovered("@method"));
    }
    if covers("@target-uri") {
        return Ok(());
    }
    if !covers("@authority") && !covers("host") {
        return Err(SignatureError::NotCovered("@target-uri, @authority or host"));
    }
    let query = request.path_alone().is_none() || covers("@query");
    if covers("@request-target") || (covers("@path") && query) {
        return Ok(());
    }
    Err(SignatureError::NotCovered(
        "@target-uri, @request-target, or @path with @query",
    ))
}

fn times(request: &Request<'_>, list: &InnerList, covered: &[String]) -> Result<Times, SignatureError> {
    let created = integer(list, "created")?;
    if created.is_none() {
        return Err(SignatureError::NotCovered("created"));
    }
    let date = match request.single("date")? {
        Some(date) if covered.iter().any(|name| name == "date") => Some(http_date(date)?),
        _ => None,
    };
    Ok(Times {
        created,
        date,
        expires: integer(list, "expires")?,
    })
}

/// The bases that the sender may have meant. Fedify signs the fetch of a key with the fragment of the key's id in `@target-uri`,
/// which is never sent: on a fetch our own fragment is tried as well.
fn bases(
    request: &Request<'_>,
    origin: &Origin,
    list: &InnerList,
    covered: &[String],
) -> Result<Vec<Base>, SignatureError> {
    let message = Message {
        method: request.method.as_str(),
        scheme: &origin.scheme,
        authority: &origin.authority,
        target: request.target,
        fragment: None,
        headers: request.headers,
    };
    let fetch = request.method.is_safe() && covered.iter().any(|name| name == "@target-uri");
    let fragments = [None].into_iter().chain(fetch.then_some(Some(KEY_FRAGMENT)));
    fragments
        .map(|fragment| {
            let (text, _) = components::base(&Message { fragment, ..message }, list)?;
            Ok(Base {
                text,
                query_signed: true,
            })
        })
        .collect()
}

fn integer(list: &InnerList, name: &str) -> Result<Option<u64>, SignatureError> {
    let Some(value) = param(list, name) else {
        return Ok(None);
    };
    let seconds = value
        .as_integer()
        .and_then(|value| u64::try_from(i64::from(value)).ok());
    let seconds = seconds.ok_or_else(|| SignatureError::Time(format!("{name} is not a time")))?;
    bounded(name, seconds).map(Some)
}

fn param<'a>(list: &'a InnerList, name: &str) -> Option<&'a BareItem> {
    list.params
        .iter()
        .find(|(key, _)| key.as_str() == name)
        .map(|(_, value)| value)
}
