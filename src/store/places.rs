//! The subscribers of places that this bridge keeps.

use causeway_core::id::{ActorId, PlaceId};
use causeway_core::model::Reach;
use causeway_core::ports::{Later, Places};
use causeway_core::refusal::{Reason, Refusal};

use super::Store;
use super::db::Tx;
use super::error::Fault;

impl Places for Store {
    fn subscribe<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId, reach: &'a Reach) -> Later<'a, ()> {
        self.write(
            (place.clone(), subscriber.clone(), reach.clone()),
            |tx, (place, subscriber, reach)| Box::pin(tx.subscribe(place, subscriber, reach)),
        )
    }

    fn unsubscribe<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId) -> Later<'a, ()> {
        self.write((place.clone(), subscriber.clone()), |tx, (place, subscriber)| {
            Box::pin(tx.unsubscribe(place, subscriber))
        })
    }

    fn subscribed<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId) -> Later<'a, bool> {
        self.read((place.clone(), subscriber.clone()), |tx, (place, subscriber)| {
            Box::pin(tx.subscribed(place, subscriber))
        })
    }
}

impl Tx {
    async fn subscribe(&mut self, place: &PlaceId, subscriber: &ActorId, reach: &Reach) -> Result<(), Fault> {
        let open = self.object_at(place).await?.is_some_and(|root| root.gone.is_none());
        if !open || !self.is_hosted(place) {
            return Err(Refusal::reject(Reason::NotFound, "no such place here").into());
        }
        let actor = self.intern_actor(subscriber).await?.key;
        let target = self.target(place.network(), reach).await?;
        sqlx::query(
            "INSERT INTO place_subscriber (network, place, subscriber, target, since) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (network, place, subscriber) DO UPDATE SET target = excluded.target",
        )
        .bind(place.network().as_str())
        .bind(place.as_str())
        .bind(actor)
        .bind(target)
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    async fn unsubscribe(&mut self, place: &PlaceId, subscriber: &ActorId) -> Result<(), Fault> {
        let Some(actor) = self.find_actor(subscriber).await? else {
            return Ok(());
        };
        sqlx::query("DELETE FROM place_subscriber WHERE network = $1 AND place = $2 AND subscriber = $3")
            .bind(place.network().as_str())
            .bind(place.as_str())
            .bind(actor.key)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    async fn subscribed(&mut self, place: &PlaceId, subscriber: &ActorId) -> Result<bool, Fault> {
        let Some(actor) = self.find_actor(subscriber).await? else {
            return Ok(false);
        };
        let subscribed = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM place_subscriber WHERE network = $1 AND place = $2 AND subscriber = $3)",
        )
        .bind(place.network().as_str())
        .bind(place.as_str())
        .bind(actor.key)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(subscribed)
    }
}
