//! A window without a screen and without a user: it opens the evidence, shows what it is told to show, and waits until nothing moves.

use std::time::Duration;

use egui::{Color32, Context, FullOutput, Pos2, RawInput, Rect, Ui, Vec2};

use super::CaptureError;
pub use crate::app::exhibits::Opened;
use crate::app::places::Places;
use crate::app::shown::Shown;
use crate::app::{App, Command, Session};
use crate::evidence::Evidence;
use crate::jobs::Waker;
use crate::raster::{Picture, Raster};
use crate::ui::shell::Window;
use crate::ui::still;
use crate::ui::theme::{Mode, install};

/// How long threads are left alone before they are asked again.
const PAUSE: Duration = Duration::from_millis(2);

/// So many frames are drawn for the room that a view lacks to be known, and for everything to stand where it belongs.
const FRAMES: u32 = 4;

/// So many seconds pass from frame to frame: all that moves has come to rest after [`FRAMES`] of them.
const STEP: f64 = 1.0;

/// An app in which nobody works, and what draws it.
pub struct Stage {
    ctx: Context,
    raster: Raster,
    window: Window,
    time: f64,
    scale: f32,
    /// What the app keeps is thrown away with it.
    _place: tempfile::TempDir,
}

impl Stage {
    /// Opens the evidence and shows that; `scale` is pixels a point.
    ///
    /// # Errors
    /// [`CaptureError::Open`] and [`CaptureError::Asked`]
    pub fn open(opened: &Opened, shown: &Shown, scale: f32) -> Result<Self, CaptureError> {
        let trouble =
            |error: &std::io::Error| CaptureError::Open(format!("a temporary folder: {}", crate::os::Plain(error)));
        let place = tempfile::tempdir().map_err(|error| trouble(&error))?;
        let ctx = Context::default();
        install(&ctx, Mode::Light);
        let mut app = App::still(Waker::none(), Places::within(place.path()), shown);
        app.settings.cache.clone_from(&opened.cache);
        for (n, key) in opened.trusted.iter().enumerate() {
            let path = place.path().join(format!("{n}.vkey"));
            std::fs::write(&path, key).map_err(|error| trouble(&error))?;
            app.settings.trusted.push(path);
        }
        app.apply(Command::Open(opened.paths.clone()));
        let window = Window::new(app);
        let mut stage = Self { ctx, raster: Raster::new(), window, time: 0.0, scale, _place: place };
        stage.wait()?;
        stage.show(shown)?;
        Ok(stage)
    }

    /// Shows something else of the same evidence.
    ///
    /// # Errors
    /// [`CaptureError::Open`] and [`CaptureError::Asked`]
    pub fn show(&mut self, shown: &Shown) -> Result<(), CaptureError> {
        self.window.app.show(shown);
        self.window.scroll_records(shown.first_row);
        self.wait()?;
        match self.window.app.filter.error() {
            Some(error) => Err(CaptureError::Asked(format!("the filter is not understood: {error}"))),
            None => Ok(()),
        }
    }

    /// What is drawn.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.window.app
    }

    /// The window.
    pub fn window(&mut self) -> &mut Window {
        &mut self.window
    }

    /// The evidence.
    ///
    /// # Errors
    /// [`CaptureError::Open`]
    pub fn evidence(&self) -> Result<&Evidence, CaptureError> {
        let session = self.window.app.session();
        session.map(|session| &**session.evidence()).ok_or_else(|| CaptureError::Open("nothing is open".to_owned()))
    }

    /// Waits for the threads.
    fn wait(&mut self) -> Result<(), CaptureError> {
        loop {
            self.window.tick(&self.ctx);
            if let Some(problem) = self.window.app.problems().first() {
                return Err(CaptureError::Open(format!("{}: {}", problem.what, problem.why)));
            }
            let app = &self.window.app;
            let is_still = |session: &Session| !session.is_busy() && session.answered.is_done;
            match (app.opening(), app.session()) {
                (None, Some(session)) if is_still(session) => return Ok(()),
                (None, None) => return Err(CaptureError::Open("nothing was opened".to_owned())),
                _ => std::thread::sleep(PAUSE),
            }
        }
    }

    /// Draws until nothing moves, in `size` points; `draw` says how much higher it would have to be for everything to be seen.
    ///
    /// # Errors
    /// [`CaptureError`]
    pub fn draw(
        &mut self,
        size: Vec2,
        mut draw: impl FnMut(&mut Ui, &mut Window),
    ) -> Result<(FullOutput, f32), CaptureError> {
        let mut last = None;
        for _ in 0..FRAMES {
            let output = self.frame(size, &mut draw)?;
            // What was asked for by drawing is waited for, and drawn.
            self.wait()?;
            last = Some((output, still::lacking(&self.ctx)));
        }
        last.ok_or_else(|| CaptureError::Open("no frame was drawn".to_owned()))
    }

    fn frame(&mut self, size: Vec2, draw: &mut dyn FnMut(&mut Ui, &mut Window)) -> Result<FullOutput, CaptureError> {
        self.time += STEP;
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            time: Some(self.time),
            focused: false,
            system_theme: Some(egui::Theme::Light),
            ..RawInput::default()
        };
        input.viewports.entry(input.viewport_id).or_default().native_pixels_per_point = Some(self.scale);
        let window = &mut self.window;
        let mut output = self.ctx.run_ui(input, |ui| draw(ui, window));
        self.raster.update(&mut output.textures_delta)?;
        Ok(output)
    }

    /// Paints a frame.
    ///
    /// # Errors
    /// [`CaptureError::Raster`]
    pub fn paint(&self, output: FullOutput, size: Vec2, background: Color32) -> Result<Picture, CaptureError> {
        let scale = output.pixels_per_point;
        let primitives = self.ctx.tessellate(output.shapes, scale);
        let pixels = crate::raster::pixels(Rect::from_min_size(Pos2::ZERO, size), scale);
        Ok(self.raster.paint(pixels, scale, background, &primitives)?)
    }
}
