//! People named in a text: xmpp: links to them, and `@name@host` as people type it.

use causeway_core::model::{Mention, Text};
use causeway_formats::webfinger::Acct;

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
