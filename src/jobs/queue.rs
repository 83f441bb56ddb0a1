//! Work of which every piece is done, in order.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::progress::Waker;

/// A thread that does what it is given, one after the other. Dropped, it does what waits before it goes.
#[derive(Debug)]
pub struct Queue<J, A> {
    jobs: Option<Sender<J>>,
    answers: Receiver<A>,
    waiting: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl<J: Send + 'static, A: Send + 'static> Queue<J, A> {
    /// Starts a thread of that name that works with `work`.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(name: &str, waker: &Waker, mut work: impl FnMut(J) -> A + Send + 'static) -> io::Result<Self> {
        let (jobs, given) = unbounded::<J>();
        let (send, answers) = unbounded();
        let waiting = Arc::new(AtomicUsize::new(0));
        let (left, waker) = (Arc::clone(&waiting), waker.clone());
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            for job in given {
                let done = work(job);
                left.fetch_sub(1, Ordering::Relaxed);
                let _ = send.send(done);
                waker.wake();
            }
        })?;
        Ok(Self { jobs: Some(jobs), answers, waiting, thread: Some(thread) })
    }

    /// Gives it a piece of work; false where its thread failed, so that nothing will come of it.
    #[must_use]
    pub fn give(&self, job: J) -> bool {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let is_taken = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if !is_taken {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        is_taken
    }

    /// What came of the pieces done since the last call, in their order.
    pub fn answers(&self) -> impl Iterator<Item = A> + '_ {
        self.answers.try_iter()
    }

    /// How many pieces are not done yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl<J, A> Drop for Queue<J, A> {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // What was given is saved before the program ends.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn everything_is_done_in_order_also_at_the_end() {
        let done = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&done);
        let queue = Queue::start("test", &Waker::none(), move |n: u32| {
            std::thread::sleep(std::time::Duration::from_micros(50));
            seen.lock().expect("a list").push(n);
        })
        .expect("a thread");
        assert!((0..100).all(|n| queue.give(n)));
        drop(queue);
        assert_eq!(*done.lock().expect("a list"), (0..100).collect::<Vec<_>>());
    }
}
