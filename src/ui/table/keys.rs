//! What keys do in a table.

use egui::{Event, EventFilter, Id, Key, Modifiers, Ui};

use super::select::{CellAt, Selection};

/// What the keyboard asked for besides moving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Enter or Space: show the row.
    pub(super) open: bool,
    /// The clipboard is asked for.
    pub(super) copy: bool,
    /// The cursor moved: show it.
    pub(super) moved: bool,
    /// So many rows the view goes on with the cursor, or back: a page.
    pub(super) paged: i64,
    /// Put the rows in the order of the cursor's column.
    pub(super) sort: Option<Sorted>,
}

/// An order that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sorted {
    /// The greatest come first.
    pub(super) descending: bool,
    /// Behind the columns that the rows are in the order of already, not in their place.
    pub(super) is_added: bool,
}

/// What the cursor moves in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) rows: u64,
    pub(super) columns: usize,
    /// Rows that a page has.
    pub(super) page: u64,
    /// The row at the top edge.
    pub(super) top: u64,
}

/// Keeps the arrows for the table that has the focus.
pub(super) fn keep_arrows(ui: &Ui, id: Id) {
    let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
}

/// Whether a key is pressed that moves in a table.
pub(super) fn are_for_a_table(ui: &Ui) -> bool {
    const KEYS: [Key; 6] = [Key::ArrowUp, Key::ArrowDown, Key::PageUp, Key::PageDown, Key::Home, Key::End];
    ui.input(|input| input.modifiers.is_none() && KEYS.iter().any(|key| input.key_pressed(*key)))
}

/// Takes the keys that mean something here out of the input, and does them.
pub(super) fn take(ui: &Ui, selection: &mut Selection, room: Room) -> Asked {
    let mut asked = Asked::default();
    if room.rows == 0 || room.columns == 0 {
        return asked;
    }
    ui.input_mut(|input| {
        input.events.retain(|event| match event {
            Event::Copy => {
                asked.copy = true;
                false
            }
            Event::Key { key, pressed: true, modifiers, .. } => !press(*key, *modifiers, selection, room, &mut asked),
            _ => true,
        });
    });
    asked
}

