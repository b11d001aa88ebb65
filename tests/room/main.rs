//! The room, over real sockets of this machine: what a page sees, and what it must not.
#![cfg(feature = "room")]
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "../common/mod.rs"]
mod common;
mod doors;
mod forgetting;
mod house;
mod leading;
mod private;
#[cfg(unix)]
mod process;
mod talking;
