//! The dialog in which columns are chosen: which, in what order, how many stand still. By keyboard the arrows go through the fields,
//! Space takes or leaves one, and with Alt the arrows move a column.

use egui::{EventFilter, Frame, Id, Key, Margin, Modal, Modifiers, ScrollArea, Stroke, Ui, vec2};

use super::columns::{Layouts, SEQ, TIME};
use crate::app::{App, Command, Overlay};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, figures, hairline, icon_button, text, text_field};
use crate::ui::words;

/// Height of the list; less in a low window.
const LIST: f32 = 380.0;

/// Height of all the rest of the dialog, and of what is around it.
const REST: f32 = 270.0;

/// What was typed.
#[derive(Debug, Default)]
pub(super) struct State {
    search: String,
    was_open: bool,
    /// The field that the keyboard is to be on, with the place that it had in the list: it may stand elsewhere now, or nowhere.
    wanted: Option<(String, usize)>,
}

/// Shows it over the window.
pub(super) fn show(
    ctx: &egui::Context,
    app: &App,
    state: &mut State,
    layouts: &mut Layouts,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::now(ctx);
    let frame = Frame::NONE
        .fill(theme.panel)
        .stroke(Stroke::new(measure::HAIR, theme.hair2))
        .corner_radius(measure::RADIUS_DIALOG)
        .inner_margin(Margin::same(16));
    let modal = Modal::new(Id::unique("columns")).frame(frame).backdrop_color(theme.scrim).show(ctx, |ui| {
        ui.set_width(measure::DIALOG - 32.0);
        ui.spacing_mut().item_spacing = vec2(measure::GAP, 0.0);
        content(ui, app, state, layouts, commands)
    });
    if modal.should_close() || modal.inner {
        state.was_open = false;
        state.search.clear();
        commands.push(Command::Overlay(Overlay::None));
    }
}

fn content(ui: &mut Ui, app: &App, state: &mut State, layouts: &mut Layouts, commands: &mut Vec<Command>) -> bool {
    let theme = Theme::of(ui);
    let of = app.filter.kind().map_or("all records", words::kinds);
    ui.label(Type::Heading.rich(format!("Columns of {}", of.to_lowercase())).color(theme.text));
    ui.add_space(measure::PAD);
    let width = ui.available_width();
    let field = text_field(ui, &mut state.search, icon::MAGNIFYING_GLASS, "Search fields", "Search fields", width);
    if !std::mem::replace(&mut state.was_open, true) {
        field.request_focus();
    }
    ui.add_space(measure::CELL);
    let shown = app.columns();
    let mut names = shown.clone();
    let wanted = state.search.trim().to_lowercase();
    let fits = |name: &str| {
        wanted.is_empty()
            || name.to_lowercase().contains(&wanted)
            || words::field(name).to_lowercase().contains(&wanted)
    };
    let fields = app.session().map_or(&[][..], |session| session.evidence().fields());
    let known: Vec<&str> = fields.iter().filter(|field| field.has_column).map(|field| field.name.as_str()).collect();
    let others = others(&known, &shown).into_iter().filter(|name| fits(name)).collect();
    let chosen = shown.iter().enumerate().filter(|(_, name)| fits(name)).collect();
    let list = List { chosen, others, count: shown.len() };
    // Enter takes the keyboard out of a field; here it means the first row.
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let is_in_search = field.has_focus() || is_entered;
    list.keys(ui, is_in_search, state, &mut names);
    if is_entered && state.wanted.is_none() {
        field.request_focus();
    }
    hairline(ui);
    list.show(ui, state, &shown, &mut names);
    hairline(ui);
    let varied = fields.iter().filter(|field| !field.has_column).count();
    if varied > 0 {
        let told = figures::counted(varied as u64, "field has", "fields have");
        let told = format!("{told} too many different values for a column and can only be filtered by.");
        ui.add_space(measure::CELL);
        text::wrapped(ui, &told, Type::Table, theme.faint);
    }
    ui.add_space(measure::PAD);
    let (mut is_done, mut is_reset) = (false, false);
    let before = *layouts.frozen(app);
    ui.horizontal(|ui| {
        let frozen = layouts.frozen(app);
        ui.label(Type::Table.rich("Stand still at the left").color(theme.text2));
        if icon_button(ui, icon::MINUS, "One column less stands still", false).clicked() {
            *frozen = frozen.saturating_sub(1);
        }
        ui.label(Type::TableMedium.rich(frozen.to_string()).color(theme.text));
        if icon_button(ui, icon::PLUS, "One column more stands still", false).clicked() {
            *frozen = (*frozen + 1).min(names.len() + 3);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            is_done = ui.add(Button::primary("Done")).clicked();
            is_reset = ui.add(Button::new("Reset columns")).clicked();
        });
    });
    let kind = app.filter.kind();
    if is_reset {
        layouts.forget(app);
        commands.push(Command::ResetColumns(kind));
    } else if names != shown {
        commands.push(Command::SetColumns(kind, names));
    } else if *layouts.frozen(app) != before {
        commands.push(Command::SetLayout(kind, layouts.kept(app)));
    }
    is_done
}

