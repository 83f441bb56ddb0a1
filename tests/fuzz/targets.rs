//! What is fuzzed: each function takes any bytes and must neither panic nor run without bound. The fuzzer calls them
//! with inputs that it makes up; `tests/corpus.rs` replays the corpus with plain cargo.

use std::io::Cursor;
use std::path::Path;

use probity::bundle::container::Container;
use probity::bundle::line::{Line, RecordHasher};
use probity::bundle::manifest::Manifest;
use probity::bundle::reading::Stretch;
use probity::import::rows::{Next, Rows};
use probity::import::{Mapping, Outcome, RowView, Source, propose};
use probity::integrity::chain::Item;
use probity::integrity::scan::{Context, Scanner, Sights};
use probity::integrity::{Options, Unwatched, proofs, verify};
use probity::query::{self, Document, Expr, Resolver, Sieve, Term, Unknown};
use probity::record::Fault;
use probity::record::sealed::Disclosure;
use probity::record::signature::HmacKey;
use probity::record::walk::{Scalar, Step, Text, Visit};
use probity::tlog::checkpoint::Checkpoint;
use probity::tlog::merkle::Cuts;
use probity::tlog::note::{SignedNote, VerifierKey};

/// A file of any content, as a bundle: opened, every member read, verified.
pub(crate) fn container(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("bundle");
    std::fs::write(&path, data).expect("written");
    let mut container = Container::open(&path).expect("a file can be opened");
    let members: Vec<String> = container.entries().iter().map(|entry| entry.path.clone()).collect();
    for member in members {
        let _ = container.read(&member, 1 << 20);
    }
    let report = verify(&path, &Options::default(), &Unwatched).expect("a file can be read");
    let _ = report.exit_code();
    serde_json::to_string(&report).expect("a report can be written");
}

/// Lines of any content: parsed, hashed and scanned. A line that is accepted is written back to the same bytes.
pub(crate) fn line(data: &[u8]) {
    if let Some(parsed) = Line::parse(data) {
        let mut again = Vec::new();
        parsed.write(&mut again);
        assert_eq!(again.strip_suffix(b"\n"), Some(data));
        RecordHasher::new("fuzz").hash(parsed.seq, &parsed.prev, parsed.record);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = probity::record::check(text);
        let _ = probity::record::check_value(text);
        let _ = probity::record::python::PythonDumps::default().dump(text);
        if let Some(disclosure) = Disclosure::parse(text) {
            assert_eq!(disclosure.line().as_deref(), Some(text));
            let _ = disclosure.open();
        }
    }
    let _ = Manifest::parse(data);
    let _ = proofs::parse(data, 1);
    let context = Context {
        origin: "fuzz".to_owned(),
        cuts: [3, 5].into_iter().collect::<Cuts>(),
        sights: Sights::default(),
        zone: None,
        hmac_key: HmacKey::from_file_bytes(b"fuzz").ok(),
    };
    let scan = Scanner::new(&context).scan(Stretch { lines: data, segment: 0, offset: 0, begins_log: true }, &mut ());
    let in_runs: u64 = scan
        .items
        .iter()
        .map(|item| match item {
            Item::Run(run) => run.count,
            Item::Odd(_) => 0,
        })
        .sum();
    assert_eq!(in_runs, scan.records);
}

