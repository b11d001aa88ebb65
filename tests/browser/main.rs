//! The room as somebody at a screen meets it: the real program, the real page, a real Chromium.
//!
//! They need Debian's `chromium` and `chromium-driver`; without them every walk says loudly that it was skipped, and
//! with `BEDSIDE_NEEDS_BROWSER` set it fails instead.
#![cfg(all(unix, feature = "room"))]

mod access;
mod browser;
mod keyboard;
mod picture;
mod practice;
mod room;
mod slips;
mod speed;
mod walks;
