//! The story of an incident, beside the lanes: what happened when, what was live and deployed, who reached for what, which decisions
//! are affected, and which clocks run. Each figure leads to its rows.

use std::collections::BTreeMap;

use egui::{Rect, Ui, pos2, vec2};

use crate::analysis::Instant;
use crate::analysis::clocks::Reading;
use crate::analysis::proportion::Rate;
use crate::analysis::story::{DeploymentTold, Figures, FindingTold, LiveTold, Story, Stretch};
use crate::app::models::Deed;
use crate::app::timeline::RowsOf;
use crate::app::timeline::story::StoryAsked;
use crate::app::{App, Command, View};
use crate::record::Kind;
use crate::record::text::visible;
use crate::ui::axis;
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted, percent};
use crate::ui::widgets::{Button, Empty, field_text, hairline, icon_button, link, subsection, text, text_field};
use crate::ui::words;

/// Width of the panel.
pub(super) const WIDTH: f32 = 520.0;

/// How it looks.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The filter of the affected decisions, as it is typed, and the story that it is of.
    typed: String,
    of: Option<StoryAsked>,
}

/// Shows it in a part of the view.
pub(super) fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let Some((asked, told)) = app.story() else { return };
    let theme = Theme::of(ui);
    ui.painter().rect_filled(ui.max_rect(), 0.0, theme.panel);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        parts::inset(ui, measure::PAD_WIDE, |ui| {
            ui.spacing_mut().item_spacing = vec2(measure::CELL, measure::GRID);
            ui.add_space(measure::PAD);
            match told {
                None => {
                    let _ = Empty { sentence: "Putting the story together", reason: "", way_out: None }.show(ui);
                }
                Some(Err(why)) => {
                    head(ui, "The story cannot be told", commands);
                    text::wrapped(ui, why, Type::Body, theme.text);
                    ui.add_space(measure::CELL);
                    if asked.affected.is_some() && ui.add(Button::new("Take the incident's own filter")).clicked() {
                        commands.push(Command::SetAffected(String::new()));
                    }
                }
                Some(Ok(story)) => story_of(ui, app, story, asked, state, commands),
            }
            ui.add_space(measure::PAGE);
        });
    });
}

fn head(ui: &mut Ui, title: &str, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        let room = ui.available_width() - 32.0;
        let words = text::cut(ui, title, Type::Heading, theme.text, room);
        let (rect, response) = ui.allocate_exact_size(vec2(room, 24.0), egui::Sense::hover());
        text::place(ui.painter(), rect.left(), rect.center().y, words);
        parts::name(&response, egui::accesskit::Role::Heading, title);
        if icon_button(ui, icon::X, "Close the story", false).clicked() {
            commands.push(Command::CloseStory);
        }
    });
}

fn story_of(ui: &mut Ui, app: &App, story: &Story, asked: &StoryAsked, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    head(ui, &visible(&story.name), commands);
    let mut about: Vec<String> = Vec::new();
    if let Some(incident) = &story.incident {
        about.extend(incident.severity.as_deref().map(|severity| format!("severity {}", visible(severity))));
    }
    about.extend(story.model.as_deref().map(|model| visible(model).into_owned()));
    about.extend(story.version.as_deref().map(|version| format!("version {}", visible(version))));
    about.extend(
        story
            .incident
            .iter()
            .filter_map(|incident| incident.authority.as_deref())
            .map(|to| format!("told {}", visible(to))),
    );
    if !about.is_empty() {
        text::wrapped(ui, &about.join(" · "), Type::Table, theme.text2);
    }
    if link(ui, "Likely causes", Type::Table).clicked() {
        commands.push(Command::Models(Deed::Causes(Some(asked.of.clone()))));
    }
    let complaint =
        story.incident.iter().flat_map(|incident| &incident.records).find_map(|record| record.summary.as_deref());
    if let Some(complaint) = complaint {
        text::wrapped(ui, &visible(complaint), Type::Body, theme.text);
    }
    if let Some(window) = &story.window {
        let source = if window.source == "incident" { "as the incident states it" } else { "as it was chosen" };
        let words = format!("{} – {} UTC, {source}", shown(window.from), shown(window.to));
        text::wrapped(ui, &words, Type::Table, theme.text);
        let span = (window.from.0, window.to.0.saturating_sub(1));
        ui.horizontal(|ui| {
            if link(ui, "Look at it", Type::Table).clicked() {
                // As much again on each side: what changed needs a before and an after.
                let by = span.1.saturating_sub(span.0);
                commands.push(Command::SetRange(Some((span.0.saturating_sub(by), span.1.saturating_add(by)))));
                commands.push(Command::SetSpan(Some(span)));
            }
        });
    }
    let none = BTreeMap::new();
    let damage = app.session().map_or(&none, |session| &session.facts().damage);
    let is_detail_open = app.detail_tab().is_some();
    let mut tell = Tell { damage, is_detail_open, commands };
    steps(ui, story, &mut tell);
    affected(ui, story, asked, state, tell.commands);
    comparison(ui, story);
    live(ui, story.live.as_ref());
    deployments(ui, story, &mut tell);
    access(ui, story, &mut tell);
    oversight(ui, story, tell.commands);
    clocks(ui, story);
    records(ui, story, &mut tell);
    if !story.not_determinable.is_empty() {
        section(ui, "Not determinable from these records", "");
        for why in &story.not_determinable {
            // What a command line could be given is no help here.
            let words = why.split(" (--").next().unwrap_or(why);
            text::wrapped(ui, words, Type::Table, theme.text2);
        }
    }
}

