//! The conditions of the filter as chips, while the field is not being written in: by mouse, and by keyboard with the focus on one.

use egui::scroll_area::{ScrollBarVisibility, ScrollSource};
use egui::{Context, Event, EventFilter, Id, Key, Modifiers, Rect, ScrollArea, Sense, Ui, UiBuilder};

use super::field::{self, State};
use super::icons;
use crate::app::{App, Command};
use crate::query::{Chip as Condition, Expr, Term};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, Chip, ChipState, tip};

/// What can be done to a chip.
const HELP: &str = "Click or Enter to edit, Alt-click or N to negate, middle-click or Delete to remove, X to suspend the one with the focus";

fn chip_id(at: usize) -> Id {
    Id::unique("filter condition").with(at)
}

/// The condition that the keyboard is on.
fn focused(ctx: &Context, app: &App) -> Option<usize> {
    let focused = ctx.memory(egui::Memory::focused)?;
    (0..app.filter.query().chips.len()).find(|at| chip_id(*at) == focused)
}

/// What keys do to the condition that the keyboard is on, before they are commands.
pub(super) fn keys(ctx: &Context, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    if app.filter.error().is_some() || egui::Popup::is_any_open(ctx) {
        return;
    }
    let Some(at) = focused(ctx, app) else { return };
    let last = app.filter.query().chips.len() - 1;
    let pressed = |key| ctx.input_mut(|input| input.modifiers.is_none() && input.consume_key(Modifiers::NONE, key));
    let to_text = |state: &mut State, commands: &mut Vec<Command>| {
        state.wanted = None;
        commands.push(Command::FocusFilter);
    };
    // A keyboard that has no key for the sign still gives the sign.
    let is_minus = ctx.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !matches!(event, Event::Text(text) if text == "-"));
        input.events.len() < before
    });
    let is_negated = [Key::Minus, Key::N].map(pressed).contains(&true) || is_minus;
    if [Key::Delete, Key::Backspace].map(pressed).contains(&true) {
        commands.push(Command::RemoveCondition(at));
        match last {
            0 => to_text(state, commands),
            last => state.wanted = Some(at.min(last - 1)),
        }
    } else if pressed(Key::X) {
        commands.push(Command::SuspendCondition(at));
    } else if is_negated {
        commands.push(Command::NegateCondition(at));
    } else if pressed(Key::ArrowLeft) {
        state.wanted = Some(at.saturating_sub(1));
    } else if at < last && pressed(Key::ArrowRight) {
        state.wanted = Some(at + 1);
    } else if pressed(Key::Escape) || (at == last && pressed(Key::ArrowRight)) {
        to_text(state, commands);
    }
}

/// Shows them; a click beside them, or on one, opens the field.
pub(super) fn show(ui: &mut Ui, app: &App, state: &mut State, inner: Rect, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let area = ui.interact(inner, field::id().with("area"), Sense::click());
    area.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Write a filter"));
    let query = app.filter.query();
    let is_empty = app.filter.text().is_empty();
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(egui::Layout::left_to_right(egui::Align::Center)));
    child.set_clip_rect(inner.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing.x = measure::GAP_ICON;
    if is_empty {
        child.label(Type::Table.rich(field::HINT).color(theme.faint));
    }
    let wanted = state.wanted.take().map(|wanted| wanted.min(query.chips.len().saturating_sub(1)));
    let mut edited = None;
    // More than fit are moved along, so that the one with the keyboard is seen.
    let area_of_all = ScrollArea::horizontal()
        .id_salt("filter conditions")
        .scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden)
        .scroll_source(ScrollSource::MOUSE_WHEEL)
        .auto_shrink(false);
    area_of_all.show(&mut child, |ui| {
        ui.horizontal_centered(|ui| {
            for (n, condition) in query.chips.iter().enumerate() {
                if one(ui, app, n, condition, wanted == Some(n), commands) {
                    edited = Some(n);
                }
            }
        });
    });
    if let Some(condition) = edited.and_then(|at| query.chips.get(at)) {
        let end = query.text.get(..condition.span.end).map_or(0, |before| before.chars().count());
        field::open(ui, app, state, Some(end));
    } else if area.clicked() {
        field::open(ui, app, state, None);
    }
}

/// Shows one; true once it is to be edited.
fn one(ui: &mut Ui, app: &App, n: usize, condition: &Condition, is_wanted: bool, commands: &mut Vec<Command>) -> bool {
    let query = app.filter.query();
    let (field, value) = words(condition, query.chip_text(condition));
    let suspended = app.filter.is_suspended(n);
    let look = if suspended { ChipState::Suspended } else { ChipState::On };
    let chip = Chip::new(&field, &value).id(chip_id(n)).negated(condition.is_negated()).state(look);
    let response = tip(ui.add(chip), HELP);
    if is_wanted {
        response.request_focus();
    }
    if response.has_focus() {
        // The arrows and Esc are for the condition.
        let own = EventFilter { horizontal_arrows: true, escape: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, own));
        if response.gained_focus() || is_wanted {
            response.scroll_to_me(None);
        }
    }
    let is_negated = response.clicked() && ui.input(|input| input.modifiers.alt);
    let is_edited = response.clicked() && !is_negated;
    if is_negated {
        commands.push(Command::NegateCondition(n));
    }
    if response.middle_clicked() {
        commands.push(Command::RemoveCondition(n));
    }
    response.context_menu(|ui| {
        for (word, command) in [
            (if suspended { "Let it count again" } else { "Suspend" }, Command::SuspendCondition(n)),
            (if condition.is_negated() { "No longer negate" } else { "Negate" }, Command::NegateCondition(n)),
            ("Remove", Command::RemoveCondition(n)),
        ] {
            let icon = match command {
                Command::SuspendCondition(_) if suspended => Some(icon::PLAY),
                Command::NegateCondition(_) if condition.is_negated() => Some(icon::EQUALS),
                ref command => icons::of(command),
            };
            let button = Button::plain(word);
            if ui.add(if let Some(icon) = icon { button.icon(icon) } else { button }).clicked() {
                commands.push(command);
                ui.close();
            }
        }
    });
    is_edited
}

/// A condition as its field and its value, as they are written.
fn words(condition: &Condition, text: &str) -> (String, String) {
    let operand = match &condition.expr {
        Expr::Not(inner) => inner,
        expr => expr,
    };
    let text = text.trim_start_matches('-').trim_start_matches("not ").trim();
    let is_field = matches!(operand, Expr::Term(Term::Field { .. } | Term::Mark { .. }));
    match text.split_once(':') {
        Some((field, value)) if is_field => (field.to_owned(), value.to_owned()),
        _ => (String::new(), text.to_owned()),
    }
}
