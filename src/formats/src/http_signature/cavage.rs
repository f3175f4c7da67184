//! draft-cavage-http-signatures-12, as the fediverse speaks it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;

use super::claim::{Base, Claim, Scheme};
use super::digest;
use super::error::{SignatureError, shown};
use super::normalise::{Message, signing_string};
use super::params::Params;
use super::request::{Policy, Request};
use super::window::{Times, http_date, unix};

/// The most headers a signature may cover.
const MAX_COVERED: usize = 64;

/// Reads the claim of a request whose `Signature` header has this value.
pub(super) fn read(request: &Request<'_>, policy: &Policy<'_>, value: &str) -> Result<Claim, SignatureError> {
    // old versions of node-http-signature write the scheme name of `Authorization` here too
    let params = Params::parse(value.strip_prefix("Signature ").unwrap_or(value))?;
    let key_id = params.require("keyId")?.to_owned();
    let algorithm = algorithm(&params)?;
    let covered = covered(&params)?;
    let signature = STANDARD
        .decode(params.require("signature")?)
        .map_err(|_| SignatureError::Malformed("signature is not base64".to_owned()))?;
    require_covered(&covered)?;
    let times = times(request, &params, &covered, algorithm)?;
    times.check(policy.window, policy.now)?;
    request.origin(policy.site)?;
    digest::check(request, &covered)?;
    let bases = bases(request, &params, &covered)?;
    Claim::new(Scheme::Cavage, key_id, covered, times, signature, bases)
}

/// What the label allows: the key decides the algorithm, and all our keys are RSA with SHA-256.
#[derive(Clone, Copy, PartialEq)]
enum Algorithm {
    /// `hs2019`, or none given: the key knows.
    Derived,
    /// `rsa-sha256`.
    RsaSha256,
}

fn algorithm(params: &Params<'_>) -> Result<Algorithm, SignatureError> {
    match params.get("algorithm") {
        None | Some("hs2019") => Ok(Algorithm::Derived),
        Some("rsa-sha256") => Ok(Algorithm::RsaSha256),
        Some(other) => Err(SignatureError::Algorithm(shown(other))),
    }
}

/// The `headers=` list in lower case, each name once. An absent list means `(created)` alone, which covers too little for us.
// draft-cavage-http-signatures-12 §2.1.6
fn covered(params: &Params<'_>) -> Result<Vec<String>, SignatureError> {
    let mut covered: Vec<String> = Vec::new();
    for name in params
        .get("headers")
        .unwrap_or("(created)")
        .split(' ')
        .filter(|name| !name.is_empty())
    {
        let name = name.to_ascii_lowercase();
        let known = ["(request-target)", "(created)", "(expires)"].contains(&name.as_str());
        if !known && HeaderName::from_lowercase(name.as_bytes()).is_err() {
            return Err(SignatureError::Component(format!(
                "{} is not a header name",
                shown(&name)
            )));
        }
        if covered.contains(&name) {
            return Err(SignatureError::Repeated(format!("covered header {name}")));
        }
        if covered.len() >= MAX_COVERED {
            return Err(SignatureError::Malformed(format!(
                "more than {MAX_COVERED} headers covered"
            )));
        }
        covered.push(name);
    }
    Ok(covered)
}

fn require_covered(covered: &[String]) -> Result<(), SignatureError> {
    let covers = |name: &str| covered.iter().any(|covered| covered == name);
    for name in ["(request-target)", "host"] {
        if !covers(name) {
            return Err(SignatureError::NotCovered(name));
        }
    }
    if !covers("date") && !covers("(created)") {
        return Err(SignatureError::NotCovered("date or (created)"));
    }
    Ok(())
}

/// The times that are signed, and `expires` even when it is not.
fn times(
    request: &Request<'_>,
    params: &Params<'_>,
    covered: &[String],
    algorithm: Algorithm,
) -> Result<Times, SignatureError> {
    let mut times = Times::default();
    for (name, at) in [("(created)", &mut times.created), ("(expires)", &mut times.expires)] {
        let signed = covered.iter().any(|covered| covered == name);
        // draft-cavage-http-signatures-12 §2.3: an error beside a named RSA, HMAC or ECDSA algorithm
        if signed && algorithm != Algorithm::Derived {
            return Err(SignatureError::Component(format!("{name} needs algorithm hs2019")));
        }
        let param = name.trim_matches(['(', ')']);
        match params.get(param) {
            Some(value) => *at = Some(unix(param, value)?),
            None if signed => return Err(SignatureError::Component(format!("{name} has no value"))),
            None => {}
        }
    }
    if !covered.iter().any(|covered| covered == "(created)") {
        times.created = None;
    }
    if covered.iter().any(|covered| covered == "date") {
        let date = request.single("date")?;
        times.date =
            Some(http_date(date.ok_or_else(|| {
                SignatureError::Component("date is not in the request".to_owned())
            })?)?);
    }
    Ok(times)
}

/// The signing strings that the sender may have meant: with the query and without (Mastodon before 4.3 left it out,
/// mastodon/mastodon#18871), with the port in `host` and without (the WordPress plugin leaves it out).
fn bases(request: &Request<'_>, params: &Params<'_>, covered: &[String]) -> Result<Vec<Base>, SignatureError> {
    let mut bases = Vec::new();
    let host = request.single("host")?.unwrap_or_default();
    let portless = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    for host in [Some(host), portless.map(|(name, _)| name)].into_iter().flatten() {
        for (target, query_signed) in [(Some(request.target), true), (request.path_alone(), false)] {
            let Some(target) = target else { continue };
            let mut instead = vec![("host", host.to_owned())];
            for (pseudo, param) in [("(created)", "created"), ("(expires)", "expires")] {
                instead.extend(params.get(param).map(|value| (pseudo, value.to_owned())));
            }
            let message = Message {
                method: request.method.as_str(),
                target,
                headers: request.headers,
                instead: &instead,
            };
            bases.push(Base {
                text: signing_string(&message, covered)?,
                query_signed,
            });
        }
    }
    Ok(bases)
}
