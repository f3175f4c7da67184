//! What the adapter must know of its operator's wishes.

use url::Url;

/// Where this bridge lives on the web, and under which name its users are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The base of every URL made here; its host is WHOST. Without path, query and fragment.
    pub public_url: Url,
    /// The domain of handles of users whose own domain it is; WHOST unless delegated.
    pub handle_domain: String,
}

impl Config {
    /// A configuration with only the origin of `public_url` kept. Without `handle_domain`, handles are at WHOST.
    pub fn new(mut public_url: Url, handle_domain: Option<&str>) -> Self {
        public_url.set_path("/");
        public_url.set_query(None);
        public_url.set_fragment(None);
        let mut config = Self {
            public_url,
            handle_domain: String::new(),
        };
        config.handle_domain = handle_domain.map_or_else(|| config.authority(), str::to_ascii_lowercase);
        config
    }

    /// WHOST, with its port where it is not the scheme's own.
    pub fn authority(&self) -> String {
        let host = self.public_url.host_str().unwrap_or_default();
        self.public_url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The URL of a path of ours, which begins with `/`.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}://{}{path}", self.public_url.scheme(), self.authority())
    }
}
