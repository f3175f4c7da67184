//! Posts, read and written.

use causeway_core::adapter::{Need, ParseContext, Parsed, Verb};
use causeway_core::id::{ActorId, Network};
use causeway_core::model::{
    Attested, Audience, Choice, Comment, CustomEmoji, Event, Geo, Lang, Media, Mention, Payload, Poll, Post, PostForm,
    Quote, Scope, Tag, Text, Title, Translation,
};
use causeway_core::refusal::Reason;
use serde_json::{Value, json};

use super::{Web, alice, config, done, hers, juliet, now, object, post, read_value, render, rules, wire, written};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

fn create(note: &Value) -> Value {
    json!({"id": "https://masto.example/a/1", "type": "Create", "actor": "https://masto.example/users/alice", "object": note})
}

fn note() -> Value {
    json!({"id": "https://masto.example/n/1", "type": "Note", "attributedTo": "https://masto.example/users/alice",
        "content": "<p>x</p>", "to": PUBLIC, "url": "https://masto.example/@alice/1"})
}

fn sent(post: Post) -> Payload {
    Payload::Post(Box::new(post))
}

/// A post that holds everything a note can say.
fn everything() -> Post {
    let url = |text: &str| text.parse().unwrap();
    Post {
        text: Text {
            source: Some(("text/markdown".to_owned(), "*hi*".to_owned())),
            lang: Lang::parse("en"),
            translations: vec![Translation {
                lang: Lang::parse("de").unwrap(),
                plain: "hallo".to_owned(),
                html: Some("<p>hallo</p>".to_owned()),
            }],
            ..post("<p><em>hi</em></p>").text
        },
        summary: Some("careful".to_owned()),
        sensitive: true,
        tags: vec![Tag {
            name: "Verona".to_owned(),
            url: Some(url("https://social.example/tags/verona")),
        }],
        mentions: vec![Mention {
            actor: alice(),
            name: Some("@alice@masto.example".to_owned()),
        }],
        emoji: vec![CustomEmoji {
            name: ":cow:".to_owned(),
            url: url("https://social.example/cow.png"),
            media_type: Some("image/png".to_owned()),
        }],
        quote: Some(Quote {
            object: object("https://masto.example/n/7"),
            url: Some(url("https://masto.example/n/7")),
        }),
        media: vec![Media {
            media_type: Some("video/mp4".to_owned()),
            alt: Some("a cow".to_owned()),
            size: Some(7),
            width: Some(3),
            height: Some(4),
            duration_ms: Some(2_100),
            blurhash: Some("UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH".to_owned()),
            focal_point: Some((-0.5, 0.25)),
            preview: Some(url("https://social.example/cow.jpg")),
            ..Media::at(url("https://social.example/cow.mp4"))
        }],
        geo: Some(Geo {
            latitude: 45.4,
            longitude: 11.0,
            name: Some("Verona".to_owned()),
        }),
        audience: Audience::new(Scope::Unlisted, [alice()]),
        edited: Some(now().plus(std::time::Duration::from_secs(60))),
        ..post("")
    }
}

#[test]
fn a_note_with_everything_comes_back_as_it_went() {
    for scope in [Scope::Public, Scope::Unlisted, Scope::Followers] {
        let post = Post {
            audience: Audience::new(scope, [alice()]),
            ..everything()
        };
        let crossed = super::again(Verb::Create, sent(post.clone()));
        assert_eq!(crossed.activity.payload, sent(post), "{scope:?}");
        let lost: Vec<_> = rules(&crossed)
            .into_iter()
            .filter(|rule| *rule != "post-collections")
            .collect();
        assert_eq!(lost, ["post-quote-fallback", "post-quote-fallback"]);
    }
}

