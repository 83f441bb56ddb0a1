//! `probity man`: the manual, made from the definition of the command line.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{Resettable, StyledStr};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::files::trouble;
use crate::os::Plain;
use crate::record::text::shown;
use crate::report::file::NewFile;

/// Print the man page of the program, or write those of all commands into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity man | man -l -
  probity man -o man1

Exit code: 0 printed or written · 2 wrong use, or a page could not be written")]
pub(super) struct Args {
    /// The folder for the pages, one for the program and one for each command; it is made where it is missing, and no file in
    /// it is overwritten
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// A page: the name of its file and what it holds.
pub(super) type Page = (String, Vec<u8>);

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(folder) = &args.output else {
        super::print(&String::from_utf8(page(super::definition())?.1)?)?;
        return Ok(ExitCode::SUCCESS);
    };
    std::fs::create_dir_all(folder).map_err(|error| trouble(folder, Plain(&error)))?;
    // All are begun before the first has its name: where one is in the way, none is written.
    let mut begun = Vec::new();
    for (name, bytes) in pages()? {
        let mut file = NewFile::create(&folder.join(name))?;
        file.write_all(&bytes).map_err(|error| trouble(file.path(), Plain(&error)))?;
        begun.push(file);
    }
    for file in begun {
        let path = file.path().display().to_string();
        file.finish()?;
        super::print(&format!("written     {}\n", shown(&path)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The pages of the program and of every command.
pub(super) fn pages() -> io::Result<Vec<Page>> {
    let mut command = super::definition().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    collect(&command, &mut pages)?;
    Ok(pages)
}

fn collect(command: &clap::Command, pages: &mut Vec<Page>) -> io::Result<()> {
    pages.push(page(command.clone())?);
    command.get_subcommands().filter(|command| !command.is_hide_set()).try_for_each(|command| collect(command, pages))
}

fn page(command: clap::Command) -> io::Result<Page> {
    let notes = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
    let without = || Resettable::<StyledStr>::Reset;
    let man = Man::new(command.after_help(without()).after_long_help(without()))
        .date(crate::desktop::RELEASED)
        .source(concat!("probity ", env!("CARGO_PKG_VERSION")))
        .manual("Probity Manual");
    let mut out = Vec::new();
    man.render(&mut out)?;
    if let Some(notes) = notes {
        section(&notes).to_writer(&mut out)?;
    }
    Ok((man.get_filename(), out))
}

/// What stands below the options in the help. Lines that are indented there, such as examples, stand in the page as they are; only
/// the rest is filled.
fn section(notes: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["NOTES"]);
    let mut is_verbatim = false;
    for line in notes.lines() {
        if line.starts_with(' ') != is_verbatim {
            is_verbatim = !is_verbatim;
            roff.control(if is_verbatim { "nf" } else { "fi" }, []);
        }
        if line.is_empty() {
            roff.control("PP", []);
        } else {
            roff.text([roman(line)]);
        }
    }
    if is_verbatim {
        roff.control("fi", []);
    }
    roff
}
