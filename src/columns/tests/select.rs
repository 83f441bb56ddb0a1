//! Filters over a table against [`query::matches`], record by record.

use std::sync::Arc;

use chrono::FixedOffset;
use serde_json::json;

use crate::columns::*;
use crate::query::{self, Document, Expr, Field, FieldType, Path, Resolver, Term, Unknown};
use crate::record::time::Time;

struct Place {
    seq: u64,
    zone: Option<FixedOffset>,
}

impl Resolver for Place {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn zone(&self) -> Option<FixedOffset> {
        self.zone
    }
}

/// Whatever stands at a path, lists opened.
fn push(piece: &mut Piece, row: u32, value: &Document<'_>) {
    match value {
        Document::Null => piece.push(row, Value::Null),
        Document::Boolean(value) => piece.push(row, Value::Boolean(*value)),
        Document::Number(text) => piece.push(row, Value::Number(text)),
        Document::Text(text) => piece.push(row, Value::Text(text)),
        Document::Object(_) => piece.push(row, Value::Nested),
        // A list stands there, whatever is in it.
        Document::List(items) if items.iter().all(|item| *item == Document::Null) => piece.push(row, Value::Nested),
        Document::List(items) => items.iter().for_each(|item| push(piece, row, item)),
    }
}

#[test]
fn as_the_definition_says() {
    let records: Vec<String> = [
        json!({"kind": "decision", "timestamp": "2026-03-01T09:00:00Z", "n": 1, "t": "2026-03-01T23:30:00", "l": [1, "b", null]}),
        json!({"kind": "access", "timestamp": "2026-03-01T10:00:00", "n": "1.0", "time": "2020-01-01T00:00:00Z"}),
        json!({"kind": "review", "timestamp": "yesterday", "n": null, "seq": 400, "l": []}),
        json!({"kind": "decision", "timestamp": "2026-03-02T00:00:00Z", "n": [null], "time": null, "seq": "x"}),
        json!({"kind": "decision", "timestamp": "2026-03-02T08:00:00", "t": "2026-03-01T23:30:00", "l": {"a": 1}}),
        json!({"kind": "x", "n": 2.5, "l": [[], [2]], "time": {"at": 1}, "t": "2026-03-01T23:30:00Z", "model_version": "2.10"}),
        json!({"kind": "y", "n": -7, "model_version": "v2.4", "l": "b"}),
    ]
    .iter()
    .map(ToString::to_string)
    .collect();
    let zone = |row: u32| if row < 3 { None } else { FixedOffset::east_opt(-3600) };
    let (mut times, mut seqs) = (Times::new(), Seqs::new());
    let documents: Vec<Document<'_>> = records.iter().map(|text| Document::parse(text).expect("JSON")).collect();
    let names = ["n", "t", "l", "time", "seq", "model_version"];
    let mut pieces = names.map(|_| Piece::new());
    let mut kinds = Piece::new();
    for (row, document) in (0..).zip(&documents) {
        let timestamp = match document.member("timestamp") {
            Some(Document::Text(text)) => Time::parse(text).and_then(|time| time.instant(zone(row))),
            _ => None,
        };
        times.push(timestamp);
        seqs.push(Some(u64::from(row) + 100));
        for (name, piece) in names.iter().zip(&mut pieces) {
            if let Some(value) = document.member(name) {
                push(piece, row, value);
            }
        }
        push(&mut kinds, row, document.member("kind").expect("a kind"));
    }
    let mut table = Table::new(Arc::new(times), Arc::new(seqs));
    table.set_zone(3..7, zone(3));
    let column = |piece: &Piece, order| {
        let mut builder = ColumnBuilder::new();
        builder.append(0, 7, piece);
        Arc::new(builder.finish(7, order).expect("few values"))
    };
    for (name, piece) in names.iter().zip(&pieces) {
        let field = Field::Path(Path::new(vec![(*name).to_owned()]).expect("a path"));
        table.insert(field.to_string(), column(piece, field.field_type()));
    }
    table.insert("kind", column(&kinds, FieldType::Text));
    for text in [
        "",
        "n:1",
        "n:\"1\"",
        "n>0",
        "-n:1",
        "has:n",
        "-has:n",
        "has:l",
        "l:b",
        "l:2",
        "kind:decision n:1",
        "kind:x or kind:y",
        "-(kind:decision or n:2.5)",
        "time:2026-03-01",
        "time>=2026-03-02",
        "has:time",
        "-has:time",
        "time:2020",
        "has:\"time\"",
        "seq:400",
        "seq<103",
        "has:seq",
        "seq>=103",
        "seq:1e2..101.5",
        "-has:seq",
        "seq<0",
        "@101..103",
        "@105..",
        "t:2026-03-01",
        "t:2026-03-02",
        "t<2026-03-02",
        "model_version>=2.10",
        "model_version:2.4",
        "has:model_version -n:-7",
        "t>\"2026-03-01T23:30:00\"",
    ] {
        let expr = query::parse(text, &Unknown).unwrap_or_else(|error| panic!("{text}: {error}")).expr;
        let place = |row: u32| Place { seq: u64::from(row) + 100, zone: zone(row) };
        let expected: Vec<u32> =
            (0..7).filter(|row| query::matches(&expr, &documents[*row as usize], &place(*row))).collect();
        let found = table.select(&expr, &|_| None).unwrap_or_else(|missing| panic!("{text}: {missing:?}"));
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{text}");
    }
    let expr = query::parse("\"free\" n:1 other:1 (\"free\" or tag:x or id:a)", &Unknown).expect("a filter").expr;
    let missing = table.select(&expr, &|_| None).expect_err("not to be answered");
    assert_eq!(missing.iter().map(ToString::to_string).collect::<Vec<_>>(), ["free", "other:1", "tag:x", "id:a"]);
    let give = |term: &Term| match term {
        Term::Field { .. } => Some(Arc::new(Bitmap::all(7))),
        _ => Some(Arc::new(Bitmap::from_rows(7, [0, 2]))),
    };
    assert_eq!(table.select(&expr, &give).map(|rows| rows.iter().collect::<Vec<_>>()), Ok(vec![0]));
    table.hide(Some(Arc::new(Bitmap::from_rows(7, [0, 6]))));
    assert_eq!(
        table.select(&Expr::All, &|_| None).map(|rows| rows.iter().collect::<Vec<_>>()),
        Ok(vec![1, 2, 3, 4, 5])
    );
    table.insert_too_varied("\"time\"");
    let expr = query::parse("time:2026", &Unknown).expect("a filter").expr;
    assert!(table.select(&expr, &|_| None).is_err());
}
