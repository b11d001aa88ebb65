//! The `bedside` binary.
fn main() {}
