//! What is pushed for the records of one shape: found out once, so that the names of their members need not be looked up
//! again and again.

use super::paths::Node;
use crate::record::Outline;

/// What is pushed for a record of a shape, in its order.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) pushes: Vec<Push>,
    /// Some of its members are beyond the paths that are told apart. Those that are stay so.
    pub(super) is_beyond: bool,
}

/// What is pushed at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Push {
    Nested(Node),
    Null(Node),
    /// A scalar, by its number in the shape.
    Slot {
        node: Node,
        slot: usize,
        /// It is the member `decision` of the record itself.
        is_decision: bool,
    },
}

/// A plan in the making, while a record of the shape is walked.
#[derive(Debug)]
pub(super) struct Making {
    plan: Plan,
    /// Where the scalars of the shape begin in the text, ascending.
    starts: Vec<usize>,
}

impl Making {
    pub(super) fn new(outline: &Outline) -> Self {
        Self { plan: Plan::default(), starts: outline.slot_starts().collect() }
    }

    pub(super) fn nested(&mut self, node: Node) {
        self.plan.pushes.push(Push::Nested(node));
    }

    /// A scalar that begins at byte `at` of the text.
    pub(super) fn scalar(&mut self, at: usize, node: Node, is_decision: bool) {
        self.plan.pushes.push(match self.starts.binary_search(&at) {
            Ok(slot) => Push::Slot { node, slot, is_decision },
            // Only a `null` in a list is no scalar of the shape.
            Err(_) => Push::Null(node),
        });
    }

    pub(super) fn finish(mut self, is_beyond: bool) -> Plan {
        self.plan.is_beyond = is_beyond;
        self.plan
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::index::ids::KeyMaker;
    use crate::index::part::{Part, Seer};
    use crate::integrity::scan::{LineState, ReadRecord, ScannedLine, SeeLines as _};
    use crate::record::{Facts, Outline, check_noting};

    /// What is kept of records, each outlined by an outline that knows the shapes of those before, or by a new one.
    fn part(records: &[String], keys: &KeyMaker, is_knowing: bool) -> (Part, usize) {
        let mut seer = Seer::new(keys.clone());
        let (mut outline, mut known) = (Outline::default(), 0);
        for text in records {
            if !is_knowing {
                outline = Outline::default();
            }
            let Facts { kind, audit_id, .. } = check_noting(text, &mut outline).expect("a record");
            known += usize::from(outline.shape().is_some());
            let record = Some(ReadRecord { text, kind, at: None, audit_id });
            let line = ScannedLine {
                state: LineState::Intact,
                offset: 0,
                bytes: text.len(),
                stated: None,
                record,
                outline: &outline,
            };
            seer.see(&line);
        }
        (seer.take(), known)
    }

    fn value() -> impl Strategy<Value = String> {
        let scalar = prop::sample::select(vec!["null", "1", "-2.5", "true", "\"\"", "\"a\"", "\"a\\n\"", "\"d-1\""]);
        scalar.prop_map(str::to_owned).prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
                (inner.clone(), inner).prop_map(|(a, b)| format!(r#"{{"a":{a},"decision":{b}}}"#)),
                Just("{}".to_owned()),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_known_shape_changes_nothing(
            lines in prop::collection::vec(("review|outcome|decision|x", prop::sample::select(vec!["a", "decision", "audit_id"]), value()), 1..12),
        ) {
            let records: Vec<String> =
                lines.iter().map(|(kind, name, value)| format!(r#"{{"kind":"{kind}","{name}":{value}}}"#)).collect();
            // Each several times, so that shapes come to be known.
            let records = [records.as_slice(), &records, &records].concat();
            let keys = KeyMaker::new();
            let ((knowing, known), (other, none)) = (part(&records, &keys, true), part(&records, &keys, false));
            prop_assert_eq!(format!("{knowing:?}"), format!("{other:?}"));
            // Identifiers with escapes are left to the thorough check.
            prop_assert!(none == 0 && (known > 0 || records.iter().any(|record| record.contains('\\'))));
        }
    }
}
