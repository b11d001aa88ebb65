//! Bad days: nothing lost, nothing doubled, the user told, the operator told, recovery without a hand.
//!
//! What may go wrong, and the test that shows what comes of it. Tests without a module are named by their file.
//!
//! | fault | test |
//! | --- | --- |
//! | `kill -9` at random moments of the tip cycle; Discord drops answers, answers late, says 429 and 500 | [`killing::killed_at_random_moments_every_date_has_one_tip_or_one_told_miss`] |
//! | the same at each single step, by the clock in hand | `tests/daily/promise.rs`: `a_restart_*`, `a_429_a_500_a_late_and_a_lost_answer`, `another_process_takes_over_when_the_holder_dies`; `tests/daily/recap.rs`: `deaths_refusals_and_lost_answers` |
//! | the same over a year of dates | `tests/daily/year.rs`: `a_year_without_a_double_or_an_unreported_miss` |
//! | two processes on one file | `tests/daily/promise.rs`: `two_processes_on_one_file_post_once` |
//! | a look that cannot decide | `tests/daily/promise.rs`: `a_lookup_that_cannot_decide_sends_nothing_and_is_told`, `a_lookup_that_fails_in_passing_is_made_again`; `tests/daily/downtime.rs`: `a_late_tip_whose_answer_is_lost_is_looked_for_as_often_as_any` |
//! | a platform that is not reached while it is looked for | `tests/daily/promise.rs`: `a_lookup_that_fails_in_passing_is_made_again` |
//! | a process beside the one that serves the workspace | `tests/daily/elsewhere.rs`: `whoever_serves_the_workspace_goes_first_within_a_minute`, `what_it_cannot_see_is_left_open_for_whoever_can`, `where_nobody_serves_the_workspace_the_miss_is_known_and_told_once_somebody_does`, `what_others_serve_holds_nothing_of_its_own_up` |
//! | a call that never ends | `tests/daily/promise.rs`: `a_call_that_never_ends_is_given_up_and_others_do_not_wait_for_it` |
//! | a telling that dies | `tests/daily/downtime.rs`: `a_telling_that_dies_is_taken_over_and_found`, `what_was_told_in_private_is_looked_for_and_not_told_twice`, `a_telling_whose_look_fails_in_passing_is_looked_for_again_and_not_told_twice` |
//! | a private card that fails on our side, among others | `tests/practice/in_private.rs`: `a_card_that_fails_takes_nobody_elses_along` |
//! | Discord out of reach when a private card is due, or another process's to reach | `tests/practice/in_private.rs`: `what_was_certainly_not_sent_is_tried_again_while_it_is_not_too_late`, `a_process_that_does_not_serve_the_workspace_leaves_the_card_to_the_one_that_does`; `tests/discord_postings.rs`: `what_is_told_in_private_may_have_arrived_was_refused_or_was_certainly_not_sent` |
//! | disk full at start | [`sqlite::a_full_disk_is_told_at_start_and_the_next_start_goes_on`] |
//! | disk full while it runs | [`sqlite::a_disk_that_is_full_for_a_while_costs_an_apology_and_no_tip`], [`sqlite::a_disk_that_is_full_at_any_step_of_the_cycle_neither_doubles_nor_drops_the_tip`] |
//! | file read-only | [`sqlite::a_file_that_may_only_be_read_is_refused_at_start`]; `tests/bot/failing.rs`: `a_store_that_can_only_be_read_still_reviews` |
//! | file locked by a backup | [`sqlite::a_file_that_somebody_holds_is_told_at_start_and_the_next_start_goes_on`], [`sqlite::a_backup_that_locks_the_file_for_a_while_costs_an_apology_and_no_tip`], [`sqlite::a_short_lock_is_waited_for`] |
//! | file damaged: garbage, zeros, cut off; empty | [`sqlite::a_damaged_file_is_refused_at_start_and_left_alone`], [`sqlite::an_empty_file_begins_anew_and_the_operator_is_told`] |
//! | days without a process | `tests/daily/downtime.rs`: `after_a_long_downtime_missed_once_each_and_never_a_burst`, `a_date_that_was_left_out_is_not_missed_however_long_the_downtime` |
//! | file damaged while it runs; an older copy put back | [`sqlite::a_file_that_is_damaged_while_it_runs_costs_an_apology_and_once_a_copy_is_back_no_tip`]; `tests/daily/downtime.rs`: `after_an_older_copy_of_the_store_was_put_back_nothing_is_sent_again` |
//! | the store gone while it runs | `tests/bot/failing.rs`: `a_store_that_was_closed_under_us`, `a_store_whose_tables_are_gone`, `coming_and_going_with_a_broken_store_is_logged_with_its_cause` |
//! | clock over both changes of daylight saving | `tests/daily/promise.rs`: `clock_changes_neither_double_nor_drop` |
//! | clock stepped forwards and backwards | [`clock::a_clock_that_is_stepped_forwards_and_backwards_neither_doubles_nor_drops`]; forwards past the grace: `tests/daily/downtime.rs`: `after_a_long_downtime_missed_once_each_and_never_a_burst` |
//! | gateway cut again and again | [`gateway::cut_again_and_again_it_resumes_and_loses_nothing`] |
//! | invalid session, resumable and not | [`gateway::an_invalid_session_is_resumed_or_begun_anew_as_discord_says_and_never_in_a_hurry`] |
//! | `READY` twice, events twice | [`gateway::ready_and_events_that_come_twice_count_once`]; `tests/bot/watching.rs`: `an_event_that_comes_twice_counts_once_and_keeps_its_place` |
//! | events out of order | [`gateway::events_out_of_order_bring_nothing_deleted_back`], [`gateway::an_edit_that_comes_before_what_it_edits_is_what_counts`] |
//! | the address at which a session is resumed is dead, or leads nowhere | [`gateway::a_session_whose_own_address_is_dead_is_resumed_where_others_begin`], [`gateway::a_session_that_is_never_taken_up_again_is_begun_anew`] |
//! | malformed frames and events | [`gateway::malformed_frames_and_events_are_passed_over_and_logged_without_their_words`] |
//! | a shard cut while the others stand | [`shards::a_shard_that_is_cut_resumes_alone`] |
//! | too few shards, or no new sessions left, seen before it hurts | [`shards::a_doctor_tells_how_many_shards_discord_recommends`] |
//! | too many new sessions at once, or in a day | [`shards::shards_identify_as_fast_as_discord_allows_and_no_faster`], [`shards::a_day_without_new_sessions_left_is_waited_out_and_told`] |
//! | the number of shards is not what Discord wants | [`shards::a_number_of_shards_that_discord_refuses_is_told_with_what_to_set`], [`shards::without_a_number_of_its_own_it_takes_the_one_that_discord_wants_now`] |
//! | two processes with a shard each, on one store; one of them dies | [`shards::two_processes_answer_everything_once_and_post_every_tip_once`], [`shards::a_private_card_is_sent_once_and_answered_by_the_process_with_shard_0`] |
//! | an hour's outage | [`gateway::an_hour_without_discord_is_waited_out_patiently`] |
//! | an outage that ends just before the grace | `tests/daily/promise.rs`: `an_outage_that_ends_just_before_the_grace_costs_no_tip_though_the_clock_wakes_late` |
//! | limits: per route, fifty a second, 429 for everything | [`limits::no_more_than_a_route_allows_leave`], [`limits::no_more_than_fifty_a_second_leave_whatever_the_routes`], [`limits::a_global_limit_silences_everything_and_they_come_back_spread`]; the wait asked for: `tests/daily/promise.rs`: `the_wait_that_the_platform_asks_for_is_kept` |
//! | a server removes and re-adds the bot; an outage of a server | [`gateway::a_server_that_removes_and_re_adds_the_bot_goes_on_and_an_outage_changes_nothing`]; `tests/daily/promise.rs`: `a_workspace_that_left_rests_and_goes_on_where_it_returns`, `a_return_that_was_cut_short_is_made_good_at_the_next_start`; `tests/bot/workspaces.rs`: `what_cannot_be_read_of_it_keeps_nothing_else_from_coming_back` |
//! | the store fails as a server comes or goes | [`gateway::a_coming_or_going_that_the_store_could_not_take_is_told_again`] |
//! | a server removes the bot while no process runs | [`shards::a_server_that_removed_the_bot_while_no_process_ran_has_left_and_no_other_has`] |
//! | a channel deleted | `tests/daily/promise.rs`: `a_channel_that_is_gone_fails_and_nothing_crashes`; `tests/bot/watching.rs`: `a_deleted_channel_takes_its_threads_along`; `tests/daily/downtime.rs`: `where_the_report_channel_is_closed_the_setter_is_told` |
//! | permissions taken | `tests/daily/promise.rs`: `lost_permissions_are_told_at_once_and_retried_within_the_grace`; `tests/discord_postings.rs`: `a_refusal_names_what_is_lacking`, `a_look_that_cannot_see_decides_nothing` |
//! | a handler that panics, one that hangs | [`handlers::a_handler_that_panics_is_apologised_for_and_quotes_nobody`], [`handlers::a_handler_that_hangs_is_deferred_and_given_up_after_a_minute`] |
//! | a shared card of which nobody can tell whether it stands | [`handlers::a_shared_card_that_perhaps_stands_is_not_sent_again_and_the_caller_is_told_to_look`] |
//! | a reload of a broken pack | `tests/cli_run.rs`: `a_changed_pack_is_taken_in_and_a_bad_one_refused`; `tests/bot/reloading.rs`: `a_pack_that_lost_a_rule_and_a_tip_breaks_nothing_under_way` |
//! | a thousand interactions in a second | [`handlers::of_a_thousand_interactions_in_a_second_none_is_lost_in_silence`] |
//! | messages of the largest size everywhere | `tests/bot/watching.rs`: `the_largest_messages_in_many_conversations_stay_within_bounds`, `a_flood_of_short_messages_in_many_conversations_stays_within_bounds_too`, `edits_do_not_get_round_the_bound` |
//! | two replicas tidy up at once | `tests/postgres/outages.rs`: `who_is_overtaken_as_they_tidy_up_leaves_it_for_the_next_time` |
//! | a long time | [`soak::twenty_thousand_messages_and_two_thousand_interactions_leave_it_as_it_was`]; whole: `just soak`, last seen in `docs/soak.md` |
#![cfg(all(unix, feature = "discord"))]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod clock;
#[path = "../common/mod.rs"]
mod common;
/// The platform, clock and deck in hand of the daily tip's own tests.
#[path = "../daily/model.rs"]
#[allow(dead_code, reason = "the daily tip's own tests use all of it")]
mod daily;
mod discord;
mod gateway;
mod handlers;
mod inside;
mod killing;
mod limits;
mod program;
mod shards;
mod soak;
mod sqlite;
