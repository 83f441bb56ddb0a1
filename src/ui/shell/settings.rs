//! The settings: appearance, size, zone, who works, where indexes are kept, how results are read, trusted keys. Each is kept as soon as it
//! is changed; what is typed, once it is left.

use std::path::PathBuf;

use chrono_tz::{TZ_VARIANTS, Tz};
use egui::{Response, Ui};

use crate::app::settings::Results;
use crate::app::{App, Command, Overlay, ThemeChoice, file_name};
use crate::index::cache_folder;
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{
    Button, field_row, form_row, hairline, icon_button, link, section, subsection, text, text_field, tip,
};

/// So many zones are offered for what was typed.
const MAX_ZONES: usize = 5;

/// What is being typed.
#[derive(Debug, Default)]
pub(super) struct State {
    zone: String,
    actor: String,
    cache: String,
    path: String,
    adverse: String,
    favourable: String,
    positive: String,
    /// The keyboard is wanted back in the line of the folder.
    is_folder_wanted: bool,
    /// The name is asked for: the keyboard goes there.
    is_name_wanted: bool,
}

impl State {
    /// As the settings are now.
    pub(super) fn of(app: &App) -> Self {
        let settings = &app.settings;
        let results = settings.results.clone().unwrap_or_default();
        Self {
            zone: settings.zone.clone().unwrap_or_default(),
            actor: settings.actor.clone(),
            cache: settings.cache.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
            path: results.path,
            adverse: results.adverse.join(", "),
            favourable: results.favourable.join(", "),
            positive: results.outcome_positive.join(", "),
            is_folder_wanted: false,
            is_name_wanted: app.actor().is_none(),
        }
    }

    /// Whether another folder is typed than the one that is used.
    pub(super) fn is_folder_typed(&self, app: &App) -> bool {
        self.folder_typed() != app.settings.cache
    }

    /// The folder that is used stands there again.
    pub(super) fn take_folder_back(&mut self, app: &App) {
        (self.cache, self.is_folder_wanted) = (Self::of(app).cache, true);
    }

    fn folder_typed(&self) -> Option<PathBuf> {
        Some(PathBuf::from(self.cache.trim())).filter(|path| !path.as_os_str().is_empty())
    }

    fn results(&self) -> Option<Results> {
        let list = |text: &str| -> Vec<String> {
            text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let path = self.path.trim().to_owned();
        (!path.is_empty()).then(|| Results {
            path,
            adverse: list(&self.adverse),
            favourable: list(&self.favourable),
            outcome_positive: list(&self.positive),
        })
    }
}

pub(super) fn show(ui: &mut Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    section(ui, "Settings", "kept as you change them");
    ui.add_space(measure::CELL);
    let height = super::overlays::height_left(ui.ctx(), 136.0);
    super::sheet::scroll(ui, "settings", height, false, |ui| {
        appearance(ui, app, is_new, commands);
        part(ui);
        zone(ui, app, state, commands);
        part(ui);
        work(ui, app, state, commands);
        part(ui);
        results(ui, app, state, commands);
        part(ui);
        keys(ui, app, commands);
    });
    ui.add_space(measure::CELL);
    super::overlays::foot(ui, |ui| {
        if ui.add(Button::primary("Done")).clicked() {
            commands.push(Command::Overlay(Overlay::None));
        }
    });
}

fn part(ui: &mut Ui) {
    ui.add_space(measure::CELL);
    hairline(ui);
    ui.add_space(measure::CELL);
}

fn said(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui);
    text::wrapped(ui, words, Type::Caption, theme.text2);
}

/// A line to type in.
fn typed(ui: &mut Ui, name: &str, text: &mut String, icon: Icon, hint: &str) -> Response {
    form_row(ui, name, |ui| {
        let width = ui.available_width();
        text_field(ui, text, icon, hint, name, width)
    })
    .inner
}

fn appearance(ui: &mut Ui, app: &App, is_new: bool, commands: &mut Vec<Command>) {
    form_row(ui, "Appearance", |ui| {
        for (choice, word) in
            [(ThemeChoice::System, "As the system"), (ThemeChoice::Light, "Light"), (ThemeChoice::Dark, "Dark")]
        {
            let is_it = app.settings.theme == choice;
            let label = ui.selectable_label(is_it, word);
            if is_new && is_it {
                label.request_focus();
            }
            if label.clicked() {
                commands.push(Command::SetTheme(choice));
            }
        }
    });
    form_row(ui, "Size", |ui| {
        for (scale, word) in [(1.0, "100 %"), (1.25, "125 %"), (1.5, "150 %"), (1.75, "175 %"), (2.0, "200 %")] {
            let is_it = (app.settings.scale - scale).abs() < 0.01;
            if ui.selectable_label(is_it, word).clicked() {
                commands.push(Command::SetScale(scale));
            }
        }
    });
}

