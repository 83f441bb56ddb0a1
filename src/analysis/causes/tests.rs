use super::accesses;
use super::accounts;
use super::boundary::{cut, cuts};
use super::by_code::by_code;
use super::compare::{Scale, Test, adjust, figure, p_of_bins, rates, together};
use super::told::{Candidate, Compared, Kind, Signal, Strength};
use super::{Found, ranked};
use crate::analysis::access::{Finding, Signal as Way};
use crate::analysis::distribution::{Distribution, distributions};
use crate::analysis::thresholds::{CausesThresholds, Thresholds};
use crate::columns::{ColumnBuilder, Piece, Value};
use crate::query::FieldType;

fn limits() -> CausesThresholds {
    Thresholds::built_in().expect("the built-in file").causes
}

fn test(size: f64, q: Option<f64>, scale: Scale) -> Test {
    let compared = Compared { reference: 0.1, current: 0.2, reference_of: 100, current_of: 100 };
    let (name, text) = ("x".to_owned(), String::new());
    Test { name, text, definition: "", scale, size, compared, p: q, q, select: Vec::new(), is_of_value: false }
}

#[test]
fn a_difference_counts_where_it_is_large_and_not_by_chance() {
    let limits = limits();
    for (scale, size, q, expected) in [
        (Scale::Rate, 0.19, Some(1e-9), None),
        (Scale::Rate, 0.2, Some(1e-9), Some(Strength::Moderate)),
        (Scale::Rate, 0.5, Some(0.009), Some(Strength::Strong)),
        (Scale::Rate, 3.0, Some(0.01), None),
        (Scale::Rate, 3.0, None, None),
        (Scale::Stability, 0.09, Some(0.0), None),
        (Scale::Stability, 0.1, Some(0.0), Some(Strength::Moderate)),
        (Scale::Stability, 0.25, Some(0.0), Some(Strength::Strong)),
        (Scale::Stability, f64::NAN, Some(0.0), None),
    ] {
        assert_eq!(test(size, q, scale).strength(&limits), expected, "{scale:?} {size} {q:?}");
    }
}

#[test]
fn what_moved_at_one_value_alone_is_moderate_and_has_to_be_surer() {
    let limits = limits();
    let single = |size, q| Test { is_of_value: true, ..test(size, Some(q), Scale::Rate) };
    for (size, q, strength, stands_alone) in [
        (3.0, 0.0009, Some(Strength::Moderate), true),
        (3.0, 0.001, Some(Strength::Moderate), false),
        (0.2, 0.009, Some(Strength::Moderate), false),
        (3.0, 0.01, None, false),
        (0.19, 0.0, None, true),
    ] {
        let test = single(size, q);
        assert_eq!((test.strength(&limits), test.stands_alone(&limits)), (strength, stands_alone), "{size} {q}");
    }
    assert!(test(0.2, Some(0.009), Scale::Rate).stands_alone(&limits), "of all decisions");
    let keys: Vec<&str> = single(1.0, 0.0).signal(&limits).limits.iter().map(|limit| limit.key).collect();
    assert_eq!(keys, ["causes.h_moderate", "causes.q", "causes.q_single"]);
}

#[test]
fn one_of_few_is_no_movement() {
    // None of a thousand and one of thirty: the z-test of shares calls that one in a hundred million; it is one in 34.
    let moved = rates("x", "error rate", (0, 1000), (1, 30), &limits()).expect("compared");
    assert!(moved.size > 0.2 && moved.p.is_some_and(|p| (p - 30.0 / 1030.0).abs() < 1e-9), "{:?}", moved.p);
}

