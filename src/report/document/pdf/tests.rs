use proptest::prelude::*;

use super::*;
use crate::report::document::sample::{hostile, picture, sample};
use crate::report::document::{Callout, Column, Fact, Section, Table, Text, Tone};

/// A document of one section.
fn of(blocks: Vec<Block>) -> Document {
    Document { sections: vec![Section { title: "One".to_owned(), blocks, on_new_page: false }], ..sample() }
}

fn table(columns: usize, rows: &[usize], text: &str) -> Block {
    let columns =
        (0..columns).map(|index| Column { title: text.to_owned(), is_figure: index % 3 == 1, breaks: index % 3 == 2 });
    let rows = rows.iter().map(|cells| (0..*cells).map(|_| Text::plain(text)).collect());
    Block::Table(Table { caption: text.to_owned(), columns: columns.collect(), rows: rows.collect(), note: None })
}

fn holds(pdf: &[u8], part: &str) -> bool {
    pdf.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn the_same_document_is_the_same_bytes() {
    let pdf = write(&sample()).expect("written");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    assert_eq!(pdf, write(&sample()).expect("written"));
    for part in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "D:20260314160522",
        "/OutputIntents",
    ] {
        assert!(holds(&pdf, part), "{part}");
    }
    assert!(!holds(&pdf, "/JavaScript") && !holds(&pdf, "/EmbeddedFile"));
}

#[test]
fn any_text_can_be_written_anywhere() {
    for text in hostile() {
        let words = || Text::strong(text.as_str()).and(text.as_str()).and_link(format!("https://{text}"));
        let blocks = vec![
            Block::Heading(text.clone()),
            Block::Text(words()),
            Block::List(vec![words(), words()]),
            Block::Callout(Callout { tone: Tone::Good, title: text.clone(), texts: vec![words(), words()] }),
            Block::Facts(vec![Fact::new(text.as_str(), words())]),
            table(4, &[4, 2, 7, 0], &text),
            Block::Picture(Picture { alt: text.clone(), caption: words(), ..picture() }),
            Block::Verbatim(text.clone()),
            Block::Form(vec![text.clone(); 3]),
        ];
        let mut document = of(blocks);
        for field in [&mut document.kind, &mut document.title, &mut document.author, &mut document.program] {
            field.clone_from(&text);
        }
        document.foot.clone_from(&text);
        document.head = vec![Fact::new(text.as_str(), words())];
        document.sections.push(Section { title: text.clone(), blocks: vec![], on_new_page: true });
        assert_eq!(write(&document).map(|_| ()), Ok(()), "{text:?}");
    }
}

#[test]
fn tables_of_any_shape_can_be_written() {
    for (columns, rows) in
        [(0, vec![]), (0, vec![0, 0]), (0, vec![3]), (1, vec![]), (3, vec![0, 1, 9]), (200, vec![200, 1])]
    {
        assert_eq!(write(&of(vec![table(columns, &rows, "word")])).map(|_| ()), Ok(()), "{columns} {rows:?}");
    }
    assert_eq!(write(&Document { sections: vec![], head: vec![], ..sample() }).map(|_| ()), Ok(()));
    let nothing = Section { title: String::new(), blocks: vec![], on_new_page: true };
    assert_eq!(write(&Document { sections: vec![nothing; 3], ..sample() }).map(|_| ()), Ok(()));
}

#[test]
fn a_word_of_a_megabyte_ends() {
    let word = "x".repeat(1 << 20);
    let marks = format!("a{}", "\u{301}".repeat(1 << 18));
    let blocks = vec![
        Block::Text(marks.into()),
        Block::Text(word.as_str().into()),
        table(3, &[3], &word[..1 << 18]),
        Block::Verbatim(word.clone()),
    ];
    assert_eq!(write(&of(blocks)).map(|_| ()), Ok(()));
    let mut document = of(vec![Block::Heading(word[..5000].to_owned())]);
    document.title = word[..5000].to_owned();
    document.foot.clone_from(&word);
    document.sections[0].title = word[..5000].to_owned();
    assert_eq!(write(&document).map(|_| ()), Ok(()));
}

#[test]
fn a_broken_picture_is_told_in_words() {
    let broken = Picture { png: picture().png[..30].to_vec(), alt: "A curve".to_owned(), ..picture() };
    let error = write(&of(vec![Block::Picture(broken)])).expect_err("broken").to_string();
    assert!(error.starts_with("a picture cannot be drawn (A curve): it is not a sound PNG file"), "{error}");
}

#[test]
fn dates_are_those_of_rfc_3339() {
    for (made, is_date) in [
        ("2026-03-14T16:05:22Z", true),
        ("2026-03-14T16:05:22.123Z", true),
        ("2026-03-14T16:05:22+00:00", true),
        ("2026-03-14T16:05:22+01:00", false),
        ("2026-03-14", false),
        ("2026-03-1éT16:05:22Z", false),
        ("", false),
    ] {
        assert_eq!(date(made).is_some(), is_date, "{made}");
        let is_written = !matches!(write(&Document { made: made.to_owned(), ..of(vec![]) }), Err(PdfError::Made(_)));
        assert_eq!(is_written, is_date, "{made}");
    }
}

/// Characters that shaping does something with.
fn scripts() -> impl Strategy<Value = String> {
    let range = |from: char, to: char| prop::char::range(from, to);
    let char = prop_oneof![
        range(' ', '~'),
        range('\u{A0}', '\u{36F}'),
        range('\u{590}', '\u{6FF}'),
        range('\u{900}', '\u{E7F}'),
        range('\u{1100}', '\u{11FF}'),
        range('\u{2000}', '\u{2BFF}'),
        range('\u{AC00}', '\u{D7FF}'),
        range('\u{FB00}', '\u{FFFF}'),
        range('\u{1F1E6}', '\u{1FAFF}'),
        any::<char>(),
    ];
    prop::collection::vec(char, 0..80).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_characters_can_be_written(text in scripts()) {
        let blocks = vec![Block::Text(Text::strong(text.as_str()).and(text.as_str())), table(3, &[3, 3], &text)];
        prop_assert_eq!(write(&of(blocks)).map(|_| ()), Ok(()));
    }
}
