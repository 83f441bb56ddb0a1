//! Laying text out in our styles and placing it on the middle of a line. Text of records comes by here on its way to the screen:
//! what does not show in it, or acts on the text around it, is named ([`visible`]).

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align, Color32, Galley, Painter, Pos2, Rect, Ui, pos2};

use crate::record::text::visible;
use crate::ui::theme::Type;

/// Text on one line, as long as it is.
#[must_use]
pub fn line(ui: &Ui, text: &str, style: Type, color: Color32) -> Arc<Galley> {
    ui.painter().layout_no_wrap(visible(text).into_owned(), style.font(), color)
}

/// Text on one line, cut with "…" where it would be wider than `width`. Never for a time, a number or a verdict.
#[must_use]
pub fn cut(ui: &Ui, text: &str, style: Type, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(visible(text).into_owned(), style.font(), color);
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
