//! Posts, read and written.

use causeway_core::adapter::{Need, Parsed};
use causeway_core::model::{
    Audience, Choice, CustomEmoji, Event, Geo, Lang, Media, Mention, Payload, Poll, Post, PostForm, Quote, Scope, Tag,
    Text, Title, Translation,
};
use causeway_core::refusal::Disposition;
use url::Url;

use super::*;
use crate::ids::{Item, MICROBLOG};

const TITLED: &str = include_str!("../../../../tests/captures/movim/titled-post.xml");
const SHORT: &str = include_str!("../../../../tests/captures/movim/short-post.xml");
const WARNED: &str = include_str!("../../../../tests/captures/movim/warned-post.xml");
const LIBERVIA: &str = include_str!("../../../../tests/captures/libervia/short-post.xml");

fn juliet() -> Envelope {
    event("juliet@capulet.lit", MICROBLOG)
}

fn post(crossed: &Crossed) -> &Post {
    match &crossed.activity.payload {
        Payload::Post(post) => post,
        other => panic!("not a post: {other:?}"),
    }
}

fn alices(text: Text) -> Post {
    let id = Item::new(ALICE, MICROBLOG, "0a1b2c3d4e").unwrap().object();
    let published = Timestamp::parse("2026-11-22T10:00:00Z");
    Post {
        published,
        ..Post::note(id, ids::actor(ALICE).unwrap(), text)
    }
}

fn rendered(post: Post) -> Rendered {
    render(&outgoing(ALICE, Payload::Post(Box::new(post)))).unwrap()
}

fn entry(content: &str) -> String {
    format!(
        "<item xmlns='http://jabber.org/protocol/pubsub#event' id='abcdef'><entry xmlns='http://www.w3.org/2005/Atom'>{content}</entry></item>"
    )
}

#[test]
fn movim_titled() {
    let crossed = one(TITLED, &juliet());
    let post = post(&crossed);
    assert_eq!(
        post.id.as_str(),
        "xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0;item=on-gardens-2f9a"
    );
    assert_eq!(post.real_title(), Some("On gardens"));
    assert_eq!(
        post.text.source,
        Some((
            "text/markdown".into(),
            "What is in a **name**? See [roses](https://roses.example/).".into()
        ))
    );
    assert_eq!(
        post.text.plain,
        "What is in a name? See roses (https://roses.example/)."
    );
    assert!(post.text.html.as_deref().unwrap().contains("<strong>name</strong>"));
    assert_eq!(post.media[0].alt.as_deref(), Some("A rose"));
    assert_eq!(post.media[0].media_type.as_deref(), Some("image/jpeg"));
    assert_eq!(
        post.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(),
        ["gardens", "Roses"]
    );
    assert_eq!(
        post.url.as_ref().unwrap().as_str(),
        "https://movim.capulet.lit/blog/juliet@capulet.lit/on-gardens-2f9a"
    );
    assert_eq!(
        post.replies.as_ref().unwrap().as_str(),
        "xmpp:comments.capulet.lit?;node=urn:xmpp:microblog:0:comments/on-gardens-2f9a"
    );
    assert_eq!(post.published, Timestamp::parse("2026-11-22T10:00:00Z"));
    assert_eq!(post.edited, Timestamp::parse("2026-11-22T10:05:00Z"));
    assert_eq!(crossed.activity.actor.as_str(), "juliet@capulet.lit");
    assert_eq!(
        rules(&crossed.losses),
        [] as [&str; 0],
        "the link preview's address stands in the text"
    );
}

#[test]
fn movim_short_and_warned() {
    let crossed = one(SHORT, &juliet());
    assert_eq!(
        (post(&crossed).title.clone(), post(&crossed).text.plain.as_str()),
        (None, "Good night, good night")
    );
    assert_eq!((post(&crossed).edited, &crossed.losses[..]), (None, &[][..]));
    let crossed = one(WARNED, &juliet());
    assert!(post(&crossed).sensitive && post(&crossed).tags.is_empty());
    assert_eq!(
        post(&crossed).text.html,
        None,
        "XHTML that only repeats the text says nothing more"
    );
}

