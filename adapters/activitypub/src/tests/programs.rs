//! Documents as single programs write them.

use causeway_core::model::{Payload, PostForm};
use serde_json::{Value, json};

use super::{read_value, rules};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

fn post(value: &Value) -> (causeway_core::model::Post, Vec<String>) {
    let crossed = read_value(value).unwrap();
    let lost = rules(&crossed).into_iter().map(str::to_owned).collect();
    (crossed.activity.payload.post().unwrap().clone(), lost)
}

#[test]
fn mastodon_4_note() {
    let (post, lost) = post(&json!({
        "id": "https://m.example/users/a/statuses/1", "type": "Note", "summary": null, "inReplyTo": null,
        "published": "2026-11-22T18:42:51Z", "url": "https://m.example/@a/1", "attributedTo": "https://m.example/users/a",
        "to": [PUBLIC], "cc": ["https://m.example/users/a/followers", "https://o.example/b"], "sensitive": false,
        "atomUri": "https://m.example/users/a/statuses/1", "inReplyToAtomUri": null, "conversation": "tag:m.example,2026:x",
        "content": "<p>hi <span class=\"h-card\" translate=\"no\"><a href=\"https://o.example/@b\" class=\"u-url mention\">@<span>b</span></a></span></p>",
        "contentMap": {"en": "<p>hi <span class=\"h-card\" translate=\"no\"><a href=\"https://o.example/@b\" class=\"u-url mention\">@<span>b</span></a></span></p>"},
        "attachment": [{"type": "Document", "mediaType": "image/png", "url": "https://m.example/x.png", "name": null,
            "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH", "focalPoint": [0.0, 0.0], "width": 3, "height": 4}],
        "tag": [{"type": "Mention", "href": "https://o.example/b", "name": "@b@o.example"}],
        "replies": {"id": "https://m.example/r", "type": "Collection"}, "likes": {"totalItems": 1}, "shares": {"totalItems": 0},
        "interactionPolicy": {"canQuote": {"automaticApproval": [PUBLIC]}}
    }));
    assert_eq!(post.text.plain, "hi @b");
    assert_eq!(post.text.lang.unwrap().as_str(), "en");
    assert_eq!(post.url.unwrap().as_str(), "https://m.example/@a/1");
    assert_eq!(
        (post.media.len(), post.media[0].alt.as_ref(), post.media[0].width),
        (1, None, Some(3))
    );
    assert_eq!(post.audience.recipients.len(), 1);
    assert_eq!(
        lost,
        [
            "post-thread",
            "post-extension",
            "post-collections",
            "post-collections",
            "post-collections"
        ]
    );
}

#[test]
fn lemmy_0_19_page() {
    let (post, lost) = post(&json!({
        "id": "https://l.example/post/1", "type": "Page", "attributedTo": "https://l.example/u/x",
        "to": ["https://l.example/c/cats", PUBLIC], "cc": [], "name": "A cat", "content": "<p>look</p>\n", "mediaType": "text/html",
        "source": {"content": "look", "mediaType": "text/markdown"}, "attachment": [{"href": "https://n.example/cat", "type": "Link"}],
        "image": {"type": "Image", "url": "https://l.example/t.png"}, "sensitive": false, "published": "2026-11-22T18:42:51.1Z",
        "language": {"identifier": "de", "name": "Deutsch"}, "audience": "https://l.example/c/cats", "commentsEnabled": true
    }));
    assert_eq!(
        (post.real_title(), &post.form),
        (Some("A cat"), &PostForm::Other("Page".to_owned()))
    );
    assert_eq!(
        post.text.source.unwrap(),
        ("text/markdown".to_owned(), "look".to_owned())
    );
    assert_eq!(post.text.lang.unwrap().as_str(), "de");
    assert_eq!(post.media[0].media_type.as_deref(), Some("text/html"));
    assert_eq!(
        post.media[0].preview.as_ref().unwrap().as_str(),
        "https://l.example/t.png"
    );
    assert_eq!(post.audience.recipients[0].as_str(), "https://l.example/c/cats");
    assert_eq!(
        lost,
        [
            "post-audience",
            "post-attachment-type",
            "post-image",
            "post-url",
            "post-extension"
        ]
    );
}

