//! A record's path to the root of a checkpoint, drawn, with what it proves in words, or why there is none.

use egui::{Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::chain::{hash_line, said};
use crate::app::Session;
use crate::app::detail::Detail;
use crate::report::inclusion::{LeafOf, RootPath};
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::{figures, shortened, subsection, text};

/// Height of a step of the path.
const STEP: f32 = 18.0;
/// Where the path stands, from the left.
const SPINE: f32 = 24.0;

/// Shows it.
pub(super) fn show(ui: &mut Ui, session: &Session, detail: &Detail) {
    let found = session.root_path.as_ref().filter(|(row, _)| *row == detail.row);
    let path = match found {
        None => return said(ui, "The path to a signed root is being computed."),
        Some((_, Err(error))) => return said(ui, &format!("The path to a signed root cannot be computed: {error}")),
        Some((_, Ok(Err(why)))) => {
            subsection(ui, "Path to a signed root", "");
            ui.add_space(measure::GRID);
            return said(ui, &why.words());
        }
        Some((_, Ok(Ok(path)))) => path,
    };
    let Some(link) = &detail.link else { return };
    let what = if path.is_signed { "signed root" } else { "root" };
    subsection(ui, &format!("Path to {what} {}", figures::count(path.size)), "");
    ui.add_space(measure::GRID);
    said(ui, &path.words(link.seq));
    if !path.others.is_empty() {
        ui.add_space(measure::GRID);
        said(ui, &path.words_of_others());
    }
    ui.add_space(measure::GRID);
    hash_line(ui, what, path.signed, "the tree, as the checkpoint states it", None);
    hash_line(ui, "computed", path.computed, "the tree, from this record upwards", Some(path.is_equal()));
    ui.add_space(measure::CELL);
    spine(ui, link.seq, path);
    ui.add_space(measure::CELL);
    hash_line(ui, "leaf", path.leaf, "the leaf of this record in the tree (RFC 6962)", None);
}

/// The way from the root down to the leaf, with what each sibling covers.
fn spine(ui: &mut Ui, seq: u64, path: &RootPath) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let steps = path.siblings.len() as f32;
    let (rect, response) = ui.allocate_exact_size(vec2(width, STEP * (steps + 2.0)), Sense::hover());
    let painter = ui.painter();
    let x = rect.left() + SPINE;
    let row = |at: f32| rect.top() + STEP * (at + 0.5);
    let words_at = rect.left() + 52.0;
    let head = |words: &str| text::line(ui, words, Type::Table, theme.faint);
    text::place(painter, words_at, row(0.0), head("sibling covers"));
    text::place_right(painter, rect.right(), row(0.0), head("its hash"));
    let (top, bottom) = (row(0.0) + 6.0, row(steps + 1.0));
    let stroke = Stroke::new(measure::CURVE, theme.text2);
    painter.vline(x, top..=bottom - 6.0, stroke);
    let tip: [Pos2; 3] = [pos2(x - 3.0, top + 4.0), pos2(x, top), pos2(x + 3.0, top + 4.0)];
    painter.line(tip.to_vec(), stroke);
    for (at, (from, to, hash)) in path.siblings.iter().rev().enumerate() {
        let middle = row(at as f32 + 1.0);
        let is_left = *to < seq;
        let side = if is_left { -13.0 } else { 13.0 };
        painter.line_segment([pos2(x, middle - 5.0), pos2(x + side, middle)], stroke);
        painter.circle_filled(pos2(x, middle - 5.0), 2.0, theme.text2);
        let square = Rect::from_center_size(pos2(x + side, middle), vec2(7.0, 7.0));
        painter.rect_filled(square, 0.0, theme.neutral);
        let covers = match from == to {
            true => figures::count(*from),
            false => format!("{}–{}", figures::count(*from), figures::count(*to)),
        };
        text::place(painter, words_at, middle, text::line(ui, &covers, Type::Table, theme.text2));
        let hash = text::line(ui, &shortened(&hash.to_string(), 8, 6), Type::Mono, theme.text2);
        text::place_right(painter, rect.right(), middle, hash);
    }
    let state = if path.is_equal() && path.of == LeafOf::Content { VerdictState::Intact } else { VerdictState::Broken };
    let square = Rect::from_center_size(pos2(x, bottom), vec2(8.0, 8.0));
    painter.rect_filled(square, 0.0, state.paint(theme).color);
    let leaf = match path.of {
        LeafOf::Content => format!("leaf {}", figures::count(seq)),
        LeafOf::Declared => format!("leaf {}, of the declared hash", figures::count(seq)),
        LeafOf::Named => format!("leaf {}, of the hash that the next record names", figures::count(seq)),
    };
    text::place(painter, words_at, bottom, text::line(ui, &leaf, Type::TableMedium, theme.text));
    let label = format!("{leaf}, {} siblings up to the root", path.siblings.len());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Image, true, &label));
    for (at, (from, to, hash)) in path.siblings.iter().rev().enumerate() {
        let line = Rect::from_min_size(pos2(rect.left(), row(at as f32 + 0.5)), vec2(width, STEP));
        let hover = ui.interact(line, response.id.with(at), Sense::hover());
        hover.on_hover_ui(|ui| {
            text::wrapped(ui, &hash.to_string(), Type::Mono, theme.text);
            let of = format!("the tree over {} to {}", figures::count(*from), figures::count(*to));
            ui.label(Type::Caption.rich(of).color(theme.text2));
        });
    }
}
