//! One suite that every adapter passes: what the contract promises and no signature can say.
//!
//! An adapter's `tests/conformance.rs` describes a [`Subject`] and calls [`crate::conformance_suite!`], which makes one
//! test function of each case. Only what is pure is asked: nothing is connected, fetched or stored.

pub mod carrying;
pub mod echoing;
pub mod keeping;
pub mod naming;
pub mod refusing;
mod samples;
pub mod showing;

use std::path::PathBuf;
use std::sync::Arc;

use causeway_core::adapter::{Adapter, Outgoing, RenderContext, Rendered, Verb};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Kind, Payload};
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;

use crate::fixtures::Direction;

pub use samples::{PAGE, SECRET, Samples};

/// An adapter, and what a stranger must know of its network to judge it.
pub struct Subject {
    /// The adapter of this bridge.
    pub here: Arc<dyn Adapter>,
    /// The same of another bridge, which reads what this one writes.
    pub elsewhere: Arc<dyn Adapter>,
    /// The host under which this bridge makes names.
    pub host: &'static str,
    /// Somebody at home on the network.
    pub native: ActorId,
    /// A post of theirs.
    pub post: ObjectId,
    /// What documents are written in.
    pub syntax: Syntax,
    /// What stands in a post only where everybody may see it.
    pub public_mark: &'static str,
    /// Kinds whose documents do not say where they stand or whom they are for: whoever delivers them adds it.
    pub addressed_later: &'static [Kind],
    /// The folder of the paired fixtures.
    pub fixtures: PathBuf,
    /// Cells of the table that no fixture can show, because what is lost is lost on delivery.
    pub lost_later: &'static [(Kind, Direction)],
}

/// What documents are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON.
    Json,
    /// XML.
    Xml,
}

impl Subject {
    /// The extension of its fixtures.
    pub fn extension(&self) -> &'static str {
        match self.syntax {
            Syntax::Json => "json",
            Syntax::Xml => "xml",
        }
    }

    /// What may be said in its terms by somebody at home elsewhere.
    pub fn samples(&self) -> Samples {
        Samples::new(&*self.here, &self.native, &self.post)
    }

    /// The wire of the author of [`Subject::samples`] saying `payload`.
    ///
    /// # Errors
    /// As [`Adapter::render`].
    pub fn write(&self, verb: Verb, version: u32, payload: Payload) -> Result<Rendered, Refusal> {
        self.here
            .render(&self.outgoing(verb, version, payload), &RenderContext::default())
    }

    fn outgoing(&self, verb: Verb, version: u32, payload: Payload) -> Outgoing {
        Outgoing {
            verb,
            version,
            activity: self.samples().activity(payload),
        }
    }

    /// The kinds it writes.
    fn written(&self) -> impl Iterator<Item = Kind> {
        let table = self.here.capabilities();
        Kind::ALL.iter().copied().filter(|kind| table.gives(*kind).carries())
    }
}

/// When everything happens.
fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T06:00:00Z").unwrap()
}

/// Makes a test of every case: `conformance_suite!(subject())`. The expression is evaluated once per test.
#[macro_export]
macro_rules! conformance_suite {
    ($subject:expr) => {
        $crate::conformance_suite!(@ $subject;
            naming: [
                names_are_the_same_every_time, another_attempt_is_another_name, objects_have_ids_of_their_own,
                a_place_is_the_same_every_time, what_is_kept_here_is_not_delivered_elsewhere,
            ];
            carrying: [
                every_kind_has_one_cell_each_way, what_is_carried_is_written, what_is_not_carried_is_refused,
                a_wire_says_who_and_what, the_same_is_written_the_same, every_version_has_its_own_id,
                what_is_written_is_read_elsewhere, what_everybody_sees_is_rendered_once,
            ];
            keeping: [
                what_the_network_cannot_keep_is_refused, what_is_not_public_does_not_say_it_is,
                a_retraction_says_nothing_of_what_was_said, a_refusal_says_nothing_of_what_was_said,
            ];
            echoing: [
                nobody_vouches_for_what_is_made_here, natives_speak_for_themselves_alone,
            ];
            refusing: [
                what_is_no_document_is_refused, what_is_too_large_or_too_deep_is_refused, half_a_document_is_refused,
                bent_documents_are_answered,
            ];
            showing: [ the_table_is_shown_by_fixtures, ];
        );
    };
    (@ $subject:expr; $($module:ident: [$($case:ident,)*];)*) => {
        $(mod $module {
            #[allow(unused_imports, reason = "the expression names what stands beside the call")]
            use super::*;
            $(#[test]
            fn $case() {
                $crate::conformance::$module::$case(&$subject);
            })*
        })*
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    /// The fake network keeps some of the contract only: it is there to be simple.
    fn fake() -> Subject {
        let fake = Fake::new("fa", true);
        Subject {
            native: fake.actor("juliet@capulet"),
            post: fake.object("capulet/1"),
            here: fake,
            elsewhere: Fake::new("fa", true),
            host: "bridge.fa",
            syntax: Syntax::Json,
            public_mark: "public",
            // it must know what it passes on
            addressed_later: &[Kind::Repost],
            fixtures: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures")),
            lost_later: &[],
        }
    }

    #[test]
    fn what_it_keeps_is_taken() {
        naming::names_are_the_same_every_time(&fake());
        naming::another_attempt_is_another_name(&fake());
        carrying::the_same_is_written_the_same(&fake());
        carrying::every_version_has_its_own_id(&fake());
        carrying::what_is_written_is_read_elsewhere(&fake());
    }

    #[test]
    #[should_panic(expected = "Move in")]
    fn a_missing_cell_is_noticed() {
        carrying::every_kind_has_one_cell_each_way(&fake());
    }

    #[test]
    #[should_panic(expected = "Actor(ActorId")]
    fn who_vouches_for_our_own_is_noticed() {
        echoing::nobody_vouches_for_what_is_made_here(&fake());
    }

    #[test]
    #[should_panic(expected = "fa: Post In is Full, and no fixture shows all of one arriving")]
    fn a_cell_that_nothing_shows_is_noticed() {
        showing::the_table_is_shown_by_fixtures(&fake());
    }

    #[test]
    #[should_panic(expected = "Post for Followers")]
    fn what_says_more_than_it_should_is_noticed() {
        let page = Subject {
            public_mark: SECRET,
            ..fake()
        };
        keeping::what_is_not_public_does_not_say_it_is(&page);
    }
}
