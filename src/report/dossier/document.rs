//! A dossier as a document: what it is about, each decision, the proofs, and what none of it proves.

use super::{Dossier, Proof, RecordTold, by_kind, decision};
use crate::record::figures::grouped;
use crate::record::text::{shown, shown_short};
use crate::report::document::{Block, Callout, Column, Document, Face, Fact, Section, Table, Text, Tone};
use crate::report::investigation::foot;
use crate::report::words::{counted, place, time_of, when};

impl Dossier {
    /// The document.
    #[must_use]
    pub fn document(&self) -> Document {
        let mut sections = vec![self.summary()];
        sections.extend(self.decisions.iter().map(decision::section));
        sections.push(self.proofs());
        sections.push(self.again());
        let title = match (&self.subject, &self.decisions[..]) {
            (Some(subject), _) => shown_short(subject, 120),
            (None, [only]) => only
                .lineage
                .decision
                .record
                .id
                .as_deref()
                .map_or_else(|| place(&only.lineage.decision.record), |id| shown_short(id, 120)),
            (None, several) => counted(several.len() as u64, "decision", "decisions"),
        };
        let kind = if self.subject.is_some() { "Dossier of a person" } else { "Dossier of a decision" };
        Document {
            kind: kind.to_owned(),
            title,
            head: self.head(),
            author: self.provenance.made.by.clone(),
            made: self.provenance.made.at.clone(),
            program: self.provenance.program.clone(),
            foot: foot(&self.provenance),
            sections,
        }
    }

    fn head(&self) -> Vec<Fact> {
        let mut head = Vec::new();
        if let Some(subject) = &self.subject {
            head.push(Fact::new("Person", Text::plain("known to the log as ").and_face(Face::Mono, shown(subject))));
        }
        for told in &self.provenance.evidence {
            let mut text = Text::plain(format!("{}, log {}", told.bundle.name, told.bundle.origin));
            if let Some(digest) = told.bundle.digest {
                text = text.and("\nBLAKE3 ").and_face(Face::Mono, digest.to_string());
            }
            let verdict: Vec<String> = told.verdict.iter().map(|(axis, word)| format!("{axis} {word}")).collect();
            head.push(Fact::new("Evidence", text.and(format!("\n{}", verdict.join(", ").replace('_', " ")))));
        }
        let made = &self.provenance.made;
        head.push(Fact::new("Made", format!("{} UTC, by {}", time_of(&made.at), made.by)));
        head.push(Fact::new("With", format!("{}; all times are UTC", self.provenance.program)));
        head
    }

    fn summary(&self) -> Section {
        let kinds: Vec<String> =
            by_kind(&self.records).into_iter().map(|(kind, count)| format!("{kind} {}", grouped(count))).collect();
        let decisions = counted(self.decisions.len() as u64, "decision", "decisions");
        let mut blocks = vec![Block::Text(Text::plain(format!(
            "This dossier holds {decisions}, and with what belongs to them {} of the log: {}.",
            counted(self.records.len() as u64, "record", "records"),
            kinds.join(", ")
        )))];
        if self.decisions.len() > 1 {
            blocks.push(Block::Table(self.table()));
        }
        blocks.push(Block::Callout(Callout {
            tone: Tone::Warning,
            title: "What is not proven".to_owned(),
            texts: self.provenance.not_proven.iter().map(|text| Text::plain(text.as_str())).collect(),
        }));
        blocks.push(Block::Callout(Callout {
            tone: Tone::Neutral,
            title: "What this is not".to_owned(),
            texts: vec![
                "This is what the records hold. Whether it is all that a law asks for, and what of it must be withheld for the sake of \
                 others, whose names stand here as they are recorded, is for whoever hands it out to decide."
                    .into(),
            ],
        }));
        Section { title: "Summary".to_owned(), blocks, on_new_page: false }
    }

    fn table(&self) -> Table {
        let rows = self.decisions.iter().map(|decided| {
            let decision = &decided.lineage.decision;
            let model: Vec<String> =
                decision.model.iter().chain(&decision.version).map(|name| shown_short(name, 80)).collect();
            let result = decision.output.as_ref().and_then(|output| output.at("result")).map(|result| result.words());
            vec![
                Text::plain(when(decision.record.at)),
                Text::plain(decision.record.id.as_deref().map(|id| shown_short(id, 80)).unwrap_or_default()),
                Text::plain(model.join(" ")),
                Text::plain(result.map_or_else(|| "–".to_owned(), |result| shown_short(&result, 80))),
                Text::plain(place(&decision.record)),
            ]
        });
        Table {
            caption: "Decisions".to_owned(),
            columns: ["time (UTC)", "audit_id", "model", "result", "record"].map(Column::words).into(),
            rows: rows.collect(),
            note: None,
        }
    }

    fn proofs(&self) -> Section {
        let mut blocks = vec![Block::Text(Text::plain(
            "For each record: its hash in the chain, and whether its way up the Merkle tree (RFC 6962) leads to the root that a checkpoint \
             of the log states. The ways themselves stand in the JSON form of this dossier.",
        ))];
        let has_several = self.provenance.evidence.len() > 1;
        let rows = self.records.iter().map(|record| row(record, has_several)).collect();
        let mut columns = vec![Column::figures("seq"), Column::words("kind"), Column::words("proof")];
        if has_several {
            columns.push(Column::words("log"));
        }
        columns.push(Column::digests("hash"));
        blocks.push(Block::Table(Table { caption: "Records and proofs".to_owned(), columns, rows, note: None }));
        // What is said of all alike is said once.
        let mut said: Vec<&str> = Vec::new();
        for record in self.records.iter().filter(|record| !record.proof.as_ref().is_some_and(|proof| proof.holds)) {
            if !said.contains(&record.words.as_str()) {
                said.push(&record.words);
            }
        }
        if !said.is_empty() {
            blocks.push(Block::Callout(Callout {
                tone: Tone::Warning,
                title: "Where there is no proof".to_owned(),
                texts: said.into_iter().map(Text::plain).collect(),
            }));
        }
        Section { title: "Records and proofs".to_owned(), blocks, on_new_page: true }
    }

    fn again(&self) -> Section {
        let blocks = vec![
            Block::Text(Text::plain("Whoever has the same bundle makes this dossier again with:")),
            Block::Verbatim(self.again.clone()),
        ];
        Section { title: "The same again".to_owned(), blocks, on_new_page: false }
    }
}

fn row(record: &RecordTold, has_several: bool) -> Vec<Text> {
    let proof = match &record.proof {
        Some(Proof { holds: true, is_signed: true, size, .. }) => {
            Text::toned(Tone::Good, "as signed").and(format!(" under {}", grouped(*size)))
        }
        Some(Proof { holds: true, size, .. }) => Text::toned(Tone::Warning, "leads to the root")
            .and(format!(" of {}, signed by no known key", grouped(*size))),
        Some(_) => Text::toned(Tone::Bad, "not as signed"),
        None => Text::toned(Tone::Warning, "not proven"),
    };
    let mut cells = vec![
        Text::plain(record.seq.map_or_else(|| "no seq".to_owned(), grouped)),
        Text::plain(record.kind.unwrap_or("damaged")),
        proof,
    ];
    if has_several {
        cells.push(Text::plain(shown_short(&record.log, 120)));
    }
    cells.push(record.hash.map_or_else(|| Text::quiet("not determinable"), |hash| Text::mono(hash.to_string())));
    cells
}
