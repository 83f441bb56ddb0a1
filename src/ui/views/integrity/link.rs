//! The single link: three records side by side, what each states and what its bytes give, and the lines between them.

use chrono_tz::Tz;
use egui::accesskit::Role;
use egui::{Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use super::super::{parts, words};
use super::map::{ChainState, run_at};
use super::{Known, zoom};
use crate::app::detail::{Detail, Link};
use crate::app::{Command, Session};
use crate::bundle::line::GENESIS;
use crate::case::Digest;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{pattern, shortened, text, tip};
use crate::ui::words::zoned_span;

/// Height of a card.
const CARD: f32 = 102.0;
/// What the time in a second zone adds to that.
const ZONED: f32 = 18.0;
/// Between two cards, and where there is little room.
const BETWEEN: [f32; 2] = [42.0, 22.0];
/// Cards of less width are drawn tight: shorter hashes, no time.
const TIGHT: f32 = 290.0;
/// Where the lines of a card stand.
const LINES: [f32; 4] = [20.0, 43.0, 63.0, 83.0];

/// What stands in one of the three places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Card {
    /// A record.
    Record(Link),
    /// Records that are not here: from, to (both included), and whether that is declared.
    Absent(u64, u64, bool),
    /// The chain begins or ends here.
    End(&'static str),
}

/// The three cards and what is to be said of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cards {
    pub(super) three: [Card; 3],
    pub(super) sentence: String,
}

/// Records by their seqs: one, or from one to another.
fn seqs(from: u64, to: u64) -> String {
    if from == to { format!("seq {}", count(from)) } else { format!("seq {} to {}", count(from), count(to)) }
}

fn cut(hash: &Digest) -> String {
    shortened(&hash.to_string(), 10, 8)
}

/// Puts the cards together; `absent` says of a missing record whether that is declared.
pub(super) fn cards(own: &Link, neighbours: &[Option<Link>; 2], size: u64, absent: impl Fn(u64) -> bool) -> Cards {
    let gap = |from: u64, to: u64| Card::Absent(from, to, absent(from));
    let [before, after] = neighbours;
    let is_gap_before = before.as_ref().map_or(own.seq > 0, |before| before.seq.saturating_add(1) < own.seq);
    if let (true, Some(before)) = (is_gap_before, before) {
        let (from, to) = (before.seq + 1, own.seq - 1);
        let n = counted(to - from + 1, "record is", "records are");
        let why = if absent(from) { "withheld, as declared" } else { "missing, and nothing declares that" };
        let sentence = format!(
            "{} was chained to {}, which no record here has. {n} {why}: {}.",
            count(own.seq),
            cut(&own.prev),
            seqs(from, to)
        );
        return Cards { three: [Card::Record(before.clone()), gap(from, to), Card::Record(own.clone())], sentence };
    }
    let first = match before {
        Some(before) => Card::Record(before.clone()),
        None if own.seq > 0 => gap(0, own.seq - 1),
        None => Card::End("The chain begins here: prev is 64 zeros"),
    };
    let last = match after {
        Some(after) if after.seq > own.seq.saturating_add(1) => gap(own.seq + 1, after.seq - 1),
        Some(after) => Card::Record(after.clone()),
        None if own.seq + 1 < size => gap(own.seq + 1, size - 1),
        None => Card::End("The chain ends here"),
    };
    let sentence = sentence(own, before.as_ref(), after.as_ref(), &last);
    Cards { three: [first, Card::Record(own.clone()), last], sentence }
}

