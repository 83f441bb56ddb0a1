//! `probity fairness`: whether groups that are on record were treated alike.

use std::process::ExitCode;

use serde::Serialize;

use super::bundles::{Bundles, Filter, field, filter_of, reserve};
use super::figures::{NOTHING, brief, cells, decimals, of, p, percent, table, told};
use super::progress::Progress;
use super::text::{count, grouped, labelled, wrap};
use crate::analysis::bundles::LogTold;
use crate::analysis::decisions::Decisions;
use crate::analysis::fairness::{Asked, Condition, Counts, Fairness, Group, LEAST_GROUP};
use crate::evidence::{Evidence, EvidenceError};
use crate::index::Choice;
use crate::record::text::{shown, shown_short};

/// Compare how groups of people were treated, where the log records the group
///
/// How often each group was selected, against the group that was selected most often: the four-fifths line, and Fisher's exact test. With
/// --outcome-positive also how often each was judged wrongly. Groups of fewer than 30 decisions are told, and compared with nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A decision counts where it has a value of every field that --positive names; it counts against outcomes \
where it has one of every field that --outcome-positive names. What does not count is told. A difference is no proof of unfair \
treatment, nor is none of the contrary.

--json prints it as assets/spec/version-analysis.md describes it.

Examples:
  probity fairness lending.audit.zip --group input.metadata.segment --positive result:approve
  probity fairness lending.audit.zip 'time<2026-04-01' --group input.metadata.region \\
    --positive result:approve --outcome-positive outcome:repaid

Exit code: 0 answered, also where nothing passes or the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    filter: Filter,
    /// The field that names the group
    #[arg(long, value_name = "FIELD")]
    group: String,
    /// Decisions that are positive for the person: granted, hired, selected
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    positive: String,
    /// Decisions whose outcome shows that a positive one was right, or would have been
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    outcome_positive: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was asked, as it was understood, with the answer.
#[derive(Serialize)]
struct Answer {
    filter: String,
    positive: String,
    outcome_positive: Option<String>,
    #[serde(flatten)]
    fairness: Fairness,
}

#[derive(Serialize)]
struct Told<'a> {
    format: &'static str,
    bundles: Vec<LogTold>,
    #[serde(flatten)]
    answer: &'a Answer,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (evidence, answer) = args.bundles.ask(&Choice::default(), "fairness", |evidence| ask(args, evidence))?;
    super::print(&match args.json {
        true => super::json(&Told { format: "probity-fairness/1", bundles: LogTold::all(&evidence), answer: &answer })?,
        false => text(&answer),
    })?;
    reserve(&evidence);
    Ok(ExitCode::SUCCESS)
}

fn ask(args: &Args, evidence: &Evidence) -> anyhow::Result<Answer> {
    let group = field(evidence, "--group", &args.group)?;
    let positive = filter_of(evidence, "--positive", &args.positive)?;
    let outcome = args.outcome_positive.as_ref();
    let outcome = outcome.map(|text| filter_of(evidence, "--outcome-positive", text)).transpose()?;
    let (query, rows) = args.filter.select(evidence)?;
    let progress = Progress::new();
    let counted = || -> Result<Fairness, EvidenceError> {
        let decisions = Decisions::of(evidence, &progress)?;
        let condition = Condition::of(evidence, &positive.expr, &progress)?;
        let outcome = outcome.as_ref().map(|outcome| Condition::of(evidence, &outcome.expr, &progress)).transpose()?;
        let asked = Asked { group: &group, positive: &condition, outcome_positive: outcome.as_ref() };
        Fairness::of(evidence, &decisions, &asked, &rows, &progress)
    };
    let fairness = counted();
    progress.clear();
    let fairness = fairness.map_err(|error| match error {
        EvidenceError::TooVaried(name) => anyhow::anyhow!("--group {name}: more distinct values than can be counted"),
        error => error.into(),
    })?;
    Ok(Answer {
        filter: query.expr.to_string(),
        positive: positive.expr.to_string(),
        outcome_positive: outcome.map(|outcome| outcome.expr.to_string()),
        fairness,
    })
}

