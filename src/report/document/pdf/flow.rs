//! Filling pages: rows of lines one below the other, kept whole where they fit, and broken over pages where they do not.

use std::rc::Rc;

use super::lines::Line;
use super::look::{BOTTOM, Ink, MARGIN};
use super::passage::Passage;
use super::tree::Mark;

/// What is higher is not kept with what follows it, and no head is drawn again.
const HIGHEST: f32 = (BOTTOM - MARGIN) / 3.0;

/// What is drawn on a page. Places are in points from its upper left corner.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// A line of a passage; `y` is its base line.
    Line { x: f32, y: f32, passage: Rc<Passage>, line: Line, adorns: bool },
    /// A ground, or a rule. It only adorns.
    Box { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// The picture at `index` of those of the document.
    Picture { x: f32, y: f32, width: f32, height: f32, index: usize, mark: Mark },
    /// The number of the page that a section begins on, ending at `right`; `y` is its base line. What lies between `left` and
    /// `right` leads there.
    PageOf { left: f32, right: f32, y: f32, height: f32, section: usize, mark: Mark },
}

impl Op {
    fn down(mut self, by: f32) -> Self {
        match &mut self {
            Self::Line { y, .. } | Self::Box { y, .. } | Self::Picture { y, .. } | Self::PageOf { y, .. } => *y += by,
        }
        self
    }
}

/// A line in a cell.
#[derive(Debug, Clone)]
pub(super) struct Laid {
    pub(super) passage: Rc<Passage>,
    pub(super) line: Line,
    /// From the left of the cell.
    pub(super) x: f32,
    /// Room above it, where it is not the first.
    pub(super) above: f32,
}

impl Laid {
    fn height(&self, is_first: bool) -> f32 {
        self.passage.leading + if is_first { 0.0 } else { self.above }
    }
}

/// Lines one below the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    /// From the left of the page.
    pub(super) x: f32,
    pub(super) lines: Vec<Laid>,
}

impl Cell {
    fn height(&self) -> f32 {
        self.lines.iter().enumerate().map(|(index, laid)| laid.height(index == 0)).sum()
    }
}

/// A ground behind a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) ink: Ink,
    /// A bar at its left.
    pub(super) bar: Option<Ink>,
}

/// Cells side by side.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// Room above it, unless it begins a page.
    pub(super) before: f32,
    /// Room between its upper edge and its lines.
    pub(super) top: f32,
    /// Room between its lines and its lower edge.
    pub(super) bottom: f32,
    pub(super) ground: Option<Ground>,
    /// A rule at its lower edge: from where, how long, in which colour.
    pub(super) rule: Option<(f32, f32, Ink)>,
    /// Whether it stays on one page as long as it fits on one.
    pub(super) is_whole: bool,
    /// Whether its end may stand alone on a page: text must not leave one line there, cells may.
    pub(super) is_text: bool,
    /// What is drawn beside its lines, from its upper left corner.
    pub(super) ops: Vec<Op>,
    /// Its height is at least this.
    pub(super) least: f32,
    /// The height of what must not stand alone on the next page: the last row of a table.
    pub(super) after: f32,
}

impl Row {
    /// Its height, without the room above it.
    pub(super) fn height(&self) -> f32 {
        let lines = self.cells.iter().map(Cell::height).fold(0.0, f32::max);
        (self.top + lines + self.bottom).max(self.least)
    }
}

/// What is drawn again at the head of every page that a table goes on to.
#[derive(Debug, Clone)]
struct Head {
    height: f32,
    ops: Vec<Op>,
}

/// What waits for what follows it, to stand on the same page.
#[derive(Debug, Default)]
struct Waiting {
    /// Room above it, unless it begins a page.
    before: f32,
    height: f32,
    ops: Vec<Op>,
    sections: Vec<(usize, f32)>,
    head: Option<Head>,
}

/// Pages in the making.
#[derive(Debug)]
pub(super) struct Flow {
    /// What is drawn on each.
    pub(super) pages: Vec<Vec<Op>>,
    /// Where each section begins: its page, counted from 0, and how far down.
    pub(super) sections: Vec<(usize, f32)>,
    y: f32,
    top: f32,
    head: Option<Head>,
    waiting: Waiting,
}

impl Flow {
    /// One empty page.
    pub(super) fn new() -> Self {
        Self {
            pages: vec![Vec::new()],
            sections: Vec::new(),
            y: MARGIN,
            top: MARGIN,
            head: None,
            waiting: Waiting::default(),
        }
    }

