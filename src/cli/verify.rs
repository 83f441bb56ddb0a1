//! `probity verify`: the verdict on a bundle, as text or JSON.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;

use super::progress::Progress;
use crate::integrity::{Options, SuppliedNote, verify};
use crate::record::signature::HmacKey;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{SignedNote, VerifierKey};

/// Say what is proven about a bundle, and what is not
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 nothing speaks against it · 1 something does · 2 wrong use, or the input could not be read · 3 there is nothing to check against"
)]
pub(super) struct Args {
    /// The bundle: a folder, a zip, or a bare .jsonl or .jsonl.zst of chained lines
    path: PathBuf,
    /// A C2SP verifier key that you trust, of the log or of a witness; may be given several times
    #[arg(long, value_name = "VKEY-FILE")]
    trust: Vec<PathBuf>,
    /// A checkpoint that you kept or got elsewhere; may be given several times
    #[arg(long, value_name = "NOTE")]
    checkpoint: Vec<PathBuf>,
    /// The shared key of the signatures inside the records (HMAC-SHA256), as its bytes stand in the file
    #[arg(long, value_name = "FILE")]
    hmac_key: Option<PathBuf>,
    /// The name of the log
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args) -> anyhow::Result<ExitCode> {
    let mut options = Options::default();
    for path in &arguments.trust {
        options.trust.push(read_key(path)?);
    }
    for path in &arguments.checkpoint {
        options.checkpoints.push(read_note(path)?);
    }
    if let Some(path) = &arguments.hmac_key {
        let key = HmacKey::from_file_bytes(&read_small(path)?).map_err(|error| trouble(path, error))?;
        options.hmac_key = Some(key);
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
    super::print(&if arguments.json {
        serde_json::to_string(&report)? + "\n"
    } else {
        super::text::report(&report, &arguments.path)
    })?;
    Ok(ExitCode::from(report.exit_code()))
}

/// The longest key or checkpoint file that is read.
const MAX_SMALL_FILE_BYTES: u64 = 1 << 20;

/// What is wrong with a file that the auditor supplied.
fn trouble(path: &Path, error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{}: {error}", path.display())
}

fn read_small(path: &Path) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_SMALL_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| trouble(path, error))?;
    if bytes.len() as u64 > MAX_SMALL_FILE_BYTES {
        return Err(trouble(path, "longer than any key or checkpoint"));
    }
    Ok(bytes)
}

fn read_key(path: &Path) -> anyhow::Result<VerifierKey> {
    let bytes = read_small(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| trouble(path, "not a verifier key"))?;
    if text.starts_with("PRIVATE+KEY+") {
        return Err(trouble(path, "this is a private key; give the public one (.vkey)"));
    }
    VerifierKey::parse(text).map_err(|error| trouble(path, format!("not a C2SP verifier key: {error}")))
}

/// A supplied checkpoint must be one: an auditor who gives the wrong file must hear of it at once.
fn read_note(path: &Path) -> anyhow::Result<SuppliedNote> {
    let bytes = read_small(path)?;
    let note = SignedNote::parse(&bytes).map_err(|error| trouble(path, format!("not a signed checkpoint: {error}")))?;
    Checkpoint::parse_text(note.text).map_err(|error| trouble(path, format!("not a checkpoint: {error}")))?;
    Ok(SuppliedNote { name: path.display().to_string(), bytes })
}
