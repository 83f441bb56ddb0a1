//! Words of a command line, as they are typed into a shell.

/// A word as every POSIX shell takes it for itself (IEEE 1003.1, 2.2.2).
#[must_use]
pub fn quoted(word: &str) -> String {
    let is_bare =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | ',' | '@' | '+' | '%');
    if !word.is_empty() && word.chars().all(is_bare) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