#[test]
fn libervia_has_two_titles_and_no_content() {
    let crossed = one(LIBERVIA, &event("mercutio@verona.lit", MICROBLOG));
    let post = post(&crossed);
    assert_eq!(post.title, None);
    assert_eq!(post.text.plain, "Tell me, where do the fairies live?");
    assert!(post.text.html.as_deref().unwrap().contains("<em>where</em>"));
    assert_eq!(post.text.lang.as_ref().map(|lang| lang.as_str()), Some("en"));
    assert_eq!(post.text.source, None);
}

#[test]
fn a_title_that_repeats_the_text_is_no_title() {
    let crossed = one(
        &entry(
            "<title>Hello wor…</title><content>Hello world, hello sun</content><updated>2026-11-22T10:00:00Z</updated>",
        ),
        &juliet(),
    );
    assert_eq!(
        (post(&crossed).title.clone(), rules(&crossed.losses)),
        (None, vec!["xmpp-post-title-repeats"])
    );
}

#[test]
fn openness_is_proved_per_item() {
    let known = Known {
        found: HashMap::new(),
        failed: None,
    };
    let probe = Need::Object("probe:xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0;item=on-gardens-2f9a".into());
    assert_eq!(parse_with(TITLED, &juliet(), &known), Parsed::Needs(vec![probe]));

    let closed = Known {
        failed: Some(Refusal::reject(Reason::HostRefused, "forbidden")),
        ..known
    };
    let Parsed::Done(crossing) = parse_with(TITLED, &juliet(), &closed) else {
        panic!()
    };
    assert_eq!(crossing.refused[0].reason, Reason::NodeClosed);
    let silent = Known {
        failed: Some(Refusal::retry(Reason::HostUnreachable, "no answer")),
        found: HashMap::new(),
    };
    let Parsed::Done(crossing) = parse_with(TITLED, &juliet(), &silent) else {
        panic!()
    };
    assert_eq!(crossing.refused[0].disposition, Disposition::Retry(None));
    // what a probe itself brought is proven
    let read = Envelope {
        how: How::Read,
        open: true,
        ..juliet()
    };
    let Parsed::Done(crossing) = parse_with(TITLED, &read, &closed) else {
        panic!()
    };
    assert_eq!(crossing.activities.len(), 1);
}

#[test]
fn an_event_without_payload_takes_that_of_the_probe() {
    let header =
        "<item xmlns='http://jabber.org/protocol/pubsub#event' id='on-gardens-2f9a' publisher='juliet@capulet.lit'/>";
    let need = Need::Object("probe:xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0;item=on-gardens-2f9a".into());
    let known = Known {
        found: HashMap::from([(need, wire(TITLED, &Envelope::default()))]),
        failed: None,
    };
    let Parsed::Done(crossing) = parse_with(header, &juliet(), &known) else {
        panic!()
    };
    assert_eq!(post(&crossing.activities[0]).real_title(), Some("On gardens"));
}

#[test]
fn row_8_the_entry_is_no_evidence_of_its_author() {
    let claim = entry(
        "<title>x</title><author><uri>xmpp:alice@a.example</uri></author><updated>2026-11-22T10:00:00Z</updated>",
    );
    let crossed = one(&claim, &juliet());
    assert_eq!(crossed.activity.actor.as_str(), "juliet@capulet.lit");
    assert_eq!(rules(&crossed.losses), ["xmpp-post-author-claimed"]);
    let forged = TITLED.replace("publisher='juliet@capulet.lit'", "publisher='tybalt@capulet.lit'");
    assert_eq!(refused(&forged, &juliet()), Reason::AuthorUnproven);
    // a file is nobody's word, and a wire that claims to be one is refused
    let from_file = wire(&claim, &Envelope::default());
    let live = Wire {
        attested: Attested::Host("a.example".into()),
        ..from_file.clone()
    };
    let known = Known {
        found: HashMap::new(),
        failed: None,
    };
    let context = ParseContext {
        now: now(),
        lookup: &known,
    };
    let Parsed::Done(crossing) = crate::parse(&config(), &live, &context) else {
        panic!()
    };
    assert_eq!(crossing.refused[0].reason, Reason::AuthorUnproven);
    let Parsed::Done(crossing) = crate::parse(&config(), &from_file, &context) else {
        panic!()
    };
    assert_eq!(crossing.activities[0].activity.actor.as_str(), "alice@a.example");
}

