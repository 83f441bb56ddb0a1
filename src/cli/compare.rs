//! `probity compare`: two selections of decisions side by side.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use clap::builder::PossibleValuesParser;

use super::bundles::{Bundles, field, filters_of, passing, reserve};
use super::figures::{NOTHING, brief, cells, decimals, of, p, p_and_q, percent, points, share, table, told};
use super::progress::Progress;
use super::text::{count, grouped, labelled, wrap};
use crate::analysis::bundles::LogTold;
use crate::analysis::compare::segments::{Asked, LEAST, Segment, Segments};
use crate::analysis::compare::{Comparison, FieldCompared, Shape, Side};
use crate::analysis::decisions::{Decisions, Measure};
use crate::analysis::statistics::{Figure, figure};
use crate::evidence::{Evidence, EvidenceError};
use crate::index::Choice;
use crate::record::text::{shown, shown_short};

/// Compare two selections of decisions: versions, stretches of time, or any filters
///
/// The first is the reference. All rates are told with their difference, interval, test and q-value; then results and confidence, and how far
/// each field of the input (input.metadata) has shifted, those that shifted most first. One rate is told by the values of one field too:
/// of the one whose values differ most surely in how far the rate moved, or of the one that --by names.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
PSI: population stability index over the deciles of the reference, or over its values where they are no numbers; below \
0.1 stable, to 0.25 moderate, above large. JS: Jensen–Shannon distance. KS: Kolmogorov–Smirnov. q: Benjamini–Hochberg, among \
all tests printed; of the values of a field among those of all fields of 2 to 20 values. Q: Cochran's, whether the \
differences of the values are one.

--json prints it as assets/spec/version-analysis.md describes it, with the distributions of every field.

Examples:
  probity compare lending.audit.zip --a version:2.3.1 --b version:2.4.0
  probity compare lending.audit.zip --a version:2.3.1 --b version:2.4.0 --by input.metadata.region
  probity compare lending.audit.zip --a 'time<2026-04-01' --b 'time>=2026-04-01' --rate errors

Exit code: 0 answered, also where nothing passes or the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    /// The reference: decisions that pass this filter
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    a: String,
    /// What is held against it
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    b: String,
    /// Tell a rate by the values of this field [default: the one whose values differ most in how far it moved]
    #[arg(long, value_name = "FIELD")]
    by: Option<String>,
    /// Which rate that is [default: adverse, or the first that both sides have]
    #[arg(long, value_name = "RATE", value_parser = PossibleValuesParser::new(Measure::ALL.map(Measure::name)))]
    rate: Option<String>,
    /// Print both distributions of this field too; may be given several times
    #[arg(long, value_name = "FIELD", conflicts_with = "json")]
    field: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Compared<'a> {
    format: &'static str,
    bundles: Vec<LogTold>,
    #[serde(flatten)]
    comparison: &'a Comparison,
    #[serde(serialize_with = "figure")]
    segments: &'a Figure<Segments>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (evidence, (comparison, segments)) =
        args.bundles.ask(&Choice::default(), "compare", |evidence| compare(args, evidence))?;
    for name in &args.field {
        let is_there = fields(&comparison).any(|field| field.field == *name);
        anyhow::ensure!(
            is_there,
            "--field {}: this is not among the fields that were compared; without --field they are listed",
            shown_short(name, 80)
        );
    }
    super::print(&match args.json {
        true => super::json(&Compared {
            format: "probity-compare/1",
            bundles: LogTold::all(&evidence),
            comparison: &comparison,
            segments: &segments,
        })?,
        false => text(&comparison, &segments, &args.field),
    })?;
    reserve(&evidence);
    Ok(ExitCode::SUCCESS)
}

fn compare(args: &Args, evidence: &Evidence) -> anyhow::Result<(Comparison, Figure<Segments>)> {
    let queries = filters_of(evidence, [("--a", &args.a), ("--b", &args.b)])?;
    let by = args.by.as_ref().map(|name| field(evidence, "--by", name)).transpose()?;
    let measure = args.rate.as_ref().and_then(|name| Measure::ALL.into_iter().find(|measure| measure.name() == name));
    let rows = queries.iter().map(|query| passing(evidence, query)).collect::<anyhow::Result<Vec<_>>>()?;
    let names: Vec<String> = queries.iter().map(|query| query.expr.to_string()).collect();
    let [a, b] = [0, 1].map(|side| Side { name: &names[side], rows: &rows[side] });
    let progress = Progress::new();
    let compared = || -> Result<(Comparison, Figure<Segments>), EvidenceError> {
        let decisions = Decisions::of(evidence, &progress)?;
        let comparison = Comparison::of(evidence, &decisions, a, b, &progress)?;
        let asked = Asked { measure, field: by.as_ref() };
        Ok((comparison, Segments::of(evidence, &decisions, [a, b], asked, &progress)?))
    };
    let compared = compared();
    progress.clear();
    Ok(compared?)
}

