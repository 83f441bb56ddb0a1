//! The detail of a record: its fields, its text, its place in the chain, it beside another one, and where a decision comes from.

mod chain;
mod compare;
mod fields;
mod json;
mod lineage;
mod marks;
mod parts;
mod path;
mod raw;
mod sealed;

use std::rc::Rc;

use chrono_tz::Tz;
use egui::{Key, Rect, Sense, Ui, UiBuilder, pos2, vec2};

use crate::app::detail::Detail;
use crate::app::{App, Command, DetailTab, Session};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::{Empty, figures, hairline, icon_button, tab, text};
use crate::ui::words;

/// How the detail looks.
#[derive(Debug)]
pub struct State {
    width: f32,
    is_as_stored: bool,
    is_all_compared: bool,
    members: Members,
    pairs: compare::Known,
    marks: marks::Known,
    zone: Option<Tz>,
    opened: sealed::Opened,
    edited: marks::Edited,
}

impl Default for State {
    fn default() -> Self {
        Self {
            width: measure::DETAIL,
            is_as_stored: false,
            is_all_compared: false,
            members: Members::default(),
            pairs: compare::Known::default(),
            marks: marks::Known::default(),
            zone: None,
            opened: sealed::Opened::default(),
            edited: marks::Edited::default(),
        }
    }
}

/// Which text it is: its row, and where it lies.
type Text = (u32, usize, usize);

/// A record taken apart.
#[derive(Debug)]
struct Taken {
    flat: Vec<json::Flat>,
    /// The short name of each member.
    names: Vec<String>,
}

/// The members of the records that are shown: texts are taken apart once, not in every frame.
#[derive(Debug, Default)]
struct Members {
    of: Vec<(Text, Rc<Taken>)>,
}

impl Members {
    fn of(&mut self, detail: &Detail) -> Rc<Taken> {
        let key = text_of(detail);
        if let Some((_, known)) = self.of.iter().find(|(known, _)| *known == key) {
            return Rc::clone(known);
        }
        let flat = json::flatten(&detail.text);
        let taken = Rc::new(Taken { names: parts::names(&flat), flat });
        // The record shown, and the one that it is compared with.
        if self.of.len() >= 2 {
            self.of.remove(0);
        }
        self.of.push((key, Rc::clone(&taken)));
        taken
    }
}

/// Which text a record is shown from.
fn text_of(detail: &Detail) -> Text {
    (detail.row, detail.text.as_ptr().addr(), detail.text.len())
}

/// Where the detail lies, at the right of `room`; `None` while it is closed. Its left edge can be dragged, and moved by arrows while
/// the keyboard is on it. What stands beside it needs `beside` points; where there is no room for both, the detail lies over all of it.
pub fn docked(ui: &mut Ui, app: &App, state: &mut State, room: Rect, beside: f32) -> Option<Rect> {
    app.detail_tab()?;
    let theme = Theme::of(ui);
    let Some(most) = widest(room.width(), beside) else { return Some(room) };
    let edge = room.right() - state.width.clamp(measure::DETAIL_MIN, most);
    let handle = Rect::from_min_max(pos2(edge - 3.0, room.top()), pos2(edge + 3.0, room.bottom()));
    let id = ui.scope_id().with("detail edge");
    let response = ui.interact(handle, id, Sense::click_and_drag()).on_hover_cursor(egui::CursorIcon::ResizeHorizontal);
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged()) {
        state.width = room.right() - at.x;
    }
    if response.has_focus() {
        let step = |key: Key| ui.input(|input| f32::from(u8::from(input.key_pressed(key)))) * 16.0;
        state.width += step(Key::ArrowLeft) - step(Key::ArrowRight);
        let filter = egui::EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }
    state.width = state.width.clamp(measure::DETAIL_MIN, most);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Splitter, true, "width of the detail"));
    let is_lit = response.hovered() || response.dragged() || response.has_focus();
    let color = if is_lit { theme.accent } else { theme.hair };
    let left = room.right() - state.width;
    ui.painter().vline(left - 0.5, room.y_range(), egui::Stroke::new(measure::HAIR, color));
    Some(Rect::from_min_max(pos2(left, room.top()), room.max))
}

/// The greatest width of the detail beside what needs `beside` points; `None` where there is no room for both.
fn widest(room: f32, beside: f32) -> Option<f32> {
    let most = measure::DETAIL_MAX.min(room - beside);
    (most >= measure::DETAIL_MIN).then_some(most)
}

/// Shows the record that is selected.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let Some(now) = app.detail_tab() else { return };
    state.zone = app.settings.second_zone();
    ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
    tabs(ui, now, commands);
    let Some(session) = app.session() else { return };
    let Some(selected) = app.selected() else {
        let reason = "Click a row, or press Enter on it.";
        let _ = Empty { sentence: "No record is selected", reason, way_out: None }.show(ui);
        return;
    };
    let detail = match &session.detail {
        Some(Ok(detail)) if detail.row == selected => detail,
        Some(Err(error)) => {
            let sentence = "The record cannot be read";
            let _ = Empty { sentence, reason: error, way_out: None }.show(ui);
            return;
        }
        _ => {
            let _ = Empty { sentence: "Reading the record", reason: "", way_out: None }.show(ui);
            return;
        }
    };
    if let Some((first, last)) = app.finding().filter(|gone| gone.row == Some(selected)).and_then(|gone| gone.absent) {
        absent(ui, first, last, detail);
    }
    match now {
        DetailTab::Fields => {
            head(ui, session, detail);
            fields::show(ui, app, (session, detail), state, commands);
        }
        DetailTab::Raw => {
            head(ui, session, detail);
            raw::show(ui, detail, state);
        }
        DetailTab::Chain => {
            head(ui, session, detail);
            chain::show(ui, session, detail, commands);
        }
        DetailTab::Compare => compare::show(ui, app, session, detail, state, commands),
        DetailTab::Lineage => {
            head(ui, session, detail);
            lineage::show(ui, session, detail, commands);
        }
    }
}

