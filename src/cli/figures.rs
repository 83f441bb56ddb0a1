//! Figures in words and tables, the same in every command that compares: rates with their intervals, differences, tests, and why a
//! figure cannot be given.

use std::fmt::Write as _;

use super::text::grouped;
use super::width::{padded, width};
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::proportions::Difference;
use crate::analysis::statistics::{Figure, p_words};
use crate::record::figures;

/// What stands where there is nothing to say.
pub(super) const NOTHING: &str = "–";

/// `42 of 1 037`.
pub(super) fn of(rate: Rate) -> String {
    format!("{} of {}", grouped(rate.numerator), grouped(rate.denominator))
}

/// `4.1 [3.0–5.5]`, in percent.
pub(super) fn percent(rate: Rate) -> String {
    match (rate.rate, rate.wilson95) {
        (Some(share), Some([low, high])) => {
            format!("{:.1} [{:.1}–{:.1}]", 100.0 * share, 100.0 * low, 100.0 * high)
        }
        _ => NOTHING.to_owned(),
    }
}

/// `4.1 %`.
pub(super) fn share(rate: Rate) -> String {
    rate.rate.map_or_else(|| NOTHING.to_owned(), |share| format!("{:.1} %", 100.0 * share))
}

/// A figure in words, or why there is none.
pub(super) fn told<T>(figure: &Figure<T>, words: impl FnOnce(&T) -> String) -> String {
    match figure {
        Ok(value) => words(value),
        Err(because) => format!("not determinable: {because}"),
    }
}

/// A figure in words, or a dash: where the reason stands elsewhere.
pub(super) fn brief<T>(figure: &Figure<T>, words: impl FnOnce(&T) -> String) -> String {
    figure.as_ref().map_or_else(|_| NOTHING.to_owned(), words)
}

/// With a sign of its own, and three decimals.
pub(super) fn decimals(value: f64) -> String {
    format!("{value:.3}").replace('-', "−")
}

/// A p-value, unbroken.
pub(super) fn p(value: f64) -> String {
    figures::unbroken(&p_words(value).replace(' ', "\u{a0}"))
}

/// `p 0.0040, q 0.012`.
pub(super) fn p_and_q(value: f64, q: Option<f64>) -> String {
    let q = q.map(|q| format!(", q {}", p(q))).unwrap_or_default();
    format!("p {}{q}", p(value))
}

/// `+12.8 [8.3–18.2]`, in percentage points.
pub(super) fn points(difference: &Difference) -> String {
    let signed = |value: f64| format!("{:+.1}", 100.0 * value).replace('-', "−");
    let [low, high] = difference.newcombe95;
    format!("{} [{} to {}]", signed(difference.difference), signed(low), signed(high))
}

/// Cells in columns, the first `left` of them to the left, all others to the right.
pub(super) fn table(out: &mut String, indent: usize, left: usize, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..columns).map(|at| widest(at).unwrap_or_default()).collect();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (at, (cell, columns)) in row.iter().zip(&widths).enumerate() {
            let cell = match at < left {
                true => padded(cell, *columns),
                false => format!("{}{cell}", " ".repeat(columns.saturating_sub(width(cell)))),
            };
            let _ = write!(line, "{}{cell}", if at > 0 { "  " } else { "" });
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// Cells of a line.
pub(super) fn cells<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::statistics::Because;
    use crate::analysis::statistics::proportions::difference;

    #[test]
    fn figures_in_words() {
        assert_eq!(percent(Rate::of(120, 1000)), "12.0 [10.1–14.2]");
        assert_eq!((percent(Rate::of(0, 0)), share(Rate::of(1, 8))), ("–".to_owned(), "12.5 %".to_owned()));
        let difference = difference((120, 1000), (165, 1000)).expect("a difference");
        assert_eq!(points(&difference), "+4.5 [+1.4 to +7.6]");
        assert_eq!(p_and_q(0.003_995, Some(1.0)), "p 0.0040, q 1.0");
        let none: Figure<f64> = Err(Because("there is nothing"));
        assert_eq!(told(&none, |value| decimals(*value)), "not determinable: there is nothing");
        assert_eq!((brief(&none, |value| decimals(*value)), decimals(-0.25)), ("–".to_owned(), "−0.250".to_owned()));
    }

    #[test]
    fn columns_are_aligned() {
        let mut out = String::new();
        table(&mut out, 2, 1, &[cells(["name", "n"]), cells(["größe", "1 000"]), cells(["a", ""])]);
        assert_eq!(out, "  name       n\n  größe  1 000\n  a\n");
    }
}
