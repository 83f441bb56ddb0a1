//! `probity pack`: records, or a chained log, into a bundle.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};

use crate::bundle::line::{GENESIS, Line, MAX_LINE_BYTES};
use crate::bundle::lines::{Ended, read_line};
use crate::bundle::manifest::Producer;
use crate::bundle::writer::{BundleWriter, Form, LineError, RecordError, Summary, WriteError};
use crate::record::sealed::hex;
use crate::record::text::shown;
use crate::record::{self, Kind, LogRecord};
use crate::tlog::note::SigningKey;

/// Pack records into an audit bundle
///
/// Each line of the inputs is one record, a JSON object; blank lines are skipped. A single input that is a chained log
/// already (lines with seq, prev, hash and record) is checked and taken over line by line.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files of records, one JSON object a line; `-` is stdin
    #[arg(required = true, value_name = "RECORDS.jsonl")]
    inputs: Vec<PathBuf>,
    /// The bundle to write; it must not exist
    #[arg(short, long, value_name = "OUT.audit.zip")]
    output: PathBuf,
    /// Name of the log, like a URL without its scheme [default: the key's name, or what the first record says]
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// Private key of the log, as `probity keygen` makes it: signs the end of the log
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Write a folder instead of a zip
    #[arg(long)]
    dir: bool,
}

/// The longest key file in bytes.
const MAX_KEY_FILE_BYTES: u64 = 4096;

/// How often progress is shown.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// Runs it.
pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let key = args.key.as_deref().map(read_key).transpose()?;
    let stated = stated_origin(args.origin, key.as_ref())?;
    let mut inputs = Inputs::new(&args.inputs)?;
    let mut line = Vec::new();
    if !inputs.next(&mut line)? {
        bail!("{}: no records", inputs.names());
    }
    let is_chained = inputs.begin_chained(&line)?;
    let origin = match stated {
        Some(origin) => origin,
        None => origin_of(&line, is_chained)
            .map_err(|fault| inputs.wrong(&fault))?
            .ok_or_else(|| anyhow!("the records do not say which log they are from; give its name with --origin"))?,
    };
    let form = if args.dir { Form::Folder } else { Form::Zip };
    let producer = Producer { name: "probity".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let mut bundle = BundleWriter::create(&args.output, form, &origin, producer)?;
    let mut progress = Progress::new();
    loop {
        let pushed = if is_chained { bundle.push_line(&line) } else { bundle.push(trimmed(&line)) };
        pushed.map_err(|error| inputs.place(error))?;
        progress.show(bundle.size(), inputs.bytes);
        let more = if is_chained { inputs.next_exact(&mut line)? } else { inputs.next(&mut line)? };
        if !more {
            break;
        }
    }
    let checkpoint = match &key {
        None => "none; no --key was given".to_owned(),
        Some(key) => {
            let checkpoint = bundle.checkpoint(key)?;
            bundle.add_key(key.verifier_key())?;
            format!("size {}, signed by {}", checkpoint.size, shown(&key.verifier_key().to_string()))
        }
    };
    let created = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let summary = bundle.finish(&created)?;
    drop(progress);
    super::print(&report(&summary, inputs.blank, &checkpoint, &args.output))?;
    Ok(ExitCode::SUCCESS)
}

fn report(summary: &Summary, blank: u64, checkpoint: &str, output: &Path) -> String {
    let skipped = match blank {
        0 => String::new(),
        1 => " (1 blank line skipped)".to_owned(),
        _ => format!(" ({blank} blank lines skipped)"),
    };
    format!(
        "records     {}{skipped}\nbytes       {} of log, {} of bundle\norigin      {}\nsize        {}\nhead        {}\n\
         root        {}\ncheckpoint  {checkpoint}\nwritten     {}\n",
        summary.records,
        summary.raw_bytes,
        summary.bytes,
        shown(&summary.origin),
        summary.records,
        hex(&summary.head),
        hex(&summary.root),
        shown(&output.display().to_string()),
    )
}

