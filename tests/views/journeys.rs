//! Ways through the views by the names that screen readers hear.

use egui_kittest::kittest::Queryable as _;
use probity::app::{Command, View};
use probity::ui::theme::Mode;

use super::{Desk, ROOM, act, sample, window};

#[test]
fn from_the_verdict_to_the_damage() {
    let desk = Desk::open(&[sample("lending-tampered.audit.zip")]);
    let (mut harness, _) = window(desk, ROOM, Mode::Light);
    harness.get_by_label("Integrity: Broken in 1 place, show in Integrity").click();
    assert_eq!(act(&mut harness), [Command::Show(View::Integrity)]);
}
