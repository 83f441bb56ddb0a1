//! What happened: the records of an incident, its steps, what was live and deployed, access out of pattern, reviews, the affected
//! decisions with their figures, reporting clocks, and what the records do not say.

use super::Told;
use super::causes::unknown;
use crate::analysis::proportion::Rate;
use crate::analysis::story::{AccessTold, Affected, Counted, DeploymentTold, Figures, FindingTold, LogTold, Story};
use crate::record::figures::grouped;
use crate::record::text::{shown, shown_short};
use crate::report::document::{Block, Callout, Column, Face, Fact, Picture, Section, Table, Text, Tone};
use crate::report::words::{counted, duration, of, percent, place, short, when};

pub(super) fn section(told: &Told, picture: Option<Picture>) -> Section {
    let story = &told.story;
    let mut blocks = vec![Block::Facts(head(story))];
    blocks.extend(picture.map(Block::Picture));
    records(&mut blocks, story);
    steps(&mut blocks, story);
    if let Some(affected) = &story.affected {
        self::affected(&mut blocks, story, affected);
    }
    live(&mut blocks, story);
    deployments(&mut blocks, story);
    if let Some(access) = &story.access {
        self::access(&mut blocks, access);
    }
    oversight(&mut blocks, story);
    clocks(&mut blocks, story);
    unknown(&mut blocks, &story.not_determinable);
    Section { title: shown_short(&story.name, 160), blocks, on_new_page: true }
}

fn head(story: &Story) -> Vec<Fact> {
    let mut facts = Vec::new();
    let model: Vec<String> = story.model.iter().chain(&story.version).map(|name| shown_short(name, 80)).collect();
    facts.push(Fact::new("Model", if model.is_empty() { "every model".to_owned() } else { model.join(" ") }));
    facts.push(Fact::new(
        "Window",
        match &story.window {
            Some(window) => {
                let source = if window.source == "given" { "as given" } else { "as the incident states it" };
                Text::plain(format!("{} to {} UTC, {source}", when(Some(window.from)), when(Some(window.to))))
            }
            None => Text::quiet("not determinable"),
        },
    ));
    if let Some(incident) = &story.incident {
        facts.push(Fact::new("Log", shown_short(&incident.log, 200)));
        facts.extend(incident.severity.as_ref().map(|severity| Fact::new("Severity", shown_short(severity, 80))));
        facts.extend(incident.authority.as_ref().map(|name| Fact::new("Authority", shown_short(name, 200))));
    }
    facts
}

fn records(blocks: &mut Vec<Block>, story: &Story) {
    let Some(incident) = &story.incident else { return };
    let rows = incident.records.iter().map(|told| {
        let summary = told.summary.as_ref().map(|text| shown_short(text, 2_000)).unwrap_or_default();
        vec![
            Text::plain(when(told.record.at)),
            Text::strong(short(told.state.as_deref())),
            Text::plain(place(&told.record)),
            Text::plain(summary),
        ]
    });
    blocks.push(Block::Table(Table {
        caption: "What the records of the incident say".to_owned(),
        columns: ["time (UTC)", "state", "record", "summary, in the words of the log"].map(Column::words).into(),
        rows: rows.collect(),
        note: None,
    }));
    let remarks: Vec<Text> = incident
        .remarks
        .iter()
        .map(|remark| {
            let at = remark.seq.map(|seq| format!(" (seq {})", grouped(seq))).unwrap_or_default();
            Text::plain(format!("{}{at}", shown(&remark.text)))
        })
        .collect();
    if !remarks.is_empty() {
        let title = "What in them does not fit together, or is missing".to_owned();
        blocks.push(Block::Callout(Callout { tone: Tone::Warning, title, texts: remarks }));
    }
}

