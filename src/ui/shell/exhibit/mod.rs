//! The dialog in which what is shown becomes an exhibit: its picture as it will be, and beside it what it is called, what of the view is
//! kept, what is hidden and why, and where it goes. A rectangle is dragged on the picture or typed; Enter makes the exhibit.

mod hidden;
mod picture;

use std::path::{Path, PathBuf};

use egui::{Key, Rect, Ui, UiBuilder, pos2, vec2};

use super::overlays::{buttons, height_left, panel};
use super::sheet::scroll;
use crate::app::exhibits::{Deed, Draft, Hides, NoExhibit, Redaction};
use crate::app::handed::{Deed as Handed, NotNow};
use crate::app::{App, Command, Overlay, View};
use crate::case::numbered;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, check_row, form_row, section, subsection, tab, text, text_field};

/// Width of the dialog, where there is room.
const WIDTH: f32 = 1_240.0;
/// Width of what is decided, beside the picture.
const DECIDED: f32 = 372.0;
/// Below this width the picture stands above.
const NARROW: f32 = 820.0;
/// What of the dialog is neither picture nor fields, and what is around it.
const REST: f32 = 132.0;
/// Room for the button beside the name.
const CHOOSE: f32 = 78.0;
/// So many characters of a title, of a prefix and of a reason are taken.
const MOST_TYPED: [usize; 3] = [200, 12, 200];

/// What a rectangle that is dragged on the picture is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Drags {
    /// It is kept of the view.
    #[default]
    Part,
    /// It is hidden.
    Hide,
}

/// What was typed and dragged.
#[derive(Debug, Default)]
pub(super) struct State {
    title: String,
    prefix: String,
    /// The part, as it is typed.
    part: String,
    redactions: Vec<Redaction>,
    /// What is to be hidden next, and why.
    hide: String,
    reason: String,
    is_reason_next: bool,
    drags: Drags,
    picture: picture::State,
    is_zip: bool,
    typed: String,
    proposed: Option<(u64, PathBuf)>,
    looked: String,
    folder: Option<PathBuf>,
    /// What was asked to be drawn last.
    asked: Option<Draft>,
    /// The first row of the table that is seen.
    pub(super) first_row: u64,
}

impl State {
    /// The file or folder that is typed: a bare name is in the folder of what was proposed.
    pub(super) fn path(&self) -> PathBuf {
        let folder = self.proposed.as_ref().and_then(|(_, proposed)| proposed.parent()).or(self.folder.as_deref());
        folder.map_or_else(|| PathBuf::from(self.typed.trim()), |folder| folder.join(self.typed.trim()))
    }

    fn is_proposal(&self) -> bool {
        self.proposed.as_ref().is_none_or(|(_, proposed)| proposed.display().to_string() == self.typed)
    }

    fn propose(&self) -> Command {
        let (prefix, folder) = (self.prefix.clone(), self.folder.clone());
        Command::Exhibit(Deed::Propose { prefix, is_zip: self.is_zip, folder })
    }

    /// Whether a rectangle is hidden: it is a place in the picture as it is now.
    fn has_rect(&self) -> bool {
        self.redactions.iter().any(|redaction| matches!(redaction.hides, Hides::Rect(_)))
    }

    /// What was decided; `None` where the part is not understood.
    fn draft(&self, app: &App) -> Option<Draft> {
        let part = match self.part.trim() {
            "" => None,
            typed => Some(numbers(typed)?),
        };
        Some(Draft {
            title: self.title.clone(),
            prefix: self.prefix.clone(),
            part,
            redactions: self.redactions.clone(),
            first_row: if app.view() == View::Records { self.first_row } else { 0 },
        })
    }

    fn begin(&mut self, app: &App) {
        let (folder, is_zip, first_row) = (self.folder.take(), self.is_zip, self.first_row);
        *self = Self { folder, is_zip, first_row, prefix: app.next_exhibit().1.to_owned(), ..Self::default() };
    }
}

/// Four numbers: x, y, width, height.
fn numbers(typed: &str) -> Option<[f32; 4]> {
    let parts = typed.split([',', ' ']).filter(|part| !part.is_empty());
    let numbers: Option<Vec<f32>> = parts.map(|part| part.parse().ok()).collect();
    let rect = <[f32; 4]>::try_from(numbers?).ok()?;
    (rect.iter().all(|side| side.is_finite()) && rect[2] > 0.0 && rect[3] > 0.0).then_some(rect)
}

/// The same, as they are typed.
fn typed(rect: Rect) -> String {
    format!("{}, {}, {}, {}", rect.left().round(), rect.top().round(), rect.width().round(), rect.height().round())
}

