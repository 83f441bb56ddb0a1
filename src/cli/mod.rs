//! The program: one subcommand a module. Nothing is decided here; errors end up here and are told once.

mod bundles;
mod case;
mod causes;
mod caveats;
mod compare;
mod completions;
mod dossier;
mod exhibit;
mod facets;
mod fairness;
mod fields;
mod figures;
mod files;
mod forms;
mod incident;
mod index;
mod integrate;
mod keygen;
mod lineage;
mod man;
mod map;
mod models;
mod note;
mod pack;
mod progress;
mod query;
mod range;
mod report;
mod sample;
mod slice;
mod tag;
mod text;
mod timeline;
mod told;
mod trust;
mod verify;
mod width;
mod work;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

/// Wrong use, or something that could not be read or written.
const EXIT_TROUBLE: u8 = 2;

#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  probity lending.audit.zip
  probity verify lending.audit.zip --trust lending.vkey
  probity query lending.audit.zip 'result:deny confidence<0.6' --limit 20
  probity help query

Exit code: 0 done · 1 something speaks against it, or does not fit or hold · 2 wrong use, or something could not be read or \
written · 3 there is nothing to check against. The help of each command says what its own mean.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Open the window, with these bundles or this case
    paths: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(verify::Args),
    Index(index::Args),
    Query(query::Args),
    Facets(facets::Args),
    Fields(fields::Args),
    Timeline(timeline::Args),
    Incident(incident::Args),
    Models(models::Args),
    Compare(compare::Args),
    Fairness(fairness::Args),
    Lineage(lineage::Args),
    Causes(causes::Args),
    Exhibit(exhibit::Args),
    Slice(slice::Args),
    Report(report::Args),
    Dossier(dossier::Args),
    Tag(tag::Args),
    Note(note::Args),
    Case(case::Args),
    Pack(pack::Args),
    Map(map::Args),
    Keygen(keygen::Args),
    Sample(sample::Args),
    Completions(completions::Args),
    Man(man::Args),
    Integrate(integrate::Args),
}

/// The whole command line, as it was defined.
fn definition() -> clap::Command {
    Cli::command()
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // The reader of the help may be gone.
            let _ = error.print();
            if let Some(hint) = hint(&error) {
                let _ = writeln!(std::io::stderr(), "\n{hint}");
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(EXIT_TROUBLE));
        }
    };
    let Some(command) = cli.command else { return window(cli.paths) };
    let result = match command {
        Command::Verify(args) => verify::run(&args),
        Command::Index(args) => index::run(&args),
        Command::Query(args) => query::run(&args),
        Command::Facets(args) => facets::run(&args),
        Command::Fields(args) => fields::run(&args),
        Command::Timeline(args) => timeline::run(&args),
        Command::Incident(args) => incident::run(&args),
        Command::Models(args) => models::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Fairness(args) => fairness::run(&args),
        Command::Lineage(args) => lineage::run(&args),
        Command::Causes(args) => causes::run(&args),
        Command::Exhibit(args) => exhibit::run(&args),
        Command::Slice(args) => slice::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Dossier(args) => dossier::run(&args),
        Command::Tag(args) => tag::run(&args),
        Command::Note(args) => note::run(&args),
        Command::Case(args) => case::run(&args),
        Command::Pack(args) => pack::run(&args),
        Command::Map(args) => map::run(&args),
        Command::Keygen(args) => keygen::run(args),
        Command::Sample(args) => sample::run(args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::Integrate(args) => integrate::run(&args),
    };
    result.unwrap_or_else(|error| {
        // Nobody is left to be told where stderr is closed.
        let _ = match error.downcast_ref::<bundles::Lines>() {
            Some(lines) => writeln!(std::io::stderr(), "probity: {lines}"),
            None => writeln!(std::io::stderr(), "probity: {}", crate::record::text::shown(&error.to_string())),
        };
        ExitCode::from(EXIT_TROUBLE)
    })
}

/// What is likely meant by a command line that is not understood: a filter of several words that the shell took apart, or an
/// option that there is not, which stood where a filter may.
fn hint(error: &clap::Error) -> Option<String> {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let mut args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned());
    let name =
        args.next().filter(|name| ["query", "facets", "timeline", "models", "fairness"].contains(&name.as_str()))?;
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else { return None };
    if error.kind() != ErrorKind::UnknownArgument || word.starts_with("--") {
        return None;
    }
    let command = definition();
    let options: Vec<&str> =
        command.find_subcommand(&name)?.get_arguments().filter_map(|argument| argument.get_long()).collect();
    let is_unknown = |arg: &String| {
        let option = arg.strip_prefix("--").map(|option| option.split('=').next().unwrap_or_default());
        option.is_some_and(|option| !option.is_empty() && option != "help" && !options.contains(&option))
    };
    Some(match args.find(is_unknown) {
        Some(option) => format!("{}: there is no such option", crate::record::text::shown_short(&option, 80)),
        None => "A filter of several words is one argument: put it in quotes, as in 'result:deny confidence<0.6'.\n\
                 Further bundles are named with --with PATH."
            .to_owned(),
    })
}

/// Opens the window. A name that is neither a file nor a command is most likely a command that was mistyped.
fn window(paths: Vec<PathBuf>) -> ExitCode {
    let missing = paths.iter().find(|path| std::fs::symlink_metadata(path).is_err());
    let opened = match missing {
        Some(path) => {
            Err(format!("{}: there is no such file, and no such command; see probity --help", path.display()))
        }
        None => crate::ui::run::run(paths, std::sync::Arc::new(crate::capture::window::OffScreen)),
    };
    match opened {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "probity: {}", crate::record::text::shown(&why));
            ExitCode::from(EXIT_TROUBLE)
        }
    }
}

/// A line of JSON in which nothing acts on a terminal.
fn json(value: &impl serde::Serialize) -> anyhow::Result<String> {
    let json = serde_json::to_string(value)?;
    Ok(crate::record::text::shown_json(&json).into_owned() + "\n")
}

/// Writes a result to stdout. That its reader went away early is no error.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(anyhow::anyhow!("standard output: {}", crate::os::Plain(&error)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A command without subcommands, and all those of one that has some.
    fn all(command: &clap::Command) -> Vec<clap::Command> {
        let below = command.get_subcommands().filter(|below| below.get_name() != "help").flat_map(all);
        std::iter::once(command.clone()).chain(below).collect()
    }

    #[test]
    fn every_help_ends_with_examples_and_exit_codes() {
        Cli::command().debug_assert();
        let commands = all(&Cli::command());
        assert!(commands.len() > 35, "{}", commands.len());
        for command in commands {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let name = command.get_name();
            let (_, examples) = help.split_once("Example").unwrap_or_else(|| panic!("{name} has no example"));
            let (examples, codes) = examples.split_once("\n\nExit code").unwrap_or_else(|| panic!("{name}: {help}"));
            assert!(codes.contains(": 0 ") && codes.contains(" · 2 wrong use, "), "{name}: {codes}");
            let lines: Vec<&str> = examples.lines().skip(1).collect();
            assert_eq!(examples.starts_with("s:"), lines.len() > 1, "{name}: {examples}");
            // What is wrapped cannot be copied.
            assert!(
                lines.iter().all(|line| line.starts_with("  ") && line.chars().count() < 100),
                "{name}: {examples}"
            );
        }
    }
}