fn sentence(own: &Link, before: Option<&Link>, after: Option<&Link>, last: &Card) -> String {
    let seq = count(own.seq);
    if !own.is_intact() {
        return format!(
            "{seq} states the hash {}; the bytes that stand there give {} (recomputed).",
            cut(&own.hash),
            cut(&own.recomputed)
        );
    }
    if let Some(after) = after.filter(|after| after.seq == own.seq + 1 && after.prev != own.hash) {
        return format!(
            "{} was chained to {} (declared). The bytes now standing at {seq} give {} (recomputed).",
            count(after.seq),
            cut(&after.prev),
            cut(&own.recomputed)
        );
    }
    if let Some(before) = before.filter(|before| before.seq + 1 == own.seq && before.hash != own.prev) {
        return format!(
            "{seq} was chained to {} (declared). The bytes now standing at {} give {} (recomputed).",
            cut(&own.prev),
            count(before.seq),
            cut(&before.recomputed)
        );
    }
    match last {
        Card::Absent(from, to, declared) => {
            let n = counted(to - from + 1, "record", "records");
            let why = if *declared { "withheld, as declared" } else { "missing" };
            format!("{seq} hashes as it states. Behind it {n} {why}: {}.", seqs(*from, *to))
        }
        _ if own.seq == 0 && own.prev != Digest(GENESIS) => {
            format!(
                "{seq} hashes as it states. It is the first record, and its prev is not the 64 zeros that stand there."
            )
        }
        // What is said of a neighbour is said only where there is one.
        _ => {
            let before = match (own.seq, before.is_some()) {
                (0, _) => "begins the chain with a prev of 64 zeros",
                (_, true) => "names the record before it",
                (_, false) => "cannot be held against the record before it, which is not here",
            };
            let behind =
                if after.is_some() { "is named by the one behind it" } else { "none behind it vouches for it" };
            format!("{seq} hashes as it states, {before}, and {behind}.")
        }
    }
}

/// Shows the cards of the record that is shown in detail, as the enlargement of its place above where it has one.
pub(super) fn show(
    ui: &mut Ui,
    (session, zone): (&Session, Option<Tz>),
    known: &Known,
    (selected, above): (Option<u32>, Option<(f32, f32)>),
    commands: &mut Vec<Command>,
) {
    let Some(row) = selected else { return };
    let detail: Option<&Detail> = session.detail.as_ref().and_then(|detail| detail.as_ref().ok());
    let Some(detail) = detail.filter(|detail| detail.row == row) else { return };
    let is_here = session.evidence().logs().get(known.bundle).is_some_and(|log| log.rows.contains(&row));
    let theme = Theme::of(ui);
    let Some(own) = detail.link.as_ref().filter(|_| is_here) else {
        if is_here {
            parts::wrapped(ui, "This line is not of the form of a record: it has no link.", Type::Table, theme.text);
        }
        return;
    };
    let withheld = |seq| run_at(&known.runs, seq).is_some_and(|run| run.state == ChainState::Withheld);
    let cards = cards(own, &detail.neighbours, known.size, withheld);
    let whole = ui.available_rect_before_wrap();
    match above {
        Some(above) => zoom::funnel(ui, above, (whole.left(), whole.right()), 12.0),
        None => ui.add_space(12.0),
    }
    let height = if zone.is_some() { CARD + ZONED } else { CARD };
    let (rect, _) = ui.allocate_exact_size(vec2(whole.width(), height), Sense::hover());
    let width_with = |between: f32| ((rect.width() - 2.0 * between) / 3.0).floor();
    let between = if width_with(BETWEEN[0]) < TIGHT { BETWEEN[1] } else { BETWEEN[0] };
    let width = width_with(between);
    for (at, card) in (0_u8..).zip(&cards.three) {
        let left = rect.left() + f32::from(at) * (width + between);
        let place = Rect::from_min_size(pos2(left, rect.top()), vec2(width, height));
        let before = usize::from(at).checked_sub(1).and_then(|at| cards.three.get(at));
        let behind = cards.three.get(usize::from(at) + 1);
        draw(ui, place, card, before, behind, (session, zone), (at, row), commands);
        if let Some(before) = before {
            wire(ui, place, between, before, card);
        }
    }
    ui.add_space(measure::CELL);
    parts::wrapped(ui, &cards.sentence, Type::Table, theme.text2);
}

