//! What the filter does with a value of a facet.

use crate::app::filter::{Filter, tests};
use crate::query::{Expr, Field};
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
}
