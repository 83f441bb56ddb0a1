//! What stands around the view in an exhibit: a title over it, and under it the band that says where it is from.

use std::sync::Arc;

use egui::{Color32, Galley, Painter, Pos2, Rect, Stroke, Ui, Vec2, pos2, vec2};

use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::text::{line, place, place_right};
use crate::ui::widgets::verdict_icon;

/// Height of the title, with the line below it.
const TITLE: f32 = 60.0;

/// Thickness of the rule over the band.
const RULE: f32 = 2.0;

/// Height of the line of the verdict.
const VERDICT: f32 = 40.0;

/// Width of the names in the band.
const NAMES: f32 = 96.0;

/// Height of a line in the band.
const LINE: f32 = 20.0;

/// Between two parts of the verdict.
const GAP: f32 = 24.0;

/// Below this width the columns of the band stand one below the other.
const NARROW: f32 = 1_100.0;

/// Where the columns begin, as shares of the width.
const COLUMNS: [f32; 3] = [0.0, 0.46, 0.80];

/// What stands around a view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// `Exhibit P-0003`.
    pub number: String,
    /// What it shows, in the words of whoever made it.
    pub title: String,
    /// `Timeline, all times UTC`.
    pub about: String,
    /// The axes of the verdict: how it stands, the axis, the word.
    pub verdict: Vec<(VerdictState, String, String)>,
    /// What speaks against the evidence, or that nothing does.
    pub failures: String,
    /// Names and values, in three columns.
    pub columns: [Vec<Entry>; 3],
    /// What all of it does not show.
    pub foot: String,
}

/// A name and a value of the band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `BLAKE3`.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// It is a hash, a command or a filter.
    pub is_mono: bool,
}

impl Entry {
    /// Words.
    #[must_use]
    pub fn words(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), is_mono: false }
    }

    /// A hash, a command, a filter: every character of it counts.
    #[must_use]
    pub fn mono(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), is_mono: true }
    }
}

/// A name and its value, laid out.
type Laid = (Arc<Galley>, Arc<Galley>);

/// The band, laid out for a width.
pub struct Band<'a> {
    around: &'a Around,
    /// Of each column: its left edge, and what stands in it.
    columns: Vec<(f32, Vec<Laid>)>,
    verdict: Vec<Vec<usize>>,
    foot: Arc<Galley>,
    is_narrow: bool,
}

impl<'a> Band<'a> {
    /// Lays it out in a width.
    #[must_use]
    pub fn of(ui: &Ui, around: &'a Around, width: f32) -> Self {
        let theme = Theme::of(ui);
        let inner = width - 2.0 * measure::PAGE;
        let is_narrow = width < NARROW;
        let lefts = COLUMNS.map(|share| if is_narrow { 0.0 } else { (inner * share).round() });
        let mut columns = Vec::new();
        for (n, entries) in around.columns.iter().enumerate() {
            let right = if is_narrow { inner } else { lefts.get(n + 1).map_or(inner, |next| next - GAP) };
            let room = (right - lefts[n] - NAMES).max(NAMES);
            let one = |entry: &Entry| {
                let style = if entry.is_mono { Type::Mono } else { Type::Table };
                (line(ui, entry.name, Type::Table, theme.text2), wrapped(ui, &entry.value, style, theme.text, room))
            };
            columns.push((lefts[n], entries.iter().map(one).collect()));
        }
        let mut verdict: Vec<Vec<usize>> = vec![Vec::new()];
        let mut left = NAMES;
        for (n, (_, axis, value)) in around.verdict.iter().enumerate() {
            let width = item_width(ui, axis, value);
            if left + width > inner && verdict.last().is_some_and(|row| !row.is_empty()) {
                verdict.push(Vec::new());
                left = NAMES;
            }
            left += width + GAP;
            if let Some(row) = verdict.last_mut() {
                row.push(n);
            }
        }
        let failures = line(ui, &around.failures, Type::Table, theme.text2).size().x;
        // It stands at the right of the last line, or has one of its own.
        if left + failures > inner {
            verdict.push(Vec::new());
        }
        let foot = wrapped(ui, &around.foot, Type::Caption, theme.text2, inner);
        Self { around, columns, verdict, foot, is_narrow }
    }

    /// How high it is, the title not counted.
    #[must_use]
    pub fn height(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let verdict = VERDICT + (self.verdict.len() - 1) as f32 * LINE;
        RULE + verdict + measure::PAD + self.entries() + measure::PAD + self.foot.size().y + measure::PAGE
    }

