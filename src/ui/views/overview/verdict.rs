//! The verdict in five columns, parted by hairlines.

use egui::accesskit::Role;
use egui::{Rect, Sense, Stroke, Ui, pos2, vec2};

use super::super::words::Said;
use super::super::{parts, words};
use crate::app::Command;
use crate::integrity::Report;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{text, verdict_icon};

/// The least width of a column: the longest word of a verdict stands in it.
const LEAST: f32 = 168.0;

/// The five axes: side by side where there is room, otherwise three and two, or one below the other.
pub(super) fn columns(ui: &mut Ui, report: &Report, bundle: usize, commands: &mut Vec<Command>) {
    let axes = words::axes(report);
    let width = ui.available_width();
    let abreast = if width >= 5.0 * LEAST {
        5
    } else if width >= 3.0 * LEAST {
        3
    } else {
        1
    };
    for (at, row) in axes.chunks(abreast).enumerate() {
        self::row(ui, row, at * abreast, (abreast, bundle), commands);
    }
}

/// Axes side by side; the first of them is the `first` of all.
fn row(ui: &mut Ui, axes: &[Said], first: usize, (abreast, bundle): (usize, usize), commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let rect = ui.available_rect_before_wrap();
    #[allow(clippy::cast_precision_loss, reason = "at most five")]
    let width = (rect.width() / abreast as f32).floor();
    let mut bottom = rect.top();
    let mut drawn = Vec::new();
    // In a picture nothing stands in the margin of the page.
    let margin = if crate::ui::still::is(ui) { measure::PAGE } else { measure::PAD_WIDE };
    for (at, said) in (0_u8..).zip(axes) {
        let left = rect.left() + width * f32::from(at);
        let right = if usize::from(at) + 1 == abreast { rect.right() } else { left + width };
        let inner =
            Rect::from_min_max(pos2(left + measure::PAGE, rect.top() + 18.0), pos2(right - margin, f32::INFINITY));
        let column = parts::at(ui, inner, |ui| {
            parts::line(ui, said.axis, Type::Body, theme.text2);
            ui.add_space(2.0);
            // Never cut: where there is little room it goes on below.
            let color = said.state.word_color(theme);
            let room = ui.available_width() - 28.0;
            let value = ui.painter().layout(said.value.clone(), Type::Heading.font(), color, room);
            let height = value.size().y.max(Type::Heading.line());
            let (line, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
            let first = line.top() + Type::Heading.line() / 2.0;
            verdict_icon(ui, said.state, pos2(line.left() + 10.0, first), measure::ICON_LARGE);
            text::place(ui.painter(), line.left() + 28.0, line.center().y, value);
            parts::name(&response, Role::Label, &said.value);
            ui.add_space(6.0);
            parts::wrapped(ui, &said.checked, Type::Table, theme.text2);
            ui.add_space(4.0);
            parts::wrapped(ui, &format!("Not proven: {}", said.not_proven), Type::Caption, theme.faint);
            ui.min_rect().bottom()
        });
        bottom = bottom.max(column + measure::PAD_WIDE);
        drawn.push((left, right, said));
    }
    let least = if abreast == 5 { 156.0 } else { 0.0 };
    bottom = bottom.max(rect.top() + least).ceil();
    for (at, (left, right, said)) in drawn.into_iter().enumerate() {
        let whole = Rect::from_min_max(pos2(left, rect.top()), pos2(right, bottom));
        let response = ui.interact(whole, ui.scope_id().with(("axis", first + at)), Sense::click());
        parts::name(&response, Role::Button, &format!("{}: {}, show in Integrity", said.axis, said.value));
        parts::focus_ring(ui, &response);
        if response.clicked() {
            commands.push(Command::ShowBundle(bundle));
        }
        if at > 0 {
            ui.painter().vline(left + 0.5, whole.y_range(), Stroke::new(measure::HAIR, theme.hair));
        }
    }
    ui.painter().hline(rect.x_range(), bottom + 0.5, Stroke::new(measure::HAIR, theme.hair));
    ui.advance_cursor_after_rect(Rect::from_min_max(rect.min, pos2(rect.right(), bottom + measure::HAIR)));
}
