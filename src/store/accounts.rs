//! Local actors: consent, and the identities that come and go with it.

use causeway_core::id::{ActorId, Network};
use causeway_core::model::Profile;
use causeway_core::ports::{Account, Accounts, Agreement, ConsentEntry, Later, NewAccount};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use sqlx::FromRow;

use super::actors::ActorRow;
use super::db::Tx;
use super::error::Fault;
use super::{Store, words};

/// The purpose of being bridged to a network.
const BRIDGE: &str = "bridge";

/// Whether an actor agreed to a purpose on a network, by their latest word; all three as SQL.
macro_rules! agreed {
    ($actor:literal, $network:literal, $purpose:literal) => {
        concat!(
            "COALESCE((SELECT n.given FROM consent n WHERE n.actor = ",
            $actor,
            " AND n.network = ",
            $network,
            " AND n.purpose = ",
            $purpose,
            " ORDER BY n.key DESC LIMIT 1), FALSE)"
        )
    };
}
pub(super) use agreed;

/// [`NewAccount`], owned.
struct Opening {
    actor: ActorId,
    profile: Profile,
    networks: Vec<Network>,
    text: String,
    via: String,
}

#[derive(FromRow)]
struct ConsentRow {
    at: i64,
    network: String,
    purpose: String,
    given: bool,
    text: String,
    via: String,
}

impl Accounts for Store {
    fn account<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Option<Account>> {
        self.read(actor.clone(), |tx, actor| Box::pin(tx.account(actor)))
    }

    fn open<'a>(&'a self, new: NewAccount<'a>) -> Later<'a, Account> {
        let opening = Opening {
            actor: new.actor.clone(),
            profile: new.profile.clone(),
            networks: new.networks.to_vec(),
            text: new.text.to_owned(),
            via: new.via.to_owned(),
        };
        self.write(opening, |tx, opening| Box::pin(tx.open_account(opening)))
    }

    fn close<'a>(&'a self, actor: &'a ActorId, via: &'a str) -> Later<'a, ()> {
        self.write((actor.clone(), via.to_owned()), |tx, (actor, via)| {
            Box::pin(tx.close_account(actor, via))
        })
    }

    fn agree<'a>(&'a self, agreement: Agreement<'a>) -> Later<'a, ()> {
        let purpose = agreement.purpose.to_owned();
        let (text, via) = (agreement.text.to_owned(), agreement.via.to_owned());
        let said = (agreement.actor.clone(), purpose, agreement.given, text, via);
        self.write(said, |tx, (actor, purpose, given, text, via)| {
            Box::pin(tx.agree(actor, purpose, *given, text, via))
        })
    }

    fn consents<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Vec<ConsentEntry>> {
        self.read(actor.clone(), |tx, actor| Box::pin(tx.consents(actor)))
    }

    fn active<'a>(&'a self, network: &'a Network) -> Later<'a, Vec<ActorId>> {
        self.read(network.clone(), |tx, network| Box::pin(tx.active(network)))
    }
}

