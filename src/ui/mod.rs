//! The window: egui views and widgets over plain data. [`icon`] holds the icons.

pub mod icon;
