//! The fonts of a document: which of them has a character, and the glyphs of a word.

use std::collections::HashMap;
use std::rc::Rc;

use harfrust::{BufferFlags, Direction, Script, ShapeOptions, ShapePlan, Shaper, ShaperData, UnicodeBuffer, script};
use krilla::text::Font as Drawn;
use skrifa::charmap::Charmap;
use skrifa::{FontRef, MetadataProvider as _};

use super::PdfError;
use super::look::Weight;
use crate::fonts::{FALLBACK, Font, MEDIUM, MONO, REGULAR, SEMIBOLD};

/// Words kept at a time. Records repeat theirs; what is unique must not fill the memory.
const KEPT: usize = 20_000;

/// A font, read.
struct Face {
    drawn: Drawn,
    file: FontRef<'static>,
    shaping: ShaperData,
    em: f32,
}

/// All fonts, read.
pub(super) struct Fonts(Vec<Face>);

impl Fonts {
    /// The fonts of the program.
    pub(super) fn read() -> Result<Self, PdfError> {
        let text = [REGULAR, MEDIUM, SEMIBOLD, MONO];
        text.into_iter().chain(FALLBACK).map(face).collect::<Result<_, _>>().map(Self)
    }
}

fn face((name, bytes): Font) -> Result<Face, PdfError> {
    let drawn = Drawn::new(bytes.into(), 0).ok_or(PdfError::Font(name))?;
    let file = FontRef::new(bytes).map_err(|_| PdfError::Font(name))?;
    Ok(Face { em: drawn.units_per_em(), shaping: ShaperData::new(&file), drawn, file })
}

/// A glyph of a word. Lengths are parts of the size of the font.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) id: u32,
    pub(super) advance: f32,
    pub(super) x: f32,
    pub(super) y: f32,
    /// What it stands for, in bytes from where the word begins.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// One of the fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FontId(usize);

/// Words by font and direction.
type Words = HashMap<Box<str>, Rc<[Glyph]>>;

/// The fonts, and what was asked of them before.
pub(super) struct Faces<'a> {
    faces: &'a [Face],
    shapers: Vec<Shaper<'a>>,
    maps: Vec<Charmap<'a>>,
    fonts: HashMap<(usize, char), Option<FontId>>,
    words: Vec<[Words; 2]>,
    kept: usize,
    plans: Vec<(FontId, Direction, Script, ShapePlan)>,
    buffer: UnicodeBuffer,
}

impl<'a> Faces<'a> {
    /// Nothing asked yet.
    pub(super) fn new(fonts: &'a Fonts) -> Self {
        let faces = fonts.0.as_slice();
        Self {
            faces,
            shapers: faces.iter().map(|face| face.shaping.shaper(&face.file).build()).collect(),
            maps: faces.iter().map(|face| face.file.charmap()).collect(),
            fonts: HashMap::new(),
            words: faces.iter().map(|_| Default::default()).collect(),
            kept: 0,
            plans: Vec::new(),
            buffer: UnicodeBuffer::new(),
        }
    }

    /// What draws the font.
    pub(super) fn drawn(&self, font: FontId) -> Drawn {
        self.faces[font.0].drawn.clone()
    }

    /// The font that `c` is taken from in text of this weight; none where no font has it.
    pub(super) fn font(&mut self, weight: Weight, c: char) -> Option<FontId> {
        let own = weight as usize;
        if matches!(c, ' '..='~') {
            return Some(FontId(own));
        }
        *self.fonts.entry((own, c)).or_insert_with(|| {
            let other = if weight == Weight::Mono { Weight::Regular } else { Weight::Mono };
            let fallback = Weight::Mono as usize + 1..self.maps.len();
            [own, other as usize].into_iter().chain(fallback).find(|font| self.maps[*font].map(c).is_some()).map(FontId)
        })
    }

    /// Whether the font has the character itself.
    pub(super) fn has(&self, font: FontId, c: char) -> bool {
        self.maps[font.0].map(c).is_some()
    }

