//! The dialog in which columns are chosen: which, in what order, how many stand still.

use egui::{Frame, Id, Margin, Modal, ScrollArea, Stroke, Ui, vec2};

use super::columns::Layouts;
use crate::app::{App, Command, Overlay};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, figures, hairline, icon_button, text_field};
use crate::ui::words;

/// Height of the list.
const LIST: f32 = 380.0;

/// What was typed.
#[derive(Debug, Default)]
pub(super) struct State {
    search: String,
    was_open: bool,
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
    let varied = fields.iter().filter(|field| !field.has_column && fits(&field.name)).count();
    let others: Vec<&str> = fields
        .iter()
        .filter(|field| field.has_column && fits(&field.name) && !shown.contains(&field.name))
        .map(|field| field.name.as_str())
        .filter(|name| !matches!(*name, super::columns::SEQ | super::columns::TIME))
        .collect();
    let chosen: Vec<(usize, &String)> = shown.iter().enumerate().filter(|(_, name)| fits(name)).collect();
    hairline(ui);
    let rows = chosen.len() + others.len();
    ScrollArea::vertical().max_height(LIST).auto_shrink([false, true]).show_rows(
        ui,
        measure::FACET,
        rows,
        |ui, range| {
            for at in range {
                if let Some((place, name)) = chosen.get(at) {
                    own_row(ui, name, *place, shown.len(), &mut names);
                } else if let Some(name) = others.get(at - chosen.len())
                    && row(ui, name, false)
                {
                    names.push((*name).to_owned());
                }
            }
        },
    );
    hairline(ui);
    if varied > 0 {
        let told = figures::counted(varied as u64, "field has", "fields have");
        let told = format!("{told} too many different values for a column and can only be filtered by.");
        ui.add_space(measure::CELL);
        ui.add(egui::Label::new(Type::Table.rich(told).color(theme.faint)).wrap());
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

/// A column that is shown: taken away, or moved by one.
fn own_row(ui: &mut Ui, name: &str, place: usize, count: usize, names: &mut Vec<String>) {
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
        if toggled {
            names.retain(|other| other != name);
        }
    });
}

/// A field with its box; true once it is clicked.
fn row(ui: &mut Ui, name: &str, is_on: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), measure::FACET), egui::Sense::click());
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
