//! New posts of the blog, with a clock in hand and a server of the test's own.
#![cfg(feature = "blog")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod announcing;
#[path = "../common/mod.rs"]
mod common;
mod failing;
mod fetching;
mod identity;
mod keeping;
#[path = "../daily/model.rs"]
#[allow(dead_code, reason = "the daily tip's tests use the rest")]
mod model;
mod reading;
#[cfg(feature = "discord")]
mod shown;
mod world;
