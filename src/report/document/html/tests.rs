use super::*;
use crate::report::document::sample::{hostile, sample};
use crate::report::document::{Block, Fact, Picture, Section, Table, Text};

#[test]
fn a_document_is_one_file_that_runs_nothing() {
    let html = write(&sample());
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"));
    assert!(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""));
    for part in [
        "<a href=\"#section-2\"><span class=\"number\">2</span>",
        "<section id=\"section-2\" class=\"new-page\">",
        "<caption>Records</caption>",
        "<th scope=\"col\" class=\"figure short\">No.</th>",
        "<td class=\"digest short\">",
        "<dl>\n<div><dt>Case</dt><dd>7</dd></div>",
        "<figure>\n<img width=\"2\" height=\"1\" alt=\"Two dots\" src=\"data:image/png;base64,iVBOR",
        "<div role=\"note\" class=\"callout bad\">",
        "<footer>Case 7</footer>",
        "<td class=\"quiet\" colspan=\"1\">No rows.</td>",
    ] {
        assert!(html.contains(part), "{part}");
    }
    for part in ["<script", "http://", "<link", "<iframe", " on", "url("] {
        assert!(!html.contains(&format!("<{part}")) && !html.contains(&format!("\" {part}=")), "{part}");
    }
    assert_eq!(html, write(&sample()));
}

#[test]
fn nothing_of_a_hostile_text_becomes_markup() {
    for text in hostile() {
        let html = write(&everywhere(&text));
        let plain = write(&everywhere("x"));
        assert_eq!(html.matches('<').count() - html.matches("<br>").count(), plain.matches('<').count(), "{text:.40?}");
        assert!(!html.chars().any(|c| c != '\n' && crate::record::text::is_hidden(c)));
    }
}

/// A document that says `text` wherever a document can say something.
fn everywhere(text: &str) -> Document {
    let words = || Text::strong(text).and_face(crate::report::document::Face::Mono, text);
    let mut document = sample();
    document.kind = text.to_owned();
    document.title = text.to_owned();
    document.head = vec![Fact::new(text, words())];
    document.author = text.to_owned();
    document.made = text.to_owned();
    document.program = text.to_owned();
    document.foot = format!("_{text}");
    let table = Table {
        caption: format!("_{text}"),
        columns: vec![crate::report::document::Column::words(text)],
        rows: vec![vec![words(), words()]],
        note: Some(words()),
    };
    let picture = Picture { png: Vec::new(), width: 1, height: 1, alt: text.to_owned(), caption: words() };
    let callout =
        crate::report::document::Callout { tone: Default::default(), title: text.to_owned(), texts: vec![words()] };
    let blocks = vec![
        Block::Heading(text.to_owned()),
        Block::Text(words()),
        Block::List(vec![words()]),
        Block::Callout(callout),
        Block::Facts(vec![Fact::new(text, words())]),
        Block::Table(table),
        Block::Picture(picture),
        Block::Verbatim(text.to_owned()),
        Block::Form(vec![text.to_owned()]),
    ];
    document.sections = vec![Section { title: text.to_owned(), blocks, on_new_page: false }];
    document
}

#[test]
fn a_broken_picture_is_told_in_words() {
    let picture =
        Picture { png: b"GIF".to_vec(), width: 1, height: 1, alt: "A curve".to_owned(), caption: Text::default() };
    let mut document = sample();
    document.sections[0].blocks = vec![Block::Picture(picture)];
    let html = write(&document);
    assert!(html.contains("A picture cannot be shown: it is not a sound PNG file") && html.contains("A curve"));
    assert!(!html.contains("<img"));
}
