//! Tables, set in rows.

use std::rc::Rc;

use krilla::tagging::{TableHeaderScope, Tag};

use super::super::shown::shown_line;
use super::super::{Column, Table, Text};
use super::blocks::{Setter, Setting};
use super::columns::{FLOOR, Want, widths};
use super::flow::Row;
use super::look::{CAPTION, CELL, DIGEST, FAINT, HEAD, LINE, MARGIN, MEASURE, NOTE, RULE, Style};
use super::passage::Passage;
use super::tree::NodeId;

/// Between columns.
const GAP: f32 = 12.0;
/// A row that is higher may be broken over pages even where it would fit on one.
const HIGH: f32 = 260.0;
/// Clusters that a line of a hash has at least, as long as there is room.
const DIGITS: f32 = 12.0;

/// A table as part of `parent`. One with more columns than a page is wide becomes several; each begins with the first column.
pub(super) fn set(setter: &mut Setter<'_, '_>, parent: NodeId, table: &Table) {
    let count = table.rows.iter().map(Vec::len).max().unwrap_or(0).max(table.columns.len());
    let needs: Vec<f32> = (0..count).map(|index| need(table, index)).collect();
    let bands = bands(&needs, MEASURE);
    for (index, band) in bands.iter().enumerate() {
        let caption = shown_line(&table.caption);
        let caption = if index == 0 { caption.into_owned() } else { format!("{caption} (more columns)") };
        part(setter, parent, table, band, &caption);
    }
    if let Some(note) = &table.note {
        setter.paragraph(parent, note, NOTE, 5.0);
    }
    setter.flow.space(8.0);
}

/// About how wide a column must be for its words to stand unbroken, in points. Long words are broken rather than others be moved.
fn need(table: &Table, index: usize) -> f32 {
    const LETTER: f32 = 4.7;
    const ROWS: usize = 200;
    let column = table.columns.get(index);
    let most = if column.is_some_and(|column| column.breaks) { 6 } else { 14 };
    let longest = |text: &str| text.split_whitespace().map(|word| word.chars().take(most).count()).max().unwrap_or(0);
    let cells = table.rows.iter().take(ROWS).filter_map(|row| row.get(index)).map(|cell| longest(&cell.words()));
    let letters = cells.chain(column.map(|column| longest(&column.title))).max().unwrap_or(0);
    FLOOR.max(letters as f32 * LETTER)
}

/// Which columns stand beside one another, where each needs some of the room that a page has. At least two do.
fn bands(needs: &[f32], room: f32) -> Vec<Vec<usize>> {
    let mut bands = vec![Vec::new()];
    let mut taken = -GAP;
    for (index, need) in needs.iter().enumerate() {
        if let Some(band) = bands.last().filter(|band| band.len() > 1 && taken + GAP + need > room) {
            let first: Vec<usize> = band.first().copied().into_iter().collect();
            bands.push(first);
            taken = needs[0];
        }
        if let Some(band) = bands.last_mut() {
            band.push(index);
        }
        taken += GAP + need;
    }
    bands
}

fn part(setter: &mut Setter<'_, '_>, parent: NodeId, table: &Table, band: &[usize], caption: &str) {
    let node = setter.tree.node(parent, Tag::Table);
    if !caption.is_empty() {
        let title = setter.tree.node(node, Tag::Caption);
        let title = setter.plain(caption, CAPTION, Some(title));
        let cell = setter.cell(&title, Setting::at(MARGIN, MEASURE));
        setter.flow.keep(&Row { cells: vec![cell], before: 14.0, bottom: 2.0, ..Row::default() }, None);
    }
    let columns: Vec<&Column> = band.iter().map(|index| table.columns.get(*index).unwrap_or(&NONE)).collect();
    let heads = heads(setter, node, &columns);
    let body = setter.tree.node(node, Tag::TBody);
    if table.rows.is_empty() || band.is_empty() {
        let settings = settings(setter, &columns, &heads, &[]);
        head(setter, &heads, &settings);
        no_rows(setter, body);
        return setter.flow.end_head();
    }
    let cells: Vec<Vec<Rc<Passage>>> = table.rows.iter().map(|row| cells(setter, body, row, band, &columns)).collect();
    let settings = settings(setter, &columns, &heads, &cells);
    head(setter, &heads, &settings);
    let mut above: Option<Row> = None;
    for (index, passages) in cells.iter().enumerate() {
        let row = row(setter, passages, &settings);
        let height = row.height();
        if let Some(mut above) = above.replace(row) {
            above.after = if index + 1 == cells.len() { height } else { 0.0 };
            setter.flow.put(&above);
        }
    }
    above.iter().for_each(|last| setter.flow.put(last));
    setter.flow.end_head();
}

