//! How far a piece of work is, whether it is still wanted, and who is told.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::bundle::reading::Watch;

/// Tells whoever waits that there is something new. Cheap to clone; called from any thread.
#[derive(Clone)]
pub struct Waker(Arc<dyn Fn() + Send + Sync>);

impl Waker {
    /// Calls `wake`.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(wake))
    }

    /// For whoever looks by themselves.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|| {})
    }

    /// Tells them.
    pub fn wake(&self) {
        (self.0)();
    }
}

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waker")
    }
}

/// Progress is shown so often at most.
const EVERY: Duration = Duration::from_millis(50);

/// How far a piece of work is, and whether it is still wanted.
#[derive(Debug)]
pub struct Progress {
    records: AtomicU64,
    bytes: AtomicU64,
    is_cancelled: AtomicBool,
    is_stopped: AtomicBool,
    /// Microseconds after `start` at which the waker was called last.
    told: AtomicU64,
    start: Instant,
    waker: Waker,
}

impl Progress {
    /// Starts the clock.
    #[must_use]
    pub fn new(waker: Waker) -> Self {
        Self {
            records: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            is_cancelled: AtomicBool::new(false),
            is_stopped: AtomicBool::new(false),
            told: AtomicU64::new(0),
            start: Instant::now(),
            waker,
        }
    }

    /// Records and bytes (before compression) that were read so far.
    #[must_use]
    pub fn done(&self) -> (u64, u64) {
        (self.records.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }

    /// How long it has been going on.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Asks the work to stop, and to keep nothing.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Asks the work to stop, and to keep what it has.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }
}

impl Watch for Progress {
    fn progress(&self, lines: u64, bytes: u64) {
        self.records.fetch_add(lines, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let now = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let told = self.told.load(Ordering::Relaxed);
        let is_due = Duration::from_micros(now.saturating_sub(told)) >= EVERY;
        if is_due && self.told.compare_exchange(told, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.waker.wake();
        }
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }
}
