//! What is likely behind an incident: candidates in their order, what speaks for each and against it, and what may be done.

use egui::{Popup, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::{Shown, State};
use crate::analysis::causes::{Candidate, Causes, Signal};
use crate::analysis::statistics::p_words;
use crate::app::models::Deed;
use crate::app::timeline::story::StoryOf;
use crate::app::{Command, View};
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{Button, link, section, text, tip};

/// Below this width candidates stand in one column each.
const WIDE: f32 = 900.0;
/// The columns of a candidate as shares: its name, what speaks for it, what speaks against it, what may be done.
const COLUMNS: [f32; 4] = [0.17, 0.36, 0.27, 0.2];
/// So many signals of a side are shown until they are opened.
const SIGNALS: usize = 4;

pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, state: &mut State, commands: &mut Vec<Command>) {
    let theme = shown.theme;
    let incidents = shown.found.incidents.as_ref().map_or(&[][..], |incidents| &incidents.incidents);
    let range = shown.app.filter.range();
    if shown.found.causes.is_none() && incidents.is_empty() && range.is_none() {
        return;
    }
    ui.add_space(measure::GAP_SECTION);
    parts::inset(ui, measure::PAGE, |ui| {
        let (title, note) = match &shown.found.causes {
            Some(Ok(causes)) => (format!("Likely causes of {}", visible(&causes.name)), causes.caveat),
            _ => ("Likely causes".to_owned(), ""),
        };
        let head = section(ui, &title, note);
        let wanted = shown.app.models().causes_wanted;
        if std::mem::replace(&mut state.causes_shown, wanted) != wanted {
            head.scroll_to_me(Some(egui::Align::TOP));
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = measure::GAP;
            let chosen = match &shown.found.causes {
                Some(Ok(causes)) => format!("Of {}", visible(&causes.name)),
                _ => "Of…".to_owned(),
            };
            let button = ui.add(Button::plain(&chosen).icon(icon::CARET_DOWN));
            Popup::menu(&button).show(|ui| {
                for incident in incidents {
                    if ui.add(Button::plain(&visible(&incident.id)).icon(icon::FLAG)).clicked() {
                        commands.push(Command::Models(Deed::Causes(Some(StoryOf::Incident(incident.id.clone())))));
                        ui.close();
                    }
                }
                if let Some(range) = range
                    && ui.add(Button::plain("This stretch of time").icon(icon::CALENDAR_BLANK)).clicked()
                {
                    let of = StoryOf::Range("this stretch of time".to_owned(), range, shown.model.model.clone());
                    commands.push(Command::Models(Deed::Causes(Some(of))));
                    ui.close();
                }
                if incidents.is_empty() && range.is_none() {
                    let words = "Look at a stretch of time to ask for the causes of what happened in it.";
                    parts::wrapped(ui, words, Type::Caption, theme.faint);
                }
            });
            if let Some(Ok(causes)) = &shown.found.causes {
                window(ui, shown, causes);
            }
        });
        match &shown.found.causes {
            Some(Ok(causes)) => told(ui, shown, causes, state, commands),
            Some(Err(why)) => drop(parts::wrapped(ui, why, Type::Table, theme.text2)),
            None => drop(parts::wrapped(ui, "No incident of this model is on record.", Type::Table, theme.text2)),
        }
    });
}

/// When, and whose decisions.
fn window(ui: &mut Ui, shown: &Shown<'_>, causes: &Causes) {
    let year = shown.year();
    let minute = |at: i64| super::cells::minute(at, year);
    let when = causes.window.as_ref().map(|window| format!("{} – {} UTC", minute(window.from.0), minute(window.to.0)));
    let affected = causes.affected.as_ref().map(|rows| counted(rows.count, "decision", "decisions"));
    let model = causes.model.as_deref().map(|model| visible(model).into_owned());
    let whatever = Some("whatever the filter".to_owned());
    let words: Vec<String> = [when, model, affected, whatever].into_iter().flatten().collect();
    let galley = text::cut(ui, &words.join(" · "), Type::Table, shown.theme.text2, ui.available_width());
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x, measure::FIELD), Sense::hover());
    text::place(ui.painter(), rect.left(), rect.center().y, galley);
    parts::name(&response, egui::accesskit::Role::Label, &words.join(", "));
}