fn section(ui: &mut Ui, title: &str, note: &str) {
    ui.add_space(measure::PAD_WIDE);
    subsection(ui, title, note);
    hairline(ui);
}

fn shown(at: Instant) -> String {
    words::time(chrono::DateTime::from_timestamp_nanos(at.0))
}

/// A length of time as it is told between two steps.
fn length(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length of time in nanoseconds")]
    let nanos = (seconds.abs() * 1e9) as u64;
    let whole = if nanos > 3_600_000_000_000 { nanos / 60_000_000_000 * 60_000_000_000 } else { nanos };
    axis::length(whole)
}

/// A line that leads to a record.
fn record_row(ui: &mut Ui, icon: Icon, at: &str, what: &str, note: &str, row: u32, tell: &mut Tell<'_>) {
    let theme = Theme::of(ui);
    let damage = tell.damage.get(&row).map_or_else(String::new, |damage| format!("record {damage}"));
    let label = format!("{at} {what} {damage} {note}");
    let response = parts::bare_row(ui, 24.0, &label);
    let rect = response.rect;
    let painter = ui.painter();
    let middle = rect.center().y;
    let (icon, ink) = if damage.is_empty() { (icon, theme.text2) } else { (icon::X_CIRCLE, theme.broken.color) };
    icon.paint(painter, pos2(rect.left() + 8.0, middle), measure::ICON_SMALL, ink);
    let mut x = rect.left() + 22.0;
    if !at.is_empty() {
        x = text::place(painter, x, middle, text::line(ui, at, Type::Table, theme.text2)).right() + 10.0;
    }
    let note = text::line(ui, note, Type::Caption, theme.text2);
    let mut right = text::place_right(painter, rect.right(), middle, note).left();
    if !damage.is_empty() {
        let words = text::line(ui, &damage, Type::CaptionMedium, theme.broken.color);
        right = text::place_right(painter, right - 8.0, middle, words).left();
    }
    text::place(painter, x, middle, text::cut(ui, what, Type::TableMedium, theme.text, right - x - 8.0));
    if response.clicked() {
        tell.commands.push(Command::Select(row));
        if !tell.is_detail_open {
            tell.commands.push(Command::ToggleDetail);
        }
    }
}

/// What the lines of a story need to know, and what they ask for.
struct Tell<'t> {
    damage: &'t BTreeMap<u32, &'static str>,
    is_detail_open: bool,
    commands: &'t mut Vec<Command>,
}

fn steps(ui: &mut Ui, story: &Story, tell: &mut Tell<'_>) {
    section(ui, "Steps", "UTC, and how long after the step before");
    for step in &story.steps {
        let what = match step.step {
            "first_affected" => "first affected decision",
            step => step,
        };
        let at = step.record.at.map_or_else(String::new, shown);
        let note = step.seconds_since_previous.map_or_else(String::new, |seconds| format!("+ {}", length(seconds)));
        record_row(ui, icon::CLOCK, &at, what, &note, step.record.row, tell);
    }
    if story.steps.is_empty() {
        text::wrapped(ui, "No step is on record.", Type::Table, Theme::of(ui).text2);
    }
}

