//! The dialog in which what is shown is handed out: in which form, under which name, and in one sentence what will be in it. Up and Down
//! choose the form, Enter writes.

use std::path::{Path, PathBuf};

use egui::{Key, Modifiers, Ui};

use super::overlays::{buttons, height_left, name_in, panel, select};
use super::sheet::scroll;
use crate::app::ask::Rows;
use crate::app::handed::{Columns, Deed, Form, NotNow, Wanted, name};
use crate::app::{App, Command, Overlay, file_name};
use crate::report::export::{self, SIDECAR};
use crate::report::issue;
use crate::report::stream::Stream;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{Button, check_row, radio_row, section, text, text_field};

/// Where what a form is begins, behind its name.
const SAID: f32 = 40.0;
/// What of the dialog does not scroll, and what is around it.
const REST: f32 = 112.0;

/// What was chosen and typed.
#[derive(Debug, Default)]
pub(super) struct State {
    form: Form,
    is_related: bool,
    typed: String,
    /// What stood there as a proposal.
    proposed: Option<(u64, PathBuf)>,
    /// What was asked last whether it can be made.
    looked: String,
    /// Where the last file was put.
    folder: Option<PathBuf>,
}

impl State {
    /// The file that is typed: a bare name is in the folder of what was proposed.
    pub(super) fn path(&self) -> PathBuf {
        let folder = self.proposed.as_ref().and_then(|(_, proposed)| proposed.parent()).or(self.folder.as_deref());
        folder.map_or_else(|| PathBuf::from(self.typed.trim()), |folder| folder.join(self.typed.trim()))
    }

    /// What is wrong with the name's ending.
    fn misnamed(&self, path: &Path) -> Option<String> {
        let is_right = name::form_of(path, self.form) == Some(self.form);
        match self.form {
            _ if is_right => None,
            Form::Export(_) => None,
            Form::Slice => Some("A slice is a zip: let its name end in .zip.".to_owned()),
            Form::Report(_) => Some("Let the name of a report end in .pdf or .html.".to_owned()),
            Form::Dossier(_) => Some("Let the name of a dossier end in .pdf, .html or .json.".to_owned()),
        }
    }

    fn is_proposal(&self) -> bool {
        self.proposed.as_ref().is_none_or(|(_, proposed)| proposed.display().to_string() == self.typed)
    }

    /// Another form: what was proposed is proposed anew, what was typed gets another ending.
    fn choose(&mut self, form: Form, commands: &mut Vec<Command>) {
        if form == self.form {
            return;
        }
        self.form = form;
        if self.is_proposal() {
            commands.push(Command::Hand(Deed::Propose(form, self.folder.clone())));
        } else {
            self.typed = name::with_ending(&self.typed, form);
        }
    }

    /// The form above or below.
    fn beside(&self, is_below: bool) -> Form {
        let all = self.form.group();
        let at = all.iter().position(|form| *form == self.form).unwrap_or_default();
        let at = if is_below { (at + 1).min(all.len() - 1) } else { at.saturating_sub(1) };
        all.get(at).copied().unwrap_or_default()
    }
}

/// The name of a form, and what it is.
fn words(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Export(export::Form::Stream(Stream::Csv)) => ("CSV", "A table of texts, for spreadsheets and scripts"),
        Form::Export(export::Form::Stream(Stream::Jsonl)) => {
            ("JSONL", "The records as they are in the bundle, one a line")
        }
        Form::Export(export::Form::Stream(Stream::Json)) => ("JSON", "One list of objects, with types and lists"),
        Form::Export(export::Form::Xlsx) => ("XLSX", "A workbook, with a sheet that says where it is from"),
        #[cfg(feature = "parquet")]
        Form::Export(export::Form::Parquet) => ("Parquet", "Columns, for programs that analyse them"),
        Form::Slice => ("Slice", "A bundle that verifies by itself"),
        Form::Report(issue::Form::Pdf) | Form::Dossier(issue::Form::Pdf) => {
            ("PDF", "For print and for the file: PDF/A, with everything in it")
        }
        Form::Report(issue::Form::Html) | Form::Dossier(issue::Form::Html) => {
            ("HTML", "For a browser: one file that loads nothing, and prints")
        }
        Form::Report(issue::Form::Json) | Form::Dossier(issue::Form::Json) => {
            ("JSON", "For programs: with the whole path of every proof")
        }
    }
}

