//! Keys into commands, by the table of commands. A letter is a command only while nothing is being typed.

use egui::{Context, Event, Key, Modifiers};

use crate::app::command::listed;
use crate::app::{App, Command, Listed, Overlay, View, When};
use crate::ui::words::NOT_WHOLE;

/// Where it is kept whether something was typed in the frame before.
fn typing_id() -> egui::Id {
    egui::Id::unique("shell was typing")
}

/// Whether a command can be given now.
pub(super) fn is_possible(app: &App, when: When) -> bool {
    match when {
        When::Always => true,
        When::Open => app.session().is_some(),
        When::Whole => app.session().is_some_and(|session| !session.evidence().is_part()),
        When::Record => app.session().is_some() && app.selected().is_some(),
        When::Facet => app.session().is_some() && app.view() == View::Records && app.facet().is_some(),
    }
}

/// Reads the keys that were pressed.
pub(super) fn read(ctx: &Context, app: &App, commands: &mut Vec<Command>) {
    if app.overlay() != Overlay::None {
        // The topmost closes first: a menu before what it belongs to.
        if !egui::Popup::is_any_open(ctx) && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            commands.push(Command::Overlay(Overlay::None));
        }
        return;
    }
    let focused = ctx.memory(egui::Memory::focused);
    // A menu that is open has the keys: Esc closes it, and letters are no commands.
    let is_menu = egui::Popup::is_any_open(ctx);
    // Esc has let go of a text field before anybody here can ask; it was for that field.
    let was_typing: bool = ctx.data(|data| data.get_temp(typing_id())).unwrap_or_default();
    let is_typing = is_menu || focused.is_some_and(|id| egui::TextEdit::load_state(ctx, id).is_some());
    ctx.data_mut(|data| data.insert_temp(typing_id(), is_typing));
    let mut chords: Vec<(Chord<'_>, &Listed)> = Vec::new();
    let listed = listed();
    // What needs a record, or the whole log, says so where there is none.
    let is_told =
        |when: When| is_possible(app, when) || (matches!(when, When::Record | When::Whole) && app.session().is_some());
    for listed in listed.iter().filter(|listed| is_told(listed.when)) {
        chords.extend(listed.keys.iter().filter_map(|key| Chord::read(key)).map(|chord| (chord, listed)));
    }
    // Keys held besides those of a shortcut do not keep it from being met: the one that names most of them comes first.
    chords.sort_by_key(|(chord, _)| std::cmp::Reverse(chord.held()));
    for (chord, listed) in chords {
        let is_pressed = match chord {
            Chord::Key(modifiers, key) => {
                // Esc leaves what is being typed before it stops anything; Space and Enter are the table's own.
                let is_own = modifiers.is_none()
                    && (is_typing || (was_typing && key == Key::Escape) || (focused.is_some() && key == Key::Space));
                !is_own && ctx.input_mut(|input| input.consume_shortcut(&egui::KeyboardShortcut::new(modifiers, key)))
            }
            Chord::Sign(sign) => !is_typing && ctx.input_mut(|input| take_sign(&mut input.events, sign)),
        };
        if is_pressed && is_possible(app, listed.when) {
            commands.push(listed.command.clone());
        } else if is_pressed && listed.when == When::Whole {
            commands.push(Command::Tell(NOT_WHOLE.to_owned()));
        } else if is_pressed {
            commands.push(Command::Tell("Choose a record first: this is done with one".to_owned()));
        }
    }
}

/// Takes a sign that was typed: which keys make it depends on the keyboard.
fn take_sign(events: &mut Vec<Event>, sign: &str) -> bool {
    let at = events.iter().position(|event| matches!(event, Event::Text(text) if text == sign));
    if let Some(at) = at {
        events.remove(at);
    }
    at.is_some()
}

/// What is pressed for a command.
#[derive(Debug, PartialEq)]
enum Chord<'k> {
    Key(Modifiers, Key),
    Sign(&'k str),
}

impl<'k> Chord<'k> {
    /// How many keys are held while it is pressed.
    fn held(&self) -> u32 {
        match self {
            Self::Key(held, _) => u32::from(held.command) + u32::from(held.shift) + u32::from(held.alt),
            Self::Sign(_) => 0,
        }
    }

    /// Reads `Ctrl+Shift+P`, `F1`, `T`, `/`.
    fn read(text: &'k str) -> Option<Self> {
        let (mut modifiers, mut rest) = (Modifiers::NONE, text);
        while let Some((name, behind)) = rest.split_once('+').filter(|(name, _)| !name.is_empty()) {
            modifiers |= match name {
                "Ctrl" => Modifiers::COMMAND,
                "Shift" => Modifiers::SHIFT,
                "Alt" => Modifiers::ALT,
                _ => return None,
            };
            rest = behind;
        }
        let key = match rest {
            "Esc" => Some(Key::Escape),
            "," => Some(Key::Comma),
            rest => Key::from_name(rest),
        };
        let is_sign = modifiers.is_none() && rest.chars().all(|c| c.is_ascii_punctuation());
        if is_sign { Some(Self::Sign(rest)) } else { key.map(|key| Self::Key(modifiers, key)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_can_be_pressed() {
        for listed in listed() {
            for key in listed.keys {
                assert!(Chord::read(key).is_some(), "{key} of {}", listed.title);
            }
        }
        assert_eq!(Chord::read("?"), Some(Chord::Sign("?")));
        assert_eq!(Chord::read("Ctrl+K"), Some(Chord::Key(Modifiers::COMMAND, Key::K)));
        assert_eq!(Chord::read("Ctrl+,"), Some(Chord::Key(Modifiers::COMMAND, Key::Comma)));
    }
}
