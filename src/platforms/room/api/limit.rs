//! How often one key, or one address without a key, may ask: a bucket of tokens each, in memory.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// The most buckets at once; whoever comes after them shares one.
const MOST_BUCKETS: usize = 4_096;
/// How long an empty bucket takes to be full again.
const REFILL: SignedDuration = SignedDuration::from_mins(1);

/// Who asks.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub(super) enum Who {
    /// Whoever holds the key of that name.
    Key(String),
    /// Somebody at that address.
    Peer(IpAddr),
    /// Somebody.
    Anyone,
}

impl Who {
    /// Somebody at that address; of an IPv6 one only the network counts, because a host has as many as it likes.
    pub(super) fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::Peer(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
            }
            address @ IpAddr::V4(_) => Self::Peer(address),
        }
    }
}

struct Bucket {
    tokens: f64,
    at: Timestamp,
}

/// The buckets.
pub(super) struct Limit {
    per_minute: f64,
    buckets: Mutex<HashMap<Who, Bucket>>,
}

impl Limit {
    /// So many requests a minute, and as many at once after a pause.
    pub(super) fn new(per_minute: u32) -> Self {
        Self { per_minute: f64::from(per_minute.max(1)), buckets: Mutex::default() }
    }

    /// Takes a token; when there is none, says in how many seconds there will be.
    pub(super) fn take(&self, who: Who, now: Timestamp) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut who = who;
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&who) {
            buckets.retain(|_, bucket| now.duration_since(bucket.at) < REFILL);
            if buckets.len() >= MOST_BUCKETS {
                who = Who::Anyone;
            }
        }
        let bucket = buckets.entry(who).or_insert(Bucket { tokens: self.per_minute, at: now });
        // A clock that is set back fills nothing.
        let passed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        let per_second = self.per_minute / REFILL.as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * per_second).min(self.per_minute);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let wait = ((1.0 - bucket.tokens) / per_second).ceil();
        // At most a minute: the slowest bucket gains one token in it.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 60")]
        Err((wait as u64).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(at: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + at).unwrap()
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limit = Limit::new(60);
        let who = || Who::Key("desk".into());
        assert!((0..60).all(|_| limit.take(who(), second(0)).is_ok()));
        assert_eq!(limit.take(who(), second(0)), Err(1));
        assert_eq!(limit.take(Who::Key("other".into()), second(0)), Ok(()));
        assert_eq!(limit.take(who(), second(2)), Ok(()));
        assert_eq!(limit.take(who(), second(2)), Ok(()));
        assert_eq!(limit.take(who(), second(2)), Err(1));
        assert_eq!(limit.take(who(), second(-50)), Err(1), "a clock set back gives nothing");
        let slow = Limit::new(1);
        assert_eq!((slow.take(who(), second(0)), slow.take(who(), second(0))), (Ok(()), Err(60)));
    }

    #[test]
    fn the_buckets_are_bounded() {
        let limit = Limit::new(1);
        for n in 0..MOST_BUCKETS {
            limit.take(Who::Key(n.to_string()), second(0)).unwrap();
        }
        assert_eq!(limit.take(Who::Key("late".into()), second(0)), Ok(()));
        assert_eq!(limit.take(Who::Key("later".into()), second(0)), Err(60), "shares a bucket");
        assert!(limit.buckets.lock().unwrap().len() <= MOST_BUCKETS + 1);
        assert_eq!(limit.take(Who::Key("later".into()), second(61)), Ok(()));
        assert_eq!(limit.buckets.lock().unwrap().len(), 1);
    }

    #[test]
    fn one_host_with_many_addresses_is_one() {
        let at = |address: &str| Who::at(address.parse().unwrap());
        assert_eq!(at("2001:db8:1:2:3::4"), at("2001:db8:1:2:ffff::"));
        assert_ne!(at("2001:db8:1:2::"), at("2001:db8:1:3::"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.2"), at("192.0.2.1"));
    }
}