    /// Begins a page, unless this one is empty.
    pub(super) fn begin_page(&mut self) {
        if self.y > self.top {
            self.next_page();
        }
    }

    fn next_page(&mut self) {
        let mut ops = Vec::new();
        self.y = MARGIN;
        if let Some(head) = &self.head {
            ops.extend(head.ops.iter().cloned().map(|op| op.down(MARGIN)));
            self.y += head.height;
        }
        self.top = self.y;
        self.pages.push(ops);
    }

    /// The height of a page that is free for rows.
    fn capacity(&self) -> f32 {
        BOTTOM - MARGIN - self.head.as_ref().map_or(0.0, |head| head.height)
    }

    /// A row that stays on one page with what follows: a title, a caption. Where it names a section, the section begins there.
    /// One that is too high to be kept with anything is drawn at once.
    pub(super) fn keep(&mut self, row: &Row, section: Option<usize>) {
        if self.waiting.height + row.before + row.height() > HIGHEST {
            self.settle(row.before + self.start(row));
            let begins = (self.pages.len() - 1, self.y);
            self.put(row);
            section.into_iter().for_each(|section| self.begin_section(section, begins));
            return;
        }
        let mut y = self.waiting.height;
        if y > 0.0 {
            y += row.before;
        } else {
            self.waiting.before = row.before;
        }
        self.waiting.sections.extend(section.map(|section| (section, y)));
        let from = vec![0; row.cells.len()];
        place(row, &from, &counts(row), y, &mut self.waiting.ops);
        self.waiting.height = y + row.height();
    }

    /// As [`Flow::keep`], for the head of a table: it is drawn again on every page that the table goes on to.
    pub(super) fn keep_head(&mut self, row: &Row) {
        self.keep(row, None);
        if self.waiting.height == 0.0 {
            return;
        }
        let mut ops = Vec::new();
        place(row, &vec![0; row.cells.len()], &counts(row), 0.0, &mut ops);
        for op in &mut ops {
            if let Op::Line { adorns, .. } = op {
                *adorns = true;
            }
        }
        self.waiting.head = Some(Head { height: row.height(), ops });
    }

    /// The table ends.
    pub(super) fn end_head(&mut self) {
        self.settle(0.0);
        self.head = None;
    }

    /// Draws what waits, on a page that has `height` more.
    fn settle(&mut self, height: f32) {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.height == 0.0 {
            return;
        }
        if self.y + waiting.before + waiting.height + height > BOTTOM && self.y > self.top {
            self.next_page();
        }
        if self.y > self.top {
            self.y += waiting.before;
        }
        let page = self.pages.len() - 1;
        for (section, y) in waiting.sections {
            self.begin_section(section, (page, self.y + y));
        }
        self.draw(waiting.ops.into_iter(), self.y);
        self.y += waiting.height;
        self.head = waiting.head.or(self.head.take());
    }

    fn begin_section(&mut self, section: usize, place: (usize, f32)) {
        self.sections.resize(self.sections.len().max(section + 1), place);
        self.sections[section] = place;
    }

    fn draw(&mut self, ops: impl Iterator<Item = Op>, down: f32) {
        if let Some(page) = self.pages.last_mut() {
            page.extend(ops.map(|op| op.down(down)));
        }
    }

    /// A row, where there is room for it: here, on the next page, or on several.
    pub(super) fn put(&mut self, row: &Row) {
        let height = row.height();
        let needed = if row.is_whole && height <= self.capacity() { height } else { self.start(row) };
        self.settle(row.before + needed);
        let before = if self.y > self.top { row.before } else { 0.0 };
        let after = if height + row.after <= self.capacity() { row.after } else { 0.0 };
        if self.y + before + height + after <= BOTTOM {
            self.put_here(row, before);
        } else if row.is_whole && height <= self.capacity() {
            self.next_page();
            self.put_here(row, 0.0);
        } else {
            self.put_in_parts(row);
        }
    }

    fn put_here(&mut self, row: &Row, before: f32) {
        let mut ops = Vec::new();
        place(row, &vec![0; row.cells.len()], &counts(row), 0.0, &mut ops);
        self.draw(ops.into_iter(), self.y + before);
        self.y += before + row.height();
    }