/// Notes and keys of any content. What is accepted is written back to the same text.
pub(crate) fn note(data: &[u8]) {
    if let Ok(note) = SignedNote::parse(data)
        && let Ok(checkpoint) = Checkpoint::parse_text(note.text)
    {
        assert_eq!(checkpoint.to_text(), note.text);
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(key) = VerifierKey::parse(text)
    {
        assert_eq!(key.to_string(), text.trim_end_matches('\n'));
    }
}

/// A source of any content: looked at, a mapping proposed for it, and its rows read by that. What is proposed fits.
pub(crate) fn source(data: &[u8]) {
    let open = || Source::of(Path::new("fuzz"), Box::new(Cursor::new(data.to_vec())));
    let Ok(survey) = open().and_then(|mut source| propose::survey(&mut source)) else { return };
    let text = propose::propose(&survey, "fuzz");
    if survey.columns.is_empty() || survey.records.is_some() {
        return;
    }
    let mapping = Mapping::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    apply(&mapping, data);
}

/// A mapping of any content: where it is one, rows of both forms are read by it.
pub(crate) fn mapping(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(mapping) = Mapping::parse(text) else { return };
    apply(&mapping, b"id,v,when\na,1.5,2026-03-29 02:30:00\n\"b\n\",,01.03.2026\n,\"\"\"\",1772370000\n");
    apply(&mapping, b"{\"id\":\"a\",\"v\":{\"a\":[1,\"x\"]},\"when\":1772370000}\n{\"v\":null}\n");
}

/// Reads all rows; every record that is made is one.
fn apply(mapping: &Mapping, source: &[u8]) {
    let Ok(source) = Source::of(Path::new("fuzz.x"), Box::new(Cursor::new(source.to_vec()))) else { return };
    let Ok(mut rows) = Rows::open(source, mapping) else { return };
    let mut number = 0;
    while let Ok(next) = rows.next_row() {
        number += 1;
        match next {
            Next::End => return,
            Next::Fault { .. } => {}
            Next::Row { line, fields } => {
                let row = RowView { source: "fuzz.x", stem: "fuzz", number, line, fields: &fields };
                if let Ok(Outcome::Records { records, .. }) = mapping.apply(&row) {
                    for made in records {
                        match probity::record::check(&made.text) {
                            Ok(_) | Err(Fault::TooDeep | Fault::TooLong { .. } | Fault::SealMalformed { .. }) => {}
                            Err(fault) => panic!("{fault}: {}", made.text),
                        }
                    }
                }
            }
        }
    }
}

/// A record of which nothing is known but its place.
struct Alone;

impl Resolver for Alone {
    fn seq(&self) -> u64 {
        1
    }
}

/// A filter of any content: read or refused with a place in it; a filter that is read prints to text of the same
/// meaning, its chips can be taken out and negated, and it can be asked of a record. Completion answers everywhere.
pub(crate) fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for cursor in [0, text.len() / 2, text.len()] {
        let completion = query::complete(text, cursor, &Unknown, 10);
        assert!(text.get(completion.span.clone()).is_some(), "{completion:?}");
    }
    let query = match query::parse(text, &Unknown) {
        Ok(query) => query,
        Err(error) => {
            assert!(text.get(error.span.clone()).is_some(), "{error:?}");
            assert!(!error.report(text).is_empty());
            return;
        }
    };
    let printed = query.expr.to_string();
    // What a text means may take more text to say: escapes and instants are longer than what they stand for.
    if printed.len() <= query::MAX_BYTES {
        assert_eq!(query::parse(&printed, &Unknown).map(|again| again.expr).as_ref(), Ok(&query.expr), "{printed}");
    }
    for at in 0..query.chips.len().min(4) {
        let without = query.without(at);
        let left = query::parse(&without, &Unknown).unwrap_or_else(|error| panic!("{}", error.report(&without)));
        assert_eq!(left.expr, query.active(|other| other == at));
        let _ = query.negated(at);
    }
    let record = r#"{"kind":"decision","timestamp":"2026-03-01T09:30:00Z","model":{"id":"a","version":"2.4"},"output":{"n":[1,"b"]}}"#;
    let record = Document::parse(record).expect("JSON");
    assert_ne!(
        query::matches(&query.expr, &record, &Alone),
        query::matches(&query.expr.clone().negated(), &record, &Alone)
    );
}

/// A record of any content: the quick check says of it what the thorough one says.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (quick, thorough) = (probity::record::check(text), probity::record::check_thoroughly(text));
    assert_eq!(format!("{quick:?}"), format!("{thorough:?}"), "{text}");
}

/// Writes what it is told as JSON again.
#[derive(Default)]
struct Written {
    json: String,
    open: Vec<char>,
}

impl Written {
    /// A comma, where something stands before in what is open.
    fn next(&mut self) {
        if !self.json.is_empty() && !self.json.ends_with(['{', '[', ':']) {
            self.json.push(',');
        }
    }

