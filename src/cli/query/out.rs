//! Records on standard output.

use std::io::IsTerminal as _;

use super::formats::{Format, Printed, Sink};
use crate::bundle::reading::{Unwatched, Watch};
use crate::case::Digest;
use crate::cli::progress::Progress;
use crate::evidence::Evidence;
use crate::report::rows::{self, OutputColumn, Rows, Stop};

/// What went out.
pub(super) struct Out {
    /// BLAKE3 of it.
    pub(super) digest: Digest,
    /// Whether its reader took all of it.
    pub(super) is_whole: bool,
    /// Lines that hold nothing which could be printed.
    pub(super) unprinted: u64,
}

/// Prints rows.
pub(super) fn print(evidence: &Evidence, rows: &Rows, columns: &[OutputColumn], format: Format) -> anyhow::Result<Out> {
    let mut hasher = blake3::Hasher::new();
    let mut sink = Sink::new(Hashed { out: std::io::stdout().lock(), hasher: &mut hasher }, format, columns);
    let progress = Progress::new();
    // On a terminal the records themselves are what moves.
    let watch: &dyn Watch = if std::io::stdout().is_terminal() { &Unwatched } else { &progress };
    let (mut trouble, mut unprinted) = (None, 0);
    let begun = sink.begin();
    let printed = begun.map(|()| {
        let mut take = |bytes: &[u8]| {
            sink.write(bytes).map_err(|error| {
                trouble = Some(error);
                Stop
            })
        };
        rows::print(evidence, rows, || Printed::new(evidence, columns, format), watch, &mut take)
    });
    progress.clear();
    let ended = match (printed, trouble) {
        (Err(error), _) | (_, Some(error)) => Err(error),
        (Ok(Err(error)), None) => return Err(error.into()),
        (Ok(Ok(count)), None) => {
            unprinted = count;
            sink.end()
        }
    };
    drop(sink);
    let out = |is_whole| Out { digest: Digest(*hasher.finalize().as_bytes()), is_whole, unprinted };
    match ended {
        Ok(()) => Ok(out(true)),
        // Whoever read it has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(out(false)),
        Err(error) => Err(anyhow::anyhow!("standard output: {}", crate::os::Plain(&error))),
    }
}

/// Hashes what is written.
struct Hashed<'h, W> {
    out: W,
    hasher: &'h mut blake3::Hasher,
}

impl<W: std::io::Write> std::io::Write for Hashed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
