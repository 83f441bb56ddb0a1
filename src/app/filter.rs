//! The filter that all views share: one text, its conditions of which some may be suspended, a stretch of time, and a kind. The last
//! text that could be read stays in force while another is being written.

use std::collections::BTreeSet;

use chrono::DateTime;

use crate::query::{self, Expr, Query, Unknown, Vocabulary};
use crate::record::Kind;
use crate::record::time;

/// The filter of a window.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What stands in the field.
    text: String,
    /// The last text that could be read.
    query: Query,
    /// What is wrong with `text`, where it is not that of `query`.
    error: Option<query::Error>,
    /// Conditions of `query` that do not count, by their place.
    suspended: BTreeSet<usize>,
    /// First and last instant, in nanoseconds since 1970.
    range: Option<(i64, i64)>,
    kind: Option<Kind>,
}

impl Default for Filter {
    fn default() -> Self {
        let query = Query { text: String::new(), expr: Expr::All, chips: Vec::new(), shadowed: Vec::new() };
        Self { text: String::new(), query, error: None, suspended: BTreeSet::new(), range: None, kind: None }
    }
}

impl Filter {
    /// What stands in the field.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The conditions in force, suspended ones among them.
    #[must_use]
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// What is wrong with the text; what was in force before stays so.
    #[must_use]
    pub fn error(&self) -> Option<&query::Error> {
        self.error.as_ref()
    }

    /// Whether a condition does not count.
    #[must_use]
    pub fn is_suspended(&self, condition: usize) -> bool {
        self.suspended.contains(&condition)
    }

    /// How many conditions do not count.
    #[must_use]
    pub fn suspended(&self) -> usize {
        self.suspended.len()
    }

    /// First and last instant, in nanoseconds since 1970.
    #[must_use]
    pub fn range(&self) -> Option<(i64, i64)> {
        self.range
    }

    /// The kind of the records.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// Whether the same is asked, in the same words.
    #[must_use]
    pub fn is_as(&self, other: &Self) -> bool {
        (&self.text, &self.suspended, self.range, self.kind) == (&other.text, &other.suspended, other.range, other.kind)
    }

