//! The five axes of a verdict. Within an axis the values are ordered from the best to the worst; a verdict starts at
//! the best of each, and every finding pulls its axis down to the value that its code forces. Nothing else decides.

use serde::{Deserialize, Serialize};

macro_rules! axis {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$value_doc])* #[serde(rename = $text)] $value,)+ }

        impl $name {
            /// Every value, from the best to the worst.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The value's name in JSON.
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }
        }
    };
}

axis! {
    /// Whether what is there is what was written.
    Integrity {
        /// Every record present hashes and links.
        Intact = "intact",
        /// There is nothing to check against.
        Unverifiable = "unverifiable",
        /// Something does not hash or link, or the bundle contradicts itself.
        Broken = "broken",
    }
}
axis! {
    /// Whether everything is there.
    Completeness {
        /// Every record up to the newest checkpoint signed by a trusted key, or kept by the auditor.
        Whole = "whole",
        /// A declared and proven slice.
        Slice = "slice",
        /// No trusted anchor for the end.
        TailUnknown = "tail_unknown",
        /// Records are missing that nobody declared missing.
        Gaps = "gaps",
        /// Fewer records than a checkpoint commits to.
        Truncated = "truncated",
    }
}
axis! {
    /// Who vouches for it.
    Authorship {
        /// A key that the auditor supplied signed every checkpoint.
        Trusted = "trusted",
        /// Signed by a key that lies in the bundle itself.
        SelfAsserted = "self_asserted",
        /// Not signed in the log's name.
        Unsigned = "unsigned",
        /// Signed, but not by a key that was supplied.
        Untrusted = "untrusted",
        /// A signature that fails under the key it names.
        Invalid = "invalid",
    }
}
axis! {
    /// What the times in it rest on.
    Time {
        /// A trusted witness saw the log.
        Bounded = "bounded",
        /// The writer's own clock.
        SelfAsserted = "self_asserted",
        /// Records contradict a trusted sight of the log.
        Implausible = "implausible",
    }
}
axis! {
    /// Whether others were shown the same log.
    Equivocation {
        /// At least one trusted witness cosigned the newest checkpoint.
        Witnessed = "witnessed",
        /// No witness.
        None = "none",
        /// Two valid checkpoints that cannot belong to one log.
        Split = "split",
    }
}

/// An axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// See [`Integrity`].
    Integrity,
    /// See [`Completeness`].
    Completeness,
    /// See [`Authorship`].
    Authorship,
    /// See [`Time`].
    Time,
    /// See [`Equivocation`].
    Equivocation,
}

impl Axis {
    /// The axis' name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integrity => "integrity",
            Self::Completeness => "completeness",
            Self::Authorship => "authorship",
            Self::Time => "time",
            Self::Equivocation => "equivocation",
        }
    }
}

/// What a code does to its axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it informs about this axis.
    On(Axis),
    /// Integrity is at best this.
    Integrity(Integrity),
    /// Completeness is at best this.
    Completeness(Completeness),
    /// Authorship is at best this.
    Authorship(Authorship),
    /// Time is at best this.
    Time(Time),
    /// Equivocation is at best this.
    Equivocation(Equivocation),
}

impl Effect {
    /// The axis concerned.
    pub fn axis(self) -> Axis {
        match self {
            Self::On(axis) => axis,
            Self::Integrity(_) => Axis::Integrity,
            Self::Completeness(_) => Axis::Completeness,
            Self::Authorship(_) => Axis::Authorship,
            Self::Time(_) => Axis::Time,
            Self::Equivocation(_) => Axis::Equivocation,
        }
    }

    /// The name of the value forced; `None` where none is.
    pub fn forces(self) -> Option<&'static str> {
        match self {
            Self::On(_) => None,
            Self::Integrity(value) => Some(value.name()),
            Self::Completeness(value) => Some(value.name()),
            Self::Authorship(value) => Some(value.name()),
            Self::Time(value) => Some(value.name()),
            Self::Equivocation(value) => Some(value.name()),
        }
    }
}

/// The verdict on a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether what is there is what was written.
    pub integrity: Integrity,
    /// Whether everything is there.
    pub completeness: Completeness,
    /// Who vouches for it.
    pub authorship: Authorship,
    /// What the times in it rest on.
    pub time: Time,
    /// Whether others were shown the same log.
    pub equivocation: Equivocation,
}