    /// How much of a row must stand on the page that it begins on.
    fn start(&self, row: &Row) -> f32 {
        let lines = |cell: &Cell| cell.lines.iter().take(2).enumerate().map(|(at, laid)| laid.height(at == 0)).sum();
        (row.top + row.cells.iter().map(lines).fold(0.0, f32::max) + row.bottom).min(self.capacity())
    }

    fn put_in_parts(&mut self, row: &Row) {
        let mut from = vec![0; row.cells.len()];
        loop {
            let is_top = self.y <= self.top;
            let before = if is_top || from.iter().any(|from| *from > 0) { 0.0 } else { row.before };
            let room = BOTTOM - self.y - before - row.top - row.bottom;
            let taken: Vec<usize> =
                row.cells.iter().zip(&from).map(|(cell, from)| fitting(cell, *from, room, row.is_text)).collect();
            let left = |cell: usize| row.cells[cell].lines.len() - from[cell];
            // Of the longest cell two lines are to stand here, or it begins on the next page.
            let longest = (0..from.len()).max_by_key(|cell| left(*cell));
            let is_start = longest.is_none_or(|longest| taken[longest] >= left(longest).min(2));
            if !is_start && !is_top {
                self.next_page();
                continue;
            }
            // At the head of a page at least one line is taken, however high it is.
            let taken: Vec<usize> =
                (0..from.len()).map(|cell| taken[cell].max(left(cell).min(usize::from(is_top)))).collect();
            let mut ops = Vec::new();
            let height = place(row, &from, &taken, 0.0, &mut ops);
            self.draw(ops.into_iter(), self.y + before);
            self.y += before + height;
            from.iter_mut().zip(&taken).for_each(|(from, taken)| *from += taken);
            if row.cells.iter().zip(&from).all(|(cell, from)| cell.lines.len() == *from) {
                return;
            }
            self.next_page();
        }
    }

    /// Room that nothing stands in, unless it would begin a page.
    pub(super) fn space(&mut self, height: f32) {
        self.settle(0.0);
        if self.y > self.top {
            self.y += height;
        }
    }
}

fn counts(row: &Row) -> Vec<usize> {
    row.cells.iter().map(|cell| cell.lines.len()).collect()
}

/// How many lines of a cell fit, from the line `from` on.
fn fitting(cell: &Cell, from: usize, room: f32, is_text: bool) -> usize {
    let mut height = 0.0;
    let left = &cell.lines[from..];
    let fits = |(index, laid): &(usize, &Laid)| {
        height += laid.height(*index == 0);
        height <= room
    };
    let count = left.iter().enumerate().take_while(fits).count();
    // The last line does not stand alone on the next page.
    if is_text && count > 2 && left.len() == count + 1 { count - 1 } else { count }
}

/// Draws `taken` lines of each cell, from the line `from` on. How high that is.
fn place(row: &Row, from: &[usize], taken: &[usize], y: f32, ops: &mut Vec<Op>) -> f32 {
    let part = |cell: usize| &row.cells[cell].lines[from[cell]..from[cell] + taken[cell]];
    let height = |cell: usize| part(cell).iter().enumerate().map(|(index, laid)| laid.height(index == 0)).sum::<f32>();
    let inner = (0..row.cells.len()).map(height).fold(0.0, f32::max);
    let height = (row.top + inner + row.bottom).max(row.least);
    if let Some(Ground { x, width, ink, bar }) = row.ground {
        ops.push(Op::Box { x, y, width, height, ink });
        ops.extend(bar.map(|ink| Op::Box { x, y, width: 2.5, height, ink }));
    }
    for (index, cell) in row.cells.iter().enumerate() {
        let mut top = y + row.top;
        for (number, laid) in part(index).iter().enumerate() {
            let height = laid.height(number == 0);
            let passage = &laid.passage;
            // Letters stand in the middle of their line; those of one leading stand on one base line, whatever their size.
            let base = top + height - passage.leading * 0.255;
            let (passage, line) = (Rc::clone(passage), laid.line.clone());
            ops.push(Op::Line { x: cell.x + laid.x, y: base, passage, line, adorns: false });
            top += height;
        }
    }
    if let Some((x, width, ink)) = row.rule {
        ops.push(Op::Box { x, y: y + height - 0.25, width, height: 0.5, ink });
    }
    ops.extend(row.ops.iter().cloned().map(|op| op.down(y)));
    height
}

#[cfg(test)]
mod tests;
