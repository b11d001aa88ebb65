//! The last so many ids that came by.

use std::collections::{HashSet, VecDeque};

/// Remembers a bounded number of ids.
pub(super) struct Recent {
    most: usize,
    order: VecDeque<u64>,
    known: HashSet<u64>,
}

impl Recent {
    pub(super) fn new(most: usize) -> Self {
        Self { most, order: VecDeque::new(), known: HashSet::new() }
    }

    /// Whether this id came by lately.
    pub(super) fn knows(&self, id: u64) -> bool {
        self.known.contains(&id)
    }

    /// Whether this id has not come by lately; it has from now on.
    pub(super) fn is_new(&mut self, id: u64) -> bool {
        if !self.known.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once_and_the_memory_is_bounded() {
        let mut recent = Recent::new(3);
        assert!(recent.is_new(1));
        assert!(!recent.is_new(1));
        assert!(recent.knows(1) && !recent.knows(2));
        for id in 2..100 {
            assert!(recent.is_new(id));
        }
        assert_eq!((recent.order.len(), recent.known.len()), (3, 3));
        assert!(recent.is_new(1));
    }
}
