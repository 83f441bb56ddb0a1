//! What an auditor brings to a verification: keys, checkpoints, the name of the log. The same on every command that reads.

use std::path::{Path, PathBuf};

use super::files::{self, MAX_KEY_BYTES, trouble};
use crate::integrity::{Options, SuppliedNote};
use crate::report::again::Command;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{SignedNote, VerifierKey};

/// What an auditor brings.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Trust {
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
}

impl Trust {
    /// The same for the command that makes something again: what is verified with is part of what a document says.
    pub(super) fn again(&self, command: Command) -> Command {
        let names = |paths: &[PathBuf]| paths.iter().filter_map(|path| file_name(path)).collect::<Vec<_>>();
        command
            .each("--trust", names(&self.trust))
            .each("--checkpoint", names(&self.checkpoint))
            .option("--hmac-key", self.hmac_key.as_deref().and_then(file_name))
            .option("--origin", self.origin.as_deref())
    }

    /// Reads the files named.
    pub(super) fn options(&self) -> anyhow::Result<Options> {
        let mut options = Options::default();
        for path in &self.trust {
            options.trust.push(read_key(path)?);
        }
        for path in &self.checkpoint {
            options.checkpoints.push(read_note(path)?);
        }
        if let Some(path) = &self.hmac_key {
            options.hmac_key = Some(files::hmac_key(path)?);
        }
        if let Some(origin) = &self.origin {
            anyhow::ensure!(
                crate::tlog::note::valid_key_name(origin),
                "--origin {origin:?}: the name of a log is not empty and has no white space and no + in it"
            );
            options.origin = Some(origin.clone());
        }
        Ok(options)
    }
}

fn file_name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
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
