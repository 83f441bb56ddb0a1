//! Comma-separated values (RFC 4180): lines end in CR LF. Cells that a spreadsheet would take for a formula are made inert.

use std::borrow::Cow;

/// Lines of a CSV file; of what is `None` there is nothing, which is not the same as an empty text.
pub fn lines<'a>(rows: impl IntoIterator<Item = Vec<Option<Cow<'a, str>>>>) -> String {
    let mut out = Vec::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            if let Some(cell) = cell {
                field(cell, &mut out);
            }
        }
        out.extend_from_slice(b"\r\n");
    }
    // Made of texts.
    String::from_utf8(out).unwrap_or_default()
}

/// A field of a CSV file (RFC 4180 §2). A text that is empty is quoted: without quotes, there is none. Whoever opens the file in a
/// spreadsheet must not run what somebody wrote into the evidence: a text that could be read as a formula gets an
/// apostrophe before it, and so does one that begins with an apostrophe. To have every text as it was, take one apostrophe
/// from the front of each cell that begins with one.
pub fn field(text: &str, out: &mut Vec<u8>) {
    let is_guarded = is_active(text);
    let is_bare = !text.is_empty() && !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'));
    if is_bare {
        if is_guarded {
            out.push(b'\'');
        }
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    if is_guarded {
        out.push(b'\'');
    }
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Whether a spreadsheet may do something with a text but show it: it begins as a formula does, also behind blanks, which some programs
/// skip, or in wide forms of the signs, which some take for the signs. Numbers are what they are.
#[must_use]
pub fn is_active(text: &str) -> bool {
    match text.as_bytes().first() {
        // By far the most of them.
        Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') | None => false,
        Some(b'\'') => true,
        Some(_) => {
            let first = text.trim_start_matches(is_skipped).chars().next();
            let first = first.or_else(|| text.chars().next());
            matches!(
                first,
                Some('=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' | '\t' | '\r' | '\n')
            ) && !is_number(text)
        }
    }
}

/// Blanks, and characters that do not show.
fn is_skipped(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
}

/// A number as JSON has it (RFC 8259 §6).
fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        let mut out = Vec::new();
        field(text, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn fields_of_csv() {
        for (text, expected) in [
            ("plain text", "plain text"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("cr\r", "\"cr\r\""),
            ("", "\"\""),
        ] {
            assert_eq!(one(text), expected);
        }
        let rows = [vec![Some("a".into()), None, Some("".into())], vec![None, Some("b,c".into()), None]];
        assert_eq!(lines(rows), "a,,\"\"\r\n,\"b,c\",\r\n");
    }

    #[test]
    fn formulas_are_inert() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("=HYPERLINK(\"http://x.test\",\"y\")", "\"'=HYPERLINK(\"\"http://x.test\"\",\"\"y\"\")\""),
            ("+1-1", "'+1-1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("\u{a0}=1", "'\u{a0}=1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("\t=1", "'\t=1"),
            ("\r\n=1", "\"'\r\n=1\""),
            ("\t", "'\t"),
            ("＝1", "'＝1"),
            ("＠x", "'＠x"),
            ("'x", "''x"),
            ("'", "''"),
            ("-", "'-"),
            // Numbers and what is nothing but text.
            ("-5", "-5"),
            ("-0.25e-3", "-0.25e-3"),
            ("+5", "'+5"),
            ("-5 EUR", "'-5 EUR"),
            ("1=1", "1=1"),
            ("a-b", "a-b"),
            ("größe", "größe"),
            ("(=1)", "(=1)"),
        ] {
            assert_eq!(one(text), expected, "{text:?}");
        }
    }

    #[test]
    fn texts_come_back() {
        for text in ["=1", "'=1", "''", "plain", "-5", "-x", ""] {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(std::io::Cursor::new(one(text)));
            let cell = reader.records().next().and_then(Result::ok).map(|row| row[0].to_owned()).unwrap_or_default();
            assert_eq!(cell.strip_prefix('\'').unwrap_or(&cell), text);
        }
    }
}
