//! Several logs as one stream: where the rows of each log are wanted in its own order, every log is read by a thread of its own
//! and what they print is taken turn by turn. No temporary file, and the first record comes as soon as every log has one.

use crossbeam_channel::{Receiver, bounded};

use super::read::{Made, read_log};
use super::{PrintError, Printer, Stop};
use crate::bundle::reading::Watch;
use crate::columns::Selection;
use crate::evidence::Evidence;

/// The most logs that are read at once: each has a reader and workers.
const MAX_LOGS: usize = 16;

/// What a log may have printed that nobody took yet: enough that it need not wait for the others.
const AHEAD: usize = 2;

/// Bytes that are given at a time.
const BLOCK: usize = 1 << 16;

/// Whether an order takes the rows of each log in the order of that log, so that logs can be merged as they are read.
pub(super) fn is_merge(evidence: &Evidence, order: &[u32]) -> bool {
    if evidence.logs().len() > MAX_LOGS {
        return false;
    }
    let mut next = vec![0; evidence.logs().len()];
    order.iter().all(|row| match next.get_mut(log_of(evidence, *row)) {
        Some(next) if *row >= *next => {
            *next = row.saturating_add(1);
            true
        }
        _ => false,
    })
}

fn log_of(evidence: &Evidence, row: u32) -> usize {
    evidence.logs().partition_point(|log| log.rows.end <= row)
}

/// Gives the printed records of rows in an order that [`is_merge`]; says how many lines hold nothing that could be printed.
pub(super) fn merge<P: Printer>(
    evidence: &Evidence,
    rows: &Selection,
    order: &[u32],
    printer: &(impl Fn() -> P + Sync),
    watch: &dyn Watch,
    take: &mut dyn FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<u64, PrintError> {
    std::thread::scope(|scope| {
        let mut heads = Vec::with_capacity(evidence.logs().len());
        for log in evidence.logs() {
            let (sender, receiver) = bounded(AHEAD);
            let read = move || {
                let sent = read_log(evidence, log, rows, printer, watch, &mut |made| {
                    // Nobody takes it any more: something else went wrong, and is told.
                    sender.send(Ok(made)).map_err(|_| Stop.into())
                });
                if let Err(ended) = sent {
                    let _ = sender.send(Err(ended));
                }
            };
            std::thread::Builder::new()
                .name("read log".to_owned())
                .spawn_scoped(scope, read)
                .map_err(PrintError::Thread)?;
            heads.push(Head::new(receiver));
        }
        let mut block = Vec::with_capacity(BLOCK * 2);
        for row in order {
            if let Some(head) = heads.get_mut(log_of(evidence, *row)) {
                head.give(*row, &mut block)?;
            }
            if block.len() >= BLOCK {
                take(&block)?;
                block.clear();
            }
        }
        take(&block)?;
        // That a log is not the one that was indexed may show only at its end.
        heads.into_iter().map(Head::finish).sum()
    })
}

/// What a log printed and was not given yet.
struct Head {
    printed: Receiver<Result<Made, PrintError>>,
    made: Made,
    /// The next of the records there.
    at: usize,
    unprinted: u64,
}

impl Head {
    fn new(printed: Receiver<Result<Made, PrintError>>) -> Self {
        Self { printed, made: Made::default(), at: 0, unprinted: 0 }
    }

    /// Waits for more; false where there is no more.
    fn fetch(&mut self) -> Result<bool, PrintError> {
        let Ok(made) = self.printed.recv() else { return Ok(false) };
        self.made = made?;
        self.at = 0;
        self.unprinted += u64::from(self.made.unprinted);
        Ok(true)
    }

    /// Appends the record of a row; nothing where its line holds none.
    fn give(&mut self, row: u32, out: &mut Vec<u8>) -> Result<(), PrintError> {
        while self.at >= self.made.ends.len() {
            if !self.fetch()? {
                return Ok(());
            }
        }
        let (next, end) = self.made.ends[self.at];
        if next == row {
            let start = self.at.checked_sub(1).map_or(0, |before| self.made.ends[before].1);
            out.extend_from_slice(&self.made.bytes[start..end]);
            self.at += 1;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<u64, PrintError> {
        while self.fetch()? {}
        Ok(self.unprinted)
    }
}
