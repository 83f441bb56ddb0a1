//! The verdict strip: the five axes in words, of several bundles the worst of each; counts of checks at the right. A log that is
//! still being read, or was not read to its end, has none yet: that is said instead. Where the axes do not fit beside each other they
//! go on below: none of them loses its name or a part of its word.

use egui::{Layout, Rect, Ui, UiBuilder, pos2};

use crate::app::{App, Command, Session};
use crate::integrity::Report;
use crate::integrity::damage::Damages;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::views::words::Said;
use crate::ui::views::{bundles, words};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{VERDICT_GAP, VerdictItem, link, text, tip, verdict_gap};

/// Padding over and under the rows of the strip, where there are several.
const PAD: f32 = 6.0;

/// The axes and how they are laid out.
pub(super) struct Strip<'a> {
    reports: Vec<&'a Report>,
    axes: Vec<Said>,
    /// The value of each axis as it is written inside a line.
    values: Vec<String>,
    /// How many axes stand in each row.
    rows: Vec<usize>,
    gap: f32,
}

impl<'a> Strip<'a> {
    /// Lays the axes of what is open out in `width` points.
    pub(super) fn of(ui: &Ui, session: &'a Session, width: f32) -> Self {
        let reports: Vec<&Report> = session.reports().collect();
        let mut axes: Vec<Said> = words::worst(reports.iter().copied()).into_iter().flatten().collect();
        // What no bundle says by itself: two of them hold different records at one place of one log.
        if session.evidence().has_contradictions()
            && let Some(equivocation) = axes.last_mut()
        {
            *equivocation = words::split_over_bundles();
        }
        let values: Vec<String> = axes.iter().map(|said| lower(&said.value)).collect();
        let items = axes.iter().zip(&values).map(|(said, value)| VerdictItem::new(said.state, said.axis, value));
        let widths: Vec<f32> = items.map(|item| item.width(ui)).collect();
        let (rows, gap) = rows(&widths, width - 2.0 * measure::PAD_WIDE);
        Self { reports, axes, values, rows, gap }
    }

    /// How high it is.
    pub(super) fn height(&self) -> f32 {
        match self.rows.len() {
            0 | 1 => measure::VERDICT,
            #[expect(clippy::cast_precision_loss, reason = "at most five")]
            rows => 2.0 * PAD + rows as f32 * measure::FACET,
        }
    }

    /// Shows it in all the room there is.
    pub(super) fn show(&self, ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
        let Some(session) = app.session() else { return };
        let room = ui.max_rect();
        let (pad, height) = if self.rows.len() < 2 { (0.0, room.height()) } else { (PAD, measure::FACET) };
        let (mut first, mut top) = (0, room.top() + pad);
        for (row, n) in self.rows.iter().enumerate() {
            let rect = Rect::from_min_max(
                pos2(room.left() + measure::PAD_WIDE, top),
                pos2(room.right() - measure::PAD_WIDE, top + height),
            );
            let layout = Layout::left_to_right(egui::Align::Center);
            let mut line = ui.new_child(UiBuilder::new().id_salt(("verdict", row)).max_rect(rect).layout(layout));
            for at in first..first + n {
                self.item(&mut line, at, at > first, commands);
            }
            if row + 1 == self.rows.len() {
                line.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                    self.checks(ui, app, session, commands);
                });
            }
            (first, top) = (first + n, top + height);
        }
    }

    fn item(&self, ui: &mut Ui, at: usize, is_parted: bool, commands: &mut Vec<Command>) {
        let (Some(said), Some(value)) = (self.axes.get(at), self.values.get(at)) else { return };
        if is_parted {
            verdict_gap(ui, self.gap);
        }
        let item = VerdictItem::new(said.state, said.axis, value);
        if tip(ui.add(item), format!("{}: show it in Integrity", said.axis)).clicked() {
            commands.push(Command::ShowBundle(bundles::worst_of(&self.reports, at)));
        }
    }

    /// What was checked, from the right: as much as there is room for.
    fn checks(&self, ui: &mut Ui, app: &App, session: &Session, commands: &mut Vec<Command>) {
        let theme = Theme::of(ui);
        let reports = &self.reports;
        let sum = |of: fn(&Report) -> u64| reports.iter().map(|report| of(report)).sum::<u64>();
        if session.evidence().is_part() {
            if !app.is_reading() && link(ui, "Read all of the log", Type::Caption).clicked() {
                commands.push(Command::ReadOn);
            }
            let text = if app.is_reading() { "Reading: the verdict comes at the end" } else { "Stopped: no verdict" };
            ui.label(Type::Caption.rich(text).color(theme.text2));
            return;
        }
        let skipped = counted(sum(|report| report.checks.skipped.len() as u64), "check", "checks");
        let mut damages = Damages::default();
        for one in reports.iter().map(|report| Damages::of(report)) {
            damages.broken += one.broken;
            damages.gaps += one.gaps;
            damages.ends += one.ends;
        }
        let failed = match damages.total() {
            0 => format!("{} failed", count(sum(|report| report.checks.failed.values().sum()))),
            _ => words::damaged(damages),
        };
        let checked = format!("{} checked", count(sum(|report| report.records)));
        // What counts more is never covered by it: where there is little room, less is said.
        let of = match reports.len() {
            0 | 1 => String::new(),
            several => format!("worst of {} bundles · ", count(several as u64)),
        };
        let said = [
            format!("{of}{checked} · {skipped} skipped · {failed}"),
            format!("{of}{checked} · {failed}"),
            format!("{of}{failed}"),
        ];
        let width = |text: &str| text::line(ui, text, Type::Caption, theme.text2).size().x + measure::PAD;
        let Some(text) = said.into_iter().find(|text| width(text) <= ui.available_width()) else { return };
        ui.label(Type::Caption.rich(text).color(theme.text2));
    }
}

/// How many items stand in each row of `room` points, and what parts them: wide gaps only where all of them stand in one row.
fn rows(widths: &[f32], room: f32) -> (Vec<usize>, f32) {
    #[expect(clippy::cast_precision_loss, reason = "at most five")]
    let all = |gap: f32| widths.iter().sum::<f32>() + gap * widths.len().saturating_sub(1) as f32;
    if all(VERDICT_GAP) <= room {
        return (vec![widths.len()], VERDICT_GAP);
    }
    let gap = VERDICT_GAP / 2.0;
    let (mut rows, mut used): (Vec<usize>, f32) = (Vec::new(), f32::INFINITY);
    for width in widths {
        match rows.last_mut() {
            Some(row) if used + gap + width <= room => {
                *row += 1;
                used += gap + width;
            }
            _ => {
                rows.push(1);
                used = *width;
            }
        }
    }
    (rows, gap)
}

/// As it is written inside a line.
fn lower(value: &str) -> String {
    let mut chars = value.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_go_on_below_where_they_do_not_fit_beside_each_other() {
        let widths = [170.0, 240.0, 160.0, 130.0, 150.0];
        for (room, expected) in [
            (1000.0, (vec![5], VERDICT_GAP)),
            (930.0, (vec![5], VERDICT_GAP / 2.0)),
            (640.0, (vec![3, 2], VERDICT_GAP / 2.0)),
            (500.0, (vec![2, 3], VERDICT_GAP / 2.0)),
            (100.0, (vec![1, 1, 1, 1, 1], VERDICT_GAP / 2.0)),
        ] {
            assert_eq!(rows(&widths, room), expected, "{room}");
        }
        assert_eq!(rows(&[], 100.0).0, [0]);
    }
}
