use super::super::faces::Fonts;
use super::super::look::BODY;
use super::*;

fn with(text: &Text, check: impl Fn(&Passage, &mut Faces<'_>)) {
    let fonts = Fonts::read().expect("fonts");
    let mut faces = Faces::new(&fonts);
    let passage = Passage::of(text, BODY, None, &mut faces, &mut Tree::new());
    check(&passage, &mut faces);
}

#[test]
fn every_character_is_drawn_or_named() {
    for (text, expected) in [
        ("plain größe", "plain größe"),
        ("\u{13000}x", "‹U+13000›x"),
        ("a\u{202e}\0", "a‹U+202E›‹U+0000›"),
        ("عربية 漢字 😀", "عربية 漢字 😀"),
        ("❤\u{fe0f}", "❤\u{fe0f}"),
    ] {
        with(&text.into(), |passage, _| assert_eq!(passage.text, expected));
    }
}

#[test]
fn pieces_cover_the_text() {
    let long = "x".repeat(1000);
    let text =
        Text::plain("one عربية 12 ").and_face(Face::Mono, "漢字 a\u{301}b").and("\n").and_face(Face::Strong, long);
    with(&text, |passage, faces| {
        let mut at = 0;
        passage.pieces(0..passage.text.len(), faces, |_, piece| {
            assert_eq!(piece.start, at);
            assert!(piece.end > piece.start && piece.end - piece.start <= LONGEST + 4);
            at = piece.end;
            true
        });
        assert_eq!(at, passage.text.len());
    });
}

#[test]
fn lines_lose_nothing() {
    let text = "Ein größeres Wort عربية עברית 漢字漢字漢字 हिन्दी ไทยไทยไทย 한글 😀👍 a-b/c.d ".repeat(20);
    with(&Text::plain(text), |passage, faces| {
        for measure in [20.0, 60.0, 200.0] {
            let lines = passage.lines(Breaking { measure, anywhere: false, keeps_spaces: false }, faces);
            let joined: String = lines.iter().map(|line| &passage.text[line.range.clone()]).collect();
            assert_eq!(joined, passage.text);
            assert!(lines.iter().all(|line| line.width <= measure + 0.02));
        }
    });
}

#[test]
fn pieces_stand_where_they_are_read() {
    for (levels, expected) in [
        (vec![], vec![]),
        (vec![0, 0], vec![0, 1]),
        (vec![0, 1, 1, 1, 0], vec![0, 3, 2, 1, 4]),
        (vec![1, 2, 2, 1], vec![3, 1, 2, 0]),
    ] {
        assert_eq!(visual_order(&levels), expected);
    }
}
