//! What a document says, set in rows.

use std::num::NonZeroU16;
use std::rc::Rc;

use krilla::tagging::{ListNumbering, Tag};

use super::super::shown::shown_line;
use super::super::{Block, Callout, Document, Fact, Picture, Section, Text};
use super::faces::Faces;
use super::flow::{Cell, Flow, Ground, Laid, Op, Row};
use super::lines::Breaking;
use super::look::{
    BODY, BOTTOM, CAPTION, CODE, FACT, FAINT, HEADING, KIND, LINE, MARGIN, MEASURE, NOTE, RULE, SECOND, SECTION, SMALL,
    SOFT, STRONG, Style, TITLE, ground, ink,
};
use super::passage::Passage;
use super::table;
use super::tree::{NodeId, Tree};

/// From the left of a section's number to its title.
const NUMBER: f32 = 26.0;
/// From the left of a fact's name to its value.
const NAME: f32 = 138.0;

/// A document being set.
pub(super) struct Setter<'a, 'f> {
    pub(super) faces: &'a mut Faces<'f>,
    pub(super) tree: Tree,
    pub(super) flow: Flow,
    pictures: usize,
}

/// How the lines of a cell are set.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Setting {
    /// From the left of the page.
    pub(super) x: f32,
    pub(super) width: f32,
    /// Whether lines end at one edge.
    pub(super) is_figure: bool,
    pub(super) anywhere: bool,
    pub(super) keeps_spaces: bool,
}

impl Setting {
    pub(super) fn at(x: f32, width: f32) -> Self {
        Self { x, width, ..Self::default() }
    }
}

impl<'a, 'f> Setter<'a, 'f> {
    pub(super) fn new(faces: &'a mut Faces<'f>) -> Self {
        Self { faces, tree: Tree::new(), flow: Flow::new(), pictures: 0 }
    }

    /// All of a document.
    pub(super) fn document(&mut self, document: &Document) {
        self.front(document);
        if document.sections.len() > 1 {
            self.contents(&document.sections);
        }
        for (index, section) in document.sections.iter().enumerate() {
            self.section(index, section);
        }
        self.flow.space(0.0);
    }

    pub(super) fn passage(&mut self, text: &Text, style: Style, node: Option<NodeId>) -> Rc<Passage> {
        Rc::new(Passage::of(text, style, node, self.faces, &mut self.tree))
    }

    pub(super) fn plain(&mut self, text: &str, style: Style, node: Option<NodeId>) -> Rc<Passage> {
        Rc::new(Passage::plain(text, style, node, self.faces, &mut self.tree))
    }

    pub(super) fn cell(&mut self, passage: &Rc<Passage>, setting: Setting) -> Cell {
        let Setting { x, width, is_figure, anywhere, keeps_spaces } = setting;
        let lines = passage.lines(Breaking { measure: width, anywhere, keeps_spaces }, self.faces);
        let laid = |line: super::lines::Line| Laid {
            passage: Rc::clone(passage),
            x: if is_figure { width - line.width } else { 0.0 },
            line,
            above: 0.0,
        };
        Cell { x, lines: lines.into_iter().map(laid).collect() }
    }

    /// A row of one cell as wide as the page.
    fn wide(&mut self, passage: &Rc<Passage>, before: f32) -> Row {
        let cell = self.cell(passage, Setting::at(MARGIN, MEASURE));
        Row { cells: vec![cell], before, is_text: true, ..Row::default() }
    }

    fn front(&mut self, document: &Document) {
        let root = self.tree.root();
        if !document.kind.is_empty() {
            let node = self.tree.node(root, Tag::P);
            let kind = self.plain(&document.kind, KIND, Some(node));
            let row = self.wide(&kind, 0.0);
            self.flow.keep(&row, None);
        }
        let title = self.heading(root, 1, &document.title);
        let title = self.plain(&shown_line(&document.title), TITLE, Some(title));
        let row = Row { bottom: 10.0, ..self.wide(&title, 4.0) };
        self.flow.put(&row);
        self.facts(root, &document.head, false);
        self.flow.put(&Row { before: 12.0, least: 1.0, rule: Some((MARGIN, MEASURE, RULE)), ..Row::default() });
    }

    fn heading(&mut self, parent: NodeId, level: u16, title: &str) -> NodeId {
        let title = short(&shown_line(title), 200);
        self.tree.node(parent, Tag::Hn(NonZeroU16::MIN.saturating_add(level - 1), Some(title)))
    }