    /// Puts another text into the field.
    pub fn set_text(&mut self, text: &str, vocabulary: &dyn Vocabulary) {
        text.clone_into(&mut self.text);
        match query::parse(text, vocabulary) {
            Ok(query) => {
                // Conditions that stand in the text as before stay suspended.
                let kept: Vec<&str> = self
                    .suspended
                    .iter()
                    .filter_map(|at| self.query.chips.get(*at).map(|chip| self.query.chip_text(chip)))
                    .collect();
                self.suspended = (0..)
                    .zip(&query.chips)
                    .filter(|(_, chip)| kept.contains(&query.chip_text(chip)))
                    .map(|(at, _)| at)
                    .collect();
                self.query = query;
                self.error = None;
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// Takes a condition out.
    pub fn remove(&mut self, condition: usize, vocabulary: &dyn Vocabulary) {
        self.suspended.remove(&condition);
        let text = self.query.without(condition);
        self.set_text(&text, vocabulary);
    }

    /// Negates a condition, or no longer negates it.
    pub fn negate(&mut self, condition: usize, vocabulary: &dyn Vocabulary) {
        let text = self.query.negated(condition);
        self.set_text(&text, vocabulary);
    }

    /// Suspends a condition, or lets it count again.
    pub fn suspend(&mut self, condition: usize) {
        if !self.suspended.remove(&condition) && condition < self.query.chips.len() {
            self.suspended.insert(condition);
        }
    }

    /// Suspends all conditions; where all are suspended already, lets all count again.
    pub fn suspend_all(&mut self) {
        let all: BTreeSet<usize> = (0..self.query.chips.len()).collect();
        self.suspended = if self.suspended == all { BTreeSet::new() } else { all };
    }

    /// Adds a condition behind the others; takes it out where it stands there already.
    pub fn toggle(&mut self, condition: &str, vocabulary: &dyn Vocabulary) {
        let same = self.query.chips.iter().position(|chip| self.query.chip_text(chip) == condition);
        match same {
            Some(at) => self.remove(at, vocabulary),
            None => {
                let joined = match self.query.chips.len() {
                    0 => condition.to_owned(),
                    _ => format!("{} {condition}", self.beside()),
                };
                self.set_text(&joined, vocabulary);
            }
        }
    }

    /// The text such that another condition can stand beside it: what is said with `or` goes into parentheses.
    fn beside(&self) -> String {
        match &self.query.expr {
            Expr::Or(_) => format!("({})", self.query.text),
            _ => self.query.text.clone(),
        }
    }

    /// Sets the stretch of time.
    pub fn set_range(&mut self, range: Option<(i64, i64)>) {
        self.range = range.map(|(first, last)| (first.min(last), first.max(last)));
    }

    /// Sets the kind of the records.
    pub fn set_kind(&mut self, kind: Option<Kind>) {
        self.kind = kind;
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        *self = Self { kind: self.kind, ..Self::default() };
    }

    /// What is asked of records of any kind: the conditions that count, and the stretch of time.
    #[must_use]
    pub fn expr(&self) -> Expr {
        self.expr_without(|_| false)
    }

    /// The same without the conditions of which `is_left_out` says so.
    #[must_use]
    pub fn expr_without(&self, is_left_out: impl Fn(&Expr) -> bool) -> Expr {
        let conditions = self
            .query
            .active(|at| self.is_suspended(at) || self.query.chips.get(at).is_some_and(|chip| is_left_out(&chip.expr)));
        Expr::and([Some(conditions), self.range.and_then(range_expr)].into_iter().flatten())
    }

    /// All that is in force, as a filter that can be read again.
    #[must_use]
    pub fn parsed(&self) -> String {
        let kind = self.kind.and_then(kind_expr);
        Expr::and(kind.into_iter().chain([self.expr()])).to_string()
    }

    /// Whether every record passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind.is_none() && self.expr() == Expr::All
    }
}

/// The condition that records are of a kind.
#[must_use]
pub fn kind_expr(kind: Kind) -> Option<Expr> {
    query::parse(&format!("kind:{}", kind.name()), &Unknown).ok().map(|query| query.expr)
}

fn range_expr((first, last): (i64, i64)) -> Option<Expr> {
    let shown = |nanos| time::shown(DateTime::from_timestamp_nanos(nanos));
    query::parse(&format!("time:\"{}\"..\"{}\"", shown(first), shown(last)), &Unknown).ok().map(|query| query.expr)
}

/// A value as a condition on a field, quoted so that nothing in it means anything else.
#[must_use]
pub fn condition(field: &str, value: &str, is_negated: bool) -> String {
    let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
    let sign = if is_negated { "-" } else { "" };
    let text = format!("{sign}{field}:\"{quoted}\"");
    // As it is written by hand, where that means the same.
    let plain = format!("{sign}{field}:{value}");
    let same = |text: &str| query::parse(text, &Unknown).ok().map(|query| query.expr);
    match (same(&plain), same(&text)) {
        (Some(plain_expr), Some(expr)) if plain_expr == expr => plain,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Filter {
        let mut filter = Filter::default();
        filter.set_text(text, &Unknown);
        filter
    }

    #[test]
    fn a_text_that_cannot_be_read_leaves_the_last_one_in_force() {
        let mut filter = of("result:deny");
        filter.set_text("result:deny (", &Unknown);
        assert!(filter.error().is_some());
        assert_eq!((filter.text(), filter.parsed().as_str()), ("result:deny (", "result:deny"));
        filter.set_text("result:deny kind:decision", &Unknown);
        assert!(filter.error().is_none());
    }

    #[test]
    fn conditions_are_suspended_negated_and_removed() {
        let mut filter = of("result:deny confidence<0.6 user:ann");
        filter.suspend(1);
        assert_eq!(filter.parsed(), "result:deny user:ann");
        filter.negate(0, &Unknown);
        assert_eq!(filter.text(), "-result:deny confidence<0.6 user:ann");
        assert_eq!(filter.parsed(), "-result:deny user:ann", "what was suspended stays so");
        filter.remove(0, &Unknown);
        assert_eq!((filter.text(), filter.parsed().as_str()), ("confidence<0.6 user:ann", "user:ann"));
        filter.suspend_all();
        assert_eq!((filter.parsed().as_str(), filter.suspended()), ("", 2));
        filter.suspend_all();
        assert_eq!(filter.parsed(), "confidence<0.6 user:ann");
        filter.suspend(7);
        assert_eq!(filter.suspended(), 0);
    }

    #[test]
    fn values_become_conditions_that_mean_them() {
        for (value, expected) in [
            ("deny", "result:deny"),
            ("a b", "result:\"a b\""),
            ("a*", "result:\"a*\""),
            ("say \"x\\\"", "result:\"say \\\"x\\\\\\\"\""),
            ("", "result:\"\""),
        ] {
            assert_eq!(condition("result", value, false), expected);
        }
        let mut filter = of("a or b");
        filter.toggle(&condition("result", "deny", true), &Unknown);
        assert_eq!(filter.text(), "(a or b) -result:deny");
        filter.toggle("-result:deny", &Unknown);
        assert_eq!(filter.parsed(), "a or b");
    }

    #[test]
    fn time_and_kind_are_part_of_what_is_asked() {
        let mut filter = of("result:deny");
        filter.set_kind(Some(Kind::Decision));
        filter.set_range(Some((1_777_593_600_000_000_000, 1_775_001_600_000_000_000)));
        let parsed = filter.parsed();
        assert!(parsed.starts_with("kind:decision result:deny time:"), "{parsed}");
        assert_eq!(of(&parsed).parsed(), parsed, "it reads as the same");
        filter.clear();
        assert_eq!(filter.parsed(), "kind:decision");
    }
}