/// All fields with distributions.
fn fields(comparison: &Comparison) -> impl Iterator<Item = &FieldCompared> {
    [&comparison.results, &comparison.confidence].into_iter().chain(&comparison.fields)
}

fn text(comparison: &Comparison, by: &Figure<Segments>, expanded: &[String]) -> String {
    let mut out = String::new();
    for (label, side) in [("A, reference", &comparison.a), ("B", &comparison.b)] {
        let decisions = count(side.decisions, "decision", "decisions");
        labelled(&mut out, label, 14, &format!("{}: {decisions}", shown(&side.name)));
    }
    if comparison.both > 0 {
        let both = count(comparison.both, "decision is", "decisions are");
        labelled(
            &mut out,
            "In both",
            14,
            &format!("{both} in A and in B; tests and intervals take the two for independent"),
        );
    }
    rates(&mut out, comparison);
    segments(&mut out, by);
    out.push_str("\nRESULTS AND CONFIDENCE\n");
    ranked(&mut out, &[&comparison.results, &comparison.confidence]);
    out.push_str("\nFIELDS OF THE INPUT, those that shifted most first\n");
    match comparison.fields.is_empty() {
        true => out.push_str("  none on record\n"),
        false => ranked(&mut out, &comparison.fields.iter().collect::<Vec<_>>()),
    }
    if comparison.more_fields > 0 {
        wrap(
            &mut out,
            2,
            &format!("{} not compared.", count(comparison.more_fields, "further field was", "further fields were")),
        );
    }
    for name in expanded {
        if let Some(field) = fields(comparison).find(|field| field.field == *name) {
            distribution(&mut out, field);
        }
    }
    out.push('\n');
    wrap(
        &mut out,
        0,
        &format!(
            "{} made beside those by field; q is among them (Benjamini–Hochberg).",
            count(comparison.tests, "test was", "tests were")
        ),
    );
    out
}

fn rates(out: &mut String, comparison: &Comparison) {
    out.push_str("\nRATES, in percent; differences B − A in percentage points\n");
    let mut rows = vec![cells(["", "A", "", "B", "", "difference", "p", "q"])];
    let mut remarks = Vec::new();
    for told in &comparison.measures {
        let mut row = vec![told.measure.title().to_owned()];
        for rate in [told.a, told.b] {
            row.extend([if rate.denominator == 0 { NOTHING.to_owned() } else { of(rate) }, percent(rate)]);
        }
        let test = told.difference.as_ref().ok().map(|difference| difference.p);
        row.push(brief(&told.difference, points));
        row.push(test.map_or_else(|| NOTHING.to_owned(), |test| brief(&test, |value| p(*value))));
        row.push(told.q.map_or_else(|| NOTHING.to_owned(), p));
        rows.push(row);
        match (&told.difference, test) {
            (Err(because), _) => {
                let why = if comparison.a.decisions == 0 || comparison.b.decisions == 0 {
                    "there is no decision on one of the sides".to_owned()
                } else if told.a.denominator + told.b.denominator == 0 {
                    told.measure.without().to_owned()
                } else {
                    because.to_string()
                };
                remarks.push(format!("{}: not determinable: {why}", told.measure.title()));
            }
            (Ok(_), Some(Err(because))) => {
                remarks.push(format!("{}: p not determinable: {because}", told.measure.title()));
            }
            _ => {}
        }
    }
    table(out, 2, 1, &rows);
    remarks.iter().for_each(|remark| wrap(out, 2, remark));
}