    fn begin(&mut self, open: char) -> Step {
        self.next();
        self.json.push(open);
        self.open.push(open);
        Step::Enter
    }

    fn end(&mut self, open: char, close: char) {
        assert_eq!(self.open.pop(), Some(open), "what ends is what began last");
        self.json.push(close);
    }

    fn text(&mut self, text: Text<'_>) {
        let decoded = text.decode(&mut String::new()).to_owned();
        self.json.push_str(&serde_json::to_string(&decoded).expect("a text is JSON"));
    }
}

impl<'a> Visit<'a> for Written {
    fn begin_object(&mut self) -> Step {
        self.begin('{')
    }

    fn end_object(&mut self) {
        self.end('{', '}');
    }

    fn name(&mut self, name: Text<'a>) -> Step {
        self.next();
        self.text(name);
        self.json.push(':');
        Step::Enter
    }

    fn begin_list(&mut self) -> Step {
        self.begin('[')
    }

    fn end_list(&mut self) {
        self.end('[', ']');
    }

    fn scalar(&mut self, _: usize, scalar: Scalar<'a>) -> Step {
        self.next();
        match scalar {
            Scalar::Null => self.json.push_str("null"),
            Scalar::Boolean(value) => self.json.push_str(if value { "true" } else { "false" }),
            Scalar::Number(text) => self.json.push_str(text),
            Scalar::Text(text) => self.text(text),
        }
        Step::Enter
    }
}

/// A text of any content is walked to an end; a record is told as it stands there.
pub(crate) fn walk(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut written = Written::default();
    let walked = probity::record::walk::walk(text, &mut written);
    if probity::record::check(text).is_ok() {
        assert_eq!(walked, Ok(()), "{text}");
        let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).expect("JSON");
        assert_eq!(read(&written.json), read(text), "{text}");
    }
}

/// What a sieve knows of a record.
struct Sifted(u64);

impl Resolver for Sifted {
    fn seq(&self) -> u64 {
        self.0
    }
}

/// A filter in the first line and lines of any content behind it, those that are records in lines of a log as well: the sieve
/// finds the lines that the plain evaluation finds.
pub(crate) fn sieve(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (Some(filter), Some(rest)) = (parts.next(), parts.next()) else { return };
    let Ok(filter) = std::str::from_utf8(filter) else { return };
    let Ok(query) = query::parse(filter, &Unknown) else { return };
    let terms: Vec<Term> = match query.expr {
        Expr::And(parts) => parts,
        part => vec![part],
    }
    .into_iter()
    .filter_map(|part| match part {
        Expr::Term(term) if !matches!(term, Term::Mark { .. }) => Some(term),
        _ => None,
    })
    .collect();
    let mut lines = Vec::new();
    for (seq, text) in (0..).zip(rest.split(|byte| *byte == b'\n')) {
        lines.extend_from_slice(text);
        lines.push(b'\n');
        Line { seq, prev: [0; 32], hash: [0; 32], record: text }.write(&mut lines);
    }
    let passes = |term: &Term, line: &[u8]| {
        let Some(line) = Line::parse(line) else { return false };
        let record = std::str::from_utf8(line.record).ok().filter(|record| probity::record::check(record).is_ok());
        let Some(record) = record.and_then(|record| Document::parse(record).ok()) else { return false };
        query::matches(&Expr::Term(term.clone()), &record, &Sifted(line.seq))
    };
    let rows: Vec<&[u8]> = lines.split_inclusive(|byte| *byte == b'\n').collect();
    let plainly = |term: &Term| -> Vec<u32> {
        (0..)
            .zip(&rows)
            .filter(|(_, line)| passes(term, line.strip_suffix(b"\n").unwrap_or(line)))
            .map(|(row, _)| row)
            .collect()
    };
    let mut found = vec![Vec::new(); terms.len()];
    Sieve::new(&terms, None, |line| Line::parse(line).map(|line| (line.seq, line.record))).scan(&lines, 0, &mut found);
    for (term, found) in terms.iter().zip(found) {
        assert_eq!(found, plainly(term), "{term}");
    }
}
