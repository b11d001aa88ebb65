//! How many requests leave in a second, whatever they are about.

use std::{collections::VecDeque, time::Duration};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

/// Discord's limit for a whole bot: so many requests in a second, those that answer an interaction not counted.
const AT_ONCE: usize = 50;
/// What is counted as a second: longer, because requests that leave apart may arrive closer together.
const SECOND: Duration = Duration::from_millis(1100);

/// Lets requests through in the order in which they asked, and in any second no more than are allowed. A count that
/// begins anew each second would let twice as many through around its turn.
#[derive(Debug, Default)]
pub(super) struct Pace {
    left: Mutex<VecDeque<Instant>>,
}

impl Pace {
    /// Waits until one more request may leave.
    pub(super) async fn turn(&self) {
        let mut left = self.left.lock().await;
        if left.len() >= AT_ONCE
            && let Some(first) = left.front()
        {
            sleep_until(*first + SECOND).await;
            left.pop_front();
        }
        left.push_back(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn however_they_come_no_second_sees_more_than_fifty() {
        let pace = Pace::default();
        let mut left = Vec::new();
        // One alone, so that a second counted from it ends in the midst of the rush that follows.
        for pause in std::iter::once(900).chain([0; 120]).chain(std::iter::once(700)).chain([0; 80]) {
            pace.turn().await;
            left.push(Instant::now());
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        for (first, at) in left.iter().enumerate() {
            let within = left[first..].iter().take_while(|one| **one < *at + Duration::from_secs(1)).count();
            assert!(within <= AT_ONCE, "{within} in a second");
        }
        let whole = *left.last().unwrap() - left[0];
        assert!(whole < SECOND * 5, "{} took {whole:?}", left.len());
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_takes_nobody_s_turn() {
        let pace = Pace::default();
        for _ in 0..AT_ONCE {
            pace.turn().await;
        }
        assert!(tokio::time::timeout(SECOND / 2, pace.turn()).await.is_err());
        let began = Instant::now();
        pace.turn().await;
        assert_eq!(began.elapsed().as_millis(), (SECOND / 2).as_millis());
        assert_eq!(pace.left.lock().await.len(), AT_ONCE);
    }
}