fn steps(blocks: &mut Vec<Block>, story: &Story) {
    if story.steps.is_empty() {
        return;
    }
    let rows = story.steps.iter().map(|step| {
        let name = if step.step == "first_affected" { "first affected decision" } else { step.step };
        let since = step.seconds_since_previous.map(duration);
        vec![
            Text::plain(when(step.record.at)),
            Text::strong(name),
            Text::plain(since.map(|since| format!("+{since}").replace("+−", "−")).unwrap_or_default()),
            Text::plain(place(&step.record)),
        ]
    });
    blocks.push(Block::Table(Table {
        caption: "Steps".to_owned(),
        columns: vec![
            Column::words("time (UTC)"),
            Column::words("step"),
            Column::figures("since the step before"),
            Column::words("record"),
        ],
        rows: rows.collect(),
        note: None,
    }));
}

fn affected(blocks: &mut Vec<Block>, story: &Story, affected: &Affected) {
    blocks.push(Block::Heading("Affected decisions".to_owned()));
    let records = counted(affected.count, "record", "records");
    let ends = match (&affected.first, &affected.last) {
        (Some(first), Some(last)) => format!(", {} to {}", place(first), place(last)),
        _ => String::new(),
    };
    let damaged = match affected.damaged {
        0 => String::new(),
        damaged => format!("; {}", counted(damaged, "of them is damaged", "of them are damaged")),
    };
    let others = match affected.count.saturating_sub(affected.decisions) {
        0 => String::new(),
        others => {
            format!("; {}, and the figures leave them out", counted(others, "is no decision", "are no decisions"))
        }
    };
    let without = match affected.without_id {
        0 => String::new(),
        without => format!("; {} without an id are not in it", counted(without, "record", "records")),
    };
    blocks.push(Block::Facts(vec![
        Fact::new("Filter", Text::mono(shown(&affected.filter))),
        Fact::new("Count", format!("{records}{ends}{damaged}{others}")),
        Fact::new(
            "Digest of their ids",
            Text::plain("BLAKE3 over the audit_ids, each followed by LF, in the order of the log: ")
                .and_face(Face::Mono, affected.ids_blake3.clone())
                .and(without),
        ),
        Fact::new("Results", list(&affected.figures.by_result)),
    ]));
    let mut columns = vec![("affected".to_owned(), &affected.figures)];
    let mut note = "Shares in percent, in brackets the 95 % interval of Wilson.".to_owned();
    if let Some(comparison) = &story.comparison {
        for (name, part) in
            [("before", &comparison.before), ("during", &comparison.during), ("after", &comparison.after)]
        {
            columns.push((if part.is_whole { name.to_owned() } else { format!("{name} *") }, &part.figures));
        }
        let filter = if comparison.filter.is_empty() { "every record" } else { &comparison.filter };
        note.push_str(&format!(" Before, during, after: {}, as long as the window each.", shown(filter)));
        if !(comparison.before.is_whole && comparison.during.is_whole && comparison.after.is_whole) {
            note.push_str(" * The log does not reach over all of it.");
        }
    }
    blocks.push(figures(&columns, note));
}

fn figures(columns: &[(String, &Figures)], note: String) -> Block {
    type Take = fn(&Figures) -> Rate;
    let rates: [(&str, Take); 6] = [
        ("adverse", |figures| figures.adverse),
        ("reviewed", |figures| figures.reviewed),
        ("overridden, of reviewed", |figures| figures.overridden_of_reviewed),
        ("overridden, of all", |figures| figures.overridden_of_all),
        ("with outcome", |figures| figures.outcomes),
        ("in error, of judged", |figures| figures.errors),
    ];
    let decisions = columns.iter().map(|(_, figures)| Text::plain(grouped(figures.decisions)));
    let mut rows = vec![std::iter::once(Text::plain("decisions")).chain(decisions).collect::<Vec<_>>()];
    for (name, take) in rates {
        let cells = columns.iter().map(|(_, figures)| match take(figures) {
            rate if rate.rate.is_none() => Text::quiet("none to count"),
            rate => Text::plain(of(rate)).and("\n").and(percent(rate)),
        });
        rows.push(std::iter::once(Text::plain(name)).chain(cells).collect());
    }
    let heads = columns.iter().map(|(name, _)| Column::figures(name.as_str()));
    Block::Table(Table {
        caption: "Figures of the affected decisions, and around the window".to_owned(),
        columns: std::iter::once(Column::words("")).chain(heads).collect(),
        rows,
        note: Some(note.into()),
    })
}

