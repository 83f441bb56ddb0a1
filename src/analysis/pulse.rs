//! Asks from time to time, in loops over rows, whether to go on.

use crate::bundle::reading::{LogError, Watch};
use crate::evidence::EvidenceError;
use crate::index::IndexError;

/// It is asked after so many rows: some tenths of a millisecond.
const ROWS: u32 = 1 << 16;

/// Counts rows.
pub(super) struct Pulse<'w> {
    watch: &'w dyn Watch,
    rows: u32,
}

impl<'w> Pulse<'w> {
    pub(super) fn new(watch: &'w dyn Watch) -> Self {
        Self { watch, rows: 0 }
    }

    /// To be called for every row.
    #[inline]
    pub(super) fn beat(&mut self) -> Result<(), EvidenceError> {
        self.rows += 1;
        if self.rows < ROWS {
            return Ok(());
        }
        self.rows = 0;
        go_on(self.watch)
    }
}

/// An error where it was cancelled.
pub(super) fn go_on(watch: &dyn Watch) -> Result<(), EvidenceError> {
    if watch.is_cancelled() { Err(IndexError::from(LogError::Cancelled).into()) } else { Ok(()) }
}
