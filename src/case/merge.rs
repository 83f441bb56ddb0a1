//! Taking in another case: its journals are kept whole beside the own one, and an entry says so. What was in both is the sum of
//! all entries, so nothing is lost and nothing decided.

use std::path::Path;

use super::entry::{Action, JournalRef};
use super::error::CaseError;
use super::journal::Journal;
use super::store::{CheckpointRow, EntryRow, JournalRow};
use super::verify::is_genuine;
use super::{Case, Overruled, state::Conflict};

/// What a merge brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// Entries that were not in the case before.
    pub entries: usize,
    /// What the two say differently, or said before.
    pub conflicts: Vec<Conflict>,
    /// Journals of which there are two continuations: a case file was copied, and both copies went on.
    pub forked: Vec<String>,
    /// What held before and was taken back there, or the other way round.
    pub overruled: Vec<Overruled>,
    /// Journals taken in whose last entries are not signed as those before them are, and how many of them the signature covers.
    pub unsigned: Vec<(String, u64)>,
}

/// A journal to be taken in.
struct Taken {
    /// What of it is there.
    theirs: JournalRef,
    row: JournalRow,
    rows: Vec<EntryRow>,
    checkpoints: Vec<CheckpointRow>,
    /// The shorter one here whose place it takes.
    instead: Option<i64>,
}

impl Case {
    /// Takes in the case at `other`, which is only read. With `damaged`, also one whose journal is damaged: as it is, and
    /// with the entries that are whole.
    ///
    /// # Errors
    /// [`CaseError::Damaged`], [`CaseError::Itself`]; otherwise as [`Case::open`] and [`Case::put`]. Nothing was taken in then.
    pub fn merge(&mut self, other: &Path, damaged: bool) -> Result<Merged, CaseError> {
        let is_same = |a: &Path, b: &Path| std::fs::canonicalize(a).ok() == std::fs::canonicalize(b).ok();
        if is_same(&self.path, other) {
            return Err(CaseError::Itself { path: other.to_owned() });
        }
        let author = super::Author::default();
        let theirs = Case::load(other, author, None, Some("it is only read".to_owned()), false)?;
        if let (Some(first), false) = (theirs.damage.first(), damaged) {
            return Err(CaseError::Damaged { path: other.to_owned(), why: first.to_string() });
        }
        for journal in theirs.journals() {
            // The names that cases give their journals (the specification, 3): what else there is cannot be verified.
            let name = journal.row.origin.strip_prefix("probity.case/").unwrap_or_default();
            if name.len() != 32 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let why = "a journal in it has a name that no case gives".to_owned();
                return Err(CaseError::Damaged { path: other.to_owned(), why });
            }
        }
        let before = self.entries().len();
        let known = self.overruled();
        let mut taken: Vec<Taken> = Vec::new();
        for journal in theirs.journals() {
            if let Some(new) = self.wanted(&theirs, journal)? {
                taken.push(new);
            }
        }
        if !taken.is_empty() {
            let journals: Vec<JournalRef> = taken.iter().map(|taken| taken.theirs.clone()).collect();
            self.append_with(vec![Action::Merged { journals }], |change| {
                for new in &taken {
                    let id = change.take_in(&new.row, &new.rows, new.instead)?;
                    for checkpoint in &new.checkpoints {
                        change.checkpoint(id, checkpoint)?;
                    }
                }
                Ok(())
            })?;
            self.reload()?;
        }
        let origins: Vec<&str> = self.journals().map(|journal| journal.row.origin.as_str()).collect();
        let mut forked: Vec<String> = origins
            .iter()
            .enumerate()
            .filter(|(n, origin)| origins[..*n].contains(origin))
            .map(|(_, origin)| (*origin).to_owned())
            .collect();
        forked.dedup();
        // The entry of the merge itself is no news.
        let entries = self.entries().len().saturating_sub(before + usize::from(!taken.is_empty()));
        let mut overruled = self.overruled();
        overruled.retain(|now| !known.contains(now));
        let is_taken = |origin: &str| taken.iter().any(|taken| taken.row.origin == origin);
        let unsigned = self
            .others
            .iter()
            .filter(|journal| is_taken(&journal.row.origin))
            .filter_map(|journal| Some((journal.row.origin.clone(), journal.signed?)))
            .collect();
        Ok(Merged { entries, conflicts: self.state.conflicts(), forked, overruled, unsigned })
    }

    /// A journal of another case, unless all of it is here, with its signatures.
    fn wanted(&self, theirs: &Case, journal: &Journal) -> Result<Option<Taken>, CaseError> {
        theirs.store.readable(journal.row.id)?;
        let rows = rows(theirs, journal)?;
        let checkpoints = theirs.store.checkpoints(journal.row.id)?;
        let mut taken =
            Taken { theirs: journal.reference(), row: journal.row.clone(), rows, checkpoints, instead: None };
        let mut here = Vec::new();
        for journal in self.journals().filter(|here| here.row.origin == journal.row.origin) {
            let known = self::rows(self, journal)?;
            let is_all_here = known.starts_with(&taken.rows);
            if is_all_here || (!journal.row.is_own && taken.rows.starts_with(&known)) {
                here.push((is_all_here, journal, known));
            }
        }
        // One that holds all of it goes before one that it goes on from.
        here.sort_by_key(|(is_all_here, ..)| !is_all_here);
        if let Some((is_all_here, here, known)) = here.into_iter().next() {
            let ours = self.store.checkpoints(here.row.id)?;
            taken.checkpoints = newest(&here.row.origin, ours.clone(), taken.checkpoints);
            taken.instead = Some(here.row.id);
            if is_all_here {
                // Somebody may have signed since what was taken in then.
                if here.row.is_own || taken.checkpoints == ours {
                    return Ok(None);
                }
                (taken.row, taken.rows) = (here.row.clone(), known);
            }
        }
        Ok(Some(taken))
    }

    /// Reads the other journals anew, and makes the sum anew.
    fn reload(&mut self) -> Result<(), CaseError> {
        let mut others = Vec::new();
        for row in self.store.journals()?.into_iter().filter(|row| !row.is_own) {
            others.push(Journal::read(&self.store, row)?);
        }
        self.others = others;
        self.examine(1)?;
        self.rebuild();
        Ok(())
    }
}

fn rows(case: &Case, journal: &Journal) -> Result<Vec<EntryRow>, CaseError> {
    let mut rows = Vec::new();
    case.store.entries(journal.row.id, |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// Of two sets of checkpoints of a journal the newest of each key. One whose signature holds is never given up for one whose
/// does not: that may have been put there by anybody.
fn newest(origin: &str, ours: Vec<CheckpointRow>, theirs: Vec<CheckpointRow>) -> Vec<CheckpointRow> {
    let mut out: std::collections::BTreeMap<String, CheckpointRow> = std::collections::BTreeMap::new();
    for row in ours.into_iter().chain(theirs) {
        let rank = |row: &CheckpointRow| (is_genuine(origin, row), row.size);
        match out.get(&row.key) {
            Some(known) if rank(known) >= rank(&row) => {}
            _ => drop(out.insert(row.key.clone(), row)),
        }
    }
    let mut out: Vec<CheckpointRow> = out.into_values().collect();
    out.sort_by(|a, b| (a.size, &a.key).cmp(&(b.size, &b.key)));
    out
}