fn told(ui: &mut Ui, shown: &Shown<'_>, causes: &Causes, state: &mut State, commands: &mut Vec<Command>) {
    let theme = shown.theme;
    let is_wide = ui.available_width() >= WIDE;
    if causes.candidates.is_empty() {
        ui.add_space(measure::GRID);
        let words = match causes.window {
            Some(_) => "No signal is above its threshold: these records accuse nothing and nobody.",
            None => {
                "Nothing was looked for: no record of the incident states a window. A stretch of time can be chosen."
            }
        };
        parts::wrapped(ui, words, Type::Body, theme.text);
    } else if is_wide {
        head(ui, shown);
    }
    for candidate in &causes.candidates {
        draw(ui, shown, (&causes.name, candidate), is_wide, state, commands);
    }
    ui.add_space(measure::CELL);
    let word = if state.is_looked_for_open { "Hide what was looked for" } else { "What was looked for" };
    if !shown.app.is_still() && link(ui, word, Type::Table).clicked() {
        state.is_looked_for_open = !state.is_looked_for_open;
    }
    if state.is_looked_for_open {
        looked_for(ui, shown, causes);
    }
    if !causes.not_determinable.is_empty() {
        ui.add_space(measure::CELL);
        parts::wrapped(ui, "Not determinable from these records", Type::TableMedium, theme.text);
        for words in &causes.not_determinable {
            parts::wrapped(ui, words, Type::Table, theme.text2);
        }
    }
}

fn head(ui: &mut Ui, shown: &Shown<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::HEAD), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, shown.theme.hair2));
    let mut left = rect.left();
    for (words, share) in ["Candidate", "Speaks for it", "Speaks against it", "Recommended"].into_iter().zip(COLUMNS) {
        let galley = text::line(ui, words, Type::CaptionMedium, shown.theme.text2);
        text::place(ui.painter(), left, rect.center().y, galley);
        left += rect.width() * share;
    }
}

fn draw(
    ui: &mut Ui,
    shown: &Shown<'_>,
    (of, candidate): (&str, &Candidate),
    is_wide: bool,
    state: &mut State,
    commands: &mut Vec<Command>,
) {
    let theme = shown.theme;
    let room = ui.available_rect_before_wrap();
    let top = room.top() + measure::CELL;
    let (mut left, mut bottom) = (room.left(), top);
    let mut column = |ui: &mut Ui, n: usize, state: &mut State, commands: &mut Vec<Command>| {
        let (from, width, y) = match is_wide {
            true => (left, room.width() * COLUMNS[n], top),
            false => (room.left(), room.width(), if n == 0 { top } else { bottom + measure::GRID }),
        };
        left += width;
        let right = if n == 3 || !is_wide { from + width } else { from + width - measure::PAD_WIDE };
        let rect = Rect::from_min_max(pos2(from, y), pos2(right, f32::INFINITY));
        let layout = egui::Layout::top_down(egui::Align::Min);
        let salt = ("candidate", candidate.rank, n);
        let mut child = ui.new_child(egui::UiBuilder::new().id_salt(salt).max_rect(rect).layout(layout));
        child.spacing_mut().item_spacing = egui::Vec2::ZERO;
        match n {
            0 => name(&mut child, shown, candidate),
            1 | 2 => {
                let side = (of.to_owned(), candidate.rank, n == 1);
                let before = if n == 1 || is_wide { "" } else { "against: " };
                let is_open = state.signals_opened.contains(&side);
                if signals(&mut child, shown, candidate, (n == 1, is_open), before, commands) {
                    let _ =
                        if is_open { state.signals_opened.remove(&side) } else { state.signals_opened.insert(side) };
                }
            }
            _ => drop(parts::wrapped(&mut child, &candidate.recommended, Type::Table, theme.text2)),
        }
        bottom = bottom.max(child.min_rect().bottom());
    };
    for n in 0..4 {
        column(ui, n, state, commands);
    }
    let taken = Rect::from_min_max(room.min, pos2(room.right(), bottom + measure::CELL));
    ui.allocate_rect(taken, Sense::hover());
    ui.painter().hline(taken.x_range(), taken.bottom() - 0.5, Stroke::new(measure::HAIR, theme.row));
}

