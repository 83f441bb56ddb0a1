use proptest::prelude::*;

use super::*;

fn counts(selected: u64, of: u64) -> Counts {
    Counts { selected: Rate::of(selected, of), outcomes: None }
}

fn compared(groups: &[(&str, u64, u64)]) -> Compared {
    Compared::of(groups.iter().map(|(name, selected, of)| ((*name).to_owned(), counts(*selected, *of))).collect())
}

#[test]
fn groups_are_held_against_the_one_selected_most_often() {
    // Of the example in the Uniform Guidelines' questions and answers: 48 of 80 against 12 of 40.
    let found = compared(&[("a", 48, 80), ("b", 12, 40), ("c", 29, 29)]);
    assert_eq!(found.highest.as_deref(), Some("a"), "29 of 29 are too few");
    let impact = found.impact.expect("a ratio");
    assert_eq!((impact.lowest.as_str(), impact.ratio), ("b", Ratio { value: 0.3 / 0.6, is_below_four_fifths: true }));
    let [a, b, c] = &found.groups[..] else { panic!("three") };
    assert_eq!(a.ratio, Ok(Ratio { value: 1.0, is_below_four_fifths: false }));
    assert_eq!(a.fisher_p.expect_err("none").to_string(), "the others are held against this group");
    // Summed in fractions over all tables of these margins that are no more probable.
    let p = b.fisher_p.expect("a p-value");
    assert!((p - 0.003_409_221_767_849_182).abs() < 1e-9, "{p}");
    assert_eq!(b.q, Some(p), "of one test q is p");
    assert!(c.is_small && c.ratio == Err(SMALL) && c.fisher_p == Err(SMALL), "{c:?}");
}

#[test]
fn the_line_is_four_fifths_without_rounding() {
    for (selected, of, expected) in
        [(40, 100, false), (39, 100, true), (400, 1000, false), (399, 1000, true), (0, 30, true)]
    {
        let found = compared(&[("a", 50, 100), ("b", selected, of)]);
        assert_eq!(found.impact.expect("a ratio").ratio.is_below_four_fifths, expected, "{selected} of {of}");
    }
}

#[test]
fn degenerate_groups_say_why() {
    for (groups, reason) in [
        (&[][..], "there are no two groups of 30 decisions or more"),
        (&[("a", 20, 30)], "there are no two groups of 30 decisions or more"),
        (&[("a", 20, 30), ("b", 1, 1)], "there are no two groups of 30 decisions or more"),
        (&[("a", 0, 0), ("b", 0, 0)], "of no decision it is known whether its result is positive"),
        (&[("a", 0, 30), ("b", 0, 40)], "no group of 30 decisions or more has a positive decision"),
    ] {
        let found = compared(groups);
        assert_eq!(found.impact.expect_err("none").to_string(), reason);
        assert!(found.groups.iter().all(|group| group.ratio.is_err() && group.fisher_p.is_err() && group.q.is_none()));
    }
    let same = compared(&[("a", 30, 30), ("b", 40, 40)]);
    assert_eq!(same.impact.expect("a ratio").ratio.value.to_bits(), 1.0_f64.to_bits());
    assert!(same.groups[1].fisher_p.is_err(), "all are positive");
}

#[test]
fn rates_against_outcomes_by_hand() {
    let mut tally = Tally::default();
    for (is_positive, outcome, times) in [
        (true, Some(true), 5),
        (true, Some(false), 2),
        (false, Some(true), 1),
        (false, Some(false), 4),
        (true, None, 3),
    ] {
        (0..times).for_each(|_| tally.add(is_positive, outcome));
    }
    let counts = tally.counts(true);
    let outcomes = counts.outcomes.expect("asked for");
    assert_eq!(counts.selected, Rate::of(10, 15));
    assert_eq!(
        (outcomes.accuracy, outcomes.false_positives, outcomes.false_negatives),
        (Rate::of(9, 12), Rate::of(2, 6), Rate::of(1, 6))
    );
    assert_eq!(tally.counts(false).outcomes, None);
    assert_eq!(Tally::default().counts(true).selected.rate, None);
}

proptest! {
    #[test]
    fn impact_is_the_least_ratio(groups in prop::collection::vec((0_u64..500, 30_u64..500), 2..8)) {
        let groups: Vec<(String, u64, u64)> =
            groups.into_iter().enumerate().map(|(n, (selected, of))| (format!("g{n}"), selected.min(of), of)).collect();
        let found = compared(&groups.iter().map(|(name, selected, of)| (name.as_str(), *selected, *of)).collect::<Vec<_>>());
        let rates: Vec<f64> = groups.iter().map(|(_, selected, of)| *selected as f64 / *of as f64).collect();
        let most = rates.iter().copied().fold(0.0, f64::max);
        match found.impact {
            Err(because) => prop_assert!(most <= 0.0 && because == NONE_SELECTED),
            Ok(impact) => {
                let least = rates.iter().copied().fold(1.0, f64::min);
                prop_assert!((impact.ratio.value - least / most).abs() < 1e-12);
                let ratios = found.groups.iter().map(|group| group.ratio.expect("a ratio").value);
                prop_assert!(ratios.fold(1.0, f64::min) >= impact.ratio.value - 1e-12);
            }
        }
    }
}
