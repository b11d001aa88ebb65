//! One hash of several parts.

use sha2::{Digest, Sha256};

/// The SHA-256 of `parts`, the same on every machine and in every version. Each counts with its length, which keeps
/// ("a", "bc") apart from ("ab", "c").
pub(crate) fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
