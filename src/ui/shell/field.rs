//! The filter field. While it is not being written in, its conditions are chips; with the keyboard in it, and as long as it cannot be
//! read, it is one text, with completions below. The parsed form stands under it, or what is wrong with the text, which is
//! underlined there, and a likely fix.

use egui::text::{CCursor, CCursorRange, LayoutJob};
use egui::{
    FocusDirection, Frame, Id, Key, Margin, Modifiers, Rect, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, pos2,
    vec2,
};

use super::{conditions, saved};
use crate::app::{App, Command};
use crate::query::Expr;
use crate::query::complete::{Candidate, complete};
use crate::query::error::Span;
use crate::record::text::is_hidden;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::{icon_button, text, tip};

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
    /// The condition that is to get the keyboard, by its place; the last one where there are not so many.
    pub(super) wanted: Option<usize>,
}

impl State {
    /// Whether a filter is being written.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }
}

/// What stands in the field while nothing is asked.
pub(super) const HINT: &str = "Filter, e.g. result:deny confidence<0.6";

pub(super) fn id() -> Id {
    Id::unique("filter field")
}

pub(super) fn show(ui: &mut Ui, app: &mut App, state: &mut State, room: Rect, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let frame = Rect::from_min_size(pos2(room.left(), room.top() + 8.0), vec2(room.width(), measure::FIELD));
    let is_wrong = app.filter.error().is_some();
    let has_focus = ui.memory(|memory| memory.has_focus(id()));
    if app.take_focus() || (has_focus && !state.is_open && !is_wrong) {
        open(ui, app, state, None);
    }
    let is_focused = state.is_open && ui.memory(|memory| memory.has_focus(id()));
    let edge = if is_focused { theme.accent } else { theme.hair2 };
    ui.painter().rect(frame, measure::RADIUS, theme.panel, Stroke::new(measure::HAIR, edge), StrokeKind::Inside);
    saved::show(ui, app, frame, commands);
    let inner = Rect::from_min_max(pos2(frame.left() + 30.0, frame.top()), pos2(frame.right() - 30.0, frame.bottom()));
    // What cannot be read is no condition yet: it stays a text, in which the fault is seen.
    if state.is_open || is_wrong {
        edit(ui, app, state, inner, frame, commands);
    } else {
        conditions::show(ui, app, state, inner, commands);
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

/// Lets the field be written in, from the place `select` on, in characters; without one, from the fault or from the end.
pub(super) fn open(ui: &Ui, app: &App, state: &mut State, select: Option<usize>) {
    let text = app.filter.text();
    let select = select.or_else(|| {
        let fault = app.filter.error()?.span.end;
        text.get(..fault).map(|before| before.chars().count())
    });
    state.is_open = true;
    text.clone_into(&mut state.typed);
    if !state.typed.is_empty() && select.is_none() && !state.typed.ends_with(' ') {
        state.typed.push(' ');
    }
    state.cursor = Some(select.unwrap_or(state.typed.chars().count()));
    state.chosen = None;
    ui.memory_mut(|memory| memory.request_focus(id()));
}

fn edit(ui: &mut Ui, app: &App, state: &mut State, inner: Rect, frame: Rect, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    if !state.is_open {
        app.filter.text().clone_into(&mut state.typed);
        state.wanted = None;
    }
    let cursor = TextEdit::load_state(ui.ctx(), id()).and_then(|state| state.cursor.char_range());
    let at = cursor.map_or(state.typed.chars().count(), |range| range.primary.index.into());
    let byte = state.typed.char_indices().nth(at).map_or(state.typed.len(), |(byte, _)| byte);
    let offered = match app.session() {
        Some(session) if state.is_open && state.dismissed.as_deref() != Some(&state.typed) => {
            Some(complete(&state.typed, byte, &**session.evidence(), OFFERED))
                .filter(|offer| !offer.candidates.is_empty())
        }
        _ => None,
    };
    // The keys of the list go before those of the text.
    let is_open = state.is_open;
    let pressed = |key| is_open && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let mut taken: Option<String> = None;
    let mut is_closed = false;
    if is_open && ui.input_mut(|input| input.consume_key(Modifiers::SHIFT, Key::Tab)) {
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::Previous));
    }
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
        // With a fault in it the text keeps the keyboard: the next letters are to mend it.
        is_closed = app.session().is_none_or(|session| session.evidence().parse(state.typed.trim()).is_ok());
        if !is_closed && state.typed != app.filter.text() {
            commands.push(Command::SetFilter(state.typed.clone()));
        }
    }
    let is_at_start = at == 0 && cursor.is_some_and(|range| range.is_empty()) && !state.typed.trim().is_empty();
    if is_at_start && ui.input(|input| input.modifiers.is_none()) && pressed(Key::ArrowLeft) {
        (is_closed, state.wanted) = (true, Some(usize::MAX));
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
    let mut layouter = |ui: &Ui, typed: &dyn egui::TextBuffer, _: f32| {
        ui.painter().layout_job(shown(typed.as_str(), fault(app, typed.as_str()).as_ref(), theme))
    };
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
            .hint_text(Type::Table.rich(HINT).color(theme.faint))
            .desired_width(f32::INFINITY)
            // Tab takes a completion, and goes on where there is none.
            .lock_focus(offered.is_some()),
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
    if !state.is_open {
        state.is_open = response.has_focus();
    } else if is_closed || (response.lost_focus() && state.cursor.is_none()) {
        state.is_open = false;
        ui.memory_mut(|memory| memory.surrender_focus(id()));
        let trimmed = state.typed.trim().to_owned();
        if trimmed != app.filter.text() {
            commands.push(Command::SetFilter(trimmed));
        }
    }
}