#[test]
fn a_stanza_in_a_file_says_where_it_stands() {
    let stanza = format!(
        "<message xmlns='jabber:client' from='juliet@capulet.lit' to='bridge.example'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
         <items node='{MICROBLOG}'>{TITLED}{}<retract id='gone-12345'/></items></event></message>",
        entry("<updated>never</updated>")
    );
    let crossing = parse(&stanza, &Envelope::default());
    let kinds: Vec<_> = crossing
        .activities
        .iter()
        .map(|crossed| crossed.activity.payload.kind().as_str())
        .collect();
    assert_eq!(kinds, ["post", "retraction"], "one bad item does not fail the others");
    assert_eq!(crossing.refused.len(), 1);
    assert_eq!(
        post(&one(TITLED, &Envelope::default())).id,
        post(&crossing.activities[0]).id
    );
}

#[test]
fn feed_metadata_and_foreign_payloads_are_no_posts() {
    let metadata = "<item id='0'><feed xmlns='http://www.w3.org/2005/Atom'><title>Juliet's</title></feed></item>";
    assert_eq!(refused(metadata, &juliet()), Reason::UnsupportedKind);
    assert_eq!(
        refused("<item id='abcdef'><tune xmlns='x'/></item>", &juliet()),
        Reason::UnsupportedKind
    );
    assert_eq!(
        refused(
            "<item><entry xmlns='http://www.w3.org/2005/Atom'><title>x</title></entry></item>",
            &juliet()
        ),
        Reason::Malformed
    );
    assert_eq!(
        refused(&entry("<title> </title>"), &juliet()),
        Reason::HtmlEmptyAfterSanitise
    );
    assert_eq!(
        refused(
            &entry("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><script>x()</script></div></title>"),
            &juliet()
        ),
        Reason::HtmlEmptyAfterSanitise
    );
}

#[test]
fn row_80_what_we_sent_comes_back_as_no_news() {
    let sent = text(&rendered(alices(Text::plain("Hello"))));
    let back = event(ALICE, MICROBLOG);
    assert_eq!(refused(&sent, &back), Reason::Loop);
}

#[test]
fn links_dates_and_places_that_are_odd() {
    let crossed = one(
        &entry(
            "<title>x</title><published>2126-01-01T00:00:00Z</published><updated>soon</updated>\
             <link rel='enclosure' href='javascript:alert(1)'/><link rel='alternate' href='data:text/html,x'/>\
             <link rel='related' href='https://other.example/a?b&amp;c'/><link rel='replies' href='https://a.example'/>\
             <geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>48.17</lat><lon>-3.36</lon></geoloc>\
             <rights>none</rights>",
        ),
        &juliet(),
    );
    let post = post(&crossed);
    assert_eq!(post.published, Some(now()));
    assert_eq!(
        (post.media.len(), post.url.clone(), post.replies.clone()),
        (0, None, None)
    );
    assert_eq!(post.text.plain, "x\n\nhttps://other.example/a?b&c");
    assert_eq!(post.geo.as_ref().unwrap().latitude, 48.17);
    assert_eq!(
        rules(&crossed.losses),
        [
            "xmpp-post-related",
            "xmpp-post-date-future",
            "xmpp-post-date-invalid",
            "xmpp-post-enclosure-address",
            "xmpp-post-unknown",
        ]
    );
}

#[test]
fn row_71_active_content_does_not_pass() {
    let crossed = one(
        &entry(
            "<title>A title</title><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p onclick='x()'>Hi \
             <a href='javascript:x()'>there</a><script>x()</script></p></div></content>\
             <summary type='html'>&lt;b onclick='x'&gt;warned&lt;/b&gt;</summary><updated>2026-11-22T10:00:00Z</updated>",
        ),
        &juliet(),
    );
    let html = post(&crossed).text.html.clone().unwrap();
    assert!(!html.contains("onclick") && !html.contains("script"), "{html}");
    assert_eq!(post(&crossed).summary.as_deref(), Some("warned"));
    assert_eq!(rules(&crossed.losses), ["xmpp-post-text-cleaned"]);
}

