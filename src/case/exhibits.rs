//! The numbers of exhibits: each is given once, whatever became of it since.

use super::Case;
use super::entry::{Action, Captured, Entry, Numbered, Value};

/// What the journals of a case say of numbers that were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The greatest; 0 where none was given.
    pub last: u64,
    /// What stood before the number that was given last in time.
    pub prefix: String,
}

impl Given {
    /// Of entries in the order of time: those that were undone, and of exhibits that were deleted, count as well.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut out = Self::default();
        for entry in entries {
            let (Action::Captured(Captured { exhibit: Some(Numbered { number, prefix, .. }), .. })
            | Action::Put { value: Value::Exhibit { number, prefix, .. }, .. }) = &entry.action
            else {
                continue;
            };
            out.last = out.last.max(*number);
            out.prefix.clone_from(prefix);
        }
        out
    }

    /// The next one.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.last.saturating_add(1)
    }
}

impl Case {
    /// The numbers of exhibits that were given.
    #[must_use]
    pub fn exhibits_given(&self) -> Given {
        Given::of(self.entries().into_iter().map(|listed| listed.entry))
    }
}

/// A number as it is printed: `Exhibit 3`, or `P-0003` behind a prefix.
#[must_use]
pub fn numbered(prefix: &str, number: u64) -> String {
    if prefix.is_empty() { format!("Exhibit {number}") } else { format!("{prefix}{number:04}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Author, Digest};

    #[test]
    fn a_number_is_given_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut case = Case::create(&folder.path().join("a.probity-case"), Author::default()).expect("a case");
        let put = |case: &mut Case, number, prefix: &str| {
            let exhibit =
                Value::Exhibit { number, prefix: prefix.to_owned(), title: String::new(), digest: Digest([0; 32]) };
            case.put(exhibit).expect("put")
        };
        assert_eq!(case.exhibits_given().next(), 1);
        put(&mut case, 1, "");
        let second = put(&mut case, 2, "P-");
        assert_eq!(case.exhibits_given(), Given { last: 2, prefix: "P-".to_owned() });
        case.delete(second).expect("deleted");
        assert_eq!(case.exhibits_given().next(), 3, "deleted");
        put(&mut case, 3, "P-");
        case.undo().expect("undone");
        assert_eq!(case.exhibits_given().next(), 4, "undone");
        let exhibit = Some(Numbered { number: 9, prefix: "Q-".to_owned(), title: "Rows".to_owned() });
        let (digest, sidecar) = (Digest([1; 32]), Some(Digest([2; 32])));
        let captured =
            Captured { bundles: Vec::new(), filter: String::new(), digest, sidecar, to: String::new(), exhibit };
        case.record(Action::Captured(captured.clone())).expect("recorded");
        assert_eq!(case.exhibits_given(), Given { last: 9, prefix: "Q-".to_owned() }, "one entry gives it");
        let items = case.state().items();
        assert_eq!(items.last().map(|(_, item)| item.values()), captured.item().as_ref().map(|item| vec![item]));
        let name = items.last().expect("an item").0;
        case.undo().expect("undone");
        assert!(case.state().items().iter().any(|(item, _)| *item == name), "it was handed out");
        case.delete(name).expect("deleted");
        assert!(case.state().items().iter().all(|(item, _)| *item != name), "deleted");
        assert_eq!(case.exhibits_given().next(), 10);
        put(&mut case, u64::MAX, "");
        assert_eq!(case.exhibits_given().next(), u64::MAX, "no number is too great to be read");
    }

    #[test]
    fn numbers_are_printed() {
        assert_eq!((numbered("", 3), numbered("P-", 3)), ("Exhibit 3".to_owned(), "P-0003".to_owned()));
    }
}
