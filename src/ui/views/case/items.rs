//! What is in the case, list by list.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::super::{parts, words};
use crate::app::keeper::Snapshot;
use crate::app::{App, Command, Overlay, Session, View, filter};
use crate::case::Digest;
use crate::case::entry::{Incident, Records, Value};
use crate::case::state::{Conflict, Item};
use crate::query::Mark;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{Button, Empty, hairline, link, text};
use crate::ui::words::zoned_span;

/// The row of a record with that note, where a bundle that is open holds it. Of bundles that differ at that place, the one whose record
/// the note is on.
pub(super) fn row_of(session: &Session, log: &str, seq: u64, note: &str) -> Option<u32> {
    let evidence = session.evidence();
    let at = evidence.seqs().between(seq, seq);
    let is_of_log = |row: &u32| evidence.place(*row).is_some_and(|(known, _)| known.index.origin == log);
    let marks = evidence.marks();
    let noted = marks.as_ref().and_then(|marks| marks.rows(Mark::Note, note)).unwrap_or_default();
    let is_noted = |row: &u32| noted.binary_search(row).is_ok();
    at.iter().filter(is_of_log).find(is_noted).or_else(|| at.iter().find(is_of_log))
}

/// What a note is on, in words.
pub(super) fn on(records: &Records) -> String {
    match records.len() {
        0 => "The case".to_owned(),
        1 => records.iter().next().map(|(_, seq, _)| format!("Record {}", count(seq))).unwrap_or_default(),
        n => counted(n as u64, "record", "records"),
    }
}

/// Who said it last, and when.
pub(super) fn author(item: &Item) -> String {
    let mut current: Vec<_> = item.current().map(|(_, version)| version).collect();
    current.sort_by_key(|version| version.timestamp);
    current
        .last()
        .map(|version| format!("{}, {} UTC", version.actor, words::instant(version.timestamp)))
        .unwrap_or_default()
}

pub(super) fn empty(ui: &mut Ui, sentence: &str, reason: &str) {
    let shown = Empty { sentence, reason, way_out: None }.show(ui);
    drop(shown);
}

/// So many rows of a list are shown.
pub(super) const MOST_ROWS: usize = 500;
/// So many versions of one thing.
const MOST_VERSIONS: usize = 20;

/// A row that leads to records; that of an item can be changed and deleted.
struct Row<'a> {
    title: &'a str,
    second: &'a str,
    figure: &'a str,
    /// What it leads to, as it is written.
    lead: &'a str,
    /// The item, where it can be changed.
    item: Option<Digest>,
}

impl Row<'_> {
    /// Shows it; true once its records are wanted.
    fn show(&self, ui: &mut Ui, commands: &mut Vec<Command>) -> bool {
        let theme = Theme::of(ui);
        let is_two = !self.second.is_empty() || self.item.is_some();
        let height = if is_two { measure::ROW_TWO } else { 32.0 };
        let label = format!("{}. {} {}. Show these records", self.title, self.second, self.figure);
        let response = parts::row(ui, height, &label, false);
        let rect = response.rect.shrink2(vec2(measure::PAGE, 0.0));
        let middle = rect.center().y;
        let offset = if is_two { 9.0 } else { 0.0 };
        let upper = if self.item.is_some() { middle - offset } else { middle };
        let painter = ui.painter().clone();
        let style = |text: &str, style, color| text::cut(ui, text, style, color, rect.width() * 0.45);
        let lead = text::place_right(&painter, rect.right(), upper, style(self.lead, Type::Mono, theme.accent));
        let figure = style(self.figure, Type::Table, theme.text2);
        let figure = text::place_right(&painter, lead.left() - 20.0, upper, figure);
        let room = figure.left() - 16.0 - rect.left();
        let title = text::cut(ui, self.title, Type::BodyMedium, theme.text, room);
        text::place(&painter, rect.left(), middle - offset, title);
        let links = if self.item.is_some() { 120.0 } else { rect.right() - figure.left() };
        let second = text::cut(ui, self.second, Type::Table, theme.text2, rect.width() - links - 16.0);
        text::place(&painter, rect.left(), middle + offset, second);
        if let Some(item) = self.item {
            let at =
                Rect::from_min_max(pos2(rect.right() - 120.0, middle + 1.0), pos2(rect.right(), rect.bottom() - 2.0));
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            let mut child = ui.new_child(egui::UiBuilder::new().id_salt(item).max_rect(at).layout(layout));
            child.spacing_mut().item_spacing.x = measure::PAD;
            // From the right, but reached from the left.
            let mut is_asked = |word: &str| {
                let response = link(&mut child, word, Type::Table);
                parts::name(&response, Role::Link, &format!("{word} {}", self.title));
                response.clicked()
            };
            if is_asked("Delete") {
                commands.push(Command::DeleteItem(item));
            }
            if is_asked("Edit") {
                commands.push(Command::Overlay(Overlay::Item(item)));
            }
        }
        response.clicked()
    }
}

