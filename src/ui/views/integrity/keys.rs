//! The keys that signed the checkpoints of a log, and the keys that are trusted, each with whether it is of use here.

use egui::accesskit::Role;
use egui::{Ui, vec2};

use super::super::{parts, words};
use crate::app::{App, Command, Overlay, file_name};
use crate::integrity::Report;
use crate::tlog::note::VerifierKey;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::Button;
use crate::ui::widgets::figures::counted;

/// A key that signed checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signing {
    name: String,
    key_id: String,
    is_trusted: bool,
    /// Checkpoints whose signature fits it, does not, or cannot be checked.
    valid: u64,
    invalid: u64,
    unknown: u64,
}

/// The keys that signed the checkpoints of a report, in the order in which they appear.
pub(super) fn signers(report: &Report) -> Vec<Signing> {
    let mut out: Vec<Signing> = Vec::new();
    for signer in report.checkpoints.iter().flat_map(|checkpoint| &checkpoint.signers) {
        let known = out.iter().position(|one| one.key_id == signer.key_id && one.name == signer.name);
        let at = known.unwrap_or_else(|| {
            let (name, key_id, is_trusted) = (signer.name.clone(), signer.key_id.clone(), signer.trusted);
            out.push(Signing { name, key_id, is_trusted, valid: 0, invalid: 0, unknown: 0 });
            out.len() - 1
        });
        if let Some(one) = out.get_mut(at) {
            match signer.valid {
                Some(true) => one.valid += 1,
                Some(false) => one.invalid += 1,
                None => one.unknown += 1,
            }
        }
    }
    out
}

impl Signing {
    fn is(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.key_id == format!("{:08x}", key.key_id())
    }

    /// What it signed, in words.
    fn said(&self) -> String {
        let checkpoints = |n| counted(n, "checkpoint", "checkpoints");
        let mut parts = Vec::new();
        if self.valid > 0 {
            let whose = if self.is_trusted { "a key that you trust" } else { "a key from the bundle" };
            parts.push(format!("{} signed, {whose}", checkpoints(self.valid)));
        }
        if self.invalid > 0 {
            parts.push(format!("{} with a signature that does not fit", checkpoints(self.invalid)));
        }
        if self.unknown > 0 {
            parts.push(format!("{} not checked: the key is not known", checkpoints(self.unknown)));
        }
        parts.join("; ")
    }
}

/// Shows them.
pub(super) fn show(ui: &mut Ui, app: &App, report: &Report, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let signers = signers(report);
    parts::inset(ui, measure::PAGE, |ui| {
        ui.add_space(measure::CELL);
        let said = words::axes(report);
        let authorship = said.get(2).map(|said| format!("Authorship: {}. {}", said.value.to_lowercase(), said.checked));
        parts::wrapped(ui, &authorship.unwrap_or_default(), Type::Table, theme.text2);
        ui.add_space(measure::CELL);
        for signer in &signers {
            row(ui, &signer.name, &signer.key_id, &signer.said(), |_| {});
        }
        ui.add_space(measure::CELL);
        parts::line(ui, "Trusted keys", Type::TableMedium, theme.text);
        for path in &app.settings.trusted {
            let name = file_name(path);
            let key = app.trusted_key(path);
            let used = match key {
                Some(key) if signers.iter().any(|signer| signer.is(key)) => "signed this log",
                Some(key) if Some(key.name()) == report.log.origin.as_deref() => {
                    "bears this log's name, signed nothing here"
                }
                Some(_) => "not used by this log",
                None => "cannot be read",
            };
            let id = key.map(|key| format!("{:08x}", key.key_id())).unwrap_or_default();
            row(ui, &name, &id, used, |ui| {
                let remove = ui.add(Button::plain("Trust no more").icon(icon::X));
                parts::name(&remove, Role::Button, &format!("Trust {name} no more"));
                if remove.on_hover_text(path.display().to_string()).clicked() {
                    commands.push(Command::Distrust(path.clone()));
                }
            });
        }
        if app.settings.trusted.is_empty() {
            let words = "No key is trusted. Whoever wrote a bundle can put any key into it: get the key of the log from \
                         elsewhere, and trust its file here. The bundle is then verified again.";
            parts::wrapped(ui, words, Type::Table, theme.text);
        }
        ui.add_space(measure::CELL);
        if ui.add(Button::new("Trust a key…").icon(icon::KEY)).clicked() {
            commands.push(Command::Overlay(Overlay::Trust));
        }
    });
}

/// A key: its name, its id, what it is here, and what can be done.
fn row(ui: &mut Ui, name: &str, id: &str, said: &str, more: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::CELL;
        let (rect, _) = ui.allocate_exact_size(vec2(measure::ICON, measure::FIELD), egui::Sense::hover());
        icon::KEY.paint(ui.painter(), rect.center(), measure::ICON_SMALL, theme.text2);
        parts::line(ui, name, Type::TableMedium, theme.text);
        parts::line(ui, id, Type::Mono, theme.text2);
        parts::line(ui, said, Type::Table, theme.text2);
        more(ui);
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use std::path::Path;

    use super::*;
    use crate::integrity::code::Code;
    use crate::integrity::{Options, Unwatched, verify};

    fn report(options: &Options) -> Report {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.audit.zip");
        verify(&path, options, &Unwatched).unwrap()
    }

    #[test]
    fn a_key_of_another_log_takes_no_part_and_is_no_warning() {
        let own = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.vkey"));
        let own = VerifierKey::parse(&own.unwrap()).unwrap();
        let other = "audit.test/lending+2361b7fd+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(VerifierKey::parse(other).is_err(), "a weak key is none");
        let seed = crate::tlog::note::SigningKey::parse(
            "PRIVATE+KEY+audit.test/lending+127cad60+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
        );
        let other = seed.unwrap().verifier_key().clone();
        let ring = |trust: Vec<VerifierKey>| report(&Options { trust, is_keyring: true, ..Options::default() });
        let with = |report: &Report, code: Code| report.finding_counts.contains_key(code.name());

        let foreign = ring(vec![other.clone()]);
        assert!(!with(&foreign, Code::KeySignedNothing) && !with(&foreign, Code::KeyUntrusted));
        assert_eq!(foreign.verdict, report(&Options::default()).verdict, "as if no key were given");
        let both = ring(vec![own.clone(), other.clone()]);
        assert_eq!(both.verdict, report(&Options { trust: vec![own.clone()], ..Options::default() }).verdict);
        assert!(!with(&both, Code::KeySignedNothing));
        // Whoever names a key for this log is told that it signed nothing.
        assert!(with(&report(&Options { trust: vec![own, other], ..Options::default() }), Code::KeySignedNothing));
        let [signer] = &signers(&both)[..] else { panic!("one key") };
        assert_eq!(signer.said(), "5 checkpoints signed, a key that you trust");
    }
}
