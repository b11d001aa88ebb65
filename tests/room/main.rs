//! The room, over real sockets of this machine: what a page sees, and what it must not.
#![cfg(feature = "room")]

#[path = "../common/mod.rs"]
mod common;
mod doors;
mod house;
mod leading;
mod private;
#[cfg(unix)]
mod process;
mod talking;
