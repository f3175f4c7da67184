//! Names and documents: the domain of handles, the host of URLs and the bridge's JID all differ.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_harness::bridge::{Bridge, Setup};
use causeway_harness::fedify::{Fedify, Options};
use causeway_harness::peer::Received;
use causeway_harness::prosody::{HOST, Prosody};
use causeway_harness::user::User;
use serde_json::{Value, json};

use super::stage::{SOON, Stage, XHOST, start_bridge};

/// The smallest picture there is.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// Handles at `localhost`, URLs at 127.0.0.2, the component `b00.localhost`; Juliet, not bridged yet.
async fn staged() -> (Prosody, Bridge, User) {
    let prosody = Prosody::start(&["juliet", "romeo"], &[]).await;
    let bridge = start_bridge(Setup {
        handle_domain: HOST.to_owned(),
        web_host: "127.0.0.2".to_owned(),
        ..Setup::on(&prosody, XHOST)
    })
    .await;
    let mut juliet = User::login(&prosody, "juliet").await;
    juliet.has_blog("open").await;
    (prosody, bridge, juliet)
}

/// What `path` answers to `accept`: status, media type, body.
async fn get(bridge: &Bridge, path: &str, accept: &str) -> (u16, String, Vec<u8>) {
    let client = reqwest::Client::new();
    let url = format!("{}{path}", bridge.url());
    let answer = client.get(url).header("accept", accept).send().await.unwrap();
    let status = answer.status().as_u16();
    let media_type = answer
        .headers()
        .get("content-type")
        .map(|it| it.to_str().unwrap().to_owned());
    (
        status,
        media_type.unwrap_or_default(),
        answer.bytes().await.unwrap().to_vec(),
    )
}

async fn json_of(bridge: &Bridge, path: &str) -> Value {
    let (status, media_type, body) = get(bridge, path, "application/json").await;
    assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
    assert!(media_type.contains("json"), "{media_type}");
    serde_json::from_slice(&body).unwrap()
}

async fn webfinger(bridge: &Bridge, resource: &str) -> (u16, Value) {
    let (status, _, body) = get(bridge, &format!("/.well-known/webfinger?resource={resource}"), "*/*").await;
    (status, serde_json::from_slice(&body).unwrap())
}

fn link<'a>(jrd: &'a Value, rel: &str) -> &'a Value {
    let links = jrd["links"].as_array().unwrap();
    links.iter().find(|link| link["rel"] == rel).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn webfinger_has_one_subject_for_both_domains_and_404_for_what_is_not_ours() {
    let (_prosody, bridge, mut juliet) = staged().await;
    let done = juliet.starts(XHOST).await;
    assert!(done.contains("@juliet@localhost"), "{done}");

    let mut documents = Vec::new();
    let whost = bridge.web_host();
    for resource in ["acct:juliet@localhost".to_owned(), format!("acct:juliet@{whost}")] {
        let (status, jrd) = webfinger(&bridge, &resource).await;
        assert_eq!(
            (status, &jrd["subject"]),
            (200, &json!("acct:juliet@localhost")),
            "{resource}"
        );
        documents.push(jrd);
    }
    assert_eq!(documents[0], documents[1]);
    let actor = link(&documents[0], "self")["href"].as_str().unwrap().to_owned();
    assert!(actor.starts_with(&bridge.url()), "{actor}");
    assert_eq!(link(&documents[0], "self")["type"], "application/activity+json");
    assert_eq!(webfinger(&bridge, &actor).await.1, documents[0], "by URL as well");
    let (status, document) = bridge.document(&actor).await;
    assert_eq!((status, &document["preferredUsername"]), (200, &json!("juliet")));

    for foreign in [
        "acct:juliet@elsewhere.example",
        "acct:romeo@localhost",
        "acct:juliet@b00.localhost",
    ] {
        assert_eq!(webfinger(&bridge, foreign).await.0, 404, "{foreign}");
    }
    assert_eq!(webfinger(&bridge, "mailto:juliet@localhost").await.0, 400);
}