fn show_filter(condition: String, commands: &mut Vec<Command>) {
    commands.extend([Command::ShowFilter(condition), Command::Show(View::Records)]);
}

/// The tags, each with how many records have it.
pub(super) fn tags(ui: &mut Ui, case: &Snapshot, commands: &mut Vec<Command>) {
    let mut any = false;
    for (tag, n) in case.tags.iter().take(MOST_ROWS) {
        any = true;
        let condition = filter::condition("tag", tag, false);
        let figure = counted(*n, "record", "records");
        if (Row { title: tag, second: "", figure: &figure, lead: &condition, item: None }).show(ui, commands) {
            show_filter(condition, commands);
        }
    }
    more(ui, case.tags.len());
    if !any {
        empty(
            ui,
            "There is no tag yet.",
            "Select records and press T to put them under a tag; tag:… filters for them.",
        );
    }
}

/// The window of an incident and what narrows it, in words.
fn window(incident: &Incident) -> String {
    let span = match (incident.from, incident.to) {
        (Some(from), Some(to)) => format!("{} – {} UTC", words::instant(from), words::instant(to)),
        (Some(from), None) => format!("from {} UTC", words::instant(from)),
        (None, Some(to)) => format!("to {} UTC", words::instant(to)),
        (None, None) => "no window".to_owned(),
    };
    let filter = if incident.filter.is_empty() { String::new() } else { format!("; {}", incident.filter) };
    let on = if incident.on.is_empty() {
        String::new()
    } else {
        format!("; and {}", counted(incident.on.len() as u64, "record", "records"))
    };
    format!("{span}{filter}{on}")
}

/// The incidents that the user named.
pub(super) fn incidents(ui: &mut Ui, app: &App, case: &Snapshot, commands: &mut Vec<Command>) {
    let marks = app.session().and_then(|session| session.evidence().marks());
    let mut shown = 0;
    let is_free = case.read_only.is_none();
    for (name, item) in case.items() {
        for value in item.values() {
            let Value::Incident(incident) = value else { continue };
            shown += 1;
            if shown > MOST_ROWS {
                continue;
            }
            let title = if incident.title.is_empty() {
                incident.id.clone()
            } else {
                format!("{}: {}", incident.id, incident.title)
            };
            let rows = marks.as_ref().and_then(|marks| marks.rows(Mark::Incident, &incident.id)).map(<[u32]>::len);
            let figure = rows.map(|n| counted(n as u64, "record", "records")).unwrap_or_default();
            let condition = filter::condition("incident", &incident.id, false);
            let (second, item) = (window(incident), is_free.then_some(name));
            let row = Row { title: &title, second: &second, figure: &figure, lead: &condition, item };
            if row.show(ui, commands) {
                show_filter(condition, commands);
            }
        }
    }
    more(ui, shown);
    if shown == 0 {
        empty(
            ui,
            "No incident is named yet.",
            "Filter for its records, look at its stretch of time, and name it: incident:… then finds them.",
        );
    }
    if case.read_only.is_none() {
        ui.add_space(measure::CELL);
        parts::inset(ui, measure::PAGE, |ui| {
            if ui.add(Button::new("Name an incident…").icon(icon::FLAG).key("I")).clicked() {
                commands.push(Command::Overlay(Overlay::Incident));
            }
        });
    }
}

