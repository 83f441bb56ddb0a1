//! The report of an investigation: how the evidence verified and what it does not prove, what happened in each incident, what may have
//! caused it, the versions of the models, the work of whoever investigated, and how every figure was made. It is made of the evidence, the
//! case and the time that it states: the same gives the same document.

mod causes;
mod certificate;
mod evidence;
mod methods;
mod records;
mod story;
mod summary;
mod versions;
mod work;

use std::collections::BTreeSet;

use super::document::{Document, Fact, Picture, Section, Text};
use super::provenance::Provenance;
use crate::analysis::access::{Accesses, out_of_pattern};
use crate::analysis::causes::{self as likely, Causes, Gathered};
use crate::analysis::decisions::Decisions;
use crate::analysis::deployments::Deployments;
use crate::analysis::incidents::{Incident, Incidents};
use crate::analysis::story::{Asked, Sources, Story};
use crate::analysis::thresholds::Thresholds;
use crate::analysis::versions::stretches::Stretches;
use crate::analysis::versions::{Sources as OfVersions, Versions};
use crate::bundle::reading::Watch;
use crate::case::entry::Value;
use crate::case::state::State;
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::value::pattern::Matcher;
use crate::query::{Expr, Mark, Term};

/// What is told.
#[derive(Debug, Clone)]
pub enum Subject {
    /// Every incident of the logs, and every one that the case names.
    All,
    /// One incident of a log.
    Incident(String),
    /// A stretch of time under a name.
    Stretch {
        /// What it is called.
        name: String,
        /// The first instant and the first one after, in nanoseconds since 1970 (UTC).
        window: (i64, i64),
        /// Whose decisions are affected; of every model where there is none.
        model: Option<String>,
        /// Which decisions are affected, instead of those of the model in the window.
        affected: Option<Box<Expr>>,
    },
}

/// An incident, or a stretch of time, with what may have caused it.
#[derive(Debug, Clone)]
pub struct Told {
    /// What happened.
    pub story: Story,
    /// What may have caused it.
    pub causes: Causes,
}

/// What a report says, gathered.
#[derive(Debug)]
pub struct Gathering {
    /// What happened, in the order of the logs.
    pub told: Vec<Told>,
    /// The versions of every model, over all records.
    pub versions: Versions,
    stretches: Stretches,
    thresholds: Thresholds,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no incident of that id, or there are several.
    #[error("{id}: {why}")]
    Incident {
        /// The id that was asked for.
        id: String,
        /// What is there instead.
        why: String,
    },
    /// The index cannot be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

impl Gathering {
    /// Gathers it; `case` names incidents as well.
    ///
    /// # Errors
    /// [`ReportError`]
    pub fn of(
        evidence: &Evidence,
        case: Option<&State>,
        subject: &Subject,
        thresholds: &Thresholds,
        watch: &dyn Watch,
    ) -> Result<Self, ReportError> {
        let incidents = Incidents::of(evidence, watch)?;
        let decisions = Decisions::of(evidence, watch)?;
        let deployments = Deployments::of(evidence, watch)?;
        let stretches = Stretches::of(evidence, &decisions, &deployments);
        let versions = Versions::of(
            &OfVersions {
                evidence,
                decisions: &decisions,
                stretches: &stretches,
                deployments: &deployments,
                incidents: &incidents,
            },
            &Selection::all(evidence.rows()),
        );
        let pattern = out_of_pattern(&Accesses::of(evidence, thresholds, watch)?, thresholds);
        let sources = Sources { deployments, pattern };
        let gathered = Gathered {
            decisions: &decisions,
            stretches: &stretches,
            deployments: &sources.deployments,
            pattern: &sources.pattern,
        };
        let mut told = Vec::new();
        for (incident, asked) in wanted(case, subject, &incidents)? {
            let about = incident.map(likely::Asked::about);
            let story = Story::of(evidence, &sources, incident, &asked, thresholds, watch)?;
            let asked = about.unwrap_or(likely::Asked {
                name: asked.name,
                window: asked.window,
                model: asked.model,
                affected: asked.affected,
                ..likely::Asked::default()
            });
            let causes = Causes::of(evidence, &gathered, &asked, thresholds, watch)?;
            told.push(Told { story, causes });
        }
        Ok(Self { told, versions, stretches, thresholds: thresholds.clone() })
    }
}

/// The incidents that are told, each with what is asked beyond its records.
/// Whether an incident of the case has that id.
fn names(case: &State, id: &str) -> bool {
    let values = case.items().into_iter().flat_map(|(_, item)| item.values());
    values.into_iter().any(|value| matches!(value, Value::Incident(incident) if incident.id == id))
}

fn wanted<'i>(
    case: Option<&State>,
    subject: &'i Subject,
    incidents: &'i Incidents,
) -> Result<Vec<(Option<&'i Incident>, Asked)>, ReportError> {
    Ok(match subject {
        Subject::Incident(id) => {
            let found: Vec<&Incident> = incidents.find(id).collect();
            let why = match found[..] {
                [only] => return Ok(vec![(Some(only), Asked::default())]),
                [] if case.is_some_and(|case| names(case, id)) => {
                    "the case names it, and no log has it on record: --name, --from and --to tell a stretch of time"
                        .to_owned()
                }
                [] => "there is no such incident".to_owned(),
                [one, other, ..] => {
                    format!("there is an incident of that id in {} and in {}; open one of the logs", one.log, other.log)
                }
            };
            return Err(ReportError::Incident { id: id.clone(), why });
        }
        Subject::Stretch { name, window, model, affected } => vec![(
            None,
            Asked {
                name: name.clone(),
                window: Some(*window),
                model: model.clone(),
                affected: affected.as_deref().cloned(),
            },
        )],
        Subject::All => {
            let of_logs = incidents.incidents.iter().map(|incident| (Some(incident), Asked::default()));
            of_logs.chain(of_case(case).into_iter().map(|asked| (None, asked))).collect()
        }
    })
}

