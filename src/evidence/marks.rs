//! Marks on rows: tags, notes and incidents of a case, as filters ask for them. Where they come from is not known here.

use std::collections::HashMap;
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
#[derive(Debug, Clone, Default)]
pub struct Marks {
    of: Vec<(Mark, String, Arc<Bitmap>)>,
}

impl Marks {
    /// Adds a mark with that text on some rows; on the same ones and others, where it is there already.
    pub fn add(&mut self, mark: Mark, text: &str, rows: Bitmap) {
        match self.of.iter_mut().find(|(known, other, _)| (*known, other.as_str()) == (mark, text)) {
            Some((_, _, there)) => Arc::make_mut(there).or(&rows),
            None => self.of.push((mark, text.to_owned(), Arc::new(rows))),
        }
    }

    /// The marks of that kind: what each says, and its rows.
    pub fn of(&self, mark: Mark) -> impl Iterator<Item = (&str, &Bitmap)> {
        self.of.iter().filter(move |(known, ..)| *known == mark).map(|(_, text, rows)| (text.as_str(), &**rows))
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
        let mut rows = Bitmap::none(self.rows());
        marks
            .of(mark)
            .filter(|(text, _)| matcher.is_none_or(|matcher| mark.passes(matcher, text)))
            .for_each(|(_, marked)| rows.or(marked));
        Ok(Arc::new(rows))
    }

    /// Marks whose text holds `part`, and on how many records they are.
    pub(super) fn known_marks(&self, mark: Mark, part: &str, limit: usize) -> Vec<KnownValue> {
        let Some(marks) = self.marks() else { return Vec::new() };
        let folded = fold(part);
        let mut known: Vec<KnownValue> = marks
            .of(mark)
            .filter(|(text, _)| folded.is_empty() || fold(text).contains(&folded))
            .map(|(text, rows)| KnownValue { text: text.to_owned(), records: Some(rows.count().into()) })
            .collect();
        known.sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.text.cmp(&b.text)));
        known.truncate(limit);
        known
    }

    /// The rows of records that are given by log, seq and hash, in every bundle of that log, and the hashes of those that no
    /// bundle here holds. The hash decides; where it is not at its place it is looked for in all of the log.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn rows_of_records<'r>(
        &self,
        records: impl Iterator<Item = (&'r str, u64, Hash)>,
    ) -> Result<(Bitmap, Vec<Hash>), EvidenceError> {
        let mut by_log: HashMap<&str, Vec<(u64, Hash)>> = HashMap::new();
        for (log, seq, hash) in records {
            by_log.entry(log).or_default().push((seq, hash));
        }
        let mut rows = Bitmap::none(self.rows());
        let mut missing = Vec::new();
        for (origin, wanted) in by_log {
            // Whether each was found in one of the bundles.
            let mut found = vec![false; wanted.len()];
            for log in self.logs.iter().filter(|log| log.index.origin == origin) {
                let seqs = log.index.seqs()?;
                let mut elsewhere: HashMap<Hash, usize> = HashMap::new();
                let all = if wanted.len() > MAX_SINGLE { Some(log.index.hashes_of(0..log.index.rows)?) } else { None };
                for (n, (seq, hash)) in wanted.iter().enumerate() {
                    let at = seqs.row(*seq);
                    let stated = match (&all, at) {
                        (_, None) => None,
                        (Some(all), Some(row)) => all.get(row as usize).copied().flatten(),
                        (None, Some(row)) => log.index.hashes_of(row..row + 1)?.first().copied().flatten(),
                    };
                    match at.filter(|_| stated == Some(*hash)) {
                        Some(row) => {
                            found[n] = true;
                            rows.set(log.rows.start + row, true);
                        }
                        // A slice lacks records; only a damaged log has them elsewhere.
                        None if at.is_some() => drop(elsewhere.insert(*hash, n)),
                        None => {}
                    }
                }
                if !elsewhere.is_empty() {
                    let all = match all {
                        Some(all) => all,
                        None => log.index.hashes_of(0..log.index.rows)?,
                    };
                    for (row, hash) in (0..).zip(all) {
                        if let Some(n) = hash.and_then(|hash| elsewhere.get(&hash)) {
                            found[*n] = true;
                            rows.set(log.rows.start + row, true);
                        }
                    }
                }
            }
            let lost = wanted.iter().zip(found).filter(|(_, found)| !found).map(|((_, hash), _)| *hash);
            missing.extend(lost);
        }
        Ok((rows, missing))
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
