//! The columns of one or several logs, and which of their rows a filter selects.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use chrono::FixedOffset;

use crate::query::value::Interval;
use crate::query::value::number::Number;
use crate::query::{Expr, Field, Term, Test};

use super::bitmap::Bitmap;
use super::column::Column;
use super::seqs::Seqs;
use super::times::Times;

/// Rows, and what is known of them by column. Its parts are shared: a table with one more column is made quickly.
#[derive(Debug, Clone, Default)]
pub struct Table {
    times: Arc<Times>,
    seqs: Arc<Seqs>,
    zones: Vec<(Range<u32>, Option<FixedOffset>)>,
    columns: HashMap<String, Arc<Column>>,
    too_varied: BTreeSet<String>,
    hidden: Option<Arc<Bitmap>>,
}

impl Table {
    /// A table of as many rows as there are times.
    #[must_use]
    pub fn new(times: Arc<Times>, seqs: Arc<Seqs>) -> Self {
        Self { times, seqs, ..Self::default() }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.times.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// When each record was made.
    #[must_use]
    pub fn times(&self) -> &Arc<Times> {
        &self.times
    }

    /// The place of each record in its log.
    #[must_use]
    pub fn seqs(&self) -> &Arc<Seqs> {
        &self.seqs
    }

    /// Says which zone the log of some rows assumes for times without an offset. Ranges come in row order and do not
    /// overlap; rows in none of them have no zone.
    pub fn set_zone(&mut self, rows: Range<u32>, zone: Option<FixedOffset>) {
        let start = self.zones.last().map_or(0, |(rows, _)| rows.end);
        let rows = rows.start.max(start)..rows.end;
        match self.zones.last_mut() {
            Some((last, same)) if last.end == rows.start && *same == zone => last.end = rows.end.max(last.end),
            _ if rows.is_empty() => {}
            _ => self.zones.push((rows, zone)),
        }
    }

    /// Adds the column of a field, by the field's canonical text (`Field` prints itself): the alias `user` and the path
    /// `"user"` are two.
    pub fn insert(&mut self, field: impl Into<String>, column: Arc<Column>) {
        let field = field.into();
        self.too_varied.remove(&field);
        self.columns.insert(field, column);
    }

    /// Notes that records have a field which is no column, since its values are [`TooVaried`](super::TooVaried).
    pub fn insert_too_varied(&mut self, field: impl Into<String>) {
        let field = field.into();
        self.columns.remove(&field);
        self.too_varied.insert(field);
    }

    /// The column of a field, by its canonical text.
    #[must_use]
    pub fn column(&self, field: &str) -> Option<&Arc<Column>> {
        self.columns.get(field)
    }

    /// The columns with the canonical texts of their fields, in no order.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Arc<Column>)> {
        self.columns.iter().map(|(field, column)| (field.as_str(), column))
    }

    /// Hides rows: no selection has them. They are what a log repeats of another.
    pub fn hide(&mut self, rows: Option<Arc<Bitmap>>) {
        self.hidden = rows;
    }

    /// The rows that are hidden.
    #[must_use]
    pub fn hidden(&self) -> Option<&Arc<Bitmap>> {
        self.hidden.as_ref()
    }

