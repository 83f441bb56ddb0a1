//! The forms in which commands print what they found: one pair of options, the same words everywhere.

use clap::ValueEnum;

/// How a result is printed.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Form<F: Listed> {
    /// How to print it [default: table]
    #[arg(long, value_enum)]
    format: Option<F>,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// Forms to choose from.
pub(super) trait Listed: ValueEnum + Clone + Copy + Send + Sync + 'static {
    /// The one that is meant where none is named.
    const USUAL: Self;
    /// The one that `--json` means.
    const JSON: Self;
}

impl<F: Listed> Form<F> {
    /// The form that was asked for.
    pub(super) fn chosen(&self) -> F {
        if self.json { F::JSON } else { self.format.unwrap_or(F::USUAL) }
    }
}

/// The forms of a list that is not one of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Listing {
    /// Aligned, for people
    Table,
    /// Comma-separated values with a header (RFC 4180), lines ending in CR LF
    Csv,
    /// One object
    Json,
}

impl Listed for Listing {
    const USUAL: Self = Self::Table;
    const JSON: Self = Self::Json;
}

/// Lines of a CSV file; of what is `None` there is nothing, which is not the same as an empty text.
pub(super) fn csv<'a>(rows: impl IntoIterator<Item = Vec<Option<std::borrow::Cow<'a, str>>>>) -> String {
    let mut out = Vec::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            if let Some(cell) = cell {
                csv_field(cell, &mut out);
            }
        }
        out.extend_from_slice(b"\r\n");
    }
    // Made of texts.
    String::from_utf8(out).unwrap_or_default()
}

/// A field of a CSV file (RFC 4180 §2). A text that is empty is quoted: without quotes, there is none.
pub(super) fn csv_field(text: &str, out: &mut Vec<u8>) {
    let is_bare = !text.is_empty() && !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'));
    if is_bare {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_csv() {
        for (text, expected) in [
            ("plain text", "plain text"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("cr\r", "\"cr\r\""),
            ("", "\"\""),
            ("=1+1", "=1+1"),
        ] {
            let mut out = Vec::new();
            csv_field(text, &mut out);
            assert_eq!(out, expected.as_bytes());
        }
        let rows = [vec![Some("a".into()), None, Some("".into())], vec![None, Some("b,c".into()), None]];
        assert_eq!(csv(rows), "a,,\"\"\r\n,\"b,c\",\r\n");
    }
}
