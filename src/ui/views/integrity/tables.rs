//! Findings, checkpoints, segments and keys as tables; any number of rows.

use std::borrow::Cow;

use egui::{Rect, Ui, vec2};

use super::super::{parts, words};
use super::keys;
use crate::app::{App, Command};
use crate::evidence::Log;
use crate::integrity::Report;
use crate::integrity::code::Severity;
use crate::integrity::report::CheckpointReport;
use crate::record::sealed::hex;
use crate::ui::still;
use crate::ui::table::{Cell, Column, Columns, Ink, Lead, Table, TableSource, TableState};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::{Empty, field_text, hairline, key_cap, shortened, tab, text};

/// So many rows are seen at once; a table of more scrolls.
const MOST: usize = 10;
/// The same in a picture, where nothing scrolls.
const MOST_STILL: usize = 100;

/// The width of the columns beside what was found.
const BESIDE_MEANING: f32 = 92.0 + 128.0 + 232.0;

/// Which table is shown.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Tab {
    #[default]
    Findings,
    Checkpoints,
    Segments,
    Keys,
}

/// How the tables look.
#[derive(Debug, Default)]
pub(super) struct State {
    tab: Tab,
    table: TableState,
    /// The finding that the table was last brought to.
    shown: Option<usize>,
}

impl State {
    pub(super) fn forget(&mut self) {
        self.table = TableState::default();
        self.shown = None;
    }
}

pub(super) fn show(ui: &mut Ui, app: &App, state: &mut super::State, log: &Log, commands: &mut Vec<Command>) {
    let report = &log.index.report;
    hairline(ui);
    let before = state.tables.tab;
    ui.horizontal(|ui| {
        ui.add_space(measure::PAGE - 10.0);
        for (tab_of, name, n) in [
            (Tab::Findings, "Findings", report.findings.len()),
            (Tab::Checkpoints, "Checkpoints", report.checkpoints.len()),
            (Tab::Segments, "Segments", log.index.segments.len()),
            (Tab::Keys, "Keys", keys::signers(report).len()),
        ] {
            if tab(ui, name, &count(n as u64), tab_of == before).clicked() {
                state.tables.tab = tab_of;
            }
        }
        if before == Tab::Findings && !report.findings.is_empty() && !app.is_still() {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(measure::PAGE - measure::CELL);
                key_cap(ui, "[ ]");
                ui.add_space(measure::CELL);
                parts::line(ui, "previous, next", Type::Table, Theme::of(ui).text2);
            });
        }
    });
    if state.tables.tab != before {
        state.tables.forget();
    }
    hairline(ui);
    match state.tables.tab {
        Tab::Findings => findings(ui, app, state, report, commands),
        Tab::Checkpoints => checkpoints(ui, state, report),
        Tab::Segments => segments(ui, state, log),
        Tab::Keys => keys::show(ui, app, report, commands),
    }
}

/// Shows a table that is as high as its rows, up to a limit; gives the row of its cursor where that changed.
fn table(
    ui: &mut Ui,
    label: &str,
    source: &dyn TableSource,
    columns: Vec<Column>,
    state: &mut TableState,
) -> Option<u64> {
    let most = if still::is(ui) { MOST_STILL } else { MOST };
    let rows = usize::try_from(source.rows()).unwrap_or(most).min(most);
    #[expect(clippy::cast_precision_loss, reason = "not many")]
    let height = measure::HEAD + measure::ROW * rows as f32 + 2.0;
    // A cell has its own padding: its text stands under that of the page.
    let left = measure::PAGE - measure::CELL;
    let rect = Rect::from_min_size(ui.cursor().min + vec2(left, 0.0), vec2(ui.available_width() - left, height));
    let mut columns = Columns::new(columns);
    let mut sort = Vec::new();
    let output = parts::at(ui, rect, |ui| Table::new(label, source, &mut columns, &mut sort, state).show(ui));
    ui.advance_cursor_after_rect(rect);
    let at = output.opened.or_else(|| state.selection.cursor().map(|cell| cell.row));
    at.filter(|_| output.selection_changed || output.opened.is_some())
}

/// The width that is left for the column that takes it.
fn rest(ui: &Ui, taken: f32) -> f32 {
    (ui.available_width() - taken - 28.0).max(160.0)
}

struct Findings<'a> {
    report: &'a Report,
}

