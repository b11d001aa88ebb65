//! What only a server can do to a store: replicas that race, a server that goes away and comes back, doors that are
//! shut, plans; and moving house. The rest holds on both stores and is tried on both: `just postgres`.
//!
//! Needs Debian's `postgresql`; without it this says loudly that it was skipped, and with `BEDSIDE_NEEDS_POSTGRES` it
//! fails.
#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "../common/mod.rs"]
mod common;
mod copying;
mod costs;
#[allow(dead_code, reason = "the tests of the daily tip use the rest")]
#[path = "../daily/model.rs"]
mod model;
mod outages;
mod program;
mod refusals;
mod replicas;

use bedside::store::{ChannelId, NewSchedule, Next, PersonId, PostingKind, WorkspaceId};
use jiff::{Timestamp, civil::date};

fn workspace() -> WorkspaceId {
    WorkspaceId::new("discord:1")
}

#[allow(clippy::needless_pass_by_value, reason = "a number or a word")]
fn channel(number: impl ToString) -> ChannelId {
    ChannelId::new(number.to_string())
}

#[allow(clippy::needless_pass_by_value, reason = "a number or a word")]
fn person(number: impl ToString) -> PersonId {
    PersonId::new(number.to_string())
}

/// When the tips of [`schedule`] are due.
fn due() -> Timestamp {
    common::at("2026-05-12T08:00:00Z")
}

fn schedule(channel: ChannelId) -> NewSchedule {
    NewSchedule {
        channel,
        kind: PostingKind::Tip,
        time: "09:00".into(),
        zone: "Europe/London".into(),
        days: "every day".into(),
        topics: Vec::new(),
        set_by: PersonId::new("ann"),
        next: Next { date: date(2026, 5, 12), due: due() },
    }
}
