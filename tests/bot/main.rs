//! The platform-neutral bot through whole conversations, as its users meet it.
#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod canary;
mod coaching;
#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "ops")]
mod dashboard;
mod failing;
#[cfg(feature = "ops")]
mod figures;
mod forged;
mod permissions;
mod privacy;
mod recap;
mod reloading;
mod reviewing;
mod suggesting;
mod tips;
mod watching;
mod workspaces;
mod world;
