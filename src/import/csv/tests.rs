//! Tables of rows and faults, and the `csv` crate as the twin for everything that is well formed.

use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    Row(u64, Vec<String>),
    Fault(u64, String),
}

fn read(bytes: &[u8], dialect: &Dialect) -> Vec<Found> {
    let source = Source::of(Path::new("test.csv"), Box::new(Cursor::new(bytes.to_vec()))).expect("a source");
    rows(CsvReader::new(source, dialect.clone()))
}

fn rows(mut reader: CsvReader) -> Vec<Found> {
    let mut found = Vec::new();
    loop {
        found.push(match reader.next_row().expect("memory") {
            CsvRow::End => return found,
            CsvRow::Fault { line, reason } => Found::Fault(line, reason),
            CsvRow::Fields { line, fields } => Found::Row(line, fields.iter().map(str::to_owned).collect()),
        });
    }
}

/// Rows as `line:a|b`, faults as `line!reason`.
fn told(bytes: &[u8], dialect: &Dialect) -> Vec<String> {
    read(bytes, dialect).into_iter().map(tell).collect()
}

fn all(reader: CsvReader) -> Vec<String> {
    rows(reader).into_iter().map(tell).collect()
}

fn tell(found: Found) -> String {
    match found {
        Found::Row(line, fields) => format!("{line}:{}", fields.join("|")),
        Found::Fault(line, reason) => format!("{line}!{reason}"),
    }
}

const INNER: &str = "a quote within a field that does not begin with one";
const AFTER: &str = "text after a closing quote; a quote within quotes is written twice";
const OPEN: &str = "a quote is opened and never closed";

