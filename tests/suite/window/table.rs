//! Journeys through the table by keyboard, mouse and screen reader, on far more rows than fit anywhere.

use std::cell::RefCell;
use std::ops::Range;

use egui::accesskit::{Role, SortDirection};
use egui::{Event, Key, Modifiers, MouseWheelUnit, OutputCommand, PointerButton, Pos2, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use probity::ui::table::{Cell, CellAt, Column, Columns, NotCopied, SortKey, Table, TableSource, TableState};
use probity::ui::theme::Mode;

const ROWS: u64 = 100_000_000;

struct Numbers {
    rows: u64,
    prefetched: RefCell<Range<u64>>,
}

impl TableSource for Numbers {
    fn rows(&self) -> u64 {
        self.rows
    }

    fn cell(&self, row: u64, column: usize) -> Option<Cell<'_>> {
        (row % 1000 != 555).then(|| Cell::text(format!("{column}:{row}")))
    }

    fn prefetch(&self, seen: Range<u64>) {
        *self.prefetched.borrow_mut() = seen;
    }
}

struct State {
    source: Numbers,
    columns: Columns,
    sort: Vec<SortKey>,
    table: TableState,
    opened: Option<u64>,
    menu: Option<(u64, usize)>,
    chosen: Option<&'static str>,
    not_copied: Option<NotCopied>,
}

fn show(ui: &mut egui::Ui, state: &mut State) {
    let mut menu = |ui: &mut egui::Ui, row: u64, column: usize| {
        state.menu = Some((row, column));
        for word in ["Filter for", "Filter out", "Copy"] {
            if ui.button(word).clicked() {
                state.chosen = Some(word);
                ui.close();
            }
        }
    };
    let output = Table::new("Numbers", &state.source, &mut state.columns, &mut state.sort, &mut state.table)
        .cell_menu(&mut menu)
        .show(ui);
    state.opened = output.opened.or(state.opened);
    state.not_copied = output.not_copied.or(state.not_copied);
}

fn table(rows: u64) -> Harness<'static, State> {
    let columns = ["A", "B", "C", "D"].map(|title| Column::new(title, title, 150.0));
    let state = State {
        source: Numbers { rows, prefetched: RefCell::new(0..0) },
        columns: Columns::new(columns.into()).frozen(1),
        sort: Vec::new(),
        table: TableState::default(),
        opened: None,
        menu: None,
        chosen: None,
        not_copied: None,
    };
    let (builder, _camera) = crate::window::picture::harness(vec2(640.0, 400.0), Mode::Light, 1.0);
    let mut harness = builder.build_ui_state(show, state);
    harness.run();
    harness
}

fn cursor(harness: &Harness<'_, State>) -> Option<(u64, usize)> {
    harness.state().table.selection.cursor().map(|cell| (cell.row, cell.column))
}

