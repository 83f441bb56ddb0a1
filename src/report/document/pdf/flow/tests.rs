use super::*;

fn cell(lines: usize, leading: f32) -> Cell {
    let passage = Rc::new(Passage::blank(leading));
    let laid = Laid { passage, line: Line { range: 0..0, width: 0.0 }, x: 0.0, above: 0.0 };
    Cell { x: 0.0, lines: vec![laid; lines] }
}

fn lines(flow: &Flow) -> Vec<usize> {
    let is_line = |op: &&Op| matches!(op, Op::Line { adorns: false, .. });
    flow.pages.iter().map(|page| page.iter().filter(is_line).count()).collect()
}

/// As many lines as fit on a page.
const FULL: usize = 71;

#[test]
fn rows_fill_pages() {
    for (name, rows, expected) in [
        ("no line stands alone at the foot", vec![(FULL - 1, false, true), (5, false, true)], vec![FULL - 1, 5]),
        ("no line stands alone at the head", vec![(FULL + 1, false, true)], vec![FULL - 1, 2]),
        ("what is whole goes on the next page", vec![(FULL - 3, false, true), (4, true, false)], vec![FULL - 3, 4]),
        ("what is higher than a page is broken", vec![(2, false, true), (2 * FULL, true, false)], vec![FULL, FULL, 2]),
    ] {
        let mut flow = Flow::new();
        for (count, is_whole, is_text) in rows {
            flow.put(&Row { cells: vec![cell(count, 10.0)], is_whole, is_text, ..Row::default() });
        }
        assert_eq!(lines(&flow), expected, "{name}");
    }
}

#[test]
fn titles_stay_with_what_follows() {
    let mut flow = Flow::new();
    flow.put(&Row { cells: vec![cell(FULL - 3, 10.0)], ..Row::default() });
    flow.keep(&Row { cells: vec![cell(1, 10.0)], ..Row::default() }, Some(0));
    flow.keep(&Row { cells: vec![cell(1, 10.0)], ..Row::default() }, None);
    flow.put(&Row { cells: vec![cell(4, 10.0)], is_whole: true, ..Row::default() });
    assert_eq!(lines(&flow), [FULL - 3, 6]);
    assert_eq!(flow.sections, [(1, MARGIN)]);
}

#[test]
fn heads_are_drawn_on_every_page() {
    let mut flow = Flow::new();
    flow.keep_head(&Row { cells: vec![cell(1, 10.0)], ..Row::default() });
    for _ in 0..3 * FULL {
        flow.put(&Row { cells: vec![cell(1, 10.0)], is_whole: true, ..Row::default() });
    }
    flow.end_head();
    assert_eq!(lines(&flow), [FULL, FULL - 1, FULL - 1, 3]);
    assert!(flow.pages[1..].iter().all(|page| matches!(page.first(), Some(Op::Line { adorns: true, .. }))));
}

#[test]
fn the_last_row_does_not_stand_alone() {
    let mut flow = Flow::new();
    for index in 0..=FULL {
        let after = if index + 1 == FULL { 10.0 } else { 0.0 };
        flow.put(&Row { cells: vec![cell(1, 10.0)], is_whole: true, after, ..Row::default() });
    }
    assert_eq!(lines(&flow), [FULL - 1, 2]);
}

#[test]
fn what_is_higher_than_pages_is_not_repeated_on_them() {
    let mut flow = Flow::new();
    flow.keep(&Row { cells: vec![cell(2 * FULL, 10.0)], ..Row::default() }, Some(0));
    flow.keep_head(&Row { cells: vec![cell(2 * FULL, 10.0)], ..Row::default() });
    for _ in 0..FULL {
        flow.put(&Row { cells: vec![cell(1, 10.0)], is_whole: true, ..Row::default() });
    }
    flow.end_head();
    assert_eq!(lines(&flow), [FULL; 5]);
    assert_eq!(flow.sections, [(0, MARGIN)]);
}

#[test]
fn a_line_higher_than_a_page_ends() {
    let mut flow = Flow::new();
    flow.put(&Row { cells: vec![cell(3, 2000.0), cell(900, 10.0)], is_whole: true, ..Row::default() });
    assert_eq!(lines(&flow).iter().sum::<usize>(), 903);
}