/// The fields that are no columns yet. A member that has the name of an alias is what the alias says of records that have it: such a
/// name stands there once.
pub(super) fn others<'a>(known: &[&'a str], shown: &[String]) -> Vec<&'a str> {
    let is_shown = |name: &str| shown.iter().any(|other| other == name);
    let bare = |name: &'a str| name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_twin = |name: &'a str| match bare(name) {
        Some(alias) => known.contains(&alias) || is_shown(alias),
        None => is_shown(&format!("\"{name}\"")),
    };
    let is_other = |name: &&'a str| !is_shown(name) && !is_twin(name) && !matches!(*name, SEQ | TIME);
    known.iter().copied().filter(is_other).collect()
}

/// What fits what was typed: columns with their places, and behind them the fields that are none.
struct List<'a> {
    chosen: Vec<(usize, &'a String)>,
    others: Vec<&'a str>,
    /// How many columns there are.
    count: usize,
}

impl List<'_> {
    fn entry(&self, at: usize) -> Option<(String, usize)> {
        Some((self.name(at)?.to_owned(), at))
    }

    /// Where a field stands now; what has its place where it stands nowhere.
    fn place(&self, (name, at): &(String, usize)) -> usize {
        let place = (0..self.len()).find(|place| self.name(*place) == Some(name));
        place.unwrap_or_else(|| (*at).min(self.len().saturating_sub(1)))
    }

    fn len(&self) -> usize {
        self.chosen.len() + self.others.len()
    }

    fn name(&self, at: usize) -> Option<&str> {
        match self.chosen.get(at) {
            Some((_, name)) => Some(name),
            None => self.others.get(at - self.chosen.len()).copied(),
        }
    }

    /// The row that the keyboard is on.
    fn focused(&self, ui: &Ui) -> Option<usize> {
        let focused = ui.memory(egui::Memory::focused)?;
        (0..self.len()).find(|at| self.name(*at).is_some_and(|name| row_id(name) == focused))
    }

    /// What keys do, from the search field or in the list.
    fn keys(&self, ui: &Ui, is_in_search: bool, state: &mut State, names: &mut Vec<String>) {
        let focused = self.focused(ui);
        if focused.is_none() && !is_in_search || self.len() == 0 {
            return;
        }
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if let Some(at) = focused {
            let to = match (pressed(Modifiers::ALT, Key::ArrowUp), pressed(Modifiers::ALT, Key::ArrowDown)) {
                (true, _) => at.checked_sub(1),
                (_, true) => Some(at + 1),
                _ => None,
            };
            // Columns are moved past those that are seen here.
            let place = |at: usize| self.chosen.get(at).map(|(place, _)| *place);
            if let Some((from, behind)) = to.and_then(|to| Some((place(at)?, place(to)?))) {
                let name = names.remove(from);
                names.insert(behind, name);
                state.wanted = self.entry(at);
                return;
            }
            if pressed(Modifiers::NONE, Key::Space) || pressed(Modifiers::NONE, Key::Enter) {
                self.toggle(at, names);
                // The keyboard stays on the field, wherever that stands then: pressed twice, nothing has changed.
                state.wanted = self.entry(at);
                return;
            }
        } else if !state.search.trim().is_empty() && pressed(Modifiers::NONE, Key::Enter) {
            self.toggle(0, names);
            return;
        }
        let last = self.len() - 1;
        if pressed(Modifiers::NONE, Key::ArrowDown) {
            state.wanted = self.entry(focused.map_or(0, |at| (at + 1).min(last)));
        }
        if pressed(Modifiers::NONE, Key::ArrowUp) {
            state.wanted = self.entry(focused.map_or(last, |at| at.saturating_sub(1)));
        }
    }

    /// Makes a field a column, or a column none.
    fn toggle(&self, at: usize, names: &mut Vec<String>) {
        match (self.chosen.get(at), self.name(at)) {
            (Some((_, name)), _) => names.retain(|other| other != *name),
            (None, Some(name)) => names.push(name.to_owned()),
            (None, None) => {}
        }
    }

    /// Shows it, always as high.
    fn show(&self, ui: &mut Ui, state: &mut State, shown: &[String], names: &mut Vec<String>) {
        let height = LIST.min(ui.ctx().content_rect().height() - REST).max(4.0 * measure::FACET);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
        let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(rect));
        if self.len() == 0 {
            let theme = Theme::of(&ui);
            ui.add_space(measure::PAD);
            ui.label(Type::Table.rich("No field is called like that.").color(theme.text2));
            return;
        }
        let mut area = ScrollArea::vertical().max_height(height).auto_shrink(false);
        let id = ui.make_persistent_id(Id::unique("column list"));
        let offset: f32 = ui.data(|data| data.get_temp(id)).unwrap_or_default();
        let wanted = state.wanted.as_ref().map(|wanted| self.place(wanted));
        if let Some(at) = wanted {
            // With the row before and behind it.
            let (top, margin) = (at as f32 * measure::FACET, measure::FACET);
            let (least, most) = ((top + 2.0 * margin - height).max(0.0), (top - margin).max(0.0));
            area = area.vertical_scroll_offset(offset.clamp(least.min(most), most));
        }
        let scrolled = area.show_rows(&mut ui, measure::FACET, self.len(), |ui, range| {
            for at in range {
                let toggled = match self.chosen.get(at) {
                    Some((place, name)) => own_row(ui, name, *place, self.count, names),
                    None => self.name(at).is_some_and(|name| row(ui, name, false)),
                };
                if toggled {
                    self.toggle(at, names);
                }
                // While a change is under way the list is still the old one.
                if wanted == Some(at)
                    && *names == *shown
                    && let Some(name) = self.name(at)
                {
                    ui.memory_mut(|memory| memory.request_focus(row_id(name)));
                    state.wanted = None;
                }
            }
        });
        ui.data_mut(|data| data.insert_temp(id, scrolled.state.clamped_offset().y));
    }
}

