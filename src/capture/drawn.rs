//! The drawing of an exhibit: the view off screen, title and band around it, until everything has its place.

use std::ops::Range;

use egui::{FullOutput, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

use super::CaptureError;
use super::band::{self, Around, Band};
use super::exhibit::{Request, Told};
use super::redact::{Hidden, Hides, MARK, Redaction, burn};
use super::stage::{Opened, Stage};
use super::told::{rows_of, seen_rows};
use super::words::around;
use crate::app::shown::Shown;
use crate::app::{View, exhibits};
use crate::bundle::reading::Unwatched;
use crate::case::Case;
use crate::case::entry::Value;
use crate::columns::Selection;
use crate::evidence::Evidence;
use crate::raster::Picture;
use crate::ui::shell::Window;
use crate::ui::theme::{Theme, measure};

/// So often an exhibit is drawn until everything has its place.
const MOST_DRAWN: usize = 6;

/// The least width and height of a part, in points.
const LEAST_PART: f32 = 16.0;

/// An exhibit that was drawn and not written yet.
pub struct Drawn {
    /// The picture.
    pub picture: Picture,
    /// Pixels a point.
    pub scale: f32,
    /// Where what is kept of the view stands in the picture, in points.
    pub view: Rect,
    /// Where the top left of the whole view stands, or would, in points.
    pub origin: Pos2,
    /// What follows from the evidence.
    pub told: Told,
    /// The rows that it shows or counts.
    pub rows: Selection,
    /// Texts that must not be handed out.
    pub hidden: Hidden,
    /// All rows that pass.
    found: Selection,
    stage: Stage,
}

/// The size of a picture in points, and what of the view is where.
#[derive(Debug, Clone, Copy)]
struct Sheet {
    size: Vec2,
    /// The view as a whole: where it would stand, and how large it is; as much as there is room for where it is not known yet.
    whole: Option<(Pos2, Vec2)>,
    /// What is kept of it; all of it where it is not known yet.
    kept: Option<Rect>,
}

impl Sheet {
    /// How the part is kept of a view of that size; the height follows from the band.
    fn of_part(part: [f32; 4], view: Vec2) -> Result<Self, CaptureError> {
        let [x, y, width, height] = part;
        let asked = Rect::from_min_max(pos2(x.floor(), y.floor()), pos2((x + width).ceil(), (y + height).ceil()));
        let kept = asked.intersect(Rect::from_min_size(Pos2::ZERO, view));
        let is_one = part.iter().all(|side| side.is_finite()) && kept.width() >= LEAST_PART;
        if !is_one || kept.height() < LEAST_PART {
            let words = format!("{x}, {y}, {width}, {height}");
            let why = format!("the part {words} leaves nothing of the view, which is {} × {} points", view.x, view.y);
            return Err(CaptureError::Asked(why));
        }
        let width = (kept.width() + 2.0 * measure::PAGE).max(band::LEAST.x);
        let top_left = pos2(measure::PAGE, band::title_height());
        Ok(Self {
            size: vec2(width, kept.height()),
            whole: Some((top_left - kept.min.to_vec2(), view)),
            kept: Some(Rect::from_min_size(top_left, kept.size())),
        })
    }
}

/// What came of drawing.
struct Settled {
    output: FullOutput,
    size: Vec2,
    /// The whole view.
    view: Rect,
    told: Told,
    seen: Range<u64>,
}

impl Drawn {
    /// Draws it.
    ///
    /// # Errors
    /// [`CaptureError`]
    pub fn of(opened: &Opened, request: &Request) -> Result<Self, CaptureError> {
        let mut stage = Stage::open(opened, &request.shown, request.scale)?;
        let found = rows_of(stage.app())?;
        let mut hidden = Hidden::of(stage.evidence()?, &found, &request.redactions)?;
        let side = |side: u32| f32::from(u16::try_from(side).unwrap_or(u16::MAX));
        let size = vec2(side(request.size[0]), side(request.size[1])).max(band::LEAST);
        let mut settled = settle(&mut stage, request, &found, Sheet { size, whole: None, kept: None })?;
        let mut kept = settled.view;
        if let Some(part) = request.part {
            let sheet = Sheet::of_part(part, settled.view.size())?;
            settled = settle(&mut stage, request, &found, sheet)?;
            kept = sheet.kept.unwrap_or(kept);
        }
        band_is_whole(&request.redactions, kept)?;
        let Settled { mut output, size, view, told, seen } = settled;
        hidden.add_under(&output.shapes, &request.redactions);
        burn(&mut output.shapes, &hidden, &request.redactions);
        let rows = match request.shown.view {
            View::Records => seen_rows(stage.app(), &found, &seen),
            _ => found.clone(),
        };
        let picture = stage.paint(output, size, Theme::LIGHT.panel)?;
        let (scale, origin) = (request.scale, view.min);
        Ok(Self { picture, scale, view: kept, origin, told, rows, hidden, found, stage })
    }

    /// The request as it may be handed out: where the filter asks what a case says, or says what is hidden, the records are named by their
    /// places instead; other words that say what is hidden are hidden.
    ///
    /// # Errors
    /// [`CaptureError`]
    pub fn prepared(opened: &Opened, mut request: Request, case: Option<&Case>) -> Result<Request, CaptureError> {
        if exhibits::asks_case(&request.shown.filter) {
            let shown = Shown { filter: String::new(), ..request.shown.clone() };
            let stage = Stage::open(opened, &shown, request.scale)?;
            let evidence = stage.evidence()?;
            if let Some(case) = case {
                case.mark(evidence, &Unwatched).map_err(|error| CaptureError::Asked(error.to_string()))?;
            }
            exhibits::without_case(evidence, &mut request).map_err(CaptureError::Asked)?;
        }
        if request.redactions.is_empty() {
            return Ok(request);
        }
        let drawn = Self::of(opened, &request)?;
        let hide = |text: &mut String| {
            if drawn.hidden.is_in(text) {
                MARK.clone_into(text);
            }
        };
        hide(&mut request.title);
        request.case.iter_mut().filter_map(|case| case.title.as_mut()).for_each(hide);
        for mark in &mut request.shown.marks {
            if let Value::Mark { text, .. } | Value::Span { text, .. } = mark {
                hide(text);
            }
        }
        let says = |words: &str| {
            let names_field = request.redactions.iter().any(|redaction| match &redaction.hides {
                Hides::Field(field) => words.contains(field.as_str()),
                Hides::Rect(_) => false,
            });
            names_field || drawn.hidden.is_in(words)
        };
        if [Some(&request.shown.filter), request.filter_told.as_ref()].into_iter().flatten().any(|words| says(words)) {
            let places = exhibits::places(drawn.evidence()?, &drawn.found);
            let places = places.map_err(|why| {
                CaptureError::Asked(format!(
                    "the filter says what is to be hidden, and cannot be told by places: {why}"
                ))
            })?;
            request.shown.filter = places;
            request.filter_told = Some(MARK.to_owned());
            request.of_case.clear();
        }
        request.redactions.iter_mut().for_each(|redaction| hide(&mut redaction.reason));
        Ok(request)
    }

    /// The evidence.
    ///
    /// # Errors
    /// [`CaptureError::Open`]
    pub fn evidence(&self) -> Result<&Evidence, CaptureError> {
        self.stage.evidence()
    }
}

/// Draws until everything has its place: how high everything is, and which rows are seen, is known once it was drawn; and what is said of
/// the rows is drawn as well.
fn settle(stage: &mut Stage, request: &Request, found: &Selection, mut sheet: Sheet) -> Result<Settled, CaptureError> {
    let highest = f32::from(u16::try_from(crate::raster::MAX_SIDE).unwrap_or(u16::MAX)) / request.scale;
    let mut seen = 0..0;
    let inset = match request.shown.view {
        View::Records | View::Timeline => measure::PAGE,
        // Their pages are inset by themselves.
        _ => 0.0,
    };
    for _ in 0..MOST_DRAWN {
        let told = Told::of(stage.app(), stage.evidence()?, request, found, &seen)?;
        let around = around(stage.app(), request, &told);
        let (mut view, mut height) = (Rect::ZERO, 0.0);
        let (output, lacking) = stage.draw(sheet.size, |ui, window| {
            (view, height) = everything(ui, window, &around, &sheet, inset);
        })?;
        let wanted = match sheet.kept {
            Some(kept) => kept.bottom() + measure::PAGE + height,
            None => sheet.size.y + lacking.ceil(),
        };
        let least = if sheet.kept.is_some() { 1.0 } else { band::LEAST.y };
        let next = vec2(sheet.size.x, wanted.clamp(least, highest));
        let now = stage.window().seen_records();
        if (next.y - sheet.size.y).abs() < 1.0 && now == seen {
            return Ok(Settled { output, size: sheet.size, view, told, seen });
        }
        (sheet.size, seen) = (next, now);
    }
    Err(CaptureError::Asked("the view does not come to rest in this size; give another one".to_owned()))
}

/// So many points a rectangle that was dragged to the foot of the view may be too high: each of its numbers is rounded.
const ROUNDED: f32 = 1.0;

/// That no redaction reaches into the band below the view: what it says of where a picture is from, and of how that verified, is never
/// hidden.
fn band_is_whole(redactions: &[Redaction], view: Rect) -> Result<(), CaptureError> {
    let reaches = redactions.iter().find_map(|redaction| match redaction.hides {
        Hides::Rect([x, y, width, height]) if y + height > view.bottom() + ROUNDED => Some([x, y, width, height]),
        _ => None,
    });
    let Some([x, y, width, height]) = reaches else { return Ok(()) };
    Err(CaptureError::Asked(format!(
        "the redaction {x}, {y}, {width}, {height} reaches into the band, which begins at {} points and says where the picture is from: nothing of it is hidden",
        view.bottom()
    )))
}

/// Draws title, view and band; where the whole view stands, and how high the band is.
fn everything(ui: &mut Ui, window: &mut Window, around: &Around, sheet: &Sheet, inset: f32) -> (Rect, f32) {
    let screen = ui.max_rect();
    ui.painter().rect_filled(screen, 0.0, Theme::of(ui).panel);
    let band = Band::of(ui, around, screen.width());
    let height = band.height();
    let top = screen.top() + band::title_height();
    let bottom = (screen.bottom() - height).max(top + 1.0).round();
    band::title(ui, around, Rect::from_min_max(screen.min, pos2(screen.right(), top)));
    let room = Rect::from_min_max(pos2(screen.left() + inset, top), pos2(screen.right() - inset, bottom));
    let view = sheet.whole.map_or(room, |(at, size)| Rect::from_min_size(at, size));
    let mut part = ui.new_child(egui::UiBuilder::new().id_salt("view").max_rect(view));
    // Lines end where title and band do.
    let margin = Rect::from_x_y_ranges(screen.x_range().shrink(measure::PAGE), view.y_range());
    part.set_clip_rect(sheet.kept.unwrap_or(view.intersect(margin)));
    window.show_still(&mut part);
    if let Some(kept) = sheet.kept {
        // What is cut out of a view is seen to be.
        let line = Stroke::new(measure::HAIR, Theme::of(ui).hair2);
        ui.painter().rect_stroke(kept, 0.0, line, StrokeKind::Outside);
    }
    band.draw(ui, Rect::from_min_max(pos2(screen.left(), bottom), screen.max));
    (view, height)
}