/// The filters that were given a name.
pub(super) fn filters(ui: &mut Ui, case: &Snapshot, commands: &mut Vec<Command>) {
    let mut shown = 0;
    for (item, held) in case.items() {
        for value in held.values() {
            let Value::Filter { name, filter } = value else { continue };
            shown += 1;
            if shown > MOST_ROWS {
                continue;
            }
            let item = case.read_only.is_none().then_some(item);
            let by = author(held);
            if (Row { title: name, second: &by, figure: "", lead: filter, item }).show(ui, commands) {
                show_filter(filter.clone(), commands);
            }
        }
    }
    more(ui, shown);
    if shown == 0 {
        let reason =
            "Write a filter and press Ctrl+Shift+F to keep it under a name; the funnel beside it has them all.";
        empty(ui, "No filter is kept in this case.", reason);
    }
}

/// So far around a mark its records are shown: half an hour.
const AROUND: TimeDelta = TimeDelta::minutes(30);

/// The marks and ranges, in the order of time.
pub(super) fn marks(ui: &mut Ui, zone: Option<Tz>, case: &Snapshot, commands: &mut Vec<Command>) {
    let mut marked = Vec::new();
    for (item, held) in case.items() {
        for value in held.values() {
            match value {
                Value::Mark { at, text } => marked.push((*at, *at, text, item, held)),
                Value::Span { from, to, text } => marked.push((*from, *to, text, item, held)),
                _ => {}
            }
        }
    }
    marked.sort_by_key(|(from, to, ..)| (*from, *to));
    for (from, to, text, item, held) in marked.iter().take(MOST_ROWS) {
        let (is_mark, lead) = match from == to {
            true => (true, format!("{} UTC", words::instant(*from))),
            false => (false, format!("{} – {} UTC", words::instant(*from), words::instant(*to))),
        };
        let item = case.read_only.is_none().then_some(*item);
        let zoned = zone.map(|zone| format!("{} · ", zoned_span(*from, *to, zone))).unwrap_or_default();
        let by = format!("{zoned}{}", author(held));
        if (Row { title: text, second: &by, figure: "", lead: &lead, item }).show(ui, commands) {
            let around = if is_mark { AROUND } else { TimeDelta::zero() };
            let nanos = |at: DateTime<Utc>| at.timestamp_nanos_opt();
            let ends = (from.checked_sub_signed(around).and_then(nanos), to.checked_add_signed(around).and_then(nanos));
            if let (Some(from), Some(to)) = ends {
                commands.extend([Command::SetRange(Some((from, to))), Command::Show(View::Records)]);
            }
        }
    }
    more(ui, marked.len());
    if marked.is_empty() {
        let reason = "Press M on a record to mark its time, or choose a stretch of time and press Shift+M.";
        empty(ui, "No time is marked yet.", reason);
    }
}

/// What a content says, in one line.
pub(super) fn in_words(value: &Value) -> String {
    match value {
        Value::Title { text } => format!("title “{text}”"),
        Value::Bundle(bundle) => format!("bundle {}", bundle.name),
        Value::Note { on: records, text } => format!("note on {}: {text}", on(records).to_lowercase()),
        Value::Mark { at, text } => format!("mark at {} UTC: {text}", words::instant(*at)),
        Value::Span { from, to, text } => {
            format!("stretch {} – {} UTC: {text}", words::instant(*from), words::instant(*to))
        }
        Value::Incident(incident) if incident.title.is_empty() => {
            format!("incident {}: {}", incident.id, window(incident))
        }
        Value::Incident(incident) => format!("incident {} {}: {}", incident.id, incident.title, window(incident)),
        Value::Filter { name, filter } => format!("filter {name}: {filter}"),
        Value::Exhibit { number, prefix, title, .. } => format!("exhibit {prefix}{}: {title}", count(*number)),
        Value::Unknown => "something that a newer program made".to_owned(),
    }
}

