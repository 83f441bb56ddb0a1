//! Where something that is handed out is from: which bundles, how they verified, what was asked of them, by whom and when. Every
//! sidecar has it, in the form that `assets/spec/exports.md` describes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::entry::{BundleRef, JournalRef, Value};
use crate::case::{Case, Digest};
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError, Log};
use crate::record::time::shown;

/// Where something is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Name and version of the program.
    pub program: String,
    /// When and by whom.
    pub made: Made,
    /// The case that it belongs to, where there is one.
    pub case: Option<CaseTold>,
    /// The bundles.
    pub evidence: Vec<BundleTold>,
    /// Which records.
    pub query: Asked,
    /// What none of this proves, in plain words.
    pub not_proven: Vec<String>,
}

/// When and by whom something was made: the author's own word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// RFC 3339 in UTC, by the clock of the machine.
    pub at: String,
    /// As they call themselves.
    pub by: String,
}

impl Made {
    /// Now.
    #[must_use]
    pub fn now(by: &str) -> Self {
        use chrono::SubsecRound as _;
        Self { at: shown(chrono::Utc::now().trunc_subsecs(3)), by: by.to_owned() }
    }

    /// At a time as RFC 3339, or now; `None` where it is no time.
    #[must_use]
    pub fn at(at: Option<&str>, by: &str) -> Option<Self> {
        let Some(at) = at else { return Some(Self::now(by)) };
        let at = chrono::DateTime::parse_from_rfc3339(at).ok()?;
        Some(Self { at: shown(at.to_utc()), by: by.to_owned() })
    }
}

/// A case, as far as its journal went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTold {
    /// Its name, where it has one.
    pub title: Option<String>,
    /// Its journal before this was handed out.
    pub journal: Option<JournalRef>,
}

/// A bundle, and how it verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleTold {
    /// Which: log identity and bundle digest.
    #[serde(flatten)]
    pub bundle: BundleRef,
    /// Its last record.
    pub head: Option<Head>,
    /// The five axes.
    pub verdict: BTreeMap<String, String>,
    /// Number of findings by code.
    pub findings: BTreeMap<String, u64>,
    /// Records declared withheld.
    pub withheld: u64,
    /// Records missing without a declaration.
    pub missing: u64,
}

/// The last record of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its place in the log.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
}

/// Which records were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The filter, as it reads in full; empty for every record.
    pub filter: String,
    /// How many records pass it.
    pub records: u64,
    /// Of how many.
    pub of: u64,
    /// Of those that pass it, how many are damaged.
    pub damaged: u64,
    /// The zone of every time.
    pub zone: String,
}

impl Asked {
    /// What was asked, and what came of it.
    ///
    /// # Errors
    /// [`EvidenceError`]
    pub fn of(evidence: &Evidence, filter: String, found: &Selection) -> Result<Self, EvidenceError> {
        let states = evidence.states()?;
        let is_damaged = |row: &u32| states.get(*row as usize).is_some_and(|state| *state > 0);
        Ok(Self {
            filter,
            records: found.count().into(),
            of: evidence.records()?.into(),
            damaged: found.iter().filter(is_damaged).count() as u64,
            zone: "UTC".to_owned(),
        })
    }
}

impl BundleTold {
    /// A bundle of the evidence.
    ///
    /// # Errors
    /// [`EvidenceError`]
    pub fn of(log: &Log) -> Result<Self, EvidenceError> {
        let report = &log.index.report;
        let last = log.index.rows.saturating_sub(1);
        let hash = log.index.hashes_of(last..log.index.rows)?.into_iter().next().flatten();
        let seq = log.index.seqs()?.seq(last);
        Ok(Self {
            bundle: BundleRef::of(report, log.index.bundle()),
            head: seq.zip(hash).map(|(seq, hash)| Head { seq, hash: Digest(hash) }),
            verdict: report
                .verdict
                .axes()
                .iter()
                .map(|(axis, word)| (axis.name().to_owned(), (*word).to_owned()))
                .collect(),
            findings: report.finding_counts.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect(),
            withheld: report.withheld,
            missing: report.missing,
        })
    }
}

impl CaseTold {
    /// A case as it is now.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let title =
            case.state().items().into_iter().flat_map(|(_, item)| item.values()).find_map(|value| match value {
                Value::Title { text } => Some(text.clone()),
                _ => None,
            });
        let journal = case.references().into_iter().find(|journal| journal.origin == case.origin());
        Self { title, journal }
    }
}

impl Provenance {
    /// Of what is asked of the evidence now.
    ///
    /// # Errors
    /// [`EvidenceError`]
    pub fn of(evidence: &Evidence, case: Option<CaseTold>, made: Made, query: Asked) -> Result<Self, EvidenceError> {
        let mut not_proven: Vec<String> = Vec::new();
        for said in evidence.logs().iter().flat_map(|log| &log.index.report.not_proven) {
            if !not_proven.contains(said) {
                not_proven.push(said.clone());
            }
        }
        Ok(Self {
            program: concat!("probity ", env!("CARGO_PKG_VERSION")).to_owned(),
            made,
            case,
            evidence: evidence.logs().iter().map(BundleTold::of).collect::<Result<_, _>>()?,
            query,
            not_proven,
        })
    }

    /// The same for people, as names and values.
    #[must_use]
    pub fn lines(&self) -> Vec<(String, String)> {
        let mut out = vec![("made".to_owned(), format!("{} by {}, with {}", self.made.at, self.made.by, self.program))];
        let mut line = |name: &str, value: String| out.push((name.to_owned(), value));
        if let Some(case) = &self.case {
            line("case", case.title.clone().unwrap_or_else(|| "without a name".to_owned()));
            if let Some(journal) = &case.journal {
                line("journal", format!("{}, {} entries, the last one {}", journal.origin, journal.size, journal.head));
            }
        }
        line(
            "filter",
            if self.query.filter.is_empty() { "none: all records".to_owned() } else { self.query.filter.clone() },
        );
        line(
            "records",
            format!(
                "{} of {} pass the filter, {} of them damaged",
                self.query.records, self.query.of, self.query.damaged
            ),
        );
        line("zone", self.query.zone.clone());
        for told in &self.evidence {
            let unknown = || "not determinable".to_owned();
            let hash = |digest: Option<Digest>| digest.map_or_else(unknown, |digest| digest.to_string());
            line("bundle", told.bundle.name.clone());
            line("BLAKE3", hash(told.bundle.digest));
            line("log", format!("{}, {} records", told.bundle.origin, told.bundle.size));
            line("root", hash(told.bundle.root));
            line("chain head", told.head.map_or_else(unknown, |head| format!("seq {}, {}", head.seq, head.hash)));
            let verdict: Vec<String> = told.verdict.iter().map(|(axis, word)| format!("{axis} {word}")).collect();
            line("verdict", verdict.join(", "));
            let findings: Vec<String> = told.findings.iter().map(|(code, count)| format!("{code} {count}")).collect();
            line("findings", if findings.is_empty() { "none".to_owned() } else { findings.join(", ") });
        }
        for said in &self.not_proven {
            line("not proven", said.clone());
        }
        out
    }

    /// The bundles.
    #[must_use]
    pub fn bundles(&self) -> Vec<BundleRef> {
        self.evidence.iter().map(|told| told.bundle.clone()).collect()
    }
}
