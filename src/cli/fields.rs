//! `probity fields`: what can be asked for: every field of the records, and the aliases.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use super::bundles::{Bundles, against, note};
use super::forms::{Form, Listing};
use super::text::grouped;
use super::width::{padded, width as width_of};
use crate::evidence::{Catalogued, Evidence};
use crate::index::Choice;
use crate::query::{Alias, Field};
use crate::record::text::shown_short;
use crate::report::csv;

/// List the fields of the records, and the aliases
///
/// A field is written here as it is written in filters. Fields with a column are answered at once; the others by reading
/// the log again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  probity fields lending.audit.zip

Exit code: 0 answered, also where the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    form: Form<Listing>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (evidence, ()) = args.bundles.ask(&Choice::default(), "fields", |_| Ok(()))?;
    super::print(&match args.form.chosen() {
        Listing::Json => json(&evidence)?,
        Listing::Csv => csv::lines(rows(&evidence)),
        Listing::Table => text(&evidence),
    })?;
    if evidence.repeated().iter().any(|repeated| repeated.same > 0) {
        note("fields are counted in each bundle: here alone, records that two bundles hold count twice");
    }
    if let Some(against) = against(&evidence) {
        note(&against);
    }
    Ok(ExitCode::SUCCESS)
}

/// The fields that are paths: those are of the records, aliases are of the language.
fn paths(evidence: &Evidence) -> impl Iterator<Item = &Catalogued> {
    evidence.fields().iter().filter(|field| matches!(field.field, Field::Path(_)))
}

/// Records with members at paths beyond those that are told apart.
fn beyond(evidence: &Evidence) -> u64 {
    evidence.logs().iter().map(|log| log.index.beyond).sum()
}

/// How often which type stands there.
fn types(field: &Catalogued) -> [(&'static str, u64); 5] {
    let counts = field.counts;
    [
        ("text", counts.texts),
        ("number", counts.numbers),
        ("boolean", counts.booleans),
        ("nested", counts.nested),
        ("null", counts.nulls),
    ]
}

/// The most characters of an example.
const EXAMPLE: usize = 24;

fn text(evidence: &Evidence) -> String {
    let mut out = String::new();
    let fields: Vec<&Catalogued> = paths(evidence).collect();
    let name = |field: &Catalogued| shown_short(&field.name, 60);
    let types = |field: &Catalogued| {
        let types: Vec<(&str, u64)> = types(field).into_iter().filter(|(_, count)| *count > 0).collect();
        match types[..] {
            [(only, count)] if count == field.counts.records => only.to_owned(),
            _ => types.iter().map(|(name, count)| format!("{name} {}", grouped(*count))).collect::<Vec<_>>().join(", "),
        }
    };
    let rows: Vec<[String; 5]> = fields
        .iter()
        .map(|field| {
            let examples: Vec<String> = field.examples.iter().map(|text| shown_short(text, EXAMPLE)).collect();
            let column = if field.has_column { "yes" } else { "no" };
            [name(field), grouped(field.counts.records), column.to_owned(), types(field), examples.join(" · ")]
        })
        .collect();
    let heads = ["field", "records", "column", "values", "examples"].map(str::to_owned);
    let width = |at: usize| {
        let cells = rows.iter().chain([&heads]).map(|row| width_of(&row[at]));
        cells.max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2), width(3).min(30)];
    for row in [&heads].into_iter().chain(&rows) {
        let [name, records, column, types, examples] = row;
        let [a, b, c, d] = widths;
        let name = padded(name, a);
        let line = format!("{name}  {records:>b$}  {column:<c$}  {types:<d$}  {examples}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if beyond(evidence) > 0 {
        let beyond = grouped(beyond(evidence));
        let _ = writeln!(out, "… and further ones in {beyond} records, at more paths than are told apart");
    }
    out.push_str("\naliases\n");
    let width = Alias::ALL.iter().map(|alias| alias.name.len()).max().unwrap_or_default();
    for alias in Alias::ALL {
        let _ = writeln!(out, "{:<width$}  {:<8} {}", alias.name, alias.field_type.name(), alias.meaning);
    }
    out
}

/// A line a field. Aliases are of the language and the same for every log: they are not among them.
fn rows(evidence: &Evidence) -> Vec<Vec<Option<Cow<'_, str>>>> {
    let heads = ["field", "type", "records", "text", "number", "boolean", "nested", "null", "has_column", "examples"];
    let mut rows = vec![heads.map(|head| Some(head.into())).to_vec()];
    for field in paths(evidence) {
        let mut row: Vec<Option<Cow<'_, str>>> = vec![
            Some(field.name.as_str().into()),
            Some(field.field.field_type().name().into()),
            Some(field.counts.records.to_string().into()),
        ];
        row.extend(types(field).map(|(_, count)| Some(count.to_string().into())));
        row.push(Some(field.has_column.to_string().into()));
        row.push((!field.examples.is_empty()).then(|| field.examples.join(", ").into()));
        rows.push(row);
    }
    rows
}

/// Everything, as JSON.
#[derive(Serialize)]
struct Catalogue {
    fields: Vec<FieldEntry>,
    /// Records with members at paths beyond those that are told apart.
    records_beyond: u64,
    aliases: Vec<AliasEntry>,
}

#[derive(Serialize)]
struct FieldEntry {
    name: String,
    #[serde(rename = "type")]
    field_type: &'static str,
    records: u64,
    texts: u64,
    numbers: u64,
    booleans: u64,
    nested: u64,
    nulls: u64,
    examples: Vec<String>,
    has_column: bool,
}

#[derive(Serialize)]
struct AliasEntry {
    name: &'static str,
    #[serde(rename = "type")]
    field_type: &'static str,
    meaning: &'static str,
    values: &'static [&'static str],
}

fn json(evidence: &Evidence) -> anyhow::Result<String> {
    let entry = |field: &Catalogued| FieldEntry {
        name: field.name.clone(),
        field_type: field.field.field_type().name(),
        records: field.counts.records,
        texts: field.counts.texts,
        numbers: field.counts.numbers,
        booleans: field.counts.booleans,
        nested: field.counts.nested,
        nulls: field.counts.nulls,
        examples: field.examples.clone(),
        has_column: field.has_column,
    };
    let fields = paths(evidence).map(entry).collect();
    let alias = |alias: &'static Alias| AliasEntry {
        name: alias.name,
        field_type: alias.field_type.name(),
        meaning: alias.meaning,
        values: alias.values.listed(),
    };
    let aliases = Alias::ALL.iter().map(alias).collect();
    super::json(&Catalogue { fields, records_beyond: beyond(evidence), aliases })
}