/// Does one key; false if it means nothing here.
fn press(key: Key, modifiers: Modifiers, selection: &mut Selection, room: Room, asked: &mut Asked) -> bool {
    if modifiers.alt {
        let descending = match key {
            Key::ArrowUp => false,
            Key::ArrowDown => true,
            _ => return false,
        };
        asked.sort = Some(Sorted { descending, is_added: modifiers.shift });
        return true;
    }
    let Room { rows, columns, page, top } = room;
    let (last, right) = (rows - 1, columns - 1);
    let (shift, command) = (modifiers.shift, modifiers.command);
    let first = selection.cursor().is_none();
    // The first key only shows where the keyboard is.
    let now = selection.cursor().unwrap_or(CellAt { row: top.min(last), column: 0 });
    let to = match key {
        Key::A if command && !shift => {
            selection.all(rows);
            return true;
        }
        Key::Space if shift => {
            selection.take_rows();
            return true;
        }
        Key::Enter | Key::Space if !command => {
            asked.open = !first;
            return true;
        }
        Key::ArrowUp if command => CellAt { row: 0, ..now },
        Key::ArrowDown if command => CellAt { row: last, ..now },
        Key::ArrowUp => CellAt { row: now.row.saturating_sub(u64::from(!first)), ..now },
        Key::ArrowDown => CellAt { row: now.row.saturating_add(u64::from(!first)).min(last), ..now },
        Key::ArrowLeft if command => CellAt { column: 0, ..now },
        Key::ArrowRight if command => CellAt { column: right, ..now },
        Key::ArrowLeft => CellAt { column: now.column.saturating_sub(1), ..now },
        Key::ArrowRight => CellAt { column: (now.column + usize::from(!first)).min(right), ..now },
        Key::PageUp | Key::PageDown => {
            let is_down = key == Key::PageDown;
            let rows = i64::try_from(page).unwrap_or(i64::MAX);
            asked.paged = asked.paged.saturating_add(if is_down { rows } else { -rows });
            let row = if is_down { now.row.saturating_add(page).min(last) } else { now.row.saturating_sub(page) };
            CellAt { row, ..now }
        }
        Key::Home if command => CellAt { row: 0, column: 0 },
        Key::End if command => CellAt { row: last, column: right },
        Key::Home => CellAt { column: 0, ..now },
        Key::End => CellAt { column: right, ..now },
        _ => return false,
    };
    if shift {
        selection.extend(to);
    } else {
        selection.go(to);
    }
    asked.moved = true;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { rows: 1000, columns: 5, page: 38, top: 0 };

    fn after(start: (u64, usize), keys: &[(Modifiers, Key)]) -> Selection {
        let mut selection = Selection::default();
        selection.go(CellAt { row: start.0, column: start.1 });
        for (modifiers, key) in keys {
            assert!(press(*key, *modifiers, &mut selection, ROOM, &mut Asked::default()), "{key:?}");
        }
        selection
    }

    fn cursor(start: (u64, usize), modifiers: Modifiers, key: Key) -> (u64, usize) {
        let cursor = after(start, &[(modifiers, key)]).cursor().unwrap_or_default();
        (cursor.row, cursor.column)
    }

    #[test]
    fn keys_move_the_cursor() {
        const PLAIN: Modifiers = Modifiers::NONE;
        const COMMAND: Modifiers = Modifiers::COMMAND;
        for (start, modifiers, key, end) in [
            ((5, 2), PLAIN, Key::ArrowDown, (6, 2)),
            ((5, 2), PLAIN, Key::ArrowUp, (4, 2)),
            ((0, 0), PLAIN, Key::ArrowUp, (0, 0)),
            ((999, 4), PLAIN, Key::ArrowDown, (999, 4)),
            ((999, 4), PLAIN, Key::ArrowRight, (999, 4)),
            ((5, 2), PLAIN, Key::ArrowLeft, (5, 1)),
            ((5, 2), PLAIN, Key::PageDown, (43, 2)),
            ((5, 2), PLAIN, Key::PageUp, (0, 2)),
            ((990, 2), PLAIN, Key::PageDown, (999, 2)),
            ((5, 2), PLAIN, Key::Home, (5, 0)),
            ((5, 2), PLAIN, Key::End, (5, 4)),
            ((5, 2), COMMAND, Key::Home, (0, 0)),
            ((5, 2), COMMAND, Key::End, (999, 4)),
            ((5, 2), COMMAND, Key::ArrowDown, (999, 2)),
        ] {
            assert_eq!(cursor(start, modifiers, key), end, "{key:?} at {start:?}");
        }
    }

    #[test]
    fn shift_spans_and_space_opens() {
        let shift = Modifiers::SHIFT;
        let spanned = after((5, 2), &[(shift, Key::ArrowDown), (shift, Key::PageDown)]);
        assert_eq!(spanned.ranges(), [(5, 44)]);
        let rows = after((5, 2), &[(shift, Key::ArrowRight), (shift, Key::Space)]);
        assert_eq!((rows.ranges(), rows.columns()), (vec![(5, 5)], None));
        assert_eq!(after((5, 2), &[(Modifiers::COMMAND, Key::A)]).count(), 1000);
        let mut asked = Asked::default();
        let mut selection = Selection::default();
        let room = Room { rows: 10, columns: 2, page: 5, top: 7 };
        assert!(press(Key::ArrowDown, Modifiers::NONE, &mut selection, room, &mut asked));
        assert_eq!(selection.cursor(), Some(CellAt { row: 7, column: 0 }), "the first key shows the cursor");
        assert!(press(Key::Enter, Modifiers::NONE, &mut selection, room, &mut asked) && asked.open);
        for (modifiers, is_added) in [(Modifiers::ALT, false), (Modifiers::ALT | shift, true)] {
            assert!(press(Key::ArrowDown, modifiers, &mut selection, room, &mut asked));
            assert_eq!(asked.sort, Some(Sorted { descending: true, is_added }));
        }
        assert!(!press(Key::T, Modifiers::NONE, &mut selection, room, &mut asked), "commands pass");
    }
}