fn press(harness: &mut Harness<'_, State>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

fn copied(harness: &Harness<'_, State>) -> Option<String> {
    harness.output().platform_output.commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

#[test]
fn the_keyboard_goes_everywhere() {
    let mut harness = table(ROWS);
    harness.get_by_role(Role::Table).focus();
    harness.run();
    assert_eq!(cursor(&harness), Some((0, 0)), "who comes by Tab sees where the keyboard is");
    for (modifiers, key, at) in [
        (Modifiers::NONE, Key::ArrowDown, (1, 0)),
        (Modifiers::NONE, Key::ArrowRight, (1, 1)),
        (Modifiers::NONE, Key::End, (1, 3)),
        (Modifiers::COMMAND, Key::End, (ROWS - 1, 3)),
        (Modifiers::NONE, Key::PageUp, (ROWS - 14, 3)),
        (Modifiers::COMMAND, Key::Home, (0, 0)),
        (Modifiers::NONE, Key::PageDown, (13, 0)),
    ] {
        press(&mut harness, modifiers, key);
        assert_eq!(cursor(&harness), Some(at), "{key:?}");
        let seen = harness.state().source.prefetched.borrow().clone();
        assert!(seen.contains(&at.0), "{key:?}: row {} is not in {seen:?}", at.0);
        harness.get_by_label(&format!("{}:{}", at.1, at.0));
    }
    press(&mut harness, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(harness.state().sort, [SortKey { key: "A".to_owned(), descending: true }]);
    press(&mut harness, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(harness.state().sort, [SortKey { key: "A".to_owned(), descending: false }]);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowRight);
    harness.event(Event::Copy);
    harness.step();
    assert_eq!(copied(&harness).as_deref(), Some("A\tB\n0:13\t1:13\n0:14\t1:14\n"));
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().opened, Some(14));
    press(&mut harness, Modifiers::COMMAND, Key::A);
    assert_eq!(harness.state().table.selection.count(), ROWS);
    harness.event(Event::Copy);
    harness.step();
    assert_eq!((copied(&harness), harness.state().not_copied), (None, Some(NotCopied::Cells(4 * ROWS))));
}

#[test]
fn pages_go_from_whole_row_to_whole_row() {
    let mut harness = table(ROWS);
    harness.get_by_role(Role::Table).focus();
    harness.run();
    let view = harness.get_by_role(Role::Table).rect();
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    for (key, pages) in [(Key::PageDown, 3), (Key::PageUp, 2), (Key::PageDown, 1)] {
        for _ in 0..pages {
            let (before, page) = (cursor(&harness).unwrap(), harness.state().source.prefetched.borrow().clone());
            press(&mut harness, Modifiers::NONE, key);
            let (now, seen) = (cursor(&harness).unwrap(), harness.state().source.prefetched.borrow().clone());
            assert_eq!(now.0.abs_diff(before.0), page.end - page.start, "a page is all that was seen");
            assert_eq!(seen.start.abs_diff(page.start), page.end - page.start);
            for row in [seen.start, seen.end - 1, now.0] {
                let cell = harness.get_by_label(&format!("0:{row}")).rect();
                assert!(view.top() <= cell.top() && cell.bottom() <= view.bottom(), "{row}: {cell} in {view}");
            }
        }
    }
}

#[test]
fn with_shift_the_bar_goes_row_by_row() {
    let mut harness = table(ROWS);
    let top = |harness: &Harness<'_, State>| harness.state().table.scroll;
    let at = pos2(635.0, 60.0);
    harness.drag_at(at);
    harness.run();
    let mut before = top(&harness);
    for n in 1..=8 {
        let to = at + vec2(0.0, 3.0 * n as f32);
        harness.event_modifiers(Event::PointerMoved(to), Modifiers::SHIFT);
        harness.step();
        let now = top(&harness);
        if n > 4 {
            assert_eq!(now.row - before.row, 3, "a row a point");
            assert!(now.above < 0.01, "{now:?}");
        }
        before = now;
    }
    // Without it, a point is many rows, and nothing jumps.
    harness.hover_at(at + vec2(0.0, 24.0));
    harness.step();
    assert!(top(&harness).row.abs_diff(before.row) < ROWS / 1000);
    harness.hover_at(at + vec2(0.0, 27.0));
    harness.step();
    assert!(top(&harness).row > before.row + 1000);
}

#[test]
fn the_menu_of_a_cell_is_walked_by_keyboard() {
    let mut harness = table(ROWS);
    harness.get_by_role(Role::Table).focus();
    harness.run();
    for key in [Key::PageDown, Key::ArrowRight] {
        press(&mut harness, Modifiers::NONE, key);
    }
    let at = cursor(&harness);
    for (keys, chosen) in [
        (&[Key::Enter][..], Some("Filter for")),
        (&[Key::ArrowDown, Key::Enter], Some("Filter out")),
        (&[Key::ArrowUp, Key::Enter], Some("Copy")),
        (&[Key::ArrowDown, Key::ArrowDown, Key::ArrowDown, Key::Enter], Some("Filter for")),
        (&[Key::ArrowDown, Key::Escape], None),
    ] {
        harness.state_mut().table.open_menu();
        harness.run();
        harness.run();
        assert!(harness.get_by_label("Filter for").accesskit_node().is_focused(), "the first entry has the keyboard");
        assert_eq!(harness.state().menu, at);
        for key in keys {
            press(&mut harness, Modifiers::NONE, *key);
            harness.run();
        }
        assert_eq!(harness.state_mut().chosen.take(), chosen, "{keys:?}");
        assert!(harness.query_by_label("Filter for").is_none(), "{keys:?}");
        assert_eq!(cursor(&harness), at, "the cursor stays where it was");
        let (row, column) = at.expect("a cursor");
        let label = format!("{column}:{row}");
        let cell = harness.get_by_label(&label);
        assert!(cell.accesskit_node().is_focused(), "{keys:?}: who leaves it is at the cell again");
    }
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(cursor(&harness), at.map(|(row, column)| (row + 1, column)));
}

#[test]
fn the_mouse_selects_spans_and_opens() {
    let mut harness = table(ROWS);
    harness.get_by_label("1:3").click();
    harness.run();
    assert_eq!(cursor(&harness), Some((3, 1)));
    harness.get_by_label("1:6").click_modifiers(Modifiers::SHIFT);
    harness.run();
    harness.get_by_label("1:9").click_modifiers(Modifiers::COMMAND);
    harness.run();
    assert_eq!(harness.state().table.selection.ranges(), [(3, 6), (9, 9)]);
    harness.get_by_label("2:11").click_secondary();
    harness.run();
    harness.get_by_label("Filter for");
    assert_eq!(harness.state().menu, Some((11, 2)));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    let at = harness.get_by_label("0:2").rect().center();
    harness.drag_at(at);
    harness.run();
    harness.hover_at(at + vec2(0.0, 3.0 * 26.0));
    harness.run();
    harness.drop_at(at + vec2(0.0, 3.0 * 26.0));
    harness.run();
    assert_eq!(harness.state().table.selection.ranges(), [(2, 5)]);
}

#[test]
fn the_wheel_scrolls_by_points_and_the_bar_from_end_to_end() {
    let mut harness = table(ROWS);
    harness.hover_at(Pos2::new(200.0, 200.0));
    let wheel = |delta| Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta,
        phase: TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    };
    for _ in 0..10 {
        harness.event(wheel(vec2(0.0, -7.0)));
        harness.run_ok();
    }
    let scroll = harness.state().table.scroll;
    assert_eq!((scroll.row, scroll.above.round()), (2, 18.0), "70 points are 2 rows and 18");
    harness.get_by_label("1:3");
    let bar = Pos2::new(627.0, 44.0);
    harness.drag_at(bar);
    harness.run_ok();
    for y in [100.0, 214.0, 500.0] {
        harness.hover_at(Pos2::new(627.0, y));
        harness.run_ok();
        let row = harness.state().table.scroll.row;
        let share = ((f64::from(y) - 44.0) / (352.0 - 28.0)).min(1.0);
        assert!((row as f64 / ROWS as f64 - share).abs() < 0.02, "{y}: row {row}, share {share}");
    }
    harness.drop_at(Pos2::new(627.0, 500.0));
    harness.run_ok();
    harness.get_by_label(&format!("0:{}", ROWS - 2));
}

#[test]
fn heads_sort_resize_and_reorder() {
    let mut harness = table(50);
    harness.get_by_role_and_label(Role::ColumnHeader, "B").click();
    harness.run();
    harness.get_by_role_and_label(Role::ColumnHeader, "C").click_modifiers(Modifiers::SHIFT);
    harness.run();
    let sort: Vec<&str> = harness.state().sort.iter().map(|sorted| sorted.key.as_str()).collect();
    assert_eq!(sort, ["B", "C"]);
    let direction = |harness: &Harness<'_, State>, title: &str| {
        harness.get_by_role_and_label(Role::ColumnHeader, title).accesskit_node().data().sort_direction()
    };
    assert_eq!(direction(&harness, "B"), Some(SortDirection::Ascending));
    assert_eq!(direction(&harness, "D"), None);
    let edge = harness.get_by_role_and_label(Role::ColumnHeader, "B").rect().right_center() - vec2(2.0, 0.0);
    harness.drag_at(edge);
    harness.run();
    harness.hover_at(edge + vec2(30.0, 0.0));
    harness.run();
    harness.drop_at(edge + vec2(30.0, 0.0));
    harness.run();
    assert!((harness.state().columns.list[1].width - 180.0).abs() < 1.0, "{:?}", harness.state().columns.list[1]);
    let from = harness.get_by_role_and_label(Role::ColumnHeader, "B").rect().center();
    harness.drag_at(from);
    harness.run();
    let to = harness.get_by_role_and_label(Role::ColumnHeader, "D").rect().left_center();
    harness.hover_at(to);
    harness.run();
    harness.drop_at(to);
    harness.run();
    let keys: Vec<&str> = harness.state().columns.list.iter().map(|column| column.key.as_str()).collect();
    assert_eq!(keys, ["A", "C", "B", "D"]);
}