#[tokio::test]
async fn host_meta_nodeinfo_and_the_instance_actor_are_there_for_anybody() {
    let (_prosody, bridge, _juliet) = staged().await;
    let (status, media_type, body) = get(&bridge, "/.well-known/host-meta", "*/*").await;
    let template = format!("{}/.well-known/webfinger?resource={{uri}}", bridge.url());
    assert_eq!(status, 200);
    assert!(media_type.starts_with("application/xrd+xml"), "{media_type}");
    assert!(String::from_utf8(body).unwrap().contains(&template));
    let meta = json_of(&bridge, "/.well-known/host-meta.json").await;
    assert_eq!(link(&meta, "lrdd")["template"], json!(template));

    let discovery = json_of(&bridge, "/.well-known/nodeinfo").await;
    for version in ["2.0", "2.1"] {
        let schema = format!("http://nodeinfo.diaspora.software/ns/schema/{version}");
        assert_eq!(
            link(&discovery, &schema)["href"],
            json!(format!("{}/nodeinfo/{version}", bridge.url()))
        );
        let info = json_of(&bridge, &format!("/nodeinfo/{version}")).await;
        assert_eq!(info["version"], version);
        assert_eq!(info["software"]["name"], "causeway");
        assert_eq!(info["openRegistrations"], false);
        assert!(
            info["protocols"].as_array().unwrap().contains(&json!("activitypub")),
            "{info}"
        );
    }

    let (status, instance) = bridge.document(&format!("{}/actor", bridge.url())).await;
    assert_eq!((status, &instance["type"]), (200, &json!("Application")));
    assert!(
        instance["publicKey"]["publicKeyPem"]
            .as_str()
            .unwrap()
            .contains("PUBLIC KEY")
    );
    let (status, jrd) = webfinger(&bridge, instance["id"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{jrd}");
    assert_eq!(link(&jrd, "self")["href"], instance["id"]);
}

#[tokio::test]
async fn a_change_of_ones_name_reaches_followers_by_itself() {
    let stage = Stage::new().await;
    let mut juliet = User::login(&stage.prosody, "juliet").await;
    juliet.has_blog("open").await;
    let nick = "http://jabber.org/protocol/nick";
    juliet.has_node(None, nick, &[("pubsub#access_model", "open")]).await;
    juliet.starts(XHOST).await;
    let actor = stage.followed("juliet", "alice").await;
    for name in ["Jule", "Juliet Capulet"] {
        juliet
            .publishes(None, nick, "current", &format!("<nick xmlns='{nick}'>{name}</nick>"))
            .await;
        let renamed = |received: &causeway_harness::peer::Received| {
            received.kind == "Update"
                && received.raw["object"]["name"] == name
                && received.actor.as_deref() == Some(&actor)
        };
        stage.peer.received(name, SOON, renamed).await;
    }
}

#[tokio::test]
async fn an_actor_is_a_document_for_programs_a_page_for_people_and_has_her_avatar() {
    let (_prosody, bridge, mut juliet) = staged().await;
    let picture = STANDARD.decode(PIXEL).unwrap();
    let sha1: String = digest(&SHA1_FOR_LEGACY_USE_ONLY, &picture)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let size = picture.len();
    let open = [("pubsub#access_model", "open")];
    for (node, payload) in [
        (
            "urn:xmpp:avatar:data",
            format!("<data xmlns='urn:xmpp:avatar:data'>{PIXEL}</data>"),
        ),
        (
            "urn:xmpp:avatar:metadata",
            format!(
                "<metadata xmlns='urn:xmpp:avatar:metadata'><info id='{sha1}' type='image/png' bytes='{size}'/></metadata>"
            ),
        ),
    ] {
        juliet.publishes(None, node, &sha1, &payload).await;
        juliet.has_node(None, node, &open).await;
    }
    let shown = juliet.says(XHOST, "start").await;
    assert!(shown.contains("your avatar"), "{shown}");
    juliet.says(XHOST, "YES").await;

    let actor = bridge.actor("juliet@localhost").await;
    let (_, document) = bridge.document(&actor).await;
    let icon = document["icon"]["url"].as_str().unwrap();
    let path = icon.strip_prefix(&bridge.url()).unwrap();
    assert!(path.starts_with(&format!("/media/avatar/{sha1}")), "{icon}");
    assert_eq!(
        get(&bridge, path, "image/*").await,
        (200, "image/png".to_owned(), picture)
    );
    let unknown = format!("/media/avatar/{}.png", "0".repeat(40));
    assert_eq!(get(&bridge, &unknown, "image/*").await.0, 404);

    let path = actor.strip_prefix(&bridge.url()).unwrap();
    let (status, media_type, page) = get(&bridge, path, "text/html,application/xhtml+xml,*/*;q=0.8").await;
    assert_eq!(status, 200);
    assert!(media_type.starts_with("text/html"), "{media_type}");
    assert!(String::from_utf8(page).unwrap().contains("juliet@localhost"));
    for accept in [
        "application/activity+json",
        r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
    ] {
        let (status, media_type, _) = get(&bridge, path, accept).await;
        assert_eq!(status, 200);
        assert!(media_type.contains("json"), "{accept}: {media_type}");
    }
}

#[tokio::test]
async fn whoever_stops_is_gone_and_their_followers_are_told() {
    let (_prosody, bridge, mut juliet) = staged().await;
    let peer = Fedify::start(Options::default()).await;
    juliet.starts(XHOST).await;
    let actor = bridge.actor("juliet@localhost").await;
    peer.follow(&actor).await;
    peer.follow_is(&actor, "accepted", SOON).await;

    let asked = juliet.says(XHOST, "stop").await;
    assert!(asked.contains("YES"), "{asked}");
    let done = juliet.says(XHOST, "YES").await;
    assert!(done.starts_with("Done."), "{done}");
    let farewell = |received: &Received| received.kind == "Delete" && received.object.as_deref() == Some(&actor);
    peer.received("the farewell", SOON, farewell).await;
    assert_eq!(bridge.document(&actor).await.0, 410);
    assert_eq!(webfinger(&bridge, "acct:juliet@localhost").await.0, 404);

    // who comes back is somebody new
    juliet.starts(XHOST).await;
    assert_ne!(bridge.actor("juliet@localhost").await, actor);
    assert_eq!(bridge.document(&actor).await.0, 410);
}
