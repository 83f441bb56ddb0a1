//! What no column answers: free text and fields without a column by reading the log again, ids by the index' own table.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Evidence, EvidenceError};
use crate::bundle::line::Line;
use crate::bundle::reading::Watch;
use crate::columns::Bitmap;
use crate::index::Lines;
use crate::query::sieve::Sieve;
use crate::query::{Alias, Expr, Field, Path, Term, Test};
use crate::record::Kind;

impl Evidence {
    /// The rows that pass a filter, as bits.
    pub(super) fn rows_of(&self, expr: &Expr, watch: &dyn Watch) -> Result<Bitmap, EvidenceError> {
        let mut names = BTreeMap::new();
        collect(expr, &mut names);
        for field in names.into_values() {
            self.prepare(&field, watch)?;
        }
        let mut given: HashMap<String, Arc<Bitmap>> = HashMap::new();
        loop {
            let table = self.table.lock().map_err(|_| EvidenceError::Poisoned)?.clone();
            match table.select(expr, &|term| given.get(&term.to_string()).cloned()) {
                Ok(rows) => return Ok(rows),
                Err(missing) => {
                    let answers = self.answer(&missing, watch)?;
                    given.extend(missing.iter().map(ToString::to_string).zip(answers));
                }
            }
        }
    }
}

impl Evidence {
    /// Loads what a field of a filter needs.
    fn prepare(&self, field: &Field, watch: &dyn Watch) -> Result<(), EvidenceError> {
        match field {
            Field::Alias(alias) if matches!(alias.name, "time" | "seq" | "id") => {
                if alias.name == "id" && !self.are_ids_plain() {
                    return self.load(field, watch);
                }
                // Full paths win: a record's own member of that name.
                if self.is_shadowed(alias.name)
                    && let Some(own) = Path::new(vec![alias.name.to_owned()])
                {
                    self.load(&Field::Path(own), watch)?;
                }
                Ok(())
            }
            // The index has the ids by themselves.
            Field::Path(path) if is_id(path) && self.are_ids_plain() => Ok(()),
            field => self.load(field, watch),
        }
    }

