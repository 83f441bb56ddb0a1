//! Which colour a version of a model has. It follows from the names alone, so that a version looks alike in every bundle and while a
//! bundle is still being read.
//!
//! The rule: model and version, hashed, give one of [`COUNT`] places. Where two versions of a model would share one, the version that was
//! in service first has it, and the other one takes the next place that is free: what is read later never moves what was read before.
//! When all places of a model are taken, its further versions have none and are drawn as "other".

use std::collections::HashMap;

use super::service::{Service, Span};

/// So many colours there are.
pub const COUNT: usize = 6;

/// The colours of versions, by model and version.
#[derive(Debug, Clone, Default)]
pub struct Colours(HashMap<String, HashMap<String, usize>>);

impl Colours {
    /// Those of the versions that were in service.
    #[must_use]
    pub fn of(service: &Service) -> Self {
        let of_model = |spans: &[Span], model: &str| {
            let mut spans: Vec<&Span> = spans.iter().collect();
            spans.sort();
            claimed(model, spans.into_iter().map(|span| span.version.as_str()))
        };
        Self(service.models.iter().map(|model| (model.id.clone(), of_model(&model.spans, &model.id))).collect())
    }

    /// The place of a version's colour; [`COUNT`] where it has none.
    #[must_use]
    pub fn place(&self, model: &str, version: &str) -> usize {
        let known = self.0.get(model).and_then(|versions| versions.get(version));
        known.copied().unwrap_or_else(|| wanted(model, version))
    }
}

/// The place that names ask for.
fn wanted(model: &str, version: &str) -> usize {
    let mut hasher = blake3::Hasher::new();
    hasher.update(model.as_bytes());
    hasher.update(b"\0");
    hasher.update(version.as_bytes());
    let [first, second, ..] = *hasher.finalize().as_bytes();
    usize::from(u16::from_be_bytes([first, second])) % COUNT
}

/// The places of a model's versions, which come in the order in which they were in service.
fn claimed<'v>(model: &str, versions: impl Iterator<Item = &'v str>) -> HashMap<String, usize> {
    let mut out: HashMap<String, usize> = HashMap::new();
    for version in versions {
        if out.contains_key(version) {
            continue;
        }
        let wanted = wanted(model, version);
        let free = (0..COUNT).map(|by| (wanted + by) % COUNT).find(|place| !out.values().any(|taken| taken == place));
        out.insert(version.to_owned(), free.unwrap_or(COUNT));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_moves_nothing_and_no_two_share_a_place() {
        let versions: Vec<String> = (0..20).map(|n| format!("2.{n}.0")).collect();
        for model in ["credit-scoring", "triage", ""] {
            let all = claimed(model, versions.iter().map(String::as_str));
            for n in 0..versions.len() {
                let some = claimed(model, versions[..n].iter().map(String::as_str));
                assert!(some.iter().all(|(version, place)| all[version] == *place), "{model}, {n} versions");
            }
            let mut places: Vec<usize> = versions.iter().map(|version| all[version]).collect();
            assert!(places[COUNT..].iter().all(|place| *place == COUNT), "all are taken");
            places.truncate(COUNT);
            places.sort_unstable();
            assert_eq!(places, (0..COUNT).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_place_follows_from_the_names() {
        // Written down once: another hash would change every picture.
        assert_eq!(
            [("a", "1"), ("a", "2"), ("b", "1"), ("", "")].map(|(model, version)| wanted(model, version)),
            [3, 0, 1, 4],
        );
    }
}