fn live(blocks: &mut Vec<Block>, story: &Story) {
    let Some(live) = &story.live else { return };
    // What is not here may hold a deployment that ended one.
    let is_part = story.logs.iter().any(LogTold::is_part);
    let end = if is_part { "the end, as far as the records here tell" } else { "the end of the log" };
    let mut rows = Vec::new();
    for (phase, stretches) in [("before", &live.before), ("during", &live.during), ("after", &live.after)] {
        if stretches.is_empty() {
            rows.push(vec![phase.into(), Text::quiet("none on record"), Text::default(), Text::default()]);
        }
        for stretch in stretches {
            let version = format!("{} {}", shown_short(&stretch.model, 60), shown_short(&stretch.version, 60));
            let to = stretch.to.map_or_else(|| end.to_owned(), |to| when(Some(to)));
            rows.push(vec![phase.into(), version.into(), when(Some(stretch.from)).into(), to.into()]);
        }
    }
    blocks.push(Block::Table(Table {
        caption: "Versions in service, by the deployments on record".to_owned(),
        columns: ["window", "version", "from (UTC)", "to (UTC)"].map(Column::words).into(),
        rows,
        note: None,
    }));
}

fn deployments(blocks: &mut Vec<Block>, story: &Story) {
    if story.window.is_some() {
        let hours = story.thresholds.incident.shortly_before_hours;
        let caption = format!("Deployments from {hours} h before the window on");
        blocks.push(table_of_deployments(caption, &story.deployments));
    }
    if !story.before_notification.is_empty() {
        let what = "By regulation (EU) 2024/1689, Article 73(6), the authority is to be told before an investigation alters the \
                    system in a way that may affect the evaluation of the causes.";
        let title = "Deployed after awareness and before notification".to_owned();
        blocks.push(Block::Callout(Callout { tone: Tone::Warning, title: title.clone(), texts: vec![what.into()] }));
        blocks.push(table_of_deployments(title, &story.before_notification));
    }
}

fn table_of_deployments(caption: String, deployments: &[DeploymentTold]) -> Block {
    if deployments.is_empty() {
        return Block::Text(Text::plain(format!("{caption}: none is on record.")));
    }
    let rows = deployments.iter().map(|told| {
        let mut what =
            vec![short(told.action.as_deref()), short(told.model.as_deref()), short(told.version.as_deref())];
        what.extend(told.traffic_percent.map(|percent| format!("to {percent} %")));
        what.extend(told.previous.as_ref().map(|previous| format!("(before: {})", shown_short(previous, 60))));
        let mut who = vec![format!("by {}", short(told.deployer.as_deref()))];
        who.extend(told.change_request.as_ref().map(|request| shown_short(request, 60)));
        if !told.requested_by.is_empty() {
            let by: Vec<String> = told.requested_by.iter().map(|name| shown_short(name, 60)).collect();
            who.push(format!("asked for by {}", by.join(", ")));
        }
        let mut approved = vec![told.approval_words.clone()];
        approved.extend(told.approvals.iter().map(|approval| {
            let late = if approval.is_late { ", after the deployment" } else { "" };
            format!("{}, {}{late}", short(approval.by.as_deref()), when(approval.at))
        }));
        vec![
            Text::plain(when(told.record.at)),
            Text::plain(what.join(" ")),
            Text::plain(who.join(", ")),
            Text::plain(approved.join("\n")),
            Text::plain(place(&told.record)),
        ]
    });
    Block::Table(Table {
        caption,
        columns: ["time (UTC)", "deployment", "who", "approval", "record"].map(Column::words).into(),
        rows: rows.collect(),
        note: None,
    })
}

