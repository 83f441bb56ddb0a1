//! Records printed one after the other: read from their bundles again, held against the index, made into bytes by several
//! workers, and given in the order asked for. What the bytes are is the printer's matter.

pub mod cells;
mod columns;
mod json;
mod merge;
mod raw;
mod read;
mod spill;

use std::io;
use std::path::PathBuf;

pub use cells::{OutputColumn, Record, Scratch, Source};
pub use columns::{ColumnError, Named, named, resolve, usual, usual_of};
pub use json::json;

use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, EvidenceError};

/// Makes bytes of one record after the other. Each worker has its own.
pub trait Printer {
    /// Appends a record; false where it is nothing that the form could hold.
    fn print(&mut self, record: &Record<'_>, out: &mut Vec<u8>) -> bool;
}

/// Whoever takes what is printed wants no more of it, and knows why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop;

/// Why printing ended early.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// Whoever took it wanted no more.
    #[error("stopped")]
    Stopped,
    /// A bundle or an index cannot be read, or is not what was indexed.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// Orders that do not fit into memory need room.
    #[error("a temporary file in {}: {}", folder.display(), crate::os::Plain(source))]
    Temporary {
        /// Where it was to be.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The system gives no further thread.
    #[error("a thread cannot be started: {0}")]
    Thread(io::Error),
}

impl From<Stop> for PrintError {
    fn from(_: Stop) -> Self {
        Self::Stopped
    }
}

/// Which records, in which order.
#[derive(Debug, Clone)]
pub struct Rows {
    selection: Selection,
    /// `None` where it is that of the rows.
    order: Option<Vec<u32>>,
}

impl Rows {
    /// The first `limit` of the selected rows in an order that has all of them; `None` for that of the rows.
    #[must_use]
    pub fn new(selection: &Selection, order: Option<Vec<u32>>, limit: Option<u32>) -> Self {
        let most = limit.unwrap_or(u32::MAX).min(selection.count());
        let length = selection.bitmap().len();
        match order {
            Some(mut order) => {
                order.truncate(most as usize);
                let mut rows = Bitmap::none(length);
                order.iter().for_each(|row| rows.set(*row, true));
                // Times mostly ascend with the log.
                let order = if order.is_sorted() { None } else { Some(order) };
                Self { selection: Selection::new(rows), order }
            }
            None if most < selection.count() => {
                let first = Bitmap::from_rows(length, selection.iter().take(most as usize));
                Self { selection: Selection::new(first), order: None }
            }
            None => Self { selection: selection.clone(), order: None },
        }
    }

    /// The rows, whatever their order.
    #[must_use]
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// How many records these are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.selection.count()
    }

    /// For each row, in log order, its place in an order.
    fn places(&self, order: &[u32]) -> Vec<u32> {
        let mut places = vec![0; order.len()];
        for (place, row) in (0..).zip(order) {
            if let Some(at) = self.selection.position(*row) {
                places[at as usize] = place;
            }
        }
        places
    }
}

/// Prints rows in their order; says how many lines hold nothing that could be printed. Memory is bounded, whatever the order.
///
/// # Errors
/// [`PrintError`]; what was taken until then is right.
pub fn print<P: Printer>(
    evidence: &Evidence,
    rows: &Rows,
    printer: impl Fn() -> P + Sync,
    watch: &dyn Watch,
    take: &mut dyn FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<u64, PrintError> {
    let mut unprinted = 0;
    let selection = &rows.selection;
    match &rows.order {
        None => read::read(evidence, selection, &printer, watch, |made| {
            unprinted += u64::from(made.unprinted);
            Ok(take(&made.bytes)?)
        })?,
        Some(order) if merge::is_merge(evidence, order) => {
            unprinted += merge::merge(evidence, selection, order, &printer, watch, take)?;
        }
        Some(order) => {
            let mut spill = spill::Spill::new(order.len(), read::estimate(evidence, selection));
            let places = rows.places(order);
            read::read(evidence, selection, &printer, watch, |made| {
                unprinted += u64::from(made.unprinted);
                let mut start = 0;
                for (row, end) in &made.ends {
                    let place = selection.position(*row).and_then(|at| places.get(at as usize).copied());
                    spill.put(place.unwrap_or_default(), &made.bytes[start..*end])?;
                    start = *end;
                }
                Ok(())
            })?;
            spill.drain(take)?;
        }
    }
    Ok(unprinted)
}
