//! What somebody said and somebody else changed or took back: whose word, who answered it, and a way to say it again.

use egui::Ui;

use super::super::{parts, words};
use super::items::{choice, in_words};
use crate::app::Command;
use crate::app::keeper::Snapshot;
use crate::case::entry::Action;
use crate::case::{Overruled, Word};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::counted;
use crate::ui::widgets::hairline;

/// So many of those who answered are named.
const MOST: usize = 5;

/// The words that do not hold, the latest first.
pub(super) fn show(ui: &mut Ui, case: &Snapshot, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    for (overruled, by) in case.overruled.iter().rev().take(super::items::MOST_ROWS) {
        ui.add_space(10.0);
        ui.push_id(overruled.entry, |ui| {
            parts::inset(ui, measure::PAGE, |ui| {
                let again = case.read_only.is_none().then_some(Command::Restore(overruled.entry));
                let who = format!("{}, {} UTC", overruled.actor, words::instant(overruled.timestamp));
                choice(ui, &who, &said(overruled), "Say it again", again, commands);
                for answer in answers(case, by) {
                    parts::wrapped(ui, &answer, Type::Table, theme.text2);
                }
            });
        });
        ui.add_space(10.0);
        hairline(ui);
    }
    super::items::more(ui, case.overruled.len());
    if case.overruled.is_empty() {
        super::items::empty(
            ui,
            "Nobody took back what somebody else said.",
            "What another journal changed, deleted or untagged is shown here, and can be said again.",
        );
    }
}

fn said(overruled: &Overruled) -> String {
    match &overruled.word {
        Word::Item { value: Some(value), .. } => in_words(value),
        Word::Item { value: None, .. } => "deleted it".to_owned(),
        Word::Tag { tag, on } => format!("tag {tag} on {}", counted(on.len() as u64, "record", "records")),
    }
}

/// Who took it back, when and how.
fn answers(case: &Snapshot, by: &[usize]) -> Vec<String> {
    let entries = by.iter().take(MOST).filter_map(|by| case.entries.get(*by));
    let told = entries.map(|(_, journal, is_own, entry)| {
        let verb = match entry.action {
            Action::Deleted { .. } => "Deleted",
            Action::Undone { .. } => "Undone",
            Action::Untagged { .. } => "Taken away",
            _ => "Changed",
        };
        let whose =
            if *is_own { "in the journal of this case".to_owned() } else { format!("in the journal {journal}") };
        format!("{verb} by {}, {} UTC, {whose}.", entry.actor, words::instant(entry.timestamp))
    });
    told.collect()
}