/// Whether the record behind names the one before; `None` where one of them is not here.
fn joins(before: Option<&Card>, behind: Option<&Card>) -> Option<bool> {
    match (before, behind) {
        (Some(Card::Record(before)), Some(Card::Record(behind))) => Some(before.hash == behind.prev),
        _ => None,
    }
}

fn wire(ui: &Ui, place: Rect, between: f32, before: &Card, card: &Card) {
    let theme = Theme::of(ui);
    let (from, to) = (pos2(place.left() - between, place.top() + LINES[2]), pos2(place.left(), place.top() + LINES[1]));
    let middle = (from.x + to.x) / 2.0;
    let path = vec![from, pos2(middle, from.y), pos2(middle, to.y), to];
    match joins(Some(before), Some(card)) {
        Some(true) => drop(ui.painter().add(Shape::line(path, Stroke::new(measure::CURVE, theme.intact.color)))),
        Some(false) => {
            let stroke = Stroke::new(measure::CURVE, theme.broken.color);
            let half = |a, b| ui.painter().line_segment([a, b], stroke);
            let gap = (between / 4.0).min(10.0);
            half(from, pos2(middle - gap, from.y));
            half(pos2(middle + gap, to.y), to);
            icon::X.paint(ui.painter(), pos2(middle, (from.y + to.y) / 2.0), measure::ICON, theme.broken.color);
        }
        None => {
            let is_end = matches!(before, Card::End(_)) || matches!(card, Card::End(_));
            let declared = matches!(before, Card::Absent(.., true)) || matches!(card, Card::Absent(.., true));
            let color = match (is_end, declared) {
                (true, _) => theme.hair2,
                (_, true) => theme.withheld.color,
                _ => theme.broken.color,
            };
            let stroke = Stroke::new(measure::CURVE, color);
            ui.painter().extend(Shape::dashed_line(&path, stroke, 3.0, 2.0));
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one place, called once")]
fn draw(
    ui: &mut Ui,
    rect: Rect,
    card: &Card,
    before: Option<&Card>,
    behind: Option<&Card>,
    (session, zone): (&Session, Option<Tz>),
    (at, row): (u8, u32),
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let mut response = ui.interact(rect, ui.scope_id().with(("card", at)), Sense::click());
    let line = |n: usize| rect.top() + LINES.get(n).copied().unwrap_or_default();
    let left = rect.left() + 10.0;
    match card {
        Card::End(why) => {
            let stroke = Stroke::new(measure::HAIR, theme.hair2);
            pattern::dashed_rect(ui.painter(), rect.shrink(0.5), stroke, 3.0, 2.0);
            text::place(ui.painter(), left, line(0), text::cut(ui, why, Type::Table, theme.text2, rect.width() - 20.0));
            parts::name(&response, Role::Label, why);
        }
        Card::Absent(from, to, declared) => {
            let state = if *declared { VerdictState::Withheld } else { VerdictState::Broken };
            let color = state.paint(theme).color;
            pattern::dashed_rect(ui.painter(), rect.shrink(0.5), Stroke::new(measure::HAIR, color), 3.0, 2.0);
            let place = if from == to { count(*from) } else { format!("{}–{}", count(*from), count(*to)) };
            let what = if *declared { "withheld" } else { "missing" };
            let head = text::runs(
                ui,
                &[
                    (&place, Type::Heading, theme.text),
                    ("   ", Type::Table, color),
                    (what, Type::Table, state.word_color(theme)),
                ],
            );
            text::place(ui.painter(), left, line(0), head);
            let n = counted(to - from + 1, "record is not here", "records are not here");
            text::place(ui.painter(), left, line(1), text::line(ui, &n, Type::Table, theme.text2));
            let declared = match behind {
                Some(Card::Record(behind)) => {
                    text::place(
                        ui.painter(),
                        left,
                        line(2),
                        text::line(ui, "The last of them had the hash", Type::Table, theme.faint),
                    );
                    text::place(
                        ui.painter(),
                        left,
                        line(3),
                        text::line(ui, &cut(&behind.prev), Type::Mono, theme.text),
                    );
                    format!("; the last of them had the hash {}", behind.prev)
                }
                _ => String::new(),
            };
            parts::name(&response, Role::Label, &format!("{place} {what}: {n}{declared}"));
        }
        Card::Record(link) => {
            let fits = [joins(before, Some(card)), joins(Some(card), behind), Some(link.is_intact())];
            let is_bad = fits.get(1..).is_some_and(|fits| fits.contains(&Some(false)));
            let state = if is_bad { theme.broken.color } else { theme.intact.color };
            let edge = if is_bad && link.row == row { theme.broken.color } else { theme.hair2 };
            let fill = if response.hovered() && link.row != row { theme.hover } else { theme.panel };
            ui.painter().rect(rect, 0.0, fill, Stroke::new(measure::HAIR, edge), StrokeKind::Inside);
            let top = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + measure::STRONG));
            ui.painter().rect_filled(top, 0.0, state);
            record(ui, rect, link, fits, session);
            let time = session.evidence().times().instant(link.row);
            if let Some((time, zone)) = time.zip(zone) {
                zoned(ui, rect, &zoned_span(time, time, zone));
            }
            let said = |fits: Option<bool>, yes: &'static str, no: &'static str| match fits {
                Some(true) => yes,
                Some(false) => no,
                None => "not held against another record",
            };
            let label = format!(
                "Record {}, {}. prev {}: {}. hash {}. recomputed {}: {}",
                count(link.seq),
                link.kind.name(),
                link.prev,
                said(fits[0], "the hash of the record before", "not the hash of the record before"),
                link.hash,
                link.recomputed,
                said(fits[2], "as stated", "not as stated"),
            );
            parts::name(&response, Role::Button, &label);
            if let Some(time) = time {
                let zoned = zone.map(|zone| format!(", {}", zoned_span(time, time, zone))).unwrap_or_default();
                response = tip(response, format!("{} UTC{zoned}", words::instant(time)));
            }
            if response.clicked() && link.row != row {
                commands.push(Command::Select(link.row));
            }
        }
    }
    parts::focus_ring(ui, &response);
}

/// The time in the second zone, at the foot of a card, as much of it as has room whole.
fn zoned(ui: &Ui, rect: Rect, words: &str) {
    let theme = Theme::of(ui);
    let at = rect.left_bottom() + vec2(10.0, -ZONED);
    for words in [words, words.rsplit_once(' ').map_or("", |(time, _)| time)] {
        let galley = text::line(ui, words, Type::Caption, theme.text2);
        if galley.size().x <= rect.width() - 20.0 {
            text::place(ui.painter(), at.x, at.y, galley);
            break;
        }
    }
}

fn record(ui: &Ui, rect: Rect, link: &Link, fits: [Option<bool>; 3], session: &Session) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let (left, right) = (rect.left() + 10.0, rect.right() - 10.0);
    let line = |n: usize| rect.top() + LINES.get(n).copied().unwrap_or_default();
    let seq = text::place(painter, left, line(0), text::line(ui, &count(link.seq), Type::Heading, theme.text));
    let is_tight = rect.width() < TIGHT;
    // A time is never cut short: where there is no room for all of it the detail has it.
    let time =
        session.evidence().times().instant(link.row).filter(|_| !is_tight).map(words::instant).unwrap_or_default();
    let time = text::place_right(painter, right, line(0), text::line(ui, &time, Type::Caption, theme.text2));
    let room = time.left() - seq.right() - 15.0;
    text::place(painter, seq.right() + 8.0, line(0), text::cut(ui, link.kind.name(), Type::Table, theme.text2, room));
    let bad = |fits: Option<bool>| if fits == Some(false) { theme.broken.color } else { theme.text };
    let rows = [
        ("prev", &link.prev, bad(fits[0]), fits[0]),
        ("hash", &link.hash, bad(fits[1]), None),
        (
            if is_tight { "computed" } else { "recomputed" },
            &link.recomputed,
            bad(fits[2].and_then(|own| if own { fits[1] } else { Some(false) })),
            fits[2],
        ),
    ];
    for (at, (name, hash, color, check)) in rows.into_iter().enumerate() {
        let y = line(at + 1);
        text::place(painter, left, y, text::line(ui, name, Type::Table, theme.faint));
        let (from, hash) = if is_tight { (60.0, shortened(&hash.to_string(), 6, 6)) } else { (80.0, cut(hash)) };
        text::place(painter, left + from, y, text::line(ui, &hash, Type::Mono, color));
        let (drawn, color) = match check {
            Some(true) => (icon::CHECK, theme.intact.color),
            Some(false) => (icon::X, theme.broken.color),
            None => continue,
        };
        drawn.paint(painter, pos2(right - if is_tight { 3.0 } else { 7.0 }, y), measure::ICON_SMALL, color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Kind;

    fn link(seq: u64, prev: u8, hash: u8) -> Link {
        let digest = |byte| Digest([byte; 32]);
        Link {
            row: u32::try_from(seq).unwrap_or_default(),
            seq,
            prev: digest(prev),
            hash: digest(hash),
            recomputed: digest(hash),
            kind: Kind::Decision,
        }
    }

    #[test]
    fn what_is_said_of_a_link() {
        let none = |_| false;
        let intact = cards(&link(5, 4, 5), &[Some(link(4, 3, 4)), Some(link(6, 5, 6))], 7, none);
        assert!(intact.sentence.contains("hashes as it states, names"), "{}", intact.sentence);
        let replaced = cards(&link(5, 4, 9), &[Some(link(4, 3, 4)), Some(link(6, 5, 6))], 7, none);
        assert!(
            replaced.sentence.starts_with("6 was chained to 0505050505…05050505 (declared)"),
            "{}",
            replaced.sentence
        );
        assert_eq!(joins(replaced.three.get(1), replaced.three.get(2)), Some(false));
        let edited = cards(&Link { recomputed: Digest([8; 32]), ..link(5, 4, 5) }, &[None, None], 6, none);
        assert!(
            edited.sentence.contains("(recomputed)") && edited.sentence.starts_with("5 states"),
            "{}",
            edited.sentence
        );
        let gap = cards(&link(7, 6, 7), &[Some(link(4, 3, 4)), None], 8, none);
        assert_eq!(gap.three.get(1), Some(&Card::Absent(5, 6, false)));
        assert!(gap.sentence.contains("2 records are missing, and nothing declares that"), "{}", gap.sentence);
        let slice = cards(&link(7, 6, 7), &[Some(link(4, 3, 4)), None], 8, |_| true);
        assert!(slice.sentence.contains("withheld, as declared"), "{}", slice.sentence);
        let cut = cards(&link(7, 6, 7), &[Some(link(6, 5, 6)), None], 10, none);
        assert_eq!(cut.three.get(2), Some(&Card::Absent(8, 9, false)));
        let first = cards(&link(0, 0, 1), &[None, Some(link(1, 1, 2))], 2, none);
        assert!(
            first.sentence.contains("begins the chain with a prev of 64 zeros, and is named"),
            "{}",
            first.sentence
        );
        assert!(!first.sentence.contains("the record before"), "{}", first.sentence);
        let forged = cards(&link(0, 7, 1), &[None, Some(link(1, 1, 2))], 2, none);
        assert!(forged.sentence.contains("is not the 64 zeros"), "{}", forged.sentence);
        let last = cards(&link(5, 4, 5), &[Some(link(4, 3, 4)), None], 6, none);
        assert!(last.sentence.ends_with("and none behind it vouches for it."), "{}", last.sentence);
        assert!(matches!(first.three.first(), Some(Card::End(_))));
    }
}
