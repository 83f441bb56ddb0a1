//! The window of the system around ours.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui;

use super::shell::{Window, waker};
use super::theme::{Mode, install};
use crate::app::exhibits::Exhibits;
use crate::app::places::Places;
use crate::app::{App, Command};

/// Opens the window, with these bundles or this case where there are any and what draws exhibits, and returns when it was closed.
///
/// # Errors
/// What the system says where it gives no window.
pub fn run(paths: Vec<PathBuf>, exhibits: Arc<dyn Exhibits>) -> Result<(), String> {
    let viewport = egui::ViewportBuilder::default()
        .with_title("Probity")
        .with_app_id("probity")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([640.0, 384.0])
        .with_icon(icon().unwrap_or_default())
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    let started = eframe::run_native(
        "Probity",
        options,
        Box::new(move |creation| {
            let ctx = &creation.egui_ctx;
            install(ctx, Mode::System);
            let mut app = App::new(waker(ctx), Places::of_user());
            app.draw_exhibits_by(exhibits);
            if !paths.is_empty() {
                app.apply(Command::Open(paths));
            }
            Ok(Box::new(Native(Window::new(app))))
        }),
    );
    started
        .map_err(|error| format!("there is no window here: {error}; every command works without one: probity --help"))
}

/// The program's own icon: `assets/icon/probity.png`, made from the SVG beside it. `None` where it cannot be read, which only costs
/// the looks.
fn icon() -> Option<egui::IconData> {
    let bytes: &[u8] = include_bytes!("../../assets/icon/probity.png");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let mut rgba = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut rgba).ok()?;
    rgba.truncate(frame.buffer_size());
    (frame.color_type == png::ColorType::Rgba).then_some(egui::IconData {
        rgba,
        width: frame.width,
        height: frame.height,
    })
}

struct Native(Window);

impl eframe::App for Native {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        self.0.tick(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.0.show(ui);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "tests")]

    #[test]
    fn the_icon_can_be_read() {
        let icon = super::icon().expect("an icon");
        assert_eq!((icon.width, icon.height, icon.rgba.len()), (256, 256, 256 * 256 * 4));
    }
}