impl Verdict {
    /// The best verdict that these effects allow.
    pub fn from_effects(effects: impl IntoIterator<Item = Effect>) -> Self {
        let mut verdict = Self {
            integrity: Integrity::Intact,
            completeness: Completeness::Whole,
            authorship: Authorship::Trusted,
            time: Time::Bounded,
            equivocation: Equivocation::Witnessed,
        };
        for effect in effects {
            match effect {
                Effect::On(_) => {}
                Effect::Integrity(value) => verdict.integrity = verdict.integrity.max(value),
                Effect::Completeness(value) => verdict.completeness = verdict.completeness.max(value),
                Effect::Authorship(value) => verdict.authorship = verdict.authorship.max(value),
                Effect::Time(value) => verdict.time = verdict.time.max(value),
                Effect::Equivocation(value) => verdict.equivocation = verdict.equivocation.max(value),
            }
        }
        verdict
    }

    /// How much speaks against a bundle: greater is worse, integrity first.
    #[must_use]
    pub fn badness(&self) -> impl Ord + use<> {
        (self.integrity, self.completeness, self.authorship, self.time, self.equivocation)
    }

    /// The names of the axes and their values.
    #[must_use]
    pub fn axes(&self) -> [(Axis, &'static str); 5] {
        [
            (Axis::Integrity, self.integrity.name()),
            (Axis::Completeness, self.completeness.name()),
            (Axis::Authorship, self.authorship.name()),
            (Axis::Time, self.time.name()),
            (Axis::Equivocation, self.equivocation.name()),
        ]
    }

    /// The exit code of `probity verify`: 0 nothing speaks against it, 1 something does, 3 there is nothing to check
    /// against. `keys_given`: the auditor supplied at least one key of a log.
    pub fn exit_code(&self, keys_given: bool) -> u8 {
        // Where nothing could be checked, that nothing trusted signed it says no more than that.
        let unvouched = match self.integrity {
            Integrity::Unverifiable => self.authorship == Authorship::Untrusted,
            _ => self.authorship != Authorship::Trusted,
        };
        let against = self.integrity == Integrity::Broken
            || self.completeness >= Completeness::Gaps
            || self.authorship == Authorship::Invalid
            || (keys_given && unvouched)
            || self.time == Time::Implausible
            || self.equivocation == Equivocation::Split;
        match (against, self.integrity) {
            (true, _) => 1,
            (false, Integrity::Unverifiable) => 3,
            (false, _) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_takes_the_worst_value_forced() {
        let best = Verdict::from_effects([]);
        assert_eq!(best.exit_code(true), 0);
        let verdict = Verdict::from_effects([
            Effect::Completeness(Completeness::Truncated),
            Effect::Completeness(Completeness::TailUnknown),
            Effect::On(Axis::Integrity),
        ]);
        assert_eq!(verdict, Verdict { completeness: Completeness::Truncated, ..best });
    }

    #[test]
    fn exit_codes() {
        use Effect as E;
        for (effect, without_keys, with_keys) in [
            (E::Integrity(Integrity::Broken), 1, 1),
            (E::Integrity(Integrity::Unverifiable), 3, 3),
            (E::Completeness(Completeness::Slice), 0, 0),
            (E::Completeness(Completeness::TailUnknown), 0, 0),
            (E::Completeness(Completeness::Gaps), 1, 1),
            (E::Completeness(Completeness::Truncated), 1, 1),
            (E::Authorship(Authorship::SelfAsserted), 0, 1),
            (E::Authorship(Authorship::Unsigned), 0, 1),
            (E::Authorship(Authorship::Untrusted), 0, 1),
            (E::Authorship(Authorship::Invalid), 1, 1),
            (E::Time(Time::SelfAsserted), 0, 0),
            (E::Time(Time::Implausible), 1, 1),
            (E::Equivocation(Equivocation::None), 0, 0),
            (E::Equivocation(Equivocation::Split), 1, 1),
        ] {
            let verdict = Verdict::from_effects([effect]);
            assert_eq!((verdict.exit_code(false), verdict.exit_code(true)), (without_keys, with_keys), "{effect:?}");
        }
        let nothing = [E::Integrity(Integrity::Unverifiable), E::Authorship(Authorship::Unsigned)];
        assert_eq!(Verdict::from_effects(nothing).exit_code(true), 3);
    }
}
