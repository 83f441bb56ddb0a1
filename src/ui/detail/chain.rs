//! A record's place in the chain: its own hash made again, and its neighbours. Its path to the root of a
//! checkpoint is drawn by `path`.

use egui::{Rect, ScrollArea, Sense, Stroke, Ui, pos2, vec2};

use super::pad;
use crate::app::detail::{Detail, Link};
use crate::app::{Command, Session};
use crate::case::Digest;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::{HashLabel, figures, hairline, shortened, text};
use crate::ui::words;

/// Where the line through the cards stands, from the left.
const SPINE: f32 = 24.0;

/// Shows it, scrolling.
pub(super) fn show(ui: &mut Ui, session: &Session, detail: &Detail, commands: &mut Vec<Command>) {
    ScrollArea::vertical().id_salt(("chain", detail.row)).auto_shrink(false).show(ui, |ui| {
        pad(ui, |ui| {
            ui.add_space(measure::PAD);
            let Some(link) = &detail.link else {
                let told = "The line is not of the form of a line: it has no hash and no place in the chain.";
                said(ui, told);
                return;
            };
            own(ui, link);
            // Bytes and hash may fit each other and still not be what was chained: the next record tells.
            if let Some(next) = renamed(link, detail.neighbours[1].as_ref()).filter(|_| link.is_intact()) {
                let told = format!(
                    "The bytes give the hash that the line states, but record {} names another one.",
                    figures::count(next)
                );
                said(ui, &told);
            }
            ui.add_space(measure::PAD);
            neighbours(ui, detail, link, commands);
        });
        ui.add_space(measure::PAD_WIDE);
        hairline(ui);
        pad(ui, |ui| {
            ui.add_space(measure::PAD);
            super::path::show(ui, session, detail);
            ui.add_space(measure::PAGE);
        });
    });
}

/// Words that may be long.
pub(super) fn said(ui: &mut Ui, words: &str) {
    let color = Theme::of(ui).text2;
    text::selectable(ui, words, Type::Table, color);
}

fn check(is_right: bool) -> (icon::Icon, VerdictState) {
    if is_right { (icon::CHECK, VerdictState::Intact) } else { (icon::X, VerdictState::Broken) }
}

/// A hash with its name before it, and a check or a cross behind.
pub(super) fn hash_line(ui: &mut Ui, name: &str, hash: Digest, of: &str, is_right: Option<bool>) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(22.0);
        ui.spacing_mut().item_spacing.x = 0.0;
        let (rect, _) = ui.allocate_exact_size(vec2(84.0, Type::Table.line()), Sense::hover());
        let galley = text::line(ui, name, Type::Table, theme.faint);
        text::place(ui.painter(), rect.left(), rect.center().y, galley);
        let hash = hash.to_string();
        let label = HashLabel::new(&hash, of);
        ui.add(if is_right == Some(false) { label.state(VerdictState::Broken) } else { label });
        if let Some(is_right) = is_right {
            let (icon, state) = check(is_right);
            let room = ui.available_width();
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let word = if is_right { "equal" } else { "differs" };
                let color = state.paint(theme).color;
                let mut galley = text::line(ui, word, Type::Table, color);
                let mut size = vec2(galley.size().x + measure::GAP_ICON + measure::ICON_SMALL, Type::Table.line());
                // Where the detail is narrow a check or a cross has to do; its word is heard.
                if size.x + measure::GAP > room {
                    (galley, size.x) = (text::line(ui, "", Type::Table, color), measure::ICON_SMALL);
                }
                let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                let middle = rect.center().y;
                let centre = pos2(rect.left() + measure::ICON_SMALL / 2.0, middle);
                icon.paint(ui.painter(), centre, measure::ICON_SMALL, color);
                text::place_right(ui.painter(), rect.right(), middle, galley);
                let label = format!("{name} {word}");
                response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &label));
            });
        }
    });
}

/// The record's own hash, made from its bytes when it was read just now.
fn own(ui: &mut Ui, link: &Link) {
    crate::ui::widgets::subsection(ui, "Its own hash", "recomputed from the bytes");
    ui.add_space(measure::GRID);
    hash_line(ui, "declared", link.hash, "this record, as its line states it", None);
    hash_line(ui, "recomputed", link.recomputed, "this record, from its bytes now", Some(link.is_intact()));
    if !link.is_intact() {
        said(ui, "What stands here is not what the line states the hash of.");
    }
}

/// The records before and behind, each a card that leads there, and whether the links between them hold.
fn neighbours(ui: &mut Ui, detail: &Detail, link: &Link, commands: &mut Vec<Command>) {
    crate::ui::widgets::subsection(ui, "Its neighbours", "");
    ui.add_space(measure::GRID);
    let [before, behind] = &detail.neighbours;
    match before {
        Some(before) => {
            let is_near = before.seq.checked_add(1) == Some(link.seq);
            card(ui, "previous record", before, &[("hash", before.hash, None)], commands);
            joint(ui, is_near && before.hash == link.prev, is_near, before.seq, link.seq);
        }
        None if link.seq == 0 => said(ui, "The first record of the log: it has none before it."),
        None => said(ui, "The record before it is not in this file."),
    }
    own_card(ui, link, before.as_ref(), behind.as_ref());
    match behind {
        Some(behind) => {
            let is_near = link.seq.checked_add(1) == Some(behind.seq);
            joint(ui, is_near && behind.prev == link.hash, is_near, link.seq, behind.seq);
            let is_right = is_near.then_some(behind.prev == link.hash);
            card(ui, "next record", behind, &[("prev", behind.prev, is_right)], commands);
        }
        None => said(ui, "The last record of the file: none behind it vouches for it."),
    }
}

