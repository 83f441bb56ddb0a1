//! Inputs whose lines go in as they are: records of the format, and chained logs.

use std::path::PathBuf;

use anyhow::{anyhow, bail};

use super::Packed;
use crate::bundle::line::{GENESIS, Line, MAX_LINE_BYTES};
use crate::bundle::lines::Ended;
use crate::bundle::writer::{BundleWriter, LineError, RecordError, WriteError};
use crate::cli::progress::Progress;
use crate::import::rows::trimmed;
use crate::import::source::Source;
use crate::integrity::Watch as _;
use crate::record::{self, LogRecord, Remark};

/// What the first line says that the inputs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lines with seq, prev, hash and record.
    Chained,
    /// One record a line.
    Records {
        /// Decisions without a `kind`, as the common AI audit logger writes them.
        is_logger: bool,
    },
}

/// The inputs one after another, line by line.
pub(super) struct Inputs<'a> {
    paths: &'a [PathBuf],
    /// The one that is read.
    current: Option<Source>,
    /// Number of inputs opened so far.
    opened: usize,
    /// Lines skipped.
    blank: u64,
    kind: Kind,
    /// The origin that the first record names.
    origin: Option<String>,
    /// Whether the first record opens the log.
    opens_log: bool,
}

impl<'a> Inputs<'a> {
    pub(super) fn new(paths: &'a [PathBuf]) -> anyhow::Result<Self> {
        let kind = Kind::Records { is_logger: false };
        Ok(Self { paths, current: None, opened: 0, blank: 0, kind, origin: None, opens_log: false })
    }

    /// Looks at the first line that is not blank. A chained log that cannot be packed is refused: its lines must not end
    /// up as records of another log.
    pub(super) fn kind(&mut self) -> anyhow::Result<Kind> {
        let (line, ended) = loop {
            let Some(source) = self.source()? else { bail!("{}: there are no records in it", self.names()) };
            match source.peek_line(MAX_LINE_BYTES)? {
                None => self.current = None,
                Some((line, ended)) if !trimmed(line).is_empty() => break (line.to_owned(), ended),
                Some(_) => {
                    source.read_line(MAX_LINE_BYTES, &mut Vec::new())?;
                    self.blank += 1;
                }
            }
        };
        let place = |what: &dyn std::fmt::Display| {
            let source = self.current.as_ref();
            anyhow!("{}: line {}: {what}", self.name(), source.map_or(0, |source| source.line() + 1))
        };
        if let Some(parsed) = Line::parse(&line) {
            if self.paths.len() > 1 {
                bail!("{}: a chained log already; it can only be packed on its own", self.name());
            }
            if self.current.as_ref().is_some_and(Source::has_byte_order_mark) {
                return Err(place(&"a byte order mark before a chained log"));
            }
            if self.blank > 0 {
                return Err(place(&"blank lines before a chained log"));
            }
            if parsed.seq != 0 || parsed.prev != GENESIS {
                return Err(place(&"a chained log that does not begin with its first record"));
            }
            if ended != Ended::LineFeed {
                return Err(place(&LineError::Incomplete));
            }
            self.origin = looked_at(parsed.record).map_err(|error| place(&error))?.1.flatten();
            self.kind = Kind::Chained;
        } else if ended == Ended::Bound {
            return Err(place(&too_long()));
        } else {
            match looked_at(trimmed(&line)) {
                Ok((is_logger, origin)) => {
                    self.kind = Kind::Records { is_logger };
                    self.opens_log = origin.is_some();
                    self.origin = origin.flatten();
                }
                Err(_) if trimmed(&line) == b"{" => {
                    return Err(place(&"an object over several lines; one object a line is needed, as jq -c . makes"));
                }
                Err(_) if trimmed(&line).starts_with(b"[") => {
                    return Err(place(&"not a JSON object; a JSON array is taken apart by jq -c '.[]'"));
                }
                Err(error) if trimmed(&line).starts_with(b"{") => return Err(place(&error)),
                Err(_) => {
                    return Err(place(
                        &"not a JSON object; other files need a mapping: see probity map, and pack --map",
                    ));
                }
            }
        }
        Ok(self.kind)
    }

    /// The source that is read, or the next one.
    fn source(&mut self) -> anyhow::Result<Option<&mut Source>> {
        if self.current.is_none() {
            let Some(path) = self.paths.get(self.opened) else { return Ok(None) };
            self.opened += 1;
            self.current = Some(Source::open(path)?);
        }
        Ok(self.current.as_mut())
    }

