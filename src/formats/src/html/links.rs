//! Links whose text names another place than the one they lead to (CVE-2023-36462).

use url::{Host, Url};

/// The place a link really leads to (`evil.example`, or `xmpp:`), if its text claims another.
///
/// Claims are: a word with `http://`, `https://` or `www.`, or a text that is nothing but a host
/// name with an optional path. A claim is true for the host itself, with or without `www.`, and
/// for hosts below the one claimed.
pub(super) fn disguised(text: &str, address: &str) -> Option<String> {
    if text.trim() == address {
        return None;
    }
    let real = Url::parse(address).ok()?;
    let place = match real.host_str() {
        Some(host) => host.to_owned(),
        None => format!("{}:", real.scheme()),
    };
    if text.trim_end().ends_with(&format!("[{place}]")) {
        return None;
    }
    let mut words = text.split_whitespace();
    let lone = words.clone().count() == 1;
    let lies = words.any(|word| claim(word, lone).is_some_and(|claimed| !leads_to(&place, &claimed)));
    lies.then_some(place)
}

fn claim(word: &str, lone: bool) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let web = ["http://", "https://"].iter().find_map(|scheme| {
        let at = lower.find(scheme)?;
        lower.get(at + scheme.len()..)
    });
    if let Some(rest) = web {
        return host_of(rest);
    }
    if lower.starts_with("www.") {
        return host_of(&lower);
    }
    let bare = lone && !lower.contains('@') && !lower.contains(':') && has_top_level_domain(&lower);
    if bare { host_of(&lower) } else { None }
}

fn host_of(rest: &str) -> Option<String> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?.trim_end_matches(['.', ',', ')', '!', ';']);
    let Ok(Host::Domain(domain)) = Host::parse(host) else {
        return None;
    };
    domain.contains('.').then_some(domain)
}

fn has_top_level_domain(word: &str) -> bool {
    let host = word.split(['/', '?', '#']).next().unwrap_or_default();
    host.rsplit_once('.')
        .is_some_and(|(rest, last)| !rest.is_empty() && last.len() >= 2 && last.chars().all(char::is_alphabetic))
}

fn leads_to(place: &str, claimed: &str) -> bool {
    let claimed = claimed.strip_prefix("www.").unwrap_or(claimed);
    place
        .strip_suffix(claimed)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::disguised;

    #[test]
    fn row_25_text_that_names_another_host_is_found() {
        for (text, address) in [
            ("https://good.example/a", "https://evil.example/a"),
            ("see https://good.example now", "https://evil.example/"),
            ("www.good.example", "https://evil.example/"),
            ("good.example", "https://evil.example/"),
            ("good.example/login", "https://evil.example/"),
            ("https://good.example@evil.example/", "https://good.example/"),
            ("https://evilgood.example", "https://good.example/"),
            ("https://good.example", "https://evilgood.example/"),
        ] {
            assert!(disguised(text, address).is_some(), "{text} -> {address}");
        }
        assert_eq!(
            disguised("https://good.example", "xmpp:a@evil.example").unwrap(),
            "xmpp:"
        );
    }

    #[test]
    fn honest_links_are_left_alone() {
        for (text, address) in [
            ("https://good.example/a", "https://good.example/a"),
            ("good.example", "https://www.good.example/"),
            ("https://www.good.example/", "https://good.example/"),
            ("good.example/news", "https://news.good.example/news"),
            ("@alice@masto.example", "https://social.masto.example/@alice"),
            ("#rust", "https://masto.example/tags/rust"),
            ("bob@mail.example", "mailto:bob@other.example"),
            ("version 1.0", "https://dl.example/1.0"),
            ("1.0", "https://dl.example/1.0"),
            ("click here", "https://evil.example/"),
            ("https://good.example [evil.example]", "https://evil.example/"),
            ("https://bücher.example", "https://xn--bcher-kva.example/"),
        ] {
            assert_eq!(disguised(text, address), None, "{text} -> {address}");
        }
    }
}
