//! The tables and views of an index, read as a person would, against plain loops over the records.

use probity::columns::ValueType;
use probity::index::schema::{ColumnSource, KINDS, view};
use probity::record::Kind;
use proptest::prelude::*;
use rusqlite::{Connection, OpenFlags};

use super::filters::field;
use super::plain::Plain;
use super::records::records;
use super::{Packed, cases};
use crate::common::Log;

fn connect(packed: &Packed) -> Connection {
    Connection::open_with_flags(packed.place(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// A list reads as its values with commas between them, those without a text as `null` and `{…}`.
fn is_shown(shown: Option<&str>, texts: &[(u8, String)]) -> bool {
    let Some(shown) = shown else { return texts.is_empty() };
    match texts {
        [] => shown.split(", ").all(|part| part == "null" || part == "{…}"),
        [(_, only)] => shown == only || shown.split(", ").any(|part| part == only) || shown.contains(only.as_str()),
        several => several.iter().all(|(_, text)| shown.contains(text.as_str())),
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn views_hold_what_the_records_say(records in records(24)) {
        let log = Log::of(records.iter().map(|record| record.clone().into_bytes()), 7);
        let packed = Packed::new(&log, false);
        let index = packed.index().unwrap();
        let plain = Plain::new(&records);
        let connection = connect(&packed);
        let rows: u32 = connection.query_row("SELECT COUNT(*) FROM records", [], |row| row.get(0)).unwrap();
        prop_assert_eq!(rows as usize, records.len());
        for row in 0..records.len() {
            let sql = "SELECT seq, kind, line_state, time, time_ns, audit_id, hash, offset, bytes, segment FROM records WHERE row = ?";
            let (seq, kind, state, time, nanos, id, hash): (u32, String, String, Option<String>, Option<i64>, Option<String>, String) =
                connection.query_row(sql, [row as u32], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?))).unwrap();
            let line = log.rows().nth(row).unwrap();
            prop_assert_eq!((seq, kind.as_str(), state.as_str()), (row as u32, plain.kind(row).name(), "intact"));
            prop_assert_eq!(hash, probity::record::sealed::hex(&line.hash));
            let expected = plain.time(row).map(|time| {
                chrono::Timelike::with_nanosecond(&time, time.timestamp_subsec_nanos().min(999_999_999)).unwrap()
            });
            prop_assert_eq!(nanos, expected.and_then(|time| time.timestamp_nanos_opt()));
            let shown = expected.filter(|time| time.timestamp_nanos_opt().is_some());
            prop_assert_eq!(time, shown.map(|time| time.format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string()));
            let own = plain.values(row, &field("audit_id"));
            let is_list = records[row].contains("\"audit_id\":[");
            prop_assert_eq!(id, own.first().filter(|(of_type, _)| *of_type == 2 && !is_list).map(|(_, text)| text.clone()));
        }
        for (kind, columns) in KINDS {
            let of_kind: Vec<usize> = (0..records.len()).filter(|row| plain.kind(*row) == kind).collect();
            let mut statement = connection.prepare(&format!("SELECT row FROM {} ORDER BY row", view(kind))).unwrap();
            let found: Vec<usize> = statement.query_map([], |row| row.get::<_, u32>(0)).unwrap().map(|row| row.unwrap() as usize).collect();
            prop_assert_eq!(&found, &of_kind);
            for column in columns {
                let sql = format!("SELECT {} FROM {} WHERE row = ?", column.name, view(kind));
                for row in &of_kind {
                    match column.source {
                        ColumnSource::Code(name) => {
                            // Results that are picked out of lists are told by filters alone.
                            let is_known = !matches!(name, "result" | "correct")
                                || index.field(name).is_some_and(|at| index.fields[at].has_column);
                            let shown: Option<String> = connection.query_row(&sql, [*row as u32], |r| r.get(0)).unwrap();
                            let texts = plain.values(*row, &field(name));
                            prop_assert!(if is_known { is_shown(shown.as_deref(), &texts) } else { shown.is_none() }, "{} {:?} {:?}", column.name, shown, texts);
                        }
                        ColumnSource::Number(name) => {
                            let number: Option<f64> = connection.query_row(&sql, [*row as u32], |r| r.get(0)).unwrap();
                            let first = plain.values(*row, &field(name)).into_iter().find(|(of_type, _)| *of_type == 1);
                            prop_assert_eq!(number, first.map(|(_, text)| text.parse().unwrap()), "{}", column.name);
                        }
                        ColumnSource::Decision => {
                            let sql = format!("SELECT decision_row FROM {} WHERE row = ?", view(kind));
                            let decision: Option<u32> = connection.query_row(&sql, [*row as u32], |r| r.get(0)).unwrap();
                            let named = plain.values(*row, &field("decision"));
                            let is_text = records[*row].contains("\"decision\":\"");
                            let named: Vec<usize> = (0..records.len())
                                .filter(|other| plain.kind(*other) == Kind::Decision && is_text)
                                .filter(|other| records[*other].contains("\"audit_id\":\"") && plain.values(*other, &field("audit_id")) == named)
                                .collect();
                            prop_assert_eq!(decision, <[usize; 1]>::try_from(named).ok().map(|[only]| only as u32));
                        }
                    }
                }
            }
        }
        let types = [ValueType::Boolean, ValueType::Number, ValueType::Text].map(ValueType::name);
        let mut statement = connection.prepare("SELECT DISTINCT type FROM value").unwrap();
        for of_type in statement.query_map([], |row| row.get::<_, String>(0)).unwrap() {
            let of_type = of_type.unwrap();
            prop_assert!(of_type == "list" || types.contains(&of_type.as_str()));
        }
    }
}
