//! The affected decisions of a story: which, how many, and their figures side by side with those around the window.

use std::fmt::Write as _;

use super::text::LISTED;
use crate::analysis::proportion::Rate;
use crate::analysis::story::{Affected, Figures, Story};
use crate::cli::text::{count, grouped, labelled, wrap};
use crate::cli::told::{LABEL, place, short};
use crate::cli::width::{padded, width};
use crate::record::text::shown;

/// The affected decisions, and their figures beside those around the window.
pub(super) fn affected(out: &mut String, story: &Story, affected: &Affected) {
    out.push_str("\nAFFECTED DECISIONS\n");
    labelled(out, "  Filter", LABEL, &shown(&affected.filter));
    let records = count(affected.count, "record", "records");
    let damaged = match affected.damaged {
        0 => String::new(),
        damaged => format!("; {}", count(damaged, "of them is damaged", "of them are damaged")),
    };
    let ends = match (&affected.first, &affected.last) {
        (Some(first), Some(last)) => format!(", {} to {}", place(first), place(last)),
        _ => String::new(),
    };
    let others = match affected.count.saturating_sub(affected.decisions) {
        0 => String::new(),
        others => format!("; {}, and the figures leave them out", count(others, "is no decision", "are no decisions")),
    };
    labelled(out, "  Count", LABEL, &format!("{records}{ends}{damaged}{others}"));
    let without = match affected.without_id {
        0 => String::new(),
        without => format!("; {} without an id", count(without, "record", "records")),
    };
    labelled(out, "  Ids", LABEL, &format!("BLAKE3 {}{without}", affected.ids_blake3));
    let results: Vec<String> = affected
        .figures
        .by_result
        .iter()
        .take(LISTED)
        .map(|result| format!("{} {}", short(result.value.as_deref()), grouped(result.count)))
        .collect();
    labelled(out, "  Results", LABEL, &results.join(" · "));
    out.push('\n');
    figures(out, story, affected);
}

/// The figures side by side: of the affected decisions, and before, in and after the window.
fn figures(out: &mut String, story: &Story, affected: &Affected) {
    let mut columns = vec![("affected".to_owned(), &affected.figures)];
    if let Some(comparison) = &story.comparison {
        for (name, part) in
            [("before", &comparison.before), ("during", &comparison.during), ("after", &comparison.after)]
        {
            columns.push((if part.is_whole { name.to_owned() } else { format!("{name} *") }, &part.figures));
        }
    }
    type Take = fn(&Figures) -> Rate;
    let rates: [(&str, Take); 6] = [
        ("adverse", |figures| figures.adverse),
        ("reviewed", |figures| figures.reviewed),
        ("overridden, of reviewed", |figures| figures.overridden_of_reviewed),
        ("overridden, of all", |figures| figures.overridden_of_all),
        ("with outcome", |figures| figures.outcomes),
        ("in error, of judged", |figures| figures.errors),
    ];
    let mut rows = vec![std::iter::once(String::new()).chain(columns.iter().map(|(name, _)| name.clone())).collect()];
    let decisions = columns.iter().map(|(_, figures)| grouped(figures.decisions));
    rows.push(std::iter::once("decisions".to_owned()).chain(decisions).collect::<Vec<_>>());
    for (name, take) in rates {
        let rates: Vec<[String; 2]> = columns.iter().map(|(_, figures)| rate(take(figures))).collect();
        rows.push(std::iter::once(name.to_owned()).chain(rates.iter().map(|rate| rate[0].clone())).collect());
        rows.push(std::iter::once(String::new()).chain(rates.iter().map(|rate| rate[1].clone())).collect());
    }
    let widths: Vec<usize> = (0..=columns.len())
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or_default())
        .collect();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
        let _ = writeln!(out, "  {}", cells.join("  ").trim_end());
    }
    if let Some(comparison) = &story.comparison {
        let filter = if comparison.filter.is_empty() { "every record".to_owned() } else { comparison.filter.clone() };
        wrap(out, 2, &format!("before, during, after: {}, as long as the window each", shown(&filter)));
        if !(comparison.before.is_whole && comparison.during.is_whole && comparison.after.is_whole) {
            wrap(out, 2, "* the log does not reach over all of it");
        }
    }
    wrap(out, 2, "Below the counts their share in percent, in brackets the 95 % interval of Wilson.");
}

/// `283 of 933` and `30.3 [27.5–33.4]`, in percent.
fn rate(rate: Rate) -> [String; 2] {
    match (rate.rate, rate.wilson95) {
        (Some(share), Some([low, high])) => [
            format!("{} of {}", grouped(rate.numerator), grouped(rate.denominator)),
            format!("{:.1} [{:.1}–{:.1}]", 100.0 * share, 100.0 * low, 100.0 * high),
        ],
        _ => ["none to count".to_owned(), String::new()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_without_a_denominator_are_no_number() {
        assert_eq!(rate(Rate::of(0, 0)), ["none to count", ""]);
        assert_eq!(rate(Rate::of(120, 1000)), ["120 of 1\u{a0}000", "12.0 [10.1–14.2]"]);
    }
}