#[test]
fn rows_and_faults() {
    let (inner, after, open) = (format!("2!{INNER}"), format!("2!{AFTER}"), format!("2!{OPEN}"));
    let table: &[(&[u8], &[&str])] = &[
        (b"", &[]),
        (b"\n\r\n", &[]),
        (b"a,b\n", &["1:a|b"]),
        (b"a,b\r\n1,2", &["1:a|b", "2:1|2"]),
        (b"a,\n,b\n,\n", &["1:a|", "2:|b", "3:|"]),
        (b" a , b \n", &["1: a | b "]),
        (b"\"a\",\"\"\n", &["1:a|"]),
        (b"\"a,\"\"b\"\"\",c\r\n", &["1:a,\"b\"|c"]),
        (b"\"a\nb\r\nc\",d\n\ne,f\n", &["1:a\nb\r\nc|d", "5:e|f"]),
        (b"x,y\na\"b,c\n1,2\n", &["1:x|y", &inner, "3:1|2"]),
        (b"x,y\n\"a\"b,c\n1,2\n", &["1:x|y", &after, "3:1|2"]),
        (b"x,y\n\"a\" ,c\n1,2\n", &["1:x|y", &after, "3:1|2"]),
        // A quote that is never closed costs its own line, not the rows behind it.
        (b"x,y\n\"a,c\n1,2\n3,4\n", &["1:x|y", &open, "3:1|2", "4:3|4"]),
        (b"x,y\n\"a,c\n1,\"2\"\n3,4\n", &["1:x|y", &after, "3:1|2", "4:3|4"]),
        (b"a\rb\n", &["1!a carriage return within a row; lines end with LF or CRLF"]),
        (b"a,b\0\n1,2\n", &["1!it holds a NUL byte", "2:1|2"]),
        (b"\"a\0\"\n1\n", &["1!it holds a NUL byte", "2:1"]),
        (
            b"a,\xe9\n1,2\n",
            &[
                "1!not UTF-8 in field 2; a file in another encoding needs it stated: encoding = \"windows-1252\"",
                "2:1|2",
            ],
        ),
        (b"\xef\xbb\xbfa,b\n", &["1:a|b"]),
    ];
    for (bytes, expected) in table {
        assert_eq!(told(bytes, &Dialect::default()), *expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_fault_in_a_row_of_many_lines_costs_its_first_line_only() {
    for (bytes, expected) in [
        (
            &b"1,\"a\n2,b\n3,\",c\n4,d\n"[..],
            ["1!3 fields, where there are 2 columns", "2:2|b", "3!a quote is opened and never closed", "4:4|d"],
        ),
        (
            b"1,\"a\0\n2,b\n3,c\"\n4,d\n",
            ["1!it holds a NUL byte", "2:2|b", "3!a quote within a field that does not begin with one", "4:4|d"],
        ),
        (
            b"1,\"a\xff\n2,b\n3,c\"\n4,d\n",
            [
                "1!not UTF-8 in field 2; a file in another encoding needs it stated: encoding = \"windows-1252\"",
                "2:2|b",
                "3!a quote within a field that does not begin with one",
                "4:4|d",
            ],
        ),
    ] {
        let source = Source::of(Path::new("test.csv"), Box::new(Cursor::new(bytes.to_vec()))).expect("a source");
        let mut reader = CsvReader::new(source, Dialect::default());
        reader.expect_width(2);
        assert_eq!(all(reader), expected);
    }
    assert_eq!(told(b"sep=;\na;b\nsep=;\n", &Dialect { delimiter: b';', ..Dialect::default() }), ["2:a|b", "3:sep=|"]);
}

#[test]
fn dialects() {
    let dialect = |delimiter, quote, encoding| Dialect { delimiter, quote, encoding };
    for (bytes, dialect, expected) in [
        (&b"a;\"b;c\";d,e\n"[..], dialect(b';', Some(b'"'), Encoding::Utf8), "1:a|b;c|d,e"),
        (b"a\t\"b\tc\n", dialect(b'\t', None, Encoding::Utf8), "1:a|\"b|c"),
        (b"'a|b'|\"\n", dialect(b'|', Some(b'\''), Encoding::Utf8), "1:a|b|\""),
        (b"M\xfcller,\x80 5,\x81\n", dialect(b',', Some(b'"'), Encoding::Windows1252), "1:Müller|€ 5|\u{81}"),
        (b"M\xfcller,\x80 5\n", dialect(b',', Some(b'"'), Encoding::Latin1), "1:Müller|\u{80} 5"),
    ] {
        assert_eq!(told(bytes, &dialect), [expected]);
    }
}

#[test]
fn what_is_too_long_costs_one_row() {
    let long = "x".repeat(MAX_ROW_BYTES + 1);
    let too_long = "a line of more than 1048576 bytes";
    // A line that is too long, and a quote that reaches into one.
    let text = format!("a,b\n{long}\n1,2\n\"3\n4\n{long}\n5,6\n");
    assert_eq!(
        told(text.as_bytes(), &Dialect::default()),
        ["1:a|b", &format!("2!{too_long}"), "3:1|2", &format!("4!{OPEN}"), "5:4", &format!("6!{too_long}"), "7:5|6"]
    );
    // A quote that is not closed for many lines; every line after it is a row of its own.
    let lines = (MAX_ROW_BYTES / 64) + 10;
    let mut text = String::from("\"open\n");
    (0..lines).for_each(|_| text.push_str(&format!("{}\n", "y".repeat(63))));
    let found = read(text.as_bytes(), &Dialect::default());
    assert_eq!(found.len(), lines + 1);
    assert!(matches!(&found[0], Found::Fault(1, reason) if reason.contains("not closed within")), "{:?}", found[0]);
    assert!(found[1..].iter().enumerate().all(|(n, row)| *row == Found::Row(n as u64 + 2, vec!["y".repeat(63)])));
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z0-9 .]{0,8}", "[\"',;\t\n\r€ü|a-c]{0,6}",]
}

proptest! {
    #[test]
    fn what_the_csv_crate_writes_is_read_back(
        rows in prop::collection::vec(prop::collection::vec(field(), 1..5), 1..6),
        delimiter in prop::sample::select(&b",;\t|"[..]),
        crlf: bool,
        always: bool,
    ) {
        let terminator = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let style = if always { ::csv::QuoteStyle::Always } else { ::csv::QuoteStyle::Necessary };
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(terminator)
            .quote_style(style)
            .flexible(true)
            .from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).expect("memory");
        }
        let bytes = writer.into_inner().expect("memory");
        let found = read(&bytes, &Dialect { delimiter, ..Dialect::default() });
        let texts: Vec<Vec<String>> = found
            .into_iter()
            .map(|found| match found {
                Found::Row(_, fields) => fields,
                Found::Fault(line, reason) => vec![format!("{line}: {reason}")],
            })
            .collect();
        prop_assert_eq!(texts, rows);
    }

    #[test]
    fn what_is_read_without_a_fault_the_csv_crate_reads_alike(text in "[ab,\"\n\r]{0,24}") {
        let found = read(text.as_bytes(), &Dialect::default());
        if found.iter().all(|found| matches!(found, Found::Row(..))) {
            let mut reader =
                ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.expect("UTF-8").iter().map(str::to_owned).collect())
                .collect();
            let ours: Vec<Vec<String>> = found
                .into_iter()
                .filter_map(|found| match found {
                    Found::Row(_, fields) => Some(fields),
                    Found::Fault(..) => None,
                })
                .collect();
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn no_bytes_break_it_and_no_line_is_lost(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        // The first byte keeps it from looking compressed.
        let bytes = [b"a", &bytes[..]].concat();
        let found = read(&bytes, &Dialect { encoding: Encoding::Latin1, ..Dialect::default() });
        let place = |found: &Found| match found {
            Found::Row(line, fields) => (*line, 1 + fields.iter().map(|text| text.matches('\n').count()).sum::<usize>()),
            Found::Fault(line, _) => (*line, 1),
        };
        let places: Vec<(u64, usize)> = found.iter().map(place).collect();
        let mut expected = 1;
        let mut lines = bytes.split(|byte| *byte == b'\n');
        for (line, length) in places {
            // Only blank lines stand between.
            while expected < line {
                let between = lines.next().expect("a line");
                prop_assert!(between.is_empty() || between == b"\r");
                expected += 1;
            }
            prop_assert_eq!(expected, line);
            expected += length as u64;
            lines.by_ref().take(length).for_each(drop);
        }
        prop_assert!(lines.all(|line| line.is_empty() || line == b"\r"));
    }
}
