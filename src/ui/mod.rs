//! The window: egui views and widgets over plain data.
//!
//! [`theme`] holds every colour, size and type style, [`icon`] the icons; [`widgets`] and [`table`] are made of them and know
//! nothing of evidence. A view names a token, never a number or a colour.

pub mod axis;
pub mod detail;
pub mod icon;
mod nameless;
mod rewriting;
pub mod run;
pub mod shell;
pub mod still;
pub mod table;
pub mod theme;
pub mod ticks;
pub mod views;
pub mod widgets;
pub mod words;