/// A column that is shown: taken away, which gives true, or moved by one.
fn own_row(ui: &mut Ui, name: &str, place: usize, count: usize, names: &mut [String]) -> bool {
    ui.horizontal(|ui| {
        let width = ui.available_width() - 2.0 * (measure::FACET + measure::GAP);
        let toggled = ui.allocate_ui(vec2(width, measure::FACET), |ui| row(ui, name, true)).inner;
        let title = words::field(name);
        if icon_button(ui, icon::ARROW_UP, &format!("{title}: further left"), false).clicked() && place > 0 {
            names.swap(place, place - 1);
        }
        if icon_button(ui, icon::ARROW_DOWN, &format!("{title}: further right"), false).clicked() && place + 1 < count {
            names.swap(place, place + 1);
        }
        toggled
    })
    .inner
}

fn row_id(name: &str) -> Id {
    Id::unique("column").with(name)
}

/// A field with its box; true once it is clicked.
fn row(ui: &mut Ui, name: &str, is_on: bool) -> bool {
    let theme = Theme::of(ui);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), measure::FACET));
    let response = ui.interact(rect, row_id(name), egui::Sense::click());
    if response.has_focus() {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    if ui.is_rect_visible(rect) {
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, 0.0, if response.has_focus() { theme.selected } else { theme.hover });
        }
        let middle = rect.center().y;
        let (icon, color) = if is_on { (icon::CHECK_SQUARE, theme.accent) } else { (icon::SQUARE, theme.faint) };
        icon.paint(ui.painter(), egui::pos2(rect.left() + 10.0, middle), measure::ICON, color);
        let title = words::field(name);
        let text = crate::ui::widgets::text::line(ui, &title, Type::Table, theme.text);
        let drawn = crate::ui::widgets::text::place(ui.painter(), rect.left() + 26.0, middle, text);
        if !title.eq_ignore_ascii_case(name) {
            let left = drawn.right().max(rect.left() + 160.0) + measure::CELL;
            let room = rect.right() - left - measure::CELL;
            let path = crate::ui::widgets::text::cut(ui, name, Type::Mono, theme.faint, room);
            crate::ui::widgets::text::place(ui.painter(), left, middle, path);
        }
    }
    response.widget_info(|| egui::WidgetInfo::selected(egui::accesskit::Role::CheckBox, true, is_on, name));
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_there_once() {
        let known = ["\"result\"", "\"seq\"", "\"version\"", "model.id", "result", "seq", "time", "user", "version"];
        let shown = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        for (columns, expected) in [
            (&["user"][..], &["model.id", "result", "version"][..]),
            (&["result", "user"], &["model.id", "version"]),
            (&["\"version\""], &["model.id", "result", "user"]),
        ] {
            assert_eq!(others(&known, &shown(columns)), expected, "{columns:?}");
        }
    }
}
