//! One log in two bundles: slices, and bundles that hold some records both.

use std::path::PathBuf;

use probity::bundle::reading::Unwatched;
use probity::columns::Selection;
use probity::evidence::{Evidence, SortKey};
use probity::index::Choice;
use probity::query::Field;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::filters::{field, fields, filters};
use super::plain::Plain;
use super::records::records;
use super::{Packed, cases, in_own_cache};
use crate::common::{Export, Log};

fn open(bundles: &[PathBuf]) -> Evidence {
    Evidence::open(bundles, &Packed::options(), &Choice::default(), &Unwatched).unwrap()
}

/// The seqs of rows, ascending: a record that counts twice would stand there twice.
fn seqs(evidence: &Evidence, rows: impl Iterator<Item = u32>) -> Vec<u64> {
    let mut seqs: Vec<u64> = rows.map(|row| evidence.seqs().seq(row).unwrap()).collect();
    seqs.sort_unstable();
    seqs
}

#[test]
fn parts_of_a_log_answer_as_the_whole() {
    in_own_cache("index::several::parts_of_a_log_answer_as_the_whole", |_| {
        let mut runner = TestRunner::new(cases(40));
        let cut = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>(), any::<bool>());
        let input =
            (records(24), cut, proptest::collection::vec(filters(), 12), proptest::collection::vec(fields(), 5));
        let run = |(records, (from, to, is_sliced, is_turned), filters, fields): (
            Vec<String>,
            (prop::sample::Index, prop::sample::Index, bool, bool),
            Vec<_>,
            Vec<Field>,
        )| {
            let log = Log::of(records.iter().map(|record| record.clone().into_bytes()), 7);
            let size = log.len();
            // The first part ends at or behind the start of the second.
            let (a, b) = (from.index(records.len()) as u64, to.index(records.len()) as u64);
            let (second, first) = (a.min(b), a.max(b) + 1);
            let part = |range: std::ops::Range<u64>| match is_sliced {
                true => Packed::of(&Export::slice(&log, &[range], &[size])),
                false => Packed::bare(&log.slice(&[range])),
            };
            let parts = [part(0..first.min(size)), part(second..size)];
            let mut bundles: Vec<PathBuf> = parts.iter().map(Packed::bundle).collect();
            if is_turned {
                bundles.reverse();
            }
            let plain = Plain::new(&records);
            let evidence = open(&bundles);
            // The zone is stated by the first record: a part without it knows none.
            if plain.zone.is_some() && second > 0 {
                return Ok(());
            }
            for filter in &filters {
                let found = seqs(&evidence, evidence.select(filter, &Unwatched).unwrap().iter());
                let expected: Vec<u64> = (0..size).filter(|seq| plain.passes(*seq as usize, filter)).collect();
                prop_assert_eq!(found, expected, "{}", filter);
            }
            let all = evidence.select(&probity::query::Expr::All, &Unwatched).unwrap();
            for field in &fields {
                facet_is_plain(&evidence, &plain, field, &all);
                let keys = [SortKey { field: field.clone(), descends: false }];
                let rows = evidence.sort(&all, &keys, &Unwatched).unwrap();
                prop_assert_eq!(seqs(&evidence, rows.into_iter()), (0..size).collect::<Vec<u64>>());
            }
            let histogram = evidence.histogram(&all, None, 8);
            prop_assert_eq!(&histogram.whole, &histogram.filtered);
            prop_assert_eq!(histogram.whole.iter().sum::<u32>() + histogram.without[0], size as u32);
            let decisions =
                (0..records.len()).filter(|row| plain.kind(*row) == probity::record::Kind::Decision).count() as u64;
            let tally = evidence.tally();
            let told = tally.recorded + tally.inferred + tally.ambiguous_version + tally.unknown_version;
            prop_assert_eq!(told, decisions);
            Ok(())
        };
        runner.run(&input, run).unwrap_or_else(|error| panic!("{error}"));
    });
}

fn facet_is_plain(evidence: &Evidence, plain: &Plain<'_>, field: &Field, all: &Selection) {
    let (counts, _) = super::plain::facet(plain, 0..plain.rows.len(), field);
    let facet = evidence.facet(field, all, usize::MAX, &Unwatched).unwrap_or_else(|error| panic!("{field}: {error}"));
    let found: std::collections::BTreeMap<String, u32> =
        facet.values.into_iter().map(|value| (value.text, value.count)).collect();
    assert_eq!(found, counts, "{field}");
}

