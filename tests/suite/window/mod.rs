//! The window, without a screen: journeys by keyboard and mouse, heard as a screen reader hears it, and pictures drawn on the CPU.

mod picture;

mod gallery;
mod keyboard;
mod made;
mod records;
mod shell;
mod sources;
mod table;
mod told;
mod views;
