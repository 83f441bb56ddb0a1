//! Every colour, type style and measure of the window, and how egui is told of them.
//!
//! Colours: [`Theme`], one for light and one for dark; the state of a proof: [`VerdictState`]. Letters: [`Type`]. Sizes:
//! [`measure`]. No other module of the window holds a colour; `tests/ui.rs` keeps it so.

mod color;
mod fonts;
mod install;
pub mod measure;
mod verdict;

pub use color::Theme;
pub use fonts::Type;
pub use install::{Mode, install, set_mode};
pub use verdict::{Paint, VerdictState};
