//! Drawing what was set: pages, letters, links, and what belongs to which part of the document.

use std::rc::Rc;

use krilla::Document as File;
use krilla::action::LinkAction;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size};
use krilla::image::Image;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::text::{GlyphId, KrillaGlyph};

use super::blocks::short;
use super::faces::{Faces, FontId};
use super::flow::Op;
use super::lines::Line;
use super::look::{BODY, FAINT, FOOT, Ink, MARGIN, MEASURE, PAGE, SMALL};
use super::passage::{Passage, Piece, visual_order};
use super::tree::{Mark, Tree};

/// Pages being drawn.
pub(super) struct Painter<'a, 'f> {
    pub(super) faces: &'a mut Faces<'f>,
    pub(super) tree: Tree,
    pub(super) pictures: &'a [Image],
    /// Where each section begins: its page, counted from 0, and how far down.
    pub(super) sections: &'a [(usize, f32)],
    pub(super) foot: &'a str,
}

/// What is drawn belongs to this; none where it only adorns.
type Part = Option<Mark>;

/// A link on a page.
struct Leads {
    rect: (f32, f32, f32, f32),
    mark: Mark,
    to: To,
}

enum To {
    Address(Rc<str>),
    Section(usize),
}

/// A page being drawn.
struct Canvas<'s> {
    surface: Surface<'s>,
    open: Option<Part>,
    links: Vec<Leads>,
}

impl Painter<'_, '_> {
    /// Draws all pages.
    pub(super) fn draw(&mut self, pages: &[Vec<Op>], file: &mut File) {
        for (index, ops) in pages.iter().enumerate() {
            let Some(settings) = PageSettings::from_wh(PAGE.0, PAGE.1) else { return };
            let mut page = file.start_page_with(settings);
            let links = self.page(page.surface(), ops, (index + 1, pages.len()));
            for link in links {
                let Some(annotation) = self.annotation(&link) else { continue };
                self.tree.drawn(link.mark, page.add_tagged_annotation(annotation));
            }
        }
    }

    /// Draws a page, and says what leads somewhere on it.
    fn page(&mut self, surface: Surface<'_>, ops: &[Op], (number, count): (usize, usize)) -> Vec<Leads> {
        let mut canvas = Canvas { surface, open: None, links: Vec::new() };
        for op in ops {
            self.op(&mut canvas, op);
        }
        self.foot(&mut canvas, number, count);
        canvas.close();
        let Canvas { surface, links, .. } = canvas;
        surface.finish();
        links
    }

    fn op(&mut self, canvas: &mut Canvas<'_>, op: &Op) {
        match op {
            Op::Line { x, y, passage, line, adorns } => self.line(canvas, (*x, *y), passage, line, *adorns),
            Op::Box { x, y, width, height, ink } => {
                canvas.part(None, &mut self.tree);
                canvas.fill(*ink);
                let mut path = PathBuilder::new();
                let rect = Rect::from_xywh(*x, *y, *width, *height);
                rect.into_iter().for_each(|rect| path.push_rect(rect));
                if let Some(path) = path.finish() {
                    canvas.surface.draw_path(&path);
                }
            }
            Op::Picture { x, y, width, height, index, mark } => {
                let (Some(picture), Some(size)) = (self.pictures.get(*index), Size::from_wh(*width, *height)) else {
                    return;
                };
                canvas.part(Some(*mark), &mut self.tree);
                canvas.surface.push_transform(&krilla::geom::Transform::from_translate(*x, *y));
                canvas.surface.draw_image(picture.clone(), size);
                canvas.surface.pop();
            }
            Op::PageOf { left, right, y, height, section, mark, .. } => {
                let page = self.sections.get(*section).map_or(0, |(page, _)| *page) + 1;
                let number = Passage::marked(&page.to_string(), BODY.with(FAINT), *mark, self.faces);
                self.line_to(canvas, *right, *y, &number);
                let rect = (*left, y - height * 0.7, right - left, *height);
                canvas.links.push(Leads { rect, mark: *mark, to: To::Section(*section) });
            }
        }
    }

    /// One line that ends at `right`.
    fn line_to(&mut self, canvas: &mut Canvas<'_>, right: f32, y: f32, passage: &Passage) {
        let width = passage.extent(MEASURE, self.faces).most;
        let line = Line { range: 0..passage.text.len(), width };
        self.line(canvas, (right - width, y), passage, &line, false);
    }

    fn foot(&mut self, canvas: &mut Canvas<'_>, number: usize, count: usize) {
        canvas.kind(ArtifactType::Footer);
        let page = Passage::plain(&format!("page {number} of {count}"), SMALL, None, self.faces, &mut self.tree);
        self.line_to(canvas, MARGIN + MEASURE, FOOT, &page);
        let foot = Passage::plain(self.foot, SMALL, None, self.faces, &mut self.tree);
        let room = super::lines::Breaking { measure: MEASURE - 90.0, anywhere: false, keeps_spaces: false };
        for (line, y) in foot.lines(room, self.faces).iter().zip([FOOT, FOOT + SMALL.leading]) {
            self.line(canvas, (MARGIN, y), &foot, line, true);
        }
    }