/// What joins two cards: a line that holds, or one that is broken.
fn joint(ui: &mut Ui, holds: bool, is_near: bool, from: u64, to: u64) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let x = rect.left() + SPINE;
    let state = if holds { VerdictState::Intact } else { VerdictState::Broken };
    let color = state.paint(theme).color;
    ui.painter().vline(x, rect.y_range(), Stroke::new(measure::CURVE, color));
    let word = match (holds, is_near) {
        (true, _) => "linked".to_owned(),
        (_, true) => "link broken".to_owned(),
        (_, false) => {
            let missing = to.saturating_sub(from).saturating_sub(1);
            if missing > 0 { format!("{} missing between", figures::count(missing)) } else { "out of order".to_owned() }
        }
    };
    if !holds {
        let size = vec2(measure::ICON_SMALL, measure::ICON_SMALL);
        ui.painter().rect_filled(Rect::from_center_size(pos2(x, rect.center().y), size), 0.0, theme.panel);
        icon::X.paint(ui.painter(), pos2(x, rect.center().y), measure::ICON_SMALL, color);
    }
    let ink = if holds { theme.faint } else { color };
    let galley = text::line(ui, &word, Type::Caption, ink);
    text::place(ui.painter(), x + 14.0, rect.center().y, galley);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &word));
}

/// A record as a card: a click leads there.
fn card(ui: &mut Ui, what: &str, link: &Link, hashes: &[(&str, Digest, Option<bool>)], commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let height = 30.0 + 20.0 * hashes.len() as f32;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let lit = response.hovered() || response.has_focus();
    let edge = if lit { theme.accent } else { theme.hair2 };
    ui.painter().rect_stroke(rect, 0.0, Stroke::new(measure::HAIR, edge), egui::StrokeKind::Inside);
    face(ui, rect, link, hashes, link.is_intact());
    let label = format!("{what}: {} {}", words::kind(link.kind), figures::count(link.seq));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, &label));
    if crate::ui::widgets::tip(response, "Show this record").clicked() {
        commands.push(Command::Select(link.row));
    }
}

/// The next record, where it names another hash than this one states.
fn renamed(link: &Link, behind: Option<&Link>) -> Option<u64> {
    behind.filter(|next| link.seq.checked_add(1) == Some(next.seq) && next.prev != link.hash).map(|next| next.seq)
}

/// The record itself between its neighbours.
fn own_card(ui: &mut Ui, link: &Link, before: Option<&Link>, behind: Option<&Link>) {
    let theme = Theme::of(ui);
    let fits = before.filter(|before| before.seq.checked_add(1) == Some(link.seq)).map(|one| one.hash == link.prev);
    // What the next record names is what stood here when that was written.
    let renamed = renamed(link, behind);
    let is_named = renamed.is_none();
    let is_right = fits != Some(false) && link.is_intact() && is_named;
    let hashes = [("prev", link.prev, fits), ("hash", link.hash, Some(link.is_intact() && is_named))];
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 70.0), Sense::hover());
    let edge = if is_right { theme.text2 } else { theme.broken.color };
    ui.painter().rect_stroke(rect, 0.0, Stroke::new(measure::HAIR, edge), egui::StrokeKind::Inside);
    face(ui, rect, link, &hashes, is_right);
    let mut label = format!("this record: {} {}", words::kind(link.kind), figures::count(link.seq));
    if let Some(next) = renamed {
        why_beside(ui, rect, "not chained");
        label += &format!("; its hash is not the one that {} names", figures::count(next));
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &label));
}

/// Says beside the cross at the card's hash what is wrong with it, where there is room.
fn why_beside(ui: &Ui, rect: Rect, why: &str) {
    let galley = text::line(ui, why, Type::Caption, Theme::of(ui).broken.color);
    let right = rect.right() - 16.0 - measure::ICON_SMALL;
    let hash = rect.left()
        + 56.0
        + text::line(ui, &shortened(&"0".repeat(64), 10, 8), Type::Mono, Theme::of(ui).text).size().x;
    if right - galley.size().x >= hash + measure::GAP {
        text::place_right(ui.painter(), right, rect.top() + 56.0, galley);
    }
}

/// What stands on a card.
fn face(ui: &Ui, rect: Rect, link: &Link, hashes: &[(&str, Digest, Option<bool>)], is_right: bool) {
    let theme = Theme::of(ui);
    let state = if is_right { VerdictState::Intact } else { VerdictState::Broken };
    let bar = Rect::from_min_size(rect.min, vec2(rect.width(), measure::STRONG));
    ui.painter().rect_filled(bar, 0.0, state.paint(theme).color);
    let seq = text::line(ui, &figures::count(link.seq), Type::TableMedium, theme.text);
    let drawn = text::place(ui.painter(), rect.left() + 10.0, rect.top() + 16.0, seq);
    let kind = text::line(ui, words::kind(link.kind), Type::Table, theme.text2);
    text::place(ui.painter(), drawn.right() + 10.0, rect.top() + 16.0, kind);
    for (at, (name, hash, is_right)) in hashes.iter().enumerate() {
        let middle = rect.top() + 36.0 + 20.0 * at as f32;
        let galley = text::line(ui, name, Type::Table, theme.faint);
        text::place(ui.painter(), rect.left() + 10.0, middle, galley);
        let color = if *is_right == Some(false) { theme.broken.color } else { theme.text };
        let hash = text::line(ui, &shortened(&hash.to_string(), 10, 8), Type::Mono, color);
        text::place(ui.painter(), rect.left() + 56.0, middle, hash);
        if let Some(is_right) = is_right {
            let (icon, state) = check(*is_right);
            let at = pos2(rect.right() - 16.0, middle);
            icon.paint(ui.painter(), at, measure::ICON_SMALL, state.paint(theme).color);
        }
    }
}
