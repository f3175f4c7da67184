//! One suite that every store passes.
//!
//! A back-end implements [`Backend`] and calls [`crate::store_suite!`], which makes one test function of each case. A case
//! gets a [`World`]: an empty store, the network `near` (whose people use this bridge and whose threads have places), the
//! network `far`, a clock that stands still and chance that repeats.

pub mod accepting;
pub mod accounts;
pub mod counting;
pub mod forgetting;
pub mod knowing;
pub mod lanes;
pub mod naming;
pub mod seeing;
pub mod sending;
pub mod watching;
mod world;

use std::sync::Arc;

use causeway_core::adapter::Adapters;
use causeway_core::ports::{
    Accounts, Census, Clock, Events, KeyStore, Ledger, MediaStore, Places, Queue, Random, Reads, Retention, Watches,
};
use futures_core::future::BoxFuture;

pub use world::World;

/// The ports of one open store.
#[derive(Clone)]
pub struct Ports {
    /// The first stage.
    pub events: Arc<dyn Events>,
    /// The second.
    pub ledger: Arc<dyn Ledger>,
    /// The third.
    pub queue: Arc<dyn Queue>,
    /// Reads.
    pub reads: Arc<dyn Reads>,
    /// Local actors.
    pub accounts: Arc<dyn Accounts>,
    /// Watched sources.
    pub watches: Arc<dyn Watches>,
    /// Places kept here.
    pub places: Arc<dyn Places>,
    /// Pictures kept here.
    pub media: Arc<dyn MediaStore>,
    /// What is kept for a time only.
    pub retention: Arc<dyn Retention>,
    /// How much there is.
    pub census: Arc<dyn Census>,
    /// Keys.
    pub keys: Arc<dyn KeyStore>,
}

impl Ports {
    /// The ports of a store that has them all.
    pub fn of<S>(store: S) -> Self
    where
        S: Events
            + Ledger
            + Queue
            + Reads
            + Accounts
            + Watches
            + Places
            + MediaStore
            + Retention
            + Census
            + KeyStore
            + 'static,
    {
        let store = Arc::new(store);
        Self {
            events: Arc::clone(&store) as Arc<dyn Events>,
            ledger: Arc::clone(&store) as Arc<dyn Ledger>,
            queue: Arc::clone(&store) as Arc<dyn Queue>,
            reads: Arc::clone(&store) as Arc<dyn Reads>,
            accounts: Arc::clone(&store) as Arc<dyn Accounts>,
            watches: Arc::clone(&store) as Arc<dyn Watches>,
            places: Arc::clone(&store) as Arc<dyn Places>,
            media: Arc::clone(&store) as Arc<dyn MediaStore>,
            retention: Arc::clone(&store) as Arc<dyn Retention>,
            census: Arc::clone(&store) as Arc<dyn Census>,
            keys: store,
        }
    }
}

/// A database that can be opened again and again.
pub trait Backend: Send + Sync {
    /// Opens it; what was committed before is there.
    fn open<'a>(
        &'a self,
        adapters: Arc<Adapters>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> BoxFuture<'a, Ports>;
}

