//! What was worked out last, kept while it rests on the same: who compares other versions does not wait for all the rest.

use crate::evidence::EvidenceError;
use crate::query::Expr;

/// Which records all of it rests on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question(Expr);

impl Question {
    /// What records have to pass. `None` where that is not said by the expression alone: marks of a case change under it.
    pub(super) fn new(expr: &Expr, marks: usize) -> Option<Self> {
        (marks == 0).then(|| Self(expr.clone()))
    }
}

/// A part of an answer, and what it rests on.
#[derive(Debug)]
pub(super) struct Kept<K, V>(Option<(K, V)>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: PartialEq, V: Clone> Kept<K, V> {
    /// What was made for this key last, else what is made now. Without a key nothing is kept; what `is_whole` does not hold of is not
    /// kept either: it is tried again.
    ///
    /// # Errors
    /// Those of making it.
    pub(super) fn of(
        &mut self,
        key: Option<K>,
        is_whole: impl FnOnce(&V) -> bool,
        make: impl FnOnce() -> Result<V, EvidenceError>,
    ) -> Result<V, EvidenceError> {
        if let (Some((known, value)), Some(key)) = (&self.0, &key)
            && known == key
        {
            return Ok(value.clone());
        }
        let value = make()?;
        self.0 = key.filter(|_| is_whole(&value)).map(|key| (key, value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rests_on_the_same_is_made_once() {
        let mut kept = Kept::default();
        let mut made = 0;
        let mut ask = |key: Option<&'static str>, is_whole: bool| {
            let found = kept.of(
                key,
                |_| is_whole,
                || {
                    made += 1;
                    Ok(made)
                },
            );
            found.expect("made")
        };
        assert_eq!([ask(Some("a"), true), ask(Some("a"), true)], [1, 1]);
        assert_eq!([ask(Some("b"), true), ask(Some("a"), true)], [2, 3], "only the last is kept");
        assert_eq!([ask(None, true), ask(Some("a"), true)], [4, 5], "nothing is kept without a key");
        assert_eq!(
            [ask(Some("c"), false), ask(Some("c"), true), ask(Some("c"), true)],
            [6, 7, 7],
            "what failed is tried again"
        );
    }

    #[test]
    fn what_marks_of_a_case_decide_is_not_kept() {
        assert!(Question::new(&Expr::All, 0).is_some());
        assert!(Question::new(&Expr::All, 1).is_none());
    }
}