fn read_key(path: &Path) -> anyhow::Result<SigningKey> {
    let failed = |error: &dyn std::fmt::Display| anyhow!("{}: {error}", path.display());
    let mut text = String::new();
    let file = File::open(path).map_err(|error| failed(&error))?;
    file.take(MAX_KEY_FILE_BYTES + 1).read_to_string(&mut text).map_err(|error| failed(&error))?;
    SigningKey::parse(&text).map_err(|error| failed(&error))
}

/// The origin that the arguments state: a log's key carries it as its name.
fn stated_origin(origin: Option<String>, key: Option<&SigningKey>) -> anyhow::Result<Option<String>> {
    let name = key.map(|key| key.verifier_key().name().to_owned());
    match (origin, name) {
        (Some(origin), Some(name)) if origin != name => {
            bail!("--origin is {origin:?}, but --key is named {name:?}; a log's key carries its origin as name")
        }
        (origin, name) => Ok(origin.or(name)),
    }
}

/// What a `log` record of the event `opened` says the origin is.
fn origin_of(line: &[u8], is_chained: bool) -> Result<Option<String>, RecordError> {
    let record = match Line::parse(line) {
        Some(line) if is_chained => line.record,
        _ => trimmed(line),
    };
    let record = std::str::from_utf8(record).map_err(|error| RecordError::NotUtf8 { offset: error.valid_up_to() })?;
    if record::check(record).map_err(RecordError::Fault)?.kind != Kind::Log {
        return Ok(None);
    }
    let log = serde_json::from_str::<LogRecord<'_>>(record).ok().filter(|log| log.event == "opened");
    Ok(log.and_then(|log| log.origin).map(std::borrow::Cow::into_owned))
}

