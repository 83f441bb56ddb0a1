//! Laying text out in our styles and placing it on the middle of a line. Text of records comes by here on its way to the screen:
//! what does not show in it, or acts on the text around it, is named ([`visible`]).

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align, Color32, Galley, Label, Painter, Pos2, Rect, Response, Ui, pos2};

use super::figures::{GROUP, UNBROKEN, unbroken, unbroken_times};
use crate::record::text::visible;
use crate::ui::theme::Type;

/// Text over as many lines as it needs, no number in it on two of them, and no time where there is room for it on one. Screen readers
/// get it as it is written.
pub fn wrapped(ui: &mut Ui, text: &str, style: Type, color: Color32) -> Response {
    let whole = unbroken_times(text);
    let fits = |part: &str| line(ui, part, style, color).size().x <= ui.available_width();
    let is_fitting = whole.split(' ').filter(|part| part.contains(UNBROKEN)).all(fits);
    let held = if is_fitting { whole } else { unbroken(text) };
    let response = ui.add(Label::new(style.rich(held.as_str()).color(color)).wrap());
    if held != text {
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(text));
    }
    response
}

/// As [`wrapped`], to be selected and copied: times have the spaces that they are written with.
pub fn selectable(ui: &mut Ui, text: &str, style: Type, color: Color32) -> Response {
    let response = ui.add(Label::new(style.rich(unbroken(text)).color(color)).wrap().selectable(true));
    if text.contains(GROUP) {
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(text));
    }
    response
}

/// What a record says, over as many lines as it needs, to be selected and copied as it stands there: nothing is put in the place of
/// anything.
pub fn verbatim(ui: &mut Ui, text: &str, style: Type, color: Color32) -> Response {
    ui.add(Label::new(style.rich(text).color(color)).wrap().selectable(true))
}

/// Text on one line, as long as it is.
#[must_use]
pub fn line(ui: &Ui, text: &str, style: Type, color: Color32) -> Arc<Galley> {
    ui.painter().layout_no_wrap(visible(text).into_owned(), style.font(), color)
}

/// Text on one line, cut with "…" where it would be wider than `width`; a number in it is there as a whole or not at all.
#[must_use]
pub fn cut(ui: &Ui, text: &str, style: Type, color: Color32, width: f32) -> Arc<Galley> {
    let text = visible(text);
    let lay = |text: String| {
        let mut job = LayoutJob::simple_singleline(text, style.font(), color);
        let wrap = TextWrapping::default();
        job.wrap = TextWrapping { max_width: width.max(0.0), max_rows: 1, break_anywhere: true, ..wrap };
        ui.painter().layout_job(job)
    };
    let galley = lay(text.clone().into_owned());
    if !galley.elided {
        return galley;
    }
    // The last glyph is the "…".
    let seen = galley.rows.first().map_or(0, |row| row.glyphs.len().saturating_sub(1));
    match before_number(&text, seen) {
        // So short a text is cut no further.
        Some(kept) => lay(format!("{}…", kept.trim_end())),
        None => galley,
    }
}

/// Text on so many lines at most, broken between words and cut with "…" where it would take more.
#[must_use]
pub fn cut_rows(ui: &Ui, text: &str, style: Type, color: Color32, width: f32, rows: usize) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    job.append(&visible(text), 0.0, style.format(color));
    job.wrap = TextWrapping { max_width: width.max(0.0), max_rows: rows, ..TextWrapping::default() };
    ui.painter().layout_job(job)
}

/// What stands before the number that would be cut behind so many characters; `None` where none would be, or where nothing is left.
fn before_number(text: &str, seen: usize) -> Option<&str> {
    let at = text.char_indices().nth(seen).map_or(text.len(), |(at, _)| at);
    let (kept, rest) = text.split_at(at);
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, GROUP | '.' | ',' | ':' | '-');
    // What joins digits joins them only where a digit follows.
    let goes_on =
        rest.trim_start_matches(|c: char| is_part(c) && !c.is_ascii_digit()).starts_with(|c: char| c.is_ascii_digit());
    if !kept.ends_with(is_part) || !rest.starts_with(is_part) || !goes_on {
        return None;
    }
    let before = kept.trim_end_matches(is_part);
    // Hashes, codes and names with digits in them are no numbers.
    let is_number = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_');
    (is_number && !before.trim_end().is_empty()).then_some(before)
}

/// As [`runs`], cut with "…" where it would be wider than `width`.
#[must_use]
pub fn cut_runs(ui: &Ui, parts: &[(&str, Type, Color32)], width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    for (text, style, color) in parts {
        job.append(&visible(text), 0.0, egui::TextFormat { line_height: None, ..style.format(*color) });
    }
    job.wrap = TextWrapping { max_width: width.max(0.0), max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
    ui.painter().layout_job(job)
}

/// Several styles on one line.
#[must_use]
pub fn runs(ui: &Ui, parts: &[(&str, Type, Color32)]) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    for (text, style, color) in parts {
        let format = egui::TextFormat { line_height: None, ..style.format(*color) };
        job.append(&visible(text), 0.0, format);
    }
    job.wrap.max_rows = 1;
    ui.painter().layout_job(job)
}

/// Draws `galley` at `left`, vertically centred on `middle`; gives its rectangle.
pub fn place(painter: &Painter, left: f32, middle: f32, galley: Arc<Galley>) -> Rect {
    put(painter, pos2(left, middle), Align::Min, galley)
}

/// Draws `galley` so that it ends at `right`.
pub fn place_right(painter: &Painter, right: f32, middle: f32, galley: Arc<Galley>) -> Rect {
    put(painter, pos2(right, middle), Align::Max, galley)
}

/// Draws `galley` horizontally aligned at `at` and vertically centred on it.
pub fn put(painter: &Painter, at: Pos2, align: Align, galley: Arc<Galley>) -> Rect {
    let size = galley.size();
    let left = match align {
        Align::Min => at.x,
        Align::Center => at.x - size.x / 2.0,
        Align::Max => at.x - size.x,
    };
    let min = pos2(left, at.y - size.y / 2.0);
    painter.galley(min, galley, Color32::PLACEHOLDER);
    Rect::from_min_size(min, size)
}

#[cfg(test)]
mod tests {
    use super::before_number;

    #[test]
    fn a_number_is_not_cut() {
        for (text, seen, kept) in [
            ("records 20\u{202f}000 to 30", 9, Some("records ")),
            ("records 20\u{202f}000 to 30", 12, Some("records ")),
            ("records 20\u{202f}000 to 30", 14, None),
            ("at 2026-05-16 02:10", 8, Some("at ")),
            ("hash a77f95", 8, None),
            ("seq 12, 13", 6, None),
            ("seq 12. Then 13", 6, None),
            ("12345", 3, None),
            ("no number here", 5, None),
        ] {
            assert_eq!(before_number(text, seen), kept, "{text} at {seen}");
        }
    }
}
