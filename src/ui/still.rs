//! Pictures without a user: a view that is drawn still says how much room it lacks, so that the picture can be made high enough
//! for all of it.

use egui::{Context, Id, Ui};

fn id() -> Id {
    Id::unique("room that a still view lacks")
}

/// Says that so many points more would show everything; fewer than none, that so many are empty.
pub fn lacks(ui: &Ui, height: f32) {
    ui.data_mut(|data| data.insert_temp(id(), height));
}

/// How many points were lacking since this was asked last.
#[must_use]
pub fn lacking(ctx: &Context) -> f32 {
    ctx.data_mut(|data| data.remove_temp::<f32>(id())).unwrap_or_default()
}
