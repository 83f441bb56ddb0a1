//! A record's path to the root of a checkpoint, drawn, with what it proves in words, or why there is none.

use egui::{Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::chain::{hash_line, said};
use crate::app::Session;
use crate::app::detail::Detail;
use crate::app::inclusion::{LeafOf, NoPath, RootPath};
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::{figures, shortened, subsection, text};

/// Height of a step of the path.
const STEP: f32 = 18.0;
/// Where the path stands, from the left.
const SPINE: f32 = 24.0;
/// So many other records are named.
const MAX_NAMED: usize = 5;

/// Shows it.
pub(super) fn show(ui: &mut Ui, session: &Session, detail: &Detail) {
    let found = session.root_path.as_ref().filter(|(row, _)| *row == detail.row);
    let path = match found {
        None => return said(ui, "The path to a signed root is being computed."),
        Some((_, Err(error))) => return said(ui, &format!("The path to a signed root cannot be computed: {error}")),
        Some((_, Ok(Err(why)))) => {
            subsection(ui, "Path to a signed root", "");
            ui.add_space(measure::GRID);
            return said(ui, &why_none(*why));
        }
        Some((_, Ok(Ok(path)))) => path,
    };
    let Some(link) = &detail.link else { return };
    let what = if path.is_signed { "signed root" } else { "root" };
    subsection(ui, &format!("Path to {what} {}", figures::count(path.size)), "");
    ui.add_space(measure::GRID);
    said(ui, &sentence(link.seq, path));
    if !path.others.is_empty() {
        ui.add_space(measure::GRID);
        said(ui, &others(&path.others));
    }
    ui.add_space(measure::GRID);
    hash_line(ui, what, path.signed, "the tree, as the checkpoint states it", None);
    hash_line(ui, "computed", path.computed, "the tree, from this record upwards", Some(path.is_equal()));
    ui.add_space(measure::CELL);
    spine(ui, link.seq, path);
    ui.add_space(measure::CELL);
    hash_line(ui, "leaf", path.leaf, "the leaf of this record in the tree (RFC 6962)", None);
}

/// What the path says, in words.
fn sentence(seq: u64, path: &RootPath) -> String {
    let (size, hashes) = (figures::count(path.size), path.siblings.len() as u64);
    let hashes = figures::counted(hashes, "hash", "hashes");
    let signed = if path.is_signed { "signed" } else { "committed to" };
    let mut said = match (path.is_equal(), path.of) {
        (true, LeafOf::Content) => format!(
            "With {hashes} of other records the leaf of {} gives the root that the checkpoint of {size} states: the record is as it was {signed}.",
            figures::count(seq)
        ),
        (true, LeafOf::Declared) => format!(
            "With the declared hash the path leads to the root that the checkpoint of {size} states: the declared hash was {signed}. What stands here gives another hash, so this content was not {signed}. What it was before cannot be told from this bundle."
        ),
        (true, LeafOf::Named) => format!(
            "With the hash that the next record names, the path leads to the root that the checkpoint of {size} states: that hash was {signed}. This record has another one, so it was not {signed}. What stood here before cannot be told from this bundle."
        ),
        (false, _) => format!(
            "The root that the records give is not the one that the checkpoint of {size} states: at least one record below it is not as it was {signed}."
        ),
    };
    if !path.is_signed {
        said.push_str(" No signature of this checkpoint fits a key that is known.");
    }
    said
}

/// Whose hashes were not taken from the records themselves.
fn others(seqs: &[u64]) -> String {
    let named: Vec<String> = seqs.iter().take(MAX_NAMED).map(|seq| figures::count(*seq)).collect();
    match (named.as_slice(), seqs.len().saturating_sub(MAX_NAMED)) {
        ([], _) => String::new(),
        ([only], _) => {
            format!("Record {only} is damaged or missing: the hash that another line states for it was taken.")
        }
        (named, more) => {
            let more = if more > 0 { format!(" and {} more", figures::count(more as u64)) } else { String::new() };
            let named = named.join(", ");
            format!(
                "Records {named}{more} are damaged or missing: the hashes that other lines state for them were taken."
            )
        }
    }
}

/// Why there is no path, and what cannot be proven so.
fn why_none(why: NoPath) -> String {
    let count = figures::count;
    match why {
        NoPath::NoPlace => "The line states no place in the log, so it has no leaf in a tree.".to_owned(),
        NoPath::NotCovered => "No checkpoint covers this record: its links hold it, but nobody signed it. A rewrite of the whole tail would not show.".to_owned(),
        NoPath::NotRead { size } => format!(
            "The log was not read up to {}, where the next checkpoint stands. Read on for the path.",
            count(size)
        ),
        NoPath::Missing { size, first, last } => {
            let which = if first == last {
                format!("Record {} is not here", count(first))
            } else {
                format!("Records {} to {} are not here", count(first), count(last))
            };
            format!("{which}, and nothing tells the hashes of all of them, so the root of {} cannot be computed. Not proven: that this record is as it was signed.", count(size))
        }
        NoPath::Damaged { size } => format!(
            "So many records below {} are damaged that the path is not computed. Not proven here: that this record is as it was signed.",
            count(size)
        ),
        NoPath::NotHere { size } => format!(
            "A place below {} stands more than once in the file, or its records contradict each other, so this path cannot be told. What the verification found is shown in Integrity.",
            count(size)
        ),
        NoPath::Stopped => "The path to a signed root was not computed: it was stopped.".to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Digest;

    fn path(of: LeafOf, computed: u8, others: Vec<u64>) -> RootPath {
        let [signed, computed, leaf] = [[1; 32], [computed; 32], [7; 32]].map(Digest);
        RootPath { size: 8_000, signed, is_signed: true, computed, leaf, of, others, siblings: Vec::new() }
    }

    #[test]
    fn the_sentence_says_what_is_proven_and_no_more() {
        for (path, said, unsaid) in [
            (path(LeafOf::Content, 1, vec![]), "the record is as it was signed", "damaged"),
            (path(LeafOf::Content, 2, vec![]), "at least one record below it is not as it was signed", "is as it was"),
            (path(LeafOf::Declared, 1, vec![]), "so this content was not signed", "is as it was"),
            (path(LeafOf::Named, 1, vec![9]), "This record has another one, so it was not signed", "is as it was"),
            (RootPath { is_signed: false, ..path(LeafOf::Content, 1, vec![]) }, "No signature", "was signed"),
        ] {
            let sentence = sentence(5, &path);
            assert!(sentence.contains(said) && !sentence.contains(unsaid), "{sentence}");
        }
        assert_eq!(others(&[]), "");
        assert!(others(&[9]).starts_with("Record 9 is damaged or missing"));
        let seven: Vec<u64> = (0..7).collect();
        assert!(others(&seven).starts_with("Records 0, 1, 2, 3, 4 and 2 more are damaged or missing"));
        let none = why_none(NoPath::Missing { size: 20_000, first: 19_650, last: 19_999 });
        assert!(none.contains("Not proven"), "{none}");
    }
}
