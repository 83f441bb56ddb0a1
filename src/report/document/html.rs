//! Documents as HTML: one file that needs no other, runs nothing and asks no network. Light and dark on a screen, light on paper.

mod blocks;
mod escape;

use super::{Document, Section};
use escape::{Html, number};

const STYLE: &str = include_str!("html/style.css");

/// What a browser may do with the file: draw it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// The document as one HTML5 file. The same document is the same text.
pub fn write(document: &Document) -> String {
    let mut html = Html::default();
    html.tag("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.tag("<meta http-equiv=\"Content-Security-Policy\" content=\"").tag(POLICY).tag("\">\n");
    html.tag("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.tag("<meta name=\"color-scheme\" content=\"light dark\">\n");
    for (name, content) in [("author", &document.author), ("date", &document.made), ("generator", &document.program)] {
        html.tag("<meta name=\"").tag(name).tag("\" content=\"").line(content).tag("\">\n");
    }
    html.tag("<title>").line(&document.title).tag("</title>\n<style>\n").tag(STYLE).tag("</style>\n</head>\n<body>\n");
    header(&mut html, document);
    if document.sections.len() > 1 {
        contents(&mut html, &document.sections);
    }
    html.tag("<main>\n");
    for (index, part) in document.sections.iter().enumerate() {
        section(&mut html, index, part);
    }
    html.tag("</main>\n");
    if !document.foot.is_empty() {
        html.tag("<footer>").line(&document.foot).tag("</footer>\n");
    }
    html.tag("</body>\n</html>\n");
    html.into_text()
}

fn header(html: &mut Html, document: &Document) {
    html.tag("<header>\n<p class=\"kind\">").line(&document.kind).tag("</p>\n<h1>").line(&document.title);
    html.tag("</h1>\n");
    blocks::facts(html, &document.head);
    html.tag("</header>\n");
}

fn contents(html: &mut Html, sections: &[Section]) {
    html.tag("<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ol>\n");
    for (index, section) in sections.iter().enumerate() {
        html.tag("<li><a href=\"#section-").tag(&number(index)).tag("\"><span class=\"number\">");
        html.tag(&number(index)).tag("</span> <span>").line(&section.title).tag("</span></a></li>\n");
    }
    html.tag("</ol>\n</nav>\n");
}

fn section(html: &mut Html, index: usize, section: &Section) {
    let class = if section.on_new_page { " class=\"new-page\"" } else { "" };
    html.tag("<section id=\"section-").tag(&number(index)).tag("\"").tag(class).tag(">\n<h2><span class=\"number\">");
    html.tag(&number(index)).tag("</span> ").line(&section.title).tag("</h2>\n");
    for block in &section.blocks {
        blocks::block(html, block);
    }
    html.tag("</section>\n");
}

#[cfg(test)]
mod tests;
