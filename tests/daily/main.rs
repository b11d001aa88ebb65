//! The daily tip's promise, with a clock in hand: one tip a channel and local date, never two, and a missed one is
//! known.
#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod commands;
#[path = "../common/mod.rs"]
mod common;
mod downtime;
mod elsewhere;
mod kinds;
mod model;
mod promise;
mod recap;
mod year;