#[test]
fn articles_polls_events_and_plain_text_come_back_as_they_went() {
    let title = Some(Title {
        text: "Of <love> & war".to_owned(),
        invented: false,
    });
    let choices = ["yes", "no"]
        .map(|name| Choice {
            name: name.to_owned(),
            votes: 2,
        })
        .to_vec();
    let poll = Poll {
        choices,
        multiple: true,
        ends: Some(now()),
        closed: None,
        voters: Some(3),
    };
    let event = Event {
        starts: now(),
        ends: Some(now()),
        place: Some("Verona".to_owned()),
    };
    let other = |name: &str| PostForm::Other(name.to_owned());
    let plain = Text::plain("a < b\n\nhttps://x.example/");
    let quiet = Text { html: None, ..plain };
    for post in [
        Post {
            form: PostForm::Article,
            title: title.clone(),
            summary: Some("abstract".to_owned()),
            ..post("<p>x</p>")
        },
        Post {
            form: other("Question"),
            poll: Some(Poll {
                multiple: false,
                ..poll.clone()
            }),
            ..post("<p>x</p>")
        },
        Post {
            form: other("Question"),
            poll: Some(poll),
            ..post("<p>x</p>")
        },
        Post {
            form: other("Event"),
            title,
            event: Some(event),
            ..post("<p>x</p>")
        },
        Post {
            text: quiet,
            ..post("")
        },
    ] {
        let crossed = super::again(Verb::Create, sent(post.clone()));
        assert_eq!(crossed.activity.payload, sent(post));
        assert_eq!(rules(&crossed), ["post-collections"]);
    }
}

#[test]
fn a_title_is_a_bold_paragraph_and_an_invented_one_is_nothing() {
    let titled = |text: &str, invented| Post {
        title: Some(Title {
            text: text.to_owned(),
            invented,
        }),
        ..post("<p>once</p>")
    };
    let rendered = render(Verb::Create, 1, &juliet(), sent(titled("R & J", false))).unwrap();
    let value = super::json(&rendered);
    assert_eq!(
        value["object"]["content"],
        "<p><strong>R &amp; J</strong></p><p>once</p>"
    );
    assert_eq!(
        (&value["object"]["type"], &value["object"]["name"]),
        (&json!("Note"), &Value::Null)
    );
    assert_eq!(rendered.losses[0].rule, "post-title-bold");
    for post in [titled("R & J", true), titled("once", false)] {
        assert_eq!(written(Verb::Create, 1, sent(post))["object"]["content"], "<p>once</p>");
    }
}