    /// The glyphs of a word from left to right, and how long it is: parts of the size of the font.
    pub(super) fn glyphs(&mut self, font: FontId, is_rtl: bool, word: &str) -> Rc<[Glyph]> {
        if let Some(glyphs) = self.words[font.0][usize::from(is_rtl)].get(word) {
            return Rc::clone(glyphs);
        }
        let glyphs = self.shape(font, is_rtl, word);
        if self.kept == KEPT {
            self.kept = 0;
            self.words.iter_mut().flatten().for_each(Words::clear);
        }
        self.kept += 1;
        self.words[font.0][usize::from(is_rtl)].insert(word.into(), Rc::clone(&glyphs));
        glyphs
    }

    fn shape(&mut self, font: FontId, is_rtl: bool, word: &str) -> Rc<[Glyph]> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.push_str(word);
        buffer.guess_segment_properties();
        let direction = if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        buffer.set_direction(direction);
        if buffer.script() == script::UNKNOWN {
            buffer.set_script(script::COMMON);
        }
        // A circle below a lone mark is not in the text, and some fonts have none.
        buffer.set_flags(BufferFlags::DO_NOT_INSERT_DOTTED_CIRCLE);
        let plan = self.plan(font, direction, buffer.script());
        let options = ShapeOptions::new().plan(self.plans.get(plan).map(|(.., plan)| plan));
        let shaped = self.shapers[font.0].shape(buffer, options);
        let glyphs = self.read(font, &shaped, word.len());
        self.buffer = shaped.clear();
        glyphs
    }

    /// Where the plan is that words of this script are shaped by.
    fn plan(&mut self, font: FontId, direction: Direction, script: Script) -> usize {
        let is_it = |(f, d, s, _): &(FontId, Direction, Script, ShapePlan)| (*f, *d, *s) == (font, direction, script);
        self.plans.iter().position(is_it).unwrap_or_else(|| {
            let plan = ShapePlan::new(&self.shapers[font.0], direction, Some(script), None, &[]);
            self.plans.push((font, direction, script, plan));
            self.plans.len() - 1
        })
    }

    fn read(&self, font: FontId, shaped: &harfrust::GlyphBuffer, len: usize) -> Rc<[Glyph]> {
        let em = self.faces[font.0].em;
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        let end = |start: usize| starts.get(starts.partition_point(|other| *other <= start)).copied().unwrap_or(len);
        let glyph = |(info, place): (&harfrust::GlyphInfo, &harfrust::GlyphPosition)| {
            let start = info.cluster as usize;
            let part = |units: i32| units as f32 / em;
            let id = if info.glyph_id == 0 { self.stand_in(font) } else { info.glyph_id };
            Glyph {
                id,
                advance: part(place.x_advance),
                x: part(place.x_offset),
                y: part(place.y_offset),
                start,
                end: end(start),
            }
        };
        shaped.glyph_infos().iter().zip(shaped.glyph_positions()).map(glyph).collect()
    }

    /// What stands for a glyph that shaping asks for and the font lacks; its text stays in the file.
    fn stand_in(&self, font: FontId) -> u32 {
        ['\u{FFFD}', '?', ' '].into_iter().find_map(|c| self.maps[font.0].map(c)).map_or(1, skrifa::GlyphId::to_u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_has_its_font_and_its_glyphs() {
        let fonts = Fonts::read().expect("fonts");
        let mut faces = Faces::new(&fonts);
        for (word, is_rtl) in [
            ("Kraków", false),
            ("عربية", true),
            ("עברית", true),
            ("हिन्दी", false),
            ("漢字", false),
            ("한글", false),
            ("ไทย", false),
        ] {
            let first = word.chars().next().expect("no word is empty");
            let font = faces.font(Weight::Regular, first).expect("a font");
            let glyphs = faces.glyphs(font, is_rtl, word);
            assert!(glyphs.iter().all(|glyph| glyph.id != 0 && glyph.end > glyph.start), "{word}");
            let mut covered: Vec<_> = glyphs.iter().map(|glyph| (glyph.start, glyph.end)).collect();
            covered.sort_unstable();
            covered.dedup();
            assert_eq!(covered.first().map(|range| range.0), Some(0));
            assert_eq!(covered.last().map(|range| range.1), Some(word.len()));
            assert!(covered.windows(2).all(|two| two[0].1 == two[1].0), "{word}: {covered:?}");
            assert_eq!(glyphs.is_sorted_by_key(|glyph| glyph.start), !is_rtl, "{word}");
        }
        assert_eq!(faces.font(Weight::Regular, '\u{13000}'), None);
    }
}
