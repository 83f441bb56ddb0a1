//! What is said of each value of each axis.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::Path;

use super::*;
use crate::integrity::{Options, Unwatched, verify};

fn report(name: &str) -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name);
    verify(&path, &Options::default(), &Unwatched).expect("a report")
}

#[test]
fn every_value_has_words_a_state_and_a_limit() {
    let mut report = report("lending.audit.zip");
    let check = |report: &Report, at: usize| {
        let said = &axes(report)[at];
        assert!(!said.value.is_empty() && !said.checked.is_empty() && !said.not_proven.is_empty(), "{said:?}");
        for text in [&said.value, &said.checked] {
            assert!(!text.contains(['!', '_']) && !text.contains("PASS"), "{text}");
        }
        assert!(said.checked.ends_with('.') && said.value.chars().next().unwrap().is_uppercase(), "{said:?}");
        said.state
    };
    let mut seen = Vec::new();
    for value in Integrity::ALL {
        report.verdict.integrity = *value;
        seen.push((value.name(), check(&report, 0)));
        assert!(!headline(&report).is_empty());
    }
    report.verdict.integrity = Integrity::Intact;
    for value in Completeness::ALL {
        report.verdict.completeness = *value;
        seen.push((value.name(), check(&report, 1)));
        assert!(!headline(&report).is_empty());
    }
    for value in Authorship::ALL {
        report.verdict.authorship = *value;
        seen.push((value.name(), check(&report, 2)));
    }
    for value in Time::ALL {
        report.verdict.time = *value;
        seen.push((value.name(), check(&report, 3)));
    }
    for value in Equivocation::ALL {
        report.verdict.equivocation = *value;
        seen.push((value.name(), check(&report, 4)));
    }
    // Red is for what speaks against the evidence, and for nothing else.
    let broken: Vec<_> =
        seen.iter().filter(|(_, state)| *state == VerdictState::Broken).map(|(name, _)| *name).collect();
    assert_eq!(broken, ["broken", "gaps", "truncated", "invalid", "implausible", "split"]);
    let intact: Vec<_> =
        seen.iter().filter(|(_, state)| *state == VerdictState::Intact).map(|(name, _)| *name).collect();
    assert_eq!(intact, ["intact", "whole", "trusted", "bounded", "witnessed"]);
}

#[test]
fn what_is_said_of_the_samples() {
    let intact = report("lending.audit.zip");
    assert_eq!(axes(&intact)[0].checked, "20\u{202f}000 hashes recomputed, every link holds. 5 roots reproduced.");
    assert_eq!(headline(&intact), "Every record links; no trusted checkpoint anchors them");
    let tampered = report("lending-tampered.audit.zip");
    assert_eq!(headline(&tampered), "Broken: replaced in 1 place, deleted in 1 place, end cut off");
    assert_eq!(axes(&tampered)[1].value, "351 missing, end cut off");
    let standing = standing(&tampered);
    assert!(standing.contains(&("351".to_owned(), "missing", true)), "{standing:?}");
    assert!(badness(&tampered) > badness(&intact));
}