/// Shows it.
pub(super) fn show(ui: &Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    if app.session().is_none() {
        return commands.push(Command::Overlay(Overlay::None));
    }
    if is_new {
        state.form = match (app.overlay(), state.form) {
            (Overlay::Slice, _) => Form::Slice,
            (Overlay::Report, form @ Form::Report(_)) | (Overlay::Dossier, form @ Form::Dossier(_)) => form,
            (Overlay::Report, _) => Form::Report(issue::Form::Pdf),
            (Overlay::Dossier, _) => Form::Dossier(issue::Form::Pdf),
            (_, form @ Form::Export(_)) => form,
            (_, _) => Form::default(),
        };
        state.typed.clear();
        (state.proposed, state.is_related) = (None, false);
        commands.push(Command::Hand(Deed::Propose(state.form, state.folder.clone())));
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (is_up, is_down) = (pressed(Key::ArrowUp), pressed(Key::ArrowDown));
    if is_up != is_down {
        state.choose(state.beside(is_down), commands);
    }
    let (title, word) = match state.form {
        Form::Export(_) => ("Export", "Export"),
        Form::Slice => ("Cut a slice", "Cut it"),
        Form::Report(_) => ("Write a report", "Write it"),
        Form::Dossier(_) => ("Write a dossier", "Write it"),
    };
    let name = match app.overlay() {
        Overlay::Slice => "slice",
        Overlay::Report => "report",
        Overlay::Dossier => "dossier",
        _ => "export",
    };
    panel(ui, name, measure::DIALOG, commands, |ui, commands| {
        section(ui, title, "Up and Down choose the form");
        ui.add_space(measure::CELL);
        let mut is_entered = false;
        let height = height_left(ui.ctx(), REST);
        scroll(ui, "export", height, false, |ui| {
            is_entered = contents(ui, app, state, is_new, commands);
        });
        ui.add_space(measure::PAD);
        let path = state.path();
        let is_free = app.file_looked_at(&path).is_some_and(|said| said.is_none());
        let is_named = !state.typed.trim().is_empty() && state.misnamed(&path).is_none();
        let is_possible = is_named && is_free && app.can_hand(state.form).is_ok();
        let is_done = buttons(ui, word, is_possible, commands);
        if (is_done || is_entered) && is_possible {
            state.folder = path.parent().map(Path::to_owned);
            let wanted = Wanted { form: state.form, is_related: state.is_related, path };
            commands.extend([Command::Overlay(Overlay::None), Command::Hand(Deed::Write(wanted))]);
        }
    });
}

/// Forms, name, and what is said; whether Enter was pressed in the name.
fn contents(ui: &mut Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) -> bool {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    for form in state.form.group() {
        let (word, said) = words(form);
        if radio_row(ui, word, said, SAID, form == state.form).clicked() {
            state.choose(form, commands);
        }
    }
    if state.form == Form::Slice {
        ui.add_space(measure::GRID);
        if check_row(ui, "With the records that belong to these", state.is_related).clicked() {
            state.is_related = !state.is_related;
        }
        let what = "Reviews, outcomes, incidents, deployments, changes, training, data, erasures";
        text::wrapped(ui, what, Type::Caption, theme.text2);
        if state.is_related && app.related_to_hand().is_none() {
            commands.push(Command::Hand(Deed::CountRelated));
        }
    }
    ui.add_space(measure::CELL);
    let is_entered = file(ui, app, state, is_new, commands);
    ui.add_space(measure::CELL);
    let path = state.path();
    let taken = app.file_looked_at(&path).flatten().map(str::to_owned).or_else(|| state.misnamed(&path));
    if let Some(taken) = taken.filter(|_| !state.typed.trim().is_empty()) {
        text::wrapped(ui, &taken, Type::Caption, theme.text);
        ui.add_space(measure::GRID);
    }
    let told = match (app.can_hand(state.form), app.rows_to_hand(state.form)) {
        (Err(why), _) => not_now(&why, state.form),
        (Ok(()), _) if matches!(state.form, Form::Report(_)) => REPORT.to_owned(),
        (Ok(()), _) if matches!(state.form, Form::Dossier(_)) => dossier(app),
        (Ok(()), Err(why)) => not_now(&why, state.form),
        (Ok(()), Ok(rows)) => {
            let all = app.session().and_then(|session| session.evidence().records().ok()).unwrap_or_default();
            let what = What {
                form: state.form,
                records: rows.count().into(),
                is_all: is_all(app, rows, all),
                columns: &app.columns_to_hand(),
                related: state.is_related.then(|| app.related_to_hand()),
            };
            told(&what)
        }
    };
    text::wrapped(ui, &told, Type::Caption, theme.text2);
    if !state.typed.trim().is_empty() && app.can_hand(state.form).is_ok() {
        let beside = format!("Beside it: {}{SIDECAR}, which says where it is from.", file_name(&path));
        text::wrapped(ui, &beside, Type::Caption, theme.text2);
    }
    is_entered
}

fn is_all(app: &App, rows: &Rows, all: u32) -> bool {
    app.filter.is_empty() && rows.count() == all
}

/// The name of the file, typed or chosen.
fn file(ui: &mut Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) -> bool {
    let known = state.proposed.as_ref().map(|(number, _)| *number);
    let proposed = app.file_proposed().filter(|(number, _)| !is_new && known != Some(*number));
    let is_proposed = proposed.is_some();
    if let Some((number, proposed)) = proposed {
        state.typed = proposed.display().to_string();
        state.proposed = Some((number, proposed.to_owned()));
        state.form = name::form_of(proposed, state.form).unwrap_or(state.form);
    }
    let mut is_entered = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::CELL;
        let width = ui.available_width() - CHOOSE;
        let field = text_field(ui, &mut state.typed, icon::FILE, "Looking for a name", "File", width);
        if is_new || is_proposed {
            field.request_focus();
            select(ui, field.id, &name_in(&state.typed, &format!(".{}", state.form.ending())));
        }
        // What the name ends in is what is written, here and by whoever makes the same again.
        if field.changed() {
            state.form = name::form_of(&state.path(), state.form).unwrap_or(state.form);
        }
        is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if is_entered {
            field.request_focus();
        }
        if ui.add(Button::new("Choose…")).clicked() {
            commands.push(Command::SaveDialog);
        }
    });
    if state.looked != state.typed {
        state.looked.clone_from(&state.typed);
        if !state.typed.trim().is_empty() {
            commands.push(Command::Hand(Deed::Look(state.path())));
        }
    }
    is_entered
}

