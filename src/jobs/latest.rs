//! Questions of which only the newest counts: one is being answered, one waits, and a newer one takes the place of the one that
//! waits and stops the one that runs.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::progress::{Progress, Waker};

/// A thread that answers the newest question.
#[derive(Debug)]
pub struct Latest<Q, A> {
    desk: Arc<Desk<Q>>,
    answers: Receiver<A>,
}

#[derive(Debug)]
struct Desk<Q> {
    state: Mutex<State<Q>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<Q> {
    waiting: Option<Q>,
    running: Option<Arc<Progress>>,
    is_closed: bool,
}

impl<Q> Desk<Q> {
    /// A thread that failed left nothing half-done here.
    fn lock(&self) -> MutexGuard<'_, State<Q>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives answers, in parts as they come.
#[derive(Debug)]
pub struct Answers<A> {
    send: Sender<A>,
    waker: Waker,
}

impl<A> Answers<A> {
    /// Gives a part of the answer.
    pub fn give(&self, answer: A) {
        // Nobody may want it any more.
        let _ = self.send.send(answer);
        self.waker.wake();
    }
}

impl<Q: Send + 'static, A: Send + 'static> Latest<Q, A> {
    /// Starts a thread of that name that answers with `work`. Work that finds its progress cancelled may stop anywhere.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        name: &str,
        waker: &Waker,
        mut work: impl FnMut(Q, &Progress, &Answers<A>) + Send + 'static,
    ) -> io::Result<Self> {
        let desk = Arc::new(Desk {
            state: Mutex::new(State { waiting: None, running: None, is_closed: false }),
            changed: Condvar::new(),
        });
        let (send, answers) = unbounded();
        let (inner, waker) = (Arc::clone(&desk), waker.clone());
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let give = Answers { send, waker: waker.clone() };
            loop {
                let (question, progress) = {
                    let mut state = inner.lock();
                    let question = loop {
                        if state.is_closed {
                            return;
                        }
                        match state.waiting.take() {
                            Some(question) => break question,
                            None => {
                                state = inner.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                            }
                        }
                    };
                    let progress = Arc::new(Progress::new(waker.clone()));
                    state.running = Some(Arc::clone(&progress));
                    (question, progress)
                };
                work(question, &progress, &give);
                inner.lock().running = None;
                give.waker.wake();
            }
        })?;
        Ok(Self { desk, answers })
    }

    /// Asks; what was asked before counts no more.
    pub fn ask(&self, question: Q) {
        let mut state = self.desk.lock();
        state.waiting = Some(question);
        if let Some(running) = &state.running {
            running.cancel();
        }
        drop(state);
        self.desk.changed.notify_one();
    }

    /// Stops what is being answered, and forgets what waits.
    pub fn cancel(&self) {
        let mut state = self.desk.lock();
        state.waiting = None;
        if let Some(running) = &state.running {
            running.cancel();
        }
    }

    /// The parts of answers that came since the last call. Each says itself which question it is about.
    pub fn answers(&self) -> impl Iterator<Item = A> + '_ {
        self.answers.try_iter()
    }

    /// How far the question is that is being answered; `None` while nothing is.
    #[must_use]
    pub fn progress(&self) -> Option<Arc<Progress>> {
        self.desk.lock().running.clone()
    }

    /// Whether a question is being answered or waits.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let state = self.desk.lock();
        state.running.is_some() || state.waiting.is_some()
    }
}

impl<Q, A> Drop for Latest<Q, A> {
    fn drop(&mut self) {
        let mut state = self.desk.lock();
        state.is_closed = true;
        state.waiting = None;
        if let Some(running) = &state.running {
            running.cancel();
        }
        drop(state);
        self.desk.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::reading::Watch as _;
    use std::time::{Duration, Instant};

    fn settled<A: Send + 'static>(latest: &Latest<u32, A>) -> Vec<A> {
        let start = Instant::now();
        while latest.is_busy() {
            assert!(start.elapsed() < Duration::from_secs(20), "it never ends");
            std::thread::sleep(Duration::from_millis(1));
        }
        latest.answers().collect()
    }

    #[test]
    fn the_newest_question_is_answered_and_older_ones_stop() {
        let latest = Latest::start("test", &Waker::none(), |question: u32, progress, answers| {
            answers.give((question, "begun"));
            let start = Instant::now();
            while question < 99 && !progress.is_cancelled() && start.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(1));
            }
            if !progress.is_cancelled() {
                answers.give((question, "done"));
            }
        })
        .expect("a thread");
        for question in 0..=99 {
            latest.ask(question);
        }
        let answers = settled(&latest);
        assert_eq!(answers.last(), Some(&(99, "done")));
        assert_eq!(answers.iter().filter(|(_, part)| *part == "done").count(), 1);
    }

    #[test]
    fn cancelling_leaves_it_ready_for_the_next() {
        let latest = Latest::start("test", &Waker::none(), |question: u32, progress, answers| {
            while question == 0 && !progress.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            answers.give(question);
        })
        .expect("a thread");
        latest.ask(0);
        while latest.progress().is_none() {
            std::thread::yield_now();
        }
        latest.cancel();
        assert_eq!(settled(&latest), [0]);
        latest.ask(5);
        assert_eq!(settled(&latest), [5]);
    }
}
