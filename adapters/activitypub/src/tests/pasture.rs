//! The documents of fediverse-pasture-inputs, each as the activity that an inbox gets and as the bare object.
//!
//! What comes of them stands in `tests/captures/fediverse-pasture-inputs/golden/`, a line per document, checked by hand
//! against what a reader on Mastodon sees; `CAUSEWAY_BLESS=1` writes the files anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use causeway_core::adapter::Crossed;
use causeway_core::model::{Media, Payload, Post};
use causeway_core::refusal::Refusal;

use super::read;

/// Characters of a text shown.
const SHOWN: usize = 80;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/captures/fediverse-pasture-inputs")
}

#[test]
fn every_document_comes_out_as_its_golden_line() {
    let mut documents = 0;
    let mut wrong = Vec::new();
    for group in groups() {
        let lines = outcome(&group, &mut documents);
        let golden = folder()
            .join("golden")
            .join(group.with_extension("txt").file_name().unwrap());
        if std::env::var_os("CAUSEWAY_BLESS").is_some() {
            std::fs::write(&golden, &lines).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        for (number, (got, want)) in lines
            .lines()
            .zip(expected.lines().chain(std::iter::repeat("")))
            .enumerate()
        {
            if got != want {
                wrong.push(format!(
                    "{}:{}\n  got  {got}\n  want {want}",
                    golden.display(),
                    number + 1
                ));
            }
        }
        if lines.lines().count() != expected.lines().count() {
            wrong.push(format!("{}: other number of lines", golden.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(documents, 322);
}

fn groups() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut groups: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    groups.sort();
    groups
}

fn outcome(group: &Path, documents: &mut usize) -> String {
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(group).unwrap()).unwrap();
    let mut lines = String::new();
    for (number, example) in file["examples"].as_array().unwrap().iter().enumerate() {
        *documents += 1;
        let form = |name: &str| line(&read(raw(group, number, name)), &example[name]);
        let (activity, object) = (form("activity"), form("object"));
        writeln!(lines, "{number:02} {activity}").unwrap();
        if object != activity {
            writeln!(lines, "   bare: {object}").unwrap();
        }
    }
    lines
}

/// The document as written, members in their order.
fn raw(group: &Path, number: usize, name: &str) -> String {
    #[derive(serde::Deserialize)]
    struct File {
        examples: Vec<std::collections::BTreeMap<String, Box<serde_json::value::RawValue>>>,
    }
    let file: File = serde_json::from_slice(&std::fs::read(group).unwrap()).unwrap();
    file.examples[number][name].get().to_owned()
}

fn line(result: &Result<Crossed, Refusal>, source: &serde_json::Value) -> String {
    match result {
        Err(refusal) => format!("refused {} ({})", refusal.reason, refusal.detail),
        Ok(crossed) => bridged(crossed, source),
    }
}

fn bridged(crossed: &Crossed, source: &serde_json::Value) -> String {
    let (post, parent) = match &crossed.activity.payload {
        Payload::Post(post) => (post.as_ref(), None),
        Payload::Comment(comment) => (&comment.post, comment.parent.as_ref()),
        other => return format!("{} {other:?}", other.kind().as_str()),
    };
    let mut line = format!(
        "{} by {} {}",
        crossed.activity.payload.kind().as_str(),
        post.author.as_str(),
        post.audience.scope.as_str()
    );
    let others = post
        .audience
        .recipients
        .iter()
        .filter(|actor| actor.as_str() != "http://remote.example/")
        .count();
    if others > 0 {
        write!(line, "+{others}").unwrap();
    }
    write!(line, " | {}", text(post)).unwrap();
    write!(line, " | {} media{}", post.media.len(), media(&post.media)).unwrap();
    if let Some(parent) = parent {
        write!(line, " | answers {}", parent.as_str()).unwrap();
    }
    details(&mut line, post, source);
    let mut rules: Vec<&str> = crossed.losses.iter().map(|loss| loss.rule.as_ref()).collect();
    rules.sort_unstable();
    rules.dedup();
    // the documents have no page: see url.json for those that do
    rules.retain(|rule| *rule != "post-url" || post.url.as_ref().is_some_and(|_| has_url(source)));
    write!(
        line,
        " | losses: {}",
        if rules.is_empty() {
            "-".to_owned()
        } else {
            rules.join(" ")
        }
    )
    .unwrap();
    line
}

fn has_url(source: &serde_json::Value) -> bool {
    !source["url"].is_null() || !source["object"]["url"].is_null()
}

fn text(post: &Post) -> String {
    let shown: String = post.text.plain.replace('\n', "⏎").chars().take(SHOWN).collect();
    let html = post.text.html.as_deref().map(|html| html.replace('\n', "⏎"));
    match html.filter(|html| *html != shown) {
        Some(html) => format!("{shown:?} from {:?}", html.chars().take(2 * SHOWN).collect::<String>()),
        None => format!("{shown:?}"),
    }
}

fn media(media: &[Media]) -> String {
    let each = media.iter().map(|each| {
        let kind = each.media_type.as_deref().unwrap_or("?");
        each.alt
            .as_ref()
            .map_or_else(|| kind.to_owned(), |alt| format!("{kind} {alt:?}"))
    });
    let all: Vec<String> = each.collect();
    if all.is_empty() {
        String::new()
    } else {
        format!(": {}", all.join(", "))
    }
}

fn details(line: &mut String, post: &Post, source: &serde_json::Value) {
    let mut detail = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            write!(line, " | {name} {value}").unwrap();
        }
    };
    let form = format!("{:?}", post.form);
    detail("form", (form != "Note").then_some(form));
    detail("title", post.title.as_ref().map(|title| format!("{:?}", title.text)));
    detail("warning", post.summary.as_ref().map(|summary| format!("{summary:?}")));
    detail("folded", post.sensitive.then(|| "yes".to_owned()));
    detail(
        "source",
        post.text.source.as_ref().map(|(media_type, _)| media_type.clone()),
    );
    detail("lang", post.text.lang.as_ref().map(|lang| lang.as_str().to_owned()));
    let translations: Vec<String> = post
        .text
        .translations
        .iter()
        .map(|each| format!("{}={:?}", each.lang.as_str(), each.plain))
        .collect();
    detail("also", Some(translations.join(" ")));
    detail(
        "tags",
        Some(
            post.tags
                .iter()
                .map(|tag| format!("#{}", tag.name))
                .collect::<Vec<_>>()
                .join(", "),
        ),
    );
    let mention = |mention: &causeway_core::model::Mention| {
        format!(
            "{} <{}>",
            mention.name.as_deref().unwrap_or("-"),
            mention.actor.as_str()
        )
    };
    detail(
        "mentions",
        Some(post.mentions.iter().map(mention).collect::<Vec<_>>().join(", ")),
    );
    detail(
        "emoji",
        Some(
            post.emoji
                .iter()
                .map(|emoji| emoji.name.clone())
                .collect::<Vec<_>>()
                .join(" "),
        ),
    );
    detail(
        "quotes",
        post.quote.as_ref().map(|quote| quote.object.as_str().to_owned()),
    );
    detail("published", post.published.is_none().then(|| "never".to_owned()));
    let page = post.url.as_ref().filter(|_| has_url(source)).map(ToString::to_string);
    detail(
        "page",
        page.map(|page| {
            if page == post.id.as_str() {
                "its id".to_owned()
            } else {
                page
            }
        }),
    );
}
