//! Pages for people: server-rendered, without scripts, without anything from elsewhere.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, StatusCode, header};
use causeway_core::model::{Media, Post, Text};
use causeway_core::ports::{ActorView, ObjectView};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Site, respond};

const STYLE: &str = include_str!("style.css");

/// `GET /`.
pub(super) async fn front(State(site): State<Site>) -> Response<Body> {
    let body = html! {
        h1 { (site.host) }
        p { "This is a bridge between XMPP and the social web. It runs Causeway." }
        section {
            h2 { "I use XMPP" }
            p { "Add " code { (site.bridge) } " in your client and write " code { "help" } " to it." }
        }
        section {
            h2 { "I am on the fediverse" }
            p { "Search for the address of somebody who is bridged, such as " code { "@name@" (site.handle_domain) } "." }
        }
        section {
            h2 { "I run a server" }
            p { "Nobody is bridged who has not asked for it. What we are and speak is in "
                a href="/.well-known/nodeinfo" { "NodeInfo" } "." }
        }
    };
    page(&site.host, false, &body)
}

/// An actor.
pub(super) fn actor(site: &Site, view: &ActorView) -> Response<Body> {
    let profile = &view.profile;
    let handle = profile.handle.clone().unwrap_or_default();
    let body = html! {
        header.actor {
            @if let Some(avatar) = &profile.avatar { img.avatar src=(avatar.url) alt=""; }
            div { h1 { (profile.shown_name()) } p.handle { "@" (handle) } }
        }
        (text(&profile.bio))
        @if !profile.fields.is_empty() {
            dl { @for field in &profile.fields { dt { (field.name) } dd { (text(&field.value)) } } }
        }
        p.counts { (view.posts) " posts · " (view.followers) " followers · " (view.following) " following" }
        p { "To follow, search for " code { "@" (handle) } " where you have your account." }
        p.quiet { "An XMPP user, bridged by " a href=(site.public_url) { (site.host) } "." }
    };
    page(profile.shown_name(), profile.indexable == Some(true), &body)
}

/// A post or comment.
pub(super) fn object(site: &Site, view: &ObjectView) -> Response<Body> {
    let Some(post) = view.payload.as_ref().and_then(|payload| payload.post()) else {
        return respond::refused(StatusCode::NOT_FOUND, "not-found", "nothing is here");
    };
    let author = &view.author;
    let body = html! {
        article {
            header.actor {
                @if let Some(avatar) = &author.avatar { img.avatar src=(avatar.url) alt=""; }
                div { p.name { (author.shown_name()) } p.handle { "@" (author.handle.as_deref().unwrap_or_default()) } }
            }
            @if let Some(title) = post.real_title() { h1 { (title) } }
            (content(post))
            footer.quiet {
                @if let Some(at) = post.published { time datetime=(at) { (at) } }
                @if let Some(at) = post.edited { " · edited " time datetime=(at) { (at) } }
            }
        }
        p.quiet { "By an XMPP user, bridged by " a href=(site.public_url) { (site.host) } "." }
    };
    let title = format!(
        "{}: {}",
        author.shown_name(),
        post.real_title().unwrap_or(&post.text.plain)
    );
    page(
        &title.chars().take(80).collect::<String>(),
        author.indexable == Some(true),
        &body,
    )
}

fn content(post: &Post) -> Markup {
    let inner = html! { (text(&post.text)) @for media in &post.media { (attachment(media)) } };
    match (&post.summary, post.sensitive) {
        (summary, true) => {
            html! { details { summary { (summary.as_deref().unwrap_or("sensitive")) } (inner) } }
        }
        (Some(summary), false) => html! { p.summary { (summary) } (inner) },
        (None, false) => inner,
    }
}

fn text(text: &Text) -> Markup {
    let lang = text.lang.as_ref().map(|lang| lang.as_str());
    match &text.html {
        // sanitised by the adapter that read it
        Some(html) => html! { div.text lang=[lang] { (PreEscaped(html)) } },
        None => html! { div.text.plain lang=[lang] { (text.plain) } },
    }
}

fn attachment(media: &Media) -> Markup {
    let alt = media.alt.as_deref().unwrap_or_default();
    if media.is("image") {
        return html! { a href=(media.url) { img src=(media.url) alt=(alt) loading="lazy"; } };
    }
    html! { p { a href=(media.url) { (if alt.is_empty() { media.url.as_str() } else { alt }) } } }
}

fn page(title: &str, indexable: bool, body: &Markup) -> Response<Body> {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if !indexable { meta name="robots" content="noindex"; }
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    };
    let mut response = respond::document(StatusCode::OK, "text/html; charset=utf-8", markup.into_string());
    let headers = response.headers_mut();
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src https: http:; base-uri 'none'; form-action 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !indexable {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    response
}
