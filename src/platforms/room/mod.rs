//! The room: what this machine itself serves.

pub mod api;