#[test]
fn languages_are_kept_apart() {
    let crossed = one(
        &entry(
            "<title>T</title><content xml:lang='en'>Hello</content><content xml:lang='de'>Hallo</content>\
             <content xml:lang='en' type='html'>&lt;p&gt;&lt;b&gt;Hello&lt;/b&gt;&lt;/p&gt;</content>",
        ),
        &juliet(),
    );
    let text = &post(&crossed).text;
    assert_eq!(
        (text.plain.as_str(), text.lang.as_ref().unwrap().as_str()),
        ("Hello", "en")
    );
    assert_eq!(text.html.as_deref(), Some("<p><b>Hello</b></p>"));
    assert_eq!(
        (text.translations[0].lang.as_str(), text.translations[0].plain.as_str()),
        ("de", "Hallo")
    );
}

#[test]
fn every_language_is_written_and_the_authors_own_stands_where_clients_look() {
    let translation = |lang: &str, html: &str| Translation {
        lang: Lang::parse(lang).unwrap(),
        plain: causeway_formats::html::to_plain(html),
        html: Some(html.into()),
    };
    let text = Text {
        html: Some("<p><b>Hello</b></p>".into()),
        lang: Lang::parse("en"),
        translations: vec![translation("de", "<p>Hallo</p>"), translation("it", "<p>Ciao</p>")],
        ..Text::plain("Hello")
    };
    let sent = rendered(alices(text.clone()));
    assert_eq!(post(&read_elsewhere(&sent)).text, text);
    assert_eq!(rules(&sent.losses), ["xmpp-post-title-invented"]);
    let xml = super::text(&sent);
    let at = |text: &str| xml.find(text).unwrap_or_else(|| panic!("{text}: {xml}"));
    assert!(
        at(">Hello</content>") < at("Hallo") && at("Hallo") < at("<b>Hello"),
        "{xml}"
    );
    // as many as fit
    let long = Text {
        translations: vec![
            translation("de", &format!("<p>{}</p>", "x".repeat(128 * 1024))),
            translation("it", "<p>Ciao</p>"),
        ],
        ..text
    };
    let sent = rendered(alices(long));
    assert!(rules(&sent.losses).contains(&"xmpp-post-translations"));
}

#[test]
fn what_we_write_is_what_movim_reads() {
    let mut post = alices(Text {
        html: Some("<p>It's <b>me</b></p>".into()),
        ..Text::plain("It's me")
    });
    post.url = Some(Url::parse("https://masto.example/@alice/1").unwrap());
    post.media = vec![Media {
        alt: Some("A cat".into()),
        media_type: Some("image/png".into()),
        size: Some(9),
        ..Media::at(Url::parse("https://masto.example/cat.png").unwrap())
    }];
    post.summary = Some("Cats".into());
    post.sensitive = true;
    post.tags = vec![Tag {
        name: "Cats".into(),
        url: None,
    }];
    let rendered = rendered(post.clone());
    let wire = text(&rendered).replace('"', "'");
    for part in [
        "<item xmlns='http://jabber.org/protocol/pubsub#event' id='0a1b2c3d4e' publisher='alice\\40masto.example@bridge.example'>",
        "<id>https://masto.example/@alice/1</id>",
        "<title type='text'>Cats</title>",
        "<uri>xmpp:alice\\40masto.example@bridge.example</uri>",
        "href='xmpp:alice%5C40masto.example@bridge.example?;node=urn:xmpp:microblog:0;item=0a1b2c3d4e'",
        "href='xmpp:alice\\40masto.example@bridge.example?;node=urn:xmpp:microblog:0:comments/0a1b2c3d4e'",
        "<content type='text'>",
        "<category term='nsfw'/>",
        "<updated>2026-11-22T10:00:00Z</updated>",
    ] {
        assert!(wire.contains(part), "{part} in {wire}");
    }
    assert_eq!(rules(&rendered.losses), ["xmpp-post-title-invented"]);
    assert_eq!(rendered.object, Some(post.id.clone()));

    let back = read_elsewhere(&rendered);
    post.replies = super::post::post(&back).replies.clone();
    assert!(post.replies.is_some());
    assert_eq!(super::post::post(&back), &post, "what was invented never comes back");
    assert_eq!(back.losses, []);
}

#[test]
fn edits_keep_the_id() {
    let first = rendered(alices(Text::plain("One")));
    let edited = Timestamp::parse("2026-11-22T11:00:00Z");
    let second = rendered(Post {
        edited,
        ..alices(Text::plain("Two"))
    });
    assert_eq!(first.object, second.object);
    assert_eq!(post(&read_elsewhere(&second)).edited, edited);
}