fn affected(ui: &mut Ui, story: &Story, asked: &StoryAsked, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let Some(affected) = &story.affected else { return };
    section(ui, "Affected decisions", "edit the filter, Enter applies it");
    if state.of.as_ref() != Some(asked) {
        state.of = Some(asked.clone());
        state.typed = asked.affected.clone().unwrap_or_else(|| affected.filter.clone());
    }
    let width = ui.available_width();
    let field = text_field(ui, &mut state.typed, icon::FUNNEL, "", "Filter of the affected decisions", width);
    if field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
        commands.push(Command::SetAffected(state.typed.clone()));
    }
    ui.horizontal(|ui| {
        let said = counted(affected.count, "record", "records");
        ui.label(Type::TableMedium.rich(said).color(theme.text));
        if affected.damaged > 0 {
            ui.label(
                Type::Table.rich(format!("{} of them damaged", count(affected.damaged))).color(theme.broken.color),
            );
        }
        if link(ui, "Show them", Type::Table).clicked() {
            commands.push(Command::ShowFilter(affected.filter.clone()));
            commands.push(Command::Show(View::Records));
        }
        if asked.affected.is_some() && link(ui, "The incident's own filter", Type::Table).clicked() {
            commands.push(Command::SetAffected(String::new()));
        }
    });
    let places = affected.first.iter().zip(&affected.last).next();
    if let Some((first, last)) = places {
        let seq = |seq: Option<u64>| seq.map_or_else(|| "without a place".to_owned(), count);
        field_text(ui, "first, last", &format!("record {} to {}", seq(first.seq), seq(last.seq)), Type::Table);
    }
    field_text(ui, "ids, BLAKE3", &affected.ids_blake3, Type::Mono);
    let results: Vec<String> = affected
        .figures
        .by_result
        .iter()
        .take(8)
        .map(|result| {
            format!("{} {}", result.value.as_deref().map_or_else(|| "no result".into(), visible), count(result.count))
        })
        .collect();
    if !results.is_empty() {
        field_text(ui, "results", &results.join(" · "), Type::Table);
    }
}

/// The figures before, in and after the window, side by side.
fn comparison(ui: &mut Ui, story: &Story) {
    let Some(comparison) = &story.comparison else { return };
    let theme = Theme::of(ui);
    section(ui, "Before, during, after", "stretches as long as the window; Wilson 95\u{202f}%");
    let parts = [&comparison.before, &comparison.during, &comparison.after];
    let columns = (ui.available_width() - 108.0) / 3.0;
    let row = |ui: &mut Ui, name: &str, cells: [(String, String); 3]| {
        let lines = cells.iter().map(|(_, note)| note.lines().count()).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "two lines at most")]
        let high = 20.0 + 15.0 * lines as f32;
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), high), egui::Sense::hover());
        let painter = ui.painter();
        text::place(painter, rect.left(), rect.top() + 10.0, text::cut(ui, name, Type::Caption, theme.faint, 106.0));
        for (n, (value, note)) in (0_u8..).zip(&cells) {
            let left = rect.left() + 108.0 + f32::from(n) * columns;
            text::place(
                painter,
                left,
                rect.top() + 10.0,
                text::cut(ui, value, Type::TableMedium, theme.text, columns - 6.0),
            );
            for (line, y) in note.lines().zip([26.0, 40.0]) {
                text::place(
                    painter,
                    left,
                    rect.top() + y,
                    text::cut(ui, line, Type::Caption, theme.text2, columns - 6.0),
                );
            }
        }
        let said: Vec<String> =
            cells.iter().map(|(value, note)| format!("{value} {}", note.replace('\n', ", "))).collect();
        parts::name(
            &response,
            egui::accesskit::Role::Label,
            &format!("{name}: before {}, during {}, after {}", said[0], said[1], said[2]),
        );
    };
    let plain = |words: [String; 3]| words.map(|words| (words, String::new()));
    row(ui, "", plain(["Before", "During", "After"].map(str::to_owned)));
    row(
        ui,
        "decisions",
        parts.map(|part| {
            (
                count(part.figures.decisions),
                if part.is_whole { String::new() } else { "the log holds a part".to_owned() },
            )
        }),
    );
    type Pick = fn(&Figures) -> Rate;
    let rates: [(&str, Pick); 5] = [
        ("adverse", |figures| figures.adverse),
        ("overridden, of reviewed", |figures| figures.overridden_of_reviewed),
        ("overridden, of all", |figures| figures.overridden_of_all),
        ("reviewed", |figures| figures.reviewed),
        ("in error, of judged", |figures| figures.errors),
    ];
    for (name, pick) in rates {
        row(ui, name, parts.map(|part| rate(pick(&part.figures))));
    }
}