    /// The memory in use, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        let columns: usize = self.columns.values().map(|column| column.memory()).sum();
        columns + self.times.memory() + self.seqs.memory() + self.hidden.as_ref().map_or(0, |rows| rows.memory())
    }

    /// The rows that pass a filter. What no column answers is asked from `given`: free text, marks, the alias `id`, and
    /// fields without a column.
    ///
    /// # Errors
    /// The terms that neither answers, each once.
    pub fn select(&self, expr: &Expr, given: &dyn Fn(&Term) -> Option<Arc<Bitmap>>) -> Result<Bitmap, Vec<Term>> {
        let mut asked = Asked::default();
        self.ask(expr, given, &mut asked);
        if !asked.missing.is_empty() {
            return Err(asked.missing);
        }
        let mut out = self.evaluate(expr, &asked.known, 0..self.len());
        if let Some(hidden) = &self.hidden {
            out.and_not(hidden);
        }
        Ok(out)
    }

    /// Asks for everything that is not answered here, before anything is computed.
    fn ask(&self, expr: &Expr, given: &dyn Fn(&Term) -> Option<Arc<Bitmap>>, asked: &mut Asked) {
        match expr {
            Expr::All => {}
            Expr::Not(inner) => self.ask(inner, given, asked),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| self.ask(part, given, asked)),
            Expr::Term(term) if self.answers(term) => {}
            Expr::Term(term) => match given(term) {
                Some(rows) => {
                    asked.known.insert(std::ptr::from_ref(term), rows);
                }
                None => {
                    if asked.seen.insert(term.to_string()) {
                        asked.missing.push(term.clone());
                    }
                }
            },
        }
    }

    fn answers(&self, term: &Term) -> bool {
        match term {
            Term::Seq { .. } => true,
            Term::Text(_) | Term::Mark { .. } => false,
            Term::Field { field, test } => {
                self.columns.contains_key(&field.to_string())
                    || match field {
                        // A path of that name would count first.
                        Field::Alias(alias) if !self.too_varied.contains(&own_path(alias.name)) => match alias.name {
                            "time" => matches!(test, Test::Present | Test::Time(_)),
                            "seq" => true,
                            _ => false,
                        },
                        _ => false,
                    }
            }
        }
    }

    /// The rows that pass, as far as they lie in a range; what it says of rows outside of it means nothing.
    fn evaluate(&self, expr: &Expr, known: &Known, within: Range<u32>) -> Bitmap {
        match expr {
            Expr::All => Bitmap::all(self.len()),
            Expr::Not(inner) => {
                let mut out = self.evaluate(inner, known, within);
                out.not();
                out
            }
            Expr::And(parts) => {
                // Times and seqs first: they are found without a look at each row, and mostly leave a stretch of the log for the others.
                let (first, rest): (Vec<&Expr>, Vec<&Expr>) = parts.iter().partition(|part| self.is_stretch(part));
                let mut out = Bitmap::from_ranges(self.len(), [within]);
                for part in first.into_iter().chain(rest) {
                    let left = out.extent();
                    if left.is_empty() {
                        break;
                    }
                    out.and(&self.evaluate(part, known, left));
                }
                out
            }
            Expr::Or(parts) => {
                let mut out = Bitmap::none(self.len());
                parts.iter().for_each(|part| out.or(&self.evaluate(part, known, within.clone())));
                out
            }
            Expr::Term(term) => match known.get(&std::ptr::from_ref(term)) {
                Some(rows) => {
                    let mut out = Bitmap::none(self.len());
                    out.or(rows);
                    out
                }
                None => self.term(term, within),
            },
        }
    }

    /// Whether it leaves what times or seqs say, which no member of that name comes before.
    fn is_stretch(&self, expr: &Expr) -> bool {
        match expr {
            Expr::And(parts) => parts.iter().any(|part| self.is_stretch(part)),
            Expr::Or(parts) => parts.iter().all(|part| self.is_stretch(part)),
            Expr::Term(Term::Seq { .. }) => true,
            Expr::Term(Term::Field { field: Field::Alias(alias), .. }) => {
                matches!(alias.name, "time" | "seq") && !self.columns.contains_key(&own_path(alias.name))
            }
            _ => false,
        }
    }

    fn term(&self, term: &Term, within: Range<u32>) -> Bitmap {
        match term {
            Term::Seq { from, to } => self.seqs.between(*from, *to),
            Term::Text(_) | Term::Mark { .. } => Bitmap::none(self.len()),
            Term::Field { field, test } => match (self.columns.get(&field.to_string()), field) {
                (Some(column), Field::Path(_)) if *test == Test::Present => {
                    let mut out = Bitmap::none(self.len());
                    out.or(&column.present());
                    out
                }
                (Some(column), _) => self.passing(column, test, within),
                (None, Field::Path(_)) => Bitmap::none(self.len()),
                (None, Field::Alias(alias)) => self.derived(alias.name, test),
            },
        }
    }

    /// An alias that is no column: times and seqs, but for records with a member of that name.
    fn derived(&self, alias: &str, test: &Test) -> Bitmap {
        let mut out = match (alias, test) {
            ("time", Test::Present) => self.times.present(),
            ("time", Test::Time(range)) => self.times.in_range(*range),
            ("seq", test) => self.by_seq(test),
            _ => Bitmap::none(self.len()),
        };
        if let Some(own) = self.columns.get(&own_path(alias)) {
            out.and_not(&self.passing(own, &Test::Present, 0..self.len()));
            out.or(&self.passing(own, test, 0..self.len()));
        }
        out
    }

    fn by_seq(&self, test: &Test) -> Bitmap {
        match test {
            Test::Present => self.seqs.present(),
            Test::Number(interval) => match seqs_in(interval) {
                Some((from, to)) => self.seqs.between(from, to),
                None => Bitmap::none(self.len()),
            },
            _ => {
                let passes = |row: &u32| self.seqs.seq(*row).is_some_and(|seq| test.passes(&seq.to_string(), None));
                Bitmap::from_rows(self.len(), (0..self.len()).filter(passes))
            }
        }
    }

    /// The rows of a range whose value in a column passes a test, each in the zone of its log.
    fn passing(&self, column: &Column, test: &Test, within: Range<u32>) -> Bitmap {
        let mut out = Bitmap::none(self.len());
        let is_zoned = matches!(test, Test::Time(_));
        if !is_zoned {
            column.passing_in(within, test, None, &mut out);
            return out;
        }
        let mut start = 0;
        for (rows, zone) in &self.zones {
            column.passing_in(start..rows.start, test, None, &mut out);
            column.passing_in(rows.clone(), test, *zone, &mut out);
            start = rows.end;
        }
        column.passing_in(start..self.len(), test, None, &mut out);
        out
    }
}

/// What was given for terms, by where they stand in the tree.
type Known = HashMap<*const Term, Arc<Bitmap>>;

#[derive(Default)]
struct Asked {
    known: Known,
    missing: Vec<Term>,
    /// Their texts: equal terms have equal ones.
    seen: HashSet<String>,
}

/// The canonical text of the path that counts before an alias.
fn own_path(alias: &str) -> String {
    format!("\"{alias}\"")
}

/// The least and greatest seq in an interval. The numbers of 64 bits ascend, so both are found by halving.
fn seqs_in(interval: &Interval<Number>) -> Option<(u64, u64)> {
    let first = |passes: &dyn Fn(&Number) -> bool| {
        let (mut from, mut until) = (0_u128, 1_u128 << 64);
        while from < until {
            let middle = u128::midpoint(from, until);
            if Number::parse(&middle.to_string()).is_some_and(|number| passes(&number)) {
                until = middle;
            } else {
                from = middle + 1;
            }
        }
        from
    };
    let at_least = |number: &Number| first(&|seq| seq >= number);
    let above = |number: &Number| first(&|seq| seq > number);
    let (from, until) = match interval {
        Interval::Below(end) => (0, at_least(end)),
        Interval::UpTo(end) => (0, above(end)),
        Interval::Above(start) => (above(start), 1 << 64),
        Interval::From(start) => (at_least(start), 1 << 64),
        Interval::Within(start, end) => (at_least(start), above(end)),
    };
    (from < until).then(|| u64::try_from(from).ok().zip(u64::try_from(until - 1).ok()))?
}
