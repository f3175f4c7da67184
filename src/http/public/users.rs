//! `/users/…`: an actor and what belongs to it, as a document for programs or a page for people.

use axum::body::Body;
use axum::extract::{OriginalUri, Path, Query, Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use causeway_core::adapter::{Adapter, Raw, RawSource, RenderContext, Rendered, Resource};
use causeway_core::model::Attested;
use causeway_core::ports::{ActorView, ObjectView, Page, Standing, Viewer};
use causeway_core::refusal::{Reason, Refusal};
use serde::Deserialize;

use super::{Site, accept, pages, respond};
use crate::metrics;

/// How many entries a page of a collection has.
const PAGE: usize = 20;

/// Which part of a collection is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Part {
    page: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

/// Why nothing is shown.
enum Hidden {
    NotFound,
    Gone,
    Unsigned,
    Failed(Refusal),
}

impl From<Refusal> for Hidden {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal)
    }
}

/// `GET /users/{id}`.
pub(super) async fn actor(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response<Body> {
    finish(actor_document(&site, &id, request).await).await
}

/// `GET /@{name}`.
pub(super) async fn named(State(site): State<Site>, Path(name): Path<String>, request: Request) -> Response<Body> {
    finish(actor_document(&site, &name, request).await).await
}

/// `GET /users/{id}/posts/{post}` and the like.
pub(super) async fn object(
    State(site): State<Site>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response<Body> {
    finish(object_document(&site, uri.path(), request).await).await
}

/// `GET /users/{id}/outbox`.
pub(super) async fn outbox(
    State(site): State<Site>,
    Path(id): Path<String>,
    Query(part): Query<Part>,
    request: Request,
) -> Response<Body> {
    let made = async {
        let asked = Asked::new(&site, request).await?;
        asked.signed_enough(&site)?;
        let (adapter, view) = seen(&site, &id).await?;
        let page = match part.page() {
            Some(page) => Some(
                site.context
                    .reads
                    .timeline(&asked.viewer, &view.id, &adapter.network(), &page)
                    .await?,
            ),
            None => None,
        };
        let resource = Resource::Outbox {
            actor: view.id,
            total: view.posts,
            page,
        };
        asked.document(adapter, &resource, &RenderContext::default())
    };
    finish(made.await).await
}

/// `GET /users/{id}/followers`: how many, never who.
pub(super) async fn followers(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let made = async {
        let asked = Asked::new(&site, request).await?;
        asked.signed_enough(&site)?;
        let (adapter, view) = seen(&site, &id).await?;
        let resource = Resource::Followers {
            actor: view.id,
            total: view.followers,
            page: None,
        };
        asked.document(adapter, &resource, &RenderContext::default())
    };
    finish(made.await).await
}

/// `GET /users/{id}/following`: how many, never who.
pub(super) async fn following(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let made = async {
        let asked = Asked::new(&site, request).await?;
        asked.signed_enough(&site)?;
        let (adapter, view) = seen(&site, &id).await?;
        let resource = Resource::Following {
            actor: view.id,
            total: view.following,
            page: None,
        };
        asked.document(adapter, &resource, &RenderContext::default())
    };
    finish(made.await).await
}

/// `GET /users/{id}/posts/{post}/replies`: for whoever may see the post, the answers that they may see.
pub(super) async fn replies(
    State(site): State<Site>,
    OriginalUri(uri): OriginalUri,
    Query(part): Query<Part>,
    request: Request,
) -> Response<Body> {
    finish(replies_document(&site, uri.path(), &part, request).await).await
}

async fn replies_document(site: &Site, path: &str, part: &Part, request: Request) -> Result<Response<Body>, Hidden> {
    let asked = Asked::new(site, request).await?;
    asked.signed_enough(site)?;
    let object = path.strip_suffix("/replies").ok_or(Hidden::NotFound)?;
    let (adapter, view) = asked.found(site, object).await?;
    if view.gone.is_some() {
        return Err(Hidden::Gone);
    }
    let network = adapter.network();
    // of the collection itself only the number is shown
    let page = part.page().unwrap_or(Page {
        max: 0,
        ..Page::default()
    });
    let slice = site
        .context
        .reads
        .replies(&asked.viewer, &view.id, &network, &page)
        .await?;
    let resource = Resource::Replies {
        actor: view.author.actor,
        object: view.id,
        total: slice.total,
        page: part.page().map(|_| slice),
    };
    asked.document(adapter, &resource, &RenderContext::default())
}

async fn actor_document(site: &Site, id: &str, request: Request) -> Result<Response<Body>, Hidden> {
    // whoever asks: two servers with authorised fetch must never wait for each other's keys
    let asked = Asked::anyone(&request);
    let (adapter, view) = seen(site, id).await?;
    if asked.page {
        return Ok(pages::actor(site, &view));
    }
    let public_key = site.context.keys.own(&view.id).await?.public_pem.clone();
    let profile = view.profile.clone();
    let context = RenderContext {
        author: Some(&profile),
        public_key: Some(&public_key),
    };
    asked.document(adapter, &Resource::Actor(Box::new(view)), &context)
}

async fn object_document(site: &Site, path: &str, request: Request) -> Result<Response<Body>, Hidden> {
    let asked = Asked::new(site, request).await?;
    asked.signed_enough(site)?;
    let (adapter, view) = asked.found(site, path).await?;
    asked.object(site, adapter, view)
}

/// The active local actor of that name or opaque id, on the first network that knows it.
async fn seen<'a>(site: &'a Site, name: &str) -> Result<(&'a dyn Adapter, ActorView), Hidden> {
    let mut gone = false;
    for adapter in site.adapters.iter() {
        let network = adapter.network();
        let Some(view) = site.context.reads.actor_named(name, &network).await? else {
            continue;
        };
        match view.standing {
            Standing::Active | Standing::Paused if view.consents.contains(&network) => {
                return Ok((adapter.as_ref(), view));
            }
            Standing::Stopped | Standing::Gone => gone = true,
            Standing::Active | Standing::Paused | Standing::Known => {}
        }
    }
    Err(if gone { Hidden::Gone } else { Hidden::NotFound })
}

/// Who asks, and for what.
struct Asked {
    accepted: Vec<String>,
    page: bool,
    viewer: Viewer,
}

impl Asked {
    fn anyone(request: &Request) -> Self {
        let accepted = accept::accepted(request.headers());
        let page = accept::wants_page(&accepted);
        Self {
            accepted,
            page,
            viewer: Viewer::Anyone,
        }
    }

    async fn new(site: &Site, request: Request) -> Result<Self, Hidden> {
        let (parts, _) = request.into_parts();
        let accepted = accept::accepted(&parts.headers);
        let page = accept::wants_page(&accepted);
        let signed = parts.headers.contains_key("signature") || parts.headers.contains_key("signature-input");
        let viewer = if signed && !page {
            signer(site, parts).await?
        } else {
            Viewer::Anyone
        };
        Ok(Self { accepted, page, viewer })
    }

    fn signed_enough(&self, site: &Site) -> Result<(), Hidden> {
        let open = !site.authorized_fetch || self.page || self.viewer != Viewer::Anyone;
        open.then_some(()).ok_or(Hidden::Unsigned)
    }

    /// The object at `path`, on the first network that shows it to whoever asks.
    async fn found<'a>(&self, site: &'a Site, path: &str) -> Result<(&'a dyn Adapter, ObjectView), Hidden> {
        let url = site.url(path);
        for adapter in site.adapters.iter() {
            let network = adapter.network();
            let id = causeway_core::id::ObjectId::new(network.clone(), url.as_str());
            if let Some(view) = site.context.reads.object(&self.viewer, &id, &network).await? {
                return Ok((adapter.as_ref(), view));
            }
        }
        Err(Hidden::NotFound)
    }

    fn document(
        &self,
        adapter: &dyn Adapter,
        resource: &Resource,
        context: &RenderContext<'_>,
    ) -> Result<Response<Body>, Hidden> {
        match adapter.representation(resource, &self.accepted, context) {
            Some(Ok(rendered)) => Ok(document(StatusCode::OK, rendered)),
            Some(Err(refusal)) if refusal.reason == Reason::PrivateAudience => Err(Hidden::NotFound),
            Some(Err(refusal)) => Err(Hidden::Failed(refusal)),
            None => Err(Hidden::NotFound),
        }
    }

    fn object(&self, site: &Site, adapter: &dyn Adapter, view: ObjectView) -> Result<Response<Body>, Hidden> {
        let gone = view.gone.is_some() || view.payload.is_none();
        if self.page {
            return if gone {
                Err(Hidden::Gone)
            } else {
                Ok(pages::object(site, &view))
            };
        }
        let author = view.author.clone();
        let context = RenderContext {
            author: Some(&author),
            public_key: None,
        };
        let mut response = self.document(adapter, &Resource::Object(Box::new(view)), &context)?;
        if self.viewer != Viewer::Anyone {
            // what one signer may see, no cache may show to another
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        }
        // AP §6.4: a Tombstone with status 410
        Ok(if gone {
            with_status(response, StatusCode::GONE)
        } else {
            response
        })
    }
}