#[test]
fn what_a_stability_index_has_by_chance_is_said_by_its_bins() {
    let p = |bins: &[(u64, u64)]| p_of_bins(bins);
    for (bins, expected) in [
        (&[][..], None),
        (&[(500, 50)], None),
        (&[(500, 0), (500, 0)], None),
        // A value that nobody had before: of many it is a movement, of one it is not.
        (&[(500, 40), (500, 60), (0, 1)], Some(0.143_1)),
        (&[(500, 40), (500, 40), (0, 20)], Some(0.0)),
        // Rare values count as one, and join the rarest of the others where they are too few together.
        (&[(500, 48), (500, 47), (10, 2), (10, 3), (0, 0)], Some(0.306_9)),
        (&[(480, 42), (480, 41), (20, 8), (20, 9)], Some(4.8e-7)),
        (&[(500, 50), (500, 49), (1, 0)], Some(1.0)),
        (&[(1, 1), (1, 2)], Some(1.0)),
    ] {
        match (p(bins), expected) {
            (None, None) => {}
            (Some(found), Some(expected)) if (found - expected).abs() < 1e-4 + 0.05 * expected => {}
            (found, _) => panic!("{bins:?}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn values_are_counted_by_their_codes() {
    let mut piece = Piece::new();
    for (row, text) in (0_u32..).zip(["b", "a", "b", "c", "a", "b"]) {
        piece.push(row, Value::Text(text));
    }
    let mut builder = ColumnBuilder::new();
    builder.append(0, 6, &piece);
    let column = builder.finish(8, FieldType::Text).expect("a column");
    let counted = |most: usize| {
        let counts = by_code(&column, [&[0, 1, 2, 6], &[3, 4, 5]], most, |row| (1, row % 2))?;
        let texts = counts.into_iter().map(|(code, sides)| {
            let text = column.values().find(|(known, ..)| *known == code).map_or("", |(.., text)| text);
            (text.to_owned(), sides)
        });
        Some(texts.collect::<Vec<_>>())
    };
    let named = |text: &str, sides| (text.to_owned(), sides);
    assert_eq!(
        counted(4),
        Some(vec![
            named("", [(0, 1), (0, 0)]),
            named("a", [(1, 1), (0, 1)]),
            named("b", [(0, 2), (1, 1)]),
            named("c", [(0, 0), (1, 1)]),
        ]),
        "the absent one is a value as well"
    );
    assert_eq!(counted(3), None);
}

#[test]
fn two_moderate_signals_are_a_strong_one() {
    use Strength::{Moderate, Strong};
    for (signals, expected) in [
        (&[][..], None),
        (&[Moderate], Some(Moderate)),
        (&[Strong], Some(Strong)),
        (&[Moderate, Moderate], Some(Strong)),
        (&[Moderate, Strong], Some(Strong)),
    ] {
        assert_eq!(together(signals.iter().copied()), expected);
    }
}

#[test]
fn rates_that_cannot_be_compared_say_why() {
    let limits = limits();
    for (reference, current, told) in [
        ((0, 0), (5, 100), "100 decisions against 0, fewer than 30"),
        ((1, 1), (1, 1), "fewer than 30"),
        ((3, 29), (3, 3000), "fewer than 30"),
    ] {
        let why = rates("x", "error rate", reference, current, &limits).expect_err(told);
        assert!(why.contains(told), "{why}");
    }
    // One class on both sides: there is a difference, and no test of it.
    for all in [(0, 100), (100, 100)] {
        let same = rates("x", "error rate", all, all, &limits).expect("compared");
        assert_eq!((same.p, same.strength(&limits)), (None, None));
        assert!(same.size.abs() < f64::EPSILON);
    }
    let moved = rates("x", "error rate", (41, 1000), (168, 1000), &limits).expect("compared");
    // Cohen's h, by hand: 2·(arcsin √0.168 − arcsin √0.041).
    assert!((moved.size - 0.436_9).abs() < 1e-3, "{}", moved.size);
    assert_eq!(moved.text, "error rate 4.1\u{a0}% → 16.8\u{a0}%");
    assert!(moved.p.is_some_and(|p| p < 1e-15));
}

#[test]
fn the_p_values_of_one_question_are_adjusted_together() {
    let mut tests: Vec<Test> = [Some(0.005), None, Some(0.5), Some(0.004)]
        .map(|p| Test { p, q: None, ..test(1.0, None, Scale::Rate) })
        .to_vec();
    adjust(tests.iter_mut());
    let q: Vec<Option<f64>> = tests.iter().map(|test| test.q).collect();
    assert_eq!(q[1], None);
    for (found, expected) in [(q[0], 0.0075), (q[2], 0.5), (q[3], 0.0075)] {
        assert!(found.is_some_and(|q| (q - expected).abs() < 1e-12), "{q:?}");
    }
}

fn candidate(kind: Kind, strength: Strength, signals: usize) -> Candidate {
    let signal = Signal::told("x", String::new(), "").with_strength(Some(Strength::Moderate));
    Candidate {
        rank: 0,
        kind,
        strength,
        model: None,
        version: None,
        actor: None,
        speaks_for: vec![signal; signals],
        speaks_against: Vec::new(),
        recommended: String::new(),
    }
}

#[test]
fn what_is_measured_in_affected_decisions_comes_first() {
    use Kind::{AccessOutOfPattern, DataDrift, ModelDegradation, UnreviewedChange};
    use Strength::{Moderate, Strong};
    let all = || {
        vec![
            candidate(AccessOutOfPattern, Strong, 3),
            candidate(UnreviewedChange, Strong, 1),
            candidate(DataDrift, Strong, 1),
            candidate(ModelDegradation, Moderate, 1),
            candidate(ModelDegradation, Moderate, 2),
        ]
    };
    let kinds = |is_about_decisions: bool| {
        let ranked = ranked(all(), is_about_decisions);
        assert_eq!(ranked.iter().map(|candidate| candidate.rank).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        ranked.iter().map(|candidate| (candidate.kind, candidate.speaks_for.len())).collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(true),
        [(DataDrift, 1), (ModelDegradation, 2), (ModelDegradation, 1), (UnreviewedChange, 1), (AccessOutOfPattern, 3)]
    );
    assert_eq!(
        kinds(false),
        [(DataDrift, 1), (UnreviewedChange, 1), (AccessOutOfPattern, 3), (ModelDegradation, 2), (ModelDegradation, 1)]
    );
    assert_eq!(ranked(Vec::new(), true), []);
}

#[test]
fn what_stays_below_is_kept_by_kind() {
    let mut found = Found::default();
    found.below(Kind::DataDrift, [Signal::told("x", "y".to_owned(), "")]);
    assert_eq!((found.below.len(), found.candidates.len()), (1, 0));
}

fn numbers(values: &[&str]) -> Distribution {
    let mut piece = Piece::new();
    for (row, text) in (0_u32..).zip(values) {
        piece.push(row, Value::Number(text));
    }
    let rows = u32::try_from(values.len()).expect("few");
    let mut builder = ColumnBuilder::new();
    builder.append(0, rows, &piece);
    let column = builder.finish(rows, FieldType::Number).expect("a column");
    distributions(&column, (0..rows).map(|row| (row, 0)), 1).remove(0)
}

#[test]
fn cuts_part_one_result_from_the_next() {
    let (low, middle, high) =
        (numbers(&["0.1", "0.2", "0.48"]), numbers(&["0.52", "0.54"]), numbers(&["0.56", "0.7", "0.9", "0.95"]));
    let (found, wrong) = cuts(&[high.clone(), low.clone(), middle]).expect("two cuts");
    assert!((found[0] - 0.5).abs() < 1e-12 && (found[1] - 0.55).abs() < 1e-12, "{found:?}");
    assert!(wrong.abs() < f64::EPSILON);
    // One of three on the wrong side is no cut, and one result has none.
    let mixed = numbers(&["0.1", "0.2", "0.8"]);
    assert!(cut(&mixed, &high).is_some_and(|(_, wrong)| (wrong - 1.0 / 3.0).abs() < 1e-12));
    assert_eq!(cuts(&[mixed, high.clone()]), None);
    assert_eq!(cuts(&[high]), None);
    assert_eq!(cuts(&[]), None);
    let same = numbers(&["0.5", "0.5"]);
    assert_eq!(cut(&same, &same), None, "all values are the same: there is nothing between them");
}

#[test]
fn figures_are_short() {
    for (number, expected) in [
        (0.0, "0.00"),
        (0.743, "0.74"),
        (-1.5, "−1.50"),
        (2310.4, "2\u{202f}310"),
        (-2310.4, "−2\u{202f}310"),
        (0.0004, "4.0e-4"),
        (1e20, "1.0e20"),
    ] {
        assert_eq!(figure(number), expected);
    }
}

#[test]
fn signals_of_an_account_count_where_they_come_together() {
    use Way::{Bulk, Denied, FirstSeen, OffHours};
    let hour = 3_600_000_000_000;
    let thresholds = Thresholds::built_in().expect("the built-in file");
    let finding = |(kind, from, count): (Way, i64, u64)| Finding {
        kind,
        log: "l".to_owned(),
        account: "a".to_owned(),
        resource: None,
        rows: Vec::new(),
        seqs: Vec::new(),
        count,
        figure: count,
        // Two nights of ten days would be six of thirty.
        baseline: (kind == OffHours).then_some(if count > 1 { 2.0 } else { 1.0 }),
        baseline_days: Some(10.0),
        baseline_rows: None,
        window: Vec::new(),
        threshold: None,
        from: from * hour,
        to: from * hour,
        reached: None,
    };
    for (findings, expected) in [
        (&[][..], &[][..]),
        (&[(Bulk, 0, 9)], &[Bulk]),
        (&[(Bulk, 0, 9), (FirstSeen, 23, 1)], &[Bulk, FirstSeen]),
        (&[(Bulk, 0, 9), (FirstSeen, 24, 1)], &[Bulk]),
        (&[(Bulk, 0, 9), (FirstSeen, 24, 1), (OffHours, 30, 1)], &[FirstSeen, OffHours]),
        (&[(Bulk, 0, 9), (OffHours, 1, 2)], &[Bulk]),
        (&[(Denied, 0, 4)], &[]),
        (&[(Denied, 0, 4), (Denied, 25, 1)], &[]),
        (&[(Denied, 0, 4), (Denied, 20, 1)], &[Denied]),
    ] {
        let mut own: Vec<Finding> = findings.iter().map(|told| finding(*told)).collect();
        own.retain(|finding| !accounts::is_habit(&thresholds, finding));
        let denied: Vec<&Finding> = own.iter().filter(|finding| finding.kind == Denied).collect();
        let counted = |told: &Finding| accounts::notable(&thresholds, told, &denied, -30 * 24 * hour);
        let own: Vec<(i64, Way, u64)> = own.iter().map(|told| (told.from, told.kind, counted(told))).collect();
        assert_eq!(accounts::together(&thresholds, &own), expected, "{findings:?}");
    }
    // Who is denied ten times every day is denied as usual; so is anybody in a log of two days.
    let daily = Finding { to: 40 * 24 * hour, ..finding((Denied, 0, 400)) };
    assert_eq!(accounts::notable(&thresholds, &daily, &[&daily], -30 * 24 * hour), 0);
    let burst = finding((Denied, 900, 90));
    assert_eq!(accounts::notable(&thresholds, &burst, &[&daily, &burst], -30 * 24 * hour), 90);
    assert_eq!(accounts::notable(&thresholds, &burst, &[&burst], 890 * hour), 0);
}

#[test]
fn places_that_follow_each_other_are_named_together() {
    for (places, expected) in [
        (&[][..], ""),
        (&[(3, false)], ""),
        (&[(3, true)], "@3"),
        (&[(3, true), (9, true), (20, true)], "@3..20"),
        (&[(1, false), (3, true), (9, false), (20, true), (31, true), (40, false)], "@3 or @20..31"),
    ] {
        assert_eq!(accesses::places_text(places), expected);
    }
}
