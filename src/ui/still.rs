//! Pictures without a user: a view that is drawn still says how much room it lacks, so that the picture can be made high enough
//! for all of it.

use egui::{Context, Id, Ui};

fn id() -> Id {
    Id::unique("room that a still view lacks")
}

fn is_id() -> Id {
    Id::unique("views are still")
}

/// From here on nobody works in what is drawn: what is there to be worked with is left out, or is words.
pub fn begin(ctx: &Context) {
    ctx.data_mut(|data| data.insert_temp(is_id(), true));
}

/// Whether nobody works in what is drawn.
#[must_use]
pub fn is(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp::<bool>(is_id())).unwrap_or_default()
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
