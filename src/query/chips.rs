//! The pieces of a filter that a window shows as chips: what stands side by side at the top. Each can be taken out,
//! suspended or negated by itself. The text stays the one truth: what is changed is the text.

use super::Query;
use super::error::Span;
use super::expr::Expr;

/// One of the conditions that all have to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// Where it stands in the filter.
    pub span: Span,
    /// Where what it negates stands; `None` where it negates nothing.
    pub operand: Option<Span>,
    /// Whether it can stand beside others as it is; `a or b` needs parentheses for that.
    pub(super) is_bare: bool,
    /// What it asks.
    pub expr: Expr,
}

impl Chip {
    /// Whether it is negated.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.operand.is_some()
    }
}

impl Query {
    /// The part of the text that a chip is.
    #[must_use]
    pub fn chip_text(&self, chip: &Chip) -> &str {
        self.text.get(chip.span.clone()).unwrap_or_default()
    }

    /// The filter while the chips are suspended for which `is_suspended` says so, by their index.
    #[must_use]
    pub fn active(&self, is_suspended: impl Fn(usize) -> bool) -> Expr {
        Expr::and(self.chips.iter().enumerate().filter(|(at, _)| !is_suspended(*at)).map(|(_, chip)| chip.expr.clone()))
    }

    /// The text without the chip.
    #[must_use]
    pub fn without(&self, index: usize) -> String {
        let kept = self.chips.iter().enumerate().filter(|(at, _)| *at != index);
        kept.map(|(_, chip)| self.chip_text(chip)).collect::<Vec<_>>().join(" ")
    }

    /// The text with the chip negated, or no longer negated.
    #[must_use]
    pub fn negated(&self, index: usize) -> String {
        let Some(chip) = self.chips.get(index) else { return self.text.clone() };
        let new = match &chip.operand {
            Some(operand) => self.text.get(operand.clone()).unwrap_or_default().trim_start().to_owned(),
            None if chip.is_bare => format!("-{}", self.chip_text(chip)),
            None => format!("-({})", self.chip_text(chip)),
        };
        self.replaced(index, &new)
    }

    /// The text with another one in place of the chip; with none, as [`Query::without`].
    #[must_use]
    pub fn replaced(&self, index: usize, new: &str) -> String {
        let Some(chip) = self.chips.get(index) else { return self.text.clone() };
        if new.trim().is_empty() {
            return self.without(index);
        }
        let (before, after) = (self.text.get(..chip.span.start), self.text.get(chip.span.end..));
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        // Pieces may stand next to each other only because one of them is in parentheses.
        let gap = |is_apart: bool| if is_apart { "" } else { " " };
        let (first, last) =
            (before.is_empty() || before.ends_with(char::is_whitespace), after.starts_with(char::is_whitespace));
        [before, gap(first), new, gap(last || after.is_empty()), after].concat()
    }

    /// The text with one more condition. Parentheses that say nothing go, so that they do not pile up where one condition
    /// after another is added; what is written is kept otherwise.
    #[must_use]
    pub fn with(&self, condition: &Expr) -> String {
        if *condition == Expr::All {
            return self.text.trim().to_owned();
        }
        let added = match condition {
            Expr::Or(_) if !self.chips.is_empty() => format!("({condition})"),
            condition => condition.to_string(),
        };
        let pieces = self.chips.iter().map(|chip| self.piece(chip)).chain([added]);
        pieces.collect::<Vec<_>>().join(" ")
    }

    /// A chip as it can stand beside others: as it is written, or in canonical form where that is shorter.
    fn piece(&self, chip: &Chip) -> String {
        let group = |text: &str| format!("({text})");
        let written = self.chip_text(chip);
        let written = if chip.is_bare { written.to_owned() } else { group(written) };
        let canonical = chip.expr.to_string();
        let canonical = if matches!(chip.expr, Expr::Or(_)) { group(&canonical) } else { canonical };
        if canonical.chars().count() < written.chars().count() { canonical } else { written }
    }
}
