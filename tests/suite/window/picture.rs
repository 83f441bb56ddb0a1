//! Pictures of a window under test, drawn on the CPU: no graphics card, no image library.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use egui::{Color32, TexturesDelta, Vec2};
use egui_kittest::{Harness, HarnessBuilder, TestRenderer};
use probity::raster::{Picture, Raster, pixels};
use probity::ui::theme::{Mode, Theme, install};

/// Collects the textures of a harness, so that its frames can be drawn.
#[derive(Clone, Default)]
pub(crate) struct Camera(Rc<RefCell<Raster>>);

impl TestRenderer for Camera {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        self.0.borrow_mut().update(delta).expect("textures that fit");
    }
}

impl Camera {
    /// What `harness` shows.
    pub(crate) fn picture<State>(&self, harness: &Harness<'_, State>) -> Picture {
        let output = harness.output();
        let scale = output.pixels_per_point;
        let screen = harness.ctx.content_rect();
        let primitives = harness.ctx.tessellate(output.shapes.clone(), scale);
        let background: Color32 = Theme::now(&harness.ctx).window;
        self.0.borrow().paint(pixels(screen, scale), scale, background, &primitives).expect("a picture")
    }

    /// Keeps what `harness` shows as `target/pictures/NAME.png`, to be looked at.
    pub(crate) fn keep<State>(&self, harness: &Harness<'_, State>, name: &str) -> Picture {
        let picture = self.picture(harness);
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{name}.png")), picture.to_png().expect("a PNG")).expect("a file");
        picture
    }
}

/// A harness of `size` points in our look, and the camera that draws it.
pub(crate) fn harness<State>(size: impl Into<Vec2>, mode: Mode, scale: f32) -> (HarnessBuilder<State>, Camera) {
    let camera = Camera::default();
    let theme = if mode == Mode::Dark { egui::Theme::Dark } else { egui::Theme::Light };
    let builder = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_theme(theme)
        .with_max_steps(8)
        .renderer(camera.clone())
        .with_context_setup(move |ctx| install(ctx, mode));
    (builder, camera)
}
