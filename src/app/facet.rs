//! What can be done with a value of a facet: with the one that the keyboard is on, by commands.

use super::filter::{self, Filter, single, tests};
use super::{App, Command, Toast, Told, shape};
use crate::query::{Expr, Field, Test};

/// What is done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It is filtered for, or no longer.
    Filter,
    /// It is left out, or no longer.
    LeaveOut,
    /// It is copied.
    Copy,
    /// It is copied as a condition of a filter.
    CopyCondition,
}

impl App {
    /// The value of a facet that the keyboard is on: the name of its field, and what it is.
    #[must_use]
    pub fn facet(&self) -> Option<&(String, String)> {
        self.facet.as_ref()
    }

    /// What is to be put on the clipboard; asked once.
    pub fn take_copied(&mut self) -> Option<String> {
        self.copied.take()
    }

    pub(super) fn do_with_facet(&mut self, deed: Deed) {
        let Some((name, value)) = self.facet.clone() else { return };
        let Some(field) = shape::field(&name) else { return };
        match deed {
            Deed::Filter => self.done(click(&self.filter, &field, &value, false)),
            Deed::LeaveOut => self.done(click(&self.filter, &field, &value, true)),
            Deed::Copy => self.copied = Some(value),
            Deed::CopyCondition => self.copied = Some(filter::condition(&name, &value, false)),
        }
        if self.copied.is_some() {
            self.toasts.push(Toast { text: "Copied".to_owned(), undo: false, of: Told::Else });
        }
    }
}

fn parsed(condition: &str) -> Option<Expr> {
    crate::query::parse(condition, &crate::query::Unknown).ok().map(|query| query.expr)
}

/// What a click on a value does. A second value of a field is one *or* the other: no record has both. With `negate` it is
/// left out; what is chosen or left out already is let go.
#[must_use]
pub fn click(filter: &Filter, field: &Field, value: &str, negate: bool) -> Command {
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
    #![allow(clippy::expect_used, reason = "tests")]

    use super::*;
    use crate::query::Unknown;

    fn filter(text: &str) -> Filter {
        let mut filter = Filter::default();
        filter.set_text(text, &Unknown);
        assert!(filter.error().is_none(), "{text}");
        filter
    }

    fn field(name: &str) -> Field {
        shape::field(name).expect("a field")
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
