//! What is hidden in an exhibit, each with its reason, and the lines in which more is typed.

use egui::{Key, Ui};

use super::{MOST_TYPED, State, hides, numbers};
use crate::app::exhibits::{Hides, Redaction};
use crate::app::{App, Session};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, icon_button, link, subsection, text, text_field, why_not};

/// So many fields are offered for what is typed.
const OFFERED: usize = 4;
/// So many things are hidden in one exhibit at most.
const MOST: usize = 64;

/// Shows them.
pub(super) fn show(ui: &mut Ui, app: &App, state: &mut State) {
    let theme = Theme::of(ui);
    subsection(ui, "Hidden", "");
    let width = ui.available_width();
    let mut is_entered = false;
    let hint = "A field, or x, y, width, height";
    let what = text_field(ui, &mut state.hide, icon::EYE_SLASH, hint, "Hide: a field, or x, y, width, height", width);
    let entered =
        |ui: &Ui, field: &egui::Response| field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let is_what_entered = entered(ui, &what);
    let why = text_field(ui, &mut state.reason, icon::CHAT_TEXT, "Why, for whoever gets it", "Reason", width);
    if let Some((end, _)) = state.reason.char_indices().nth(MOST_TYPED[2]) {
        state.reason.truncate(end);
    }
    if is_what_entered || std::mem::take(&mut state.is_reason_next) {
        why.request_focus();
    }
    is_entered |= entered(ui, &why);
    let next = next(app, state);
    let is_possible = next.is_ok() && !state.reason.trim().is_empty() && state.redactions.len() < MOST;
    let hide = ui.add_enabled(is_possible, Button::new("Hide it").icon(icon::EYE_SLASH));
    let missing = if state.redactions.len() < MOST {
        "It needs a field, or four numbers, and a reason"
    } else {
        "No more can be hidden in one exhibit"
    };
    let is_asked = why_not(hide, missing).clicked();
    if let (true, true, Ok(next)) = (is_asked || is_entered, is_possible, &next) {
        let reason = state.reason.trim().to_owned();
        state.redactions.push(Redaction { hides: next.clone(), reason });
        (state.hide, state.reason) = (String::new(), String::new());
        what.request_focus();
    } else if is_entered {
        why.request_focus();
    }
    let said = match next {
        Err(Some(why)) => why,
        _ => "It is black in the picture and stands nowhere else. Records that have it go as hash and proof alone."
            .to_owned(),
    };
    offered(ui, app, state);
    text::wrapped(ui, &said, Type::Caption, theme.text2);
    list(ui, state);
}

/// What is hidden so far. It stands behind what is typed: the keyboard stays there as the list grows.
fn list(ui: &mut Ui, state: &mut State) {
    let theme = Theme::of(ui);
    let mut gone = None;
    for (at, redaction) in state.redactions.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.set_min_height(measure::FACET);
            ui.spacing_mut().item_spacing.x = measure::GAP_ICON;
            let what = hides(redaction);
            if icon_button(ui, icon::X, &format!("Show {what} again"), false).clicked() {
                gone = Some(at);
            }
            let words = format!("{what}: {}", redaction.reason);
            let words = text::cut(ui, &words, Type::Table, theme.text, ui.available_width());
            let (rect, response) = ui.allocate_exact_size(words.size(), egui::Sense::hover());
            text::place(ui.painter(), rect.left(), rect.center().y, words);
            let name = format!("hidden: {what}, because: {}", redaction.reason);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &name));
        });
    }
    if let Some(at) = gone {
        state.redactions.remove(at);
    }
}

/// What is typed; without it nothing, or what is wrong with it.
fn next(app: &App, state: &State) -> Result<Hides, Option<String>> {
    let typed = state.hide.trim();
    if typed.is_empty() {
        return Err(None);
    }
    if let Some(rect) = numbers(typed) {
        return Ok(Hides::Rect(rect));
    }
    let evidence = app.session().map(Session::evidence);
    match evidence.map(|evidence| evidence.field(typed)) {
        Some(Ok(_)) => Ok(Hides::Field(typed.to_owned())),
        Some(Err(why)) => Err(Some(format!("This is neither a field nor four numbers: {why}"))),
        None => Err(None),
    }
}

/// Fields that what is typed stands in.
fn offered(ui: &mut Ui, app: &App, state: &mut State) {
    let typed = state.hide.trim().to_lowercase();
    if typed.is_empty() || numbers(&typed).is_some() {
        return;
    }
    let fields = app.session().map_or(&[][..], |session| session.evidence().fields());
    if fields.iter().any(|field| field.name == state.hide.trim()) {
        return;
    }
    let names = fields.iter().map(|field| &field.name).filter(|name| name.to_lowercase().contains(&typed));
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = measure::PAD;
        for name in names.take(OFFERED) {
            if link(ui, name, Type::Table).clicked() {
                chosen = Some(name.clone());
            }
        }
    });
    if let Some(name) = chosen {
        state.hide = name;
        state.is_reason_next = true;
    }
}