fn access(blocks: &mut Vec<Block>, access: &AccessTold) {
    let caption = format!("Access out of pattern, {} to {} UTC", when(Some(access.from)), when(Some(access.to)));
    if access.findings.is_empty() && access.undetermined.is_empty() {
        let of = counted(access.accesses, "access", "accesses");
        blocks.push(Block::Text(Text::plain(format!("{caption}: none was found among {of} on record."))));
        return;
    }
    let unsure = access.undetermined.iter().map(|finding| (finding, false));
    let rows = access.findings.iter().map(|finding| (finding, true)).chain(unsure).map(|(finding, is_sure)| {
        let seqs = match (&finding.first, &finding.last) {
            (Some(first), Some(last)) if first != last => format!("{} to {}", place(first), place(last)),
            (Some(first), _) => place(first),
            _ => String::new(),
        };
        let resource =
            finding.resource.as_ref().map_or_else(|| "several resources".to_owned(), |name| shown_short(name, 80));
        vec![
            Text::plain(when(Some(finding.from))),
            Text::strong(finding.kind.replace('_', " ")),
            Text::plain(shown_short(&finding.account, 80)),
            Text::plain(resource),
            Text::plain(measured(finding, is_sure)),
            Text::plain(seqs),
        ]
    });
    blocks.push(Block::Table(Table {
        caption,
        columns: ["first (UTC)", "what", "account", "resource", "measured", "records"].map(Column::words).into(),
        rows: rows.collect(),
        note: Some("What is out of pattern, and from which figures on, stands under methods.".into()),
    }));
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "rows and nights, shown as whole numbers: far below 2⁵³"
)]
fn measured(finding: &FindingTold, is_sure: bool) -> String {
    let accesses = counted(finding.count, "access", "accesses");
    let days = finding.baseline_days.unwrap_or_default();
    if !is_sure {
        let rows = grouped(finding.figure);
        return format!(
            "{rows} rows in one window; not determinable whether that is bulk: {days:.1} days on record before"
        );
    }
    match (finding.kind, finding.baseline) {
        ("bulk", Some(baseline)) => {
            let times = match baseline > 0.0 {
                true => format!(", {} times as many", grouped((finding.figure as f64 / baseline).round() as u64)),
                false => String::new(),
            };
            format!(
                "{accesses}; {} rows at most in one window, usually {}{times}; {} rows in all",
                grouped(finding.figure),
                grouped(baseline.round() as u64),
                grouped(finding.reached.unwrap_or_default())
            )
        }
        ("off_hours", Some(nights)) => {
            let nights = counted(nights.round() as u64, "such night", "such nights");
            format!("{accesses}; {nights} in {days:.1} days before")
        }
        _ => accesses,
    }
}

fn list(values: &[Counted]) -> String {
    let one = |counted: &Counted| format!("{} {}", short(counted.value.as_deref()), grouped(counted.count));
    let listed: Vec<String> = values.iter().take(20).map(one).collect();
    let more = values.len().saturating_sub(20);
    let more = if more > 0 { format!(" · and {} more", grouped(more as u64)) } else { String::new() };
    if listed.is_empty() { "not counted".to_owned() } else { format!("{}{more}", listed.join(" · ")) }
}

fn oversight(blocks: &mut Vec<Block>, story: &Story) {
    let Some(oversight) = &story.oversight else { return };
    blocks.push(Block::Heading("Reviews in the window, of all models".to_owned()));
    let mut facts = vec![Fact::new("Reviews", grouped(oversight.reviews))];
    if oversight.reviews > 0 {
        facts.push(Fact::new("By action", list(&oversight.by_action)));
        facts.push(Fact::new("By reviewer", list(&oversight.by_reviewer)));
    }
    blocks.push(Block::Facts(facts));
}

fn clocks(blocks: &mut Vec<Block>, story: &Story) {
    if story.clocks.is_empty() {
        return;
    }
    let rows = story.clocks.iter().map(|told| {
        let clock = &told.clock;
        vec![
            Text::plain(format!("{}, {} from {}", clock.name, clock.period, clock.from)),
            Text::plain(told.reading.words(&|at| when(Some(at)))),
            Text::plain(clock.source.as_str()).and("\n").and_link(clock.link.as_str()),
        ]
    });
    blocks.push(Block::Table(Table {
        caption: "Reporting clocks".to_owned(),
        columns: ["clock", "what the records say", "source"].map(Column::words).into(),
        rows: rows.collect(),
        note: Some(Text::plain(story.caveat)),
    }));
}