#[test]
fn peertube_6_video() {
    let (post, lost) = post(&json!({
        "id": "https://p.example/videos/watch/1", "type": "Video", "name": "A film", "duration": "PT113S", "uuid": "1",
        "attributedTo": [{"type": "Group", "id": "https://p.example/video-channels/c"}, {"type": "Person", "id": "https://p.example/accounts/a"}],
        "to": [PUBLIC], "cc": ["https://p.example/accounts/a/followers"], "mediaType": "text/markdown", "content": "about **it**",
        "icon": [{"type": "Image", "url": "https://p.example/t.jpg", "mediaType": "image/jpeg"}],
        "url": [
            {"type": "Link", "mediaType": "text/html", "href": "https://p.example/w/1"},
            {"type": "Link", "mediaType": "application/x-mpegURL", "href": "https://p.example/1.m3u8", "tag": [
                {"type": "Link", "mediaType": "video/mp4", "href": "https://p.example/2160.mp4", "height": 2160, "size": 9},
                {"type": "Link", "mediaType": "video/mp4", "href": "https://p.example/720.mp4", "height": 720, "size": 5},
                {"type": "Link", "mediaType": "video/mp4", "href": "https://p.example/480.mp4", "height": 480, "size": 3}]},
            {"type": "Link", "mediaType": "application/x-bittorrent", "href": "https://p.example/1.torrent"}]
    }));
    assert_eq!(post.author.as_str(), "https://p.example/accounts/a");
    assert_eq!(post.url.unwrap().as_str(), "https://p.example/w/1");
    let film = &post.media[0];
    assert_eq!(
        (film.url.as_str(), film.height, film.size, film.duration_ms),
        ("https://p.example/720.mp4", Some(720), Some(5), Some(113_000))
    );
    assert_eq!(film.preview.as_ref().unwrap().as_str(), "https://p.example/t.jpg");
    assert_eq!(
        lost,
        [
            "post-authors",
            "post-content-type",
            "post-attachment-variants",
            "post-extension"
        ]
    );
}

#[test]
fn misskey_quote() {
    let (post, lost) = post(&json!({
        "id": "https://k.example/notes/1", "type": "Note", "attributedTo": "https://k.example/users/a", "summary": null,
        "content": "<p>see<span class=\"quote-inline\"><br><br>RE: <a href=\"https://k.example/notes/0\">https://k.example/notes/0</a></span></p>",
        "_misskey_content": "see", "source": {"content": "see", "mediaType": "text/x.misskeymarkdown"},
        "_misskey_quote": "https://k.example/notes/0", "quoteUrl": "https://k.example/notes/0",
        "published": "2026-11-22T18:42:51.000Z", "to": [PUBLIC], "cc": ["https://k.example/users/a/followers"], "inReplyTo": null,
        "attachment": [], "sensitive": false, "tag": []
    }));
    assert_eq!(post.text.plain, "see");
    assert_eq!(post.quote.unwrap().object.as_str(), "https://k.example/notes/0");
    assert_eq!(lost, ["post-quote-fallback", "post-url", "post-extension"]);
}

#[test]
fn moves_blocks_and_reports() {
    let said = |kind: &str, object: Value, more: Value| {
        let mut value =
            json!({"id": "https://m.example/a", "type": kind, "actor": "https://m.example/u", "object": object});
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read_value(&value)
    };
    let moved = said(
        "Move",
        json!("https://m.example/u"),
        json!({"target": "https://n.example/u"}),
    )
    .unwrap();
    assert!(matches!(moved.activity.payload, Payload::Move(moved) if moved.to.as_str() == "https://n.example/u"));
    let stolen = said(
        "Move",
        json!("https://m.example/victim"),
        json!({"target": "https://n.example/u"}),
    )
    .unwrap_err();
    assert_eq!(stolen.reason.code(), "origin-mismatch");
    let block = said("Block", json!("https://social.example/users/k3v9"), json!({})).unwrap();
    assert_eq!(block.activity.payload.kind().as_str(), "block");
    let objects = json!([
        "https://social.example/users/k3v9/posts/p1",
        "https://social.example/users/k3v9"
    ]);
    let Payload::Report(report) = said("Flag", objects, json!({"content": "rude"}))
        .unwrap()
        .activity
        .payload
    else {
        panic!()
    };
    assert_eq!(
        (report.actor.as_str(), report.objects.len(), report.comment.as_str()),
        ("https://social.example/users/k3v9", 1, "rude")
    );
    assert_eq!(
        said("Add", json!("https://m.example/x"), json!({}))
            .unwrap_err()
            .reason
            .code(),
        "unsupported-kind"
    );
}
