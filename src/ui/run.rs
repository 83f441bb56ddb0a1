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
    if let Some(library) = missing_library(|name| std::env::var_os(name)) {
        return Err(format!(
            "the window needs the library {library}, which is not installed here (Debian and Ubuntu: apt install {library}{}); \
             {WITHOUT_WINDOW}",
            // As the packages are called: libxkbcommon0, libxkbcommon-x11-0.
            if library.ends_with(char::is_numeric) { "-0" } else { "0" },
        ));
    }
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
    started.map_err(|error| format!("there is no window here: {}; {WITHOUT_WINDOW}", plain(&error.to_string())))
}

const WITHOUT_WINDOW: &str = "every command works without one: probity --help";

/// What the system says, without the place in winit's source that winit puts before it.
fn plain(error: &str) -> &str {
    let behind_place = |(_, behind): (&str, &'_ str)| behind.find(": ").map(|at| at + 2);
    let parted = error.split_once(".rs:");
    match parted.and_then(behind_place).zip(parted) {
        Some((at, (_, behind))) => &behind[at..],
        None => error,
    }
}

/// A library that keyboards need and that winit does without only by a panic; desktops bring them along, a bare server may not.
#[cfg(target_os = "linux")]
fn missing_library(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Option<&'static str> {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    // In winit's order: Wayland where there is one.
    let is_wayland = is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET");
    if !is_wayland && !is_set("DISPLAY") {
        return None;
    }
    match xkbcommon_dl::xkbcommon_option() {
        None => Some("libxkbcommon"),
        Some(_) if is_wayland => None,
        Some(_) => xkbcommon_dl::x11::xkbcommon_x11_option().is_none().then_some("libxkbcommon-x11"),
    }
}

#[cfg(not(target_os = "linux"))]
fn missing_library(_: impl Fn(&str) -> Option<std::ffi::OsString>) -> Option<&'static str> {
    None
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

    use super::{missing_library, plain};

    #[test]
    fn what_the_system_says_comes_without_a_place_in_source() {
        for (error, expected) in [
            (
                "winit EventLoopError: os error at /x/winit-0.30.13/src/platform_impl/linux/mod.rs:788: No X server",
                "No X server",
            ),
            ("os error at C:\\x\\mod.rs:1", "os error at C:\\x\\mod.rs:1"),
            ("no pixels: none", "no pixels: none"),
        ] {
            assert_eq!(plain(error), expected);
        }
    }

    #[test]
    fn without_an_x_server_its_libraries_are_not_asked_for() {
        assert_eq!(missing_library(|_| None), None);
        assert_eq!(missing_library(|name| (name == "DISPLAY").then(|| "".into())), None);
    }

    #[test]
    fn the_icon_can_be_read() {
        let icon = super::icon().expect("an icon");
        assert_eq!((icon.width, icon.height, icon.rgba.len()), (256, 256, 256 * 256 * 4));
    }
}
