use super::*;

fn words(figure: &Figure<impl std::fmt::Debug>) -> String {
    figure.as_ref().map_or_else(ToString::to_string, |value| format!("{value:?}"))
}

#[test]
fn cells_by_hand() {
    // Of 100 decisions 40 are of the first row, 30 in the first column.
    let table = Contingency::new(3, 2, vec![20, 20, 10, 50, 0, 0]);
    let rows = told(&table, &Places::Nothing);
    assert_eq!(rows.len(), 2, "a row without a decision says nothing");
    let cell = &rows[0].cells[0];
    assert_eq!((rows[0].decisions, cell.share), (40, Rate::of(20, 40)));
    // (20·50)/(20·10), Woolf: exp(±1.96·√(1/20 + 1/20 + 1/10 + 1/50)).
    let odds = cell.odds_ratio.expect("a ratio").interval;
    let factor = (1.959_963_984_540_054 * 0.22_f64.sqrt()).exp();
    for (found, expected) in [(odds.value, 5.0), (odds.low, 5.0 / factor), (odds.high, 5.0 * factor)] {
        assert!((found - expected).abs() < 1e-12 * expected, "{odds:?}");
    }
    // (20/100)/(0.4 · 0.3).
    let lift = cell.lift.expect("a lift");
    assert!(
        (lift.value - 5.0 / 3.0).abs() < 1e-12
            && lift.interval().is_some_and(|[low, high]| low < lift.value && lift.value < high),
        "{lift:?}"
    );
    let (chi, is_sparse) = tested(&table, &Target::Adverse);
    // Expected 12, 28, 18, 42: 64 · (1/12 + 1/28 + 1/18 + 1/42).
    let expected = 64.0 * (1.0 / 12.0 + 1.0 / 28.0 + 1.0 / 18.0 + 1.0 / 42.0);
    assert!((chi.expect("a test").statistic - expected).abs() < 1e-9 && !is_sparse, "{chi:?}");
}

#[test]
fn degenerate_tables_say_why() {
    for (rows, columns, cells) in [
        (0, 2, vec![]),
        (1, 2, vec![3, 4]),
        (2, 2, vec![3, 0, 5, 0]),
        (2, 1, vec![3, 5]),
        (2, 2, vec![0, 0, 0, 0]),
        (2, 2, vec![1, 0, 0, 0]),
    ] {
        let table = Contingency::new(rows, columns, cells);
        let (chi, is_sparse) = tested(&table, &Target::Overridden);
        assert!(chi.is_err() && !is_sparse, "{table:?}: {}", words(&chi));
        for row in told(&table, &Places::Nothing) {
            for cell in row.cells {
                assert!(cell.odds_ratio.is_err(), "{table:?}: {}", words(&cell.odds_ratio));
                assert!(cell.lift.is_err(), "{table:?}: {}", words(&cell.lift));
            }
        }
    }
    let (chi, _) = tested(&Contingency::new(0, 2, vec![]), &Target::Overridden);
    assert_eq!(words(&chi), "no decision here that has a value is known to have been reviewed");
    let (chi, is_sparse) = tested(&Contingency::new(2, 2, vec![1, 2, 2, 1]), &Target::Error);
    assert!(chi.is_ok() && is_sparse);
}

#[test]
fn a_window_that_follows_the_service_of_a_version_is_told() {
    use crate::analysis::incidents::Window;
    use crate::analysis::versions::stretches::{Known, Stretch};
    const MINUTE: i64 = 60_000_000_000;
    let stretch = |version: &str, from: i64, to: Option<i64>| Stretch {
        log: "l".to_owned(),
        model: Some("m".to_owned()),
        version: Some(version.to_owned()),
        known: Known::Deployed,
        from: Some(from * MINUTE),
        to: to.map(|to| to * MINUTE),
        decided: None,
        decisions: 1,
    };
    // Ten thousand minutes each; the last is still live.
    let all = [stretch("1", 0, Some(10_000)), stretch("2", 10_000, Some(20_000)), stretch("3", 20_000, None)];
    let found = |all: &[Stretch], from: i64, to: i64| {
        let window = Window { from: Some(from * MINUTE), to: Some(to * MINUTE) };
        circular::circular(window, all.iter()).map(|found| (found.version, found.begins, found.ends, found.says))
    };
    for (from, to, expected) in [
        (10_000, 20_000, Some(("2", true, true, "follows the service of 2: that they go together says nothing."))),
        (9_940, 20_060, Some(("2", true, true, "follows"))),
        (9_939, 20_061, None),
        (10_060, 15_000, Some(("2", true, false, "begins with the service of 2: that they go together says little."))),
        (15_000, 20_000, Some(("2", false, true, "ends with the service of 2: that they go together says little."))),
        (20_000, 25_000, Some(("3", true, false, "begins"))),
        (5_000, 15_000, None),
        // Of a window of a hundred minutes ten are as much as may lie between.
        (10_010, 10_110, Some(("2", true, false, "begins"))),
        (10_011, 10_111, None),
        (20_000, 10_000, None),
    ] {
        match (found(&all, from, to), expected) {
            (None, None) => {}
            (Some((version, begins, ends, says)), Some(told)) => {
                assert_eq!((version.as_str(), begins, ends), (told.0, told.1, told.2), "{from} {to}");
                assert!(says.starts_with(&format!("The window {}", told.3)), "{says}");
            }
            (found, _) => panic!("{from} {to}: {found:?}, expected {expected:?}"),
        }
    }
    // What was not deployed on record served nobody knows when; a service of a minute is no reason to doubt a window of weeks.
    let undeployed = Stretch { known: Known::Undeployed, ..stretch("2", 10_000, None) };
    assert_eq!(found(&[undeployed], 10_000, 20_000), None);
    assert_eq!(found(&[stretch("2", 10_030, Some(10_031))], 10_000, 20_000), None);
}