#[test]
fn screen_readers_get_true_numbers() {
    let mut harness = table(ROWS);
    harness.state_mut().table.go_to(77_000_400);
    harness.get_by_role(Role::Table).focus();
    harness.run();
    let table = harness.get_by_role(Role::Table);
    let data = table.accesskit_node();
    assert_eq!(data.data().row_count(), usize::try_from(ROWS + 1).ok(), "the head is a row too");
    assert_eq!(data.data().column_count(), Some(4));
    let cell = harness.get_by_label("2:77000400");
    let node = cell.accesskit_node();
    assert_eq!((node.data().row_index(), node.data().column_index()), (Some(77_000_401), Some(2)));
    let row = node.parent().expect("a row");
    assert_eq!((row.role(), row.data().row_index()), (Role::Row, Some(77_000_401)));
    assert!(data.data().active_descendant().is_some());
    cell.click_accesskit();
    harness.run();
    assert_eq!(cursor(&harness), Some((77_000_400, 2)));
}

#[test]
fn a_cut_cell_is_told_in_full_under_the_pointer() {
    let mut harness = table(ROWS);
    harness.state_mut().columns.list[1].width = 40.0;
    harness.run();
    let cell = harness.get_by_label("1:7").rect();
    harness.hover_at(cell.center());
    harness.run();
    harness.run_steps(8);
    assert!(harness.query_by_value("1:7").is_none(), "it fits");
    harness.state_mut().columns.list[1].width = 24.0;
    harness.run();
    harness.hover_at(harness.get_by_label("1:8").rect().center());
    harness.run_steps(8);
    assert!(harness.query_all_by_role(Role::Label).any(|label| label.value().as_deref() == Some("1:8")));
}

#[test]
fn rows_that_are_not_there_are_no_trouble() {
    let mut harness = table(0);
    harness.get_by_role(Role::Table).focus();
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::COMMAND, Key::A);
    assert_eq!(cursor(&harness), None);
    harness.state_mut().source.rows = 3;
    harness.run();
    harness.state_mut().table.selection.go(CellAt { row: 2, column: 3 });
    harness.state_mut().source.rows = 1;
    harness.run();
    assert_eq!(cursor(&harness), Some((0, 3)), "fewer rows came: the cursor stays within");
    let mut harness = table(u64::MAX / 2);
    harness.state_mut().table.go_to(u64::MAX / 2 - 1);
    harness.run();
    harness.get_by_label(&format!("3:{}", u64::MAX / 2 - 1));
    let _ = PointerButton::Primary;
}
