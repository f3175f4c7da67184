//! Local actors: what they agreed to, and what becomes of it when they do not any more.

use causeway_core::adapter::Verb;
use causeway_core::model::{Payload, Scope};
use causeway_core::ports::{NewAccount, OwnKey, Recipients, RemoteKey, Secret, Standing, Viewer};
use causeway_core::refusal::Reason;

use super::World;
use super::world::{put, send};

/// One consent, one set of names.
pub async fn opening_twice_changes_nothing(world: World) {
    let first = world.open("juliet@near.example").await;
    assert_eq!((first.standing, first.identities.len()), (Standing::Active, 1));
    assert_eq!(first.identities[0].2.as_deref(), Some("juliet_near.example@bridge.far"));
    let again = world.open("juliet@near.example").await;
    assert_eq!(first, again);
    assert_eq!(
        world.ports.accounts.account(&first.actor).await.unwrap(),
        Some(first.clone())
    );
    assert_eq!(world.ports.accounts.consents(&first.actor).await.unwrap().len(), 1);
    assert_eq!(world.ports.accounts.active(&world.n()).await.unwrap(), [first.actor]);
    let romeo = world.near.actor("romeo@near.example");
    assert_eq!(world.ports.accounts.account(&romeo).await.unwrap(), None);
}

/// What was held is taken back, the actor last; the names answer that they are gone.
pub async fn closing_retracts_everything(world: World) {
    let (juliet, _) = world.pair().await;
    let name = world.name(&juliet, &world.f()).await;
    let kept = world.near_post("1", &juliet, Scope::Public, &[]);
    let unsent = world.near_post("2", &juliet, Scope::Public, &[]);
    world.publish(&kept).await;
    world.deliver().await;
    world.publish(&unsent).await;
    world.ports.accounts.close(&juliet, "chat").await.unwrap();
    let made = world.deliver().await;
    let told: Vec<_> = made
        .iter()
        .map(|made| (made.verb, made.outgoing.activity.payload.kind().as_str()))
        .collect();
    assert_eq!(told, [(Verb::Retract, "post"), (Verb::Retract, "profile")]);
    assert!(
        made.iter().all(|made| made.outgoing.activity.actor == name),
        "in the name they were sent under"
    );
    assert!(world.deliver().await.is_empty());
    let view = world.ports.reads.actor(&name, &world.f()).await.unwrap().unwrap();
    assert_eq!((view.standing, view.profile.name), (Standing::Stopped, None));
    assert!(world.ports.accounts.active(&world.n()).await.unwrap().is_empty());
    let seen = world
        .see(
            &Viewer::Anyone,
            made[0].outgoing.activity.payload.object().unwrap(),
            &world.f(),
        )
        .await
        .unwrap();
    assert_eq!(
        (seen.payload, seen.gone.is_some(), seen.author.handle),
        (None, true, None)
    );
    let facts = world.facts(&juliet, Payload::Post(Box::new(kept))).await;
    assert_eq!(facts.actor.unwrap().consents, []);
    let list = world
        .ports
        .reads
        .timeline(&Viewer::Anyone, &juliet, &world.n(), &Default::default())
        .await
        .unwrap();
    assert_eq!(list.total, 0);
}

/// The old ones stay gone for ever, whoever asks and however they are asked for.
pub async fn opening_again_makes_new_names(mut world: World) {
    let (juliet, bob) = world.pair().await;
    let before = world.ports.reads.actor(&juliet, &world.f()).await.unwrap().unwrap();
    let old = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&old).await;
    world.deliver().await;
    world.ports.accounts.close(&juliet, "chat").await.unwrap();
    world.open("juliet@near.example").await;
    world.reopen().await;
    let after = world.ports.reads.actor(&juliet, &world.f()).await.unwrap().unwrap();
    assert_ne!(before.id, after.id);
    assert_ne!(before.opaque, after.opaque);
    assert_eq!(after.standing, Standing::Active);
    for former in [
        world.ports.reads.actor(&before.id, &world.f()).await.unwrap().unwrap(),
        world
            .ports
            .reads
            .actor_named(&before.opaque, &world.f())
            .await
            .unwrap()
            .unwrap(),
    ] {
        assert_eq!((former.standing, former.id), (Standing::Stopped, before.id.clone()));
    }
    assert_eq!(world.ports.reads.follow(&bob, &juliet).await.unwrap(), None);
    let made = world.deliver().await;
    assert_eq!(made.len(), 2, "the retractions of the era before");
    assert!(
        made.iter()
            .all(|made| made.verb == Verb::Retract && made.outgoing.activity.actor == before.id)
    );
    let new = world.near_post("2", &juliet, Scope::Public, &[&bob]);
    world.publish(&new).await;
    let made = world.deliver().await;
    assert_eq!(made[0].outgoing.activity.actor, after.id);
}

