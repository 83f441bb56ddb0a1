//! A line on the terminal that says how far a long job is. Nothing where standard error is not a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::integrity::Watch;

/// Counts what was done, and shows it from time to time.
pub(super) struct Progress {
    records: AtomicU64,
    bytes: AtomicU64,
    start: Instant,
    /// When the line was last drawn; `None` where there is no terminal.
    drawn: Option<Mutex<Instant>>,
}

const REDRAW: Duration = Duration::from_millis(100);

impl Progress {
    /// Starts the clock.
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let drawn = std::io::stderr().is_terminal().then(|| Mutex::new(now));
        Self { records: AtomicU64::new(0), bytes: AtomicU64::new(0), start: now, drawn }
    }

    /// Takes the line away again.
    pub(super) fn clear(&self) {
        if self.drawn.is_some() {
            // Progress is a courtesy: a terminal that went away is no reason to stop.
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Watch for Progress {
    fn progress(&self, lines: u64, bytes: u64) {
        let records = self.records.fetch_add(lines, Ordering::Relaxed) + lines;
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let Some(drawn) = &self.drawn else { return };
        // Whoever finds another worker drawing has nothing to add.
        let Ok(mut drawn) = drawn.try_lock() else { return };
        if drawn.elapsed() < REDRAW {
            return;
        }
        *drawn = Instant::now();
        #[expect(clippy::cast_precision_loss, reason = "shown in whole megabytes")]
        let rate = bytes as f64 / 1e6 / self.start.elapsed().as_secs_f64();
        let _ = write!(std::io::stderr(), "\r\x1b[K{} records, {rate:.0} MB/s", super::text::grouped(records));
    }
}
