//! What the filter says of the range of a field, and what a choice of a range makes of the filter.

use crate::app::Command;
use crate::app::filter::Filter;
use crate::query::value::Interval;
use crate::query::{Expr, Field, Term, Test};

/// The range that a condition asks for, as far as it has ends.
fn ends(expr: &Expr, field: &Field) -> Option<(Option<f64>, Option<f64>)> {
    let Expr::Term(Term::Field { field: about, test: Test::Number(interval) }) = expr else { return None };
    if about != field {
        return None;
    }
    let read = |number: &crate::query::value::number::Number| number.to_string().parse::<f64>().ok();
    Some(match interval {
        Interval::Below(to) | Interval::UpTo(to) => (None, Some(read(to)?)),
        Interval::Above(from) | Interval::From(from) => (Some(read(from)?), None),
        Interval::Within(from, to) => (Some(read(from)?), Some(read(to)?)),
    })
}

/// The condition in force that asks for a range of the field, and its ends: those of the whole range where it has none.
pub(super) fn chosen(filter: &Filter, field: &Field, (least, greatest): (f64, f64)) -> Option<(usize, (f64, f64))> {
    let chips = filter.query().chips.iter().enumerate().filter(|(at, _)| !filter.is_suspended(*at));
    let mut found = chips.filter_map(|(at, chip)| Some((at, ends(&chip.expr, field)?)));
    found.next().map(|(at, (from, to))| (at, (from.unwrap_or(least), to.unwrap_or(greatest))))
}

/// Asks for a range, in place of what was asked of the field's range before, in force or suspended.
pub(super) fn choose(filter: &Filter, field: &Field, from: &str, to: &str) -> Command {
    let condition = format!("{field}:{from}..{to}");
    let query = filter.query();
    match query.chips.iter().position(|chip| ends(&chip.expr, field).is_some()) {
        Some(at) => Command::SetFilter(query.replaced(at, &condition)),
        None => Command::ToggleCondition(condition),
    }
}

/// How exactly numbers of a range are chosen: the power of ten that parts the range in a hundred steps or more.
pub(super) fn step((least, greatest): (f64, f64), is_whole: bool) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "an exponent of a float")]
    let exponent = ((greatest / 2.0 - least / 2.0) / 50.0).log10().floor() as i32;
    let exponent = if greatest > least { exponent } else { 0 };
    if is_whole { exponent.max(0) } else { exponent }
}

/// A number to a power of ten, rounded down or up, as filters write it.
pub(super) fn rounded(number: f64, step: i32, is_up: bool) -> String {
    // Dividing by a power of ten is exact to the last digit, multiplying by its inverse is not.
    let power = 10_f64.powi(step.abs());
    let scaled = if step < 0 { number * power } else { number / power };
    // What is on a step already must not be moved by the last bit.
    let near = scaled.round();
    let is_there = (scaled - near).abs() <= near.abs().max(1.0) * 1e-9;
    let whole = match (is_there, is_up) {
        (true, _) => near,
        (_, true) => scaled.ceil(),
        (_, false) => scaled.floor(),
    };
    let number = if step < 0 { whole / power } else { whole * power };
    // -0 is no number that anybody would write.
    (number + 0.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Unknown;

    fn filter(text: &str) -> Filter {
        let mut filter = Filter::default();
        filter.set_text(text, &Unknown);
        assert!(filter.error().is_none(), "{text}");
        filter
    }

    fn confidence() -> Field {
        crate::app::shape::field("confidence").expect("a field")
    }

    #[test]
    fn the_range_is_that_of_the_condition_in_force() {
        for (text, expected) in [
            ("", None),
            ("result:deny", None),
            ("result:deny confidence:0.2..0.4", Some((1, (0.2, 0.4)))),
            ("confidence<0.4", Some((0, (0.0, 0.4)))),
            ("confidence>=0.4", Some((0, (0.4, 1.0)))),
            ("-confidence:0.2..0.4", None),
            ("(confidence<0.2 or confidence>0.4)", None),
        ] {
            assert_eq!(chosen(&filter(text), &confidence(), (0.0, 1.0)), expected, "{text}");
        }
        let mut suspended = filter("confidence<0.4");
        suspended.suspend(0);
        assert_eq!(chosen(&suspended, &confidence(), (0.0, 1.0)), None);
    }

    #[test]
    fn a_range_takes_the_place_of_an_earlier_one() {
        for (text, expected) in [
            ("", Command::ToggleCondition("confidence:0.2..0.4".to_owned())),
            ("result:deny", Command::ToggleCondition("confidence:0.2..0.4".to_owned())),
            ("confidence<0.9 result:deny", Command::SetFilter("confidence:0.2..0.4 result:deny".to_owned())),
            ("result:deny confidence:0.1..0.3", Command::SetFilter("result:deny confidence:0.2..0.4".to_owned())),
        ] {
            assert_eq!(choose(&filter(text), &confidence(), "0.2", "0.4"), expected, "{text}");
        }
    }

    #[test]
    fn ends_are_round_and_hold_what_they_are_to_hold() {
        for (range, is_whole, expected) in [
            ((0.310, 0.978), false, -3),
            ((0.0, 1.0), false, -2),
            ((0.0, 100_000.0), true, 3),
            ((0.0, 3.0), true, 0),
            ((5.0, 5.0), false, 0),
        ] {
            assert_eq!(step(range, is_whole), expected, "{range:?}");
        }
        for (number, step, is_up, expected) in [
            (0.31049, -3, false, "0.31"),
            (0.31049, -3, true, "0.311"),
            (0.3, -1, true, "0.3"),
            (0.7, -2, false, "0.7"),
            (-0.04, -1, true, "0"),
            (12_345.0, 3, true, "13000"),
            (12_345.0, 3, false, "12000"),
        ] {
            assert_eq!(rounded(number, step, is_up), expected, "{number} {step}");
        }
    }
}
