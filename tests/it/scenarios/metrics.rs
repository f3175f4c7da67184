//! What a bridge counts while people use it.

use causeway_harness::peer::NewPost;

use super::stage::{SOON, Stage, object_with, sees};

/// The sum of all series of `name` that have these labels; none when there is no such series.
fn value(metrics: &str, name: &str, labels: &str) -> Option<f64> {
    let fits = |line: &&str| {
        let series = line.rsplit_once(' ').map_or("", |(series, _)| series);
        let (found, rest) = series.split_once('{').unwrap_or((series, ""));
        let has = |label: &str| rest.trim_end_matches('}').split(',').any(|one| one == label);
        found == name && labels.split(',').filter(|label| !label.is_empty()).all(has)
    };
    let values = metrics.lines().filter(fits);
    let values: Vec<f64> = values
        .map(|line| line.rsplit_once(' ').unwrap().1.parse().unwrap())
        .collect();
    (!values.is_empty()).then(|| values.iter().sum())
}

#[tokio::test]
async fn what_people_do_is_counted() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    stage.followed("juliet", "alice").await;
    let alice = stage.follows(&mut juliet, "alice").await;
    juliet.posts("counted-0001", "Counted and sent").await;
    object_with(&stage.peer, "Create", "Counted and sent").await;
    stage.peer.post(&NewPost::text("<p>Counted and read</p>")).await;
    sees(&mut juliet, &alice, "Counted and read").await;
    let forged = format!("http://{}/inbox", stage.bridge.web_host());
    let answer = reqwest::Client::new()
        .post(&forged)
        .header("content-type", "application/activity+json")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);

    let counted = |metrics: &str| {
        let posts = |labels: &str| value(metrics, "causeway_events_total", labels) == Some(1.0);
        posts("from=\"xmpp\",to=\"activitypub\",kind=\"post\",outcome=\"read\"")
            && posts("from=\"activitypub\",to=\"xmpp\",kind=\"post\",outcome=\"read\"")
    };
    // traces are counted behind the commit, and the peer may be told before
    let metrics = causeway_harness::process::eventually("both posts are counted", SOON, async || {
        let metrics = stage.bridge.metrics().await;
        counted(&metrics).then_some(metrics)
    })
    .await;
    let is = |name: &str, labels: &str, expected: f64| {
        assert_eq!(
            value(&metrics, name, labels),
            Some(expected),
            "{name} {labels}\n{metrics}"
        );
    };
    is("causeway_users", "state=\"active\"", 1.0);
    is("causeway_users", "state=\"stopped\"", 0.0);
    is("causeway_follows", "network=\"activitypub\",direction=\"in\"", 1.0);
    is("causeway_follows", "network=\"activitypub\",direction=\"out\"", 1.0);
    is("causeway_consent_changes_total", "kind=\"bridge-given\"", 1.0);
    is("causeway_queue_depth", "queue=\"events\"", 0.0);
    is("causeway_signature_checks_total", "result=\"signature-missing\"", 1.0);
    is("causeway_http_requests_total", "route=\"/inbox\",code=\"401\"", 1.0);
    let some = |name: &str, labels: &str| {
        assert!(value(&metrics, name, labels) > Some(0.0), "{name} {labels}\n{metrics}");
    };
    some("causeway_remote_actors", "network=\"activitypub\"");
    some("causeway_signature_checks_total", "result=\"good\"");
    some("causeway_fetch_total", "outcome=\"2xx\"");
    some("causeway_fields_total", "from=\"model\",to=\"xmpp\"");
    some(
        "causeway_event_seconds_count",
        "from=\"xmpp\",to=\"activitypub\",kind=\"post\"",
    );
    some("causeway_db_seconds_count", "");
    some("causeway_stanzas_total", "kind=\"commands\",useful=\"yes\"");
    some("causeway_stanzas_total", "kind=\"deliveries\",useful=\"yes\"");
    some("causeway_stanzas_total", "kind=\"barriers\",useful=\"no\"");
    let ratio = value(&metrics, "causeway_stanzas_useful_ratio", "").unwrap();
    assert!(ratio > 0.0 && ratio < 1.0, "{ratio}");
    some("causeway_deliveries_total", "network=\"activitypub\",outcome=\"done\"");
    let private = ["localhost", "127.0.0.1", "juliet", "alice"];
    let named = metrics
        .lines()
        .filter(|line| private.iter().any(|name| line.contains(name)));
    assert_eq!(named.collect::<Vec<_>>(), [""; 0], "no label names a host or a person");
}