/// Makes a test of every case: `store_suite!(Sqlite::new())`. The expression is evaluated once per test.
#[macro_export]
macro_rules! store_suite {
    ($backend:expr) => {
        $crate::store_suite!(@ $backend;
            accepting: [
                a_wire_is_taken_once, without_an_id_the_bytes_decide, another_origin_may_use_the_same_id,
                nobodys_wire_is_refused, what_was_accepted_survives_a_crash, pending_is_oldest_first_and_waits,
                what_was_parked_or_done_is_not_pending, many_callers_at_once_all_get_their_own_answer,
                one_refused_write_harms_no_other,
            ];
            knowing: [
                what_is_named_only_is_not_known, a_comment_is_placed_by_parent_or_by_place,
                retractions_are_resolved, reactions_are_known_by_what_they_say_and_where_they_stand, a_follow_is_found_by_id_and_by_its_ends, ids_made_here_are_understood,
                a_deletion_that_came_first_is_remembered, a_deletion_counts_whoever_delivers_the_object,
                blocks_work_both_ways, what_did_not_change_keeps_its_version, what_ended_never_comes_back,
                nobody_takes_over_an_object, a_backfill_is_stored_and_a_replay_is_not,
            ];
            naming: [
                a_clash_gets_a_suffix, names_never_change, nobody_is_named_without_consent,
                a_placeholder_gets_no_name, a_comment_goes_out_in_the_networks_terms,
                a_post_without_a_place_gets_one_here, a_place_stays_with_the_post_that_had_it_first,
                whoever_never_agreed_is_not_carried,
            ];
            seeing: [
                each_viewer_sees_what_is_meant_for_them, private_things_wait_for_agreement, lists_hold_only_what_the_viewer_may_see,
                a_timeline_is_paged_from_either_end, comments_are_paged_oldest_first, reactions_are_listed_and_stand_among_comments,
                what_was_retracted_is_there_without_its_text, followers_are_counted_for_others_and_named_to_oneself,
                other_networks_see_only_what_was_agreed_to, a_backfilled_post_stands_where_it_belongs,
            ];
            sending: [
                an_edit_that_changes_nothing_is_not_sent, an_edit_is_an_update_where_it_is_held,
                a_narrowing_edit_is_a_retraction, what_ends_before_it_was_sent_is_dropped,
                what_was_held_is_retracted_bare, ten_thousand_followers_are_three_hundred_rows,
                nothing_goes_back_where_it_came_from, subscribers_of_a_place_hear_of_its_comments,
                a_place_of_others_is_one_target, what_follows_a_beginning_is_done_after_it,
                what_may_have_been_sent_is_sent_again_the_same, private_things_go_to_their_recipients_alone,
                an_end_of_an_actor_ends_all_they_said, a_profile_is_sent_when_it_changes,
                an_id_used_again_is_another_object, what_was_begun_is_known,
            ];
            lanes: [
                a_lane_is_held_until_its_lease_ends, order_is_kept_per_author_and_target,
                later_ones_wait_for_an_earlier_one, a_poison_row_is_parked_and_its_lane_goes_on,
                a_resting_lane_is_not_woken, a_lost_lease_decides_nothing, depth_counts_what_is_open,
                a_lease_is_renewed_by_its_holder_alone,
            ];
            accounts: [
                opening_twice_changes_nothing, closing_retracts_everything, opening_again_makes_new_names,
                the_consent_ledger_only_grows, closing_what_is_not_open_is_refused,
                nothing_leaves_for_a_network_not_agreed_to, local_names_are_found,
                keys_are_made_once_and_only_for_ours,
            ];
            forgetting: [
                old_wires_are_forgotten_but_not_that_they_came, what_had_its_time_is_forgotten,
                keys_of_former_names_go_when_nothing_is_left_to_say, a_deletion_given_up_is_counted,
                a_message_is_forgotten_with_the_last_that_waits_for_it,
                a_message_that_goes_nowhere_is_forgotten_at_once,
            ];
            counting: [
                totals_are_of_what_is_stored,
            ];
            watching: [
                what_stands_there_is_remembered, wanting_again_extends, a_hindrance_is_shown_to_the_actor,
                only_places_kept_here_have_subscribers,
                pictures_are_kept_and_only_pictures,
            ];
        );
    };
    (@ $backend:expr; $($module:ident: [$($case:ident,)*];)*) => {
        $(mod $module {
            #[allow(unused_imports, reason = "the back-end's expression names what stands beside the call")]
            use super::*;
            $(#[tokio::test]
            async fn $case() {
                let world = $crate::store_suite::World::new(Box::new($backend)).await;
                $crate::store_suite::$module::$case(world).await;
            })*
        })*
    };
}