    /// The sources as such, from the one that is read on.
    pub(super) fn next_source(&mut self) -> anyhow::Result<Option<Source>> {
        self.source()?;
        Ok(self.current.take())
    }

    /// The next line; of records, the next that is not blank. False at the end of the last input.
    fn next(&mut self, line: &mut Vec<u8>) -> anyhow::Result<bool> {
        while let Some(source) = self.source()? {
            match source.read_line(MAX_LINE_BYTES, line)? {
                None => self.current = None,
                Some(Ended::Bound) => return Err(self.wrong(&too_long())),
                Some(ended) if self.kind == Kind::Chained => {
                    // Nothing in a chained log is passed over.
                    return if ended == Ended::LineFeed { Ok(true) } else { Err(self.wrong(&LineError::Incomplete)) };
                }
                Some(_) if trimmed(line).is_empty() => self.blank += 1,
                // Its records must not end up as records of another log.
                Some(_) if Line::parse(trimmed(line)).is_some() => {
                    return Err(self.wrong(&"a line of a chained log, which can only be packed on its own"));
                }
                Some(_) => return Ok(true),
            }
        }
        Ok(false)
    }

    /// The input that is read, or was last.
    fn name(&self) -> String {
        let path = self.paths.get(self.opened.saturating_sub(1));
        path.map(|path| crate::import::source::display_name(path)).unwrap_or_default()
    }

    pub(super) fn names(&self) -> String {
        self.paths.iter().map(|path| crate::import::source::display_name(path)).collect::<Vec<_>>().join(", ")
    }

    /// Whether the first record opens the log, and so states its zone or none.
    pub(super) fn opens_log(&self) -> bool {
        self.opens_log
    }

    /// Blank lines passed over so far.
    pub(super) fn blank(&self) -> u64 {
        self.blank
    }

    /// The origin that was stated, or the one that the first record names.
    pub(super) fn origin(&self, stated: Option<String>) -> anyhow::Result<String> {
        let origin = stated.or_else(|| self.origin.clone());
        origin.ok_or_else(|| anyhow!("the records do not say which log they are from; give its name with --origin"))
    }

    /// An error about the line read last.
    fn wrong(&self, what: &dyn std::fmt::Display) -> anyhow::Error {
        let line = self.current.as_ref().map_or(0, Source::line);
        anyhow!("{}: line {line}: {what}", self.name())
    }
}

fn too_long() -> String {
    format!("longer than {MAX_LINE_BYTES} bytes, the most that is read")
}

/// Whether a record is a decision of the common logger; and where it opens a log, the origin that it names, if any.
fn looked_at(record: &[u8]) -> Result<(bool, Option<Option<String>>), RecordError> {
    let record = std::str::from_utf8(record).map_err(|error| RecordError::NotUtf8 { offset: error.valid_up_to() })?;
    let facts = record::check(record).map_err(RecordError::Fault)?;
    let is_logger = facts.remarks.contains(&Remark::KindImplied);
    let log = serde_json::from_str::<LogRecord<'_>>(record).ok();
    let log = log.filter(|log| log.kind == "log" && log.event == "opened");
    Ok((is_logger, log.map(|log| log.origin.map(std::borrow::Cow::into_owned))))
}

/// Packs them.
pub(super) fn pack(
    mut inputs: Inputs<'_>,
    stated: Option<String>,
    create: impl FnOnce(&str) -> Result<BundleWriter, WriteError>,
) -> anyhow::Result<Packed> {
    let mut bundle = create(&inputs.origin(stated)?)?;
    let is_chained = inputs.kind == Kind::Chained;
    let progress = Progress::new();
    let mut line = Vec::new();
    while inputs.next(&mut line)? {
        let pushed = if is_chained { bundle.push_line(&line) } else { bundle.push(trimmed(&line)) };
        pushed.map_err(|error| match error {
            WriteError::Record { error, .. } => inputs.wrong(&error),
            WriteError::Line { error, .. } => inputs.wrong(&error),
            other => other.into(),
        })?;
        progress.progress(1, line.len() as u64 + 1);
    }
    progress.clear();
    let told = match inputs.blank() {
        0 => String::new(),
        blank => format!("{:<12}{} skipped\n", "blank lines", crate::cli::text::grouped(blank)),
    };
    Ok(Packed { bundle, told, has_failed: false })
}