fn row(setter: &mut Setter<'_, '_>, passages: &[Rc<Passage>], settings: &[Setting]) -> Row {
    let cells = passages.iter().zip(settings).map(|(passage, setting)| setter.cell(passage, *setting)).collect();
    let mut row = Row { cells, top: 3.5, bottom: 3.5, rule: Some((MARGIN, MEASURE, LINE)), ..Row::default() };
    row.is_whole = row.cells.iter().all(|cell| cell.lines.len() as f32 * CELL.leading <= HIGH);
    row
}

/// What is there where a row is longer than the table is wide.
static NONE: Column = Column { title: String::new(), is_figure: false, breaks: false };

fn style(column: &Column) -> Style {
    if column.breaks { DIGEST } else { CELL }
}

fn heads(setter: &mut Setter<'_, '_>, table: NodeId, columns: &[&Column]) -> Vec<Rc<Passage>> {
    if columns.iter().all(|column| column.title.is_empty()) {
        return Vec::new();
    }
    let head = setter.tree.node(table, Tag::THead);
    let row = setter.tree.node(head, Tag::TR);
    let cell = |column: &&Column| {
        let node = setter.tree.node(row, Tag::TH(TableHeaderScope::Column));
        setter.plain(&shown_line(&column.title), HEAD, Some(node))
    };
    columns.iter().map(cell).collect()
}

/// The head, to be drawn with the first row.
fn head(setter: &mut Setter<'_, '_>, heads: &[Rc<Passage>], settings: &[Setting]) {
    if heads.is_empty() {
        return;
    }
    let mut row = Row { top: 4.0, bottom: 4.0, rule: Some((MARGIN, MEASURE, RULE)), ..Row::default() };
    for (passage, setting) in heads.iter().zip(settings) {
        row.cells.push(setter.cell(passage, Setting { anywhere: false, ..*setting }));
    }
    setter.flow.keep_head(&row);
}

fn cells(
    setter: &mut Setter<'_, '_>,
    body: NodeId,
    row: &[Text],
    band: &[usize],
    columns: &[&Column],
) -> Vec<Rc<Passage>> {
    let node = setter.tree.node(body, Tag::TR);
    let empty = Text::plain("");
    let cell = |(index, column): (&usize, &&Column)| {
        let cell = setter.tree.node(node, Tag::TD);
        let text = row.get(*index).filter(|text| !text.0.is_empty()).unwrap_or(&empty);
        setter.passage(text, style(column), Some(cell))
    };
    band.iter().zip(columns).map(cell).collect()
}

fn no_rows(setter: &mut Setter<'_, '_>, body: NodeId) {
    let row = setter.tree.node(body, Tag::TR);
    let cell = setter.tree.node(row, Tag::TD);
    let text = setter.plain("No rows.", CELL.with(FAINT), Some(cell));
    let cell = setter.cell(&text, Setting::at(MARGIN, MEASURE));
    setter.flow.put(&Row {
        cells: vec![cell],
        top: 3.5,
        bottom: 3.5,
        rule: Some((MARGIN, MEASURE, LINE)),
        ..Row::default()
    });
}

/// Where each column stands.
fn settings(
    setter: &mut Setter<'_, '_>,
    columns: &[&Column],
    heads: &[Rc<Passage>],
    cells: &[Vec<Rc<Passage>>],
) -> Vec<Setting> {
    let gaps = GAP * columns.len().saturating_sub(1) as f32;
    let room = MEASURE - gaps;
    let mut wants = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let head = heads.get(index).map(|head| head.extent(room, setter.faces)).unwrap_or_default();
        let mut want = Want { least: head.least, most: head.most, grows: !column.is_figure && !column.breaks };
        for passage in cells.iter().filter_map(|row| row.get(index)) {
            let extent = passage.extent(room, setter.faces);
            let least = if column.breaks { extent.least.min(DIGITS * passage.size * 0.6) } else { extent.least };
            (want.least, want.most) = (want.least.max(least), want.most.max(extent.most));
        }
        // What is measured and what is set may differ by less than can be seen.
        wants.push(Want { least: want.least + 0.05, most: want.most + 0.05, ..want });
    }
    let mut x = MARGIN;
    let place = |(width, column): (f32, &&Column)| {
        let setting = Setting { is_figure: column.is_figure, anywhere: column.breaks, ..Setting::at(x, width) };
        x += width + GAP;
        setting
    };
    widths(&wants, room).into_iter().zip(columns).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_columns_become_several_tables() {
        for (needs, room, expected) in [
            (vec![], 100.0, vec![vec![]]),
            (vec![20.0; 3], 84.0, vec![vec![0, 1, 2]]),
            (vec![20.0; 4], 84.0, vec![vec![0, 1, 2], vec![0, 3]]),
            (vec![20.0; 5], 84.0, vec![vec![0, 1, 2], vec![0, 3, 4]]),
            (vec![90.0; 3], 84.0, vec![vec![0, 1], vec![0, 2]]),
        ] {
            assert_eq!(bands(&needs, room), expected, "{needs:?}");
        }
    }
}