    fn contents(&mut self, sections: &[Section]) {
        let root = self.tree.root();
        let node = self.heading(root, 2, "Contents");
        let title = self.plain("Contents", CAPTION.with(SECOND), Some(node));
        let row = Row { bottom: 4.0, ..self.wide(&title, 16.0) };
        self.flow.keep(&row, None);
        let list = self.tree.node(root, Tag::TOC);
        for (index, section) in sections.iter().enumerate() {
            let item = self.tree.node(list, Tag::TOCI);
            let link = self.tree.link(item);
            let number = self.plain(&format!("{} ", index + 1), BODY.with(FAINT), Some(link));
            let title = self.plain(&format!("{} ", shown_line(&section.title)), BODY, Some(link));
            let number = self.cell(&number, Setting::at(MARGIN, NUMBER));
            let title = self.cell(&title, Setting::at(MARGIN + NUMBER, MEASURE - NUMBER - 50.0));
            let height = BODY.leading + 3.0;
            let mark = self.tree.mark(link);
            let y = 1.5 + BODY.leading * 0.745;
            let page = Op::PageOf { left: MARGIN, right: MARGIN + MEASURE, y, height, section: index, mark };
            let row = Row {
                cells: vec![number, title],
                top: 1.5,
                bottom: 1.5,
                ops: vec![page],
                is_whole: true,
                ..Row::default()
            };
            self.flow.put(&row);
        }
        self.flow.put(&Row { before: 12.0, least: 1.0, rule: Some((MARGIN, MEASURE, RULE)), ..Row::default() });
    }

    fn section(&mut self, index: usize, section: &Section) {
        self.flow.space(0.0);
        if section.on_new_page {
            self.flow.begin_page();
        }
        let root = self.tree.root();
        let part = self.tree.node(root, Tag::Section);
        let node = self.heading(part, 2, &section.title);
        let number = self.plain(&format!("{} ", index + 1), SECTION.with(FAINT), Some(node));
        let title = self.plain(&shown_line(&section.title), SECTION, Some(node));
        let digits = (index + 1).to_string().len();
        let indent = if digits > 2 { NUMBER + 10.0 } else { NUMBER };
        let number = self.cell(&number, Setting::at(MARGIN, indent));
        let title = self.cell(&title, Setting::at(MARGIN + indent, MEASURE - indent));
        self.flow.keep(&Row { cells: vec![number, title], before: 26.0, bottom: 2.0, ..Row::default() }, Some(index));
        for block in &section.blocks {
            self.block(part, block);
        }
        self.flow.space(0.0);
    }

    fn block(&mut self, parent: NodeId, block: &Block) {
        match block {
            Block::Heading(title) => {
                let node = self.heading(parent, 3, title);
                let title = self.plain(&shown_line(title), HEADING, Some(node));
                let row = self.wide(&title, 16.0);
                self.flow.keep(&row, None);
            }
            Block::Text(text) => self.paragraph(parent, text, BODY, 7.0),
            Block::List(items) => self.list(parent, items),
            Block::Callout(callout) => self.callout(parent, callout),
            Block::Facts(facts) => self.facts(parent, facts, true),
            Block::Table(table) => table::set(self, parent, table),
            Block::Picture(picture) => self.picture(parent, picture),
            Block::Verbatim(text) => self.verbatim(parent, text),
            Block::Form(lines) => self.form(parent, lines),
        }
    }

    /// A paragraph as wide as the page, `before` below what stands above it.
    pub(super) fn paragraph(&mut self, parent: NodeId, text: &Text, style: Style, before: f32) {
        let node = self.tree.node(parent, Tag::P);
        let passage = self.passage(text, style, Some(node));
        let row = self.wide(&passage, before);
        self.flow.put(&row);
    }

    fn list(&mut self, parent: NodeId, items: &[Text]) {
        let list = self.tree.node(parent, Tag::L(ListNumbering::Disc));
        for (index, text) in items.iter().enumerate() {
            let item = self.tree.node(list, Tag::LI);
            let (label, body) = (self.tree.node(item, Tag::Lbl), self.tree.node(item, Tag::LBody));
            let sign = self.plain("• ", BODY.with(FAINT), Some(label));
            let text = self.passage(text, BODY, Some(body));
            let sign = self.cell(&sign, Setting::at(MARGIN + 3.0, 12.0));
            let text = self.cell(&text, Setting::at(MARGIN + 15.0, MEASURE - 15.0));
            let before = if index == 0 { 7.0 } else { 3.5 };
            self.flow.put(&Row { cells: vec![sign, text], before, is_text: true, ..Row::default() });
        }
    }

    fn callout(&mut self, parent: NodeId, callout: &Callout) {
        let part = self.tree.node(parent, Tag::Div);
        let setting = Setting::at(MARGIN + 16.0, MEASURE - 32.0);
        let node = self.tree.node(part, Tag::P);
        let title = ink(callout.tone).map_or(STRONG, |ink| STRONG.with(ink));
        let title = self.plain(&shown_line(&callout.title), title, Some(node));
        let mut cell = self.cell(&title, setting);
        for text in &callout.texts {
            let node = self.tree.node(part, Tag::P);
            let passage = self.passage(text, BODY, Some(node));
            let mut lines = self.cell(&passage, setting).lines;
            if let Some(first) = lines.first_mut() {
                first.above = 4.0;
            }
            cell.lines.append(&mut lines);
        }
        let bar = Some(ink(callout.tone).unwrap_or(RULE));
        let ground = Some(Ground { x: MARGIN, width: MEASURE, ink: ground(callout.tone), bar });
        self.flow.put(&Row {
            cells: vec![cell],
            before: 9.0,
            top: 9.0,
            bottom: 10.0,
            ground,
            is_whole: true,
            ..Row::default()
        });
        self.flow.space(5.0);
    }

