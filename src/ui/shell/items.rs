//! The dialogs that add an item to the case, or change one: incidents, marks, spans, filters under a name.

use chrono::{DateTime, Utc};
use egui::Ui;

use super::overlays::{Asked, State, ask};
use crate::app::{App, Command};
use crate::case::Digest;
use crate::case::entry::{Incident, Records, Value};
use crate::ui::words;

/// First and last instant that is looked at.
fn range(app: &App) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (first, last) = app.range_chosen()?;
    Some((DateTime::from_timestamp_nanos(first), DateTime::from_timestamp_nanos(last)))
}

/// Names an incident.
pub(super) fn incident(ui: &Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    let extent = app.session().and_then(crate::app::Session::extent);
    let all = extent.map(|(first, last)| (DateTime::from_timestamp_nanos(first), DateTime::from_timestamp_nanos(last)));
    let range = range(app).or(all);
    let filter = app.filter.query().active(|at| app.filter.is_suspended(at)).to_string();
    let asked = Asked {
        title: "Name an incident",
        hint: "INC-1",
        word: "Name it",
        more: Some("What happened"),
        said: "Its records are those of the time and the filter that are in force now.",
        trouble: None,
        selected: None,
    };
    ask(ui, state, is_new, &asked, commands, |typed, title| {
        Some(Command::Put(Value::Incident(Incident {
            id: typed.to_owned(),
            title: title.to_owned(),
            from: range.map(|(first, _)| first),
            to: range.map(|(_, last)| last),
            filter,
            on: Records::default(),
        })))
    });
}

/// Marks the time of the record shown.
pub(super) fn mark(ui: &Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    let at = app.time_chosen();
    let what = if app.is_cursor_chosen() { "the time of the cursor" } else { "the time of the record shown" };
    let zoned = at.zip(app.settings.second_zone()).map(|(at, zone)| format!(", {}", words::zoned_span(at, at, zone)));
    let said = at.map(|at| format!("{} UTC{}, {what}", words::time(at), zoned.unwrap_or_default())).unwrap_or_default();
    let asked = Asked {
        title: "Mark this time",
        hint: "What is to be seen there",
        word: "Mark it",
        more: None,
        said: &said,
        trouble: at.is_none().then(|| "Choose a time on the timeline, or a record that has one.".to_owned()),
        selected: None,
    };
    ask(ui, state, is_new, &asked, commands, |typed, _| {
        at.map(|at| Command::Put(Value::Mark { at, text: typed.to_owned() }))
    });
}

/// Marks the stretch of time that is looked at.
pub(super) fn span(ui: &Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    let range = range(app);
    let zone = app.settings.second_zone();
    let said = range.map(|(from, to)| {
        let zoned = zone.map(|zone| format!(", {}", words::zoned_span(from, to, zone))).unwrap_or_default();
        format!("{} – {} UTC{zoned}", words::time(from), words::time(to))
    });
    let said = said.unwrap_or_default();
    let asked = Asked {
        title: "Mark this stretch of time",
        hint: "What is to be seen in it",
        word: "Mark it",
        more: None,
        said: &said,
        trouble: range.is_none().then(|| "Choose a stretch of time first.".to_owned()),
        selected: None,
    };
    ask(ui, state, is_new, &asked, commands, |typed, _| {
        range.map(|(from, to)| Command::Put(Value::Span { from, to, text: typed.to_owned() }))
    });
}

/// Gives the filter in force a name.
pub(super) fn save_filter(ui: &Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    let filter = app.filter.parsed();
    let asked = Asked {
        title: "Save this filter",
        hint: "A name for it",
        word: "Save it",
        more: None,
        said: &filter,
        trouble: filter.is_empty().then(|| "There is no filter in force.".to_owned()),
        selected: None,
    };
    let kept = filter.clone();
    ask(ui, state, is_new, &asked, commands, |typed, _| {
        Some(Command::Put(Value::Filter { name: typed.to_owned(), filter: kept }))
    });
}

/// The item as it is now, which may be said differently by several.
fn value(app: &App, item: Digest) -> Option<Value> {
    let case = app.session()?.case()?;
    case.state.item(item)?.values().last().map(|value| (*value).clone())
}

/// The lines that an item is changed in.
pub(super) fn as_typed(app: &App, item: Digest) -> Option<(String, String)> {
    match value(app, item)? {
        Value::Incident(incident) => Some((incident.id, incident.title)),
        Value::Mark { text, .. } | Value::Span { text, .. } => Some((text, String::new())),
        Value::Filter { name, filter } => Some((name, filter)),
        _ => None,
    }
}

/// The item with other words; `None` where it is none that is changed like this.
fn changed(value: Value, typed: &str, more: &str) -> Option<Value> {
    let text = typed.to_owned();
    match value {
        Value::Incident(incident) => Some(Value::Incident(Incident { id: text, title: more.to_owned(), ..incident })),
        Value::Mark { at, .. } => Some(Value::Mark { at, text }),
        Value::Span { from, to, .. } => Some(Value::Span { from, to, text }),
        Value::Filter { .. } => Some(Value::Filter { name: text, filter: more.to_owned() }),
        _ => None,
    }
}

/// Changes an item.
pub(super) fn change(ui: &Ui, app: &App, state: &mut State, item: Digest, is_new: bool, commands: &mut Vec<Command>) {
    let Some(value) = value(app, item) else {
        commands.push(Command::Overlay(crate::app::Overlay::None));
        return;
    };
    let wrong = |filter: &str| app.session().and_then(|session| session.evidence().parse(filter).err());
    let (title, more, trouble) = match &value {
        Value::Incident(_) => ("Change the incident", Some("What happened"), None),
        Value::Mark { .. } => ("Change the mark", None, None),
        Value::Span { .. } => ("Change the stretch of time", None, None),
        _ if state.more.trim().is_empty() => {
            ("Change the filter", Some("The filter"), Some("The filter is empty.".to_owned()))
        }
        _ => ("Change the filter", Some("The filter"), wrong(&state.more).map(|error| error.to_string())),
    };
    let said = match &value {
        Value::Incident(_) => "Its time and its filter stay as they are.",
        _ => "",
    };
    let asked = Asked { title, hint: "", word: "Save it", more, said, trouble, selected: None };
    ask(ui, state, is_new, &asked, commands, |typed, more| {
        let new = changed(value.clone(), typed, more)?;
        (new != value).then_some(Command::ChangeItem(item, new))
    });
}
