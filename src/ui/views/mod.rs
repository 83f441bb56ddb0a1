//! One file a view. A view reads what the app knows, keeps how it looks itself, and sends commands.

pub mod bundles;
pub mod case;
pub mod integrity;
pub mod models;
pub mod overview;
mod parts;
pub mod records;
pub mod start;
pub mod timeline;
pub mod words;
