//! The ids of records: a prefix by kind, and a number that counts.

use super::models::MODELS;
use crate::record::Kind;

/// How many numbers are kept: one a model, then one a kind.
pub(super) const SLOTS: usize = MODELS.len() + 14;

/// Where the last number of a kind stands.
pub(super) fn slot(kind: Kind) -> usize {
    MODELS.len() + (kind as usize).min(13)
}

/// Prefix of the ids of a kind.
pub(super) fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Outcome => "oc-",
        Kind::Review => "rv-",
        Kind::Deployment => "dp-",
        Kind::Training => "tr-",
        Kind::System => "sy-",
        Kind::Access => "ac-",
        Kind::Roster => "ro-",
        Kind::Change => "ch-",
        Kind::Dataset => "ds-",
        Kind::Incident => "in-",
        Kind::Monitor => "mo-",
        Kind::Erasure => "er-",
        _ => "lg-",
    }
}
