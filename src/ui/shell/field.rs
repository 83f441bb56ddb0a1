//! The filter field. While it is not being written in, its conditions are chips; with the keyboard in it, it is one text, with
//! completions below. The parsed form stands under it where it says
//! more than the text, or what is wrong with the text and a likely fix.

use egui::text::{CCursor, CCursorRange, LayoutJob};
use egui::{Frame, Id, Key, Margin, Modifiers, Rect, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, pos2, vec2};

use super::saved;
use crate::app::{App, Command};
use crate::query::complete::{Candidate, complete};
use crate::query::{Chip as Condition, Expr, Term};
use crate::record::text::is_hidden;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::{Chip, ChipState, icon_button, text, tip};

/// What is drawn for a character that does not show.
const HIDDEN: char = '□';

/// So many completions are offered.
const OFFERED: usize = 9;

/// How the field looks.
#[derive(Debug, Default)]
pub(super) struct State {
    /// What is being written.
    typed: String,
    is_open: bool,
    /// Where the cursor is to be put, in characters.
    cursor: Option<usize>,
    /// The completion that the arrow keys are on.
    chosen: Option<usize>,
    /// Completions are not wanted for this text.
    dismissed: Option<String>,
}

fn id() -> Id {
    Id::unique("filter field")
}

pub(super) fn show(ui: &mut Ui, app: &mut App, state: &mut State, room: Rect, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let frame = Rect::from_min_size(pos2(room.left(), room.top() + 8.0), vec2(room.width(), measure::FIELD));
    if app.take_focus() {
        open(ui, app, state, None);
    }
    let is_focused = state.is_open && ui.memory(|memory| memory.has_focus(id()));
    let edge = if is_focused { theme.accent } else { theme.hair2 };
    ui.painter().rect(frame, measure::RADIUS, theme.panel, Stroke::new(measure::HAIR, edge), StrokeKind::Inside);
    saved::show(ui, app, frame, commands);
    let inner = Rect::from_min_max(pos2(frame.left() + 30.0, frame.top()), pos2(frame.right() - 30.0, frame.bottom()));
    if state.is_open {
        edit(ui, app, state, inner, frame, commands);
    } else {
        chips(ui, app, state, inner, commands);
    }
    if !app.filter.text().is_empty() {
        let at = Rect::from_min_size(pos2(frame.right() - 28.0, frame.top()), vec2(28.0, measure::FIELD));
        let mut child = ui.new_child(UiBuilder::new().max_rect(at));
        if icon_button(&mut child, icon::X, "Remove the filter", false).clicked() {
            state.is_open = false;
            commands.push(Command::ClearFilter);
        }
    }
    parsed(ui, app, frame, commands);
}

/// Lets the field be written in; `select` is the part that is selected, in characters.
fn open(ui: &Ui, app: &App, state: &mut State, select: Option<usize>) {
    state.is_open = true;
    app.filter.text().clone_into(&mut state.typed);
    if !state.typed.is_empty() && select.is_none() && !state.typed.ends_with(' ') {
        state.typed.push(' ');
    }
    state.cursor = Some(select.unwrap_or(state.typed.chars().count()));
    state.chosen = None;
    ui.memory_mut(|memory| memory.request_focus(id()));
}