/// The incidents that the user named. One without both ends has no window, and its story says so.
fn of_case(case: Option<&State>) -> Vec<Asked> {
    let items = case.map(State::items).unwrap_or_default();
    let named = items.iter().flat_map(|(_, item)| item.values()).filter_map(|value| match value {
        Value::Incident(incident) => Some(incident),
        _ => None,
    });
    let asked = |incident: &crate::case::entry::Incident| Asked {
        name: match incident.title.trim() {
            "" => incident.id.clone(),
            title => format!("{}: {title}", incident.id),
        },
        window: incident.from.zip(incident.to).and_then(|(from, to)| {
            // The last instant of the case's window is in it; the end of a story's window is not.
            Some((from.timestamp_nanos_opt()?, to.timestamp_nanos_opt()?.saturating_add(1)))
        }),
        model: None,
        // The case knows which records belong to it, also those that were named one by one.
        affected: Some(Expr::Term(Term::Mark {
            mark: Mark::Incident,
            matcher: Some(Matcher::Text(incident.id.clone())),
        })),
    };
    named.map(asked).collect()
}

/// What a document is made from.
#[derive(Debug, Clone, Copy)]
pub struct Report<'r> {
    /// The evidence.
    pub evidence: &'r Evidence,
    /// The user's work, where there is some.
    pub case: Option<&'r State>,
    /// What was gathered.
    pub found: &'r Gathering,
    /// Where it is from.
    pub provenance: &'r Provenance,
    /// The command that makes the same again.
    pub again: &'r str,
    /// The timeline of each story, in their order; none where it was not drawn.
    pub pictures: &'r [Option<Picture>],
}

impl Report<'_> {
    /// The document.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn document(&self) -> Result<Document, EvidenceError> {
        let found = self.found;
        let mut sections = vec![summary::section(self), evidence::section(self)];
        for (n, told) in found.told.iter().enumerate() {
            let picture = self.pictures.get(n).cloned().flatten();
            sections.push(story::section(told, picture));
            sections.push(causes::section(&told.causes));
        }
        sections.extend(versions::section(&found.versions, &found.stretches));
        sections.extend(self.case.and_then(work::section));
        sections.push(methods::section(self));
        sections.push(certificate::section(self));
        sections.extend(records::section(self)?);
        Ok(Document {
            kind: "Investigation report".to_owned(),
            title: self.title(),
            head: self.head(),
            author: self.provenance.made.by.clone(),
            made: self.provenance.made.at.clone(),
            program: self.provenance.program.clone(),
            foot: foot(self.provenance),
            sections,
        })
    }

    fn title(&self) -> String {
        let named = self.provenance.case.as_ref().and_then(|case| case.title.clone());
        named.unwrap_or_else(|| match &self.found.told[..] {
            [only] => only.story.name.clone(),
            _ => {
                let logs: BTreeSet<&str> =
                    self.provenance.evidence.iter().map(|told| told.bundle.origin.as_str()).collect();
                logs.into_iter().collect::<Vec<_>>().join(", ")
            }
        })
    }

    fn head(&self) -> Vec<Fact> {
        let provenance = self.provenance;
        let mut head = Vec::new();
        if let Some(case) = &provenance.case {
            let entries = case.journal.as_ref().map(|journal| {
                let entries = super::words::counted(journal.size, "entry", "entries");
                format!(", journal of {entries}, the last one ")
            });
            let title = case.title.clone().unwrap_or_else(|| "without a name".to_owned());
            let mut text = Text::plain(title).and(entries.unwrap_or_default());
            if let Some(journal) = &case.journal {
                text = text.and_face(super::document::Face::Mono, journal.head.to_string());
            }
            head.push(Fact::new("Case", text));
        }
        for told in &provenance.evidence {
            let mut text = Text::plain(format!("{}, log {}", told.bundle.name, told.bundle.origin));
            if let Some(digest) = told.bundle.digest {
                text = text.and("\nBLAKE3 ").and_face(super::document::Face::Mono, digest.to_string());
            }
            head.push(Fact::new("Evidence", text));
        }
        let by = format!("{} UTC, by {}", super::words::time_of(&provenance.made.at), provenance.made.by);
        head.push(Fact::new("Made", by));
        head.push(Fact::new("With", format!("{}; all times are UTC", provenance.program)));
        head
    }
}

/// What ties a page to the evidence.
pub(super) fn foot(provenance: &Provenance) -> String {
    let digests: Vec<String> = provenance
        .evidence
        .iter()
        .take(2)
        .map(|told| match told.bundle.digest {
            Some(digest) => format!("{} BLAKE3 {}…", told.bundle.name, &digest.to_string()[..16]),
            None => told.bundle.name.clone(),
        })
        .collect();
    let more = match provenance.evidence.len() {
        0..=2 => String::new(),
        several => format!(" and {} more", several - 2),
    };
    format!("{}{more} · {}", digests.join(", "), provenance.made.at)
}

/// A section of blocks.
fn part(title: impl Into<String>, blocks: Vec<super::document::Block>) -> Section {
    Section { title: title.into(), blocks, on_new_page: false }
}