/// A share in words, and what it is of.
fn rate(rate: Rate) -> (String, String) {
    let of = format!("{} of {}", count(rate.numerator), count(rate.denominator));
    match rate.rate.zip(rate.wilson95) {
        Some((value, [low, high])) => (percent(value), format!("{of}\n{} – {}", percent(low), percent(high))),
        None => ("not determinable".to_owned(), of),
    }
}

fn live(ui: &mut Ui, live: Option<&LiveTold>) {
    let Some(live) = live else { return };
    section(ui, "Versions in service", "by deployments on record");
    for (name, stretches) in [("before", &live.before), ("during", &live.during), ("after", &live.after)] {
        let of = |stretch: &Stretch| visible(&stretch.version).into_owned();
        let words: Vec<String> = stretches.iter().map(of).collect();
        let words = if words.is_empty() { "none on record".to_owned() } else { words.join(", ") };
        field_text(ui, name, &words, Type::Table);
    }
}

fn deployments(ui: &mut Ui, story: &Story, tell: &mut Tell<'_>) {
    let theme = Theme::of(ui);
    if story.deployments.is_empty() && story.before_notification.is_empty() {
        return;
    }
    section(ui, "Deployments", "and who approved");
    for deployment in &story.deployments {
        deployed(ui, deployment, tell);
    }
    if !story.before_notification.is_empty() {
        ui.add_space(measure::GRID);
        let words = "Between awareness and notification. Regulation (EU) 2024/1689, Article 73(6), speaks of altering a system before the authority was told:";
        text::wrapped(ui, words, Type::Table, theme.text2);
        for deployment in &story.before_notification {
            deployed(ui, deployment, tell);
        }
    }
}

fn deployed(ui: &mut Ui, deployment: &DeploymentTold, tell: &mut Tell<'_>) {
    let known = |text: &Option<String>| text.as_deref().map_or_else(String::new, |text| visible(text).into_owned());
    let what = format!("{} {}", known(&deployment.action), known(&deployment.version));
    let at = deployment.record.at.map_or_else(String::new, shown);
    let is_odd = matches!(deployment.approval, "none" | "only_own" | "not_determinable");
    let icon = if is_odd { icon::WARNING } else { icon::GIT_BRANCH };
    record_row(ui, icon, &at, what.trim(), &known(&deployment.change_request), deployment.record.row, tell);
    let mut words = format!("by {}, {}", known(&deployment.deployer), deployment.approval_words);
    let by: Vec<String> =
        deployment.approvals.iter().map(|approval| known(&approval.by)).filter(|by| !by.is_empty()).collect();
    if !by.is_empty() {
        words += &format!(": {}", by.join(", "));
    }
    indented(ui, &words);
}

/// A second line below one that leads to a record.
fn indented(ui: &mut Ui, words: &str) {
    let color = Theme::of(ui).text2;
    ui.horizontal(|ui| {
        ui.add_space(14.0);
        ui.vertical(|ui| text::wrapped(ui, words, Type::Caption, color));
    });
}

fn access(ui: &mut Ui, story: &Story, tell: &mut Tell<'_>) {
    let theme = Theme::of(ui);
    let Some(access) = &story.access else { return };
    section(ui, "Access out of pattern", &format!("{} – {}", day(access.from), day(access.to)));
    if access.findings.is_empty() {
        text::wrapped(ui, "None in that time.", Type::Table, theme.text2);
    }
    for finding in &access.findings {
        found(ui, finding, tell);
    }
    if !access.undetermined.is_empty() {
        let said = counted(access.undetermined.len() as u64, "stretch", "stretches");
        text::wrapped(
            ui,
            &format!("{said} may be bulk: too few days are on record before."),
            Type::Caption,
            theme.text2,
        );
    }
    let limits = &story.thresholds.access;
    let words = format!(
        "Bulk: more than {} times the usual rows in {} h, and at least {}. Off-hours: {} to {} o'clock, {}.",
        limits.bulk_factor,
        limits.bulk_window_hours,
        count(limits.bulk_floor_rows),
        limits.night_from_hour,
        limits.night_to_hour,
        limits.night_zone
    );
    text::wrapped(ui, &words, Type::Caption, theme.faint);
}