#[test]
fn a_real_title_comes_back_and_an_invented_one_does_not() {
    let titled = |invented, text: &str| alices(Text::plain(text)).titled(invented);
    assert_eq!(
        post(&read_elsewhere(&rendered(titled(false, "Body")))).real_title(),
        Some("My title")
    );
    assert_eq!(post(&read_elsewhere(&rendered(titled(true, "Body")))).title, None);
    // a picture alone has a title that is in no text
    let picture = Post {
        media: vec![Media::at(Url::parse("https://a.example/x/cat.png").unwrap())],
        ..alices(Text::default())
    };
    let rendered = rendered(picture);
    assert!(text(&rendered).contains("cat.png</title>"));
    assert_eq!(post(&read_elsewhere(&rendered)).title, None);
    assert!(post(&read_elsewhere(&rendered)).text.is_empty());
}

trait Titled {
    fn titled(self, invented: bool) -> Self;
}

impl Titled for Post {
    fn titled(self, invented: bool) -> Self {
        Self {
            title: Some(Title {
                text: "My title".into(),
                invented,
            }),
            ..self
        }
    }
}

#[test]
fn row_26_what_is_not_public_keeps_its_page_to_itself() {
    let url = Some(Url::parse("https://masto.example/@alice/1").unwrap());
    let post = |scope| Post {
        url: url.clone(),
        audience: Audience::new(scope, []),
        ..alices(Text::plain("x"))
    };
    let followers = rendered(post(Scope::Followers));
    assert!(
        !text(&followers).contains("https://masto.example"),
        "{}",
        text(&followers)
    );
    assert!(rules(&followers.losses).contains(&"xmpp-post-page-withheld"));
    let direct = render(&outgoing(ALICE, Payload::Post(Box::new(post(Scope::Direct)))));
    assert_eq!(direct.unwrap_err().reason, Reason::PrivateAudience);
    // in a node that we do not keep, nothing that is not public
    let elsewhere = Item::new("juliet@capulet.lit", MICROBLOG, "abcdef").unwrap().object();
    let there = Post {
        id: elsewhere,
        ..post(Scope::Followers)
    };
    assert_eq!(
        render(&outgoing("juliet@capulet.lit", Payload::Post(Box::new(there))))
            .unwrap_err()
            .reason,
        Reason::PrivateAudience
    );
}

#[test]
fn what_atom_has_no_element_for_is_named() {
    let mut post = alices(Text::plain("Vote, @bob@b.example"));
    post.form = PostForm::Other("Question".into());
    post.poll = Some(Poll {
        choices: vec![Choice {
            name: "Yes".into(),
            votes: 2,
        }],
        multiple: false,
        ends: None,
        closed: None,
        voters: None,
    });
    post.event = Some(Event {
        starts: now(),
        ends: None,
        place: Some("Verona".into()),
    });
    post.geo = Some(Geo {
        latitude: 1.5,
        longitude: 2.5,
        name: None,
    });
    post.mentions = vec![Mention {
        actor: ids::virtual_jid(&config(), "bob@b.example").unwrap(),
        name: Some("@bob@b.example".into()),
    }];
    post.emoji = vec![CustomEmoji {
        name: ":x:".into(),
        url: Url::parse("https://a.example/x.png").unwrap(),
        media_type: None,
    }];
    post.quote = Some(Quote {
        object: Item::new(ALICE, MICROBLOG, "zzzzzz").unwrap().object(),
        url: None,
    });
    post.media = vec![Media {
        blurhash: Some("x".into()),
        ..Media::at(Url::parse("https://a.example/x.png").unwrap())
    }];
    post.published = None;
    let rendered = rendered(post.clone());
    assert_eq!(
        rules(&rendered.losses),
        [
            "xmpp-post-event",
            "xmpp-post-poll",
            "xmpp-post-title-invented",
            "xmpp-post-enclosure-detail",
            "xmpp-post-quote",
            "xmpp-post-mention",
            "xmpp-post-emoji",
            "xmpp-post-form",
        ]
    );
    let back = read_elsewhere(&rendered);
    let back = super::post::post(&back);
    assert!(
        back.text
            .plain
            .ends_with("2026-11-22T12:00:00Z, Verona\n○ 1. Yes (2)\nto vote, comment: vote 1"),
        "{}",
        back.text.plain
    );
    let quoted = |post: &Post| post.quote.as_ref().map(|quote| quote.object.clone());
    assert_eq!((quoted(back), back.geo.clone()), (quoted(&post), post.geo));
    assert_eq!(back.published, Some(now()), "the activity's own time");
    let never = Outgoing {
        activity: Activity {
            at: None,
            ..outgoing(
                ALICE,
                Payload::Post(Box::new(Post {
                    published: None,
                    ..alices(Text::plain("x"))
                })),
            )
            .activity
        },
        verb: Verb::Create,
        version: 1,
    };
    assert!(rules(&render(&never).unwrap().losses).contains(&"xmpp-post-date-invented"));
}

