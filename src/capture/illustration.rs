//! Pictures for reports: the timeline around a story, drawn off screen without a band, for the report itself says where it is from.

use chrono::DateTime;
use egui::{pos2, vec2};

use super::CaptureError;
use super::stage::{Opened, Stage};
use crate::analysis::story::Story;
use crate::app::View;
use crate::app::shown::Shown;
use crate::case::entry::Value;
use crate::report::document::{Picture, Text};
use crate::report::words::when;
use crate::ui::theme::Theme;

/// Points: as wide as leaves letters legible on a page.
const WIDTH: f32 = 800.0;
/// Of the first try; it is made higher where not everything fits.
const HEIGHT: f32 = 420.0;
/// It is made no higher than would still fit a page with its caption.
const HIGHEST: f32 = 1_250.0;
/// Pixels a point: sharp in print at the width of a page.
const SCALE: f32 = 2.0;
/// So often it is drawn until everything has its place.
const MOST_DRAWN: usize = 6;

/// Draws the pictures of a report.
pub struct Illustrator {
    stage: Stage,
    marks: Vec<Value>,
}

impl Illustrator {
    /// Opens the evidence; `marks` are the marked times of the case.
    ///
    /// # Errors
    /// [`CaptureError::Open`]
    pub fn open(opened: &Opened, marks: Vec<Value>) -> Result<Self, CaptureError> {
        let shown = Shown { marks: marks.clone(), ..Shown::new(View::Timeline) };
        Ok(Self { stage: Stage::open(opened, &shown, SCALE)?, marks })
    }

    /// The timeline around the window of a story, as long before and after as the window is; `None` where it has none.
    ///
    /// # Errors
    /// [`CaptureError`]
    pub fn timeline(&mut self, story: &Story) -> Result<Option<Picture>, CaptureError> {
        let Some(window) = &story.window else { return Ok(None) };
        let length = window.to.0.saturating_sub(window.from.0);
        let ends = [window.from.0.saturating_sub(length), window.to.0.saturating_add(length)];
        let shown = Shown {
            time: Some(ends.map(DateTime::from_timestamp_nanos)),
            model: story.model.clone(),
            marks: Vec::new(),
            ..Shown::new(View::Timeline)
        };
        self.stage.show(&shown)?;
        let mut size = vec2(WIDTH, HEIGHT);
        for _ in 0..MOST_DRAWN {
            let (output, lacking) = self.stage.draw(size, |ui, window| {
                let screen = ui.max_rect();
                ui.painter().rect_filled(screen, 0.0, Theme::of(ui).panel);
                let mut part = ui.new_child(egui::UiBuilder::new().id_salt("view").max_rect(screen));
                part.set_clip_rect(egui::Rect::from_min_max(pos2(0.0, 0.0), screen.max));
                window.show_still(&mut part);
            })?;
            let higher = (size.y + lacking.ceil()).clamp(HEIGHT, HIGHEST);
            if (higher - size.y).abs() >= 1.0 {
                size.y = higher;
                continue;
            }
            let picture = self.stage.paint(output, size, Theme::LIGHT.panel)?;
            let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
            let times = ends.map(|at| when(Some(crate::analysis::Instant(at))));
            let what = format!("Timeline from {} to {} UTC", times[0], times[1]);
            let marked = if self.marks.is_empty() { "" } else { ", with the marked times of the case" };
            return Ok(Some(Picture {
                png: picture.to_png()?,
                width: side(picture.width()),
                height: side(picture.height()),
                alt: format!(
                    "{what}: what was deployed, decided, reviewed and accessed, in lanes. The tables below say it in words."
                ),
                caption: Text::plain(format!("{what}{marked}. It shows the window, and as much before and after.")),
            }));
        }
        Err(CaptureError::Asked("the timeline does not come to rest".to_owned()))
    }
}
