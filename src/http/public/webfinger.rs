//! WebFinger: which documents belong to an address.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use causeway_core::adapter::{Adapter, Link as CoreLink};
use causeway_core::ports::{ActorView, Standing};
use causeway_core::refusal::Refusal;
use causeway_formats::webfinger::{Jrd, Link, Resource, rel};
use serde::Deserialize;

use super::{Site, respond};

/// The query.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    resource: Option<String>,
    #[serde(default)]
    rel: Option<String>,
}

/// `GET /.well-known/webfinger`.
// RFC 7033 §4
pub(super) async fn webfinger(State(site): State<Site>, Query(asked): Query<Asked>) -> Response<Body> {
    let Some(resource) = asked.resource.as_deref() else {
        return respond::refused(
            StatusCode::BAD_REQUEST,
            "malformed",
            "the parameter resource is missing",
        );
    };
    let Ok(resource) = Resource::parse(resource) else {
        return respond::refused(
            StatusCode::BAD_REQUEST,
            "malformed",
            "resource is neither acct: nor https:",
        );
    };
    match describe(&site, &resource).await {
        Ok(Some(mut jrd)) => {
            if let Some(rel) = asked.rel {
                jrd.links.retain(|link| link.rel == rel);
            }
            respond::json_document("application/jrd+json", &jrd.to_json())
        }
        Ok(None) => respond::not_found().await,
        Err(refusal) => respond::refusal(&refusal),
    }
}

async fn describe(site: &Site, resource: &Resource) -> Result<Option<Jrd>, Refusal> {
    let names = match resource {
        Resource::Acct(acct) if is_instance(site, acct.user(), acct.host()) => return Ok(instance(site)),
        Resource::Acct(acct) => handles(site, acct.user(), acct.host()),
        Resource::Url(url) => match own_path(site, url.as_str()) {
            Some("/" | "/actor") => return Ok(instance(site)),
            Some(path) => match path.strip_prefix("/users/").or_else(|| path.strip_prefix("/@")) {
                Some(name) if !name.contains('/') => vec![name.to_owned()],
                _ => return Ok(None),
            },
            None => return Ok(None),
        },
    };
    for name in names {
        let jrd = named(site, &name).await?;
        if jrd.is_some() {
            return Ok(jrd);
        }
    }
    Ok(None)
}

/// Whoever is of that name, with the links of every network that they agreed to.
async fn named(site: &Site, name: &str) -> Result<Option<Jrd>, Refusal> {
    let mut jrd: Option<Jrd> = None;
    for adapter in site.adapters.iter() {
        let Some(view) = site.context.reads.actor_named(name, &adapter.network()).await? else {
            continue;
        };
        if view.standing == Standing::Active && view.consents.contains(&adapter.network()) {
            add(site, jrd.get_or_insert_default(), &view, adapter.as_ref());
        }
    }
    Ok(jrd)
}

/// The links of one network. The subject is the handle, whatever name was asked for.
fn add(site: &Site, jrd: &mut Jrd, view: &ActorView, adapter: &dyn Adapter) {
    if jrd.subject.is_none() {
        jrd.subject = view.profile.handle.as_ref().map(|handle| format!("acct:{handle}"));
        jrd.aliases.push(site.url(&format!("/users/{}", view.opaque)));
        jrd.links.push(Link::new(
            rel::PROFILE_PAGE,
            Some("text/html"),
            &site.url(&format!("/users/{}", view.opaque)),
        ));
    }
    jrd.links.extend(adapter.links(&view.id).into_iter().map(written));
}

fn instance(site: &Site) -> Option<Jrd> {
    let mut jrd = Jrd {
        subject: Some(format!("acct:{0}@{0}", site.host)),
        ..Jrd::default()
    };
    for adapter in site.adapters.iter() {
        if let Some(actor) = adapter.instance() {
            jrd.links.extend(adapter.links(&actor).into_iter().map(written));
        }
    }
    site.instances().next().is_some().then_some(jrd)
}

fn written(link: CoreLink) -> Link {
    match (link.href, link.template) {
        (Some(href), _) => Link::new(link.rel, link.media_type, &href),
        (None, template) => Link::template(link.rel, link.media_type, &template.unwrap_or_default()),
    }
}

fn is_instance(site: &Site, user: &str, host: &str) -> bool {
    host.eq_ignore_ascii_case(&site.host) && user.eq_ignore_ascii_case(site.host.as_str())
}

/// The handles that an address can stand for. Names of other domains stand for none and get 404, so that a proxy can ask
/// another server next.
// PRODUCT: acct:juliet@WHOST is answered for whoever is juliet@HANDLE_DOMAIN
fn handles(site: &Site, user: &str, host: &str) -> Vec<String> {
    let web = host.eq_ignore_ascii_case(&site.host);
    let apex = web || host.eq_ignore_ascii_case(&site.handle_domain);
    let hosts = [(web, &site.host), (apex, &site.handle_domain)];
    let ours = hosts.into_iter().filter(|(asked, _)| *asked);
    // RFC 7565 §4: compared as the stored handles are written, in lower case
    let user = user.to_ascii_lowercase();
    ours.map(|(_, host)| format!("{user}@{host}")).collect()
}

fn own_path<'a>(site: &Site, url: &'a str) -> Option<&'a str> {
    let path = url.strip_prefix(site.public_url.as_str().trim_end_matches('/'))?;
    match path {
        "" => Some("/"),
        _ if path.starts_with('/') => Some(path),
        _ => None,
    }
}
