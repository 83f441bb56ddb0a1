//! An exhibit: drawn, and written into a folder of its own with its sidecar and the records that it shows
//! (`assets/spec/exhibits.md`).

use std::ops::Range;

use egui::{Rect, Ui, pos2, vec2};
use serde::{Deserialize, Serialize};

use super::CaptureError;
use super::band::{self, Around, Band, Entry};
use super::redact::{Hidden, Hides, MARK, Redaction, burn};
use super::stage::{Opened, Stage};
use crate::app::session::Session;
use crate::app::shown::Shown;
use crate::app::{App, View};
use crate::case::Digest;
use crate::case::entry::Value;
use crate::columns::{Bitmap, Selection};
use crate::evidence::Evidence;
use crate::raster::Picture;
use crate::record::figures::{count, counted};
use crate::report::file::Handed;
use crate::report::provenance::{Asked, BundleTold, CaseTold, Made};
use crate::ui::shell::Window;
use crate::ui::theme::Theme;
use crate::ui::views::words;

/// The form of the sidecar.
pub const FORMAT: &str = "probity-exhibit/1";

/// So many records are handed out with a picture that counts them; those of a table are all of those in it.
pub const MOST_RECORDS: u64 = 10_000;

/// The names of the files.
pub const PICTURE: &str = "exhibit.png";
/// See [`PICTURE`].
pub const SIDECAR: &str = "exhibit.json";
/// See [`PICTURE`].
pub const SLICE: &str = "records.audit.zip";
/// See [`PICTURE`].
pub const LINES: &str = "records.jsonl";

/// All that an exhibit is made from beside the evidence: whoever has both makes the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Its number, as it is printed.
    pub number: String,
    /// What it shows, in the words of whoever made it.
    pub title: String,
    /// When and by whom.
    pub made: Made,
    /// The case, as it was before.
    pub case: Option<CaseTold>,
    /// What is shown.
    pub shown: Shown,
    /// The filter as it is printed, where the one that selects the records must not be.
    pub filter_told: Option<String>,
    /// Width and height in points; it is made higher where not everything fits.
    pub size: [u32; 2],
    /// Pixels a point.
    pub scale: f32,
    /// What is hidden.
    pub redactions: Vec<Redaction>,
    /// The keys that were trusted, as C2SP verifier keys.
    pub trusted: Vec<String>,
}

/// What follows from the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The bundles, and how they verified.
    pub evidence: Vec<BundleTold>,
    /// How many records.
    pub query: Asked,
    /// What of them is seen, in words.
    pub showing: String,
    /// Lanes of the timeline that are not shown.
    pub left_out: Vec<String>,
    /// What none of this proves.
    pub not_proven: Vec<String>,
}

/// What drew the picture: the same draws the same to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renderer {
    /// Name and version of the program.
    pub program: String,
    /// The processor's kind.
    pub processor: String,
    /// Whether it fuses multiplication and addition, which may change the edge of a glyph by a shade.
    pub is_fused: bool,
}

impl Renderer {
    /// This one.
    #[must_use]
    pub fn here() -> Self {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        let is_fused = std::is_x86_feature_detected!("fma");
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        let is_fused = cfg!(target_arch = "aarch64");
        Self {
            program: concat!("probity ", env!("CARGO_PKG_VERSION")).to_owned(),
            processor: std::env::consts::ARCH.to_owned(),
            is_fused,
        }
    }
}

/// The picture's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// The file.
    #[serde(flatten)]
    pub file: Handed,
    /// In pixels.
    pub width: u64,
    /// In pixels.
    pub height: u64,
}

/// The records that go with the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// How many the picture shows or counts.
    pub count: u64,
    /// The file that they are in; `None` where they are not handed out.
    pub file: Option<Handed>,
    /// How many are in it.
    pub handed: u64,
    /// What is to be known of it.
    pub note: String,
    /// Records of which hash and proof alone are handed out.
    pub withheld: Vec<Withheld>,
}

/// A record that is not handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The name of its log.
    pub log: String,
    /// Its place.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// Its way to the root of a checkpoint.
    pub proof: Option<Proof>,
}

/// A record's way to the root of a checkpoint (RFC 6962 §2.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Size of the checkpoint.
    pub size: u64,
    /// The root that it states.
    pub root: Digest,
    /// Siblings from the leaf upwards.
    pub path: Vec<Digest>,
}

