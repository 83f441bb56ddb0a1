//! What moved: at the beginnings of versions, and against the days before the window. Everything is measured before anything is
//! said, so that every test counts for what the others may find by chance.

use super::Found;
use super::compare::{Test, adjust};
use super::scope::Scope;
use super::{degradation, drift};
use crate::evidence::EvidenceError;

/// Looks for model degradation, data drift, and what moved without either.
pub(super) fn find(scope: &Scope<'_>, found: &mut Found) -> Result<(), EvidenceError> {
    let mut boundaries = degradation::measured(scope, found)?;
    let mut groups = drift::measured(scope, found)?;
    // One question: did anything move? All models, all fields and all figures are asked it together. Single values are looked
    // at more closely, and so are a family of their own: there are many of them, and they are not to make the first answer less
    // certain. The way back is asked only of what moved, and of all decisions and of single values apart as well.
    let of_boundaries = boundaries.iter_mut().flat_map(|boundary| &mut boundary.tests);
    adjust(of_boundaries.chain(groups.iter_mut().flat_map(drift::Measured::tests)));
    adjust(boundaries.iter_mut().flat_map(|boundary| &mut boundary.by_value));
    adjust(boundaries.iter_mut().flat_map(|boundary| &mut boundary.back));
    adjust(boundaries.iter_mut().flat_map(|boundary| &mut boundary.back_by_value));
    degradation::judge(scope, &boundaries, found)?;
    drift::judge(scope, &groups, found)
}

/// Whether a figure moved for the worse: more errors, more overrides, less confidence. Of adverse results more or fewer are neither
/// better nor worse: moved counts.
pub(super) fn is_worse(scope: &Scope<'_>, test: &Test) -> bool {
    test.strength(scope.limits).is_some()
        && match test.name.as_str() {
            "confidence" => !test.rose(),
            "error_rate" | "override_rate" => test.rose(),
            _ => true,
        }
}
