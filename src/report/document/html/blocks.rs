//! What stands in a section, as HTML.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::super::picture;
use super::super::{Block, Callout, Column, Fact, Picture, Table, Text};
use super::escape::{Html, tone};

/// A table of more columns is set smaller on paper, and all of them are broken.
const MANY: usize = 12;

/// One block.
pub(super) fn block(html: &mut Html, block: &Block) {
    match block {
        Block::Heading(title) => {
            html.tag("<h3>").line(title).tag("</h3>\n");
        }
        Block::Text(text) => paragraph(html, text),
        Block::List(items) => list(html, items),
        Block::Callout(callout) => aside(html, callout),
        Block::Facts(list) => facts(html, list),
        Block::Table(table) => self::table(html, table),
        Block::Picture(picture) => figure(html, picture),
        Block::Verbatim(text) => {
            // A line feed directly behind the tag would not count.
            html.tag("<pre>\n").verbatim(text).tag("</pre>\n");
        }
        Block::Form(lines) => form(html, lines),
    }
}

/// Names and values.
pub(super) fn facts(html: &mut Html, facts: &[Fact]) {
    if facts.is_empty() {
        return;
    }
    html.tag("<dl>\n");
    for fact in facts {
        html.tag("<div><dt>").line(&fact.name).tag("</dt><dd>").text(&fact.value).tag("</dd></div>\n");
    }
    html.tag("</dl>\n");
}

fn paragraph(html: &mut Html, text: &Text) {
    html.tag("<p>").text(text).tag("</p>\n");
}

fn list(html: &mut Html, items: &[Text]) {
    if items.is_empty() {
        return;
    }
    html.tag("<ul>\n");
    for item in items {
        html.tag("<li>").text(item).tag("</li>\n");
    }
    html.tag("</ul>\n");
}

fn aside(html: &mut Html, callout: &Callout) {
    html.tag("<div role=\"note\" class=\"callout ").tag(tone(callout.tone)).tag("\">\n<p class=\"title\">");
    html.line(&callout.title).tag("</p>\n");
    for text in &callout.texts {
        paragraph(html, text);
    }
    html.tag("</div>\n");
}

fn table(html: &mut Html, table: &Table) {
    // The box is what scrolls where the table is wider than the screen, also by keys.
    let label = if table.caption.is_empty() { "Table" } else { &table.caption };
    html.tag("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"").line(label).tag("\">\n");
    let width = table.rows.iter().map(Vec::len).max().unwrap_or(0).max(table.columns.len());
    html.tag(if width > MANY { "<table class=\"many\">\n" } else { "<table>\n" });
    if !table.caption.is_empty() {
        html.tag("<caption>").line(&table.caption).tag("</caption>\n");
    }
    let classes = classes(table, width);
    let class = |index: usize| classes.get(index).map_or("", String::as_str);
    if !table.columns.is_empty() {
        html.tag("<thead>\n<tr>");
        for index in 0..width {
            let title = table.columns.get(index).map_or("", |column| &column.title);
            html.tag("<th scope=\"col\"").tag(class(index)).tag(">").line(title).tag("</th>");
        }
        html.tag("</tr>\n</thead>\n");
    }
    html.tag("<tbody>\n");
    for row in &table.rows {
        html.tag("<tr>");
        for index in 0..width {
            html.tag("<td").tag(class(index)).tag(">");
            if let Some(cell) = row.get(index) {
                html.text(cell);
            }
            html.tag("</td>");
        }
        html.tag("</tr>\n");
    }
    if table.rows.is_empty() {
        html.tag("<tr><td class=\"quiet\" colspan=\"").tag(&width.max(1).to_string()).tag("\">No rows.</td></tr>\n");
    }
    html.tag("</tbody>\n</table>\n</div>\n");
    if let Some(note) = &table.note {
        html.tag("<p class=\"note\">").text(note).tag("</p>\n");
    }
}

/// The classes of a table's columns, as attributes.
fn classes(table: &Table, width: usize) -> Vec<String> {
    let is_short = short(table, width);
    let of = |index: usize| {
        let column = table.columns.get(index);
        let is = |of: fn(&Column) -> bool| column.is_some_and(of);
        let names = [
            (is(|column| column.breaks), "digest"),
            (is(|column| column.is_figure), "figure"),
            (is_short[index], "short"),
        ];
        let names: Vec<_> = names.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
        if names.is_empty() { String::new() } else { format!(" class=\"{}\"", names.join(" ")) }
    };
    (0..width).map(of).collect()
}

/// Which columns are so narrow that none of their lines needs to be broken: the narrowest ones, as long as they leave room on a page
/// of paper for the others.
fn short(table: &Table, width: usize) -> Vec<bool> {
    const COLUMN: usize = 26;
    const TABLE: usize = 84;
    const GAP: usize = 3;
    let longest = |index: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(index)).map(Text::words);
        let head = table.columns.get(index).map(|column| column.title.clone());
        // Long texts are not counted to their end.
        cells.chain(head).map(|text| text.chars().take(COLUMN + 1).count()).max().unwrap_or(0)
    };
    let mut columns: Vec<(usize, usize)> = (0..width).map(|index| (longest(index), index)).collect();
    columns.sort_unstable();
    let mut is_short = vec![false; width];
    if width > MANY {
        return is_short;
    }
    let mut taken = 0;
    for (longest, index) in columns {
        taken += longest + GAP;
        is_short[index] = longest <= COLUMN && taken <= TABLE;
    }
    is_short
}

fn figure(html: &mut Html, picture: &Picture) {
    html.tag("<figure>\n");
    match picture::check(picture) {
        Ok(()) => {
            html.tag("<img width=\"")
                .tag(&picture.width.to_string())
                .tag("\" height=\"")
                .tag(&picture.height.to_string());
            html.tag("\" alt=\"").line(&picture.alt).tag("\" src=\"data:image/png;base64,");
            html.tag(&STANDARD.encode(&picture.png)).tag("\">\n");
        }
        Err(error) => {
            html.tag("<p class=\"bad\">A picture cannot be shown: ").line(&error.to_string()).tag(". ");
            html.line(&picture.alt).tag("</p>\n");
        }
    }
    if !picture.caption.0.is_empty() {
        html.tag("<figcaption>").text(&picture.caption).tag("</figcaption>\n");
    }
    html.tag("</figure>\n");
}

fn form(html: &mut Html, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    html.tag("<ul class=\"form\">\n");
    for line in lines {
        html.tag("<li>").line(line).tag("</li>\n");
    }
    html.tag("</ul>\n");
}
