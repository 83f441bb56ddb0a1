//! The values of fields with their counts: what a click adds to the filter, and an Alt-click leaves out of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use egui::{ScrollArea, Ui};

use super::{choice, range, spreads};
use crate::app::facet::click;
use crate::app::{App, Command, Overlay, shape};
use crate::columns::Facet;
use crate::query::Field;
use crate::record::Kind;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, FacetRow, facet_head, figures, link, text, tip};
use crate::ui::words;

/// So many values are shown of a facet before it is asked for more.
const FEW: usize = 6;

/// How the facets look.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Heads that were opened or closed, each with whether it is open.
    turned: HashMap<String, bool>,
    /// Facets with all values shown.
    whole: HashSet<String>,
    known: Option<Known>,
    /// The value that the keyboard is on.
    focused: Option<(String, String)>,
}

/// The facets of a kind in a log: finding them walks through its fields, so not every frame does.
#[derive(Debug)]
struct Known {
    evidence: usize,
    kind: Option<Kind>,
    /// Each with whether its values are numbers.
    fields: Vec<(String, Field, bool)>,
}

impl State {
    fn fields(&mut self, app: &App) -> &[(String, Field, bool)] {
        let evidence = app.session().map_or(0, |session| Arc::as_ptr(session.evidence()).addr());
        let kind = app.filter.kind();
        if !self.known.as_ref().is_some_and(|known| known.evidence == evidence && known.kind == kind) {
            let names = app.facets();
            let fields = names.iter().filter_map(|name| shape::field(name));
            let known = |field: Field| {
                let name = field.to_string();
                let is_number = app.is_number(&name);
                (name, field, is_number)
            };
            let fields = fields.map(known).collect();
            self.known = Some(Known { evidence, kind, fields });
        }
        self.known.as_ref().map_or(&[], |known| &known.fields)
    }
}

/// Shows them, scrolling.
pub(super) fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), measure::TOOLS), egui::Sense::hover());
    let title = text::line(ui, "Facets", Type::TableMedium, theme.text);
    text::place(ui.painter(), rect.left() + measure::PAD, rect.center().y, title);
    let hair = egui::Stroke::new(measure::HAIR, theme.hair);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, hair);
    let Some(session) = app.session() else { return };
    let fields = state.fields(app).to_vec();
    state.focused = None;
    let answered: &HashMap<String, Result<Facet, String>> = &session.answered.facets;
    ScrollArea::vertical().id_salt("facets").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add_space(measure::GRID);
        for (name, field, is_number) in &fields {
            if *is_number {
                numbers(ui, app, state, name, field, commands);
            } else {
                one(ui, app, state, name, field, answered.get(name), commands);
            }
        }
        ui.add_space(measure::PAD);
    });
    // What lies over the window has the keyboard, and gives it back.
    if app.overlay() == Overlay::None && app.facet() != state.focused.as_ref() {
        commands.push(Command::OnFacet(state.focused.clone()));
    }
}

fn one(
    ui: &mut Ui,
    app: &App,
    state: &mut State,
    name: &str,
    field: &Field,
    facet: Option<&Result<Facet, String>>,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let is_empty = matches!(facet, Some(Ok(facet)) if facet.with == 0);
    // What says nothing stays closed until somebody wants to see that.
    let is_single = matches!(facet, Some(Ok(facet)) if facet.distinct <= 1 && facet.without == 0);
    // What is chosen is never out of sight: it has to be taken back somewhere.
    let named = app.filter.named(field);
    let is_usual_open = !named.is_empty() || !is_empty && !is_single;
    let is_open = state.turned.get(name).copied().unwrap_or(is_usual_open);
    let note = match facet {
        Some(Ok(_)) if is_empty => "none".to_owned(),
        Some(Ok(facet)) if !is_open || facet.distinct as usize > FEW => figures::count(facet.distinct.into()),
        _ => String::new(),
    };
    let head = tip(facet_head(ui, &words::field(name), &note, is_open), name);
    if head.clicked() {
        state.turned.insert(name.to_owned(), !is_open);
    }
    if !is_open {
        return;
    }
    match facet {
        None => skeleton(ui),
        Some(Err(_)) => {
            said(ui, "Too many different values to count. Write a filter, such as", Some(&format!("{name}:…")));
        }
        Some(Ok(facet)) => {
            let is_whole = state.whole.contains(name);
            let most = facet.values.first().map_or(1, |value| value.count).max(facet.without).max(1);
            let is_named = |text: &str| named.iter().any(|(_, test)| test.passes(text, None));
            let values = facet.values.iter().enumerate();
            let values = values.filter(|(at, value)| is_whole || *at < FEW || is_named(&value.text));
            let mut shown = 0;
            for (_, value) in values {
                shown += usize::from(value.count > 0);
                let count = figures::count(value.count.into());
                let word = words::value(name, &value.text);
                let does = choice::state(&app.filter, field, &value.text);
                // The keyboard stays on a value wherever it moves to under another filter.
                let mut row = ui
                    .push_id(("value", name, &value.text), |ui| {
                        ui.add(FacetRow::new(word, &count, share(value.count, most)).state(does))
                    })
                    .inner;
                if row.has_focus() {
                    state.focused = Some((name.to_owned(), value.text.clone()));
                }
                if word.chars().count() > 10 {
                    row = tip(row, value.text.as_str());
                }
                let negate = ui.input(|input| input.modifiers.alt);
                if row.clicked() {
                    commands.push(click(&app.filter, field, &value.text, negate));
                }
                row.context_menu(|ui| menu(ui, app, name, field, &value.text, commands));
            }
            if facet.without > 0 && facet.with > 0 {
                without(ui, app, name, facet.without, most, commands);
            }
            more(ui, state, name, facet, shown, theme);
        }
    }
    ui.add_space(measure::GRID);
}

