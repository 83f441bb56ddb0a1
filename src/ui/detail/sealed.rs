//! A sealed member: disclosed, not disclosed, or erased. What was disclosed is shown when it is asked for.

use std::collections::BTreeSet;

use egui::{Sense, Ui, vec2};

use super::parts;
use crate::app::{Command, Session};
use crate::evidence::sealed::Disclosed;
use crate::record::sealed::escape_token;
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::{figures, link, text};

/// The longest value that is shown here, in bytes; copying gives all of it.
const MOST: usize = 8 << 10;

/// The sealed members that are shown, of one record.
#[derive(Debug, Default)]
pub(super) struct Opened {
    row: u32,
    pointers: BTreeSet<String>,
}

impl Opened {
    /// Those of a record; of another one nothing is shown at first.
    fn of(&mut self, row: u32) -> &mut BTreeSet<String> {
        if self.row != row {
            *self = Self { row, pointers: BTreeSet::new() };
        }
        &mut self.pointers
    }
}

/// An icon and words on one line.
fn said(ui: &mut Ui, icon: Icon, words: &str, color: egui::Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(measure::ICON_SMALL, Type::Table.line()), Sense::hover());
    icon.paint(ui.painter(), rect.center(), measure::ICON_SMALL, color);
    text::wrapped(ui, words, Type::Table, color);
}

/// Shows the member at a path.
pub(super) fn show(
    ui: &mut Ui,
    session: &Session,
    row: u32,
    path: &[String],
    opened: &mut Opened,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let pointer: String = path.iter().map(|name| format!("/{}", escape_token(name))).collect();
    let known = session.sealed.as_ref().filter(|(of, _)| *of == row).map(|(_, known)| known);
    let sealed = theme.withheld.color;
    let known = match known {
        None => return parts::line(ui, |ui| said(ui, icon::EYE_SLASH, "sealed", sealed)),
        Some(Err(why)) => {
            parts::line(ui, |ui| said(ui, icon::EYE_SLASH, "sealed, disclosures cannot be read", sealed));
            text::wrapped(ui, why, Type::Table, theme.text2);
            return;
        }
        Some(Ok(known)) => known.iter().find(|one| one.pointer == pointer),
    };
    let (disclosure, erased_by) = known.map_or((None, None), |known| (known.disclosure.as_ref(), known.erased_by));
    parts::line(ui, |ui| {
        ui.spacing_mut().item_spacing.x = measure::GAP_ICON;
        match (disclosure, erased_by) {
            (Some(Disclosed::Fits(_)), _) => said(ui, icon::EYE, "sealed, disclosure present", sealed),
            (Some(Disclosed::Differs(_)), _) => {
                let broken = theme.broken.color;
                said(ui, VerdictState::Broken.icon(), "sealed, its disclosure does not fit", broken);
            }
            (None, Some(_)) => said(ui, icon::ERASER, "erased", theme.text2),
            (None, None) => said(ui, icon::EYE_SLASH, "sealed, not disclosed", sealed),
        }
        if let (Some(Disclosed::Fits(_)), shown) = (disclosure, opened.of(row)) {
            let is_open = shown.contains(&pointer);
            if link(ui, if is_open { "Hide" } else { "Show" }, Type::Table).clicked() && !shown.remove(&pointer) {
                shown.insert(pointer.clone());
            }
        }
    });
    match disclosure {
        Some(Disclosed::Fits(value)) if opened.of(row).contains(&pointer) => disclosed(ui, value),
        Some(Disclosed::Differs(why)) => {
            text::wrapped(ui, why, Type::Table, theme.text2);
        }
        _ => {}
    }
    if let Some((by, seq)) = erased_by {
        parts::line(ui, |ui| {
            let word = if disclosure.is_some() { "erased by" } else { "by erasure" };
            ui.label(Type::Table.rich(word).color(theme.text2));
            parts::to_record(ui, by, seq, commands);
        });
    }
}

/// What was sealed, and that it fits.
fn disclosed(ui: &mut Ui, value: &str) {
    let theme = Theme::of(ui);
    let end = value.floor_char_boundary(MOST.min(value.len()));
    let shown = value.get(..end).unwrap_or_default();
    text::verbatim(ui, shown, Type::Mono, theme.text);
    if end < value.len() {
        let told = format!("The first {} of {} bytes.", figures::count(end as u64), figures::count(value.len() as u64));
        ui.label(Type::Table.rich(told).color(theme.faint));
    }
    parts::line(ui, |ui| {
        ui.spacing_mut().item_spacing.x = measure::GAP_ICON;
        said(ui, icon::CHECK, "fits its seal", theme.intact.color);
    });
}
