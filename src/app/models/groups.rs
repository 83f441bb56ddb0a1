//! Which fields may say which group a person belongs to: those of few values that could be names of groups.

use crate::analysis::categories::Categories;
use crate::analysis::compare::segments::MAX_VALUES;
use crate::analysis::decisions::Decisions;
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{Field, Path};

/// Where groups are said by name.
const GROUP: &str = "subject.group";

/// Last members that name one record, person or moment, and no group.
const NO_GROUPS: [&str; 8] = ["id", "hash", "time", "timestamp", "date", "at", "url", "$sealed"];

/// The field that is taken for the group where none is chosen: one that says that it is.
pub(super) fn usual(groups: &[String]) -> Option<&String> {
    groups.iter().find(|name| rank(name) == Some(0))
}

/// Fields that may say which group a person belongs to: of the person first, then of the input. A field is one where it stands below
/// `subject`, `input.metadata` or `input.data`, is no id, hash, time or seal, and decisions have 2 to [`MAX_VALUES`] different values
/// there; numbers only where they can be codes: whole, and below 100.
pub(super) fn groups(
    evidence: &Evidence,
    decisions: &Decisions,
    watch: &dyn Watch,
) -> Result<Vec<String>, EvidenceError> {
    let mut found = Vec::new();
    for known in evidence.fields().iter().filter(|known| known.has_column) {
        let Field::Path(path) = &known.field else { continue };
        let Some(rank) = rank(&known.name).filter(|_| may_be_group(path)) else { continue };
        let column = match evidence.column(&known.field, watch) {
            Ok(column) => column,
            Err(EvidenceError::TooVaried(_)) => continue,
            Err(error) => return Err(error),
        };
        let values = Categories::of(&column, decisions.rows().iter(), MAX_VALUES, watch)?;
        let is_number = crate::app::shape::is_number(&known.name, Some(known));
        if values.more() == 0 && are_groups(values.names(), is_number) {
            found.push((rank, known.name.clone()));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, name)| name).collect())
}

/// How much a field of that name is of the person: the less, the more.
fn rank(name: &str) -> Option<u8> {
    match name {
        GROUP => Some(0),
        name if name.starts_with("subject.group.") => Some(0),
        name if name.starts_with("input.metadata.") || name.starts_with("input.data.") => Some(1),
        name if name.starts_with("subject.") => Some(2),
        _ => None,
    }
}

/// Whether the last member of a path may hold the name of a group.
fn may_be_group(path: &Path) -> bool {
    let last = path.members().last().map(|name| name.to_lowercase()).unwrap_or_default();
    let word = last.rsplit(['_', '-']).next().unwrap_or_default();
    !NO_GROUPS.contains(&last.as_str()) && !NO_GROUPS.contains(&word)
}

/// Whether these values, all that there are, can be groups.
fn are_groups(values: &[String], are_numbers: bool) -> bool {
    let is_code = |value: &String| value.parse::<u8>().is_ok_and(|code| code < 100);
    values.len() > 1 && (!are_numbers || values.iter().all(is_code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_hashes_times_and_seals_are_no_groups() {
        for (members, expected) in [
            (&["subject", "group"][..], true),
            (&["input", "metadata", "segment"], true),
            (&["input", "metadata", "provided"], true),
            (&["subject", "id"], false),
            (&["subject", "id_hash"], false),
            (&["input", "metadata", "Customer_ID"], false),
            (&["input", "metadata", "applied_at"], false),
            (&["input", "metadata", "birth_date"], false),
            (&["input", "data", "$sealed"], false),
        ] {
            let path = Path::new(members.iter().map(|&name| name.to_owned()).collect()).expect("a path");
            assert_eq!(may_be_group(&path), expected, "{members:?}");
        }
    }

    #[test]
    fn only_few_values_of_a_kind_are_groups() {
        for (values, are_numbers, expected) in [
            (&["a", "b"][..], false, true),
            (&["a"], false, false),
            (&[], false, false),
            (&["0", "1"], true, true),
            (&["500", "1000"], true, false),
            (&["0.5", "1"], true, false),
        ] {
            let values: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
            assert_eq!(are_groups(&values, are_numbers), expected, "{values:?}");
        }
    }

    #[test]
    fn only_what_says_that_it_is_a_group_is_taken_for_one() {
        let fields = ["subject.group", "input.metadata.segment"].map(str::to_owned);
        assert_eq!(usual(&fields).map(String::as_str), Some("subject.group"));
        assert_eq!(usual(&fields[1..]), None, "the user chooses");
    }
}
