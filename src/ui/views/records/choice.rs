//! What the filter does with a value of a facet, and what a click on it makes of the filter.

use crate::app::Command;
use crate::app::filter::{self, Filter, single, tests};
use crate::query::{Expr, Field, Test};
use crate::ui::widgets::FacetState;

/// What the filter does with a value of a field.
#[must_use]
pub(super) fn state(filter: &Filter, field: &Field, value: &str) -> FacetState {
    let mut state = FacetState::Off;
    for (at, chip) in filter.query().chips.iter().enumerate() {
        if filter.is_suspended(at) {
            continue;
        }
        match &chip.expr {
            Expr::Not(inner) => {
                if tests(inner, field).is_some_and(|tests| tests.iter().any(|test| test.passes(value, None))) {
                    return FacetState::Negated;
                }
            }
            expr => {
                if tests(expr, field).is_some_and(|tests| tests.iter().any(|test| test.passes(value, None))) {
                    state = FacetState::Chosen;
                }
            }
        }
    }
    state
}

fn parsed(condition: &str) -> Option<Expr> {
    crate::query::parse(condition, &crate::query::Unknown).ok().map(|query| query.expr)
}

/// What a click on a value does. A second value of a field is one *or* the other: no record has both. With `negate` it is
/// left out; what is chosen or left out already is let go.
#[must_use]
pub(super) fn click(filter: &Filter, field: &Field, value: &str, negate: bool) -> Command {
    let name = field.to_string();
    let condition = filter::condition(&name, value, false);
    let Some(own) = parsed(&condition) else { return Command::ToggleCondition(condition) };
    let query = filter.query();
    for (at, chip) in query.chips.iter().enumerate() {
        let is_negated = chip.is_negated();
        let same = match &chip.expr {
            Expr::Not(inner) => **inner == own,
            expr => *expr == own,
        };
        if same {
            return match (filter.is_suspended(at), is_negated == negate) {
                (true, true) => Command::SuspendCondition(at),
                (false, true) => Command::RemoveCondition(at),
                // Left out, and clicked: it comes back. Chosen, and to be left out: turned round.
                (_, false) if is_negated => Command::RemoveCondition(at),
                (_, false) => Command::NegateCondition(at),
            };
        }
    }
    if negate {
        return Command::ToggleCondition(filter::condition(&name, value, true));
    }
    // A condition that names values of this field, one by one.
    let group = query.chips.iter().enumerate().find(|(at, chip)| {
        !filter.is_suspended(*at) && tests(&chip.expr, field).is_some_and(|tests| tests.iter().all(|test| is_one(test)))
    });
    let Some((at, chip)) = group else { return Command::ToggleCondition(condition) };
    let parts: Vec<Expr> = match &chip.expr {
        Expr::Or(parts) => parts.clone(),
        expr => vec![expr.clone()],
    };
    let kept: Vec<Expr> = parts.iter().filter(|part| **part != own).cloned().collect();
    let joined = if kept.len() < parts.len() { Expr::or(kept) } else { Expr::or(parts.into_iter().chain([own])) };
    let text = match &joined {
        Expr::Or(_) => format!("({joined})"),
        joined => joined.to_string(),
    };
    Command::SetFilter(query.replaced(at, &text))
}

/// Whether a test is of one value: ranges narrow further instead.
fn is_one(test: &Test) -> bool {
    matches!(test, Test::Is(_)) || single(test).is_some()
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

    fn field(name: &str) -> Field {
        crate::app::shape::field(name).expect("a field")
    }

    #[test]
    fn the_state_of_a_value_is_that_of_the_conditions_in_force() {
        for (text, name, value, expected) in [
            ("", "result", "deny", FacetState::Off),
            ("result:deny", "result", "deny", FacetState::Chosen),
            ("result:deny", "result", "refer", FacetState::Off),
            ("result:\"deny\"", "result", "deny", FacetState::Chosen),
            ("-result:deny", "result", "deny", FacetState::Negated),
            ("(result:deny or result:refer)", "result", "refer", FacetState::Chosen),
            ("version:2.4", "version", "2.4.0", FacetState::Chosen),
            ("has:result", "result", "deny", FacetState::Off),
            ("(result:deny or model:x)", "result", "deny", FacetState::Off),
        ] {
            assert_eq!(state(&filter(text), &field(name), value), expected, "{text}");
        }
        let mut suspended = filter("result:deny");
        suspended.suspend(0);
        assert_eq!(state(&suspended, &field("result"), "deny"), FacetState::Off);
    }

    #[test]
    fn clicks_add_take_out_and_turn_round() {
        let toggle = |text: &str| Command::ToggleCondition(text.to_owned());
        let set = |text: &str| Command::SetFilter(text.to_owned());
        for (text, value, negate, expected) in [
            ("", "deny", false, toggle("result:deny")),
            ("", "deny", true, toggle("-result:deny")),
            ("model:x result:deny", "deny", false, Command::RemoveCondition(1)),
            ("result:deny", "deny", true, Command::NegateCondition(0)),
            ("-result:deny", "deny", false, Command::RemoveCondition(0)),
            ("-result:deny", "deny", true, Command::RemoveCondition(0)),
            ("model:x result:deny", "refer", false, set("model:x (result:deny or result:refer)")),
            ("(result:deny or result:refer)", "refer", false, set("result:deny")),
            ("-result:deny", "refer", false, toggle("result:refer")),
        ] {
            assert_eq!(click(&filter(text), &field("result"), value, negate), expected, "{value} {negate} on {text:?}");
        }
        let mut suspended = filter("result:deny");
        suspended.suspend(0);
        assert_eq!(click(&suspended, &field("result"), "deny", false), Command::SuspendCondition(0));
        let ranged = filter("version>=2.4");
        assert_eq!(click(&ranged, &field("version"), "2.4.0", false), toggle("version:\"2.4.0\""));
    }
}
