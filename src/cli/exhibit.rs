//! `probity exhibit`: a view as a picture that says where it is from, and checking such a picture.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use super::bundles::note;
use super::range::Range;
use super::trust::Trust;
use super::work;
use crate::app::View;
use crate::app::shown::Shown;
use crate::capture::check::{Outcome, check};
use crate::capture::drawn::Drawn;
use crate::capture::exhibit::Request;
use crate::capture::redact::{Hides, Redaction};
use crate::capture::stage::Opened;
use crate::capture::write::write;
use crate::case::entry::{Action, Numbered, Value};
use crate::case::{Case, numbered};
use crate::report::provenance::{CaseTold, Made};

/// Draw a view as an exhibit, or check one
///
/// An exhibit is a folder, or a zip of one: a picture with a band that says where it is from, a sidecar (exhibit.json) with all that it takes to draw
/// it again, and the records that it shows, with their proofs.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
--redact FIELD=REASON hides every value of a field, --redact-rect X,Y,W,H=REASON a part of the picture, in points from its \
top left. Both are painted over before there are pixels, and what is hidden stands nowhere else: records with a redacted field \
are handed out as hash and proof alone.

--check draws the exhibit again from the bundles given with --bundle and compares pixels, records and everything that the \
sidecar says. A program of another version, or another kind of processor, says that pixels were not compared. Without \
--bundle it says what could not be checked.

Examples:
  probity exhibit lending.audit.zip --view timeline --title 'What changed' -o exhibit-1
  probity exhibit --check exhibit-1 --bundle lending.audit.zip

Exit code: 0 written, or everything that was checked holds · 1 something does not hold · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    /// The bundle, or several; or a case, for its bundles
    #[arg(required_unless_present = "check", conflicts_with = "check")]
    paths: Vec<PathBuf>,
    /// Which view
    #[arg(long, value_enum, required_unless_present = "check")]
    view: Option<Which>,
    /// Which records: assets/spec/filter-language.md
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true, default_value = "", hide_default_value = true)]
    filter: String,
    #[command(flatten)]
    range: Range,
    /// Order of the rows of a table: fields with commas between, - before one that descends
    #[arg(long, value_name = "FIELDS", allow_hyphen_values = true)]
    sort: Vec<String>,
    /// The columns of a table: fields with commas between
    #[arg(long, value_name = "FIELDS")]
    columns: Vec<String>,
    /// The first row of a table, from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    row: u64,
    /// The model that lanes and versions are about
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// What it shows, in your words
    #[arg(long, default_value = "", hide_default_value = true)]
    title: String,
    /// Before the number of the exhibit
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// Width and height in points; it is made higher where not everything fits
    #[arg(long, value_name = "WxH", default_value = "1440x900")]
    size: String,
    /// Pixels a point, 1 to 4
    #[arg(long, default_value_t = 1.0)]
    scale: f32,
    /// Keep a part of the view, in points from the view's top left
    #[arg(long, value_name = "X,Y,W,H")]
    part: Option<String>,
    /// Hide every value of a field
    #[arg(long, value_name = "FIELD=REASON")]
    redact: Vec<String>,
    /// Hide a part of the picture
    #[arg(long, value_name = "X,Y,W,H=REASON")]
    redact_rect: Vec<String>,
    /// The case that it belongs to; its number is the next one there
    #[arg(long, value_name = "CASE")]
    case: Option<PathBuf>,
    /// When it is made, as it will say [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// The folder to write, or a zip (NAME.zip); nothing is overwritten
    #[arg(long, short, value_name = "PATH", required_unless_present = "check")]
    output: Option<PathBuf>,
    /// Check the exhibit in this folder or zip
    #[arg(long, value_name = "PATH")]
    check: Option<PathBuf>,
    /// A bundle to check it against; may be given several times
    #[arg(long, value_name = "PATH", requires = "check")]
    bundle: Vec<PathBuf>,
    #[command(flatten)]
    trust: Trust,
}

/// The views that there are exhibits of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// What happened when
    Timeline,
    /// The table of records
    Records,
    /// The chain and its damage
    Integrity,
    /// The versions of a model
    Models,
    /// The verdict, and what the log holds
    Overview,
}

