//! Breaking text into lines: where it may be, and where it must. Pure; widths are given.

use std::ops::Range;

/// Letters that stay together: one character, or some that are drawn as one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cluster {
    /// Where it begins in the text, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// How wide it is, in points.
    pub(super) width: f32,
    /// Its first character.
    pub(super) char: char,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// What stands in it, without the line feed, with the space it was broken at.
    pub(super) range: Range<usize>,
    /// How wide it is, in points, without that space.
    pub(super) width: f32,
}

/// Whether a line may end between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// Not as long as there is another way.
    No,
    /// Rather than within a word.
    Poor,
    /// It may.
    Good,
}

/// Whether a line may end behind `before`, `last`, ahead of `next`.
pub(super) fn between(before: Option<char>, last: char, next: char) -> Break {
    let is_wide = |c| is_ideograph(c) || is_thai(c);
    match (last, next) {
        (_, ' ' | '\u{3000}' | '\n') => Break::No,
        (' ' | '\u{3000}' | '\u{2002}'..='\u{2006}' | '\u{2008}'..='\u{200A}', _) => Break::Good,
        (_, next) if closes(next) => Break::No,
        (last, _) if opens(last) => Break::No,
        (last, next) if is_wide(last) || is_wide(next) => Break::Good,
        ('—', _) => Break::Good,
        ('-' | '–', next) if next.is_alphabetic() && before.is_some_and(char::is_alphabetic) => Break::Good,
        ('/' | '.' | '_' | '-' | ':' | '=' | '&' | ',' | ';' | '@' | '?' | '|' | '\\' | '›', _) => Break::Poor,
        _ => Break::No,
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{303E}' | '\u{3041}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF01}'..='\u{FF60}' | '\u{1F300}'..='\u{1FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// Scripts without spaces between words. Where their words end is not known here.
fn is_thai(c: char) -> bool {
    matches!(c, '\u{0E01}'..='\u{0E30}' | '\u{0E40}'..='\u{0E46}')
}

fn closes(c: char) -> bool {
    matches!(
        c,
        ',' | '.'
            | ';'
            | ':'
            | '!'
            | '?'
            | ')'
            | ']'
            | '}'
            | '”'
            | '’'
            | '»'
            | '›'
            | '、'
            | '。'
            | '」'
            | '』'
            | '）'
            | '，'
            | '．'
            | '；'
            | '：'
            | '！'
            | '？'
            | '】'
            | '》'
            | 'ー'
            | 'ゝ'
            | '々'
            | '\u{FE0E}'
            | '\u{FE0F}'
            | '\u{202F}'
            | '\u{A0}'
    )
}

fn opens(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '“' | '‘' | '«' | '‹' | '「' | '『' | '（' | '【' | '《' | '\u{202F}' | '\u{A0}')
}

/// How a text is broken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Breaking {
    /// How wide lines are at most.
    pub(super) measure: f32,
    /// Whether any place is as good as any other, as within hashes.
    pub(super) anywhere: bool,
    /// Whether spaces are letters: no line ends in one that does not count.
    pub(super) keeps_spaces: bool,
}

/// A place where the line may end: where it is, and the widths up to it with and without the last space.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: usize,
    x: f32,
    ink: f32,
}

/// Takes the clusters of a text one by one, and breaks it into lines.
#[derive(Debug)]
pub(super) struct Breaker {
    breaking: Breaking,
    lines: Vec<Line>,
    start: usize,
    end: usize,
    x: f32,
    ink: f32,
    good: Option<Place>,
    poor: Option<Place>,
    before: Option<char>,
    last: Option<char>,
}

/// Less than can be seen; sums of widths are not exact.
const ROUNDING: f32 = 0.01;

impl Breaker {
    /// Of a text that begins at 0.
    pub(super) fn new(breaking: Breaking) -> Self {
        Self {
            breaking,
            lines: Vec::new(),
            start: 0,
            end: 0,
            x: 0.0,
            ink: 0.0,
            good: None,
            poor: None,
            before: None,
            last: None,
        }
    }

    /// The next cluster.
    pub(super) fn push(&mut self, cluster: Cluster) {
        if cluster.char == '\n' {
            self.end_line(Place { at: cluster.start, x: self.x, ink: self.ink });
            (self.start, self.end) = (cluster.end, cluster.end);
            (self.x, self.ink, self.good, self.poor, self.before, self.last) = (0.0, 0.0, None, None, None, None);
            return;
        }
        self.note_place(cluster);
        // A space behind a word may stand beyond the measure; a second one may not, or there could be any number.
        let hangs = cluster.char == ' ' && !self.breaking.keeps_spaces && self.last.is_some_and(|last| last != ' ');
        while !hangs && self.x + cluster.width > self.breaking.measure + ROUNDING && cluster.start > self.start {
            self.break_before(cluster.start);
        }
        self.x += cluster.width;
        if !hangs {
            self.ink = self.x;
        }
        self.end = cluster.end;
        (self.before, self.last) = (self.last, Some(cluster.char));
    }

    fn note_place(&mut self, cluster: Cluster) {
        let Some(last) = self.last.filter(|_| cluster.start > self.start) else { return };
        let place = Some(Place { at: cluster.start, x: self.x, ink: self.ink });
        match between(self.before, last, cluster.char) {
            Break::Good => self.good = place,
            _ if self.breaking.anywhere => self.good = place,
            Break::Poor => self.poor = place,
            Break::No => {}
        }
    }

    fn break_before(&mut self, at: usize) {
        // A poor place in the first half of a line leaves more of a hole than a broken word hurts.
        let poor = self.poor.filter(|place| place.x >= self.breaking.measure * 0.5);
        let place = self.good.or(poor).unwrap_or(Place { at, x: self.x, ink: self.ink });
        self.end_line(place);
        self.start = place.at;
        self.x -= place.x;
        self.ink = (self.ink - place.x).max(0.0);
        self.good = None;
        let moved = |later: Place| Place { at: later.at, x: later.x - place.x, ink: later.ink - place.x };
        self.poor = self.poor.filter(|later| later.at > place.at).map(moved);
    }

    fn end_line(&mut self, place: Place) {
        self.lines.push(Line { range: self.start..place.at, width: place.ink });
    }

    /// The lines; at least one.
    pub(super) fn finish(mut self) -> Vec<Line> {
        self.end_line(Place { at: self.end, x: self.x, ink: self.ink });
        self.lines
    }
}

/// How narrow and how wide a text can be.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Extent {
    /// Its widest part that is not broken as long as that can be.
    pub(super) least: f32,
    /// Its widest line, where nothing is broken.
    pub(super) most: f32,
    part: f32,
    line: f32,
    before: Option<char>,
    last: Option<char>,
}

impl Extent {
    /// The next cluster; whether more of them can matter to something `limit` wide.
    pub(super) fn push(&mut self, cluster: Cluster, limit: f32) -> bool {
        if cluster.char == '\n' {
            *self = Self { least: self.least, most: self.most, ..Self::default() };
            return true;
        }
        if self.last.is_some_and(|last| between(self.before, last, cluster.char) == Break::Good) {
            self.part = 0.0;
        }
        self.line += cluster.width;
        self.most = self.most.max(self.line);
        if cluster.char != ' ' {
            self.part += cluster.width;
            self.least = self.least.max(self.part);
        }
        (self.before, self.last) = (self.last, Some(cluster.char));
        self.least < limit && self.most < limit * 8.0
    }
}

#[cfg(test)]
mod tests;