fn edit(ui: &mut Ui, app: &App, state: &mut State, inner: Rect, frame: Rect, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let cursor = TextEdit::load_state(ui.ctx(), id()).and_then(|state| state.cursor.char_range());
    let at = cursor.map_or(state.typed.chars().count(), |range| range.primary.index.into());
    let byte = state.typed.char_indices().nth(at).map_or(state.typed.len(), |(byte, _)| byte);
    let offered = match app.session() {
        Some(session) if state.dismissed.as_deref() != Some(&state.typed) => {
            Some(complete(&state.typed, byte, &**session.evidence(), OFFERED))
                .filter(|offer| !offer.candidates.is_empty())
        }
        _ => None,
    };
    // The keys of the list go before those of the text.
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let mut taken: Option<String> = None;
    let mut is_closed = false;
    if let Some(offer) = &offered {
        let last = offer.candidates.len() - 1;
        if pressed(Key::ArrowDown) {
            state.chosen = Some(state.chosen.map_or(0, |chosen| (chosen + 1).min(last)));
        }
        if pressed(Key::ArrowUp) {
            state.chosen = state.chosen.and_then(|chosen| chosen.checked_sub(1));
        }
        let accepts = state.chosen.is_some() && pressed(Key::Enter);
        if accepts || pressed(Key::Tab) {
            taken = offer.candidates.get(state.chosen.unwrap_or(0).min(last)).map(|candidate| candidate.text.clone());
        }
    }
    if taken.is_none() && pressed(Key::Enter) {
        is_closed = true;
    }
    if pressed(Key::Escape) {
        if offered.is_some() && state.chosen.is_some() {
            state.dismissed = Some(state.typed.clone());
            state.chosen = None;
        } else {
            is_closed = true;
        }
    }
    let before = state.typed.clone();
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(egui::Layout::left_to_right(egui::Align::Center)));
    let mut layouter =
        |ui: &Ui, typed: &dyn egui::TextBuffer, _: f32| ui.painter().layout_job(shown(typed.as_str(), theme));
    let response = child.add(
        TextEdit::singleline(&mut state.typed)
            .id(id())
            .layouter(&mut layouter)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .align(egui::Align2::LEFT_CENTER)
            .min_size(vec2(0.0, measure::FIELD))
            .font(Type::Table.font())
            .text_color(theme.text)
            .hint_text(Type::Table.rich("Filter, e.g. result:deny confidence<0.6").color(theme.faint))
            .desired_width(f32::INFINITY)
            .lock_focus(true),
    );
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Filter"));
    if let Some(place) = state.cursor.take() {
        put_cursor(ui, place);
    }
    if let Some(offer) = &offered {
        let list = Rect::from_min_size(frame.left_bottom() + vec2(0.0, 2.0), vec2(frame.width().min(520.0), 0.0));
        if let Some(clicked) = list_of(ui, list, &offer.candidates, state.chosen) {
            taken = Some(clicked);
        }
        if let Some(text) = taken {
            let (before, behind) = (state.typed.get(..offer.span.start), state.typed.get(offer.span.end..));
            let (before, behind) = (before.unwrap_or_default().to_owned(), behind.unwrap_or_default().to_owned());
            state.cursor = Some((before.chars().count()) + text.chars().count());
            state.typed = format!("{before}{text}{behind}");
            state.chosen = None;
            ui.memory_mut(|memory| memory.request_focus(id()));
        }
    }
    if state.typed != before {
        state.chosen = None;
        // Half a word is no filter yet: it counts once it is ended, by a space, a completion, or by leaving the field.
        let is_ended = state.typed.trim_end().is_empty() || state.typed.ends_with(' ') || state.cursor.is_some();
        if is_ended {
            commands.push(Command::SetFilter(state.typed.clone()));
        }
    }
    if is_closed || (response.lost_focus() && state.cursor.is_none()) {
        state.is_open = false;
        ui.memory_mut(|memory| memory.surrender_focus(id()));
        let trimmed = state.typed.trim().to_owned();
        if trimmed != app.filter.text() {
            commands.push(Command::SetFilter(trimmed));
        }
    }
}

/// The text as it is drawn while it is written: what does not show, or acts on the text around it, is a box in its place. The text
/// stays as it is, and so does the cursor's place in it: one character stands for one.
fn shown(typed: &str, theme: &Theme) -> LayoutJob {
    let plain = egui::TextFormat { line_height: None, ..Type::Table.format(theme.text) };
    let boxed = egui::TextFormat { color: theme.accent, background: theme.selected, ..plain.clone() };
    let mut job = LayoutJob { break_on_newline: false, ..LayoutJob::default() };
    job.wrap.max_width = f32::INFINITY;
    let mut rest = typed;
    while let Some(c) = rest.chars().next() {
        let is_boxed = is_hidden(c);
        let end = rest.find(|c| is_hidden(c) != is_boxed).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        if is_boxed {
            job.append(&HIDDEN.to_string().repeat(part.chars().count()), 0.0, boxed.clone());
        } else {
            job.append(part, 0.0, plain.clone());
        }
        rest = behind;
    }
    job
}

fn put_cursor(ui: &Ui, place: usize) {
    let mut edit = TextEdit::load_state(ui.ctx(), id()).unwrap_or_default();
    edit.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(place))));
    edit.store(ui.ctx(), id());
}

