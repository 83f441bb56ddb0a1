//! The known name that a wrong one was probably meant to be.

use super::field::{Alias, KEYWORDS, TYPED};
use super::vocabulary::Vocabulary;

/// Names longer than this, in characters, are not compared.
const MAX_CHARS: usize = 64;

/// The field nearest to `name`, as it is written in a filter.
pub(super) fn field(name: &str, vocabulary: &dyn Vocabulary) -> Option<String> {
    let paths = vocabulary.paths();
    // Somebody who writes `region` means `metadata.region`; the one that most records have.
    let ending = paths
        .iter()
        .filter(|known| known.path.members().last().is_some_and(|last| last == name))
        .max_by_key(|known| known.records);
    if let Some(known) = ending {
        return Some(known.path.to_string());
    }
    let known = paths.iter().map(|known| known.path.to_string());
    let typed = TYPED.iter().map(|(members, _)| members.join("."));
    let names = Alias::ALL.iter().map(|alias| alias.name).chain(KEYWORDS).map(str::to_owned);
    word(name, names.chain(known).chain(typed))
}

/// The word nearest to `name`, where one is near: a third of its letters may be wrong, one always.
pub(super) fn word(name: &str, words: impl IntoIterator<Item = String>) -> Option<String> {
    let length = name.chars().count();
    if length > MAX_CHARS {
        return None;
    }
    let most = (length / 3).max(1);
    words
        .into_iter()
        .filter(|word| word.len() <= 4 * MAX_CHARS)
        .map(|word| (distance(&name.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= most && *distance < word.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many letters must be put in, taken out, replaced or swapped with the next (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_apart() {
        for (a, b, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("model", "modle", 1),
            ("verison", "version", 1),
            ("abc", "xyz", 3),
            ("é", "e", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
        let words = || ["model", "time", "id"].map(str::to_owned);
        for (name, nearest) in [
            ("modle", Some("model")),
            ("MODEL", Some("model")),
            ("tmie", Some("time")),
            ("xy", None),
            ("", None),
            ("ix", Some("id")),
        ] {
            assert_eq!(word(name, words()).as_deref(), nearest, "{name}");
        }
    }
}
