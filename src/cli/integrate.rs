//! `probity integrate`: what `cargo install` does not bring: menu entry, icons, file types, man pages and completions.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;
use clap_complete::Shell;

use crate::desktop::databases::{self, Updated};
use crate::desktop::place::{Outcome, Place};
use crate::desktop::{self, Item};
use crate::os::{Plain, shell};
use crate::record::text::shown;

/// Something that is not Probity's was in the way, and was kept.
const EXIT_KEPT: u8 = 1;

/// Make Probity known to your desktop: menu entry, icons, file types, man pages and completions
///
/// The files go where the desktop looks for them: $XDG_DATA_HOME, or ~/.local/share. The menu entry starts the program from
/// where it lies now; after it was moved or renewed, run this again. A file there that is not as Probity wrote it is left alone,
/// and you are told. The list of what was written lies beside, in probity/integrated.sha256. This is for desktops that follow
/// freedesktop.org, such as those of Linux.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity integrate
  probity integrate --remove

Exit code: 0 done · 1 a file was kept that is not as Probity wrote it · 2 wrong use, or something could not be written")]
pub(super) struct Args {
    /// Take away again what was written, and nothing else
    #[arg(long)]
    remove: bool,
    /// Write into DIR/share instead, such as /usr/local for all users
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if !desktop::is_freedesktop() {
        super::print("There is nothing to do: desktops of this system take no files of this kind.\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let place = Place::new(data(args.prefix.as_deref())?);
    let mut log = Log::default();
    let done = if args.remove { remove(&place, &mut log) } else { put(&place, &mut log) };
    // What was done is told, also where it ended early.
    super::print(&log.lines)?;
    done?;
    Ok(if log.has_kept { ExitCode::from(EXIT_KEPT) } else { ExitCode::SUCCESS })
}

/// What was done, line by line.
#[derive(Default)]
struct Log {
    lines: String,
    has_kept: bool,
}

impl Log {
    fn line(&mut self, what: &str, of: &str) {
        self.lines += &format!("{what:<12}{}\n", shown(of));
    }

    fn file(&mut self, path: &Path, outcome: Outcome) {
        let path = path.display();
        match outcome {
            Outcome::Written => self.line("written", &path.to_string()),
            Outcome::Unchanged => self.line("unchanged", &path.to_string()),
            Outcome::Removed => self.line("removed", &path.to_string()),
            Outcome::Kept => {
                self.has_kept = true;
                self.line("kept", &format!("{path}: it is not as Probity wrote it"));
            }
        }
    }

    fn databases(&mut self, data: &Path) {
        for (program, updated) in databases::update(data) {
            match updated {
                Updated::Done => self.line("ran", program),
                Updated::Missing => {
                    self.line("not there", &format!("{program}: the desktop may see the change only when it has run"));
                }
                Updated::Failed(why) => self.line("failed", &format!("{program}: {why}")),
            }
        }
    }
}

fn put(place: &Place, log: &mut Log) -> anyhow::Result<()> {
    let items = items()?;
    place.put(&items, &mut |path, outcome| log.file(path, outcome))?;
    log.databases(place.data());
    log.lines += &hints(place.data());
    Ok(())
}

fn remove(place: &Place, log: &mut Log) -> anyhow::Result<()> {
    let Some(folders) = place.take_away(&mut |path, outcome| log.file(path, outcome))? else {
        log.lines += &format!("There is nothing of Probity's in {}.\n", shown(&place.data().display().to_string()));
        return Ok(());
    };
    // The databases are made of these folders, so they go last.
    log.databases(place.data());
    place.sweep(&folders);
    Ok(())
}

/// The folder for the files.
fn data(prefix: Option<&Path>) -> anyhow::Result<PathBuf> {
    match prefix {
        Some(prefix) => Ok(prefix.join("share")),
        None => directories::BaseDirs::new()
            .map(|folders| folders.data_dir().to_owned())
            .ok_or_else(|| anyhow!("the system names no home folder; give --prefix DIR")),
    }
}

/// All files.
fn items() -> anyhow::Result<Vec<Item>> {
    let program = std::env::current_exe().map_err(|error| anyhow!("the program's own path: {}", Plain(&error)))?;
    let mut items = desktop::items(&program).map_err(|error| anyhow!("{}: {error}", program.display()))?;
    for (name, page) in super::man::pages()? {
        items.push(Item::new(format!("man/man1/{name}"), page));
    }
    for (path, shell) in [
        ("bash-completion/completions/probity", Shell::Bash),
        ("fish/vendor_completions.d/probity.fish", Shell::Fish),
        ("zsh/site-functions/_probity", Shell::Zsh),
    ] {
        items.push(Item::new(path, super::completions::script(shell)));
    }
    Ok(items)
}

/// What the user has to do themselves, where something does not look into the folder by itself.
fn hints(data: &Path) -> String {
    let mut hints = String::new();
    let quoted = |path: PathBuf| shell::quoted(&shown(&path.display().to_string()));
    if !man_looks_into(data) {
        hints += &format!("\nFor man to find the pages:  export MANPATH={}:\n", quoted(data.join("man")));
    }
    let is_zsh = std::env::var_os("SHELL").is_some_and(|shell| Path::new(&shell).ends_with("zsh"));
    if is_zsh && !["/usr/share", "/usr/local/share"].iter().any(|usual| data == Path::new(usual)) {
        let folder = quoted(data.join("zsh/site-functions"));
        hints += &format!("\nFor zsh to complete, in ~/.zshrc before compinit:  fpath=({folder} $fpath)\n");
    }
    hints
}

/// Whether man finds pages there: it looks beside the folders of PATH, unless MANPATH names others.
fn man_looks_into(data: &Path) -> bool {
    let among = |variable: &str, folder: &Path| {
        std::env::var_os(variable).is_some_and(|list| std::env::split_paths(&list).any(|one| one == folder))
    };
    let bin = data.parent().filter(|_| data.ends_with("share")).map(|parent| parent.join("bin"));
    among("MANPATH", &data.join("man")) || bin.is_some_and(|bin| among("PATH", &bin))
}
