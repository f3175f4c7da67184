//! Writing HTML: the same spelling as ammonia's serialiser, so that cleaning twice changes nothing.

/// Appends character data (WHATWG HTML §13.3, escaping a string).
pub(super) fn text(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            other => out.push(other),
        }
    }
}

/// Appends ` name="value"`.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Appends `<name …>`.
pub(super) fn start<'a>(out: &mut String, name: &str, attributes: impl IntoIterator<Item = (&'a str, &'a str)>) {
    out.push('<');
    out.push_str(name);
    for (key, value) in attributes {
        attribute(out, key, value);
    }
    out.push('>');
}

/// Appends `</name>`.
pub(super) fn end(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}
