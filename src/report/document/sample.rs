//! Documents for tests: one that holds something of everything, and texts that mean harm.

use super::{Block, Callout, Column, Document, Face, Fact, Picture, Section, Table, Text, Tone};

/// Something of everything.
pub(super) fn sample() -> Document {
    let table = Table {
        caption: "Records".to_owned(),
        columns: vec![Column::figures("No."), Column::words("What"), Column::digests("Hash")],
        rows: (0..120)
            .map(|row| vec![Text::plain(row.to_string()), Text::toned(Tone::Good, "Held"), Text::mono("0f".repeat(8))])
            .collect(),
        note: Some("As logged.".into()),
    };
    let empty = Table { caption: "Nothing".to_owned(), columns: vec![Column::words("None")], ..Table::default() };
    let callout =
        Callout { tone: Tone::Bad, title: "Broken".to_owned(), texts: vec!["Here.".into(), "And there.".into()] };
    let first = vec![
        Block::Callout(callout),
        Block::Text(
            Text::plain("See ").and_link("https://example.org/a").and(" and طلب 42.").and_face(Face::Quiet, " 漢字"),
        ),
        Block::List(vec!["one".into(), "two".into()]),
        Block::Facts(vec![Fact::new("Root", Text::mono("a".repeat(64)))]),
        Block::Picture(picture()),
    ];
    let second = vec![
        Block::Heading("All of them".to_owned()),
        Block::Table(table),
        Block::Table(empty),
        Block::Verbatim("{\n  \"a\": 1\n}\n".to_owned()),
        Block::Form(vec!["Name".to_owned(), "Date".to_owned(), "Signature".to_owned()]),
    ];
    Document {
        kind: "Report".to_owned(),
        title: "A title".to_owned(),
        head: vec![Fact::new("Case", "7")],
        author: "A. Author".to_owned(),
        made: "2026-03-14T16:05:22Z".to_owned(),
        program: "Probity 0.1.0".to_owned(),
        foot: "Case 7".to_owned(),
        sections: vec![
            Section { title: "Verdict".to_owned(), blocks: first, on_new_page: false },
            Section { title: "Records".to_owned(), blocks: second, on_new_page: true },
        ],
    }
}

/// Two dots.
pub(super) fn picture() -> Picture {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 2, 1);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().expect("head").write_image_data(&[0, 0, 0, 255, 9, 9, 9, 90]).expect("pixels");
    Picture { png, width: 2, height: 1, alt: "Two dots".to_owned(), caption: "Dots.".into() }
}

/// Texts that would break what does not expect them.
pub(super) fn hostile() -> Vec<String> {
    [
        "",
        "\0",
        "\n\n\n",
        "</style><script>alert(1)</script>",
        "\" onload=\"x",
        "--><!--",
        "]]>",
        "&lt;&#0;",
        "\u{202e}\u{2066}\u{200b}\u{feff}\u{ffff}\u{fffe}\u{e001}\u{10ffff}",
        "a\u{301}\u{301}\u{301}\u{301} \u{301}",
        "عربي \u{64b}\u{64b} ( [עברית] ) 12 { \u{661}\u{662}",
        "क्\u{94d}\u{94d} \u{93f}\u{93f} ক্ த் తె ไ\u{e47}\u{e47}",
        "\u{1100}\u{1161}\u{11a8} \u{fe0f} 👍🏽 🇩🇪 1\u{fe0f}\u{20e3}",
        "\u{13000}\u{16a0}\u{2603}\u{1d400}",
        "(())%\\)<</Type/Catalog>>endstream endobj",
    ]
    .map(str::to_owned)
    .into()
}
