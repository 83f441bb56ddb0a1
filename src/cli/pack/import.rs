//! Inputs that are imported: by a mapping, or records as they are whose times and wholeness have to be accounted for.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::lines::Inputs;
use super::{Args, Packed};
use crate::bundle::writer::{BundleWriter, WriteError};
use crate::cli::files;
use crate::cli::progress::Progress;
use crate::cli::text::{count, grouped};
use crate::import::time::Zone;
use crate::import::{
    Failure, ImportError, Imported, Importer, MAX_MAPPING_BYTES, Mapping, Settings, SignatureCounts, Source, Watch,
};
use crate::integrity::Watch as _;
use crate::record::text::shown;

/// The most failed rows that are told one by one.
const MAX_TOLD: u64 = 20;

/// Imports by the mapping that the arguments name.
pub(super) fn mapped(
    args: &Args,
    origin: Option<String>,
    at: &str,
    create: impl FnOnce(&str) -> Result<BundleWriter, WriteError>,
) -> anyhow::Result<Packed> {
    let Some(path) = &args.map else { bail!("--map is missing") };
    let text = read_mapping(path)?;
    let mapping = Mapping::parse(&text).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let origin = origin
        .ok_or_else(|| anyhow!("a log needs a name, like a URL without its scheme; give it with --origin or --key"))?;
    let file_name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let mut bundle = create(&origin)?;
    let settings = Settings {
        mapping: Some(&mapping),
        mapping_file: Some((&file_name, &text)),
        zone: None,
        at,
        hmac_key: None,
        is_strict: args.strict,
    };
    let mut told = String::new();
    for remark in mapping.remarks() {
        let _ = writeln!(told, "{:<12}{}", "note", shown(&remark));
    }
    let mut paths = args.inputs.iter();
    let sources = std::iter::from_fn(|| paths.next().map(|path| Source::open(path).map_err(ImportError::from)));
    let has_failed = import(args, settings, &mut bundle, sources.map(|source| Ok(source?)), &mut told)?;
    Ok(Packed { bundle, told, has_failed })
}

/// Imports records as they are.
pub(super) fn as_they_are(
    args: &Args,
    mut inputs: Inputs<'_>,
    is_logger: bool,
    stated: Option<String>,
    at: &str,
    create: impl FnOnce(&str) -> Result<BundleWriter, WriteError>,
) -> anyhow::Result<Packed> {
    if args.zone.is_some() && inputs.opens_log() {
        bail!("--zone: the first record opens the log, and its zone is the one that counts");
    }
    let zone = match &args.zone {
        None if is_logger => Zone::parse("UTC"),
        None => None,
        Some(text) => match Zone::parse(text) {
            Some(zone @ Zone::Fixed(_)) => Some(zone),
            Some(Zone::Named(_)) => bail!(
                "--zone {text}: the offset changes with the season there, so records that stay as they are do not say \
                 their times by it; use a mapping"
            ),
            None => bail!("--zone {text:?}: UTC, or an offset such as +02:00"),
        },
    };
    let key = args.hmac_key.as_deref().map(files::hmac_key).transpose()?;
    let mut bundle = create(&inputs.origin(stated)?)?;
    let settings =
        Settings { mapping: None, mapping_file: None, zone, at, hmac_key: key.as_ref(), is_strict: args.strict };
    let mut told = String::new();
    if is_logger {
        let _ = writeln!(told, "{:<12}decisions of an AI audit logger, as they are", "format");
    }
    if let Some(zone) = zone {
        let assumed = if args.zone.is_none() { ", assumed; state another with --zone" } else { "" };
        let _ = writeln!(told, "{:<12}{zone}, of times that state none{assumed}", "zone");
    }
    let sources = std::iter::from_fn(|| inputs.next_source().transpose());
    let has_failed = import(args, settings, &mut bundle, sources, &mut told)?;
    Ok(Packed { bundle, told, has_failed })
}

/// Imports the sources; returns whether rows failed.
fn import(
    args: &Args,
    settings: Settings<'_>,
    bundle: &mut BundleWriter,
    sources: impl Iterator<Item = anyhow::Result<Source>>,
    told: &mut String,
) -> anyhow::Result<bool> {
    let mut listener = Listener::new(args.failures.as_deref(), &args.output)?;
    let (mut records, mut failed) = (0, 0);
    let mut importer = Importer::begin(settings, bundle)?;
    for source in sources {
        let imported = importer.source(source?, &mut listener).map_err(|error| match error {
            strict @ ImportError::Strict { .. } => anyhow!("{strict} (stopped, since --strict was given)"),
            other => other.into(),
        })?;
        tell(&imported, told);
        records += imported.records;
        failed += imported.rows.failed + imported.signatures.as_ref().map_or(0, |counts| counts.invalid);
    }
    listener.finish(failed)?;
    if records == 0 {
        bail!("no row became a record; no bundle was written");
    }
    Ok(failed > 0)
}

