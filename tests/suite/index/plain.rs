//! What is known of each record, by loops over all records: the definitions of assets/spec/index-schema.md in the plainest form.

use std::cmp::Ordering;

use chrono::{DateTime, FixedOffset, Utc};
use probity::integrity::scan::LineState;
use probity::query::field::{Derived, Place};
use probity::query::matches::{Inferred, matches, values};
use probity::query::value::number::Number;
use probity::query::value::time::instant;
use probity::query::value::version::Version;
use probity::query::{Alias, Document, Expr, Field, FieldType, Path, Resolver, Term};
use probity::record::Kind;
use probity::record::time::{Time, parse_zone};

/// The records of a log, in its order. One that holds no record of the format has none.
pub(crate) struct Plain<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) zone: Option<FixedOffset>,
    /// Every record from seq 0 on is there.
    pub(crate) is_whole: bool,
}

pub(crate) struct Row<'a> {
    /// `None` for a line that is none.
    pub(crate) seq: Option<u64>,
    pub(crate) record: Option<Document<'a>>,
    /// How the line hashes.
    pub(crate) state: LineState,
}

fn member<'d>(value: &'d Document<'_>, name: &str) -> Option<&'d Document<'d>> {
    match value {
        Document::Object(members) => members.get(name).map(shorter),
        _ => None,
    }
}

/// Lists and objects hold what they borrow no longer than they are borrowed.
fn shorter<'d>(value: &'d Document<'_>) -> &'d Document<'d> {
    value
}

fn text<'d>(value: &'d Document<'_>, name: &str) -> Option<&'d str> {
    match member(value, name)? {
        Document::Text(text) => Some(text),
        _ => None,
    }
}

/// Type and text of every value there; lists are their elements.
pub(crate) fn typed(value: &Document<'_>, out: &mut Vec<(u8, String)>) {
    match value {
        Document::Null | Document::Object(_) => {}
        Document::Boolean(value) => out.push((0, value.to_string())),
        Document::Number(text) => out.push((1, (*text).to_owned())),
        Document::Text(text) => out.push((2, text.to_string())),
        Document::List(items) => items.iter().for_each(|item| typed(item, out)),
    }
}

fn at(record: &Document<'_>, path: &[&str]) -> Vec<(u8, String)> {
    let mut out = Vec::new();
    record.at(path).into_iter().for_each(|value| typed(value, &mut out));
    out
}

