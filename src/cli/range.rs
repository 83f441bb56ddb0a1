//! A stretch of time and a file of thresholds as arguments, the same on every command that looks at what happened when.

use std::path::PathBuf;

use anyhow::anyhow;

use super::files;
use crate::analysis::thresholds::Thresholds;
use crate::query::value::time::TimeRange;
use crate::record::text::shown_short;

/// The longest file of thresholds, in bytes.
const MAX_THRESHOLDS_BYTES: usize = 1 << 20;

/// From when to when.
#[derive(Debug, clap::Args)]
pub(super) struct Range {
    /// From this time on: 2026-04-17, 2026-04-17T19:42 or an instant, UTC unless it says an offset
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Up to this time, which is in it: a date stands for its whole day
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
}

/// Its ends in nanoseconds since 1970 (UTC), as far as they are given: the first instant, and the first one after.
pub(super) type Ends = (Option<i64>, Option<i64>);

impl Range {
    /// Reads both ends.
    pub(super) fn read(&self) -> anyhow::Result<Ends> {
        let parse = |option: &str, text: &String| {
            let told = |why: String| anyhow!("{option} {}: {why}", shown_short(text, 60));
            TimeRange::parse(text).map_err(|fault| told(fault.to_string()))
        };
        let from = self.from.as_ref().map(|text| parse("--from", text)).transpose()?;
        let to = self.to.as_ref().map(|text| parse("--to", text)).transpose()?;
        let nanos = |instant: Option<chrono::DateTime<chrono::Utc>>| instant.and_then(|at| at.timestamp_nanos_opt());
        let ends = (from.and_then(|range| nanos(range.from())), to.and_then(|range| nanos(range.until())));
        for (option, is_given, is_placed) in
            [("--from", from.is_some(), ends.0.is_some()), ("--to", to.is_some(), ends.1.is_some())]
        {
            anyhow::ensure!(!is_given || is_placed, "{option}: a time from 1678 to 2261 belongs there");
        }
        if let (Some(from), Some(to)) = ends {
            anyhow::ensure!(from < to, "--to is before --from");
        }
        Ok(ends)
    }
}

/// What counts as out of pattern.
#[derive(Debug, clap::Args)]
pub(super) struct Limits {
    /// A file that changes what counts as out of pattern; lines of assets/analysis/thresholds.toml
    #[arg(long, value_name = "FILE")]
    thresholds: Option<PathBuf>,
}

impl Limits {
    /// The file, where one was given.
    pub(super) fn file(&self) -> Option<&std::path::Path> {
        self.thresholds.as_deref()
    }

    /// Reads the file, or takes what comes with the program.
    pub(super) fn read(&self) -> anyhow::Result<Thresholds> {
        let Some(path) = &self.thresholds else { return Ok(Thresholds::built_in()?) };
        let bytes = files::read(path, MAX_THRESHOLDS_BYTES)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| files::trouble(path, "not UTF-8"))?;
        Thresholds::with(text).map_err(|error| files::trouble(path, error))
    }
}
