//! The filter that all views share: one text, its conditions of which some may be suspended, a stretch of time, and a kind. The last
//! text that could be read stays in force while another is being written.

use std::collections::BTreeSet;

use chrono::DateTime;

use crate::query::value::Interval;
use crate::query::value::pattern::Matcher;
use crate::query::{self, Expr, Field, Query, Term, Test, Unknown, Vocabulary};
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
                // Conditions that are asked as before stay suspended, also the parts of a group that lost its parentheses.
                let kept = self.suspended.iter().filter_map(|at| self.query.chips.get(*at)).map(|chip| &chip.expr);
                let kept: Vec<&Expr> = kept.collect();
                let is_kept = |expr: &Expr| {
                    kept.iter().any(|known| *known == expr || matches!(known, Expr::And(parts) if parts.contains(expr)))
                };
                self.suspended =
                    (0..).zip(&query.chips).filter(|(_, chip)| is_kept(&chip.expr)).map(|(at, _)| at).collect();
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
        let text = match query::parse(condition, vocabulary) {
            Ok(added) => match self.query.chips.iter().position(|chip| chip.expr == added.expr) {
                Some(at) => return self.remove(at, vocabulary),
                None => self.query.with(&added.expr),
            },
            // What is wrong with it is said where it stands.
            Err(_) => format!("{} {condition}", self.query.text.trim_end()),
        };
        self.set_text(&text, vocabulary);
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

    /// The conditions that count, whatever the time and the kind.
    #[must_use]
    pub fn conditions(&self) -> Expr {
        self.query.active(|at| self.is_suspended(at))
    }

    /// All that is in force, as a filter that can be read again.
    #[must_use]
    pub fn parsed(&self) -> String {
        let kind = self.kind.and_then(kind_expr);
        Expr::and(kind.into_iter().chain([self.expr()])).to_string()
    }

    /// The single values of a field that conditions in force choose or leave out, each as a filter writes it and with its test.
    #[must_use]
    pub fn named(&self, field: &Field) -> Vec<(String, Test)> {
        let conditions = self.query.chips.iter().enumerate().filter(|(at, _)| !self.is_suspended(*at));
        let mut named: Vec<(String, Test)> = Vec::new();
        for (_, chip) in conditions {
            let expr = match &chip.expr {
                Expr::Not(inner) => inner,
                expr => expr,
            };
            for test in tests(expr, field).unwrap_or_default() {
                if let Some(text) = single(test)
                    && !named.iter().any(|(_, known)| known == test)
                {
                    named.push((text, test.clone()));
                }
            }
        }
        named
    }

    /// Whether every record passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind.is_none() && self.expr() == Expr::All
    }
}

/// The tests that a condition makes on a field and nothing else: any of them may pass.
#[must_use]
pub fn tests<'e>(expr: &'e Expr, field: &Field) -> Option<Vec<&'e Test>> {
    match expr {
        Expr::Term(Term::Field { field: about, test }) if about == field && *test != Test::Present => Some(vec![test]),
        Expr::Or(parts) => {
            let parts: Option<Vec<Vec<&Test>>> = parts.iter().map(|part| tests(part, field)).collect();
            parts.map(|parts| parts.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// The one value that a test names; ranges and patterns name none.
#[must_use]
pub fn single(test: &Test) -> Option<String> {
    match test {
        Test::Is(Matcher::Text(text)) => Some(text.clone()),
        Test::Number(Interval::Within(from, to)) if from == to => Some(from.to_string()),
        Test::Version(Interval::Within(from, to)) if from == to => Some(from.to_string()),
        _ => None,
    }
}

/// The condition that records are of a kind.
#[must_use]
pub fn kind_expr(kind: Kind) -> Option<Expr> {
    query::parse(&format!("kind:{}", kind.name()), &Unknown).ok().map(|query| query.expr)
}

/// The condition that a time lies from one instant to another, in nanoseconds since 1970; both are in it.
#[must_use]
pub fn range_expr((first, last): (i64, i64)) -> Option<Expr> {
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
    fn parentheses_do_not_pile_up_where_conditions_come_and_go() {
        for (text, added, expected) in [
            ("(kind:decision or kind:access)", "result:deny", "(kind:decision or kind:access) result:deny"),
            ("((kind:decision))", "result:deny", "kind:decision result:deny"),
            ("((a or b)) (c d)", "e", "(a or b) c d e"),
            ("time:2026-05-01 and -(a)", "e", "time:2026-05-01 -a e"),
            ("", "(a or b)", "a or b"),
            ("(kind:decision)", "kind:decision", ""),
        ] {
            let mut filter = of(text);
            filter.toggle(added, &Unknown);
            assert_eq!(filter.text(), expected, "{text} and {added}");
        }
        let mut filter = of("(a or b)");
        for _ in 0..3 {
            filter.toggle("c", &Unknown);
            assert_eq!(filter.text(), "(a or b) c");
            filter.toggle("c", &Unknown);
            assert_eq!(filter.text(), "(a or b)");
        }
        let mut filter = of("((a or b)) (c d)");
        filter.suspend_all();
        filter.toggle("e", &Unknown);
        assert_eq!((filter.parsed().as_str(), filter.suspended()), ("e", 3), "what was suspended stays so");
    }

    #[test]
    fn single_values_are_named_and_ranges_are_not() {
        let field = crate::app::shape::field("version").unwrap();
        for (text, expected) in [
            ("", &[][..]),
            ("version:2.4 result:deny", &["2.4"][..]),
            ("-(version:2.4 or version:\"x y\")", &["2.4", "x y"]),
            ("version:2.4 -version:2.4", &["2.4"]),
            ("version>=2.4 version:2.*", &[]),
            ("(version:2.4 or result:deny)", &[]),
        ] {
            let named: Vec<String> = of(text).named(&field).into_iter().map(|(text, _)| text).collect();
            assert_eq!(named, expected, "{text}");
        }
        let mut filter = of("version:2.4");
        filter.suspend_all();
        assert_eq!(filter.named(&field), []);
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
