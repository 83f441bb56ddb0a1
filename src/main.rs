//! The program `probity`: see [`probity::cli`].

fn main() -> std::process::ExitCode {
    probity::cli::main()
}