fn decision(id: &str) -> Vec<u8> {
    format!(r#"{{"kind":"decision","timestamp":"2026-03-01T00:00:00Z","audit_id":"{id}","model":{{"id":"m"}},"input":{{}},"output":{{"result":"deny"}}}}"#).into_bytes()
}

fn ask(evidence: &Evidence, filter: &str) -> Vec<u64> {
    let expr = evidence.parse(filter).unwrap_or_else(|error| panic!("{}", error.report(filter))).expr;
    seqs(evidence, evidence.select(&expr, &Unwatched).unwrap().iter())
}

/// A review that was withheld may name the decision: nobody can say that there is none.
#[test]
fn what_lies_beyond_all_parts_is_not_denied() {
    in_own_cache("index::several::what_lies_beyond_all_parts_is_not_denied", |_| {
        let log = Log::of((0..9).map(|n| decision(&format!("d{n}"))), 3);
        let parts = [0..3, 3..6].map(|range| Packed::of(&Export::slice(&log, &[range], &[9])));
        let evidence = open(&parts.each_ref().map(Packed::bundle));
        assert!(ask(&evidence, "reviewed:false").is_empty());
        let last = Packed::of(&Export::slice(&log, &[6..9], &[9]));
        let evidence = open(&[parts[0].bundle(), last.bundle(), parts[1].bundle()]);
        assert_eq!(ask(&evidence, "reviewed:false"), (0..9).collect::<Vec<_>>());
    });
}

/// A deployment that was withheld may have put in service what a decision names: nobody can say that nothing did.
#[test]
fn what_was_withheld_is_not_taken_for_what_never_was() {
    in_own_cache("index::several::what_was_withheld_is_not_taken_for_what_never_was", |_| {
        let record = |kind: &str, minute: u32, version: &str| {
            let more = if kind == "deployment" { r#""action":"deploy""# } else { r#""output":{"result":"deny"}"# };
            format!(r#"{{"kind":"{kind}","timestamp":"2026-03-01T00:{minute:02}:00Z","audit_id":"r-{minute}","model":{{"id":"m","version":"{version}"}},{more}}}"#).into_bytes()
        };
        let rows = [("deployment", "1"), ("deployment", "2"), ("decision", "2"), ("decision", "3")];
        let log = Log::of((0..).zip(rows).map(|(minute, (kind, version))| record(kind, minute, version)), 4);
        let found = |export: &Export| {
            let packed = Packed::of(export);
            let index = packed.index().unwrap();
            let code = probity::integrity::code::Code::RefVersionNotInService;
            let skipped =
                index.report.checks.skipped.get(&probity::integrity::report::Check::Reference).map(|(n, _)| *n);
            let about = index.report.findings.iter().filter(|finding| finding.code == code).filter_map(|one| one.seq);
            (about.collect::<Vec<_>>(), skipped, packed.open().is_whole())
        };
        assert_eq!(found(&Export::whole(&log)), (vec![3], None, true));
        // Of the slice without the second deployment neither decision can be told.
        assert_eq!(found(&Export::slice(&log, &[0..1, 2..4], &[4])), (vec![], Some(2), false));
    });
}

/// An altered copy states the hash of the record that it was.
#[test]
fn an_altered_copy_does_not_hide_the_record() {
    in_own_cache("index::several::an_altered_copy_does_not_hide_the_record", |_| {
        let log = Log::of((0..4).map(|n| decision(&format!("d{n}"))), 4);
        let mut altered = log.clone();
        altered.row(2).record = decision("forged");
        let bundles = [Packed::bare(&altered), Packed::bare(&log)];
        for order in [[0, 1], [1, 0]] {
            let evidence = open(&order.map(|at| bundles[at].bundle()));
            assert_eq!((ask(&evidence, "id:d2"), ask(&evidence, "id:forged")), (vec![2], vec![]));
            assert_eq!(ask(&evidence, ""), [0, 1, 2, 3]);
            assert_eq!(evidence.repeated().len(), 1);
        }
    });
}

/// Ids can be put in order over several bundles as in one.
#[test]
fn ids_times_and_places_have_an_order() {
    in_own_cache("index::several::ids_times_and_places_have_an_order", |_| {
        let log = Log::of([decision("b"), decision("a"), decision("c")], 1);
        let parts = [0..2, 1..3].map(|range| Packed::bare(&log.slice(&[range])));
        let evidence = open(&parts.each_ref().map(Packed::bundle));
        let all = evidence.select(&probity::query::Expr::All, &Unwatched).unwrap();
        for (name, expected) in [("id", [1, 0, 2]), ("seq", [0, 1, 2]), ("time", [0, 1, 2])] {
            let keys = [SortKey { field: field(name), descends: false }];
            let rows = evidence.sort(&all, &keys, &Unwatched).unwrap();
            assert_eq!(
                rows.into_iter().map(|row| evidence.seqs().seq(row).unwrap()).collect::<Vec<_>>(),
                expected,
                "{name}"
            );
            assert_eq!(evidence.facet(&field(name), &all, 9, &Unwatched).unwrap().with, 3, "{name}");
        }
    });
}
