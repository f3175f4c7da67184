//! Keys count when both ways are proven.

use causeway_activitypub::ids;
use causeway_core::model::Attested;
use causeway_core::refusal::{Reason, Refusal};
use serde_json::{Value, json};

use crate::web::Page;
use crate::world::{Peer, World, key};

const ALICE: &str = "https://a.example/users/alice";

/// What comes of a like by Alice, signed with the key at `key_id`.
async fn tried(world: &World, key_id: &str) -> Result<Attested, Refusal> {
    let alice = Peer {
        key_id: key_id.to_owned(),
        ..Peer::new(ALICE)
    };
    world
        .authenticate(world.post(&alice, &alice.like(1)))
        .await
        .map(|wire| wire.attested)
}

fn alice() -> Attested {
    Attested::Actor(ids::actor(ALICE).unwrap())
}

fn actor(public_key: &Value) -> Value {
    json!({"id": ALICE, "type": "Person", "inbox": format!("{ALICE}/inbox"), "publicKey": public_key})
}

fn listed(id: &str, owner: &str) -> Value {
    json!({"id": id, "owner": owner, "publicKeyPem": key(1).public_pem()})
}

#[tokio::test]
async fn row_3_sig_028_a_document_that_lists_another_key_is_refused() {
    let world = World::new();
    let key_id = format!("{ALICE}#main-key");
    world
        .web
        .put(ALICE, Page::document(&actor(&listed(&format!("{ALICE}#other"), ALICE))));
    assert_eq!(tried(&world, &key_id).await.unwrap_err().reason, Reason::SignatureBad);
}

#[tokio::test]
async fn row_3_sig_029_a_key_of_an_owner_on_another_host_is_refused() {
    let world = World::new();
    let key_id = "https://evil.example/key";
    let forged = json!({"id": key_id, "type": "Key", "owner": ALICE, "publicKeyPem": key(1).public_pem()});
    world.web.put(key_id, Page::document(&forged));
    world.web.put(ALICE, Page::document(&actor(&listed(key_id, ALICE))));
    assert_eq!(tried(&world, key_id).await.unwrap_err().reason, Reason::SignatureBad);
    assert_eq!(world.web.count(ALICE), 0);
}

#[tokio::test]
async fn row_3_a_key_that_its_owner_does_not_list_is_refused() {
    let world = World::new();
    // another user of the same host can publish documents there
    let key_id = "https://a.example/users/mallory/key";
    let stub = json!({"id": ALICE, "type": "Person", "publicKey": listed(key_id, ALICE)});
    world.web.put(key_id, Page::document(&stub));
    world.web.put(
        ALICE,
        Page::document(&actor(&listed(&format!("{ALICE}#main-key"), ALICE))),
    );
    assert_eq!(tried(&world, key_id).await.unwrap_err().reason, Reason::SignatureBad);
    assert_eq!(world.web.count(ALICE), 1);
}

#[tokio::test]
async fn row_3_the_same_id_with_another_key_is_refused() {
    let world = World::new();
    let key_id = format!("{ALICE}/main-key");
    let stub = json!({"id": ALICE, "type": "Person", "publicKey": listed(&key_id, ALICE)});
    world.web.put(&key_id, Page::document(&stub));
    let other = json!({"id": key_id, "owner": ALICE, "publicKeyPem": key(2).public_pem()});
    world.web.put(ALICE, Page::document(&actor(&other)));
    assert_eq!(tried(&world, &key_id).await.unwrap_err().reason, Reason::SignatureBad);
}

#[tokio::test]
async fn row_2_a_redirect_to_another_host_proves_nothing() {
    let world = World::new();
    let key_id = format!("{ALICE}#main-key");
    world.web.put(ALICE, Page::redirect("https://evil.example/alice"));
    world.web.put(
        "https://evil.example/alice",
        Page::document(&actor(&listed(&key_id, ALICE))),
    );
    assert_eq!(tried(&world, &key_id).await.unwrap_err().reason, Reason::SignatureBad);
}

#[tokio::test]
async fn row_4_a_key_in_a_file_of_another_type_is_refused() {
    for media_type in [
        "text/plain",
        "application/json",
        "image/png",
        "application/octet-stream",
    ] {
        let world = World::new();
        let key_id = format!("{ALICE}#main-key");
        let document = actor(&listed(&key_id, ALICE)).to_string();
        world.web.put(ALICE, Page::of(media_type, document));
        assert_eq!(
            tried(&world, &key_id).await.unwrap_err().reason,
            Reason::SignatureBad,
            "{media_type}"
        );
    }
}

#[tokio::test]
async fn a_stub_at_the_keys_own_address_as_gotosocial_has_it() {
    let world = World::new();
    let key_id = format!("{ALICE}/main-key");
    let stub = json!({"id": ALICE, "type": "Person", "publicKey": listed(&key_id, ALICE)});
    world.web.put(&key_id, Page::document(&stub));
    world.web.put(ALICE, Page::document(&actor(&listed(&key_id, ALICE))));
    assert_eq!(tried(&world, &key_id).await.unwrap(), alice());
    assert_eq!(world.web.log().len(), 2);
}

#[tokio::test]
async fn a_key_of_its_own_that_the_owner_lists_by_id_alone() {
    let world = World::new();
    let key_id = "https://a.example/keys/7";
    let own = json!({"id": key_id, "type": "Key", "owner": ALICE, "publicKeyPem": key(1).public_pem()});
    world.web.put(key_id, Page::document(&own));
    world.web.put(ALICE, Page::document(&actor(&json!(key_id))));
    assert_eq!(tried(&world, key_id).await.unwrap(), alice());
}

#[tokio::test]
async fn one_of_several_keys_and_no_multikey() {
    let keys = json!([
        {"id": format!("{ALICE}#ed25519"), "type": "Multikey", "controller": ALICE, "publicKeyMultibase": "z6Mkx"},
        {"id": format!("{ALICE}#old"), "owner": ALICE, "publicKeyPem": key(2).public_pem()},
        listed(&format!("{ALICE}#main-key"), ALICE)
    ]);
    for key_id in [format!("{ALICE}#main-key"), ALICE.to_owned()] {
        let world = World::new();
        world.web.put(ALICE, Page::document(&actor(&keys)));
        assert_eq!(tried(&world, &key_id).await.unwrap(), alice(), "{key_id}");
    }
    for key_id in [format!("{ALICE}#old"), format!("{ALICE}#ed25519")] {
        let world = World::new();
        world.web.put(ALICE, Page::document(&actor(&keys)));
        assert_eq!(
            tried(&world, &key_id).await.unwrap_err().reason,
            Reason::SignatureBad,
            "{key_id}"
        );
    }
}

#[tokio::test]
async fn ids_with_queries_as_wordpress_has_them() {
    let world = World::new();
    let peer = Peer::new("https://blog.example/?author=1").published(&world.web);
    let wire = world.authenticate(world.post(&peer, &peer.like(1))).await.unwrap();
    assert_eq!(wire.attested, Attested::Actor(ids::actor(&peer.id).unwrap()));
}