/// The line without the white space that JSON allows around a value (RFC 8259 §2): it is no part of the record.
fn trimmed(line: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let start = line.iter().position(|byte| !is_space(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    &line[start..end]
}

/// The inputs one after another, line by line.
struct Inputs<'a> {
    paths: &'a [PathBuf],
    /// The one that is read.
    current: Option<BufReader<Box<dyn io::Read>>>,
    /// Number of the line read last, from 1.
    line: u64,
    /// Number of inputs opened so far.
    opened: usize,
    /// Lines skipped.
    blank: u64,
    /// Bytes read of all inputs.
    bytes: u64,
    /// What ended the line read last.
    ended: Option<Ended>,
}

impl<'a> Inputs<'a> {
    /// Fails early where one of them plainly cannot be read: that should not come up after an hour of packing.
    fn new(paths: &'a [PathBuf]) -> anyhow::Result<Self> {
        if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
            bail!("stdin (-) can be read only once");
        }
        for path in paths.iter().filter(|path| !is_stdin(path)) {
            let metadata = std::fs::metadata(path).map_err(|error| anyhow!("{}: {error}", path.display()))?;
            if metadata.is_dir() {
                bail!("{}: a folder; give the files in it", path.display());
            }
        }
        Ok(Self { paths, current: None, line: 0, opened: 0, blank: 0, bytes: 0, ended: None })
    }

    /// The next line that is not blank. False at the end of the last input.
    fn next(&mut self, line: &mut Vec<u8>) -> anyhow::Result<bool> {
        while self.read(line)?.is_some() {
            if !trimmed(line).is_empty() {
                return Ok(true);
            }
            self.blank += 1;
        }
        Ok(false)
    }

    /// The next line of a chained log: nothing in it is passed over.
    fn next_exact(&mut self, line: &mut Vec<u8>) -> anyhow::Result<bool> {
        match self.read(line)? {
            None => Ok(false),
            Some(Ended::LineFeed) => Ok(true),
            Some(_) => Err(self.wrong(&LineError::Incomplete)),
        }
    }

    /// Whether the first line, just read, is exactly that of a chained log. One that cannot be packed is refused: its
    /// lines must not end up as records of another log.
    fn begin_chained(&self, line: &[u8]) -> anyhow::Result<bool> {
        let Some(parsed) = Line::parse(line) else { return Ok(false) };
        if self.paths.len() > 1 {
            bail!("{}: a chained log already; it can only be packed on its own", self.name());
        }
        if self.blank > 0 {
            return Err(self.wrong(&"blank lines before a chained log"));
        }
        if parsed.seq != 0 || parsed.prev != GENESIS {
            return Err(self.wrong(&"a chained log that does not begin with its first record"));
        }
        if self.ended != Some(Ended::LineFeed) {
            return Err(self.wrong(&LineError::Incomplete));
        }
        Ok(true)
    }

    fn read(&mut self, line: &mut Vec<u8>) -> anyhow::Result<Option<Ended>> {
        loop {
            if self.current.is_none() && !self.open_next()? {
                return Ok(None);
            }
            let Some(input) = &mut self.current else { return Ok(None) };
            self.line += 1;
            match read_line(input, MAX_LINE_BYTES, line) {
                Err(error) => bail!("{}: {error}", self.name()),
                Ok(Some(Ended::Bound)) => {
                    return Err(self.wrong(&format!("longer than {MAX_LINE_BYTES} bytes, the most that is read")));
                }
                Ok(Some(ended)) => {
                    self.bytes += line.len() as u64 + 1;
                    self.ended = Some(ended);
                    return Ok(Some(ended));
                }
                Ok(None) => self.current = None,
            }
        }
    }

    fn open_next(&mut self) -> anyhow::Result<bool> {
        let Some(path) = self.paths.get(self.opened) else { return Ok(false) };
        let failed = |error: io::Error| anyhow!("{}: {error}", name(path));
        let input: Box<dyn io::Read> =
            if is_stdin(path) { Box::new(io::stdin().lock()) } else { Box::new(File::open(path).map_err(failed)?) };
        let mut input = BufReader::with_capacity(1 << 18, input);
        let start = input.fill_buf().map_err(failed)?;
        if let Some(hint) = not_plain(start) {
            bail!("{}: {hint}", name(path));
        }
        self.current = Some(input);
        self.line = 0;
        self.opened += 1;
        Ok(true)
    }

    /// The input that is read, or was last.
    fn name(&self) -> String {
        self.paths.get(self.opened.saturating_sub(1)).map(|path| name(path)).unwrap_or_default()
    }

    fn names(&self) -> String {
        self.paths.iter().map(|path| name(path)).collect::<Vec<_>>().join(", ")
    }

    /// An error about the line read last.
    fn wrong(&self, what: &dyn std::fmt::Display) -> anyhow::Error {
        anyhow!("{}: line {}: {what}", self.name(), self.line)
    }

    /// Puts the place in the input in front of errors about a record; others name their own.
    fn place(&self, error: WriteError) -> anyhow::Error {
        match error {
            WriteError::Record { error, .. } => self.wrong(&error),
            WriteError::Line { error, .. } => self.wrong(&error),
            other => other.into(),
        }
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn name(path: &Path) -> String {
    if is_stdin(path) { "stdin".to_owned() } else { path.display().to_string() }
}

/// What to do with an input that does not begin as text of JSON lines does.
fn not_plain(start: &[u8]) -> Option<&'static str> {
    match start {
        [0xef, 0xbb, 0xbf, ..] => Some("begins with a byte order mark; save it as UTF-8 without one"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("is UTF-16; save it as UTF-8 without a byte order mark"),
        [0x1f, 0x8b, ..] => Some("is compressed with gzip; unpack it first"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("is compressed with zstd; unpack it first"),
        [b'P', b'K', 3, 4, ..] => Some("is a zip; unpack it first"),
        _ => None,
    }
}

/// A line on stderr that says how far it is, where a person may be looking at it.
struct Progress {
    is_shown: bool,
    last: Instant,
    has_written: bool,
}

impl Progress {
    fn new() -> Self {
        Self { is_shown: io::stderr().is_terminal(), last: Instant::now(), has_written: false }
    }

    fn show(&mut self, records: u64, bytes: u64) {
        // The clock is not looked at for every record.
        if !self.is_shown || !records.is_multiple_of(1024) || self.last.elapsed() < PROGRESS_INTERVAL {
            return;
        }
        self.last = Instant::now();
        self.has_written = true;
        let _ = write!(io::stderr(), "\r{records} records, {} MB", bytes / 1_000_000);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.has_written {
            // Back to the start of the line, and the line erased.
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