impl TableSource for Findings<'_> {
    fn rows(&self) -> u64 {
        self.report.findings.len() as u64
    }

    fn cell(&self, row: u64, column: usize) -> Option<Cell<'_>> {
        let finding = self.report.findings.get(usize::try_from(row).ok()?)?;
        let (drawn, ink) = words::severity(finding.code.severity());
        Some(match column {
            0 => {
                let severity = Cow::Borrowed(finding.code.severity().name());
                Cell { text: severity, lead: Lead::Icon(drawn, ink), ..Cell::default() }
            }
            1 => Cell::text(words::place(finding)).strong(),
            2 => Cell::text(finding.meaning.as_str()),
            _ => Cell::mono(finding.code.name()).ink(Ink::Text2),
        })
    }
}

fn findings(ui: &mut Ui, app: &App, state: &mut super::State, report: &Report, commands: &mut Vec<Command>) {
    if report.findings.is_empty() {
        Empty {
            sentence: "No findings.",
            reason: "Every check that ran has passed. What did not run is listed below.",
            way_out: None,
        }
        .show(ui);
        return;
    }
    let now = state.finding(app);
    if now != state.tables.shown {
        state.tables.shown = now;
        match now {
            Some(now) => state.tables.table.go_to(now as u64),
            None => state.tables.table.selection.clear(),
        }
    }
    let columns = vec![
        Column::new("severity", "Severity", 92.0).unsorted(),
        Column::new("place", "Records", 128.0).unsorted(),
        Column::new("meaning", "What was found", rest(ui, BESIDE_MEANING)).unsorted(),
        Column::new("code", "Code", 232.0).unsorted(),
    ];
    if let Some(row) = table(ui, "Findings", &Findings { report }, columns, &mut state.tables.table) {
        let at = usize::try_from(row).unwrap_or(usize::MAX);
        state.tables.shown = Some(at);
        commands.push(Command::GoToFinding(state.bundle, at));
    }
    let chosen = state.tables.table.selection.cursor().map(|cell| cell.row).and_then(|row| usize::try_from(row).ok());
    let kept: u64 = report.findings.len() as u64;
    let all: u64 = report.finding_counts.values().sum();
    parts::inset(ui, measure::PAGE, |ui| {
        if app.is_still() {
            in_full(ui, report);
        }
        if let Some(finding) = chosen.and_then(|at| report.findings.get(at)) {
            ui.add_space(measure::CELL);
            field_text(ui, "found", &finding.meaning, Type::Table);
            if let Some(remedy) = finding.code.remedy() {
                field_text(ui, "what helps", remedy.window, Type::Table);
            }
            if finding.code.severity() != Severity::Info {
                field_text(ui, "remains", finding.code.remains(), Type::Table);
            }
            let mut place = finding.segment.clone().unwrap_or_default();
            if let Some(line) = finding.line {
                place += &format!(", line {}", count(line));
            }
            if let Some(offset) = finding.offset {
                place += &format!(", byte {}", count(offset));
            }
            if !place.is_empty() {
                field_text(ui, "at", place.trim_start_matches(", "), Type::Table);
            }
            if let Some(expected) = &finding.expected {
                field_text(ui, "expected", expected, Type::Mono);
            }
            if let Some(actual) = &finding.actual {
                field_text(ui, "in the file", actual, Type::Mono);
            }
        }
        if all > kept {
            let theme = Theme::of(ui);
            let words = format!("{} of {} findings are listed; the counts are exact.", count(kept), count(all));
            ui.add_space(4.0);
            parts::wrapped(ui, &words, Type::Table, theme.text2);
        }
    });
}

/// What the table has no room for: nobody can point at it in a picture.
fn in_full(ui: &mut Ui, report: &Report) {
    let room = rest(ui, BESIDE_MEANING) - 2.0 * measure::CELL;
    for finding in report.findings.iter().take(MOST_STILL) {
        let words = text::line(ui, &finding.meaning, Type::Table, Theme::of(ui).text);
        if words.size().x > room {
            ui.add_space(measure::CELL);
            field_text(ui, &words::place(finding), &finding.meaning, Type::Table);
        }
    }
}

struct Checkpoints<'a>(&'a [CheckpointReport]);