    fn facts(&mut self, parent: NodeId, facts: &[Fact], is_ruled: bool) {
        let list = self.tree.node(parent, Tag::L(ListNumbering::None));
        let (pad, rule) = if is_ruled { (3.5, Some((MARGIN, MEASURE, LINE))) } else { (1.5, None) };
        for (index, fact) in facts.iter().enumerate() {
            let item = self.tree.node(list, Tag::LI);
            let (label, body) = (self.tree.node(item, Tag::Lbl), self.tree.node(item, Tag::LBody));
            let name = self.plain(&format!("{} ", shown_line(&fact.name)), FACT.with(SECOND), Some(label));
            let value = self.passage(&fact.value, FACT, Some(body));
            let name = self.cell(&name, Setting::at(MARGIN, NAME - 14.0));
            let value = self.cell(&value, Setting::at(MARGIN + NAME, MEASURE - NAME));
            let before = if index == 0 && is_ruled { 8.0 } else { 0.0 };
            let (top, bottom) = (pad, pad);
            let row = Row { cells: vec![name, value], before, top, bottom, rule, is_whole: true, ..Row::default() };
            self.flow.put(&row);
        }
        self.flow.space(if is_ruled { 5.0 } else { 0.0 });
    }

    fn picture(&mut self, parent: NodeId, picture: &Picture) {
        let alt = short(&shown_line(&picture.alt), 4000);
        let part = self.tree.node(parent, Tag::Div);
        let node = self.tree.node(part, Tag::Figure(Some(if alt.is_empty() { "A picture".to_owned() } else { alt })));
        let (width, height) = size(picture.width, picture.height);
        let index = self.pictures;
        self.pictures += 1;
        let mark = self.tree.mark(node);
        let drawn = Op::Picture { x: MARGIN, y: 0.0, width, height, index, mark };
        let row = Row { before: 12.0, least: height, ops: vec![drawn], is_whole: true, ..Row::default() };
        if picture.caption.words().is_empty() {
            self.flow.put(&row);
        } else {
            self.flow.keep(&row, None);
            self.paragraph(part, &picture.caption, NOTE.with(SECOND), 5.0);
        }
        self.flow.space(8.0);
    }

    fn verbatim(&mut self, parent: NodeId, text: &str) {
        let node = self.tree.node(parent, Tag::P);
        let code = self.tree.node(node, Tag::Code);
        let text = self.plain(text.strip_suffix('\n').unwrap_or(text), CODE, Some(code));
        let width = MEASURE - 34.0;
        let cell = self.cell(&text, Setting { keeps_spaces: true, ..Setting::at(MARGIN + 12.0, width) });
        let (sign, none) = (self.plain("↩", SMALL, None), self.plain("", CODE, None));
        let sign = self.cell(&sign, Setting::at(0.0, 12.0)).lines.into_iter().next();
        let none = self.cell(&none, Setting::at(0.0, 12.0)).lines.into_iter().next();
        let goes_on =
            |laid: &Laid| laid.line.range.end < text.text.len() && !text.text[laid.line.range.end..].starts_with('\n');
        let beside = |laid: &Laid| {
            let above = CODE.leading - SMALL.leading;
            if goes_on(laid) { sign.clone().map(|sign| Laid { above, ..sign }) } else { none.clone() }
        };
        let signs = cell.lines.iter().filter_map(beside).collect();
        let signs = Cell { x: MARGIN + MEASURE - 16.0, lines: signs };
        let is_whole = cell.lines.len() <= 20;
        let ground = Some(Ground { x: MARGIN, width: MEASURE, ink: SOFT, bar: None });
        self.flow.put(&Row {
            cells: vec![cell, signs],
            before: 9.0,
            top: 8.0,
            bottom: 8.0,
            ground,
            is_whole,
            ..Row::default()
        });
        self.flow.space(4.0);
    }

    fn form(&mut self, parent: NodeId, lines: &[String]) {
        const GAP: f32 = 28.0;
        let width = (MEASURE - GAP) / 2.0;
        for pair in lines.chunks(2) {
            let mut row = Row { top: 36.0, bottom: 2.0, is_whole: true, ..Row::default() };
            for (line, x) in pair.iter().zip([MARGIN, MARGIN + width + GAP]) {
                let node = self.tree.node(parent, Tag::P);
                let label = self.plain(&shown_line(line), NOTE.with(SECOND), Some(node));
                row.cells.push(self.cell(&label, Setting::at(x, width)));
                row.ops.push(Op::Box { x, y: 33.0, width, height: 0.6, ink: SECOND });
            }
            self.flow.put(&row);
        }
    }
}

/// The size of a picture on the page, in points: as wide as the text, unless it has too few pixels or would be too high.
fn size(width: u32, height: u32) -> (f32, f32) {
    // Pictures have far fewer pixels than a float counts exactly.
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let highest = (BOTTOM - MARGIN) * 0.75;
    let scale = (MEASURE / width).min(highest / height).min(0.75);
    (width * scale, height * scale)
}

/// `text`, cut where it is too long for what programs read of a file.
pub(super) fn short(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() { head + "…" } else { head }
}