    fn entries(&self) -> f32 {
        let heights = self.columns.iter().map(|(_, entries)| entries.iter().map(|(_, value)| high(value)).sum::<f32>());
        if self.is_narrow { heights.sum() } else { heights.fold(0.0, f32::max) }
    }

    /// Draws it.
    pub fn draw(&self, ui: &Ui, rect: Rect) {
        let theme = Theme::of(ui);
        let painter = ui.painter();
        let (left, right) = (rect.left() + measure::PAGE, rect.right() - measure::PAGE);
        painter.rect_filled(
            Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.top() + RULE)),
            0.0,
            theme.text,
        );
        let mut top = rect.top() + RULE;
        let mut middle = top + VERDICT / 2.0;
        place(painter, left, middle, line(ui, "Verdict", Type::Table, theme.text2));
        for (n, row) in self.verdict.iter().enumerate() {
            if n > 0 {
                middle += LINE;
            }
            let mut x = left + NAMES;
            for (state, axis, value) in row.iter().filter_map(|at| self.around.verdict.get(*at)) {
                x += item(ui, (*state, axis, value), pos2(x, middle)) + GAP;
            }
        }
        place_right(painter, right, middle, line(ui, &self.around.failures, Type::Table, theme.text2));
        top = middle + VERDICT / 2.0;
        hairline(painter, left..=right, top, theme.hair);
        top += measure::PAD;
        let mut at = top;
        for (x, entries) in &self.columns {
            if !self.is_narrow {
                at = top;
            }
            for (name, value) in entries {
                put(painter, pos2(left + x, at), name);
                put(painter, pos2(left + x + NAMES, at), value);
                at += high(value);
            }
        }
        top += self.entries() + measure::PAD;
        hairline(painter, left..=right, top - measure::PAD / 2.0, theme.hair);
        put(painter, pos2(left, top), &self.foot);
    }
}

/// The room that the title takes.
#[must_use]
pub fn title_height() -> f32 {
    TITLE
}

/// Draws the title.
pub fn title(ui: &Ui, around: &Around, rect: Rect) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let (left, right, middle) = (rect.left() + measure::PAGE, rect.right() - measure::PAGE, rect.top() + TITLE / 2.0);
    let about = place_right(painter, right, middle, line(ui, &around.about, Type::Table, theme.text2));
    let number = place(painter, left, middle, line(ui, &around.number, Type::Title, theme.text));
    let room = about.left() - number.right() - 2.0 * measure::PAD_WIDE;
    let words = crate::ui::widgets::text::cut(ui, &around.title, Type::Heading, theme.text, room);
    place(painter, number.right() + measure::PAD_WIDE, middle + 1.0, words);
}

fn wrapped(ui: &Ui, words: &str, style: Type, color: Color32, room: f32) -> Arc<Galley> {
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &crate::record::text::shown(words),
        0.0,
        egui::TextFormat { line_height: Some(LINE), ..style.format(color) },
    );
    job.wrap.max_width = room;
    job.wrap.break_anywhere = style == Type::Mono;
    ui.painter().layout_job(job)
}

fn high(galley: &Galley) -> f32 {
    galley.size().y.max(LINE)
}

fn put(painter: &Painter, at: Pos2, galley: &Arc<Galley>) {
    painter.galley(at.round(), Arc::clone(galley), Color32::PLACEHOLDER);
}

fn hairline(painter: &Painter, x: std::ops::RangeInclusive<f32>, y: f32, color: Color32) {
    painter.hline(x, y.round() + 0.5, Stroke::new(measure::HAIR, color));
}

fn item_width(ui: &Ui, axis: &str, value: &str) -> f32 {
    let theme = Theme::of(ui);
    let words = |text, style| line(ui, text, style, theme.text).size().x;
    measure::ICON + 2.0 * measure::GAP_ICON + words(axis, Type::Table) + words(value, Type::TableMedium)
}

/// One axis of the verdict; how wide it is.
fn item(ui: &Ui, (state, axis, value): (VerdictState, &str, &str), at: Pos2) -> f32 {
    let theme = Theme::of(ui);
    verdict_icon(ui, state, at + vec2(measure::ICON / 2.0, 0.0), measure::ICON);
    let left = at.x + measure::ICON + measure::GAP_ICON;
    let axis = place(ui.painter(), left, at.y, line(ui, axis, Type::Table, theme.text2));
    let word = line(ui, value, Type::TableMedium, state.word_color(theme));
    let value = place(ui.painter(), axis.right() + measure::GAP_ICON, at.y, word);
    value.right() - at.x
}

/// The least room in which the band can be read.
pub const LEAST: Vec2 = vec2(800.0, 400.0);
