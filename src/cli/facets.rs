//! `probity facets`: how often each value of a field stands in the records that pass a filter.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use super::bundles::{Bundles, Filter, against, field};
use super::forms::{Form, Listing};
use super::progress::Progress;
use super::text::{count, grouped};
use crate::columns::{Facet, Selection, ValueType};
use crate::evidence::{Evidence, EvidenceError};
use crate::index::Choice;
use crate::query::Field;
use crate::record::text::shown;
use crate::report::csv;

/// Count the values of fields in the records that pass a filter
///
/// Values that are equal to a filter are one, however they are spelled (1, 1.0 and "1"), shown as most records have it.
/// A record with several values counts for each of them, so that shares may come to more than 100 %. Shares are of all
/// records that pass the filter, those without a value among them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With --format csv: field, value, type, count, share; records without a value are a line without one.

Example:
  probity facets lending.audit.zip kind:decision --field version --field result

Exit code: 0 answered, also where nothing passes or the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    filter: Filter,
    /// The field; may be given several times
    #[arg(long, value_name = "FIELD", required = true)]
    field: Vec<String>,
    /// List so many values of each field at most, the most frequent ones
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    form: Form<Listing>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (evidence, (query, selection, counted)) = args.bundles.ask(&Choice::default(), "facets", |evidence| {
        let fields: Vec<(&String, Field)> = args
            .field
            .iter()
            .map(|name| Ok((name, field(evidence, "--field", name)?)))
            .collect::<anyhow::Result<_>>()?;
        let (query, selection) = args.filter.select(evidence)?;
        let mut counted = Vec::new();
        for (name, field) in fields {
            counted.push((name.as_str(), facet(evidence, &field, &selection, args.limit.unwrap_or(usize::MAX))?));
        }
        Ok((query, selection, counted))
    })?;
    super::print(&match args.form.chosen() {
        Listing::Json => {
            let fields = counted.iter().map(|(name, facet)| CountedField::new(name, facet)).collect();
            let records = evidence.records()?;
            let filter = query.expr.to_string();
            super::json(&Counted { filter, found: selection.count(), records, fields })?
        }
        Listing::Csv => csv::lines(rows(&counted)),
        Listing::Table => {
            counted.iter().map(|(name, facet)| text(name, facet, args.limit)).collect::<Vec<_>>().join("\n")
        }
    })?;
    let all = grouped(evidence.records()?.into());
    let against = against(&evidence).map(|against| format!("; {against}")).unwrap_or_default();
    note_count(&format!("{} of {all} records{against}", grouped(selection.count().into())));
    Ok(ExitCode::SUCCESS)
}

/// The last line on standard error.
fn note_count(line: &str) {
    use std::io::Write as _;
    // Nobody is left to be told where it is closed.
    let _ = writeln!(std::io::stderr(), "{}", shown(line));
}

fn facet(evidence: &Evidence, field: &Field, selection: &Selection, limit: usize) -> anyhow::Result<Facet> {
    if let Field::Alias(alias) = field
        && matches!(alias.name, "time" | "seq")
    {
        anyhow::bail!("--field {0}: {0} is hardly ever the same in two records, and is not counted", alias.name);
    }
    let progress = Progress::new();
    let facet = evidence.facet(field, selection, limit, &progress);
    progress.clear();
    facet.map_err(|error| match error {
        EvidenceError::TooVaried(name) => anyhow::anyhow!("--field {name}: more distinct values than can be counted"),
        error => error.into(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown with one decimal")]
fn share(count: u32, facet: &Facet) -> f64 {
    let all = u64::from(facet.with) + u64::from(facet.without);
    if all == 0 { 0.0 } else { f64::from(count) / all as f64 }
}

/// The values of a field, the most frequent first, and behind them how many records have none.
fn text(name: &str, facet: &Facet, limit: Option<usize>) -> String {
    let mut out = String::new();
    let records = count(u64::from(facet.with) + u64::from(facet.without), "record", "records");
    let values = count(facet.distinct.into(), "value", "values");
    let _ = writeln!(out, "{}: {values} in {records}", shown(name));
    let width = facet.values.iter().map(|value| value.count).chain([facet.without]).max().unwrap_or_default();
    let width = grouped(width.into()).chars().count().max(5);
    let mut line = |number: u32, what: &str| {
        let _ = writeln!(out, "  {:>width$}  {:>5.1} %  {what}", grouped(number.into()), 100.0 * share(number, facet));
    };
    for value in &facet.values {
        let text = if value.text.is_empty() { "\"\"".into() } else { shown(&value.text) };
        line(value.count, &text);
    }
    if facet.without > 0 {
        line(facet.without, "(no value)");
    }
    let more = (facet.distinct as usize).saturating_sub(facet.values.len());
    if more > 0 {
        let more = count(more as u64, "more value", "more values");
        let _ = writeln!(out, "  … and {more}; --limit is {}", limit.unwrap_or_default());
    }
    out
}

/// A line a value; the records without a value have a line with none.
fn rows<'a>(counted: &'a [(&str, Facet)]) -> Vec<Vec<Option<Cow<'a, str>>>> {
    let heads = ["field", "value", "type", "count", "share"];
    let mut rows = vec![heads.map(|head| Some(head.into())).to_vec()];
    for (name, facet) in counted {
        let row = |value: Option<(&'a str, &'static str)>, count: u32| {
            let (text, value_type) = value.unzip();
            let numbers = [count.to_string(), share(count, facet).to_string()];
            let texts = [Some(*name), text, value_type].map(|text| text.map(Cow::Borrowed));
            texts.into_iter().chain(numbers.map(|number| Some(number.into()))).collect()
        };
        rows.extend(
            facet.values.iter().map(|value| row(Some((&value.text, type_name(value.value_type))), value.count)),
        );
        if facet.without > 0 {
            rows.push(row(None, facet.without));
        }
    }
    rows
}

/// `mixed` where equal values are of several types.
fn type_name(value_type: Option<ValueType>) -> &'static str {
    match value_type {
        Some(ValueType::Boolean) => "boolean",
        Some(ValueType::Number) => "number",
        Some(ValueType::Text) => "text",
        None => "mixed",
    }
}

/// Everything, as JSON.
#[derive(Serialize)]
struct Counted<'a> {
    /// The filter, as it was understood.
    filter: String,
    /// Records that pass it.
    found: u32,
    /// Records in all.
    records: u32,
    fields: Vec<CountedField<'a>>,
}

#[derive(Serialize)]
struct CountedField<'a> {
    field: &'a str,
    distinct: u32,
    with: u32,
    without: u32,
    values: Vec<CountedValue<'a>>,
}

#[derive(Serialize)]
struct CountedValue<'a> {
    value: &'a str,
    #[serde(rename = "type")]
    value_type: &'static str,
    count: u32,
    share: f64,
}

impl<'a> CountedField<'a> {
    fn new(field: &'a str, facet: &'a Facet) -> Self {
        let value = |value: &'a crate::columns::FacetValue| CountedValue {
            value: &value.text,
            value_type: type_name(value.value_type),
            count: value.count,
            share: share(value.count, facet),
        };
        let values = facet.values.iter().map(value).collect();
        Self { field, distinct: facet.distinct, with: facet.with, without: facet.without, values }
    }
}
