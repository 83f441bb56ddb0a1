//! `probity pack`: a log as it is, into a bundle. Chained lines are taken over, records of the format go in as they are,
//! the common AI audit logger's records too, and everything else by a mapping.

mod import;
mod lines;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};

use super::files;
use super::text::grouped;
use crate::bundle::manifest::Producer;
use crate::bundle::writer::{BundleWriter, Form, Summary};
use crate::record::sealed::hex;
use crate::record::text::shown;
use crate::tlog::note::{SigningKey, VerifierKey};
use lines::Kind;

/// Pack a log into an audit bundle
///
/// Without --map every line of the inputs is one record, a JSON object; blank lines are skipped. A single input that is a
/// chained log already (lines with seq, prev, hash and record) is checked and taken over line by line. With --map the
/// inputs are CSV or JSON lines of any kind, and the mapping says which records their rows become; probity map proposes
/// one. Inputs may be compressed with gzip or zstd.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity pack loans.csv --map loans.toml --origin log.example/loans -o loans.audit.zip
  probity pack loans.jsonl --hmac-key loans.hmac-key --origin log.example/a -o a.audit.zip

Exit code: 0 written · 1 written, but rows or signatures did not fit · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    /// Files to pack; - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The bundle to write; nothing is overwritten
    #[arg(short, long, value_name = "OUT.audit.zip")]
    output: PathBuf,
    /// The mapping: how rows become records
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// The name of the log, like a URL without its scheme [default: the key's name, or what the first record says]
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// The private key of the log, as probity keygen makes it: signs the end of the log
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The zone of times that state none, in records that stay as they are: UTC, or an offset such as +02:00
    #[arg(long, value_name = "ZONE", conflicts_with = "map", allow_hyphen_values = true)]
    zone: Option<String>,
    /// The shared key of the signatures inside the records (HMAC-SHA256), as its bytes stand in the file; each is checked
    #[arg(long, value_name = "FILE", conflicts_with = "map")]
    hmac_key: Option<PathBuf>,
    /// Stop at the first row, or record's signature, that does not fit, and write nothing
    #[arg(long)]
    strict: bool,
    /// Write every row that does not fit to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    failures: Option<PathBuf>,
    /// When the import takes place, as the log will say [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Write a folder instead of a zip
    #[arg(long)]
    dir: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let key = args.key.as_deref().map(read_key).transpose()?;
    let stated = stated_origin(args.origin.clone(), key.as_ref())?;
    let at = match &args.at {
        Some(at) => chrono::DateTime::parse_from_rfc3339(at)
            .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
            .map_err(|_| anyhow!("--at {at:?}: not a time like 2026-03-01T09:30:00Z"))?,
        None => now(),
    };
    check_inputs(&args.inputs)?;
    let form = if args.dir { Form::Folder } else { Form::Zip };
    let producer = Producer { name: "probity".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let create = |origin: &str| BundleWriter::create(&args.output, form, origin, producer);
    let mut done = if args.map.is_some() {
        import::mapped(args, stated, &at, create)?
    } else {
        let mut inputs = lines::Inputs::new(&args.inputs)?;
        let kind = inputs.kind()?;
        let is_import = args.zone.is_some() || args.hmac_key.is_some() || args.strict || args.failures.is_some();
        match kind {
            Kind::Chained if is_import => {
                bail!(
                    "{}: a chained log is taken over as it is; --zone, --hmac-key, --strict and --failures are for other inputs",
                    inputs.names()
                )
            }
            Kind::Records { is_logger: false } if !is_import => lines::pack(inputs, stated, create)?,
            Kind::Chained => lines::pack(inputs, stated, create)?,
            Kind::Records { is_logger } => import::as_they_are(args, inputs, is_logger, stated, &at, create)?,
        }
    };
    let checkpoint = match &key {
        None => "none; no --key was given".to_owned(),
        Some(key) => {
            let checkpoint = done.bundle.checkpoint(key)?;
            done.bundle.add_key(key.verifier_key())?;
            format!("size {}, signed by {}", checkpoint.size, shown(&key.verifier_key().to_string()))
        }
    };
    let Packed { bundle, told, has_failed } = done;
    let summary = bundle.finish(&at)?;
    super::print(&(told + &report(&summary, &checkpoint, &args.output)))?;
    Ok(if has_failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// A bundle with its records in it.
struct Packed {
    bundle: BundleWriter,
    /// What there is to say about the inputs.
    told: String,
    /// Whether some of it did not fit.
    has_failed: bool,
}

fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn report(summary: &Summary, checkpoint: &str, output: &Path) -> String {
    let mut out = String::new();
    for (label, value) in [
        ("records", grouped(summary.records)),
        ("bytes", format!("{} of log, {} of bundle", grouped(summary.raw_bytes), grouped(summary.bytes))),
        ("origin", shown(&summary.origin).into_owned()),
        ("size", grouped(summary.records)),
        ("head", hex(&summary.head)),
        ("root", hex(&summary.root)),
        ("checkpoint", checkpoint.to_owned()),
        ("written", shown(&output.display().to_string()).into_owned()),
    ] {
        let _ = writeln!(out, "{label:<12}{value}");
    }
    out
}

/// Fails early where an input plainly cannot be read: that should not come up after an hour of packing.
fn check_inputs(paths: &[PathBuf]) -> anyhow::Result<()> {
    let is_stdin = crate::import::source::is_stdin;
    if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
        bail!("standard input (-) can be read only once");
    }
    for path in paths.iter().filter(|path| !is_stdin(path)) {
        let metadata = std::fs::metadata(path).map_err(|error| files::trouble(path, crate::os::Plain(&error)))?;
        if metadata.is_dir() {
            bail!("{}: a folder; give the files in it", path.display());
        }
    }
    Ok(())
}

fn read_key(path: &Path) -> anyhow::Result<SigningKey> {
    let text = String::from_utf8(files::read(path, files::MAX_KEY_BYTES)?)
        .map_err(|_| files::trouble(path, "not a private key"))?;
    if VerifierKey::parse(&text).is_ok() {
        return Err(files::trouble(path, "this is a public key; to sign, give the private one"));
    }
    SigningKey::parse(&text).map_err(|error| files::trouble(path, error))
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
