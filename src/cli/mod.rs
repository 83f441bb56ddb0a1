//! The program's subcommands: arguments in, a thin call into the core, text or JSON out.

mod progress;
mod text;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit code for wrong use, and for input that cannot be read.
const CANNOT: u8 = 2;

#[derive(Debug, Parser)]
#[command(name = "probity", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what is proven about a bundle, and what is not
    Verify(verify::Arguments),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Verify(arguments) => verify::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        // A reader that went away is no error worth a word.
        let broken_pipe = error
            .chain()
            .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
            .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe);
        if !broken_pipe {
            eprintln!("probity: {error:#}");
        }
        ExitCode::from(CANNOT)
    })
}