/// The texts of a list of texts, numbers and booleans, or of one of them.
fn texts_of(value: Option<&Document<'_>>) -> Vec<String> {
    let one = |value: &Document<'_>| match value {
        Document::Null | Document::Object(_) | Document::List(_) => None,
        value => {
            let mut out = Vec::new();
            typed(value, &mut out);
            out.pop().map(|(_, text)| text)
        }
    };
    match value {
        Some(Document::List(items)) => items.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

impl<'a> Plain<'a> {
    pub(crate) fn new(records: &'a [String]) -> Self {
        let rows = (0..).zip(records).map(|(seq, record)| Row {
            seq: Some(seq),
            record: Document::parse(record).ok(),
            state: LineState::Intact,
        });
        let rows: Vec<Row<'_>> = rows.collect();
        let zone = rows[0].record.as_ref().and_then(|first| text(first, "zone")).and_then(parse_zone);
        Self { rows, zone, is_whole: true }
    }

    pub(crate) fn kind(&self, row: usize) -> Kind {
        let Some(record) = &self.rows[row].record else { return Kind::Other };
        match member(record, "kind") {
            Some(Document::Text(kind)) => Kind::parse(kind),
            Some(_) => Kind::Other,
            None if member(record, "model").is_some() && member(record, "output").is_some() => Kind::Decision,
            None => Kind::Other,
        }
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (usize, &Document<'a>)> + '_ {
        let record = move |row: usize| self.rows[row].record.as_ref().map(|record| (row, record));
        (0..self.rows.len()).filter(move |row| self.kind(*row) == kind).filter_map(record)
    }

    pub(crate) fn time(&self, row: usize) -> Option<DateTime<Utc>> {
        Time::parse(text(self.rows[row].record.as_ref()?, "timestamp")?)?.instant(self.zone)
    }

    fn model(&self, row: usize) -> Option<String> {
        Some(at(self.rows[row].record.as_ref()?, &["model", "id"]).into_iter().next()?.1)
    }

    /// The versions of a model that were in service at a time.
    fn deployed(&self, model: &str, time: DateTime<Utc>) -> Vec<String> {
        let of_model =
            |record: &Document<'_>| member(record, "model").and_then(|model| text(model, "id").map(str::to_owned));
        let is_production = |record: &Document<'_>| {
            let name = text(record, "environment").unwrap_or_default().to_ascii_lowercase();
            name == "production" || name == "prod"
        };
        let all: Vec<(usize, &Document<'_>)> =
            self.of_kind(Kind::Deployment).filter(|(_, record)| of_model(record).as_deref() == Some(model)).collect();
        let has_production = all.iter().any(|(_, record)| is_production(record));
        let mut steps: Vec<(DateTime<Utc>, usize, &Document<'_>)> = Vec::new();
        for (row, record) in all {
            if let Some(at) = self.time(row).filter(|at| *at <= time)
                && (!has_production || is_production(record))
            {
                steps.push((at, row, record));
            }
        }
        steps.sort_by_key(|(at, row, _)| (*at, *row));
        let mut live: Vec<String> = Vec::new();
        for (_, _, record) in steps {
            let Some(version) = member(record, "model").and_then(|model| text(model, "version")) else { continue };
            let percent = match member(record, "traffic_percent") {
                Some(Document::Number(text)) => text.parse::<f64>().ok(),
                _ => None,
            };
            let share = percent.unwrap_or(100.0);
            match text(record, "action") {
                Some("deploy" | "rollback") if share >= 100.0 => live = vec![version.to_owned()],
                Some("deploy" | "rollback") if share > 0.0 => {
                    live.retain(|other| other != version);
                    live.push(version.to_owned());
                }
                Some("deploy" | "rollback" | "retire") => live.retain(|other| other != version),
                _ => {}
            }
        }
        live
    }

    /// The `result` of the `system` record that says how results of a model's decisions are read.
    fn reading(&self, model: Option<&str>) -> Option<(Vec<String>, &Document<'_>)> {
        let (mut of_model, mut of_others) = (None, None);
        for (_, record) in self.of_kind(Kind::System) {
            let Some(result) = member(record, "result") else { continue };
            let Some(path) = text(result, "path") else { continue };
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            if path.iter().any(String::is_empty) {
                continue;
            }
            let models = match member(record, "models") {
                Some(Document::List(items)) if items.iter().all(|item| matches!(item, Document::Text(_))) => {
                    Some(texts_of(member(record, "models")))
                }
                _ => None,
            };
            match (models, model) {
                (None, _) => of_others = Some((path, result)),
                (Some(models), Some(model)) if models.iter().any(|one| one == model) => of_model = Some((path, result)),
                _ => {}
            }
        }
        of_model.or(of_others)
    }

    /// The records of a kind that name the id of a decision, and whether it is the id of that decision alone.
    fn naming(&self, decision: usize, kind: Kind) -> (Vec<usize>, bool) {
        let Some(id) = self.rows[decision].record.as_ref().and_then(|record| text(record, "audit_id")) else {
            return (Vec::new(), true);
        };
        let is_alone =
            self.of_kind(Kind::Decision).filter(|(_, record)| text(record, "audit_id") == Some(id)).count() == 1;
        let names = self.of_kind(kind).filter(|(_, record)| text(record, "decision") == Some(id)).map(|(row, _)| row);
        (names.collect(), is_alone)
    }

    /// Whether a reference could mean this decision or another.
    fn is_unclear(&self, decision: usize) -> bool {
        [Kind::Review, Kind::Outcome].into_iter().any(|kind| {
            let (naming, is_alone) = self.naming(decision, kind);
            !naming.is_empty() && !is_alone
        })
    }

    fn outcome(&self, decision: usize) -> Option<(u8, String)> {
        let (naming, is_alone) = self.naming(decision, Kind::Outcome);
        let last = naming.last().filter(|_| is_alone)?;
        let [label] = &at(self.rows[*last].record.as_ref()?, &["label"])[..] else { return None };
        Some(label.clone())
    }

    pub(crate) fn passes(&self, row: usize, expr: &Expr) -> bool {
        match (&self.rows[row].record, self.rows[row].seq) {
            (Some(record), _) => matches(expr, record, &At { plain: self, row }),
            // A line that holds no record has a place in the log and nothing else.
            (None, Some(_)) => {
                matches(expr, &Document::Object(std::collections::BTreeMap::new()), &At { plain: self, row })
            }
            (None, None) => nothing(expr, &At { plain: self, row }),
        }
    }

    /// Type and text of the field's values.
    pub(crate) fn values(&self, row: usize, field: &Field) -> Vec<(u8, String)> {
        if let Field::Alias(alias) = field
            && alias.is_of_line()
        {
            return of_line(alias, &At { plain: self, row }).into_iter().map(|text| (2, text)).collect();
        }
        let Some(record) = &self.rows[row].record else { return Vec::new() };
        let found = self.typed_values(row, record, field);
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, values(field, record, &At { plain: self, row }), "{field} in row {row}");
        found
    }

    fn typed_values(&self, row: usize, record: &Document<'_>, field: &Field) -> Vec<(u8, String)> {
        let alias = match field {
            Field::Path(path) => return at(record, &path.members().iter().map(String::as_str).collect::<Vec<_>>()),
            Field::Alias(alias) => alias,
        };
        let own = at(record, &[alias.name]);
        if !own.is_empty() {
            return own;
        }
        let of_text = |text: String| vec![(2, text)];
        let boolean = |value: Option<bool>| value.map(|value| (0, value.to_string())).into_iter().collect();
        let resolver = At { plain: self, row };
        match alias.source(self.kind(row)) {
            None => Vec::new(),
            Some(Place::Path(path)) => at(record, path),
            Some(Place::Derived(Derived::Seq)) => vec![(1, resolver.seq().to_string())],
            Some(Place::Derived(Derived::Version)) => match at(record, &["model", "version"]) {
                recorded if !recorded.is_empty() => recorded,
                _ => match resolver.inferred_version() {
                    Inferred::Version(version) => of_text(version),
                    _ => Vec::new(),
                },
            },
            Some(Place::Derived(Derived::Result)) => match resolver.result_path() {
                Some(path) => at(record, &path.members().iter().map(String::as_str).collect::<Vec<_>>()),
                None => Vec::new(),
            },
            Some(Place::Derived(Derived::Outcome)) => self.outcome(row).into_iter().collect(),
            Some(Place::Derived(Derived::Reviewed)) => boolean(resolver.is_reviewed()),
            Some(Place::Derived(Derived::Overridden)) => boolean(resolver.is_overridden()),
            Some(Place::Derived(Derived::Correct)) => boolean(resolver.is_correct()),
            Some(Place::Derived(_)) => {
                values(field, record, &resolver).into_iter().flat_map(|text| of_text(text.into_owned())).collect()
            }
        }
    }
}

/// Whether a line passes of which nothing is known but where it is from.
fn nothing(expr: &Expr, of: &At<'_>) -> bool {
    match expr {
        Expr::All => true,
        Expr::Term(Term::Field { field: Field::Alias(alias), test }) if alias.is_of_line() => {
            of_line(alias, of).is_some_and(|text| test.passes(&text, None))
        }
        Expr::Term(_) => false,
        Expr::Not(inner) => !nothing(inner, of),
        Expr::And(parts) => parts.iter().all(|part| nothing(part, of)),
        Expr::Or(parts) => parts.iter().any(|part| nothing(part, of)),
    }
}

/// What is of the line, whatever its record says.
fn of_line(alias: &Alias, of: &At<'_>) -> Option<String> {
    match alias.name {
        "log" => of.log(),
        "line_state" => of.line_state().map(str::to_owned),
        _ => None,
    }
}

/// What is known of one record.
struct At<'p> {
    plain: &'p Plain<'p>,
    row: usize,
}

impl Resolver for At<'_> {
    fn seq(&self) -> u64 {
        self.plain.rows[self.row].seq.unwrap_or_default()
    }

    fn zone(&self) -> Option<FixedOffset> {
        self.plain.zone
    }

    fn log(&self) -> Option<String> {
        Some(crate::common::ORIGIN.to_owned())
    }

    fn line_state(&self) -> Option<&'static str> {
        Some(self.plain.rows[self.row].state.name())
    }

    fn inferred_version(&self) -> Inferred {
        let live = match (self.plain.model(self.row), self.plain.time(self.row)) {
            (Some(model), Some(time)) => self.plain.deployed(&model, time),
            _ => Vec::new(),
        };
        match &live[..] {
            [] => Inferred::Unknown,
            [only] => Inferred::Version(only.clone()),
            _ => Inferred::Ambiguous,
        }
    }

    fn result_path(&self) -> Option<Path> {
        Path::new(self.plain.reading(self.plain.model(self.row).as_deref())?.0)
    }

    fn outcome(&self) -> Option<String> {
        Some(self.plain.outcome(self.row)?.1)
    }

    fn is_reviewed(&self) -> Option<bool> {
        let (naming, is_alone) = self.plain.naming(self.row, Kind::Review);
        if !naming.is_empty() && is_alone {
            return Some(true);
        }
        (self.plain.is_whole && !self.plain.is_unclear(self.row)).then_some(false)
    }

    fn is_overridden(&self) -> Option<bool> {
        let (naming, is_alone) = self.plain.naming(self.row, Kind::Review);
        let overrides = |row: &usize| {
            let record = self.plain.rows[*row].record.as_ref().unwrap();
            at(record, &["action"]).iter().any(|(_, text)| text == "override")
        };
        if is_alone && naming.iter().any(overrides) {
            return Some(true);
        }
        (self.plain.is_whole && !self.plain.is_unclear(self.row)).then_some(false)
    }

    fn is_correct(&self) -> Option<bool> {
        let label = self.outcome()?;
        let (path, says) = self.plain.reading(self.plain.model(self.row).as_deref())?;
        let positive = texts_of(member(says, "outcome_positive"));
        let result =
            at(self.plain.rows[self.row].record.as_ref()?, &path.iter().map(String::as_str).collect::<Vec<_>>());
        let [(_, result)] = &result[..] else { return None };
        let is_positive = positive.contains(&label);
        match (
            texts_of(member(says, "favourable")).contains(result),
            texts_of(member(says, "adverse")).contains(result),
        ) {
            _ if positive.is_empty() => None,
            (true, false) => Some(is_positive),
            (false, true) => Some(!is_positive),
            _ => None,
        }
    }
}

