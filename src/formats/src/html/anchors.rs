//! Links of HTML that was sanitised: its attributes all stand in double quotes, and no link stands within another.

/// The HTML with each link replaced by what `change` makes of its start tag, without `<` and `>`, and of what it encloses.
/// A link of which it makes nothing stays as it is. Linear in the length of the HTML.
pub fn change_links(html: &str, mut change: impl FnMut(&str, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<a ") {
        let (before, link) = rest.split_at(at);
        let Some((anchor, after)) = link.split_once("</a>") else {
            break;
        };
        out.push_str(before);
        let parts = anchor.strip_prefix('<').and_then(|anchor| anchor.split_once('>'));
        match parts.and_then(|(tag, inner)| change(tag, inner)) {
            Some(changed) => out.push_str(&changed),
            None => {
                out.push_str(anchor);
                out.push_str("</a>");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The value of an attribute of such a start tag, as written.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_changed_one_by_one_and_the_rest_stays() {
        let html = "<p>a <a href=\"x\">b</a> <b>c</b> <a href=\"y\" class=\"k\"><i>d</i></a> é</p>";
        let changed = change_links(html, |tag, inner| {
            let href = attribute(tag, "href")?;
            attribute(tag, "class").map(|class| format!("[{href} {class} {inner}]"))
        });
        assert_eq!(changed, "<p>a <a href=\"x\">b</a> <b>c</b> [y k <i>d</i>] é</p>");
    }

    #[test]
    fn what_is_no_link_stays() {
        for odd in [
            "",
            "<a ",
            "<a href=",
            "<a class=\"k\">",
            "x</a><a ></a>",
            "é<a é</a>",
            "<abbr>a</abbr>",
        ] {
            assert_eq!(change_links(odd, |_, _| None), odd);
        }
    }
}
