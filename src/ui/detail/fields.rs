//! The members of a record in groups: what its kind is about first, then the rest, then its place in the log.

use chrono_tz::Tz;
use egui::{ScrollArea, Ui};

use super::{State, Taken, json, marks, pad, parts, sealed};
use crate::app::detail::Detail;
use crate::app::{App, Command, Session};
use crate::record::Kind;
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::{HashLabel, badge, figures, hairline, text};
use crate::ui::words;

/// Members that stand in the head, or as a time.
const ELSEWHERE: [&str; 3] = ["kind", "timestamp", "audit_id"];

/// Shows them, scrolling.
pub(super) fn show(
    ui: &mut Ui,
    app: &App,
    (session, detail): (&Session, &Detail),
    state: &mut State,
    commands: &mut Vec<Command>,
) {
    let members = state.members.of(detail);
    if let Some(link) = &detail.link {
        state.marks.look(session, link.hash);
    }
    ScrollArea::vertical().id_salt(("fields", detail.row)).auto_shrink(false).show(ui, |ui| {
        pad(ui, |ui| {
            ui.add_space(measure::CELL);
            groups(ui, session, detail, &members, state.zone, &mut state.opened, commands);
            place(ui, session, detail);
            if detail.link.is_some() {
                part(ui);
                marks::show(ui, app, &state.marks, &mut state.edited, commands);
            }
            ui.add_space(measure::PAGE);
        });
    });
}

/// Parts two groups.
fn part(ui: &mut Ui) {
    ui.add_space(measure::CELL);
    hairline(ui);
    ui.add_space(measure::CELL);
}

/// In which group a member stands: the lower, the earlier.
fn group(kind: Kind, path: &[String]) -> usize {
    let first = path.first().map_or("", String::as_str);
    let is_metadata = path.len() > 2 && first == "input" && path[1] == "metadata";
    match (kind, first) {
        (_, "model") if matches!(path.get(1).map(String::as_str), Some("id" | "version")) => 0,
        (Kind::Decision, "output") => 1,
        (Kind::Decision, "input") if is_metadata => 1,
        (Kind::Decision, "subject" | "input" | "context") => 3,
        (Kind::Decision, _) => 4,
        (kind, first) if kind.required().contains(&first) => 0,
        _ if path.len() == 1 => 1,
        _ => 4,
    }
}

fn groups(
    ui: &mut Ui,
    session: &Session,
    detail: &Detail,
    taken: &Taken,
    zone: Option<Tz>,
    opened: &mut sealed::Opened,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let (members, names) = (&taken.flat[..], &taken.names[..]);
    if let Some(instant) = session.evidence().times().instant(detail.row) {
        let stored = detail.value.as_ref().and_then(|value| value.get("timestamp")?.as_str()).unwrap_or_default();
        let path = format!("timestamp: {stored}");
        parts::row(ui, "time", &path, |ui| parts::said(ui, &format!("{} UTC", words::time(instant)), Type::Table));
        if let Some(zone) = zone {
            let hint = format!("the same instant in {zone}");
            parts::row(ui, "", &hint, |ui| parts::said(ui, &words::zoned(instant, zone), Type::Table));
        }
    }
    let derived = |name: &str| detail.derived.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    let source = derived("version_source");
    let mut is_version_said = false;
    for wanted in 0..5 {
        if wanted == 2 {
            review(ui, session, detail, &derived, commands);
            continue;
        }
        let mut of_group: Vec<usize> = (0..members.len())
            .filter(|at| {
                let path = &members[*at].path;
                let is_elsewhere = path.len() == 1 && ELSEWHERE.contains(&path[0].as_str());
                !is_elsewhere && group(detail.kind, path) == wanted
            })
            .collect();
        if wanted == 1 && detail.kind == Kind::Decision {
            // What was decided, and how surely, before what it was decided on.
            let rank = |at: &usize| match members[*at].path.first().map(String::as_str) {
                Some("output") if members[*at].path.last().is_some_and(|name| name == "confidence") => 0,
                Some("output") => 1,
                _ => 2,
            };
            of_group.sort_by_key(rank);
        }
        let own_result = (wanted == 1).then(|| derived("result")).flatten();
        if of_group.is_empty() && own_result.is_none() && wanted > 0 {
            continue;
        }
        if wanted > 0 {
            part(ui);
        }
        if let Some(result) = own_result {
            parts::row(ui, "result", "result", |ui| parts::said(ui, result, Type::TableMedium));
        }
        let mut top: Option<&str> = None;
        for at in of_group {
            let member = &members[at];
            let first = member.path.first().map(String::as_str);
            // Each object of the rest stands by itself.
            if wanted == 4 && top.is_some() && top != first {
                part(ui);
            }
            top = first;
            let is_version = wanted == 0 && names[at] == "version";
            is_version_said |= is_version;
            if own_result == Some(member.value.text()) && is_result(session, &member.path) {
                continue;
            }
            parts::row(ui, &names[at], &member.name(), |ui| {
                if is_version && source.is_some() {
                    parts::line(ui, |ui| {
                        parts::said(ui, member.value.text(), Type::Table);
                        ui.label(Type::Table.rich(source.unwrap_or_default()).color(theme.faint));
                    });
                } else if matches!(member.value, json::Shown::Sealed(_)) {
                    sealed::show(ui, session, detail.row, &member.path, opened, commands);
                } else {
                    parts::value(ui, member);
                }
            });
        }
        if wanted == 0 && !is_version_said && detail.kind == Kind::Decision {
            inferred_version(ui, derived("version"), source);
        }
    }
    if members.len() >= json::MOST {
        let told = format!("The first {} members; Raw has all.", figures::count(json::MOST as u64));
        ui.label(Type::Table.rich(told).color(theme.faint));
    }
    if members.is_empty() {
        ui.label(
            Type::Table.rich("The line holds no record that can be read as JSON; Raw shows it.").color(theme.text2),
        );
    }
}

