//! The `Accept` header.

use axum::http::{HeaderMap, header};

/// Media types taken at most from one header.
const MOST: usize = 32;

/// The media types a client takes, best first, in lower case, parameters dropped. Nothing said is `*/*`.
// RFC 9110 §12.5.1
pub(super) fn accepted(headers: &HeaderMap) -> Vec<String> {
    let said = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut ranges: Vec<(u16, String)> = said
        .flat_map(|value| value.split(','))
        .take(MOST)
        .filter_map(range)
        .filter(|(weight, _)| *weight > 0)
        .collect();
    // the sort is stable: of equal weight the first named wins
    ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    if ranges.is_empty() {
        return vec!["*/*".to_owned()];
    }
    ranges.into_iter().map(|(_, media_type)| media_type).collect()
}

/// One range with its weight in thousandths.
fn range(text: &str) -> Option<(u16, String)> {
    let mut parts = text.split(';');
    let media_type = parts.next()?.trim().to_ascii_lowercase();
    let weight = parts
        .filter_map(|parameter| parameter.trim().strip_prefix("q="))
        .find_map(|q| q.trim().parse::<f32>().ok())
        .map_or(1000, |q| (q.clamp(0.0, 1.0) * 1000.0) as u16);
    (!media_type.is_empty()).then_some((weight, media_type))
}

/// Whether a person's browser asks: it names HTML before anything that a
/// server of the social web would, or nothing that one would.
pub(super) fn wants_page(accepted: &[String]) -> bool {
    accepted
        .iter()
        .find_map(|media_type| match media_type.as_str() {
            "text/html" | "application/xhtml+xml" => Some(true),
            "application/activity+json" | "application/ld+json" => Some(false),
            _ => None,
        })
        .unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Vec<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        accepted(&headers)
    }

    #[test]
    fn weights_order_and_zero_excludes() {
        assert_eq!(
            of("text/html;q=0.5, application/activity+json, a/b;q=0"),
            ["application/activity+json", "text/html"]
        );
        assert_eq!(
            of(r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#),
            ["application/ld+json"]
        );
        assert_eq!(accepted(&HeaderMap::new()), ["*/*"]);
    }

    #[test]
    fn a_browser_wants_a_page_and_a_server_does_not() {
        assert!(wants_page(&of(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        )));
        assert!(!wants_page(&of("application/activity+json, text/html;q=0.1")));
        assert!(wants_page(&of("*/*")), "whoever names nothing gets what people read");
    }
}