#[test]
fn row_75_a_long_text_is_cut_and_leads_to_its_page() {
    let long = "é ".repeat(300 * 1024);
    let html = Some(format!("<p>{}</p>", "word ".repeat(10 * 1024)));
    let url = Some(Url::parse("https://masto.example/@alice/1").unwrap());
    let rendered = rendered(Post {
        url,
        ..alices(Text {
            html,
            ..Text::plain(long)
        })
    });
    assert!(rendered.body.len() < 256 * 1024, "{}", rendered.body.len());
    assert!(text(&rendered).contains("…\n\nhttps://masto.example/@alice/1"));
    assert!(rules(&rendered.losses).contains(&"xmpp-post-text-cut"));
}

#[test]
fn row_74_and_78_remote_text_stays_text() {
    let nasty = "a\u{0}b\u{FFFE}</title><evil xmlns='x'/>]]>&amp;'\"";
    let rendered = rendered(alices(Text::plain(nasty)));
    let element: minidom::Element = text(&rendered).parse().unwrap();
    let entry = element.children().next().unwrap();
    assert!(!entry.children().any(|child| child.name() == "evil"));
    assert_eq!(
        post(&read_elsewhere(&rendered)).text.plain,
        "ab</title><evil xmlns='x'/>]]>&amp;'\""
    );
}

#[test]
fn row_7_a_place_that_is_not_the_authors_is_none() {
    let with = |place: &str| entry(&format!("<title>x</title><link rel='replies' href='{place}'/>"));
    let crossed = one(
        &with("xmpp:comments.montague.lit?;node=urn:xmpp:microblog:0:comments/abcdef"),
        &juliet(),
    );
    assert_eq!(post(&crossed).replies, None);
    assert!(rules(&crossed.losses).contains(&"xmpp-post-thread"));
    let own = one(
        &with("xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0:comments/abcdef"),
        &juliet(),
    );
    assert!(post(&own).replies.is_some());
    assert!(!rules(&own.losses).contains(&"xmpp-post-thread"));
}

#[test]
fn a_quote_is_a_link_and_a_line_and_reads_back_without_them() {
    let item = Item::new("romeo@montague.lit", MICROBLOG, "on-roses-11").unwrap();
    let quote = |url: Option<&str>| Quote {
        object: item.object(),
        url: url.and_then(|url| url.parse().ok()),
    };
    let texts = [
        Text::plain("So true.\n\nRE: your post"),
        Text {
            html: Some("<p>So <em>true</em>.</p>".into()),
            ..Text::plain("So true.")
        },
        Text::default(),
    ];
    for (url, line) in [
        (
            Some("https://masto.example/@romeo/11?a=1&b=2"),
            "RE: https://masto.example/@romeo/11?a=1&amp;b=2",
        ),
        (
            None,
            "RE: xmpp:romeo@montague.lit?;node=urn:xmpp:microblog:0;item=on-roses-11",
        ),
    ] {
        for text in &texts {
            let sent = rendered(Post {
                quote: Some(quote(url)),
                ..alices(text.clone())
            });
            assert!(rules(&sent.losses).contains(&"xmpp-post-quote"));
            assert!(super::text(&sent).contains(line), "{}", super::text(&sent));
            let read = read_elsewhere(&sent);
            let quoting = post(&read);
            assert_eq!(
                (&quoting.text, &quoting.quote.as_ref().unwrap().object),
                (text, &item.object())
            );
            assert_eq!(rules(&read.losses), [] as [&str; 0]);
        }
    }
}