/// Whether the results of decisions stand at that path.
fn is_result(session: &Session, path: &[String]) -> bool {
    session.evidence().logs().iter().any(|log| log.index.result_paths.iter().any(|known| known == path))
}

fn inferred_version(ui: &mut Ui, version: Option<&str>, source: Option<&str>) {
    let theme = Theme::of(ui);
    parts::row(ui, "version", "version: not recorded; from the deployments of the model", |ui| {
        parts::line(ui, |ui| match version {
            Some(version) => {
                parts::said(ui, version, Type::Table);
                badge(ui, "inferred");
            }
            None => {
                let why = source.map_or("not recorded", |source| match source {
                    "ambiguous" => "not recorded; several were in service",
                    _ => "not recorded",
                });
                text::wrapped(ui, why, Type::Table, theme.faint);
            }
        });
    });
}

/// What became of a decision: review, outcome, and the records that say so.
fn review<'d>(
    ui: &mut Ui,
    session: &Session,
    detail: &Detail,
    derived: &impl Fn(&str) -> Option<&'d str>,
    commands: &mut Vec<Command>,
) {
    let related =
        session.related.as_ref().filter(|(row, _)| *row == detail.row).map_or(&[][..], |(_, related)| related);
    let links = |ui: &mut Ui, what: &str, commands: &mut Vec<Command>| {
        for (_, row, seq) in related.iter().filter(|(known, ..)| *known == what) {
            parts::to_record(ui, *row, *seq, commands);
        }
    };
    if detail.kind == Kind::Decision {
        part(ui);
        let word = match (derived("overridden"), derived("reviewed")) {
            (Some("true"), _) => "overridden",
            (_, Some("true")) => "reviewed",
            _ => "not reviewed",
        };
        parts::row(ui, "review", "reviewed, overridden: by the reviews that name this decision", |ui| {
            parts::line(ui, |ui| {
                let style = if word == "overridden" { Type::TableMedium } else { Type::Table };
                parts::said(ui, word, style);
                links(ui, "review", commands);
            });
        });
        if let Some(outcome) = derived("outcome") {
            parts::row(ui, "outcome", "outcome: by the record that names this decision", |ui| {
                parts::line(ui, |ui| {
                    parts::said(ui, outcome, Type::Table);
                    links(ui, "outcome", commands);
                });
            });
        }
        if let Some(correct) = derived("correct") {
            parts::row(
                ui,
                "correct",
                "correct: whether result and outcome agree, as the system record reads them",
                |ui| {
                    parts::line(ui, |ui| {
                        parts::said(ui, if correct == "true" { "yes" } else { "no" }, Type::Table);
                        badge(ui, "inferred");
                    });
                },
            );
        }
    } else if related.iter().any(|(known, ..)| *known == "decision") {
        part(ui);
        parts::row(ui, "about", "the decision that this record names", |ui| {
            parts::line(ui, |ui| links(ui, "decision", commands));
        });
    }
}

/// Where the record is: its hashes, file and checkpoint.
fn place(ui: &mut Ui, session: &Session, detail: &Detail) {
    let theme = Theme::of(ui);
    part(ui);
    if let Some(link) = &detail.link {
        let (hash, prev) = (link.hash.to_string(), link.prev.to_string());
        parts::row(ui, "hash", "hash", |ui| {
            let label = HashLabel::new(&hash, "this record, as its line states it");
            ui.add(if link.is_intact() { label } else { label.state(VerdictState::Broken) });
        });
        parts::row(ui, "prev", "prev", |ui| ui.add(HashLabel::new(&prev, "the record before, as this line states it")));
    }
    if session.evidence().logs().len() > 1 {
        parts::row(ui, "log", "log", |ui| parts::said(ui, &detail.origin, Type::Table));
    }
    let (file, offset) = &detail.place;
    parts::row(ui, "segment file", "segment file", |ui| parts::said(ui, file, Type::Mono));
    parts::row(ui, "byte offset", "byte offset: before compression", |ui| {
        parts::said(ui, &figures::count(*offset), Type::Table);
    });
    let Some(link) = &detail.link else { return };
    let log = session.evidence().logs().iter().find(|log| log.rows.contains(&detail.row));
    let checkpoints = log.map_or(&[][..], |log| &log.index.report.checkpoints);
    let covering = checkpoints.iter().filter(|checkpoint| checkpoint.size > link.seq).min_by_key(|one| one.size);
    parts::row(ui, "checkpoint", "checkpoint: the oldest that covers this record", |ui| match covering {
        Some(checkpoint) => {
            let is_signed = checkpoint.signers.iter().any(|signer| signer.valid == Some(true));
            let word = if is_signed { "signed" } else { "signature not checked" };
            parts::said(ui, &format!("{}, {word}", figures::count(checkpoint.size)), Type::Table);
        }
        None => drop(ui.label(Type::Table.rich("none covers it").color(theme.faint))),
    });
}