#[test]
fn activity_ids_are_the_same_at_every_try_and_differ_by_version() {
    let id = |verb, version| {
        written(verb, version, sent(everything()))["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let base = "https://social.example/users/k3v9/posts/p1";
    assert_eq!(id(Verb::Create, 1), format!("{base}#create-1"));
    assert_eq!(id(Verb::Create, 1), id(Verb::Create, 1));
    assert_eq!(id(Verb::Update, 3), format!("{base}#update-3"));
    assert_eq!(id(Verb::Retract, 4), format!("{base}#delete"));
    let twice = [0, 1].map(|_| render(Verb::Create, 1, &juliet(), sent(everything())).unwrap().body);
    assert_eq!(twice[0], twice[1]);
}

#[test]
fn row_26_what_is_private_stays_so_in_every_verb() {
    for verb in [Verb::Create, Verb::Update, Verb::Retract] {
        for scope in [Scope::Followers, Scope::Limited] {
            let post = Post {
                audience: Audience::new(scope, [alice()]),
                ..everything()
            };
            let text = written(verb, 1, sent(post)).to_string();
            assert!(
                !text.contains(PUBLIC) && text.contains(alice().as_str()),
                "{verb:?} {scope:?}: {text}"
            );
        }
    }
    let elsewhere = ActorId::new(Network::new("xmpp"), "romeo@montague.example");
    let post = Post {
        audience: Audience::new(Scope::Limited, [elsewhere]),
        ..everything()
    };
    assert_eq!(
        render(Verb::Create, 1, &juliet(), sent(post)).unwrap_err().reason,
        Reason::PrivateAudience
    );
}

#[test]
fn nobody_without_an_id_here_speaks() {
    let romeo = ActorId::new(Network::new("xmpp"), "romeo@montague.example");
    let post = Post {
        author: romeo.clone(),
        ..post("x")
    };
    assert_eq!(
        render(Verb::Create, 1, &romeo, sent(post)).unwrap_err().reason,
        Reason::NotOptedIn
    );
    assert_eq!(
        render(Verb::Relay, 1, &juliet(), sent(everything()))
            .unwrap_err()
            .reason,
        Reason::UnsupportedKind
    );
}

#[test]
fn mentioned_people_are_addressed() {
    let post = Post {
        audience: Audience::public(),
        ..everything()
    };
    let value = written(Verb::Create, 1, sent(post));
    assert_eq!(
        value["cc"],
        json!([
            "https://social.example/users/k3v9/followers",
            "https://masto.example/users/alice"
        ])
    );
    assert_eq!(value["object"]["cc"], value["cc"]);
}

#[test]
fn row_9_the_actor_must_be_the_author() {
    let mut other = note();
    other["attributedTo"] = json!("https://masto.example/users/bob");
    for kind in ["Create", "Update"] {
        let mut activity = create(&other);
        activity["type"] = json!(kind);
        assert_eq!(read_value(&activity).unwrap_err().reason, Reason::OriginMismatch);
    }
    other["attributedTo"] =
        json!([{"type": "Group", "id": "https://masto.example/c"}, "https://masto.example/users/alice"]);
    let crossed = read_value(&create(&other)).unwrap();
    assert_eq!(crossed.activity.payload.post().unwrap().author, alice());
    assert_eq!(rules(&crossed), ["post-authors"]);
}

#[test]
fn row_10_an_object_of_another_host_is_fetched_from_there() {
    let mut foreign = note();
    foreign["id"] = json!("https://other.example/n/1");
    foreign["content"] = json!("forged");
    let activity = create(&foreign).to_string();
    let mut web = Web::default();
    let mut parse = |fetched: Option<(&str, Value)>| {
        if let Some((host, value)) = fetched {
            let attested = Attested::Host(host.to_owned());
            let wire = causeway_core::adapter::Wire {
                attested,
                ..wire(value.to_string())
            };
            web.0.insert("https://other.example/n/1".to_owned(), wire);
        }
        crate::parse(
            &config(),
            &wire(activity.clone()),
            &ParseContext {
                now: now(),
                lookup: &web,
            },
        )
    };
    assert_eq!(
        parse(None),
        Parsed::Needs(vec![Need::Object("https://other.example/n/1".to_owned())])
    );
    foreign["content"] = json!("true");
    let crossed = done(parse(Some(("other.example", foreign.clone())))).unwrap();
    assert_eq!(crossed.activity.payload.post().unwrap().text.plain, "true");
    assert_eq!(
        done(parse(Some(("evil.example", foreign.clone())))).unwrap_err().reason,
        Reason::OriginMismatch
    );
    foreign["id"] = json!("https://other.example/n/2");
    assert_eq!(
        done(parse(Some(("other.example", foreign.clone()))))
            .unwrap_err()
            .reason,
        Reason::OriginMismatch
    );
    foreign["id"] = json!("https://other.example/n/1");
    foreign["attributedTo"] = json!("https://other.example/users/bob");
    assert_eq!(
        done(parse(Some(("other.example", foreign)))).unwrap_err().reason,
        Reason::OriginMismatch
    );
}

#[test]
fn an_object_that_cannot_be_fetched_is_refused_for_that_reason() {
    let refusal = read_value(&create(&json!("https://masto.example/n/1"))).unwrap_err();
    assert_eq!(refusal.reason, Reason::HostUnreachable);
}

#[test]
fn row_28_the_objects_own_audience_counts() {
    let mut private = note();
    private["to"] = json!("https://masto.example/users/alice/followers");
    let mut activity = create(&private);
    activity["to"] = json!(PUBLIC);
    let scope = |value: &Value| read_value(value).unwrap().activity.payload.audience().unwrap().scope;
    assert_eq!(scope(&activity), Scope::Followers);
    activity["object"].as_object_mut().unwrap().remove("to");
    assert_eq!(scope(&activity), Scope::Public, "where the object says nothing");
    activity.as_object_mut().unwrap().remove("to");
    assert_eq!(read_value(&activity).unwrap_err().reason, Reason::PrivateAudience);
}

#[test]
fn row_32_blind_recipients_are_not_read() {
    let mut blind = note();
    blind["bto"] = json!(["https://social.example/users/k3v9"]);
    let crossed = read_value(&create(&blind)).unwrap();
    assert!(crossed.activity.payload.audience().unwrap().recipients.is_empty());
    assert_eq!(rules(&crossed), ["post-blind"]);
}

#[test]
fn direct_messages_are_told_from_limited_posts() {
    let mut direct = note();
    direct["to"] = json!([juliet().as_str()]);
    let kind = |value: &Value| read_value(&create(value)).unwrap().activity.payload.kind().as_str();
    assert_eq!(kind(&direct), "post", "addressed, not mentioned");
    direct["tag"] = json!({"type": "Mention", "href": juliet().as_str()});
    assert_eq!(kind(&direct), "direct");
    direct["tag"] = Value::Null;
    direct["directMessage"] = json!(true);
    assert_eq!(kind(&direct), "direct");
    direct["inReplyTo"] = json!(hers("posts/p1").as_str());
    let crossed = read_value(&create(&direct)).unwrap();
    let Payload::Direct(message) = crossed.activity.payload else {
        panic!()
    };
    assert_eq!(
        (message.parent, message.text.plain.as_str()),
        (Some(hers("posts/p1")), "x")
    );
    let payload = read_value(&create(&direct)).unwrap().activity.payload;
    let rendered = render(Verb::Create, 1, &juliet(), payload).unwrap();
    let written: Value = serde_json::from_slice(&rendered.body).unwrap();
    let object = &written["object"];
    assert_eq!(
        (&object["to"], &object["cc"]),
        (&json!([juliet().as_str()]), &json!([]))
    );
    assert_eq!(
        object["tag"][0]["href"],
        json!(juliet().as_str()),
        "a message mentions whom it is for"
    );
    assert_eq!(
        object.get("replies"),
        None,
        "who answers a message is nobody's business"
    );
}

#[test]
fn duplicate_members_are_refused() {
    let twice = create(&note())
        .to_string()
        .replacen('{', r#"{"id":"https://masto.example/a/2","#, 1);
    assert_eq!(super::read(twice).unwrap_err().reason, Reason::Malformed);
}

#[test]
fn row_74_active_content_goes_and_is_named() {
    let mut active = note();
    active["content"] = json!("<p onclick=x>hi<script>alert(1)</script></p>");
    let crossed = read_value(&create(&active)).unwrap();
    assert_eq!(
        crossed.activity.payload.post().unwrap().text.html.as_deref(),
        Some("<p>hi</p>")
    );
    assert!(rules(&crossed).contains(&"post-content"));
    active["content"] = json!("<script>alert(1)</script>");
    assert_eq!(
        read_value(&create(&active)).unwrap_err().reason,
        Reason::HtmlEmptyAfterSanitise
    );
    active["content"] = json!("x".repeat(200_000));
    assert_eq!(read_value(&create(&active)).unwrap_err().reason, Reason::TooLarge);
}

#[test]
fn typed_names_are_links_for_readers_and_typed_names_again() {
    let text = "@alice@masto.example, (@alice@masto.example) me@alice@masto.example @alice@masto.example.net <b>";
    let named = Post {
        text: Text::plain(text),
        mentions: vec![Mention {
            actor: alice(),
            name: Some("@alice@masto.example".to_owned()),
        }],
        audience: Audience::new(Scope::Public, [alice()]),
        ..post("")
    };
    let content = written(Verb::Create, 1, sent(named.clone()))["object"]["content"].to_string();
    assert_eq!(content.matches("u-url mention").count(), 2, "{content}");
    let crossed = super::again(Verb::Create, sent(named.clone()));
    assert_eq!(crossed.activity.payload, sent(named));
    // what is a link already stays one
    let html = "<p><a href=\"https://x.example/\" rel=\"nofollow noopener noreferrer\">@alice@masto.example</a></p>";
    let linked = Post {
        mentions: vec![Mention {
            actor: alice(),
            name: Some("@alice@masto.example".to_owned()),
        }],
        ..post(html)
    };
    assert_eq!(written(Verb::Create, 1, sent(linked))["object"]["content"], html);
}

#[test]
fn a_vote_is_a_name_without_content_for_whoever_asked() {
    let vote = |audience: Audience| {
        let post = Post {
            vote: Some("The lark".to_owned()),
            text: Text::plain("vote 1"),
            audience,
            ..post("")
        };
        Payload::Comment(Box::new(Comment {
            parent: Some(object("https://masto.example/n/9")),
            root: None,
            place: None,
            post,
        }))
    };
    let given = vote(Audience::new(Scope::Limited, [alice()]));
    let value = written(Verb::Create, 1, given.clone());
    assert_eq!(
        value["object"],
        json!({"id": hers("posts/p1").as_str(), "type": "Note", "attributedTo": juliet().as_str(),
            "inReplyTo": "https://masto.example/n/9", "name": "The lark", "to": [alice().as_str()]})
    );
    assert_eq!(value["to"], json!([alice().as_str()]));
    assert!(!value.to_string().contains("vote 1"));
    let refused = |verb, payload| render(verb, 1, &juliet(), payload).unwrap_err().reason;
    assert_eq!(refused(Verb::Update, given.clone()), Reason::UnsupportedKind);
    assert_eq!(refused(Verb::Retract, given), Reason::UnsupportedKind);
    for scope in [Scope::Public, Scope::Unlisted, Scope::Followers] {
        assert_eq!(
            refused(Verb::Create, vote(Audience::new(scope, [alice()]))),
            Reason::PrivateAudience
        );
    }
}