/// Which of two values comes first in the order of a type.
pub(crate) fn order(of: FieldType, a: &(u8, String), b: &(u8, String)) -> Ordering {
    fn some_first<T>(a: Option<T>, b: Option<T>, order: impl Fn(&T, &T) -> Ordering) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => order(&a, &b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
    let is_read = |text: &str| match of {
        FieldType::Text | FieldType::Boolean => false,
        FieldType::Number | FieldType::Any => Number::parse(text).is_some(),
        FieldType::Version => Version::parse(text).is_some(),
        FieldType::Time => instant(text, None).is_some() || matches!(Time::parse(text), Some(Time::Local(_))),
    };
    let by_type = match of {
        FieldType::Text | FieldType::Boolean => Ordering::Equal,
        FieldType::Number | FieldType::Any => some_first(Number::parse(&a.1), Number::parse(&b.1), Ord::cmp),
        FieldType::Version => some_first(Version::parse(&a.1), Version::parse(&b.1), Version::precedence),
        FieldType::Time => {
            let local = |text: &str| match Time::parse(text) {
                Some(Time::Local(local)) => Some(local),
                _ => None,
            };
            let (a, b) = (a.1.as_str(), b.1.as_str());
            some_first(instant(a, None), instant(b, None), Ord::cmp).then_with(|| match instant(a, None) {
                Some(_) => Ordering::Equal,
                None => some_first(local(a), local(b), Ord::cmp),
            })
        }
    };
    // What is spelled differently is equal where it names the same.
    by_type.then_with(|| if is_read(&a.1) { Ordering::Equal } else { a.1.cmp(&b.1) })
}

/// How many of these rows have each value of a field: what is equal counts together, under the spelling of most rows. Also
/// how many have any.
pub(crate) fn facet(
    plain: &Plain<'_>,
    rows: impl Iterator<Item = usize>,
    field: &Field,
) -> (std::collections::BTreeMap<String, u32>, u32) {
    use std::collections::{BTreeMap, BTreeSet};
    let of = field.field_type();
    let mut groups: Vec<(BTreeMap<(u8, String), u32>, u32)> = Vec::new();
    let mut with = 0;
    for row in rows {
        let values: BTreeSet<(u8, String)> = plain.values(row, field).into_iter().collect();
        with += u32::from(!values.is_empty());
        let mut counted = BTreeSet::new();
        for value in values {
            let is = |group: &(BTreeMap<(u8, String), u32>, u32)| {
                group.0.keys().any(|other| order(of, other, &value).is_eq())
            };
            let at = groups.iter().position(is).unwrap_or_else(|| {
                groups.push((BTreeMap::new(), 0));
                groups.len() - 1
            });
            *groups[at].0.entry(value).or_default() += 1;
            counted.insert(at);
        }
        counted.into_iter().for_each(|at| groups[at].1 += 1);
    }
    let of_most = |group: &BTreeMap<(u8, String), u32>| {
        let (value, _) =
            group.iter().min_by_key(|(value, count)| (std::cmp::Reverse(**count), &value.1, value.0)).unwrap();
        value.1.clone()
    };
    (groups.iter().map(|(group, count)| (of_most(group), *count)).collect(), with)
}
