//! A web of scripted pages, behind the interface of the guarded client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use causeway_core::ports::{HttpClient, HttpRequest, HttpResponse, Later, Redirects};
use causeway_core::refusal::{Reason, Refusal};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use url::Url;

/// A request as a page sees it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What a page answers.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

type Script = Arc<dyn Fn(&Seen) -> Option<Page> + Send + Sync>;

/// The web: pages by URL, and a log of all requests. A page that answers `None` never answers.
#[derive(Default)]
pub(crate) struct Web {
    pages: Mutex<HashMap<String, Script>>,
    log: Mutex<Vec<Seen>>,
    http: Mutex<bool>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn is_rfc9421(&self) -> bool {
        self.headers.contains_key("signature-input")
    }

    pub(crate) fn is_signed(&self) -> bool {
        self.headers.contains_key("signature")
    }
}

impl Page {
    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub(crate) fn of(media_type: &str, body: impl Into<String>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type", media_type.to_owned())],
            body: body.into(),
        }
    }

    pub(crate) fn document(body: &serde_json::Value) -> Self {
        Self::of("application/activity+json; charset=utf-8", body.to_string())
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::status(302).with("location", to)
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl Web {
    /// Allows `http`, as the client does in tests.
    pub(crate) fn allow_http(&self) {
        *self.http.lock().unwrap() = true;
    }

    pub(crate) fn put(&self, url: &str, page: Page) {
        self.on(url, move |_| Some(page.clone()));
    }

    pub(crate) fn on(&self, url: &str, script: impl Fn(&Seen) -> Option<Page> + Send + Sync + 'static) {
        self.pages.lock().unwrap().insert(url.to_owned(), Arc::new(script));
    }

    /// All requests so far.
    pub(crate) fn log(&self) -> Vec<Seen> {
        self.log.lock().unwrap().clone()
    }

    /// How often `url` was asked.
    pub(crate) fn count(&self, url: &str) -> usize {
        self.log().iter().filter(|seen| seen.url == url).count()
    }

    fn page(&self, url: &Url) -> Result<Script, Refusal> {
        let pages = self.pages.lock().unwrap();
        if let Some(script) = pages.get(url.as_str()) {
            return Ok(Arc::clone(script));
        }
        let origin = url.origin().ascii_serialization();
        if pages.keys().any(|page| page.starts_with(&format!("{origin}/"))) {
            return Ok(Arc::new(|_| Some(Page::status(404))));
        }
        Err(Refusal::retry(Reason::HostUnreachable, "nobody is there"))
    }

    async fn hop(&self, request: &HttpRequest<'_>, url: &Url) -> Result<Page, Refusal> {
        if url.scheme() != "https" && !*self.http.lock().unwrap() {
            return Err(Refusal::reject(Reason::AddressRefused, "not https"));
        }
        let mut headers = request.headers.clone();
        if let Some(signer) = request.signer {
            headers.extend(signer.sign(&request.method, url, request.body.as_deref())?);
        }
        let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
        headers.insert(header::HOST, HeaderValue::from_str(authority).unwrap());
        let seen = Seen {
            method: request.method.clone(),
            url: url.to_string(),
            headers,
            body: request.body.clone().unwrap_or_default(),
        };
        self.log.lock().unwrap().push(seen.clone());
        tokio::task::yield_now().await;
        let page = self.page(url)?(&seen);
        match page {
            Some(page) => Ok(page),
            None => std::future::pending().await,
        }
    }

    async fn answer(&self, request: HttpRequest<'_>) -> Result<HttpResponse, Refusal> {
        let mut url = request.url.clone();
        let mut hops = match request.redirects {
            Redirects::Show => 0,
            Redirects::Follow(hops) => hops,
        };
        loop {
            let page = self.hop(&request, &url).await?;
            let location = page.headers.iter().find(|(name, _)| *name == "location");
            if let (Some((_, to)), true) = (location, hops > 0) {
                hops -= 1;
                url = url.join(to).unwrap();
                continue;
            }
            let headers = page.headers.iter().map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            });
            let response = HttpResponse {
                status: StatusCode::from_u16(page.status).unwrap(),
                headers: headers.collect(),
                body: Bytes::from(page.body),
                url,
            };
            let media_type = response.media_type().unwrap_or_default();
            if response.status.is_success()
                && !request.accept.is_empty()
                && !request.accept.contains(&media_type.as_str())
            {
                return Err(Refusal::reject(Reason::MediaType, media_type));
            }
            if response.body.len() > request.limit {
                return Err(Refusal::reject(Reason::TooLarge, "too large"));
            }
            return Ok(response);
        }
    }
}

impl HttpClient for Web {
    fn send<'a>(&'a self, request: HttpRequest<'a>) -> Later<'a, HttpResponse> {
        Box::pin(self.answer(request))
    }
}