impl Tx {
    async fn account(&mut self, actor: &ActorId) -> Result<Option<Account>, Fault> {
        let Some(row) = self.find_actor(actor).await? else {
            return Ok(None);
        };
        let ever: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM consent WHERE actor = $1)")
            .bind(row.key)
            .fetch_one(&mut *self.conn)
            .await?;
        if ever {
            self.account_of(&row).await.map(Some)
        } else {
            Ok(None)
        }
    }

    async fn account_of(&mut self, row: &ActorRow) -> Result<Account, Fault> {
        let names: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "SELECT network, id, handle FROM actor_address WHERE actor = $1 AND gone IS NULL ORDER BY network",
        )
        .bind(row.key)
        .fetch_all(&mut *self.conn)
        .await?;
        let identities = names.into_iter().map(|(network, id, handle)| {
            let network = Network::named(network);
            (network.clone(), ActorId::new(network, id), handle)
        });
        let hindrance: Option<String> = sqlx::query_scalar(
            "SELECT reason FROM watch WHERE actor = $1 AND state = 'hindered' AND until IS NULL ORDER BY source LIMIT 1",
        )
        .bind(row.key)
        .fetch_optional(&mut *self.conn)
        .await?
        .flatten();
        Ok(Account {
            actor: row.home(),
            standing: words::standing(&row.standing)?,
            identities: identities.collect(),
            hindrance: hindrance.as_deref().and_then(Reason::from_code),
        })
    }

    async fn open_account(&mut self, new: &Opening) -> Result<Account, Fault> {
        let row = self.intern_actor(&new.actor).await?;
        if row.standing == "gone" || row.home() != new.actor {
            return Err(Refusal::gone(Reason::ActorGone, "the actor is gone").into());
        }
        if row.standing != "active" {
            self.activate(&row).await?;
        }
        if matches!(row.standing.as_str(), "known" | "stopped") {
            self.put_actor(&new.profile).await?;
        }
        let row = self.actor(row.key).await?;
        for network in new.networks.iter().filter(|network| *network != new.actor.network()) {
            if !self.agreed(row.key, network).await? {
                self.add_consent(row.key, network, BRIDGE, true, &new.text, &new.via)
                    .await?;
            }
            self.actor_on(&row, row.era, network).await?;
        }
        self.account_of(&row).await
    }

    /// A fresh era of names after a stop; the one that is there otherwise, since nobody saw it before.
    async fn activate(&mut self, row: &ActorRow) -> Result<(), Fault> {
        let again = row.standing == "stopped";
        let opaque = if again {
            self.cx.random.token()
        } else {
            row.opaque.clone()
        };
        sqlx::query(
            "UPDATE actor SET state = 'local', standing = 'active', era = era + CASE WHEN $2 THEN 1 ELSE 0 END, opaque = $3
             WHERE key = $1",
        )
        .bind(row.key)
        .bind(again)
        .bind(opaque)
        .execute(&mut *self.conn)
        .await?;
        self.memo.forget_actors();
        Ok(())
    }

    async fn close_account(&mut self, actor: &ActorId, via: &str) -> Result<(), Fault> {
        let row = self
            .find_actor(actor)
            .await?
            .filter(|row| matches!(row.standing.as_str(), "active" | "paused"));
        let Some(row) = row.filter(ActorRow::is_local) else {
            return Err(Refusal::reject(Reason::NotOptedIn, "there is nothing to withdraw").into());
        };
        for network in self.consents_of(row.key).await? {
            self.add_consent(row.key, &network, BRIDGE, false, "", via).await?;
        }
        self.end_actor(&row, "stopped", true).await
    }

    async fn agree(&mut self, actor: &ActorId, purpose: &str, given: bool, text: &str, via: &str) -> Result<(), Fault> {
        let row = self.find_actor(actor).await?.filter(ActorRow::is_bridged);
        let row = row.ok_or_else(|| Refusal::reject(Reason::NotOptedIn, "they are not bridged"))?;
        self.add_consent(row.key, actor.network(), purpose, given, text, via)
            .await
    }

    async fn add_consent(
        &mut self,
        actor: i64,
        network: &Network,
        purpose: &str,
        given: bool,
        text: &str,
        via: &str,
    ) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO consent (actor, network, purpose, given, text, via, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(actor)
        .bind(network.as_str())
        .bind(purpose)
        .bind(given)
        .bind(text)
        .bind(via)
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    async fn consents(&mut self, actor: &ActorId) -> Result<Vec<ConsentEntry>, Fault> {
        let Some(row) = self.find_actor(actor).await? else {
            return Ok(Vec::new());
        };
        let rows: Vec<ConsentRow> =
            sqlx::query_as("SELECT at, network, purpose, given, text, via FROM consent WHERE actor = $1 ORDER BY key")
                .bind(row.key)
                .fetch_all(&mut *self.conn)
                .await?;
        Ok(rows.into_iter().map(ConsentRow::entry).collect())
    }

    async fn active(&mut self, network: &Network) -> Result<Vec<ActorId>, Fault> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM actor WHERE network = $1 AND state = 'local' AND standing = 'active' ORDER BY key",
        )
        .bind(network.as_str())
        .fetch_all(&mut *self.conn)
        .await?;
        Ok(ids.into_iter().map(|id| ActorId::new(network.clone(), id)).collect())
    }
}

impl ConsentRow {
    fn entry(self) -> ConsentEntry {
        ConsentEntry {
            at: Timestamp::from_millis(self.at),
            network: Network::named(self.network),
            purpose: self.purpose,
            given: self.given,
            text: self.text,
            via: self.via,
        }
    }
}
