//! The columns of the table of versions: which there are in how much room, and what their heads say.

use egui::{Rect, pos2};

use super::{Shown, cells};
use crate::analysis::decisions::Measure;
use crate::app::models::OrderBy;
use crate::ui::theme::measure;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Pick,
    Version,
    Served,
    Decisions,
    Results,
    Confidence,
    Overrides,
    Errors,
    Against,
}

/// A column: what stands there, and how wide it is; the last one takes what is left.
pub(super) type Columns = &'static [(Cell, f32)];

const WIDE: Columns = &[
    (Cell::Pick, 36.0),
    (Cell::Version, 92.0),
    (Cell::Served, 216.0),
    (Cell::Decisions, 76.0),
    (Cell::Results, 196.0),
    (Cell::Confidence, 142.0),
    (Cell::Overrides, 196.0),
    (Cell::Errors, 100.0),
    (Cell::Against, 0.0),
];
const MEDIUM: Columns = &[
    (Cell::Pick, 32.0),
    (Cell::Version, 76.0),
    (Cell::Served, 206.0),
    (Cell::Decisions, 72.0),
    (Cell::Results, 132.0),
    (Cell::Confidence, 92.0),
    (Cell::Overrides, 84.0),
    (Cell::Against, 0.0),
];
const NARROW: Columns = &[
    (Cell::Pick, 28.0),
    (Cell::Version, 74.0),
    (Cell::Served, 192.0),
    (Cell::Decisions, 64.0),
    (Cell::Overrides, 76.0),
    (Cell::Against, 0.0),
];

/// Below these widths there are fewer columns.
const WIDTHS: [f32; 2] = [1200.0, 800.0];

pub(super) fn columns(width: f32) -> Columns {
    match width {
        width if width >= WIDTHS[0] => WIDE,
        width if width >= WIDTHS[1] => MEDIUM,
        _ => NARROW,
    }
}

/// The rooms of the columns within a row.
pub(super) fn rooms(columns: Columns, row: Rect) -> Vec<(Cell, Rect)> {
    let mut left = row.left() + measure::CELL;
    let room = |(cell, width): &(Cell, f32)| {
        left += if *cell == Cell::Against { measure::CELL } else { 0.0 };
        let right = if *width > 0.0 { left + width } else { row.right() - measure::PAD };
        let rect = Rect::from_min_max(pos2(left, row.top()), pos2(right - measure::CELL, row.bottom()));
        left = right;
        (*cell, rect)
    };
    columns.iter().map(room).collect()
}

/// The words of a head, what it is ordered by, and what it means.
pub(super) fn heading(shown: &Shown<'_>, cell: Cell) -> (String, Option<OrderBy>, String) {
    let plain = |text: &str| text.to_owned();
    match cell {
        Cell::Pick => (String::new(), None, String::new()),
        Cell::Version => (plain("Version"), Some(OrderBy::Version), plain("Versions in the order of their numbers")),
        Cell::Served => (
            plain("Served (UTC)"),
            Some(OrderBy::Time),
            plain(
                "From when to when: by deployments on record; where there is none, from the first decision to the last",
            ),
        ),
        Cell::Decisions => (plain("Decisions"), Some(OrderBy::Decisions), plain("Decisions that pass the filter")),
        Cell::Results => {
            let named = shown.model.results.iter().any(|result| result.result.is_some());
            let results = shown.model.results.iter().filter(|_| named);
            let names: Vec<String> = results.map(cells::result_name).collect();
            let mut words = names.join(", ");
            if let Some(first) = words.get(..1) {
                words = format!("{}{}", first.to_uppercase(), words.get(1..).unwrap_or_default());
            }
            let unknown = if named { "" } else { "\nNo record says where results stand (Settings, Results)" };
            let definition = format!("{}: {}{unknown}", Measure::Adverse.title(), Measure::Adverse.definition());
            (if words.is_empty() { plain("Results") } else { words }, Some(OrderBy::Rate(Measure::Adverse)), definition)
        }
        Cell::Confidence => {
            let words = match shown.model.confidence {
                Some((least, most)) => format!("Confidence, {}–{}", short(least), short(most)),
                None => plain("Confidence"),
            };
            (words, Some(OrderBy::Confidence), plain("How sure the model was, drawn over the same stretch in all rows"))
        }
        Cell::Overrides => {
            let measure = Measure::OverriddenOfReviewed;
            (plain("Override rate"), Some(OrderBy::Rate(measure)), plain(measure.definition()))
        }
        Cell::Errors => {
            let measure = Measure::Errors;
            (plain("Errors"), Some(OrderBy::Rate(measure)), plain(measure.definition()))
        }
        Cell::Against => (
            plain("Against the version before"),
            None,
            plain(
                "The rate that moved most surely, with Newcombe's 95\u{202f}% interval; q is the p-value after Benjamini and Hochberg, over all tests of this table; confidence by PSI (deciles of the version before) and Kolmogorov–Smirnov",
            ),
        ),
    }
}

/// A number in two digits behind the point at most.
pub(super) fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.replace('-', "\u{2212}")
}

pub(super) fn is_right(cell: Cell) -> bool {
    matches!(cell, Cell::Decisions | Cell::Errors)
}