/// Zones whose name holds what was typed, those that begin a part of their name with it first.
fn zones(typed: &str) -> Vec<&'static str> {
    let wanted = typed.trim().to_lowercase().replace(' ', "_");
    if wanted.is_empty() {
        return Vec::new();
    }
    let names = TZ_VARIANTS.iter().map(|zone| zone.name());
    let mut found: Vec<(bool, &str)> = names
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let begins = lower.split('/').any(|part| part.starts_with(&wanted));
            lower.contains(&wanted).then_some((!begins, name))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).take(MAX_ZONES).collect()
}

fn zone(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let field = typed(ui, "Second zone", &mut state.zone, icon::CLOCK, "none; such as Europe/Berlin");
    let chosen = app.settings.zone.as_deref();
    if field.changed() {
        let exact = state.zone.trim().parse::<Tz>().ok().map(|zone| zone.name().to_owned());
        if exact.is_some() || state.zone.trim().is_empty() {
            commands.push(Command::SetZone(exact));
        }
    }
    if chosen != Some(state.zone.trim()) {
        let found = zones(&state.zone);
        if found.is_empty() && !state.zone.trim().is_empty() {
            said(ui, "No zone of that name; times are shown in UTC alone.");
        }
        if !found.is_empty() {
            field_row(ui, "", |ui| {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = measure::PAD;
                    for name in found {
                        if link(ui, name, Type::Table).clicked() {
                            name.clone_into(&mut state.zone);
                            commands.push(Command::SetZone(Some(name.to_owned())));
                        }
                    }
                });
            });
        }
    }
    said(ui, "Times are UTC everywhere; a second zone stands beside them, never in their place.");
}

fn work(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let actor = typed(ui, "Your name", &mut state.actor, icon::USER, "as the system knows you");
    if std::mem::take(&mut state.is_name_wanted) {
        actor.request_focus();
        actor.scroll_to_me(Some(egui::Align::Center));
    }
    if actor.lost_focus() && state.actor.trim() != app.settings.actor {
        commands.push(Command::SetActor(state.actor.trim().to_owned()));
    }
    said(ui, "It stands in the journal of a case that is opened from now on.");
    ui.add_space(measure::CELL);
    let usual = cache_folder().map(|path| path.display().to_string()).unwrap_or_default();
    let cache = typed(ui, "Cache folder", &mut state.cache, icon::FOLDER, &usual);
    if std::mem::take(&mut state.is_folder_wanted) {
        cache.request_focus();
    } else if cache.lost_focus() && state.is_folder_typed(app) {
        commands.push(Command::SetCache(state.folder_typed()));
    }
    let usual = "Indexes are kept there. They are made again where they are missing; evidence is never written to.";
    said(ui, app.cache_said().unwrap_or(usual));
}

fn results(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    subsection(ui, "Results of decisions", "");
    said(
        ui,
        "A log says in its system records where results stand and which are adverse. This is for logs that do not say it.",
    );
    ui.add_space(measure::GRID);
    let fields = [
        typed(ui, "Stand at", &mut state.path, icon::TABLE, "such as output.result.decision"),
        typed(ui, "Adverse", &mut state.adverse, icon::PENCIL_SIMPLE, "such as deny, refuse"),
        typed(ui, "Favourable", &mut state.favourable, icon::PENCIL_SIMPLE, "such as approve"),
        typed(ui, "Borne out by", &mut state.positive, icon::PENCIL_SIMPLE, "labels of outcomes, such as repaid"),
    ];
    let results = state.results();
    if fields.iter().any(Response::lost_focus) && results != app.settings.results {
        commands.push(Command::SetResults(results));
    }
}

fn keys(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    subsection(ui, "Trusted keys", "");
    said(ui, "A key that you got from elsewhere than the bundle: only under such a key is authorship trusted.");
    for path in &app.settings.trusted {
        ui.horizontal(|ui| {
            let response = ui.label(Type::Mono.rich(file_name(path)).color(theme.text));
            tip(response, path.display().to_string());
            if icon_button(ui, icon::TRASH, &format!("Trust {} no more", file_name(path)), false).clicked() {
                commands.push(Command::Distrust(path.clone()));
            }
        });
    }
    ui.add_space(measure::GRID);
    if ui.add(Button::new("Trust a key…").icon(icon::KEY)).clicked() {
        commands.push(Command::Overlay(Overlay::Trust));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_by_any_part_of_its_name() {
        for (typed, first) in [
            ("berlin", Some("Europe/Berlin")),
            ("new york", Some("America/New_York")),
            ("utc", Some("Etc/UTC")),
            ("Kolk", Some("Asia/Kolkata")),
            ("", None),
            ("atlantis", None),
        ] {
            assert_eq!(zones(typed).first().copied(), first, "{typed}");
        }
    }

    #[test]
    fn what_is_typed_becomes_a_reading() {
        let mut state = State { path: " output.label ".into(), adverse: "deny, , refuse ".into(), ..State::default() };
        let results = state.results().unwrap_or_default();
        assert_eq!(
            (results.path.as_str(), results.adverse),
            ("output.label", vec!["deny".to_owned(), "refuse".to_owned()])
        );
        state.path = "  ".into();
        assert_eq!(state.results(), None);
    }
}
