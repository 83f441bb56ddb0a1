//! A passage: text that is broken into lines together, with the look of its parts, and the fonts that its characters are in.

use std::ops::Range;
use std::rc::Rc;

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

use super::super::shown::{leads, name, shown};
use super::super::{Face, Run, Text, Tone};
use super::faces::{Faces, FontId, Glyph};
use super::lines::{Breaker, Breaking, Cluster, Extent, Line};
use super::look::{ACCENT, FAINT, Ink, Style, Weight, ink};
use super::tree::{Mark, NodeId, Tree};

/// Letters of one width look larger than others of the same size.
const MONO_SIZE: f32 = 0.92;
/// No word is shaped in longer parts, in bytes.
const LONGEST: usize = 192;

/// A part of a passage, of one look.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    end: usize,
    weight: Weight,
    pub(super) ink: Ink,
    pub(super) size: f32,
    /// What it belongs to; none of what only adorns.
    pub(super) mark: Option<Mark>,
    /// Where it leads.
    pub(super) link: Option<Link>,
}

/// Where a part of a passage leads.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    pub(super) address: Rc<str>,
    pub(super) node: NodeId,
}

/// Text that is broken into lines together.
#[derive(Debug)]
pub(super) struct Passage {
    pub(super) text: String,
    spans: Vec<Span>,
    /// From one base line to the next.
    pub(super) leading: f32,
    /// The size of most letters.
    pub(super) size: f32,
    /// The direction of each byte, where some of it runs from right to left.
    levels: Option<Vec<Level>>,
}

/// Letters that are drawn together: of one look, one font, one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) span: usize,
    pub(super) font: FontId,
    pub(super) level: u8,
}

impl Passage {
    /// Of runs, as part of `node`. Without a node it only adorns.
    pub(super) fn of(text: &Text, style: Style, node: Option<NodeId>, faces: &mut Faces<'_>, tree: &mut Tree) -> Self {
        let mut passage =
            Self { text: String::new(), spans: Vec::new(), leading: style.leading, size: style.size, levels: None };
        let mut mark = None;
        for run in &text.0 {
            let link = node.zip(run.link.as_deref().filter(|address| leads(address))).map(|(node, address)| {
                let node = tree.link(node);
                // What follows the link is another part of the node.
                mark = None;
                Link { address: address.into(), node }
            });
            let own = match &link {
                Some(link) => Some(tree.mark(link.node)),
                None => {
                    mark = mark.or_else(|| node.map(|node| tree.mark(node)));
                    mark
                }
            };
            passage.push(run, style, own, link, faces);
        }
        passage.turn();
        passage
    }

    /// Of nothing.
    #[cfg(test)]
    pub(super) fn blank(leading: f32) -> Self {
        Self { text: String::new(), spans: Vec::new(), leading, size: leading, levels: None }
    }

    /// Where an empty passage belongs, so that an empty cell is a cell.
    pub(super) fn mark(&self) -> Option<Mark> {
        self.spans.first().filter(|_| self.text.is_empty()).and_then(|span| span.mark)
    }

    /// Of one look, at a place in the document that is there already.
    pub(super) fn marked(text: &str, style: Style, mark: Mark, faces: &mut Faces<'_>) -> Self {
        let mut passage =
            Self { text: String::new(), spans: Vec::new(), leading: style.leading, size: style.size, levels: None };
        let run = Run { text: text.to_owned(), face: Face::Plain, tone: Tone::Neutral, link: None };
        passage.push(&run, style, Some(mark), None, faces);
        passage
    }

    /// Of one look.
    pub(super) fn plain(
        text: &str,
        style: Style,
        node: Option<NodeId>,
        faces: &mut Faces<'_>,
        tree: &mut Tree,
    ) -> Self {
        Self::of(&Text::plain(text), style, node, faces, tree)
    }

    fn push(&mut self, run: &Run, style: Style, mark: Option<Mark>, link: Option<Link>, faces: &mut Faces<'_>) {
        let weight = match (run.face, style.weight) {
            (Face::Plain | Face::Quiet, weight) => weight,
            (Face::Strong, Weight::Mono) | (Face::Mono, _) => Weight::Mono,
            (Face::Strong, _) => Weight::SemiBold,
        };
        let quiet = if run.face == Face::Quiet { FAINT } else { style.ink };
        let ink = if link.is_some() { ACCENT } else { ink(run.tone).unwrap_or(quiet) };
        let is_smaller = weight == Weight::Mono && style.weight != Weight::Mono;
        for c in shown(&run.text).chars() {
            if c == '\n' || is_selector(c) || faces.font(weight, c).is_some() {
                self.text.push(c);
            } else {
                self.text.push_str(&name(c));
            }
        }
        let size = if is_smaller { style.size * MONO_SIZE } else { style.size };
        self.spans.push(Span { end: self.text.len(), weight, ink, size, mark, link });
    }