fn tell(imported: &Imported, told: &mut String) {
    let Imported { name, digest, rows, blank, records, ambiguous_times, unused_columns, signatures } = imported;
    let mut line = |label: &str, text: String| {
        let _ = writeln!(told, "{label:<12}{text}");
    };
    line("source", shown(name).into_owned());
    line("blake3", crate::record::sealed::hex(&digest.blake3));
    let mut parts = vec![format!("{} read", grouped(rows.read))];
    for (number, word) in [(rows.skipped, "skipped"), (rows.failed, "did not fit")] {
        if number > 0 {
            parts.push(format!("{} {word}", grouped(number)));
        }
    }
    if *blank > 0 {
        parts.push(count(*blank, "blank line", "blank lines"));
    }
    line("rows", format!("{}; {} made", parts.join(", "), count(*records, "record", "records")));
    if let Some(SignatureCounts { valid, invalid, missing, sealed, .. }) = signatures {
        let mut parts = vec![format!("{} fit the key", grouped(*valid))];
        let words = [
            (invalid, "do not; these records are in the log as they are"),
            (missing, "without one"),
            (sealed, "not checked, of records with sealed fields"),
        ];
        parts.extend(words.into_iter().filter(|(n, _)| **n > 0).map(|(n, word)| format!("{} {word}", grouped(*n))));
        line("signatures", parts.join("; "));
        if *valid == 0 && *invalid > 0 {
            line("note", "not one signature fits: it is another key, or every record was altered".to_owned());
        }
    }
    if *ambiguous_times > 0 {
        line("times", format!("{} that clocks showed twice, taken as the mapping says", grouped(*ambiguous_times)));
    }
    if !unused_columns.is_empty() {
        let named =
            |name: &String| if name.is_empty() { "(without a name)".to_owned() } else { shown(name).into_owned() };
        let names: Vec<String> = unused_columns.iter().take(12).map(named).collect();
        let more = if unused_columns.len() > 12 { ", …" } else { "" };
        let columns = count(unused_columns.len() as u64, "column", "columns");
        line("not mapped", format!("{columns}: {}{more}", names.join(", ")));
    }
}

/// Tells of failed rows as they come, and shows how far the import is.
struct Listener {
    progress: Progress,
    told: u64,
    /// Where failures are listed: a file that is made with the first of them.
    list: Option<PathBuf>,
    file: Option<BufWriter<File>>,
    /// The list of failures could not be written.
    error: Option<std::io::Error>,
}

impl Listener {
    fn new(list: Option<&Path>, output: &Path) -> anyhow::Result<Self> {
        if let Some(path) = list {
            if path == output {
                return Err(files::trouble(path, "is to be the bundle; --failures needs a file of its own"));
            }
            // Nothing that stands there is overwritten; better to hear of it before an hour of packing.
            if std::fs::symlink_metadata(path).is_ok() {
                return Err(files::trouble(path, "exists already, and is not overwritten"));
            }
        }
        let list = list.map(Path::to_path_buf);
        Ok(Self { progress: Progress::new(), told: 0, list, file: None, error: None })
    }

    fn write(&mut self, line: &serde_json::Value) -> std::io::Result<()> {
        let Some(path) = &self.list else { return Ok(()) };
        if self.file.is_none() {
            self.file = Some(BufWriter::new(File::create_new(path)?));
        }
        self.file.as_mut().map_or(Ok(()), |file| writeln!(file, "{line}"))
    }

    fn finish(mut self, failed: u64) -> anyhow::Result<()> {
        self.progress.clear();
        let error = self.error.take().or_else(|| self.file.as_mut().and_then(|file| file.flush().err()));
        if let (Some(path), Some(error)) = (&self.list, error) {
            return Err(files::trouble(path, crate::os::Plain(&error)));
        }
        if failed > MAX_TOLD && self.list.is_none() {
            eprintln_shown(&format!(
                "… and {} more; --failures FILE lists all of them",
                count(failed - MAX_TOLD, "line", "lines")
            ));
        }
        Ok(())
    }
}

impl Listener {
    fn tell(&mut self, source: &str, failure: &Failure, is_in_log: bool) {
        if self.list.is_some() && self.error.is_none() {
            let Failure { line, reason, value } = failure;
            let line = serde_json::json!({
                "source": source, "line": line, "reason": reason, "value": value, "in_log": is_in_log,
            });
            self.error = self.write(&line).err();
        }
        if self.told < MAX_TOLD {
            self.progress.clear();
            eprintln_shown(&format!("{source}: {failure}"));
        }
        self.told += 1;
    }
}

impl Watch for Listener {
    fn failed(&mut self, source: &str, failure: &Failure) {
        self.tell(source, failure, false);
    }

    fn doubted(&mut self, source: &str, failure: &Failure) {
        self.tell(source, failure, true);
    }

    fn progress(&mut self, records: u64, bytes: u64) {
        self.progress.progress(records, bytes);
    }
}

/// A line on stderr. Nobody is left to be told where it is closed.
fn eprintln_shown(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", shown(text));
}

fn read_mapping(path: &Path) -> anyhow::Result<String> {
    let bytes = files::read(path, MAX_MAPPING_BYTES)?;
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(files::trouble(path, "is UTF-16; save it as UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|_| files::trouble(path, "not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