/// Who signed the request, by the first adapter that can tell.
async fn signer(site: &Site, parts: http::request::Parts) -> Result<Viewer, Hidden> {
    let received = site.context.clock.now();
    for adapter in site.adapters.iter() {
        let source = RawSource::Request(Box::new(parts.clone()));
        let raw = Raw {
            source,
            body: bytes::Bytes::new(),
            received,
        };
        match adapter.authenticate(raw, &site.context).await {
            Ok(wire) => {
                metrics::signature(None);
                if let Attested::Actor(actor) = wire.attested {
                    return Ok(Viewer::Actor(actor));
                }
            }
            Err(refusal) if refusal.is_transient() => return Err(Hidden::Failed(refusal)),
            // most who read sign nothing, and need not
            Err(refusal) if refusal.reason == Reason::SignatureMissing => {}
            Err(refusal) => metrics::signature(Some(refusal.reason)),
        }
    }
    Ok(Viewer::Anyone)
}

impl Part {
    fn page(&self) -> Option<Page> {
        (self.page.is_some() || self.before.is_some() || self.after.is_some()).then(|| Page {
            max: PAGE,
            before: self.before.clone(),
            after: self.after.clone(),
            index: None,
        })
    }
}

fn document(status: StatusCode, rendered: Rendered) -> Response<Body> {
    respond::document(status, rendered.media_type, rendered.body)
}

fn with_status(mut response: Response<Body>, status: StatusCode) -> Response<Body> {
    *response.status_mut() = status;
    response
}

async fn finish(made: Result<Response<Body>, Hidden>) -> Response<Body> {
    match made {
        Ok(response) => response,
        Err(Hidden::NotFound) => respond::not_found().await,
        Err(Hidden::Gone) => respond::refused(StatusCode::GONE, "gone", "this is no more"),
        Err(Hidden::Unsigned) => respond::refused(
            StatusCode::UNAUTHORIZED,
            "signature-missing",
            "fetches of this must be signed",
        ),
        Err(Hidden::Failed(refusal)) => respond::refusal(&refusal),
    }
}