/// Shows it.
pub(super) fn show(ui: &Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    if app.session().is_none() || app.view() == View::Case {
        return commands.push(Command::Overlay(Overlay::None));
    }
    if is_new {
        state.begin(app);
        commands.push(state.propose());
    }
    let draft = state.draft(app);
    if let Some(draft) = draft.as_ref().filter(|draft| state.asked.as_ref() != Some(draft)) {
        state.asked = Some(draft.clone());
        commands.push(Command::Exhibit(Deed::Draw(draft.clone())));
    }
    panel(ui, "exhibit", WIDTH, commands, |ui, commands| {
        let number = numbered(&state.prefix, app.next_exhibit().0);
        section(ui, &format!("Make {number}"), &format!("of the view {}", app.view().name()));
        ui.add_space(measure::CELL);
        let (body, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), height_left(ui.ctx(), REST)), egui::Sense::hover());
        let (left, right) = if body.width() < NARROW {
            let split = body.top() + (body.height() * 0.4).floor();
            let below = Rect::from_min_max(pos2(body.left(), split + measure::CELL), body.max);
            (Rect::from_min_max(body.min, pos2(body.right(), split)), below)
        } else {
            let split = body.right() - DECIDED;
            let beside = Rect::from_min_max(pos2(split + measure::PAD_WIDE, body.top()), body.max);
            (Rect::from_min_max(body.min, pos2(split, body.bottom())), beside)
        };
        let mut is_entered = false;
        ui.scope_builder(UiBuilder::new().id_salt("exhibit picture").max_rect(left), |ui| show_picture(ui, app, state));
        ui.scope_builder(UiBuilder::new().id_salt("exhibit fields").max_rect(right), |ui| {
            scroll(ui, "exhibit", right.height(), false, |ui| {
                is_entered = decided(ui, app, state, is_new, commands);
            });
        });
        // However little of it is taken.
        ui.advance_cursor_after_rect(body);
        ui.add_space(measure::PAD);
        let path = state.path();
        let is_free = app.file_looked_at(&path).is_some_and(|said| said.is_none());
        let is_named = !state.typed.trim().is_empty() && is_free;
        let drawn = app.exhibit_drawn().filter(|_| !app.is_drawing_exhibit());
        let is_seen = drawn.is_some_and(|(_, drawn)| drawn.is_ok());
        // What is hidden is to be seen to be hidden.
        let is_drawable = is_seen || drawn.is_none() && state.redactions.is_empty();
        let is_possible = is_named && is_drawable && draft.is_some() && app.can_exhibit().is_ok();
        let is_done = buttons(ui, "Make the exhibit", is_possible, commands);
        if let (true, true, Some(draft)) = (is_done || is_entered, is_possible, draft) {
            state.folder = path.parent().map(Path::to_owned);
            commands.extend([Command::Overlay(Overlay::None), Command::Exhibit(Deed::Write(draft, path))]);
        }
    });
}

/// The picture, and what a rectangle that is dragged on it is for.
fn show_picture(ui: &mut Ui, app: &App, state: &mut State) {
    let has_rect = state.has_rect();
    if has_rect {
        state.drags = Drags::Hide;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let mut choose = |ui: &mut Ui, word: &str, drags: Drags| {
            if tab(ui, word, "", state.drags == drags).clicked() {
                state.drags = drags;
            }
        };
        ui.add_enabled_ui(!has_rect, |ui| choose(ui, "Drag to keep a part", Drags::Part));
        choose(ui, "Drag to hide", Drags::Hide);
    });
    ui.add_space(measure::GRID);
    let Some((dragged, drawn)) = picture::show(ui, app, &mut state.picture) else { return };
    match state.drags {
        Drags::Part => {
            let [x, y, width, height] = drawn.view;
            let kept = dragged.intersect(Rect::from_min_size(pos2(x, y), vec2(width, height)));
            if kept.is_positive() {
                state.part = typed(kept.translate(-vec2(drawn.origin[0], drawn.origin[1])));
            }
        }
        Drags::Hide => {
            // What the band says is never hidden.
            let [_, y, _, height] = drawn.view;
            let above = dragged.with_max_y(dragged.max.y.min(y + height));
            if above.is_positive() {
                state.hide = typed(above);
                state.is_reason_next = true;
            }
        }
    }
}

