//! `probity verify`: the verdict on a bundle, as text or JSON.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::files::{self, MAX_KEY_BYTES, trouble};
use super::progress::Progress;
use crate::integrity::{Options, SuppliedNote, verify};
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
        options.hmac_key = Some(files::hmac_key(path)?);
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

fn read_key(path: &Path) -> anyhow::Result<VerifierKey> {
    let bytes = files::read(path, MAX_KEY_BYTES)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| trouble(path, "not a verifier key"))?;
    if text.starts_with("PRIVATE+KEY+") {
        return Err(trouble(path, "this is a private key; give the public one (.vkey)"));
    }
    VerifierKey::parse(text).map_err(|error| trouble(path, format!("not a C2SP verifier key: {error}")))
}

/// A supplied checkpoint must be one: an auditor who gives the wrong file must hear of it at once.
fn read_note(path: &Path) -> anyhow::Result<SuppliedNote> {
    let bytes = files::read(path, MAX_KEY_BYTES)?;
    let note = SignedNote::parse(&bytes).map_err(|error| trouble(path, format!("not a signed checkpoint: {error}")))?;
    Checkpoint::parse_text(note.text).map_err(|error| trouble(path, format!("not a checkpoint: {error}")))?;
    Ok(SuppliedNote { name: path.display().to_string(), bytes })
}