/// A rate by the values of a field.
fn segments(out: &mut String, found: &Figure<Segments>) {
    let found = match found {
        Ok(found) => found,
        Err(because) => {
            out.push_str("\nA RATE BY THE VALUES OF A FIELD\n");
            return wrap(out, 2, &format!("not determinable: {because}"));
        }
    };
    let title = found.measure.title().to_uppercase();
    let _ = writeln!(
        out,
        "\n{title} BY {}, in percent; differences B − A in percentage points",
        shown_short(&found.field, 60)
    );
    let mut rows = vec![cells(["", "A", "", "B", "", "difference", "p", "q"])];
    rows.extend(found.values.iter().map(|value| {
        let others = || format!("({} others)", grouped(found.more));
        let name = value.value.as_deref().map_or_else(others, |value| shown_short(value, 60));
        let mark = if value.is_small && value.value.is_some() { " *" } else { "" };
        let mut row = vec![format!("{name}{mark}")];
        for rate in [value.a, value.b] {
            row.extend([if rate.denominator == 0 { NOTHING.to_owned() } else { of(rate) }, percent(rate)]);
        }
        let test = value.difference.as_ref().ok().map(|difference| difference.p);
        row.push(brief(&value.difference, points));
        row.push(test.map_or_else(|| NOTHING.to_owned(), |test| brief(&test, |value| p(*value))));
        row.push(value.q.map_or_else(|| NOTHING.to_owned(), p));
        row
    }));
    table(out, 2, 1, &rows);
    let is_small = |value: &&Segment| value.is_small && value.value.is_some();
    if found.values.iter().filter(is_small).count() > 0 {
        wrap(out, 2, &format!("* Fewer than {LEAST} decisions on a side: too few to say, and not compared."));
    }
    for (missing, side) in [(found.missing_a, "A"), (found.missing_b, "B")] {
        if missing.numerator > 0 {
            wrap(out, 2, &format!("Without a value: {} in {side}.", of(missing)));
        }
    }
    let spread = found.fields.iter().find(|field| field.field == found.field);
    let spread = spread.map_or_else(
        || NOTHING.to_owned(),
        |field| {
            told(&field.spread, |spread| {
                let degrees = count(spread.degrees, "degree", "degrees");
                format!("Q {} with {degrees} of freedom, {}", decimals(spread.statistic), p_and_q(spread.p, field.q))
            })
        },
    );
    wrap(out, 2, &format!("Whether the values differ in how far the rate moved: {spread}."));
    let others: Vec<String> =
        found.fields.iter().filter(|field| field.field != found.field).map(|field| field.field.clone()).collect();
    if !found.is_chosen && !others.is_empty() {
        let fields = count(found.fields.len() as u64, "field", "fields");
        wrap(
            out,
            2,
            &format!(
                "Of {fields} of 2 to 20 values, this is the one whose values differ most surely; --by shows {}.",
                shown(&others.join(", "))
            ),
        );
    }
    wrap(
        out,
        2,
        &format!(
            "{}; q is among them.",
            count(found.tests, "value of all these fields was tested", "values of all these fields were tested")
        ),
    );
}

/// The test of a field, with its q-value.
fn test(field: &FieldCompared) -> String {
    match &field.shape {
        Shape::Numbers(numbers) => {
            brief(&numbers.ks.test, |ks| format!("KS {}, {}", decimals(ks.statistic), p_and_q(ks.p, numbers.ks.q)))
        }
        Shape::Categories(categories) => brief(&categories.chi_squared.test, |chi| {
            format!("χ² {}, {}", decimals(chi.statistic), p_and_q(chi.p, categories.chi_squared.q))
        }),
        Shape::None => NOTHING.to_owned(),
    }
}

fn ranked(out: &mut String, fields: &[&FieldCompared]) {
    let mut rows = vec![cells(["", "", "test", "PSI", "JS", "missing A", "missing B"])];
    let mut remarks = Vec::new();
    for field in fields {
        let shift = brief(&field.psi, |_| field.shift_words().unwrap_or_default().to_owned());
        rows.push(vec![
            shown_short(&field.field, 60),
            shift,
            test(field),
            brief(&field.psi, |psi| decimals(psi.value)),
            brief(&field.jensen_shannon, |js| decimals(*js)),
            share(field.missing_a),
            share(field.missing_b),
        ]);
        if let Err(because) = &field.psi {
            remarks.push(format!("{}: not determinable: {because}", shown_short(&field.field, 60)));
        }
    }
    table(out, 2, 3, &rows);
    remarks.iter().for_each(|remark| wrap(out, 2, remark));
}

fn distribution(out: &mut String, field: &FieldCompared) {
    let _ = writeln!(out, "\n{}", shown_short(&field.field, 80));
    match &field.shape {
        Shape::Numbers(numbers) => {
            let mann_whitney = told(&numbers.mann_whitney.test, |test| p_and_q(test.p, numbers.mann_whitney.q));
            let wasserstein = told(&numbers.wasserstein, |distance| format!("{distance:.4}"));
            wrap(out, 2, &format!("Mann–Whitney {mann_whitney}; Wasserstein {wasserstein}"));
            let mut rows = vec![cells(["from", "to", "A, percent", "B, percent"])];
            let end = |end: Option<f64>| end.map_or_else(|| NOTHING.to_owned(), |end| format!("{end:.4}"));
            rows.extend(numbers.histogram.iter().map(|bin| {
                let percent = |share: f64| format!("{:.2}", 100.0 * share);
                vec![end(bin.from), end(bin.to), percent(bin.reference), percent(bin.current)]
            }));
            table(out, 2, 0, &rows);
        }
        Shape::Categories(categories) => {
            let mut rows = vec![cells(["value", "A", "percent", "B", "percent"])];
            rows.extend(categories.categories.iter().map(|told| {
                let others = || format!("({} others)", grouped(categories.more));
                vec![
                    told.value.as_deref().map_or_else(others, |value| shown_short(value, 60)),
                    grouped(told.a.numerator),
                    percent(told.a),
                    grouped(told.b.numerator),
                    percent(told.b),
                ]
            }));
            table(out, 2, 1, &rows);
        }
        Shape::None => wrap(out, 2, &told(&field.psi, |_| String::new())),
    }
}