/// The sidecar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// [`FORMAT`].
    pub format: String,
    /// What drew it.
    pub renderer: Renderer,
    /// The picture.
    pub image: Image,
    /// What it was made from.
    pub request: Request,
    /// What follows from the evidence.
    pub told: Told,
    /// The records.
    pub records: Records,
    /// The command that checks it.
    pub check: String,
}

/// So often an exhibit is drawn until everything has its place.
const MOST_DRAWN: usize = 6;

/// An exhibit that was drawn and not written yet.
pub struct Drawn {
    /// The picture.
    pub picture: Picture,
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
        let mut size = vec2(side(request.size[0]), side(request.size[1])).max(band::LEAST);
        let highest = side(crate::raster::MAX_SIDE) / request.scale;
        let mut seen = 0..0;
        // How high everything is, and which rows are seen, is known once it was drawn; what is said of the rows is drawn as well.
        for _ in 0..MOST_DRAWN {
            let told = Told::of(stage.app(), stage.evidence()?, request, &found, &seen)?;
            let around = around(stage.app(), request, &told);
            let (output, lacking) = stage.draw(size, |ui, window| everything(ui, window, &around))?;
            let next = vec2(size.x, (size.y + lacking.ceil()).clamp(band::LEAST.y, highest));
            let now = stage.window().seen_records();
            if (next.y - size.y).abs() < 1.0 && now == seen {
                return Self::painted(stage, request, (output, size), (told, &mut hidden, found, seen));
            }
            (size, seen) = (next, now);
        }
        Err(CaptureError::Asked("the view does not come to rest in this size; give another one".to_owned()))
    }

    fn painted(
        stage: Stage,
        request: &Request,
        (mut output, size): (egui::FullOutput, egui::Vec2),
        (told, hidden, found, seen): (Told, &mut Hidden, Selection, Range<u64>),
    ) -> Result<Self, CaptureError> {
        hidden.add_under(&output.shapes, &request.redactions);
        burn(&mut output.shapes, hidden, &request.redactions);
        let rows = match request.shown.view {
            View::Records => seen_rows(stage.app(), &found, &seen),
            _ => found.clone(),
        };
        let picture = stage.paint(output, size, Theme::LIGHT.panel)?;
        Ok(Self { picture, told, rows, hidden: std::mem::take(hidden), found, stage })
    }

    /// The request as it may be handed out: where the filter says what is hidden, the records are named by their places instead; other
    /// words that say it are hidden.
    ///
    /// # Errors
    /// [`CaptureError`]
    pub fn prepared(opened: &Opened, mut request: Request) -> Result<Request, CaptureError> {
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
        for mark in &mut request.shown.marks {
            if let Value::Mark { text, .. } | Value::Span { text, .. } = mark {
                hide(text);
            }
        }
        let names_field = request.redactions.iter().any(|redaction| match &redaction.hides {
            Hides::Field(field) => request.shown.filter.contains(field.as_str()),
            Hides::Rect(_) => false,
        });
        if names_field || drawn.hidden.is_in(&request.shown.filter) {
            request.shown.filter = places(drawn.evidence()?, &drawn.found)?;
            request.filter_told = Some(MARK.to_owned());
        }
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

/// Rows as a filter that names their places.
fn places(evidence: &Evidence, rows: &Selection) -> Result<String, CaptureError> {
    if evidence.logs().len() > 1 {
        let why = "the filter says what is to be hidden, and records of several logs cannot be named by their places; open one";
        return Err(CaptureError::Asked(why.to_owned()));
    }
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for seq in rows.iter().filter_map(|row| evidence.seqs().seq(row)) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == seq => *last = seq,
            _ => runs.push((seq, seq)),
        }
    }
    let one =
        |(first, last): &(u64, u64)| if first == last { format!("@{first}") } else { format!("@{first}..{last}") };
    let words: Vec<String> = runs.iter().map(one).collect();
    // Nothing passes: no record has this place.
    Ok(if words.is_empty() { format!("@{}", u64::from(evidence.rows())) } else { words.join(" or ") })
}

/// Draws title, view and band.
fn everything(ui: &mut Ui, window: &mut Window, around: &Around) {
    let screen = ui.max_rect();
    ui.painter().rect_filled(screen, 0.0, Theme::of(ui).panel);
    let band = Band::of(ui, around, screen.width());
    let top = screen.top() + band::title_height();
    let bottom = (screen.bottom() - band.height()).max(top + 1.0).round();
    band::title(ui, around, Rect::from_min_max(screen.min, pos2(screen.right(), top)));
    let view = Rect::from_min_max(pos2(screen.left(), top), pos2(screen.right(), bottom));
    let mut part = ui.new_child(egui::UiBuilder::new().id_salt("view").max_rect(view));
    part.set_clip_rect(view);
    window.show_still(&mut part);
    band.draw(ui, Rect::from_min_max(pos2(screen.left(), bottom), screen.max));
}

