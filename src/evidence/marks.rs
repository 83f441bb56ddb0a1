//! Marks on rows: tags, notes and incidents of a case, as filters ask for them. Where they come from is not known here.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{Evidence, EvidenceError};
use crate::columns::Bitmap;
use crate::query::Mark;
use crate::query::value::pattern::{Matcher, fold};
use crate::query::vocabulary::KnownValue;
use crate::tlog::merkle::Hash;

/// So many records are looked up one by one; of more, all hashes of the log are read in one go.
const MAX_SINGLE: usize = 2_000;

/// The marks of a case, by what they say.
#[derive(Debug, Clone)]
pub struct Marks {
    /// By text, in order of the texts.
    tags: BTreeMap<String, Vec<u32>>,
    notes: BTreeMap<String, Vec<u32>>,
    incidents: BTreeMap<String, Vec<u32>>,
    /// The rows that have any tag, any note, any incident.
    any: [Bitmap; 3],
}

impl Marks {
    /// Marks on the rows of evidence that has so many of them; what says the same is one mark.
    #[must_use]
    pub fn of_rows(length: u32, marks: impl IntoIterator<Item = (Mark, String, Vec<u32>)>) -> Self {
        let none = || Bitmap::none(length);
        let mut out = Self {
            tags: BTreeMap::new(),
            notes: BTreeMap::new(),
            incidents: BTreeMap::new(),
            any: [none(), none(), none()],
        };
        for (mark, text, rows) in marks {
            let any = &mut out.any[place(mark)];
            rows.iter().for_each(|row| any.set(*row, true));
            out.texts_mut(mark).entry(text).or_default().extend(rows);
        }
        for mark in Mark::ALL {
            for rows in out.texts_mut(mark).values_mut() {
                rows.sort_unstable();
                rows.dedup();
            }
        }
        out
    }

    fn texts(&self, mark: Mark) -> &BTreeMap<String, Vec<u32>> {
        match mark {
            Mark::Tag => &self.tags,
            Mark::Note => &self.notes,
            Mark::Incident => &self.incidents,
        }
    }

    fn texts_mut(&mut self, mark: Mark) -> &mut BTreeMap<String, Vec<u32>> {
        match mark {
            Mark::Tag => &mut self.tags,
            Mark::Note => &mut self.notes,
            Mark::Incident => &mut self.incidents,
        }
    }

    /// The marks of that kind, in order of their texts: what each says, and its rows, ascending.
    pub fn of(&self, mark: Mark) -> impl Iterator<Item = (&str, &[u32])> {
        self.texts(mark).iter().map(|(text, rows)| (text.as_str(), &rows[..]))
    }

    /// The rows of the mark with exactly that text, ascending.
    #[must_use]
    pub fn rows(&self, mark: Mark, text: &str) -> Option<&[u32]> {
        self.texts(mark).get(text).map(|rows| &rows[..])
    }

    /// Whether a row has any mark of that kind.
    #[must_use]
    pub fn has(&self, mark: Mark, row: u32) -> bool {
        self.any[place(mark)].contains(row)
    }
}

fn place(mark: Mark) -> usize {
    match mark {
        Mark::Tag => 0,
        Mark::Note => 1,
        Mark::Incident => 2,
    }
}

impl Evidence {
    /// Says which rows are marked, in place of what was said before; `None` where there is no case.
    pub fn set_marks(&self, marks: Option<Marks>) {
        if let Ok(mut known) = self.marks.lock() {
            *known = marks.map(Arc::new);
        }
    }

    /// What is marked.
    #[must_use]
    pub fn marks(&self) -> Option<Arc<Marks>> {
        self.marks.lock().ok().and_then(|marks| marks.clone())
    }

    /// The rows with a mark that `matcher` asks for, or with any.
    pub(super) fn marked(&self, mark: Mark, matcher: Option<&Matcher>) -> Result<Arc<Bitmap>, EvidenceError> {
        let marks = self.marks().ok_or_else(|| EvidenceError::NoCase(mark.name().to_owned()))?;
        let Some(matcher) = matcher else { return Ok(Arc::new(marks.any[place(mark)].clone())) };
        let mut rows = Bitmap::none(self.rows());
        let passing = marks.of(mark).filter(|(text, _)| mark.passes(matcher, text));
        passing.for_each(|(_, marked)| marked.iter().for_each(|row| rows.set(*row, true)));
        Ok(Arc::new(rows))
    }

