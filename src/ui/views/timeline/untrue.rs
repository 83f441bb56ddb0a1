//! The lane of times that cannot be true. They lie on no axis, so they are told in words.

use chrono::{DateTime, Utc};
use egui::{Painter, Rect, Ui};

use super::Drawn;
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::{figures, text};
use crate::ui::words;

pub(super) fn draw(
    ui: &Ui,
    painter: &Painter,
    drawn: &Drawn<'_>,
    without: u32,
    cut_off: &[(DateTime<Utc>, u32)],
    plot: Rect,
) -> String {
    let theme = drawn.theme;
    let mut told = Vec::new();
    if without > 0 {
        told.push(format!("{} without a time", figures::counted(without.into(), "record", "records")));
    }
    for (at, count) in cut_off.iter().take(8) {
        let at = words::time(*at);
        told.push(if *count > 1 { format!("{at} ({})", figures::count((*count).into())) } else { at });
    }
    if cut_off.len() > 8 {
        told.push(format!("and {} other times", figures::count(cut_off.len() as u64 - 8)));
    }
    let words = text::cut(ui, &told.join(" · "), Type::Table, theme.text, plot.width() - 2.0 * measure::GAP_ICON);
    text::place(painter, plot.left() + measure::GAP_ICON, plot.center().y, words);
    let all: u64 = cut_off.iter().map(|(_, count)| u64::from(*count)).sum::<u64>() + u64::from(without);
    figures::count(all)
}
