//! What the window is given to draw exhibits with.

use std::path::Path;

use super::drawn::Drawn;
use super::exhibit::Request;
use super::illustration::Illustrator;
use super::stage::Opened;
use super::write::write;
use crate::analysis::story::Story;
use crate::app::exhibits::{self, Exhibits};
use crate::bundle::reading::Watch as _;
use crate::case::entry::{Numbered, Value};
use crate::jobs::Progress;
use crate::raster::Picture;
use crate::report::document;

/// No side of a picture in the window is longer, in pixels: every graphics card has room for it.
const MOST_SIDE: usize = 2_048;

/// Said where it is stopped; nobody reads it.
const STOPPED: &str = "stopped";

/// Draws off screen, as the command does.
#[derive(Debug, Clone, Copy, Default)]
pub struct OffScreen;

impl Exhibits for OffScreen {
    fn draw(&self, opened: &Opened, request: &Request, progress: &Progress) -> Result<exhibits::Drawn, String> {
        let (_, drawn) = drawn(opened, request, progress)?;
        let (size, rgba) = fitted(&drawn.picture, MOST_SIDE);
        #[expect(clippy::cast_precision_loss, reason = "not longer than a picture")]
        let points = [drawn.picture.width(), drawn.picture.height()].map(|side| side as f32 / drawn.scale);
        let view = drawn.view;
        Ok(exhibits::Drawn {
            size,
            rgba,
            points,
            view: [view.left(), view.top(), view.width(), view.height()],
            origin: [drawn.origin.x, drawn.origin.y],
            showing: drawn.told.showing.clone(),
        })
    }

    fn write(
        &self,
        opened: &Opened,
        request: &Request,
        to: &Path,
        exhibit: Numbered,
        progress: &Progress,
    ) -> Result<exhibits::Written, String> {
        let (request, drawn) = drawn(opened, request, progress)?;
        let written = write(&drawn, &request, to).map_err(|error| error.to_string())?;
        let note = written.told.records.note.clone();
        Ok(exhibits::Written { captured: written.captured(exhibit), note })
    }

    fn timelines(
        &self,
        opened: &Opened,
        marks: Vec<Value>,
        stories: &[&Story],
        progress: &Progress,
    ) -> Result<Vec<Option<document::Picture>>, String> {
        let mut illustrator = Illustrator::open(opened, marks).map_err(|error| error.to_string())?;
        let mut pictures = Vec::with_capacity(stories.len());
        for story in stories {
            if progress.is_cancelled() {
                return Err(STOPPED.to_owned());
            }
            pictures.push(illustrator.timeline(story).map_err(|error| error.to_string())?);
        }
        Ok(pictures)
    }
}

fn drawn(opened: &Opened, request: &Request, progress: &Progress) -> Result<(Request, Drawn), String> {
    let request = Drawn::prepared(opened, request.clone(), None).map_err(|error| error.to_string())?;
    if progress.is_cancelled() {
        return Err(STOPPED.to_owned());
    }
    let drawn = Drawn::of(opened, &request).map_err(|error| error.to_string())?;
    if progress.is_cancelled() { Err(STOPPED.to_owned()) } else { Ok((request, drawn)) }
}

/// A picture with no side longer than `most`: each pixel is the mean of those that it stands for.
fn fitted(picture: &Picture, most: usize) -> ([usize; 2], Vec<u8>) {
    let (width, height) = (picture.width(), picture.height());
    let by = width.max(height).div_ceil(most).max(1);
    let size = [width.div_ceil(by), height.div_ceil(by)];
    let mut rgba = Vec::with_capacity(size[0] * size[1] * 4);
    for y in 0..size[1] {
        for x in 0..size[0] {
            let (mut sum, mut count) = ([0_usize; 4], 0);
            for at in
                (y * by..height.min((y + 1) * by)).flat_map(|y| (x * by..width.min((x + 1) * by)).map(move |x| (x, y)))
            {
                if let Some(pixel) = picture.pixel(at.0, at.1) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += usize::from(part));
                    count += 1;
                }
            }
            rgba.extend(sum.map(|sum| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)));
        }
    }
    (size, rgba)
}
