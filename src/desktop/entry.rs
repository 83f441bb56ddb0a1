//! The menu entry: `assets/desktop/probity.desktop` with the path of the program in it, quoted as the Desktop Entry Specification
//! asks (1.5, "Value types" and "The Exec key").

use std::path::Path;

/// The entry as it is for a program that lies in `PATH`.
const ENTRY: &str = include_str!("../../assets/desktop/probity.desktop");

/// Why no menu entry can start a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The path is relative.
    #[error("the path of the program is not known in full")]
    Relative,
    /// The path is not UTF-8, or holds control characters.
    #[error("the path of the program holds characters that no menu entry can name; move the program")]
    Characters,
    /// The path holds an equals sign, which the specification forbids, or a percent sign, which it allows and desktops do not find.
    #[error("the path of the program holds \"=\" or \"%\", with which desktops cannot start it; move the program")]
    Sign,
}

/// The entry of the program at this path.
///
/// # Errors
/// [`Unfit`]
pub fn of(program: &Path) -> Result<String, Unfit> {
    let path = program.to_str().filter(|path| !path.chars().any(char::is_control)).ok_or(Unfit::Characters)?;
    if !program.is_absolute() {
        return Err(Unfit::Relative);
    }
    if path.contains(['=', '%']) {
        return Err(Unfit::Sign);
    }
    let line = |line: &str| match line.split_once('=') {
        Some(("TryExec", _)) => format!("TryExec={}\n", value(path)),
        Some(("Exec", _)) => format!("Exec={} %F\n", value(&argument(path))),
        _ => format!("{line}\n"),
    };
    Ok(ENTRY.lines().map(line).collect())
}

/// A value of type string: what the reader of the file undoes first.
fn value(text: &str) -> String {
    text.replace('\\', r"\\")
}

/// An argument of a command line: quoted where it holds a reserved character.
fn argument(text: &str) -> String {
    let is_reserved = |c: char| " \t\n\"'\\><~|&;$*?#()`".contains(c);
    if !text.contains(is_reserved) {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        if matches!(c, '"' | '`' | '$' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a key of the entry says.
    fn said(entry: &str, key: &str) -> String {
        let line = entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.expect("the key").to_owned()
    }

    #[test]
    #[cfg(unix)]
    fn paths_are_quoted_as_the_specification_asks() {
        for (path, exec, try_exec) in [
            ("/usr/bin/probity", "/usr/bin/probity %F", "/usr/bin/probity"),
            ("/home/ä ö/probity", "\"/home/ä ö/probity\" %F", "/home/ä ö/probity"),
            ("/a\"b/probity", r#""/a\\"b/probity" %F"#, "/a\"b/probity"),
            // A backslash is doubled for the quotes, and each of the two for the value.
            (r"/a\b/probity", r#""/a\\\\b/probity" %F"#, r"/a\\b/probity"),
            ("/$HOME/probity", r#""/\\$HOME/probity" %F"#, "/$HOME/probity"),
            ("/`id`/probity", r#""/\\`id\\`/probity" %F"#, "/`id`/probity"),
            ("/it's;(1)/probity", "\"/it's;(1)/probity\" %F", "/it's;(1)/probity"),
        ] {
            let entry = of(Path::new(path)).expect("an entry");
            assert_eq!((said(&entry, "Exec").as_str(), said(&entry, "TryExec").as_str()), (exec, try_exec), "{path}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn what_no_entry_can_name_is_refused() {
        use std::os::unix::ffi::OsStrExt as _;
        let bytes = std::ffi::OsStr::from_bytes(b"/a\xff/probity");
        assert_eq!(of(Path::new(bytes)), Err(Unfit::Characters));
        assert_eq!(of(Path::new("/a\n[Desktop Entry]\nExec/probity")), Err(Unfit::Characters));
        assert_eq!(of(Path::new("/a\u{9b}/probity")), Err(Unfit::Characters));
        assert_eq!(of(Path::new("bin/probity")), Err(Unfit::Relative));
        assert_eq!(of(Path::new("/a=b/probity")), Err(Unfit::Sign));
        assert_eq!(of(Path::new("/100%F/probity")), Err(Unfit::Sign));
    }

    #[test]
    #[cfg(unix)]
    fn nothing_else_of_the_entry_changes() {
        let entry = of(Path::new("/opt/probity")).expect("an entry");
        assert_eq!(entry, ENTRY.replace("Exec=probity", "Exec=/opt/probity"));
    }
}
