//! `probity completions`: what a shell needs to complete the command line.

use std::process::ExitCode;

use clap_complete::Shell;

/// Print the script with which a shell completes commands, options and files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
zsh looks in the folders of fpath, which ~/.zshrc names before it calls compinit.

Examples:
  probity completions bash > ~/.local/share/bash-completion/completions/probity
  probity completions fish > ~/.config/fish/completions/probity.fish
  probity completions zsh > ~/.zfunc/_probity

Exit code: 0 printed · 2 wrong use, or it could not be written")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    super::print(&String::from_utf8(script(args.shell))?)?;
    Ok(ExitCode::SUCCESS)
}

/// The script for a shell.
pub(super) fn script(shell: Shell) -> Vec<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut super::definition(), "probity", &mut out);
    out
}