fn name(ui: &mut Ui, shown: &Shown<'_>, candidate: &Candidate) {
    let theme = shown.theme;
    let title = format!("{}  {}", candidate.rank, candidate.kind.title());
    let response = parts::wrapped(ui, &title, Type::TableMedium, theme.text);
    let _ = tip(response, candidate.kind.definition());
    let about = [&candidate.model, &candidate.version, &candidate.actor].into_iter().flatten();
    let about: Vec<String> = about.map(|text| visible(text).into_owned()).collect();
    if !about.is_empty() {
        parts::wrapped(ui, &about.join(" "), Type::Caption, theme.text2);
    }
    parts::wrapped(ui, &format!("{} evidence", candidate.strength.words()), Type::Caption, theme.text2);
}

/// The signals for or against a candidate; whether more or fewer of them are to be shown.
fn signals(
    ui: &mut Ui,
    shown: &Shown<'_>,
    candidate: &Candidate,
    (is_for, is_open): (bool, bool),
    before: &str,
    commands: &mut Vec<Command>,
) -> bool {
    let theme = shown.theme;
    let signals = if is_for { &candidate.speaks_for } else { &candidate.speaks_against };
    if signals.is_empty() {
        parts::wrapped(ui, &format!("{before}nothing found"), Type::Table, theme.faint);
    }
    // A picture cannot be opened further: it says all there is.
    let is_still = crate::ui::still::is(ui);
    let most = if is_open || is_still { signals.len() } else { SIGNALS };
    for signal in signals.iter().take(most) {
        let response = parts::wrapped(ui, &format!("{before}{}", signal.text), Type::Table, theme.text);
        let _ = tip(response, definition(signal));
        let rows = signal.rows.as_ref().filter(|rows| rows.count > 0);
        let measured = measured(signal);
        if rows.is_some() || measured.is_some() {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = measure::CELL;
                if let Some(measured) = measured {
                    let response = parts::line(ui, &measured, Type::Caption, theme.text2);
                    let _ = tip(response, MEASURED);
                }
                if let Some(rows) = rows
                    && link(ui, &counted(rows.count, "record", "records"), Type::Caption).clicked()
                {
                    commands.extend([Command::ShowFilter(rows.filter.clone()), Command::SetRange(None)]);
                    commands.extend([Command::SetKind(None), Command::Show(View::Records)]);
                }
            });
        }
        ui.add_space(measure::GRID);
    }
    if signals.len() <= SIGNALS || is_still {
        return false;
    }
    let more = counted((signals.len() - SIGNALS) as u64, "more signal", "more signals");
    let (side, words) = (if is_for { "for" } else { "against" }, if is_open { "fewer signals" } else { more.as_str() });
    let response = link(ui, words, Type::Caption);
    let label = format!("{words} {side} candidate {}", candidate.rank);
    parts::name(&response, egui::accesskit::Role::Link, &label);
    response.clicked()
}

const MEASURED: &str = "n: how many decisions there are on each side, before and now\nq: the p-value, adjusted for all tests that the \
                        question makes (Benjamini and Hochberg)";

/// Among how many decisions something was compared, and how likely it is by chance: `n 508 → 214 · q 1.3 × 10⁻¹³`.
fn measured(signal: &Signal) -> Option<String> {
    let n = signal.compared.map(|of| format!("n {} → {}", count(of.reference_of), count(of.current_of)));
    let q = signal.q.map(|q| format!("q {}", p_words(q)));
    let words: Vec<String> = [n, q].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

/// How a signal is measured, and what it is held against.
fn definition(signal: &Signal) -> String {
    let mut lines = vec![signal.definition.to_owned()];
    lines.extend(signal.limits.iter().map(|limit| format!("threshold {} = {}", limit.key, limit.value)));
    lines.join("\n")
}

fn looked_for(ui: &mut Ui, shown: &Shown<'_>, causes: &Causes) {
    let theme = shown.theme;
    for looked in &causes.looked_for {
        ui.add_space(measure::CELL);
        parts::wrapped(ui, looked.kind.title(), Type::TableMedium, theme.text);
        parts::wrapped(ui, looked.definition, Type::Caption, theme.text2);
        for signal in &looked.below {
            let measured = measured(signal).map_or_else(String::new, |measured| format!(" ({measured})"));
            let words = format!("not beyond its thresholds: {}{measured}", signal.text);
            let response = parts::wrapped(ui, &words, Type::Table, theme.text2);
            let _ = tip(response, definition(signal));
        }
        if looked.below.is_empty() && looked.candidates == 0 {
            parts::wrapped(ui, "nothing of the kind was measured", Type::Table, theme.faint);
        }
    }
}