/// A facet of numbers: a histogram.
fn numbers(ui: &mut Ui, app: &App, state: &mut State, name: &str, field: &Field, commands: &mut Vec<Command>) {
    let spread = app.session().and_then(|session| session.answered.spreads.get(name));
    let is_empty = matches!(spread, Some(Ok(spread)) if spread.range.is_none());
    let chosen = range::chosen(&app.filter, field, (f64::NEG_INFINITY, f64::INFINITY));
    let is_open = state.turned.get(name).copied().unwrap_or(!is_empty || chosen.is_some());
    let note = spread.and_then(|spread| spread.as_ref().ok()).map(spreads::note).unwrap_or_default();
    let head = tip(facet_head(ui, &words::field(name), &note, is_open), name);
    if head.clicked() {
        state.turned.insert(name.to_owned(), !is_open);
    }
    if !is_open {
        return;
    }
    match spread {
        None => skeleton(ui),
        Some(Err(_)) => said(ui, "Too varied to be counted. Write a filter, such as", Some(&format!("{name}>…"))),
        Some(Ok(spread)) => spreads::show(ui, app, name, field, spread, commands),
    }
    ui.add_space(measure::GRID);
}

fn share(count: u32, most: u32) -> f32 {
    count as f32 / most as f32
}

/// The records without a value.
fn without(ui: &mut Ui, app: &App, name: &str, count: u32, most: u32, commands: &mut Vec<Command>) {
    let query = app.filter.query();
    let holds = |text: &str| {
        (0..).zip(&query.chips).any(|(at, chip)| !app.filter.is_suspended(at) && query.chip_text(chip) == text)
    };
    let (has, has_not) = (format!("has:{name}"), format!("-has:{name}"));
    let does = match (holds(&has_not), holds(&has)) {
        (true, _) => crate::ui::widgets::FacetState::Chosen,
        (_, true) => crate::ui::widgets::FacetState::Negated,
        _ => crate::ui::widgets::FacetState::Off,
    };
    let text = figures::count(count.into());
    let row = ui
        .push_id(("no value", name), |ui| ui.add(FacetRow::new("no value", &text, share(count, most)).state(does)))
        .inner;
    if row.clicked() {
        let is_out = ui.input(|input| input.modifiers.alt) || does == crate::ui::widgets::FacetState::Negated;
        commands.push(Command::ToggleCondition(if is_out { has } else { has_not }));
    }
}

/// What of the values is not shown, in exact numbers.
fn more(ui: &mut Ui, state: &mut State, name: &str, facet: &Facet, shown: usize, theme: &Theme) {
    let distinct = facet.distinct as usize;
    let hidden = distinct.saturating_sub(shown);
    let is_whole = state.whole.contains(name);
    if hidden == 0 && !(is_whole && distinct > FEW) {
        return;
    }
    ui.horizontal(|ui| {
        ui.add_space(28.0);
        ui.set_min_height(measure::FACET);
        if is_whole {
            if hidden > 0 {
                let told = format!("and {} more  ", figures::count(hidden as u64));
                ui.label(Type::Table.rich(told).color(theme.faint));
            }
            if link(ui, "fewer", Type::Table).clicked() {
                state.whole.remove(name);
            }
        } else if facet.values.len() > shown {
            if link(ui, &format!("and {} more", figures::count(hidden as u64)), Type::Table).clicked() {
                state.whole.insert(name.to_owned());
            }
        } else {
            let told = format!("and {} more", figures::count(hidden as u64));
            ui.label(Type::Table.rich(told).color(theme.faint));
        }
    });
}

fn menu(ui: &mut Ui, app: &App, name: &str, field: &Field, value: &str, commands: &mut Vec<Command>) {
    if ui.add(Button::plain("Filter for this value").icon(icon::FUNNEL)).clicked() {
        commands.push(click(&app.filter, field, value, false));
        ui.close();
    }
    if ui.add(Button::plain("Leave this value out").icon(icon::FUNNEL_X)).clicked() {
        commands.push(click(&app.filter, field, value, true));
        ui.close();
    }
    if ui.add(Button::plain("Copy value").icon(icon::COPY)).clicked() {
        ui.ctx().copy_text(value.to_owned());
        ui.close();
    }
    if ui.add(Button::plain("Copy as a condition").icon(icon::FUNNEL_SIMPLE)).clicked() {
        ui.ctx().copy_text(crate::app::filter::condition(name, value, false));
        ui.close();
    }
}

/// Where values will stand.
fn skeleton(ui: &mut Ui) {
    let theme = Theme::of(ui);
    for width in [72.0, 48.0, 60.0] {
        let size = egui::vec2(ui.available_width(), measure::FACET);
        let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        let bar =
            egui::Rect::from_min_size(egui::pos2(rect.left() + 28.0, rect.center().y - 3.0), egui::vec2(width, 6.0));
        ui.painter().rect_filled(bar, 0.0, theme.sunken);
    }
}

fn said(ui: &mut Ui, words: &str, example: Option<&str>) {
    let theme = Theme::of(ui);
    egui::Frame::NONE.inner_margin(egui::Margin { left: 28, right: 12, top: 0, bottom: 6 }).show(ui, |ui| {
        text::wrapped(ui, words, Type::Table, theme.faint);
        if let Some(example) = example {
            text::wrapped(ui, example, Type::Mono, theme.text2);
        }
    });
}