    fn line(&mut self, canvas: &mut Canvas<'_>, (x, y): (f32, f32), passage: &Passage, line: &Line, adorns: bool) {
        if let Some(mark) = passage.mark().filter(|_| !adorns) {
            // An empty cell is a cell.
            canvas.part(Some(mark), &mut self.tree);
        }
        let mut pieces = Vec::new();
        passage.pieces(line.range.clone(), self.faces, |_, piece| {
            pieces.push(piece);
            true
        });
        let places = self.places(passage, &pieces, x);
        let mut at = 0;
        while at < pieces.len() {
            let len = together(&pieces[at..]);
            self.pieces(canvas, passage, &pieces[at..at + len], &places[at..at + len], y, adorns);
            at += len;
        }
    }

    /// From where to where each piece reaches.
    fn places(&mut self, passage: &Passage, pieces: &[Piece], x: f32) -> Vec<(f32, f32)> {
        let is_space = |piece: &Piece| passage.text[piece.start..piece.end].starts_with(' ');
        let inked = pieces.iter().rposition(|piece| !is_space(piece)).map_or(0, |last| last + 1);
        // Spaces at the end of a line stand at its end, whatever runs before them.
        let levels: Vec<u8> =
            pieces.iter().enumerate().map(|(at, piece)| if at < inked { piece.level } else { 0 }).collect();
        let mut places = vec![(x, x); pieces.len()];
        let mut x = x;
        for at in visual_order(&levels) {
            let size = passage.span(pieces[at]).size;
            let width: f32 = passage.glyphs(pieces[at], self.faces).iter().map(|glyph| glyph.advance * size).sum();
            places[at] = (x, x + width);
            x += width;
        }
        places
    }

    /// Pieces of one look, font and direction, one behind the other.
    fn pieces(
        &mut self,
        canvas: &mut Canvas<'_>,
        passage: &Passage,
        pieces: &[Piece],
        places: &[(f32, f32)],
        y: f32,
        adorns: bool,
    ) {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
        let span = passage.span(*first);
        let mut glyphs = Vec::new();
        for piece in pieces {
            let offset = piece.start - first.start;
            glyphs.extend(passage.glyphs(*piece, self.faces).iter().map(|glyph| {
                let range = offset + glyph.start..offset + glyph.end;
                KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, glyph.x, glyph.y, 0.0, range, None)
            }));
        }
        let left = places.iter().map(|place| place.0).fold(f32::INFINITY, f32::min);
        let right = places.iter().map(|place| place.1).fold(f32::NEG_INFINITY, f32::max);
        let mark = span.mark.filter(|_| !adorns);
        canvas.part(mark, &mut self.tree);
        canvas.fill(span.ink);
        let text = &passage.text[first.start..last.end];
        self.text(canvas, (left, y), &glyphs, first.font, text, span.size);
        if let Some((link, mark)) = span.link.as_ref().zip(mark) {
            let rect = (left, y - span.size, right - left, span.size * 1.3);
            canvas.links.push(Leads { rect, mark, to: To::Address(Rc::clone(&link.address)) });
        }
    }

    fn text(
        &mut self,
        canvas: &mut Canvas<'_>,
        (x, y): (f32, f32),
        glyphs: &[KrillaGlyph],
        font: FontId,
        text: &str,
        size: f32,
    ) {
        canvas.surface.draw_glyphs(Point::from_xy(x, y), glyphs, self.faces.drawn(font), text, size, false);
    }

    fn annotation(&self, link: &Leads) -> Option<Annotation> {
        let (x, y, width, height) = link.rect;
        let rect = Rect::from_xywh(x, y, width, height)?;
        let (target, words) = match &link.to {
            To::Address(address) => {
                let target = Target::Action(LinkAction::new(encoded(address)).into());
                (target, format!("Opens {}", short(address, 500)))
            }
            To::Section(section) => {
                let (page, y) = *self.sections.get(*section)?;
                let place = XyzDestination::new(page, Point::from_xy(0.0, (y - 12.0).max(0.0)));
                (Target::Destination(place.into()), format!("Goes to section {} on page {}", section + 1, page + 1))
            }
        };
        Some(Annotation::new_link(LinkAnnotation::new(rect, target), Some(words)))
    }
}

/// An address as it stands in a file: what is not allowed in one is written in hexadecimal.
fn encoded(address: &str) -> String {
    let byte = |byte: u8| match byte {
        b'!' | b'#'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    address.bytes().map(byte).collect()
}

/// How many of the pieces can be drawn at once.
fn together(pieces: &[Piece]) -> usize {
    let Some(first) = pieces.first() else { return 0 };
    let is_same = |piece: &&Piece| (piece.span, piece.font, piece.level) == (first.span, first.font, 0);
    pieces.iter().take_while(is_same).count().max(1)
}

impl Canvas<'_> {
    /// What is drawn from here on belongs to `part`.
    fn part(&mut self, part: Part, tree: &mut Tree) {
        if self.open == Some(part) {
            return;
        }
        self.close();
        match part {
            Some(mark) => tree.drawn(mark, self.surface.start_tagged(ContentTag::Span(SpanTag::empty()))),
            None => {
                self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            }
        }
        self.open = Some(part);
    }

    /// What is drawn from here on adorns, in this way.
    fn kind(&mut self, kind: ArtifactType) {
        self.close();
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        self.open = Some(None);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.surface.end_tagged();
        }
    }

    fn fill(&mut self, [red, green, blue]: Ink) {
        self.surface.set_fill(Some(Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain_ascii() {
        for (address, expected) in [
            ("https://example.org/a?b=c&d#e", "https://example.org/a?b=c&d#e"),
            ("https://example.org/ü(\\)\" <>", "https://example.org/%C3%BC(%5C)%22%20%3C%3E"),
        ] {
            assert_eq!(encoded(address), expected);
        }
    }
}