fn text(answer: &Answer) -> String {
    const LABEL: usize = 18;
    let mut out = String::new();
    let found = &answer.fairness;
    labelled(&mut out, "Group", LABEL, &shown(&found.group));
    labelled(&mut out, "Positive", LABEL, &shown(&answer.positive));
    if let Some(outcome) = &answer.outcome_positive {
        labelled(&mut out, "Outcome positive", LABEL, &shown(outcome));
    }
    labelled(&mut out, "Decisions", LABEL, &grouped(found.decisions));
    let impact = told(&found.disparate_impact, |impact| {
        let line = if impact.ratio.is_below_four_fifths { "below four fifths" } else { "not below four fifths" };
        let highest = found.highest.as_deref().unwrap_or(NOTHING);
        format!(
            "{}, {line}: {} was selected least often, {} most often",
            decimals(impact.ratio.value),
            shown_short(&impact.lowest, 60),
            shown_short(highest, 60)
        )
    });
    labelled(&mut out, "Disparate impact", LABEL, &impact);
    out.push_str(
        "\nSELECTED, in percent with the 95 % interval of Wilson; p of Fisher's exact test against the highest\n",
    );
    table(&mut out, 2, 1, &selected(found));
    if answer.outcome_positive.is_some() {
        out.push_str("\nAGAINST OUTCOMES, in percent with the 95 % interval of Wilson\n");
        table(&mut out, 2, 1, &outcomes(found));
    }
    out.push('\n');
    let small = found.groups.iter().filter(|group| group.is_small).count() as u64;
    if small > 0 {
        let groups = count(small, "group has", "groups have");
        wrap(
            &mut out,
            2,
            &format!("{groups} fewer than {LEAST_GROUP} decisions (*): too few to say, and not compared."),
        );
    }
    if found.without_result > 0 {
        let decisions = count(found.without_result, "decision lacks", "decisions lack");
        wrap(&mut out, 2, &format!("{decisions} a value of a field that --positive names: not counted."));
        if found.without_result == found.decisions {
            let hint = "Where no record says where results stand, --positive names the path, such as output.result:1.";
            wrap(&mut out, 2, hint);
        }
    }
    if let (Some(_), Some(outcomes)) = (&answer.outcome_positive, found.all.outcomes) {
        let without = found.all.selected.denominator - outcomes.accuracy.denominator;
        for (rate, what, lacking) in [
            (outcomes.false_positives, "False positives", "negative"),
            (outcomes.false_negatives, "False negatives", "positive"),
        ] {
            if rate.denominator == 0 {
                wrap(&mut out, 2, &format!("{what}: not determinable: no decision here has a {lacking} outcome."));
            }
        }
        if without > 0 {
            let decisions = count(without, "decision has", "decisions have");
            wrap(&mut out, 2, &format!("{decisions} no outcome: not counted against outcomes."));
        }
    }
    wrap(&mut out, 2, "A difference is no proof of unfair treatment, nor is none of the contrary.");
    out
}

/// The lines of a table: every group, the others, those of no group, all.
fn lines(found: &Fairness) -> Vec<(String, &Counts, Option<&Group>)> {
    let name = |group: &Group| {
        let value = group
            .value
            .as_deref()
            .map_or_else(|| format!("({} others)", grouped(found.more_groups)), |value| shown_short(value, 60));
        if group.is_small { format!("{value} *") } else { value }
    };
    let mut lines: Vec<(String, &Counts, Option<&Group>)> =
        found.groups.iter().chain(&found.others).map(|group| (name(group), &group.counts, Some(group))).collect();
    if found.without_group.selected.denominator > 0 {
        lines.push(("(no group)".to_owned(), &found.without_group, None));
    }
    lines.push(("all".to_owned(), &found.all, None));
    lines
}

fn selected(found: &Fairness) -> Vec<Vec<String>> {
    let mut rows = vec![cells(["", "selected", "percent", "of the highest", "p", "q"])];
    rows.extend(lines(found).into_iter().map(|(name, counts, group)| {
        let ratio = group.map_or_else(String::new, |group| {
            brief(&group.ratio, |ratio| {
                format!("{}{}", if ratio.is_below_four_fifths { "below 4/5  " } else { "" }, decimals(ratio.value))
            })
        });
        vec![
            name,
            of(counts.selected),
            percent(counts.selected),
            ratio,
            group.map_or_else(String::new, |group| brief(&group.fisher_p, |value| p(*value))),
            group.map_or_else(String::new, |group| group.q.map_or_else(|| NOTHING.to_owned(), p)),
        ]
    }));
    rows
}

fn outcomes(found: &Fairness) -> Vec<Vec<String>> {
    let mut rows = vec![cells(["", "with outcome", "accuracy", "false positives", "false negatives"])];
    rows.extend(lines(found).into_iter().filter_map(|(name, counts, _)| {
        let outcomes = counts.outcomes?;
        Some(vec![
            name,
            grouped(outcomes.accuracy.denominator),
            percent(outcomes.accuracy),
            percent(outcomes.false_positives),
            percent(outcomes.false_negatives),
        ])
    }));
    rows
}