/// Everything that is decided; whether Enter was pressed.
fn decided(ui: &mut Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) -> bool {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = measure::GRID;
    let mut is_entered = false;
    let mut field = |ui: &mut Ui, text: &mut String, icon, hint: &str, label: &str, most: usize| {
        let width = ui.available_width();
        let field = text_field(ui, text, icon, hint, label, width);
        if let Some((end, _)) = text.char_indices().nth(most) {
            text.truncate(end);
        }
        if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            is_entered = true;
            field.request_focus();
        }
        field
    };
    form_row(ui, "Title", |ui| {
        let title = field(ui, &mut state.title, icon::PENCIL_SIMPLE, "What it shows", "Title", MOST_TYPED[0]);
        if is_new {
            title.request_focus();
        }
    });
    form_row(ui, "Prefix", |ui| {
        let prefix = field(ui, &mut state.prefix, icon::HASH, "None, or as in P-0003", "Prefix", MOST_TYPED[1]);
        if prefix.changed() && state.is_proposal() {
            commands.push(state.propose());
        }
    });
    let kept = "The number is one more than the case ever gave. It is given once, and never to another exhibit.";
    text::wrapped(ui, kept, Type::Caption, theme.text2);
    ui.add_space(measure::CELL);
    let is_free = !state.has_rect();
    ui.add_enabled_ui(is_free, |ui| {
        form_row(ui, "Part", |ui| {
            let hint = "All of the view, or x, y, width, height";
            field(ui, &mut state.part, icon::SELECTION_PLUS, hint, "Part: x, y, width, height", 64);
        });
    });
    let said = if !is_free {
        "Show hidden rectangles again before you keep another part: they are places in this picture."
    } else if !state.part.trim().is_empty() && numbers(&state.part).is_none() {
        "A part is four numbers, in points of the view: x, y, width, height."
    } else {
        "Drag it on the picture, or type it. Title and band stay."
    };
    text::wrapped(ui, said, Type::Caption, theme.text2);
    ui.add_space(measure::CELL);
    hidden::show(ui, app, state);
    ui.add_space(measure::CELL);
    subsection(ui, "Where to", "");
    is_entered |= file(ui, app, state, is_new, commands);
    if check_row(ui, "One file, as a zip", state.is_zip).clicked() {
        state.is_zip = !state.is_zip;
        if state.is_proposal() {
            commands.push(state.propose());
        } else if state.is_zip {
            state.typed.push_str(".zip");
        } else {
            state.typed = state.typed.strip_suffix(".zip").unwrap_or(&state.typed).to_owned();
        }
    }
    let path = state.path();
    let taken = app.file_looked_at(&path).flatten().filter(|_| !state.typed.trim().is_empty());
    let why = app.can_exhibit().err().and_then(|why| not_now(&why));
    for said in taken.map(str::to_owned).into_iter().chain(why) {
        text::wrapped(ui, &said, Type::Caption, theme.text);
    }
    let told = match app.session().and_then(|session| session.case()) {
        Some(_) => "Number, hashes and place are put on record in the case.",
        None => "There is no case: a draft is begun, which keeps number, hashes and place.",
    };
    text::wrapped(ui, told, Type::Caption, theme.text2);
    is_entered
}

/// The name of the folder or the zip, typed or chosen; whether Enter was pressed in it.
fn file(ui: &mut Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) -> bool {
    let known = state.proposed.as_ref().map(|(number, _)| *number);
    if let Some((number, proposed)) = app.file_proposed().filter(|(number, _)| !is_new && known != Some(*number)) {
        state.typed = proposed.display().to_string();
        state.proposed = Some((number, proposed.to_owned()));
    }
    let mut is_entered = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::CELL;
        let width = ui.available_width() - CHOOSE;
        let icon = if state.is_zip { icon::FILE_ZIP } else { icon::FOLDER_OPEN };
        let field = text_field(ui, &mut state.typed, icon, "Looking for a name", "File", width);
        is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if is_entered {
            field.request_focus();
        }
        if ui.add(Button::new("Choose…")).clicked() {
            commands.push(Command::SaveDialog);
        }
    });
    state.is_zip =
        if state.typed.is_empty() { state.is_zip } else { state.typed.trim().to_lowercase().ends_with(".zip") };
    if state.looked != state.typed {
        state.looked.clone_from(&state.typed);
        if !state.typed.trim().is_empty() {
            commands.push(Command::Hand(Handed::Look(state.path())));
        }
    }
    is_entered
}

/// Why none can be made now.
fn not_now(why: &NoExhibit) -> Option<String> {
    Some(match why {
        NoExhibit::NotNow(NotNow::Part) => {
            "The log is not read to its end. An exhibit can be made once it is.".to_owned()
        }
        NoExhibit::NotNow(NotNow::Busy(name)) => format!("{name} is being written. The exhibit comes after it."),
        NoExhibit::ReadOnly(why) => format!("The case cannot be written to, so no number can be given: {why}"),
        NoExhibit::NotNow(_) | NoExhibit::NoneDrawn | NoExhibit::View => return None,
    })
}

/// What a redaction hides, in words.
fn hides(redaction: &Redaction) -> String {
    match redaction.hides {
        Hides::Field(ref field) => field.clone(),
        Hides::Rect([x, y, width, height]) => format!("{x}, {y}, {width}, {height}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_are_typed() {
        for (typed, expected) in [
            ("1, 2, 3, 4", Some([1.0, 2.0, 3.0, 4.0])),
            ("1 2 3.5 4", Some([1.0, 2.0, 3.5, 4.0])),
            ("-1,2,3,4", Some([-1.0, 2.0, 3.0, 4.0])),
            ("1,2,3", None),
            ("1,2,3,4,5", None),
            ("1,2,0,4", None),
            ("1,2,inf,4", None),
            ("a,2,3,4", None),
            ("", None),
        ] {
            assert_eq!(numbers(typed), expected, "{typed}");
        }
        let rect = Rect::from_min_size(pos2(10.4, 20.6), vec2(99.5, 5.2));
        assert_eq!(numbers(&typed(rect)), Some([10.0, 21.0, 100.0, 5.0]));
    }
}