    /// Loads the column of a field, where it has one or can have one.
    fn load(&self, field: &Field, watch: &dyn Watch) -> Result<(), EvidenceError> {
        let name = field.to_string();
        // Nothing is made of a path that picks elements: it is one filter, seldom two.
        let is_picked = matches!(field, Field::Path(path) if path.picks());
        let result = if is_picked { Err(EvidenceError::TooVaried(name.clone())) } else { self.column(field, watch) };
        match result {
            Ok(_) => Ok(()),
            Err(EvidenceError::TooVaried(_)) => {
                self.table.lock().map_err(|_| EvidenceError::Poisoned)?.insert_too_varied(name);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// The rows that pass each of these terms.
    fn answer(&self, terms: &[Term], watch: &dyn Watch) -> Result<Vec<Arc<Bitmap>>, EvidenceError> {
        let mut answers: Vec<Option<Arc<Bitmap>>> = vec![None; terms.len()];
        let mut read: Vec<(usize, Term)> = Vec::new();
        for (n, term) in terms.iter().enumerate() {
            let known = self.answers.lock().map_err(|_| EvidenceError::Poisoned)?.get(&term.to_string()).cloned();
            answers[n] = match (known, term) {
                // Marks change while the evidence does not.
                (_, Term::Mark { mark, matcher }) => Some(self.marked(*mark, matcher.as_ref())?),
                (Some(known), _) => Some(known),
                (None, Term::Field { field: Field::Path(path), test }) if is_id(path) && self.are_ids_plain() => {
                    Some(self.ids(test)?)
                }
                (None, Term::Field { field: Field::Alias(alias), test })
                    if alias.name == "id" && self.are_ids_plain() && !self.is_shadowed("id") =>
                {
                    Some(self.ids(test)?)
                }
                (None, Term::Field { field: Field::Alias(alias), .. }) if !is_readable(alias) => {
                    return Err(EvidenceError::Underived(alias.name.to_owned()));
                }
                (None, term) => {
                    read.push((n, term.clone()));
                    None
                }
            };
        }
        if !read.is_empty() {
            let terms: Vec<Term> = read.iter().map(|(_, term)| term.clone()).collect();
            let mut rows: Vec<Bitmap> = terms.iter().map(|_| Bitmap::none(self.rows())).collect();
            self.scan(&terms, watch, &mut |term, found| found.iter().for_each(|row| rows[term].set(*row, true)))?;
            for ((n, _), rows) in read.iter().zip(rows) {
                answers[*n] = Some(Arc::new(rows));
            }
        }
        let answers: Vec<Arc<Bitmap>> = answers.into_iter().flatten().collect();
        let mut kept = self.answers.lock().map_err(|_| EvidenceError::Poisoned)?;
        if kept.len() + terms.len() > MAX_ANSWERS {
            kept.clear();
        }
        let lasting = terms.iter().zip(&answers).filter(|(term, _)| !matches!(term, Term::Mark { .. }));
        kept.extend(lasting.map(|(term, rows)| (term.to_string(), Arc::clone(rows))));
        Ok(answers)
    }

    /// Reads the logs for terms, and tells rows as they are found: which term, and some rows in ascending order. What was told
    /// before an error does not count.
    ///
    /// # Errors
    /// Where a log cannot be read, is no longer the one that was indexed, or the watcher asked to stop.
    pub fn scan(
        &self,
        terms: &[Term],
        watch: &dyn Watch,
        found: &mut dyn FnMut(usize, &[u32]),
    ) -> Result<(), EvidenceError> {
        for log in &self.logs {
            let sieve = Sieve::new(terms, log.index.zone, |line| Line::parse(line).map(|line| (line.seq, line.record)));
            let looks = || {
                let sieve = sieve.clone();
                move |lines: Lines<'_>| {
                    let mut out = vec![Vec::new(); terms.len()];
                    sieve.scan(lines.bytes, log.rows.start + lines.first_row, &mut out);
                    out
                }
            };
            log.index.look(
                watch,
                |_| true,
                looks,
                |_, rows| {
                    rows.iter()
                        .enumerate()
                        .filter(|(_, rows)| !rows.is_empty())
                        .for_each(|(term, rows)| found(term, rows));
                    Ok(())
                },
            )?;
        }
        Ok(())
    }

    /// Whether all that stands at `audit_id` are strings: those that the indexes keep by themselves.
    fn are_ids_plain(&self) -> bool {
        let Some(known) = self.catalogued("audit_id") else { return true };
        let counts = known.counts;
        let ids: u64 = self.logs.iter().map(|log| log.index.ids).sum();
        counts.numbers + counts.booleans + counts.nested == 0 && counts.texts == ids
    }

    /// The rows whose own id passes a test.
    fn ids(&self, test: &Test) -> Result<Arc<Bitmap>, EvidenceError> {
        let mut rows = Bitmap::none(self.rows());
        for log in &self.logs {
            log.index.rows_by_id(test, |row| rows.set(log.rows.start + row, true))?;
        }
        Ok(Arc::new(rows))
    }
}

/// Answers that are kept: each takes a bit a row.
const MAX_ANSWERS: usize = 64;

/// Whether it is the path of the records' own ids.
fn is_id(path: &Path) -> bool {
    matches!(path.members(), [name] if name == "audit_id")
}

/// Whether a record's own text says what the alias is.
fn is_readable(alias: &Alias) -> bool {
    use crate::query::field::{Derived, Place};
    Kind::ALL.into_iter().all(|kind| {
        matches!(
            alias.source(kind),
            None | Some(Place::Path(_) | Place::Derived(Derived::Kind | Derived::Time | Derived::Seq))
        )
    })
}

/// The fields of a filter, by their text.
fn collect(expr: &Expr, out: &mut BTreeMap<String, Field>) {
    match expr {
        Expr::All | Expr::Term(Term::Seq { .. } | Term::Text(_) | Term::Mark { .. }) => {}
        Expr::Term(Term::Field { field, .. }) => drop(out.insert(field.to_string(), field.clone())),
        Expr::Not(inner) => collect(inner, out),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| collect(part, out)),
    }
}