/// What people said differently, side by side.
pub(super) fn differences(ui: &mut Ui, case: &Snapshot, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let free = case.read_only.is_none();
    let conflicts = &case.conflicts;
    if conflicts.is_empty() {
        empty(
            ui,
            "Nothing is said differently.",
            "What two people changed without knowing of each other is shown here, side by side.",
        );
    }
    for conflict in conflicts.iter().take(MOST_ROWS) {
        ui.add_space(10.0);
        parts::inset(ui, measure::PAGE, |ui| match conflict {
            Conflict::Versions { item } => {
                let Some(there) = case.state.item(*item) else { return };
                parts::line(ui, "One item, changed by several people", Type::BodyMedium, theme.text);
                ui.add_space(4.0);
                for (entry, version) in there.current().take(MOST_VERSIONS) {
                    ui.push_id(entry, |ui| {
                        let said = version.value.as_ref().map_or_else(|| "deleted it".to_owned(), in_words);
                        let who = format!("{}, {} UTC", version.actor, words::instant(version.timestamp));
                        let take = version
                            .value
                            .clone()
                            .map_or(Command::DeleteItem(*item), |value| Command::ChangeItem(*item, value));
                        version_row(ui, &who, &said, free.then_some(take), commands);
                    });
                }
            }
            Conflict::Name { what, name, items } => {
                let named = if name.is_empty() { String::new() } else { format!(" “{name}”") };
                parts::line(ui, &format!("Several items are {what}{named}"), Type::BodyMedium, theme.text);
                ui.add_space(4.0);
                for item in items.iter().take(MOST_VERSIONS) {
                    let Some(there) = case.state.item(*item) else { continue };
                    let said: Vec<String> = there.values().into_iter().map(in_words).collect();
                    ui.push_id(item, |ui| {
                        let delete = free.then_some(Command::DeleteItem(*item));
                        name_row(ui, &author(there), &said.join(" / "), delete, commands);
                    });
                }
            }
        });
        ui.add_space(10.0);
        hairline(ui);
    }
    more(ui, conflicts.len());
}

/// Says that a list goes on: nobody reads more than this, and a case may hold what somebody made who means harm.
pub(super) fn more(ui: &mut Ui, length: usize) {
    if length > MOST_ROWS {
        let further = counted((length - MOST_ROWS) as u64, "further line is", "further lines are");
        let words = format!("{further} not shown here; probity case show lists them all.");
        ui.add_space(measure::PAD);
        parts::inset(ui, measure::PAGE, |ui| parts::wrapped(ui, &words, Type::Table, Theme::of(ui).text2));
    }
}

fn version_row(ui: &mut Ui, who: &str, said: &str, take: Option<Command>, commands: &mut Vec<Command>) {
    choice(ui, who, said, "Take this one", take, commands);
}

fn name_row(ui: &mut Ui, who: &str, said: &str, delete: Option<Command>, commands: &mut Vec<Command>) {
    choice(ui, who, said, "Delete this one", delete, commands);
}

pub(super) fn choice(
    ui: &mut Ui,
    who: &str,
    said: &str,
    word: &str,
    does: Option<Command>,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    parts::wrapped(ui, said, Type::Body, theme.text);
    ui.horizontal(|ui| {
        parts::line(ui, who, Type::Caption, theme.text2);
        if let Some(does) = does {
            let button = ui.add(Button::plain(word));
            parts::name(&button, Role::Button, &format!("{word}: {said}, by {who}"));
            if button.clicked() {
                commands.push(does);
            }
        }
    });
    ui.add_space(4.0);
}