fn tabs(ui: &mut Ui, now: DetailTab, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::TOOLS), Sense::hover());
    let mut inner = rect;
    inner.min.x += 6.0;
    inner.max.x -= measure::CELL;
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut line = ui.new_child(UiBuilder::new().id_salt("detail tabs").max_rect(inner).layout(layout));
    line.spacing_mut().item_spacing.x = 0.0;
    for (part, word) in [
        (DetailTab::Fields, "Fields"),
        (DetailTab::Raw, "Raw"),
        (DetailTab::Chain, "Chain"),
        (DetailTab::Compare, "Compare"),
        (DetailTab::Lineage, "Lineage"),
    ] {
        if tab(&mut line, word, "", part == now).clicked() {
            commands.push(Command::ShowDetail(part));
        }
    }
    line.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        if icon_button(ui, icon::X, "Close the detail", false).clicked() {
            commands.push(Command::ToggleDetail);
        }
    });
    let hair = egui::Stroke::new(measure::HAIR, theme.hair);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, hair);
}

/// What a finding is about is not here: that is said above the record that shows it.
fn absent(ui: &mut Ui, first: u64, last: u64, detail: &Detail) {
    let theme = Theme::of(ui);
    let what = match last.saturating_sub(first) {
        0 => format!("Record {} is not in this file.", figures::count(first)),
        _ => format!("Records {}–{} are not in this file.", figures::count(first), figures::count(last)),
    };
    let is_behind = detail.link.as_ref().is_some_and(|link| link.seq > last);
    let instead = if is_behind {
        "What is shown is the record behind, whose prev names a hash that no record here has."
    } else {
        "What is shown is the last record before."
    };
    ui.add_space(measure::PAD);
    pad(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = measure::GAP_ICON;
            let size = vec2(measure::ICON, Type::Table.line());
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            crate::ui::widgets::verdict_icon(ui, VerdictState::Broken, rect.center(), measure::ICON_SMALL);
            ui.vertical(|ui| {
                text::selectable(ui, &what, Type::TableMedium, theme.text);
                text::wrapped(ui, instead, Type::Table, theme.text2);
            });
        });
    });
    ui.add_space(measure::PAD);
    hairline(ui);
}

/// The padding of the detail.
fn pad<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let margin = egui::Margin { left: 16, right: 16, top: 0, bottom: 0 };
    egui::Frame::NONE.inner_margin(margin).show(ui, contents).inner
}

/// Kind and place as a title.
fn title(detail: &Detail) -> String {
    let kind = words::kind(detail.kind);
    match &detail.link {
        Some(link) => format!("{kind} {}", figures::count(link.seq)),
        None => kind.to_owned(),
    }
}

/// What its bytes and its place in the chain say of it, in a few words.
fn state_of(session: &Session, detail: &Detail) -> (VerdictState, &'static str) {
    match (&detail.link, session.facts().damage.get(&detail.row).copied()) {
        (None, _) => (VerdictState::Broken, "no line of a log"),
        (_, Some("invalid")) => (VerdictState::Unverifiable, "hash matches, no record"),
        (_, Some(word)) => (VerdictState::Broken, word),
        (Some(link), _) if !link.is_intact() => (VerdictState::Broken, "hash differs"),
        _ => (VerdictState::Intact, "hash matches"),
    }
}

/// Which record it is, and whether its bytes are those that were chained.
fn head(ui: &mut Ui, session: &Session, detail: &Detail) {
    let theme = Theme::of(ui);
    let (state, word) = state_of(session, detail);
    pad(ui, |ui| {
        ui.add_space(measure::PAD);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), Type::Heading.line()), Sense::hover());
        let color = if state == VerdictState::Broken { state.word_color(theme) } else { theme.text2 };
        let galley = text::line(ui, word, Type::Table, color);
        let name = title(detail);
        let heading = text::line(ui, &name, Type::Heading, theme.text);
        let before = measure::ICON + measure::GAP_ICON;
        // A number is never cut: where there is no room for both the state goes below.
        let fits = heading.size().x + before + galley.size().x + measure::CELL <= rect.width();
        text::place(ui.painter(), rect.left(), rect.center().y, heading);
        let (left, middle) = if fits {
            (rect.right() - before - galley.size().x, rect.center().y)
        } else {
            let size = vec2(ui.available_width(), Type::Table.line());
            let (line, _) = ui.allocate_exact_size(size, Sense::hover());
            (line.left(), line.center().y)
        };
        crate::ui::widgets::verdict_icon(ui, state, pos2(left + measure::ICON / 2.0, middle), measure::ICON);
        text::place(ui.painter(), left + before, middle, galley);
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Heading, true, format!("{name}, {word}")));
        let id = detail.value.as_ref().and_then(|value| value.get("audit_id")?.as_str()).unwrap_or_default();
        ui.add_space(2.0);
        ui.add(egui::Label::new(Type::Mono.rich(id).color(theme.text2)).truncate().selectable(true));
        ui.add_space(measure::PAD);
    });
    hairline(ui);
}