/// Given and withdrawn, each with its text and its way.
pub async fn the_consent_ledger_only_grows(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    world.wait(60);
    world.ports.accounts.close(&juliet, "ad-hoc").await.unwrap();
    world.open("juliet@near.example").await;
    let ledger = world.ports.accounts.consents(&juliet).await.unwrap();
    let lines: Vec<_> = ledger
        .iter()
        .map(|line| (line.given, line.via.as_str(), line.network.as_str()))
        .collect();
    assert_eq!(
        lines,
        [(true, "chat", "far"), (false, "ad-hoc", "far"), (true, "chat", "far")]
    );
    assert_eq!(
        (ledger[0].text.as_str(), ledger[0].purpose.as_str()),
        ("text-1", "bridge")
    );
    assert!(ledger[0].at < ledger[1].at);
}

/// Nothing is written for it either.
pub async fn closing_what_is_not_open_is_refused(world: World) {
    let juliet = world.near.actor("juliet@near.example");
    assert_eq!(
        world.ports.accounts.close(&juliet, "chat").await.unwrap_err().reason,
        Reason::NotOptedIn
    );
    world.open("juliet@near.example").await;
    world.ports.accounts.close(&juliet, "chat").await.unwrap();
    assert_eq!(
        world.ports.accounts.close(&juliet, "chat").await.unwrap_err().reason,
        Reason::NotOptedIn
    );
    assert_eq!(world.ports.accounts.consents(&juliet).await.unwrap().len(), 2);
}

/// Even when a row was made.
pub async fn nothing_leaves_for_a_network_not_agreed_to(world: World) {
    let profile = world.near.profile("tybalt@near.example");
    let new = NewAccount {
        actor: &profile.actor,
        profile: &profile,
        networks: &[],
        text: "text-1",
        via: "chat",
    };
    world.ports.accounts.open(new).await.unwrap();
    let bob = world.known("bob@far.example").await;
    let post = world.near_post("1", &profile.actor, Scope::Public, &[]);
    world
        .apply(vec![
            put(Payload::Post(Box::new(post.clone()))),
            send(&post.id, vec![Recipients::Actor(bob)], vec![world.f()]),
        ])
        .await;
    assert!(world.deliver().await.is_empty());
    assert_eq!(world.ports.queue.depth().await.unwrap().0, 0);
}

/// By opaque name, by handle and by the handle's first part; nobody else is.
pub async fn local_names_are_found(world: World) {
    let account = world.open("juliet@near.example").await;
    world.known("bob@far.example").await;
    let view = world
        .ports
        .reads
        .actor(&account.actor, &world.f())
        .await
        .unwrap()
        .unwrap();
    for name in [
        view.opaque.as_str(),
        "juliet_near.example@bridge.far",
        "juliet_near.example",
    ] {
        let found = world.ports.reads.actor_named(name, &world.f()).await.unwrap().unwrap();
        assert_eq!(found, view, "{name}");
    }
    let bob = world
        .ports
        .reads
        .actor(&world.far.actor("bob@far.example"), &world.f())
        .await
        .unwrap()
        .unwrap();
    for name in ["juliet", "bob@far.example", "bob", bob.opaque.as_str(), ""] {
        assert_eq!(
            world.ports.reads.actor_named(name, &world.f()).await.unwrap(),
            None,
            "{name}"
        );
    }
}

/// The first one stays; somebody else's id gets none.
pub async fn keys_are_made_once_and_only_for_ours(mut world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let bob = world.known("bob@far.example").await;
    let actor = world.name(&juliet, &world.f()).await;
    let key = |actor: &causeway_core::id::ActorId, pem: &str| OwnKey {
        actor: actor.clone(),
        public_pem: pem.to_owned(),
        private: Secret::new(&b"private"[..]),
    };
    assert_eq!(world.ports.keys.load(&actor).await.unwrap(), None);
    assert_eq!(
        world.ports.keys.insert(&key(&actor, "first")).await.unwrap().public_pem,
        "first"
    );
    assert_eq!(
        world
            .ports
            .keys
            .insert(&key(&actor, "second"))
            .await
            .unwrap()
            .public_pem,
        "first"
    );
    assert_eq!(
        world.ports.keys.insert(&key(&bob, "stolen")).await.unwrap_err().reason,
        Reason::NotFound
    );
    let instance = world.far.actor("bridge@bridge.far");
    world.ports.keys.insert(&key(&instance, "instance")).await.unwrap();
    world.reopen().await;
    assert_eq!(world.ports.keys.load(&actor).await.unwrap(), Some(key(&actor, "first")));
    assert_eq!(
        world.ports.keys.load(&instance).await.unwrap(),
        Some(key(&instance, "instance"))
    );
    let view = world.ports.reads.actor(&juliet, &world.f()).await.unwrap().unwrap();
    assert_eq!(view.public_key.as_deref(), Some("first"));

    let mut remote = RemoteKey {
        id: "far.example/k".to_owned(),
        owner: bob,
        public_pem: "pem".to_owned(),
        fetched: world.now(),
    };
    world.ports.keys.put_remote_key(&remote, "print-1").await.unwrap();
    remote.public_pem = "rotated".to_owned();
    world.ports.keys.put_remote_key(&remote, "print-2").await.unwrap();
    assert_eq!(
        world.ports.keys.remote_key(&world.f(), "far.example/k").await.unwrap(),
        Some(remote)
    );
    assert_eq!(
        world.ports.keys.remote_key(&world.n(), "far.example/k").await.unwrap(),
        None
    );
}
