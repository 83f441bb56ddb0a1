//! The window: egui views and widgets over plain data.
//!
//! [`theme`] holds every colour, size and type style, [`icon`] the icons. A view names a token, never a number or a colour.

pub mod icon;
pub mod theme;
