use proptest::prelude::*;

use super::*;

/// `text` with characters of width 1, and wide ones of width 2.
fn clusters(text: &str) -> impl Iterator<Item = Cluster> + '_ {
    text.char_indices().map(|(start, char)| Cluster {
        start,
        end: start + char.len_utf8(),
        width: if is_ideograph(char) { 2.0 } else { 1.0 },
        char,
    })
}

fn broken(text: &str, measure: f32, anywhere: bool, keeps_spaces: bool) -> Vec<Line> {
    let mut breaker = Breaker::new(Breaking { measure, anywhere, keeps_spaces });
    clusters(text).for_each(|cluster| breaker.push(cluster));
    breaker.finish()
}

#[test]
fn lines_end_where_they_should() {
    for (text, measure, anywhere, expected) in [
        ("", 5.0, false, vec![""]),
        ("one two three", 7.0, false, vec!["one two ", "three"]),
        ("one two three", 8.0, false, vec!["one two ", "three"]),
        ("abcdefgh", 3.0, false, vec!["abc", "def", "gh"]),
        ("a bcdefgh", 4.0, false, vec!["a ", "bcde", "fgh"]),
        ("a bcdefgh", 4.0, true, vec!["a bc", "defg", "h"]),
        ("a\nb", 9.0, false, vec!["a", "b"]),
        ("a\n\nb\n", 9.0, false, vec!["a", "", "b", ""]),
        ("path/to/file.json", 9.0, false, vec!["path/to/", "file.json"]),
        ("2026-01-02", 6.0, false, vec!["2026-", "01-02"]),
        ("well-known", 6.0, false, vec!["well-", "known"]),
        ("漢字，漢字", 5.0, false, vec!["漢", "字，", "漢字"]),
        ("a    b", 2.0, false, vec!["a ", "  ", " b"]),
    ] {
        let lines = broken(text, measure, anywhere, false);
        let lines: Vec<_> = lines.into_iter().map(|line| &text[line.range]).collect();
        assert_eq!(lines, expected, "{text:?}");
    }
}

#[test]
fn places_to_break() {
    for (before, last, next, expected) in [
        (None, 'a', 'b', Break::No),
        (None, 'a', ' ', Break::No),
        (None, ' ', 'b', Break::Good),
        (None, '\u{a0}', 'b', Break::No),
        (Some('1'), '-', '2', Break::Poor),
        (Some('a'), '-', 'b', Break::Good),
        (Some(' '), '-', 'b', Break::Poor),
        (None, '漢', '字', Break::Good),
        (None, '字', '。', Break::No),
        (None, '（', '字', Break::No),
        (None, '(', 'a', Break::No),
        (None, '/', 'a', Break::Poor),
    ] {
        assert_eq!(between(before, last, next), expected, "{last:?} {next:?}");
    }
}

#[test]
fn extents() {
    let extent = |text: &str| {
        let mut extent = Extent::default();
        let _ = clusters(text).all(|cluster| extent.push(cluster, 1000.0));
        (extent.least, extent.most)
    };
    for (text, least, most) in
        [("", 0.0, 0.0), ("one two three", 5.0, 13.0), ("one\nthree", 5.0, 5.0), ("漢字", 2.0, 4.0)]
    {
        assert_eq!(extent(text), (least, most), "{text:?}");
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_and_no_line_is_too_wide(
        text in "([a-c漢。/ -]|\n|  ){0,60}", measure in 2_u8..20, anywhere in any::<bool>(), keeps in any::<bool>(),
    ) {
        let measure = f32::from(measure);
        let lines = broken(&text, measure, anywhere, keeps);
        let mut at = 0;
        for line in &lines {
            prop_assert!(line.range.start == at || &text[at..line.range.start] == "\n");
            at = line.range.end;
            prop_assert!(line.width <= measure + ROUNDING);
            let widths: f32 = clusters(&text[line.range.clone()]).map(|cluster| cluster.width).sum();
            prop_assert!(widths <= measure + 1.0 + ROUNDING, "{:?}", &text[line.range.clone()]);
            prop_assert!(!keeps || widths <= measure + ROUNDING);
        }
        prop_assert_eq!(at, text.len());
        let feeds = text.matches('\n').count();
        prop_assert!(lines.len() > feeds);
        // No line but the last, and those before a line feed, is empty.
        prop_assert!(lines.iter().filter(|line| line.range.is_empty()).count() <= feeds + 1);
    }
}
