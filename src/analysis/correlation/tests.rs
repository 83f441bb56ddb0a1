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
    assert!((lift.value - 5.0 / 3.0).abs() < 1e-12 && lift.low < lift.value && lift.value < lift.high, "{lift:?}");
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
    assert_eq!(words(&chi), "no decision here that has a value was reviewed");
    let (chi, is_sparse) = tested(&Contingency::new(2, 2, vec![1, 2, 2, 1]), &Target::Error);
    assert!(chi.is_ok() && is_sparse);
}