/// Room for the button beside the name.
const CHOOSE: f32 = 78.0;

/// What a report says.
const REPORT: &str = "The verdict and what is not proven, each incident with its timeline and likely causes, the versions, the work on the case, \
                      methods, and the hashes of the records that it names. It is about all of the evidence, whatever is filtered.";

/// What a dossier says, and of which decision.
fn dossier(app: &App) -> String {
    let id = app.decision_to_hand().map(|(_, id)| id).unwrap_or_default();
    format!(
        "The decision {id}: result and explanation as recorded, the version that decided and where that comes from, reviews and outcome, \
         whether the records fit together, and the proof of each. Names stand in it as they are recorded."
    )
}

/// Why nothing can be written now.
fn not_now(why: &NotNow, form: Form) -> String {
    let verb = match form {
        Form::Slice => "cut",
        Form::Export(_) => "exported",
        Form::Report(_) | Form::Dossier(_) => "written up",
    };
    match why {
        NotNow::Part => format!("The log is not read to its end. It can be {verb} once it is."),
        NotNow::Waiting => "Filtering…".to_owned(),
        NotNow::Failed(why) => format!("The last question has no answer: {why}"),
        NotNow::Nothing => format!("No record passes the filter, so there is nothing to be {verb}."),
        NotNow::Busy(name) => format!("{name} is being written. The next file comes after it."),
        NotNow::NoDecision => {
            "No decision is selected. Select the one that the dossier is to be about, in Records or Timeline."
                .to_owned()
        }
        NotNow::Several => {
            "A slice is cut out of one bundle at a time, and several are open. Open the one by itself.".to_owned()
        }
    }
}

