//! Logs that were altered: every line is a row, and what it is worth is said.

use probity::bundle::line::Line;
use probity::bundle::reading::Unwatched;
use probity::integrity::scan::LineState;
use probity::query::Document;
use probity::record::check;
use proptest::prelude::*;

use super::answers::plainly;
use super::filters::filters;
use super::plain::{Plain, Row};
use super::records::records;
use super::{Packed, cases};
use crate::common::{Log, ORIGIN};

/// What a line is, from its bytes alone.
fn read(line: &[u8]) -> (LineState, Option<u64>, Option<String>) {
    let Some(parsed) = Line::parse(line) else { return (LineState::Unreadable, None, None) };
    let hash = probity::bundle::line::RecordHasher::new(ORIGIN).hash(parsed.seq, &parsed.prev, parsed.record);
    let record = std::str::from_utf8(parsed.record).ok().filter(|record| check(record).is_ok()).map(str::to_owned);
    let state = match (&record, hash == parsed.hash) {
        (_, false) => LineState::Altered,
        (Some(_), true) => LineState::Intact,
        (None, true) => LineState::Invalid,
    };
    (state, Some(parsed.seq), record)
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn damaged_logs_answer_as_plain_loops_do(
        records in records(16),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..7_u8), 0..6),
        filters in proptest::collection::vec(filters(), 10),
        is_bare in any::<bool>(),
    ) {
        let mut log = Log::of(records.iter().map(|record| record.clone().into_bytes()), 5);
        for (at, way) in edits {
            let seq = at.index(records.len()) as u64;
            if !log.rows().any(|row| row.seq == seq) {
                continue;
            }
            match way {
                0 => log.row(seq).edit(),
                1 => log.row(seq).raw = Some(b"{\"not\":\"a line\"}\n".to_vec()),
                2 => log.row(seq).raw = Some(b"\n".to_vec()),
                3 => {
                    // Hashed as it stands, but no record: a member twice.
                    let row = log.row(seq);
                    row.record = br#"{"a":1,"a":2}"#.to_vec();
                    row.rehash();
                }
                4 => log.row(seq).record = br#"{"kind":"decision","a":1e999}"#.to_vec(),
                5 => log.row(seq).record = b"{\"kind\":\"decision\",\"a\":\"\xff\"}".to_vec(),
                _ => drop(log.delete(seq)),
            }
        }
        let lines: Vec<Vec<u8>> = log.rows().map(crate::common::Row::bytes).collect();
        prop_assume!(!lines.is_empty() && (!is_bare || Line::parse(lines[0].trim_ascii_end()).is_some()));
        let read: Vec<_> = lines.iter().map(|line| read(line.strip_suffix(b"\n").unwrap())).collect();
        let packed = if is_bare { Packed::bare(&log) } else { Packed::new(&log, false) };
        // Where none of the first lines hashes, nobody can tell the name of the log from a forgery.
        let index = packed.index();
        prop_assume!(!matches!(index, Err(probity::index::IndexError::NothingToIndex { .. })));
        drop(index);
        let evidence = packed.open();
        let index = &evidence.logs()[0].index;
        prop_assert_eq!(evidence.rows() as usize, lines.len());
        let states: Vec<u8> = read.iter().map(|(state, ..)| state.place()).collect();
        prop_assert_eq!(index.states().unwrap(), states);
        let mut plain = Plain::new(&records);
        plain.zone = index.zone;
        plain.rows = read.iter().map(|(state, seq, record)| Row { seq: *seq, record: record.as_deref().map(|record| Document::parse(record).unwrap()), state: *state }).collect();
        plain.is_whole = plain.rows.iter().enumerate().all(|(n, row)| row.seq == Some(n as u64));
        for filter in &filters {
            let found: Vec<u32> = evidence.select(filter, &Unwatched).unwrap().iter().collect();
            prop_assert_eq!(found, plainly(&plain, filter), "{}", filter);
        }
        for (row, (line, (state, ..))) in lines.iter().zip(&read).enumerate() {
            let again = evidence.line(row as u32).unwrap().unwrap();
            prop_assert_eq!(&again.bytes, line.strip_suffix(b"\n").unwrap());
            prop_assert_eq!(again.is_intact, matches!(state, LineState::Intact | LineState::Invalid));
        }
        prop_assert!(evidence.line(evidence.rows()).unwrap().is_none());
    }
}

/// A segment that breaks off: what stood behind may name any decision.
#[test]
fn what_was_lost_is_not_denied() {
    use crate::common::{Export, write_folder};
    let log = Log::ordinary(40, 20);
    let export = Export { zstd: true, ..Export::whole(&log) };
    let mut files = export.files();
    let last = files.get_mut("log/000001.jsonl.zst").unwrap();
    last.truncate(last.len() * 2 / 3);
    let packed = Packed::of(&export);
    write_folder(&files, &packed.bundle());
    let evidence = packed.open();
    let select = |filter: &str| {
        let expr = evidence.parse(filter).unwrap().expr;
        evidence.select(&expr, &Unwatched).unwrap().count()
    };
    assert!(evidence.rows() < 40);
    assert_eq!((select("reviewed:false"), select("has:reviewed")), (0, 0));
    assert!(select("kind:decision") > 0);
}