/// The completions; gives the one that was clicked.
fn list_of(ui: &Ui, at: Rect, candidates: &[Candidate], chosen: Option<usize>) -> Option<String> {
    let mut clicked = None;
    egui::Area::new(Id::unique("filter completions")).order(egui::Order::Foreground).fixed_pos(at.min).show(
        ui.ctx(),
        |ui| {
            let theme = Theme::of(ui);
            let edge = Stroke::new(measure::HAIR, theme.hair2);
            Frame::NONE
                .fill(theme.panel)
                .stroke(edge)
                .corner_radius(measure::RADIUS)
                .inner_margin(Margin::same(4))
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    ui.set_width(at.width());
                    for (n, candidate) in candidates.iter().enumerate() {
                        let (rect, response) =
                            ui.allocate_exact_size(vec2(ui.available_width(), measure::FACET), Sense::click());
                        if chosen == Some(n) {
                            ui.painter().rect_filled(rect, 0.0, theme.selected);
                        } else if response.hovered() {
                            ui.painter().rect_filled(rect, 0.0, theme.hover);
                        }
                        let middle = rect.center().y;
                        let records = candidate.records.map(count).unwrap_or_default();
                        let records = text::line(ui, &records, Type::Caption, theme.text2);
                        let end = rect.right() - 8.0 - records.size().x;
                        text::place_right(ui.painter(), rect.right() - 8.0, middle, records);
                        let word = text::cut(ui, &candidate.text, Type::Mono, theme.text, 240.0);
                        let drawn = text::place(ui.painter(), rect.left() + 8.0, middle, word);
                        // What stands between backticks is a name.
                        let parts = candidate.meaning.unwrap_or_default().split('`').enumerate();
                        let style = |at: usize| if at % 2 == 1 { Type::Mono } else { Type::Caption };
                        let parts: Vec<_> = parts.map(|(at, part)| (part, style(at), theme.faint)).collect();
                        let meaning = text::cut_runs(ui, &parts, end - drawn.right() - 24.0);
                        text::place(ui.painter(), drawn.right() + 12.0, middle, meaning);
                        response.widget_info(|| {
                            egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, &candidate.text)
                        });
                        if response.clicked() {
                            clicked = Some(candidate.text.clone());
                        }
                    }
                });
        },
    );
    clicked
}

fn chips(ui: &mut Ui, app: &App, state: &mut State, inner: Rect, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let area = ui.interact(inner, id().with("area"), Sense::click());
    area.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Write a filter"));
    let query = app.filter.query();
    let is_empty = app.filter.text().is_empty();
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(egui::Layout::left_to_right(egui::Align::Center)));
    child.set_clip_rect(inner.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing.x = measure::GAP_ICON;
    if is_empty {
        child.label(Type::Table.rich("Filter, e.g. result:deny confidence<0.6").color(theme.faint));
    }
    for (n, condition) in query.chips.iter().enumerate() {
        let (field, value) = words(condition, query.chip_text(condition));
        let suspended = app.filter.is_suspended(n);
        let look = match (app.filter.error(), suspended) {
            (_, true) => ChipState::Suspended,
            (Some(_), false) => ChipState::Error,
            (None, false) => ChipState::On,
        };
        let chip = Chip::new(&field, &value).negated(condition.is_negated()).state(look);
        let response =
            tip(child.add(chip), "Click to edit, Alt-click to negate, middle-click to remove, X suspends all");
        if response.clicked() {
            if ui.input(|input| input.modifiers.alt) {
                commands.push(Command::NegateCondition(n));
            } else {
                let end = query.text.get(..condition.span.end).map_or(0, |before| before.chars().count());
                open(ui, app, state, Some(end));
            }
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
                if ui.button(word).clicked() {
                    commands.push(command);
                    ui.close();
                }
            }
        });
    }
    if area.clicked() {
        open(ui, app, state, None);
    }
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

/// The parsed form where it says more than the text, or what is wrong.
fn parsed(ui: &mut Ui, app: &App, frame: Rect, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let middle = frame.bottom() + 13.0;
    let room = frame.width() - 8.0;
    let Some(error) = app.filter.error() else {
        let Some(parsed) = app.filter.parsed_apart() else { return };
        let words = if parsed.is_empty() { "all records" } else { &parsed };
        text::place(ui.painter(), frame.left() + 2.0, middle, text::cut(ui, words, Type::Mono, theme.text2, room));
        return;
    };
    let at = pos2(frame.left() + 8.0, middle);
    icon::WARNING.paint(ui.painter(), at, measure::ICON_SMALL, theme.text);
    let filter = app.filter.text();
    let hint = error.hint(filter).map(|hint| format!(" — {hint}")).unwrap_or_default();
    let place = filter.get(..error.span.start).map_or(0, |before| before.chars().count()) + 1;
    let words = format!("at {place}: {error}{hint}; what was in force before stays so");
    let drawn = text::place(
        ui.painter(),
        frame.left() + 20.0,
        middle,
        text::cut(ui, &words, Type::Caption, theme.text, room - 60.0),
    );
    if let Some(fix) = &error.fix {
        let fixed = fix.apply(filter);
        let rect = Rect::from_center_size(pos2(drawn.right() + 24.0, middle), vec2(40.0, 20.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
        if crate::ui::widgets::link(&mut child, "Fix", Type::Caption).clicked() {
            commands.push(Command::SetFilter(fixed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_show_is_a_box_and_no_character_moves() {
        let theme = Theme::get(false);
        for (typed, drawn) in
            [("", ""), ("result:deny", "result:deny"), ("a\u{202e}b\u{200b}\u{2066}", "a□b□□"), ("\u{feff}ü", "□ü")]
        {
            let job = shown(typed, theme);
            assert_eq!(job.text, drawn);
            assert_eq!(job.text.chars().count(), typed.chars().count());
        }
    }
}
