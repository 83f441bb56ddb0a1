//! What speaks against a chain, counted in one way for every view: places that are broken, gaps, and an end that is missing.

use crate::integrity::Report;
use crate::integrity::code::{Code, Severity};
use crate::integrity::verdict::{Completeness, Integrity};

/// What a finding says of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Something does not hash or link, or is not what it claims to be.
    Broken,
    /// Records are missing between others or before them.
    Gap,
    /// Records are missing behind the last one.
    End,
}

impl Damage {
    /// What findings of a code say of the chain; `None` where they do not speak against it.
    #[must_use]
    pub fn of(code: Code) -> Option<Self> {
        let forced = code.effect().forces().filter(|_| code.severity() == Severity::Error)?;
        match forced {
            forced if forced == Integrity::Broken.name() => Some(Self::Broken),
            forced if forced == Completeness::Gaps.name() => Some(Self::Gap),
            forced if forced == Completeness::Truncated.name() => Some(Self::End),
            _ => None,
        }
    }
}

/// How many findings of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damages {
    /// See [`Damage::Broken`].
    pub broken: u64,
    /// See [`Damage::Gap`].
    pub gaps: u64,
    /// See [`Damage::End`].
    pub ends: u64,
}

impl Damages {
    /// Those of a report; exact also where not every finding is listed.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let mut damages = Self::default();
        for code in Code::ALL {
            let n = report.finding_counts.get(code.name()).copied().unwrap_or_default();
            match Damage::of(*code) {
                Some(Damage::Broken) => damages.broken += n,
                Some(Damage::Gap) => damages.gaps += n,
                Some(Damage::End) => damages.ends += n,
                None => {}
            }
        }
        damages
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.broken + self.gaps + self.ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_chain_is_of_one_form() {
        for (code, expected) in [
            (Code::ChainBrokenLink, Some(Damage::Broken)),
            (Code::ManifestDigestMismatch, Some(Damage::Broken)),
            (Code::ChainGap, Some(Damage::Gap)),
            (Code::SliceUndeclaredGap, Some(Damage::Gap)),
            (Code::ChainTruncated, Some(Damage::End)),
            (Code::CheckpointRollback, Some(Damage::End)),
            (Code::CheckpointSignatureInvalid, None),
            (Code::TimeBackwards, None),
            (Code::VerifyNothingToCheck, None),
        ] {
            assert_eq!(Damage::of(code), expected, "{code:?}");
        }
    }
}
