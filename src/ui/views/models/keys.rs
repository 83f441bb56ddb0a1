//! What keys do in the table of versions: they move from row to row, choose what is compared, and lead to the records.

use egui::{EventFilter, Id, Key, Modifiers, Ui};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Another row, by its number.
    Go(usize),
    /// The records of the row.
    Records,
    /// The row to be compared, or not any more.
    Pick,
    /// The row as the reference of what is compared.
    Reference,
}

/// The keys that mean something here.
const KEYS: [Key; 9] =
    [Key::ArrowUp, Key::ArrowDown, Key::PageUp, Key::PageDown, Key::Home, Key::End, Key::Enter, Key::Space, Key::R];

/// Takes a key out of the input, with the row `now` of so many in focus, of which a page shows `page`.
pub(super) fn take(ui: &Ui, id: Id, now: usize, count: usize, page: usize) -> Option<Asked> {
    let filter = EventFilter { tab: false, horizontal_arrows: false, vertical_arrows: true, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let pressed =
        |key: &&Key| ui.input_mut(|input| input.modifiers.is_none() && input.consume_key(Modifiers::NONE, **key));
    KEYS.iter().find(pressed).and_then(|key| asked(*key, now, count, page))
}

/// Whether a key is pressed that leads into the table from where nothing has the keyboard.
pub(super) fn leads_here(ui: &Ui) -> bool {
    let is_free = ui.memory(|memory| memory.focused().is_none() && memory.allows_interaction(ui.layer_id()));
    is_free
        && ui.input(|input| {
            input.modifiers.is_none() && [Key::ArrowUp, Key::ArrowDown].iter().any(|key| input.key_pressed(*key))
        })
}

/// What a key asks for.
fn asked(key: Key, now: usize, count: usize, page: usize) -> Option<Asked> {
    let last = count.checked_sub(1)?;
    let page = page.max(1);
    Some(match key {
        Key::ArrowUp => Asked::Go(now.saturating_sub(1)),
        Key::ArrowDown => Asked::Go((now + 1).min(last)),
        Key::PageUp => Asked::Go(now.saturating_sub(page)),
        Key::PageDown => Asked::Go((now + page).min(last)),
        Key::Home => Asked::Go(0),
        Key::End => Asked::Go(last),
        Key::Enter => Asked::Records,
        Key::Space => Asked::Pick,
        Key::R => Asked::Reference,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_from_row_to_row_and_stop_at_the_ends() {
        for (key, now, expected) in [
            (Key::ArrowDown, 0, Some(Asked::Go(1))),
            (Key::ArrowDown, 9, Some(Asked::Go(9))),
            (Key::ArrowUp, 0, Some(Asked::Go(0))),
            (Key::PageDown, 2, Some(Asked::Go(6))),
            (Key::PageDown, 8, Some(Asked::Go(9))),
            (Key::PageUp, 3, Some(Asked::Go(0))),
            (Key::Home, 5, Some(Asked::Go(0))),
            (Key::End, 5, Some(Asked::Go(9))),
            (Key::Enter, 5, Some(Asked::Records)),
            (Key::Space, 5, Some(Asked::Pick)),
            (Key::R, 5, Some(Asked::Reference)),
            (Key::T, 5, None),
        ] {
            assert_eq!(asked(key, now, 10, 4), expected, "{key:?} at {now}");
        }
        assert_eq!(asked(Key::End, 0, 0, 4), None, "no rows");
    }
}
