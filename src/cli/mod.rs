//! The program: one subcommand a module. Nothing is decided here; errors end up here and are told once.

mod bundles;
mod case;
mod facets;
mod fields;
mod files;
mod forms;
mod index;
mod keygen;
mod map;
mod note;
mod pack;
mod progress;
mod query;
mod sample;
mod tag;
mod text;
mod trust;
mod verify;
mod work;
mod width;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Wrong use, or something that could not be read or written.
const EXIT_TROUBLE: u8 = 2;

#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(verify::Args),
    Index(index::Args),
    Query(query::Args),
    Facets(facets::Args),
    Fields(fields::Args),
    Tag(tag::Args),
    Note(note::Args),
    Case(case::Args),
    Pack(pack::Args),
    Map(map::Args),
    Keygen(keygen::Args),
    Sample(sample::Args),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // The reader of the help may be gone.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(EXIT_TROUBLE));
        }
    };
    let result = match cli.command {
        Command::Verify(args) => verify::run(&args),
        Command::Index(args) => index::run(&args),
        Command::Query(args) => query::run(&args),
        Command::Facets(args) => facets::run(&args),
        Command::Fields(args) => fields::run(&args),
        Command::Tag(args) => tag::run(&args),
        Command::Note(args) => note::run(&args),
        Command::Case(args) => case::run(&args),
        Command::Pack(args) => pack::run(&args),
        Command::Map(args) => map::run(&args),
        Command::Keygen(args) => keygen::run(args),
        Command::Sample(args) => sample::run(args),
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

/// Writes a result to stdout. That its reader went away early is no error.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(anyhow::anyhow!("stdout: {error}")),
        _ => Ok(()),
    }
}