    /// Marks whose text holds `part`, and on how many records they are.
    pub(super) fn known_marks(&self, mark: Mark, part: &str, limit: usize) -> Vec<KnownValue> {
        let Some(marks) = self.marks() else { return Vec::new() };
        let folded = fold(part);
        let mut known: Vec<KnownValue> = marks
            .of(mark)
            .filter(|(text, _)| folded.is_empty() || fold(text).contains(&folded))
            .map(|(text, rows)| KnownValue { text: text.to_owned(), records: Some(rows.len() as u64) })
            .collect();
        known.sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.text.cmp(&b.text)));
        known.truncate(limit);
        known
    }

    /// The rows of records that are given by log, seq and hash, in every bundle of that log, by hash; what no bundle here holds is
    /// not among them. The hash decides; where it is not at its place it is looked for in all of the log. All that is wanted is
    /// best asked for at once.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn rows_of_records<'r>(
        &self,
        records: impl Iterator<Item = (&'r str, u64, Hash)>,
    ) -> Result<HashMap<Hash, Vec<u32>>, EvidenceError> {
        let mut by_log: HashMap<&str, HashSet<(u64, Hash)>> = HashMap::new();
        for (log, seq, hash) in records {
            by_log.entry(log).or_default().insert((seq, hash));
        }
        let mut found: HashMap<Hash, Vec<u32>> = HashMap::new();
        for (origin, wanted) in by_log {
            for log in self.logs.iter().filter(|log| log.index.origin == origin) {
                let seqs = log.index.seqs()?;
                let mut elsewhere: HashSet<Hash> = HashSet::new();
                let all = if wanted.len() > MAX_SINGLE { Some(log.index.hashes_of(0..log.index.rows)?) } else { None };
                for (seq, hash) in &wanted {
                    // A slice lacks records; only a damaged log has them elsewhere.
                    let Some(row) = seqs.row(*seq) else { continue };
                    let stated = match &all {
                        Some(all) => all.get(row as usize).copied().flatten(),
                        None => log.index.hashes_of(row..row + 1)?.first().copied().flatten(),
                    };
                    if stated == Some(*hash) {
                        found.entry(*hash).or_default().push(log.rows.start + row);
                    } else {
                        elsewhere.insert(*hash);
                    }
                }
                if elsewhere.is_empty() {
                    continue;
                }
                let all = match all {
                    Some(all) => all,
                    None => log.index.hashes_of(0..log.index.rows)?,
                };
                for (row, hash) in (log.rows.start..).zip(all) {
                    if let Some(hash) = hash.filter(|hash| elsewhere.contains(hash)) {
                        found.entry(hash).or_default().push(row);
                    }
                }
            }
        }
        Ok(found)
    }
}

/// A record, as a case names it: the log, the place there, and the hash that stands for it.
pub type Named = (String, u64, Hash);

impl Evidence {
    /// The records of some rows, and how many lines among them state no place or no hash, so that nothing can be said of them.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn records_of(&self, rows: &Bitmap) -> Result<(Vec<Named>, u64), EvidenceError> {
        let (mut out, mut nameless) = (Vec::new(), 0);
        for log in &self.logs {
            let wanted: Vec<u32> =
                rows.iter().filter(|row| log.rows.contains(row)).map(|row| row - log.rows.start).collect();
            let seqs = if wanted.is_empty() { continue } else { log.index.seqs()? };
            let all = if wanted.len() > MAX_SINGLE { Some(log.index.hashes_of(0..log.index.rows)?) } else { None };
            for row in wanted {
                let hash = match &all {
                    Some(all) => all.get(row as usize).copied().flatten(),
                    None => log.index.hashes_of(row..row + 1)?.first().copied().flatten(),
                };
                match (seqs.seq(row), hash) {
                    (Some(seq), Some(hash)) => out.push((log.index.origin.clone(), seq, hash)),
                    _ => nameless += 1,
                }
            }
        }
        Ok((out, nameless))
    }
}
