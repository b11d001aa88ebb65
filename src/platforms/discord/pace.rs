//! How many requests Discord sees in a second, whatever they are about. Answers to interactions do not count.

use std::{collections::VecDeque, sync::Mutex, time::Duration};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep_until},
};

/// How long a turn rests before it is given again; a little more than a second, for clocks that run differently.
const REST: Duration = Duration::from_millis(1010);

/// As many turns as requests may be seen in a second. Each goes with a request until its answer is there, then
/// rests for a second: however long requests are on their way, no second in which Discord sees them holds more. A
/// count of those that leave would not do, for what leaves apart may arrive together.
#[derive(Debug)]
pub(super) struct Pace {
    free: Semaphore,
    /// Until when each turn that is not out rests, the longest rested first.
    rest_until: Mutex<VecDeque<Instant>>,
}

/// A turn that is out with a request: keep it until the answer is there, or is not waited for any longer.
#[derive(Debug)]
#[must_use = "a turn that is let go of at once limits nothing"]
pub(super) struct Turn<'a> {
    pace: &'a Pace,
    _taken: SemaphorePermit<'a>,
    /// While it is waited for: until when it rests.
    unused: Option<Instant>,
}

impl Pace {
    /// `a_second` requests are seen in a second, at most.
    pub(super) fn new(a_second: u16) -> Self {
        let turns = usize::from(a_second);
        Self { free: Semaphore::new(turns), rest_until: Mutex::new(VecDeque::from(vec![Instant::now(); turns])) }
    }

    /// Waits until one more request may leave; who asked first goes first.
    pub(super) async fn turn(&self) -> Turn<'_> {
        let taken = self.free.acquire().await.expect("it is never closed");
        let rest_until = self.turns().pop_front().expect("there is a turn for each permit");
        let mut turn = Turn { pace: self, _taken: taken, unused: Some(rest_until) };
        sleep_until(rest_until).await;
        turn.unused = None;
        turn
    }

    fn turns(&self) -> std::sync::MutexGuard<'_, VecDeque<Instant>> {
        self.rest_until.lock().expect("no holder panics")
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        match self.unused {
            Some(rest_until) => self.pace.turns().push_front(rest_until),
            None => self.pace.turns().push_back(Instant::now() + REST),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{task::JoinSet, time::sleep};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const AT_ONCE: usize = 50;

    /// Asks for so many turns at once; says when each request arrived, of which the first take longer.
    async fn rush(pace: &Arc<Pace>, requests: u64) -> Vec<Instant> {
        let mut all = JoinSet::new();
        for number in 0..requests {
            let pace = Arc::clone(pace);
            all.spawn(async move {
                let turn = pace.turn().await;
                sleep(Duration::from_millis(700_u64.saturating_sub(number * 13))).await;
                let arrived = Instant::now();
                sleep(Duration::from_millis(20)).await;
                drop(turn);
                arrived
            });
        }
        all.join_all().await
    }

    #[tokio::test(start_paused = true)]
    async fn however_long_they_are_on_their_way_no_second_sees_more_than_fifty() {
        let pace = Arc::new(Pace::new(50));
        let began = Instant::now();
        let mut arrived = rush(&pace, 1).await;
        // A second counted from the one before ends in the midst of this.
        arrived.extend(rush(&pace, 180).await);
        assert!(began.elapsed() < SECOND * 7, "{:?}", began.elapsed());
        sleep(SECOND / 2).await;
        arrived.extend(rush(&pace, 80).await);
        arrived.sort_unstable();
        for (first, at) in arrived.iter().enumerate() {
            let within = arrived[first..].iter().take_while(|one| **one < *at + SECOND).count();
            assert!(within <= AT_ONCE, "{within} in a second");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_takes_nobody_s_turn() {
        let pace = Arc::new(Pace::new(50));
        rush(&pace, AT_ONCE as u64).await;
        for _ in 0..2 * AT_ONCE {
            assert!(tokio::time::timeout(Duration::from_millis(1), pace.turn()).await.is_err());
        }
        let began = Instant::now();
        drop(pace.turn().await);
        assert!(began.elapsed() < REST, "{:?}", began.elapsed());
        assert_eq!(pace.turns().len(), AT_ONCE);
    }
}
