//! Which member paths are safe on every platform, which names some platform confuses, and how a name is shown.
//! Pure functions; nothing here touches a file system.
//!
//! A shown name has control and bidi characters as `\u{..}`, a byte that is not UTF-8 as `\u{ff}` with the byte's
//! value, and a backslash as `\u{5c}`, so that no two names are shown alike. A safe path is shown as it is.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;

use super::fault::{FaultKind, Oddity};
use super::limits::{MAX_PATH_BYTES, MAX_PATH_COMPONENTS};

/// Checks that `path` (of a folder: without a `/` at its end) is relative, plain and within the limits.
pub(super) fn check(path: &str) -> Result<(), Oddity> {
    let unsafe_path = |expected: &str, actual: String| Err(Oddity::new(FaultKind::UnsafePath, expected, actual));
    if path.len() > MAX_PATH_BYTES {
        return unsafe_path(&format!("a path of at most {MAX_PATH_BYTES} bytes"), format!("{} bytes", path.len()));
    }
    if let Some(character) = path.chars().find(|&c| is_forbidden(c)) {
        return unsafe_path(
            "no control or bidi characters, backslashes and colons",
            escape(character.to_string().as_bytes()),
        );
    }
    let components = path.split('/').count();
    if components > MAX_PATH_COMPONENTS {
        return unsafe_path(&format!("at most {MAX_PATH_COMPONENTS} path components"), components.to_string());
    }
    for component in path.split('/') {
        if matches!(component, "" | "." | "..") {
            return unsafe_path("a relative path without empty, `.` or `..` components", format!("`{component}`"));
        }
        if component.ends_with(['.', ' ']) {
            return unsafe_path("no component that ends in a dot or a space", format!("`{component}`"));
        }
        if is_device_name(component) {
            return unsafe_path("no device name", format!("`{component}`"));
        }
    }
    Ok(())
}

fn is_forbidden(c: char) -> bool {
    is_hidden(c) || matches!(c, '\\' | ':')
}

/// Control characters, bidi controls, and the separators that end a line in some viewers.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Names that Windows gives to devices in every folder, whatever the extension.
fn is_device_name(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or(component);
    let stem = stem.trim_end_matches(' ').to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" => true,
        other => ["COM", "LPT"].iter().any(|prefix| {
            other.strip_prefix(prefix).is_some_and(|number| {
                matches!(number, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
            })
        }),
    }
}

/// What is left of a safe path on a file system that ignores case and Unicode normal form.
/// `/` becomes NUL, which no safe path contains, so that what is below a path sorts directly after it.
pub(super) fn fold(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase().replace('/', "\0");
    }
    path.chars().flat_map(char::to_lowercase).nfc().map(|c| if c == '/' { '\0' } else { c }).collect()
}

/// A name as it is shown; see the module documentation.
pub(super) fn escape(name: &[u8]) -> String {
    let mut shown = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_hidden(c) || c == '\\' {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            } else {
                shown.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\u{{{byte:x}}}");
        }
    }
    shown
}

/// Like [`escape`], of the first `bytes` bytes of the name; `…` says that it was cut.
pub(super) fn escape_within(name: &[u8], bytes: usize) -> String {
    if name.len() <= bytes {
        return escape(name);
    }
    let mut shown = escape(&name[..bytes]);
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_paths() {
        for path in [
            "manifest.json",
            "log/000000.jsonl.zst",
            "a/b/c/d/e/f/g/h",
            ".hidden",
            "console.log",
            "com10",
            "COM",
            "...a",
            "a..b",
            "Prüfung/grün.txt",
            "a b",
            "nul_",
        ] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
        assert_eq!(check(&"x".repeat(MAX_PATH_BYTES)), Ok(()));
    }

    #[test]
    fn unsafe_paths() {
        let long = "x".repeat(MAX_PATH_BYTES + 1);
        for path in [
            "",
            "/",
            "/etc/passwd",
            "a//b",
            "a/",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/./b",
            "a\\b",
            "..\\a",
            "C:a",
            "c:/a",
            "a:stream",
            "a\nb",
            "a\0b",
            "a\u{7f}",
            "a\u{85}",
            "a\u{202e}txt",
            "a\u{2066}b",
            "a\u{200f}",
            "a\u{2028}b",
            "CON",
            "con.txt",
            "log/Nul.tar.gz",
            "aux .x",
            "lpt1",
            "COM9.jsonl",
            "com¹",
            "a.",
            "a ",
            "a./b",
            "a /b",
            "a/b/c/d/e/f/g/h/i",
            &long,
        ] {
            assert_eq!(check(path).map_err(|oddity| oddity.kind), Err(FaultKind::UnsafePath), "{path:?}");
        }
    }

    #[test]
    fn names_that_some_platform_confuses_fold_alike() {
        for (a, b) in [
            ("Log/A", "log/a"),
            ("e\u{301}", "\u{e9}"),
            ("E\u{301}", "\u{e9}"),
            ("\u{c4}", "a\u{308}"),
            ("\u{212a}", "k"),
        ] {
            assert_eq!(fold(a), fold(b));
        }
        assert_ne!(fold("a/b"), fold("a-b"));
        assert_ne!(fold("stra\u{df}e"), fold("strasse"));
    }

    #[test]
    fn names_are_shown_apart() {
        assert_eq!(escape(b"log/a.jsonl"), "log/a.jsonl");
        assert_eq!(escape("gr\u{fc}n".as_bytes()), "grün");
        assert_eq!(escape("a\u{202e}b\n".as_bytes()), "a\\u{202e}b\\u{a}");
        assert_eq!(escape(b"\xff\x80"), "\\u{ff}\\u{80}");
        assert_eq!(escape(b"\\u{a}"), "\\u{5c}u{a}");
        assert_eq!(escape_within(b"abcd", 3), "abc…");
    }
}