/// Where the text that is being written has the fault that was found in the filter.
fn fault(app: &App, typed: &str) -> Option<Span> {
    let span = &app.filter.error()?.span;
    let until = app.filter.text().get(..span.end)?;
    typed.starts_with(until).then(|| span.clone())
}

/// The text as it is drawn while it is written: what does not show, or acts on the text around it, is a box in its place, and what is
/// wrong is underlined. The text stays as it is, and so does the cursor's place in it: one character stands for one.
fn shown(typed: &str, fault: Option<&Span>, theme: &Theme) -> LayoutJob {
    let plain = egui::TextFormat { line_height: None, ..Type::Table.format(theme.text) };
    let boxed = egui::TextFormat { color: theme.accent, background: theme.selected, ..plain.clone() };
    let mut job = LayoutJob { break_on_newline: false, ..LayoutJob::default() };
    job.wrap.max_width = f32::INFINITY;
    let is_wrong = |at: usize| fault.is_some_and(|fault| fault.contains(&at));
    let mut at = 0;
    while let Some(rest) = typed.get(at..).filter(|rest| !rest.is_empty()) {
        let look = |(byte, c): (usize, char)| (is_hidden(c), is_wrong(at + byte));
        let now = rest.char_indices().next().map(look);
        let end = rest.char_indices().find(|c| Some(look(*c)) != now).map_or(rest.len(), |(byte, _)| byte);
        let part = rest.get(..end).unwrap_or(rest);
        let (is_boxed, is_underlined) = now.unwrap_or_default();
        let mut format = if is_boxed { boxed.clone() } else { plain.clone() };
        if is_underlined {
            format.underline = Stroke::new(measure::STRONG, theme.text);
        }
        let drawn = if is_boxed { HIDDEN.to_string().repeat(part.chars().count()) } else { part.to_owned() };
        job.append(&drawn, 0.0, format);
        at += end;
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

/// The parsed form, or what is wrong.
fn parsed(ui: &mut Ui, app: &App, frame: Rect, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let middle = frame.bottom() + 13.0;
    if middle > ui.max_rect().bottom() {
        return;
    }
    let room = frame.width() - 8.0;
    let Some(error) = app.filter.error() else {
        let parsed = app.filter.parsed();
        let words = match (parsed.as_str(), app.filter.text().trim()) {
            ("", "") => return,
            ("", _) => "all records",
            (parsed, _) => parsed,
        };
        let galley = text::cut(ui, words, Type::Mono, theme.text2, room);
        let is_cut = galley.elided;
        let drawn = text::place(ui.painter(), frame.left() + 2.0, middle, galley);
        let response = ui.interact(drawn, id().with("parsed"), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, words));
        if is_cut {
            tip(response, words);
        }
        return;
    };
    let at = pos2(frame.left() + 8.0, middle);
    icon::WARNING.paint(ui.painter(), at, measure::ICON_SMALL, theme.text);
    let filter = app.filter.text();
    let hint = error.hint(filter).map(|hint| format!(" — {hint}")).unwrap_or_default();
    let place = filter.get(..error.span.start).map_or(0, |before| before.chars().count()) + 1;
    let kept = match app.filter.expr() {
        Expr::All => "no filter".to_owned(),
        expr => expr.to_string(),
    };
    let words = format!("at {place}: {error}{hint}; still in force: {kept}");
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
            let job = shown(typed, None, theme);
            assert_eq!(job.text, drawn);
            assert_eq!(job.text.chars().count(), typed.chars().count());
        }
    }
    #[test]
    fn what_is_wrong_is_underlined_and_nothing_else() {
        let theme = Theme::get(false);
        for (typed, fault, underlined) in [
            ("result:deny confidense<0.6", Some(12..22), "confidense"),
            ("a\u{202e}b", Some(1..5), "□b"),
            ("a b", None, ""),
            ("", Some(0..0), ""),
        ] {
            let job = shown(typed, fault.as_ref(), theme);
            let parts = job.sections.iter().filter(|part| part.format.underline.width > 0.0);
            let parts: String =
                parts.filter_map(|part| job.text.get(part.byte_range.start.0..part.byte_range.end.0)).collect();
            assert_eq!(parts, underlined, "{typed}");
        }
    }
}