    /// Finds out what runs from right to left.
    fn turn(&mut self) {
        let is_rtl = |c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::AN);
        if !self.text.is_ascii() && self.text.chars().any(is_rtl) {
            self.levels = Some(BidiInfo::new(&self.text, Some(Level::ltr())).levels);
        }
    }

    /// The span a piece is of.
    pub(super) fn span(&self, piece: Piece) -> &Span {
        &self.spans[piece.span]
    }

    /// The pieces of a part of it, in the order in which they are read. Ends early when `each` says so.
    pub(super) fn pieces(
        &self,
        range: Range<usize>,
        faces: &mut Faces<'_>,
        mut each: impl FnMut(&mut Faces<'_>, Piece) -> bool,
    ) {
        let mut span = self.spans.partition_point(|span| span.end <= range.start);
        let mut open: Option<(Piece, bool)> = None;
        for (at, c) in self.text[range.clone()].char_indices().map(|(at, c)| (at + range.start, c)) {
            while self.spans.get(span).is_some_and(|span| span.end <= at) {
                span += 1;
            }
            let Some(weight) = self.spans.get(span).map(|span| span.weight) else { break };
            let level = self.levels.as_ref().map_or(0, |levels| levels[at].number());
            // Spaces and line feeds stand alone, so that words are met again.
            let is_space = matches!(c, ' ' | '\n');
            if let Some((piece, was_space)) = &mut open {
                let is_mark =
                    is_selector(c) || (!c.is_ascii() && bidi_class(c) == BidiClass::NSM && faces.has(piece.font, c));
                let is_same = piece.span == span && piece.level == level && !is_space && !*was_space;
                let font = if is_mark { Some(piece.font) } else { faces.font(weight, c) };
                if is_same && at - piece.start < LONGEST && font == Some(piece.font) {
                    piece.end = at + c.len_utf8();
                    continue;
                }
                if !each(faces, *piece) {
                    return;
                }
            }
            let font = faces.font(weight, c).or_else(|| faces.font(weight, ' '));
            let Some(font) = font else { break };
            open = Some((Piece { start: at, end: at + c.len_utf8(), span, font, level }, is_space));
        }
        if let Some((piece, _)) = open {
            each(faces, piece);
        }
    }

    /// The glyphs of a piece, from left to right.
    pub(super) fn glyphs(&self, piece: Piece, faces: &mut Faces<'_>) -> Rc<[Glyph]> {
        faces.glyphs(piece.font, piece.level % 2 == 1, &self.text[piece.start..piece.end])
    }

    /// Its clusters, in the order in which they are read. Ends early when `each` says so.
    fn clusters(&self, faces: &mut Faces<'_>, mut each: impl FnMut(Cluster) -> bool) {
        self.pieces(0..self.text.len(), faces, |faces, piece| {
            let size = self.span(piece).size;
            let char = |at: usize| self.text[at..].chars().next().unwrap_or(' ');
            if char(piece.start) == '\n' {
                return each(Cluster { start: piece.start, end: piece.end, width: 0.0, char: '\n' });
            }
            let glyphs = self.glyphs(piece, faces);
            let mut open: Option<Cluster> = None;
            let mut add = |glyph: &Glyph| {
                let start = piece.start + glyph.start;
                match &mut open {
                    Some(cluster) if cluster.start == start => cluster.width += glyph.advance * size,
                    _ => {
                        let next = Cluster {
                            start,
                            end: piece.start + glyph.end,
                            width: glyph.advance * size,
                            char: char(start),
                        };
                        return open.replace(next).is_none_or(&mut each);
                    }
                }
                true
            };
            let goes_on =
                if piece.level % 2 == 1 { glyphs.iter().rev().all(&mut add) } else { glyphs.iter().all(&mut add) };
            goes_on && open.take().is_none_or(&mut each)
        });
    }

    /// Its lines.
    pub(super) fn lines(&self, breaking: Breaking, faces: &mut Faces<'_>) -> Vec<Line> {
        let mut breaker = Breaker::new(breaking);
        self.clusters(faces, |cluster| {
            breaker.push(cluster);
            true
        });
        breaker.finish()
    }

    /// How narrow and how wide it can be, looked at no further than matters to a page `limit` wide.
    pub(super) fn extent(&self, limit: f32, faces: &mut Faces<'_>) -> Extent {
        let mut extent = Extent::default();
        self.clusters(faces, |cluster| extent.push(cluster, limit));
        extent
    }
}

/// Chooses between a sign and its picture; never drawn itself.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE0E}' | '\u{FE0F}')
}

/// The places of pieces on a line: `order[i]` is the piece that stands `i`th from the left. By rule L2 of UAX 9.
pub(super) fn visual_order(levels: &[u8]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    let highest = levels.iter().copied().max().unwrap_or(0);
    for level in (1..=highest).rev() {
        let mut at = 0;
        while at < order.len() {
            let len = order[at..].iter().take_while(|piece| levels[**piece] >= level).count();
            order[at..at + len].reverse();
            at += len.max(1);
        }
    }
    order
}

#[cfg(test)]
mod tests;