fn day(at: Instant) -> String {
    chrono::DateTime::from_timestamp_nanos(at.0).format("%-d %b %Y").to_string()
}

fn found(ui: &mut Ui, finding: &FindingTold, tell: &mut Tell<'_>) {
    let of = finding.resource.as_deref().map_or_else(String::new, |of| format!(", {}", visible(of)));
    let what = format!("{}: {}{of}", visible(&finding.account), finding.kind.replace('_', "-"));
    let note = counted(finding.count, "access", "accesses");
    let row = finding.first.as_ref().map_or(0, |first| first.row);
    record_row(ui, icon::EYE, &shown(finding.from), &what, &note, row, tell);
    if let Some(usual) = finding.baseline.filter(|_| finding.kind == "bulk") {
        let words = format!(
            "{} rows at most in 2 h; {usual:.1} on average in the days before, earlier bulk of the account included",
            count(finding.figure)
        );
        indented(ui, &words);
    }
}

fn oversight(ui: &mut Ui, story: &Story, commands: &mut Vec<Command>) {
    let Some(oversight) = &story.oversight else { return };
    section(ui, "Reviews in that time", &counted(oversight.reviews, "review", "reviews"));
    let list = |counted: &[crate::analysis::story::Counted]| {
        let one = |one: &crate::analysis::story::Counted| {
            format!("{} {}", one.value.as_deref().map_or_else(|| "none".into(), visible), count(one.count))
        };
        counted.iter().take(12).map(one).collect::<Vec<_>>().join(" · ")
    };
    field_text(ui, "actions", &list(&oversight.by_action), Type::Table);
    field_text(ui, "reviewers", &list(&oversight.by_reviewer), Type::Table);
    let span = story.window.as_ref().map(|window| (window.from.0, window.to.0.saturating_sub(1)));
    if let Some(span) = span
        && link(ui, "Show them below", Type::Table).clicked()
    {
        commands.push(Command::SetSpan(Some(span)));
        commands.push(Command::ShowRowsOf(RowsOf::Kind(Kind::Review)));
    }
}

fn clocks(ui: &mut Ui, story: &Story) {
    if story.clocks.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    section(ui, "Reporting clocks", "");
    text::wrapped(ui, story.caveat, Type::Caption, theme.faint);
    for told in &story.clocks {
        let (word, due) = match &told.reading {
            Reading::Met { due, at } => (format!("notified in time, {}", shown(*at)), Some(due)),
            Reading::Late { due, at } => (format!("notified late, {}", shown(*at)), Some(due)),
            Reading::NotMet { due, .. } => ("no notification by the end of the log".to_owned(), Some(due)),
            Reading::Running { due, .. } => ("still running at the end of the log".to_owned(), Some(due)),
            Reading::NotDeterminable { .. } => ("not determinable".to_owned(), None),
        };
        ui.add_space(measure::GRID);
        text::wrapped(ui, &format!("{}: {word}", told.clock.name), Type::TableMedium, theme.text);
        let due = due.map_or_else(String::new, |due| format!(", due {} UTC", shown(*due)));
        let words = format!("{}, {}{due}. If: {}", told.clock.source, told.clock.period, told.clock.condition);
        text::wrapped(ui, &words, Type::Caption, theme.text2);
        if let Reading::NotDeterminable { why } = &told.reading {
            text::wrapped(ui, why, Type::Caption, theme.text2);
        }
    }
}

fn records(ui: &mut Ui, story: &Story, tell: &mut Tell<'_>) {
    let Some(incident) = &story.incident else { return };
    section(ui, "Its records", &counted(incident.records.len() as u64, "record", "records"));
    for record in &incident.records {
        let at = record.record.at.map_or_else(String::new, shown);
        let state = record.state.as_deref().map_or_else(|| "no state".into(), visible);
        let seq = record.record.seq.map_or_else(String::new, count);
        record_row(ui, icon::FLAG, &at, &state, &seq, record.record.row, tell);
        if let Some(summary) = &record.summary {
            indented(ui, &visible(summary));
        }
    }
    for remark in &incident.remarks {
        text::wrapped(ui, &remark.text, Type::Table, Theme::of(ui).text);
    }
}

/// The room that the panel has in a view.
pub(super) fn room(view: Rect) -> Rect {
    Rect::from_min_max(pos2((view.right() - WIDTH).max(view.left()), view.top()), view.max)
}
