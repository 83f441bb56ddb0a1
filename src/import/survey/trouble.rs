//! Why nothing can be proposed for a source: what its first lines look like, and what to do about it.

use std::collections::BTreeMap;

use super::Survey;
use crate::import::mapping::Lines;
use crate::record::text::shown_short;

/// Files that hold no lines of text, by how they begin.
const FORMATS: [(&[u8], &str); 9] = [
    (b"PAR1", "a Parquet file"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"%PDF-", "a PDF"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
];

/// How many bytes from the start show whether there is text.
const HEAD_BYTES: usize = 8 << 10;

const WANTED: &str = "export it as CSV or as JSON lines";

/// What is plain from the first bytes.
pub(super) fn at_once(sample: &[u8]) -> Option<String> {
    let is_binary = sample.iter().take(HEAD_BYTES).any(|byte| *byte == 0 || *byte >= 0x80);
    if let Some((_, what)) = FORMATS.iter().find(|(start, _)| is_binary && sample.starts_with(start)) {
        return Some(match what.strip_prefix("compressed") {
            Some(_) => format!("it is {what}; unpack it first, or compress it with gzip or zstd"),
            None => format!("it is {what}; {WANTED}"),
        });
    }
    let text = sample.trim_ascii_start();
    if text.strip_prefix(b"[").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{")) {
        return Some("a JSON array; one object a line is needed, as `jq -c '.[]'` makes".to_owned());
    }
    if text.split(|byte| *byte == b'\n').next().map(<[u8]>::trim_ascii) == Some(b"{") {
        return Some(OVER_LINES.to_owned());
    }
    let head = &text[..text.len().min(16)].to_ascii_lowercase();
    let is_markup = [&b"<?xml"[..], b"<!doctype", b"<html"].iter().any(|start| head.starts_with(start));
    is_markup.then(|| format!("it is XML or HTML; {WANTED}"))
}

const OVER_LINES: &str = "objects over several lines; one object a line is needed, as `jq -c .` makes";

/// Why there is no row that could be read.
pub(super) fn without_rows(survey: &Survey, sample: &[u8]) -> String {
    let Some(reason) = &survey.faults.1 else {
        return match survey.has_header {
            true => format!("a header and no rows: nothing shows what the columns hold; {}", begins(sample)),
            false => "there are no rows in it".to_owned(),
        };
    };
    if sample.iter().take(HEAD_BYTES).any(|byte| *byte == 0) {
        return format!("it holds no lines of text; {WANTED}; {}", begins(sample));
    }
    if survey.lines == Lines::Jsonl {
        let first = sample.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
        if serde_json::from_slice::<serde::de::IgnoredAny>(first).is_err_and(|error| error.is_eof()) {
            return OVER_LINES.to_owned();
        }
        return format!("no line could be read as a JSON object; {reason}; {}", begins(sample));
    }
    format!(
        "no row could be read; {reason}; a row of names, or of values, has to come first, and every row has as many \
         fields; {}",
        begins(sample)
    )
}

/// What the first lines look like.
fn begins(sample: &[u8]) -> String {
    let lines = sample.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let shown = lines.take(2).map(|line| {
        let head = &line[..line.len().min(400)];
        format!("\"{}\"", shown_short(&String::from_utf8_lossy(head), 60))
    });
    format!("it begins with {}", shown.collect::<Vec<_>>().join(" and "))
}

/// How many fields rows have: how often, and the first line of each.
#[derive(Default)]
pub(super) struct Widths(BTreeMap<usize, (u64, u64)>);

impl Widths {
    pub(super) fn add(&mut self, width: usize, line: u64) {
        self.0.entry(width).or_insert((0, line)).0 += 1;
    }

    /// What is wrong where the first row is not like the others: then it is no header, nor a row of values.
    pub(super) fn trouble(&self, first: usize) -> Option<String> {
        let (width, (rows, line)) = self.0.iter().max_by_key(|(_, (rows, _))| *rows)?;
        let like_first = self.0.get(&first).map_or(0, |(rows, _)| *rows);
        if *width == first || *rows <= like_first {
            return None;
        }
        let remedy = if *width == first + 1 && *line == 2 {
            "where the names lack one for the first column, put it and a delimiter before them".to_owned()
        } else {
            format!("where a title stands above the names, leave it out, as `tail -n +{line}` does")
        };
        Some(format!(
            "the first row has {}, but most have {}, from line {line} on; {remedy}",
            counted_fields(first),
            counted_fields(*width)
        ))
    }
}

/// A number of fields, as a sentence says it.
pub(super) fn counted_fields(count: usize) -> String {
    format!("{count} {}", if count == 1 { "field" } else { "fields" })
}
