//! `probity keygen`: makes the key pair of a log.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;

use crate::record::text::{Suspicion, shown, suspicion};
use crate::tlog::note::SigningKey;

/// Make a key pair to sign checkpoints with
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  probity keygen --name log.example/lending -o lending.key

Exit code: 0 written · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    /// The name of the key: the origin of the log that it will sign for, like a URL without its scheme
    #[arg(long)]
    name: String,
    /// The file for the private key; the public key goes to FILE.vkey; nothing is overwritten
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Runs it.
#[expect(clippy::needless_pass_by_value, reason = "every subcommand takes its arguments")]
pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    if suspicion(&args.name) == Some(Suspicion::Hidden) {
        return Err(anyhow!("--name {}: it holds a character that cannot be seen", shown(&args.name)));
    }
    let key = SigningKey::generate(&args.name).map_err(|error| anyhow!("--name: {error}"))?;
    let mut public = OsString::from(&args.output);
    public.push(".vkey");
    let vkey = key.verifier_key().to_string();
    // The public key goes first: if anything fails, no private key is left that nobody has the public one of.
    let public = NewFile::write(Path::new(&public), &format!("{vkey}\n"), false)?;
    let private = NewFile::write(&args.output, &format!("{}\n", key.to_text()), true)?;
    public.keep();
    private.keep();
    super::print(&format!("{vkey}\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// A file that was made here, and is removed again unless it is kept.
struct NewFile {
    path: PathBuf,
    is_kept: bool,
}

impl NewFile {
    fn write(path: &Path, text: &str, is_secret: bool) -> anyhow::Result<Self> {
        let failed = |error: io::Error| anyhow!("{}: {}", path.display(), crate::os::Plain(&error));
        let mut file = create(path, is_secret).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => anyhow!("{}: exists already, and is not overwritten", path.display()),
            _ => failed(error),
        })?;
        let new = Self { path: path.to_path_buf(), is_kept: false };
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(new)
    }

    fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_kept {
            // The error that led here is told already.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Makes a file; one that is secret nobody else can read, not even for a moment.
fn create(path: &Path, is_secret: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    options.open(path)
}