impl Which {
    fn view(self) -> View {
        match self {
            Self::Timeline => View::Timeline,
            Self::Records => View::Records,
            Self::Integrity => View::Integrity,
            Self::Models => View::Models,
            Self::Overview => View::Overview,
        }
    }
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let trusted = args.trust.options()?.trust.iter().map(ToString::to_string).collect();
    if let Some(folder) = &args.check {
        return checked(folder, &Opened { paths: args.bundle.clone(), trusted, cache: None });
    }
    let (Some(view), Some(output)) = (args.view, &args.output) else {
        anyhow::bail!("--view and --output are missing")
    };
    let made = Made::at(args.at.as_deref(), &work::author().actor)
        .ok_or_else(|| anyhow::anyhow!("--at: not a time like 2026-03-01T09:30:00Z"))?;
    let mut case = args.case.as_deref().map(work::open).transpose()?;
    let number = case.as_ref().map(Case::exhibits_given).unwrap_or_default().next();
    let request = Request {
        number: numbered(&args.prefix, number),
        title: args.title.clone(),
        made,
        case: case.as_ref().map(CaseTold::of),
        shown: shown(args, view.view(), case.as_ref())?,
        filter_told: None,
        of_case: Vec::new(),
        size: size(&args.size)?,
        scale: args.scale.clamp(1.0, 4.0),
        part: args.part.as_deref().map(|part| rect("--part", part)).transpose()?,
        redactions: redactions(args)?,
        trusted,
    };
    let opened = Opened { paths: args.paths.clone(), trusted: request.trusted.clone(), cache: None };
    let request = Drawn::prepared(&opened, request, case.as_ref())?;
    let drawn = Drawn::of(&opened, &request)?;
    let written = write(&drawn, &request, output)?;
    if let Some(case) = &mut case {
        let exhibit = Numbered { number, prefix: args.prefix.clone(), title: args.title.clone() };
        work::on_record(case, |case| case.record(Action::Captured(written.captured(exhibit))));
    } else {
        note("no case was given: numbers are kept, and never used again, in a case (--case)");
    }
    super::print(&format!(
        "{}\n{} × {} pixels, SHA-256 {}\n{}\n",
        output.display(),
        written.told.image.width,
        written.told.image.height,
        written.told.image.file.sha256,
        written.told.records.note
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn checked(folder: &std::path::Path, opened: &Opened) -> anyhow::Result<ExitCode> {
    let all = check(folder, opened)?;
    let mut text = String::new();
    for one in &all {
        let word = match one.outcome {
            Outcome::Holds => "holds",
            Outcome::Differs => "DIFFERS",
            Outcome::Skipped => "skipped",
        };
        text.push_str(&format!("{word:<9}{:<13}{}\n", one.what, one.words));
    }
    super::print(&text)?;
    let differs = all.iter().any(|one| one.outcome == Outcome::Differs);
    Ok(if differs { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn shown(args: &Args, view: View, case: Option<&Case>) -> anyhow::Result<Shown> {
    let time = match args.range.read()? {
        // The first instant after is not in it; the stretch that is shown has both its ends in it.
        (Some(from), Some(to)) => Some([from, to.saturating_sub(1)].map(chrono::DateTime::from_timestamp_nanos)),
        (None, None) => None,
        _ => anyhow::bail!("--from and --to: both ends of the stretch of time are needed"),
    };
    let marks = case.into_iter().flat_map(|case| case.state().items()).flat_map(|(_, item)| item.values());
    let marks = marks.filter(|value| matches!(value, Value::Mark { .. } | Value::Span { .. })).cloned().collect();
    let columns = super::bundles::names(&args.columns);
    let mut shown = Shown {
        filter: args.filter.clone(),
        time,
        order: super::bundles::names(&args.sort),
        first_row: args.row.saturating_sub(1),
        model: args.model.clone(),
        marks,
        ..Shown::new(view)
    };
    shown.models.model.clone_from(&args.model);
    if !columns.is_empty() {
        shown.columns = Some(crate::app::layout::Layout { fields: columns, ..Default::default() });
    }
    Ok(shown)
}

fn size(text: &str) -> anyhow::Result<[u32; 2]> {
    let parsed = text.split_once('x').and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    parsed
        .filter(|sides| sides.iter().all(|side| (400..=8_000).contains(side)))
        .ok_or_else(|| anyhow::anyhow!("--size {text}: two numbers from 400 to 8000 with an x between, like 1600x1000"))
}

fn redactions(args: &Args) -> anyhow::Result<Vec<Redaction>> {
    let parted = |option: &str, text: &str| -> anyhow::Result<(String, String)> {
        let (what, reason) = text.rsplit_once('=').unwrap_or((text, ""));
        anyhow::ensure!(!reason.trim().is_empty(), "{option} {text}: a reason is missing, behind an equals sign");
        Ok((what.to_owned(), reason.trim().to_owned()))
    };
    let mut out = Vec::new();
    for text in &args.redact {
        let (field, reason) = parted("--redact", text)?;
        out.push(Redaction { hides: Hides::Field(field), reason });
    }
    for text in &args.redact_rect {
        let (rect, reason) = parted("--redact-rect", text)?;
        let rect = self::rect("--redact-rect", &rect)?;
        out.push(Redaction { hides: Hides::Rect(rect), reason });
    }
    Ok(out)
}

/// Four numbers: x, y, width, height.
fn rect(option: &str, text: &str) -> anyhow::Result<[f32; 4]> {
    let numbers: Option<Vec<f32>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    let rect = numbers.and_then(|numbers| <[f32; 4]>::try_from(numbers).ok());
    rect.filter(|rect| rect.iter().all(|side| side.is_finite()))
        .ok_or_else(|| anyhow::anyhow!("{option} {text}: four numbers with commas between: x, y, width, height"))
}