/// The rows that a view shows or counts; none where it is about all of the evidence.
fn rows_of(app: &App) -> Result<Selection, CaptureError> {
    let session = app.session().ok_or_else(|| CaptureError::Open("nothing is open".to_owned()))?;
    if let Some(error) = &session.answered.error {
        return Err(CaptureError::Asked(error.clone()));
    }
    let rows = match app.view() {
        View::Records | View::Timeline | View::Models => session.answered.rows.as_ref(),
        View::Overview | View::Integrity | View::Case => None,
    };
    Ok(rows.map_or_else(|| Selection::new(Bitmap::none(session.evidence().rows())), |rows| (*rows.selection).clone()))
}

/// The rows of the table that are seen.
fn seen_rows(app: &App, found: &Selection, seen: &Range<u64>) -> Selection {
    let mut out = Bitmap::none(found.bitmap().len());
    if let Some(rows) = app.table_rows() {
        let places = seen.clone().filter_map(|place| u32::try_from(place).ok());
        places.filter_map(|place| rows.row(place)).for_each(|row| out.set(row, true));
    }
    Selection::new(out)
}

impl Told {
    fn of(
        app: &App,
        evidence: &Evidence,
        request: &Request,
        found: &Selection,
        seen: &Range<u64>,
    ) -> Result<Self, CaptureError> {
        let shown = &request.shown;
        let mut asked = Asked::of(evidence, String::new(), found)?;
        asked.filter = filter_told(request);
        let all = counted(asked.of, "record", "records");
        let showing = match shown.view {
            View::Records if asked.records == 0 => "no record passes the filter".to_owned(),
            View::Records => {
                let order = match (&shown.order[..], evidence.logs().len()) {
                    ([], 1) => "in the order of the log".to_owned(),
                    ([], _) => "in the order of time".to_owned(),
                    (order, _) => format!("by {}", order.join(", ")),
                };
                let (first, last) = (seen.start + 1, seen.end);
                format!("rows {} – {} of {}, {order}; of {all}", count(first), count(last), count(asked.records))
            }
            View::Timeline | View::Models => format!("{} of {all}", count(asked.records)),
            View::Overview | View::Integrity | View::Case => all,
        };
        let lanes = app.session().and_then(|session| session.lanes.as_ref());
        let left_out = match (shown.view, lanes) {
            (View::Timeline, Some(Ok(Some(lanes)))) => {
                let lanes = lanes.lanes.iter().filter(|lane| !app.arrangement().is_shown(lane));
                lanes.map(|lane| lane.title.clone()).collect()
            }
            _ => Vec::new(),
        };
        let mut not_proven: Vec<String> = Vec::new();
        for said in evidence.logs().iter().flat_map(|log| &log.index.report.not_proven) {
            if !not_proven.contains(said) {
                not_proven.push(said.clone());
            }
        }
        let evidence = evidence.logs().iter().map(BundleTold::of).collect::<Result<_, _>>()?;
        Ok(Self { evidence, query: asked, showing, left_out, not_proven })
    }
}

/// The filter as it is printed.
fn filter_told(request: &Request) -> String {
    let shown = &request.shown;
    let kind = shown.kind.as_ref().map(|kind| format!("kind:{kind}"));
    let filter = request.filter_told.clone().unwrap_or_else(|| shown.filter.clone());
    let parts: Vec<String> = [Some(filter).filter(|filter| !filter.is_empty()), kind].into_iter().flatten().collect();
    parts.join(" ")
}

