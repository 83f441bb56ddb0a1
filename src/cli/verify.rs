//! `probity verify`: the verdict on a bundle, as text or JSON.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use super::progress::Progress;
use crate::integrity::{Options, SuppliedNote, verify};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{SignedNote, VerifierKey};

/// Exit code 0: nothing speaks against the bundle. 1: something does. 2: wrong use, or the input could not be read.
/// 3: there is nothing to check against.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 nothing speaks against it · 1 something does · 2 wrong use, or the input could not be read · 3 there is nothing to check against"
)]
pub(super) struct Arguments {
    /// The bundle: a folder, a zip, or a bare .jsonl or .jsonl.zst of chained lines
    path: PathBuf,
    /// A C2SP verifier key that you trust, of the log or of a witness; may be given several times
    #[arg(long, value_name = "VKEY-FILE")]
    trust: Vec<PathBuf>,
    /// A checkpoint that you kept or got elsewhere; may be given several times
    #[arg(long, value_name = "NOTE")]
    checkpoint: Vec<PathBuf>,
    /// The name of the log
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut options = Options::default();
    for path in &arguments.trust {
        options.trust.push(read_key(path)?);
    }
    for path in &arguments.checkpoint {
        options.checkpoints.push(read_note(path)?);
    }
    if let Some(origin) = &arguments.origin {
        anyhow::ensure!(
            crate::tlog::note::valid_key_name(origin),
            "--origin {origin:?}: the name of a log is not empty and has no white space and no + in it"
        );
        options.origin = Some(origin.clone());
    }
    let progress = Progress::new();
    let report = verify(&arguments.path, &options, &progress);
    progress.clear();
    let report = report?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if arguments.json {
        serde_json::to_writer(&mut out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        out.write_all(super::text::report(&report, &arguments.path).as_bytes())?;
    }
    out.flush()?;
    Ok(ExitCode::from(report.exit_code()))
}

/// The longest key or checkpoint file that is read.
const MAX_SMALL_FILE_BYTES: u64 = 1 << 20;

fn read_small(path: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let context = || path.display().to_string();
    let file = std::fs::File::open(path).with_context(context)?;
    let mut bytes = Vec::new();
    file.take(MAX_SMALL_FILE_BYTES + 1).read_to_end(&mut bytes).with_context(context)?;
    anyhow::ensure!(
        bytes.len() as u64 <= MAX_SMALL_FILE_BYTES,
        "{}: longer than any key or checkpoint",
        path.display()
    );
    Ok(bytes)
}

fn read_key(path: &std::path::Path) -> anyhow::Result<VerifierKey> {
    let bytes = read_small(path)?;
    let text = std::str::from_utf8(&bytes).with_context(|| format!("{}: not a verifier key", path.display()))?;
    anyhow::ensure!(
        !text.starts_with("PRIVATE+KEY+"),
        "{}: this is a private key; give the public one (.vkey)",
        path.display()
    );
    VerifierKey::parse(text).with_context(|| format!("{}: not a C2SP verifier key", path.display()))
}

/// A supplied checkpoint must be one: an auditor who gives the wrong file must hear of it at once.
fn read_note(path: &std::path::Path) -> anyhow::Result<SuppliedNote> {
    let bytes = read_small(path)?;
    let note = SignedNote::parse(&bytes).with_context(|| format!("{}: not a signed checkpoint", path.display()))?;
    Checkpoint::parse_text(note.text).with_context(|| format!("{}: not a checkpoint", path.display()))?;
    Ok(SuppliedNote { name: path.display().to_string(), bytes })
}
