//! A file's name as it may stand in a comment and in a command.

use crate::import::source::is_stdin;
use crate::os::shell::quoted;
use crate::record::text::{shown, shown_short};

/// The longest file name that is written out.
const MAX_NAME: usize = 200;

/// The name as a comment says it.
pub(super) fn title(file_name: &str) -> String {
    if is_stdin(file_name.as_ref()) { "stdin".to_owned() } else { shown_short(file_name, 60) }
}

/// The name as a shell takes it; `INPUT` where there is none that could be typed.
pub(super) fn argument(file_name: &str) -> String {
    let is_typed = shown(file_name) == file_name && !file_name.contains('\u{fffd}') && file_name.len() <= MAX_NAME;
    if file_name.is_empty() || is_stdin(file_name.as_ref()) || !is_typed {
        return "INPUT".to_owned();
    }
    // A name that begins with a hyphen would be an option.
    quoted(&if file_name.starts_with('-') { format!("./{file_name}") } else { file_name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_a_shell() {
        for (name, expected) in [
            ("loans-2026_03.csv", "loans-2026_03.csv"),
            ("my loans.csv", "'my loans.csv'"),
            ("größe.csv", "'größe.csv'"),
            ("it's.csv", "'it'\\''s.csv'"),
            ("$(x).csv", "'$(x).csv'"),
            ("-r.csv", "./-r.csv"),
            ("-", "INPUT"),
            ("a\nb", "INPUT"),
            ("a\u{202e}b", "INPUT"),
            ("", "INPUT"),
        ] {
            assert_eq!(argument(name), expected);
        }
        assert_eq!((title("-"), title("a\nb")), ("stdin".to_owned(), "a\\u{000a}b".to_owned()));
    }
}
