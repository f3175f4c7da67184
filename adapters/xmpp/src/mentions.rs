//! People named in a text: xmpp: links to them, and `@name@host` as people type it.

use causeway_core::model::{Mention, Text};
use causeway_formats::html::{attribute, change_links, to_plain};
use causeway_formats::webfinger::Acct;
use url::Url;

use crate::Config;
use crate::ids::{self, Reference, read_uri, virtual_jid};

/// Mentions of one post. security.md part 4.6
const MAX_MENTIONS: usize = 20;

/// The people that a text names, each once, in order: links first.
pub(crate) fn parse(config: &Config, text: &Text) -> Vec<Mention> {
    let linked = linked(text.html.as_deref().unwrap_or_default());
    let typed = typed(&text.plain).filter_map(|acct| {
        // an address at one of our own domains is a JID (PRODUCT: Identities)
        let actor = if config.serve_domains.iter().any(|domain| domain == acct.host()) {
            ids::actor(&acct.to_string())
        } else {
            virtual_jid(config, &acct.to_string())
        };
        Some(Mention {
            actor: actor?,
            name: Some(format!("@{acct}")),
        })
    });
    let mut mentions: Vec<Mention> = Vec::new();
    for mention in linked.chain(typed).take(MAX_MENTIONS * 4) {
        if let Some(known) = mentions.iter_mut().find(|known| known.actor == mention.actor) {
            known.name = known.name.take().or(mention.name);
        } else if mentions.len() < MAX_MENTIONS {
            mentions.push(mention);
        }
    }
    mentions
}

/// The HTML with links to people led to their JIDs here, as far as the mentions tell whose they are: a link of class
/// `mention` whose text is the name, or its part before the host that the link leads to.
pub(crate) fn link(html: &str, mentions: &[Mention]) -> String {
    change_links(html, |tag, inner| led(tag, inner, mentions))
}

/// The link with the JID of whom it names.
fn led(tag: &str, inner: &str, mentions: &[Mention]) -> Option<String> {
    if !attribute(tag, "class")?.split(' ').any(|each| each == "mention") {
        return None;
    }
    let href = attribute(tag, "href")?;
    let host = Url::parse(&href.replace("&amp;", "&")).ok()?.host_str()?.to_owned();
    let text = to_plain(inner);
    let named = |mention: &&Mention| {
        let name = mention.name.as_deref().unwrap_or_default();
        name == text || name.strip_prefix(text.as_str()).and_then(|rest| rest.strip_prefix('@')) == Some(&*host)
    };
    let jid = ids::jid_of(&mentions.iter().find(named)?.actor)?;
    let to = format!(" href=\"xmpp:{}\"", ids::encode(jid));
    let tag = tag.replacen(&format!(" href=\"{href}\""), &to, 1);
    Some(format!("<{tag}>{inner}</a>"))
}

/// Links to JIDs of people, in sanitised HTML, whose attributes all stand in double quotes.
fn linked(html: &str) -> impl Iterator<Item = Mention> {
    let hrefs = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs
        .filter(|href| href.starts_with("xmpp:"))
        .filter_map(|href| match read_uri(&href.replace("&amp;", "&"))? {
            Reference::Jid(jid) if ids::has_local_part(&jid) => Some(Mention {
                actor: ids::actor(&jid)?,
                name: None,
            }),
            Reference::Jid(_) | Reference::Item(_) | Reference::Place(_) => None,
        })
}

fn typed(plain: &str) -> impl Iterator<Item = Acct> {
    plain
        .split(|each: char| each.is_whitespace() || matches!(each, '(' | ')' | '<' | '>' | '[' | ']' | ',' | ';'))
        .filter_map(|word| {
            let word = word.strip_prefix('@').filter(|word| word.len() <= 320)?;
            let word = word.trim_end_matches(|each: char| !each.is_ascii_alphanumeric());
            let (_, host) = word
                .split_once('@')
                .filter(|(_, host)| host.contains('.') || host.contains(':'))?;
            (!host.contains('@')).then(|| Acct::parse(word).ok())?
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &Text) -> Vec<String> {
        let config = Config {
            bridge: "bridge.example".into(),
            serve_domains: vec!["capulet.lit".into()],
        };
        parse(&config, text)
            .iter()
            .map(|mention| mention.actor.as_str().to_owned())
            .collect()
    }

    #[test]
    fn typed_and_linked_people_are_found_once() {
        let text = Text {
            html: Some(
                r#"<a href="xmpp:alice%5C40masto.example@bridge.example" rel="x">A</a> <a href="xmpp:x.example">x</a>"#
                    .into(),
            ),
            ..Text::plain("Hello @alice@masto.example, (@Bob@B.example.) and @juliet@capulet.lit!")
        };
        assert_eq!(
            found(&text),
            [
                r"alice\40masto.example@bridge.example",
                r"bob\40b.example@bridge.example",
                "juliet@capulet.lit",
            ]
        );
    }

    #[test]
    fn links_to_people_lead_to_their_jids_and_others_stay() {
        let person = |jid: &str, name: &str| Mention {
            actor: ids::actor(jid).unwrap(),
            name: Some(name.into()),
        };
        let mentions = [
            person(r"bob\40b.example@bridge.example", "@bob@b.example"),
            person(r"bob\40c.example@bridge.example", "@bob@c.example"),
            person("juliet@capulet.lit", "@juliet"),
        ];
        let mention = |href: &str, text: &str| format!("<a href=\"{href}\" class=\"u-url mention\">{text}</a>");
        for (href, text, to) in [
            (
                "https://c.example/@bob",
                "@<span>bob</span>",
                Some("xmpp:bob%5C40c.example@bridge.example"),
            ),
            (
                "https://b.example/@bob",
                "@bob@b.example",
                Some("xmpp:bob%5C40b.example@bridge.example"),
            ),
            ("https://x.example/u/7", "@juliet", Some("xmpp:juliet@capulet.lit")),
            ("https://d.example/@bob", "@bob", None),
            ("https://c.example/@bob", "bob", None),
        ] {
            let html = format!(
                "<p>a <a href=\"https://c.example/\">@bob</a> {} b</p>",
                mention(href, text)
            );
            let expected = html.replace(&mention(href, text), &mention(to.unwrap_or(href), text));
            assert_eq!(link(&html, &mentions), expected);
        }
        for odd in ["<a ", "<a href=", "<a class=\"mention\">", "x</a><a ></a>", "é<a é</a>"] {
            assert_eq!(link(odd, &mentions), odd);
        }
    }

    #[test]
    fn nothing_else_is_a_person() {
        for text in [
            "alice@masto.example",
            "@alice",
            "@alice@",
            "@@b.example",
            "@a@b@c.example",
            "@a@localhost",
            "x@a@b.example",
        ] {
            assert!(found(&Text::plain(text)).is_empty(), "{text}");
        }
        assert_eq!(
            found(&Text::plain(
                (0..200).map(|n| format!("@a{n}@b.example ")).collect::<String>()
            ))
            .len(),
            MAX_MENTIONS
        );
    }
}
