//! What a delivery is about, in its target network's terms.

use causeway_core::adapter::{Outgoing, Verb};
use causeway_core::id::{ActorId, Network};
use causeway_core::model::{Activity, Kind, Payload, Profile};
use causeway_core::ports::ObjectKey;
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;

use super::db::Tx;
use super::error::Fault;
use super::words;

impl Tx {
    /// The latest version of an object on its way to `on`. On the way to be retracted it is a skeleton: a target that
    /// may not see it any more gets no word of it.
    pub(super) async fn outgoing(
        &mut self,
        object: ObjectKey,
        on: &Network,
        verb: Verb,
    ) -> Result<(Outgoing, Option<Profile>, Option<String>), Fault> {
        let row = self.object(object.0).await?;
        if row.gone.is_some() && verb != Verb::Retract {
            return Err(ended());
        }
        let (Some(author), Some(held)) = (row.author, self.payload_or_rest(&row).await?) else {
            return Err(ended());
        };
        let held = if verb == Verb::Retract { held.skeleton() } else { held };
        let author = self.actor(author).await?;
        let profile = self.profile_on(&author, row.era, on).await?;
        let actor = profile.actor.clone();
        let payload = match held {
            Payload::Profile(held) if verb == Verb::Retract => Payload::Profile(Box::new(Profile {
                actor: actor.clone(),
                ..*held
            })),
            Payload::Profile(_) => Payload::Profile(Box::new(profile.clone())),
            other => self.payload_on(&row, other, on).await?,
        };
        let at = match row.kind() {
            Some(Kind::Profile) => None,
            _ => Some(Timestamp::from_millis(
                row.edited.or(row.published).unwrap_or(row.stored),
            )),
        };
        let public_key = match row.kind() {
            Some(Kind::Profile) => self.public_key(&actor).await?,
            _ => None,
        };
        let activity = Activity {
            id: None,
            actor,
            at,
            payload,
        };
        let outgoing = Outgoing {
            verb,
            activity,
            version: words::small(row.version),
        };
        Ok((outgoing, Some(profile), public_key))
    }

    /// The public half of the key that an actor uses, if it has made one.
    pub(super) async fn public_key(&mut self, actor: &ActorId) -> Result<Option<String>, Fault> {
        let key =
            sqlx::query_scalar("SELECT public_pem FROM own_key WHERE network = $1 AND id = $2 AND retired IS NULL")
                .bind(actor.network().as_str())
                .bind(actor.as_str())
                .fetch_optional(&mut *self.conn)
                .await?;
        Ok(key)
    }
}

fn ended() -> Fault {
    Refusal::gone(Reason::Gone, "the object is not there any more").into()
}