fn signers(checkpoint: &CheckpointReport) -> String {
    let standing = |valid: Option<bool>, trusted: bool| match (valid, trusted) {
        (Some(true), true) => "valid, trusted",
        (Some(true), false) => "valid, key from the bundle",
        (Some(false), _) => "invalid",
        (None, _) => "key not known",
    };
    let said = checkpoint.signers.iter().map(|signer| {
        let seen = signer.cosigned.as_ref().map(|at| format!(", seen {at}")).unwrap_or_default();
        format!("{} {} ({}{seen})", signer.name, signer.key_id, standing(signer.valid, signer.trusted))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "nobody".to_owned() } else { said.join("; ") }
}

impl TableSource for Checkpoints<'_> {
    fn rows(&self) -> u64 {
        self.0.len() as u64
    }

    fn cell(&self, row: u64, column: usize) -> Option<Cell<'_>> {
        let checkpoint = self.0.get(usize::try_from(row).ok()?)?;
        let (state, words) = words::outcome(checkpoint.outcome);
        Some(match column {
            0 => Cell::figure(count(checkpoint.size)).strong(),
            1 => Cell { text: words.into(), lead: Lead::Icon(state.icon(), Ink::Verdict(state)), ..Cell::default() },
            2 => Cell::mono(shortened(&checkpoint.root, 10, 8)),
            3 => Cell::text(signers(checkpoint)),
            _ if checkpoint.supplied => Cell::text("supplied by you").ink(Ink::Text2),
            _ => Cell::mono(checkpoint.name.as_str()).ink(Ink::Text2),
        })
    }

    fn copied(&self, row: u64, column: usize) -> Option<String> {
        let checkpoint = self.0.get(usize::try_from(row).ok()?)?;
        if column == 2 {
            Some(checkpoint.root.clone())
        } else {
            self.cell(row, column).map(|cell| cell.text.into_owned())
        }
    }
}

fn checkpoints(ui: &mut Ui, state: &mut super::State, report: &Report) {
    if report.checkpoints.is_empty() {
        let reason =
            "Nobody has signed how long this log is. Its records hash and link; a rewrite as a whole would not show.";
        Empty { sentence: "There is no checkpoint.", reason, way_out: None }.show(ui);
        return;
    }
    let columns = vec![
        Column::number("size", "Size", 80.0).unsorted(),
        Column::new("outcome", "Root", 300.0).unsorted(),
        Column::new("root", "Root signed", 172.0).unsorted(),
        Column::new("signers", "Signed by", rest(ui, 80.0 + 300.0 + 172.0 + 196.0)).unsorted(),
        Column::new("name", "File", 196.0).unsorted(),
    ];
    table(ui, "Checkpoints", &Checkpoints(&report.checkpoints), columns, &mut state.tables.table);
}

struct Segments<'a>(&'a Log);

impl TableSource for Segments<'_> {
    fn rows(&self) -> u64 {
        self.0.index.segments.len() as u64
    }

    fn cell(&self, row: u64, column: usize) -> Option<Cell<'_>> {
        let segment = self.0.index.segments.get(usize::try_from(row).ok()?)?;
        Some(match column {
            0 => Cell::mono(segment.path.as_str()),
            1 => Cell::figure(count(u64::from(segment.first_row))),
            2 => Cell::figure(count(u64::from(segment.rows))),
            3 => Cell::figure(count(segment.raw_bytes)),
            _ => segment.digest.as_ref().map_or_else(Cell::none, |digest| Cell::mono(shortened(&hex(digest), 10, 8))),
        })
    }

    fn copied(&self, row: u64, column: usize) -> Option<String> {
        let segment = self.0.index.segments.get(usize::try_from(row).ok()?)?;
        match (column, &segment.digest) {
            (4, Some(digest)) => Some(hex(digest)),
            _ => self.cell(row, column).map(|cell| cell.text.into_owned()),
        }
    }
}

fn segments(ui: &mut Ui, state: &mut super::State, log: &Log) {
    let columns = vec![
        Column::new("path", "File", 320.0).unsorted(),
        Column::number("first", "First line", 96.0).unsorted(),
        Column::number("rows", "Lines", 96.0).unsorted(),
        Column::number("bytes", "Bytes, unpacked", 128.0).unsorted(),
        Column::new("digest", "BLAKE3 of the file", 180.0).unsorted(),
    ];
    table(ui, "Segments", &Segments(log), columns, &mut state.tables.table);
}
