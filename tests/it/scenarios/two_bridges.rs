//! Two Causeways, each asking for signed fetches: they find, follow and read each other, and then fall silent.

use std::collections::BTreeMap;
use std::time::Duration;

use causeway_harness::bridge::{Bridge, Setup};
use causeway_harness::process::eventually;
use causeway_harness::prosody::Prosody;
use causeway_harness::user::{MICROBLOG, User};
use minidom::Element;

use super::stage::{says, start_bridge};
use super::traces::traces;

/// How many posts go each way.
const POSTS: usize = 20;
/// How long nothing may happen at the end.
const IDLE: Duration = Duration::from_secs(10);
/// Limit for a follow between bridges: each asks the other for documents and keys on the way.
const ANSWERED: Duration = Duration::from_secs(15);

async fn bridge(prosody: &Prosody, jid: &str) -> Bridge {
    start_bridge(Setup {
        authorized_fetch: true,
        ..Setup::on(prosody, jid)
    })
    .await
}

async fn bridged(prosody: &Prosody, bridge: &Bridge, name: &str) -> User {
    let mut user = User::login(prosody, name).await;
    user.has_blog("open").await;
    let done = user.starts(bridge.jid()).await;
    assert!(done.contains("New public posts leave"), "{done}");
    user
}

/// `reader` of the bridge `here` follows `name` of the bridge `there`; their JID here.
async fn follows(reader: &mut User, here: &Bridge, there: &Bridge, name: &str) -> String {
    let handle = format!("{name}.localhost@{}", there.web_host());
    let said = reader.says(here.jid(), &format!("follow @{handle}")).await;
    assert!(said.starts_with("You follow") || said.starts_with("Asked"), "{said}");
    let local = handle.replace('@', "\\40").replace(':', "\\3a");
    let jid = format!("{local}@{}", here.jid());
    eventually("the follow is accepted", ANSWERED, async || {
        let said = reader.says(here.jid(), "following").await;
        (said.contains(&jid) && !said.contains("(asked)")).then_some(())
    })
    .await;
    jid
}

/// What crossed a bridge so far, as its metrics count it.
async fn counted(bridge: &Bridge) -> Vec<String> {
    let metrics = bridge.metrics().await;
    let counts =
        |line: &&str| line.starts_with("causeway_events_total") || line.starts_with("causeway_deliveries_total");
    let mut lines: Vec<String> = metrics.lines().filter(counts).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// The posts of `author` that `reader` was told of by now: how often each.
async fn told(reader: &mut User, author: &str) -> BTreeMap<String, usize> {
    // its answer comes after whatever was on the way
    reader.items(author, MICROBLOG).await;
    let mut told = BTreeMap::new();
    for stanza in reader.client().take_seen() {
        let from = stanza.attr("from").and_then(|from| from.split('/').next());
        if stanza.name() == "message" && from == Some(author) {
            for id in ids(&stanza) {
                *told.entry(id).or_default() += 1;
            }
        }
    }
    told
}

fn ids(element: &Element) -> Vec<String> {
    if element.name() == "item" {
        return element.attr("id").map(str::to_owned).into_iter().collect();
    }
    element.children().flat_map(ids).collect()
}

#[tokio::test]
async fn two_causeways_with_authorised_fetch_carry_twenty_posts_each_way_and_fall_silent() {
    let prosody = Prosody::start(&["juliet", "romeo"], &[]).await;
    let (one, two) = tokio::join!(bridge(&prosody, "b00.localhost"), bridge(&prosody, "b01.localhost"));
    let mut juliet = bridged(&prosody, &one, "juliet").await;
    let mut romeo = bridged(&prosody, &two, "romeo").await;
    let romeo_there = follows(&mut juliet, &one, &two, "romeo").await;
    let juliet_there = follows(&mut romeo, &two, &one, "juliet").await;

    for number in 0..POSTS {
        let (id, text) = (format!("post-number-{number:02}"), format!("Post {number:02}"));
        juliet.posts(&id, &text).await;
        romeo.posts(&id, &text).await;
    }
    for (reader, author) in [(&mut juliet, &romeo_there), (&mut romeo, &juliet_there)] {
        eventually("all posts are there", Duration::from_secs(30), async || {
            (reader.items(author, MICROBLOG).await.len() == POSTS).then_some(())
        })
        .await;
        // the last one's event: taken out of what was seen, and put back into the count below
        reader.event("the last post", author, MICROBLOG, says("Post 19")).await;
    }

    let before = (counted(&one).await, counted(&two).await);
    let inboxes = (traces(&one).len(), traces(&two).len());
    tokio::time::sleep(IDLE).await;
    assert_eq!(
        (counted(&one).await, counted(&two).await),
        before,
        "nothing crosses any more"
    );
    assert_eq!((traces(&one).len(), traces(&two).len()), inboxes);

    for (reader, author) in [(&mut juliet, &romeo_there), (&mut romeo, &juliet_there)] {
        assert_eq!(reader.items(author, MICROBLOG).await.len(), POSTS);
        let told = told(reader, author).await;
        assert_eq!(told.len(), POSTS - 1, "all but the one looked at above: {told:?}");
        assert!(told.values().all(|times| *times == 1), "{told:?}");
    }
}

#[tokio::test]
async fn an_unsigned_fetch_gets_actors_and_keys_and_nothing_else() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let one = bridge(&prosody, "b00.localhost").await;
    let _juliet = bridged(&prosody, &one, "juliet").await;
    let actor = one.actor(&format!("juliet.localhost@{}", one.web_host())).await;
    let (status, document) = one.document(&actor).await;
    assert_eq!(
        status, 200,
        "two servers that wait for each other's keys would wait for ever"
    );
    assert!(
        document["publicKey"]["publicKeyPem"]
            .as_str()
            .unwrap()
            .contains("PUBLIC KEY")
    );
    assert_eq!(one.document(&format!("{}/actor", one.url())).await.0, 200);
    for collection in ["outbox", "followers", "following"] {
        let (status, refused) = one.document(&format!("{actor}/{collection}")).await;
        assert_eq!((status, refused["error"].as_str()), (401, Some("signature-missing")));
    }
}
