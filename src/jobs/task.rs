//! One piece of work on a thread of its own.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::progress::{Progress, Waker};

/// A piece of work that is going on. Dropped, it is cancelled; the thread ends by itself.
#[derive(Debug)]
pub struct Task<T> {
    progress: Arc<Progress>,
    result: Receiver<T>,
}

/// What has become of a task.
#[derive(Debug, PartialEq, Eq)]
pub enum Polled<T> {
    /// It goes on.
    Running,
    /// It ended with this.
    Done(T),
    /// Its thread failed.
    Lost,
}

impl<T: Send + 'static> Task<T> {
    /// Starts `work` on a thread of that name; `waker` is called as it goes on and when it ends.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(name: &str, waker: &Waker, work: impl FnOnce(&Progress) -> T + Send + 'static) -> io::Result<Self> {
        let (send, result) = bounded(1);
        let progress = Arc::new(Progress::new(waker.clone()));
        let (inner, waker) = (Arc::clone(&progress), waker.clone());
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            // Last of all, also where the work panics: whoever is woken finds out what has become of it.
            let _woken = WakesAtEnd(waker);
            let send = send;
            let done = work(&inner);
            // Nobody may want it any more.
            let _ = send.send(done);
        })?;
        Ok(Self { progress, result })
    }

    /// What has become of it. The result is given once.
    pub fn poll(&self) -> Polled<T> {
        match self.result.try_recv() {
            Ok(done) => Polled::Done(done),
            Err(TryRecvError::Empty) => Polled::Running,
            Err(TryRecvError::Disconnected) => Polled::Lost,
        }
    }

    /// Stops it, and waits until it has, so long at most: what it clears away is cleared then.
    pub fn end(&self, most: Duration) {
        self.progress.cancel();
        let _ = self.result.recv_timeout(most);
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }
}

/// Wakes when it is dropped.
struct WakesAtEnd(Waker);

impl Drop for WakesAtEnd {
    fn drop(&mut self) {
        self.0.wake();
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.progress.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::reading::Watch as _;

    #[test]
    fn a_task_ends_once_and_stops_when_it_is_dropped() {
        let polled = |task: &Task<u8>| {
            loop {
                match task.poll() {
                    Polled::Running => std::thread::yield_now(),
                    other => return other,
                }
            }
        };
        let task = Task::start("test", &Waker::none(), |_| 7).expect("a thread");
        assert_eq!(polled(&task), Polled::Done(7));
        assert_eq!(polled(&task), Polled::Lost, "it is given once");
        let (send, ended) = bounded(1);
        let task = Task::start("test", &Waker::none(), move |progress| {
            while !progress.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            send.send(()).expect("somebody waits");
        });
        drop(task);
        ended.recv_timeout(Duration::from_secs(10)).expect("it stopped");
    }

    #[test]
    fn work_that_panics_wakes_whoever_waits() {
        let (send, woken) = bounded(1);
        let waker = Waker::new(move || {
            let _ = send.try_send(());
        });
        let task: Task<u8> = Task::start("test", &waker, |_| panic!("of the test")).expect("a thread");
        woken.recv_timeout(Duration::from_secs(10)).expect("woken");
        assert_eq!(task.poll(), Polled::Lost);
    }
}