/// What stands around the view.
fn around(app: &App, request: &Request, told: &Told) -> Around {
    let shown = &request.shown;
    let reports: Vec<_> = app.session().into_iter().flat_map(Session::reports).collect();
    let mut axes: Vec<words::Said> = words::worst(reports.iter().copied()).into_iter().flatten().collect();
    if app.session().is_some_and(|session| session.evidence().has_contradictions())
        && let Some(equivocation) = axes.last_mut()
    {
        *equivocation = words::split_over_bundles();
    }
    let none = || "not determinable".to_owned();
    let hash = |digest: Option<Digest>| digest.map_or_else(none, |digest| digest.to_string());
    let mut left = Vec::new();
    if let Some(case) = &request.case {
        left.push(Entry::words("case", case.title.clone().unwrap_or_else(|| "without a name".to_owned())));
    }
    for bundle in &told.evidence {
        left.push(Entry::words("bundle", bundle.bundle.name.clone()));
        left.push(Entry::mono("BLAKE3", hash(bundle.bundle.digest)));
        left.push(Entry::mono("chain head", hash(bundle.head.map(|head| head.hash))));
        let size = counted(bundle.bundle.size, "record", "records");
        left.push(Entry::words("origin", format!("{}, {size}", bundle.bundle.origin)));
    }
    left.push(Entry::mono("check", check_words(told)));
    let filter = filter_told(request);
    let mut middle = vec![if filter.is_empty() {
        Entry::words("filter", "none: all records")
    } else {
        Entry::mono("filter", filter)
    }];
    let time = shown.time_words().map_or_else(|| "all of it".to_owned(), |time| time.replace("..", " – "));
    middle.push(Entry::words("time", time));
    middle.push(Entry::words("shown", told.showing.clone()));
    if !told.left_out.is_empty() {
        middle.push(Entry::words("left out", told.left_out.join(", ")));
    }
    let hides = |redaction: &Redaction| match &redaction.hides {
        Hides::Field(field) => format!("{field}: {}", redaction.reason),
        Hides::Rect(_) => format!("black: {}", redaction.reason),
    };
    let redactions: Vec<String> = request.redactions.iter().map(hides).collect();
    middle.push(Entry::words(
        "redacted",
        if redactions.is_empty() { "nothing".to_owned() } else { redactions.join("; ") },
    ));
    let marks: Vec<String> = shown.marks.iter().filter_map(mark_words).collect();
    if !marks.is_empty() {
        middle.push(Entry::words("marks", marks.join("; ")));
    }
    let mut right = vec![
        Entry::words("made", request.made.at.clone()),
        Entry::words("by", request.made.by.clone()),
        Entry::words("with", concat!("Probity ", env!("CARGO_PKG_VERSION"))),
    ];
    if let Some(journal) = request.case.as_ref().and_then(|case| case.journal.as_ref()) {
        let head: String = journal.head.to_string().chars().take(8).collect();
        right.push(Entry::mono("journal", format!("after entry {}, {head}", journal.size.saturating_sub(1))));
    }
    right.push(Entry::words("sidecar", SIDECAR));
    let findings: u64 = told.evidence.iter().flat_map(|bundle| bundle.findings.values()).sum();
    let failed: u64 = reports.iter().flat_map(|report| report.checks.failed.values()).sum();
    let checked: u64 = reports.iter().map(|report| report.records).sum();
    let skipped: usize = reports.iter().map(|report| report.checks.skipped.len()).sum();
    let zone = shown.zone.as_ref().map_or_else(|| "all times UTC".to_owned(), |zone| format!("times UTC and {zone}"));
    Around {
        number: request.number.clone(),
        title: request.title.clone(),
        about: format!("{}, {zone}", shown.view.name()),
        verdict: axes.into_iter().map(|said| (said.state, said.axis.to_owned(), said.value.to_lowercase())).collect(),
        failures: format!(
            "{} failed, {} checked, {} skipped, {}",
            counted(failed, "check", "checks"),
            counted(checked, "record", "records"),
            counted(skipped as u64, "check", "checks"),
            counted(findings, "finding", "findings")
        ),
        columns: [left, middle, right],
        foot: format!(
            "Not shown by this picture: {} The hash of the picture stands in the sidecar.",
            told.not_proven.join(" ")
        ),
    }
}

fn mark_words(value: &Value) -> Option<String> {
    let time = |at: &chrono::DateTime<chrono::Utc>| crate::record::time::shown(*at);
    match value {
        Value::Mark { at, text } => Some(format!("{} {text}", time(at))),
        Value::Span { from, to, text } => Some(format!("{} – {} {text}", time(from), time(to))),
        _ => None,
    }
}

/// The command that checks an exhibit.
pub(super) fn check_words(told: &Told) -> String {
    let bundles: Vec<String> = told
        .evidence
        .iter()
        .map(|bundle| format!(" --bundle {}", crate::os::shell::quoted(&bundle.bundle.name)))
        .collect();
    format!("probity exhibit --check .{}", bundles.concat())
}