/// What will be written.
struct What<'a> {
    form: Form,
    records: u64,
    /// Every record there is.
    is_all: bool,
    columns: &'a Columns,
    /// How many records belong to them, where those go too.
    related: Option<Option<Result<u64, String>>>,
}

/// It, in a few plain words.
fn told(what: &What<'_>) -> String {
    let records = counted(what.records, "record", "records");
    let mut out = match (what.is_all, what.records) {
        (true, 1) => "The only record there is".to_owned(),
        (true, _) => format!("All {records}"),
        (false, 1) => format!("{records} that passes the filter"),
        (false, _) => format!("{records} that pass the filter"),
    };
    match what.form {
        Form::Export(form) if form.has_columns() => {
            let columns = counted(what.columns.names.len() as u64, "column", "columns");
            out.push_str(&format!(", {columns} as in the table, in its order."));
            match &what.columns.absent[..] {
                [] => {}
                [one] => out.push_str(&format!(" {one} is left out: no record here has it.")),
                several => out.push_str(&format!(" {} are left out: no record here has them.", several.join(", "))),
            }
        }
        Form::Export(_) => out.push_str(", as they are in the bundle, in the order of the table."),
        Form::Slice => out.push_str(", with the proof of where they stand in the log."),
        // What these are about is not what passes the filter.
        Form::Report(_) | Form::Dossier(_) => {}
    }
    match &what.related {
        None => {}
        Some(None) => out.push_str(" Counting those that belong to them…"),
        Some(Some(Ok(0))) => out.push_str(" No other record belongs to them."),
        Some(Some(Ok(1))) => out.push_str(" 1 more belongs to them."),
        Some(Some(Ok(more))) => out.push_str(&format!(" {} more belong to them.", count(*more))),
        Some(Some(Err(why))) => out.push_str(&format!(" Those that belong to them could not be counted: {why}")),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_will_be_written_is_said() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let columns = Columns { names: names(&["seq", "time"]), absent: names(&["x.y"]) };
        let whole = Columns { absent: Vec::new(), ..columns.clone() };
        let form = |form| Form::Export(form);
        let csv = form(export::Form::Stream(Stream::Csv));
        for (form, records, is_all, columns, related, expected) in [
            (
                csv,
                1234,
                false,
                &whole,
                None,
                "1\u{202f}234 records that pass the filter, 2 columns as in the table, in its order.",
            ),
            (csv, 1, false, &whole, None, "1 record that passes the filter, 2 columns as in the table, in its order."),
            (
                csv,
                3,
                true,
                &columns,
                None,
                "All 3 records, 2 columns as in the table, in its order. x.y is left out: no record here has it.",
            ),
            (
                form(export::Form::Stream(Stream::Jsonl)),
                2,
                true,
                &columns,
                None,
                "All 2 records, as they are in the bundle, in the order of the table.",
            ),
            (
                Form::Slice,
                2,
                true,
                &columns,
                Some(None),
                "All 2 records, with the proof of where they stand in the log. Counting those that belong to them…",
            ),
            (
                Form::Slice,
                2,
                false,
                &columns,
                Some(Some(Ok(1200))),
                "2 records that pass the filter, with the proof of where they stand in the log. 1\u{202f}200 more belong to them.",
            ),
        ] {
            let what = What { form, records, is_all, columns, related };
            assert_eq!(told(&what), expected);
        }
    }
}
