//! `probity case`: what can be done with a case file.

mod journal;
mod show;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use chrono::{DateTime, TimeDelta, Utc};

use super::bundles::{Bundles, note};
use super::text::count;
use super::work;
use crate::case::entry::{BundleRef, Incident, Records, Value};
use crate::case::{Case, CaseError, Digest, Found, Overruled, keys};
use crate::query::value::time::{TimeFault, TimeRange};
use crate::record::text::{shown, shown_short};

/// Work on a case: notes, tags, incidents, and the custody journal of all that was done
///
/// A case is one file. It names bundles and records by their hashes, holds none of the evidence, and is changed by entries of
/// a hash-chained journal only, so that nothing in it can be changed unseen.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity case new lending.probity-case lending.audit.zip
  probity case show lending.probity-case
  probity case verify lending.probity-case

Exit code: 0 done · 1 something speaks against the case or its bundles (verify) · 2 wrong use, or something could not \
be read or written · 3 there is nothing to check against (verify)")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a case about bundles
    #[command(after_help = "\
Example:
  probity case new lending.probity-case lending.audit.zip --title 'Lending, April 2026'

Exit code: 0 written · 2 wrong use, or something could not be read or written")]
    New {
        /// The case file to make; nothing is overwritten
        case: PathBuf,
        /// The bundles
        bundles: Vec<PathBuf>,
        /// What the case is called
        #[arg(long)]
        title: Option<String>,
    },
    /// Put a bundle into a case
    #[command(after_help = "\
Example:
  probity case add lending.probity-case lending-slice.audit.zip

Exit code: 0 done · 2 wrong use, or something could not be read or written")]
    Add {
        /// The case
        case: PathBuf,
        /// The bundles
        #[arg(required = true)]
        bundles: Vec<PathBuf>,
    },
    Show(show::Args),
    Verify(verify::Args),
    Journal(journal::Args),
    /// Take other people's cases into one; it is made where there is none. What they say differently stands side by side
    #[command(after_help = "\
Example:
  probity case merge both.probity-case lending.probity-case

Exit code: 0 done · 2 wrong use, or something could not be read or written")]
    Merge {
        /// The case that takes in the others
        case: PathBuf,
        /// The others; they are only read
        #[arg(required = true)]
        others: Vec<PathBuf>,
        /// Take in also a case whose journal is damaged, as it is
        #[arg(long)]
        damaged: bool,
    },
    /// Undo the latest step
    #[command(after_help = "\
Example:
  probity case undo lending.probity-case

Exit code: 0 done · 2 wrong use, nothing to undo, or something could not be read or written")]
    Undo {
        /// The case
        case: PathBuf,
    },
    /// Redo the step undone last
    #[command(after_help = "\
Example:
  probity case redo lending.probity-case

Exit code: 0 done · 2 wrong use, nothing to redo, or something could not be read or written")]
    Redo {
        /// The case
        case: PathBuf,
    },
    /// Say again what somebody else changed or took back: a note, a tag
    #[command(after_help = "\
Example:
  probity case restore lending.probity-case

Exit code: 0 done · 2 wrong use, nothing to restore, or something could not be read or written")]
    Restore {
        /// The case
        case: PathBuf,
        /// What, by the name that probity case show gives it (its first digits are enough); all of your own journal without one
        what: Vec<String>,
    },
    /// Say where a bundle of a case is now
    #[command(after_help = "\
Example:
  probity case locate lending.probity-case lending.audit.zip

Exit code: 0 done · 2 wrong use, or something could not be read or written")]
    Locate {
        /// The case
        case: PathBuf,
        /// The bundle
        bundle: PathBuf,
    },
    /// Keep the draft that notes and tags on a bundle went into as a case
    #[command(after_help = "\
Example:
  probity case save lending.audit.zip saved.probity-case

Exit code: 0 written · 2 wrong use, or something could not be read or written")]
    Save {
        #[command(flatten)]
        bundles: Bundles,
        /// The case file to make; nothing is overwritten
        out: PathBuf,
    },
    /// Name an incident: filters ask for its records with incident:ID
    #[command(after_help = "\
Examples:
  probity case incident lending.probity-case Easter --from 2026-04-03 --to 2026-04-06
  probity case incident lending.probity-case denials --filter 'version:2.4.0 result:deny'

Exit code: 0 done · 2 wrong use, or something could not be read or written")]
    Incident {
        /// The case
        case: PathBuf,
        /// Its id
        id: String,
        /// What happened
        #[arg(long, default_value = "")]
        title: String,
        /// From this time on: 2026-04-17, 2026-04-17T19:42 or an instant, UTC unless it says an offset
        #[arg(long, value_name = "TIME", value_parser = first_instant)]
        from: Option<DateTime<Utc>>,
        /// Up to this time, which is in it: a date stands for its whole day
        #[arg(long, value_name = "TIME", value_parser = last_instant)]
        to: Option<DateTime<Utc>>,
        /// Which records of the window
        #[arg(long, default_value = "", allow_hyphen_values = true)]
        filter: String,
    },
    /// Sign a journal that your key did not sign from its beginning: look at it first
    #[command(after_help = "\
Example:
  probity case sign lending.probity-case

Exit code: 0 done · 2 wrong use, there is no key (probity case key makes one), or something could not be read or written")]
    Sign {
        /// The case
        case: PathBuf,
    },
    /// Make the key that your journals are signed with
    #[command(after_help = "\
Example:
  probity case key your.name/probity

Exit code: 0 written · 2 wrong use, or something could not be read or written")]
    Key {
        /// Its name, such as your.name/probity
        name: String,
    },
}

/// The first instant of what a text names, for the beginning of a window.
fn first_instant(text: &str) -> Result<DateTime<Utc>, String> {
    let named = TimeRange::parse(text).map_err(|fault| fault.to_string())?;
    named.from().ok_or_else(|| TimeFault::Range.to_string())
}

/// The last instant of what a text names, for the end of a window: of an instant itself, of a date the end of its day.
fn last_instant(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.to_utc());
    }
    let named = TimeRange::parse(text).map_err(|fault| fault.to_string())?;
    let last = named.until().and_then(|until| until.checked_sub_signed(TimeDelta::nanoseconds(1)));
    last.ok_or_else(|| TimeFault::Range.to_string())
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::New { case, bundles, title } => {
            let mut case = Case::create(case, work::author())?;
            if let Some(title) = title {
                case.put(Value::Title { text: title.clone() })?;
            }
            add(&mut case, bundles)?;
        }
        Command::Add { case, bundles } => add(&mut work::open(case)?, bundles)?,
        Command::Show(args) => return show::run(args),
        Command::Verify(args) => return verify::run(args),
        Command::Journal(args) => return journal::run(args),
        Command::Merge { case, others, damaged } => {
            // No case is made of nothing.
            let none = others.iter().find(|other| !crate::case::is_case(other));
            if let Some(other) = none {
                std::fs::metadata(other).map_err(|source| CaseError::Io { path: other.clone(), source })?;
                return Err(CaseError::NotACase { path: other.clone() }.into());
            }
            merge(&mut work::open_or_make(case)?, others, *damaged)?;
        }
        Command::Undo { case } => {
            let mut case = work::open(case)?;
            let step = case.undo()?;
            done(&case, "undone", &step)?;
        }
        Command::Redo { case } => {
            let mut case = work::open(case)?;
            let step = case.redo()?;
            done(&case, "redone", &step)?;
        }
        Command::Restore { case, what } => restore(&mut work::open(case)?, what)?,
        Command::Locate { case, bundle } => locate(&mut work::open(case)?, bundle)?,
        Command::Save { bundles, out } => save(bundles, out)?,
        Command::Incident { case, id, title, from, to, filter } => {
            let incident = Incident {
                id: id.clone(),
                title: title.clone(),
                from: *from,
                to: *to,
                filter: filter.clone(),
                on: Records::default(),
            };
            name_incident(&mut work::open(case)?, incident)?;
        }
        Command::Sign { case } => {
            // That it is not signed is why it is to be signed, and need not be told.
            let mut case = Case::open(case, work::author())?;
            let size = case.sign()?;
            super::print(&format!("signed as it stands: {}\n", super::text::count(size, "entry", "entries")))?;
        }
        Command::Key { name } => {
            let place = keys::place()?;
            let key = keys::make(&place, name)?;
            super::print(&format!("{}\n", key.verifier_key()))?;
            note(&format!(
                "the private key is in {}; give the line above to those who are to trust it",
                place.display()
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what an undo or redo came to.
fn done(case: &Case, word: &str, step: &[Digest]) -> anyhow::Result<()> {
    let (undo, redo) = case.can();
    let more = match (undo, redo) {
        (true, true) => "more can be undone, and redone",
        (true, false) => "more can be undone",
        (false, true) => "nothing more can be undone",
        (false, false) => "nothing more can be undone or redone",
    };
    let entries = case.entries();
    let of_step = entries.iter().filter(|listed| step.contains(&listed.id));
    let what: Vec<String> = of_step
        .map(|listed| {
            let action = &listed.entry.action;
            format!("  {} {}", action.name(), shown_short(&journal::in_words(action), 200))
        })
        .collect();
    super::print(&format!("{word}:\n{}\n{more}\n", what.join("\n")))
}

/// Puts bundles into a case: they are verified and indexed for that.
fn add(case: &mut Case, bundles: &[PathBuf]) -> anyhow::Result<()> {
    for bundle in bundles {
        let progress = super::progress::Progress::new();
        let index = crate::index::Index::open(
            bundle,
            &crate::integrity::Options::default(),
            &crate::index::Choice::default(),
            &progress,
        );
        progress.clear();
        let index = index?;
        case.opened(&index, "case add", &[], true)?;
        let name = shown(&bundle.display().to_string()).into_owned();
        super::print(&format!(
            "{name}: {} of the log {}\n",
            count(index.rows.into(), "record", "records"),
            shown(&index.origin)
        ))?;
    }
    Ok(())
}

fn merge(case: &mut Case, others: &[PathBuf], damaged: bool) -> anyhow::Result<()> {
    for other in others {
        let merged = case.merge(other, damaged)?;
        super::print(&format!(
            "{}: {} taken in\n",
            shown(&other.display().to_string()),
            count(merged.entries as u64, "entry was", "entries were")
        ))?;
        if !merged.overruled.is_empty() {
            let things = count(merged.overruled.len() as u64, "thing was", "things were");
            note(&format!(
                "{things} changed or taken back by somebody else: probity case show tells what, probity case restore brings it back"
            ));
        }
        for (origin, size) in &merged.unsigned {
            note(&format!(
                "the journal {}: its key signed {}, and what stands behind them is not signed: it may be somebody else's",
                shown(origin),
                count(*size, "record", "records")
            ));
        }
        for origin in merged.forked {
            note(&format!(
                "the journal {origin} has two continuations: its file was copied, and both copies went on; both are kept"
            ));
        }
    }
    let conflicts = case.state().conflicts();
    if !conflicts.is_empty() {
        let told: Vec<String> = conflicts.iter().map(|conflict| show::conflict(case, conflict)).collect();
        super::print(&format!(
            "{}, for you to decide:\n{}\n",
            count(conflicts.len() as u64, "thing is said differently", "things are said differently"),
            told.join("\n")
        ))?;
    }
    Ok(())
}

fn restore(case: &mut Case, names: &[String]) -> anyhow::Result<()> {
    let overruled = case.overruled();
    let mut chosen: Vec<Overruled> = Vec::new();
    for name in names {
        anyhow::ensure!(name.len() >= 4, "{name}: at least four digits of its name are needed");
        let found: Vec<&Overruled> =
            overruled.iter().filter(|overruled| overruled.entry.to_string().starts_with(name.as_str())).collect();
        match found[..] {
            [] => {
                return Err(anyhow!(
                    "{name}: nothing that was taken back has a name that begins so; probity case show lists it"
                ));
            }
            [one] => chosen.push(one.clone()),
            _ => return Err(anyhow!("{name}: several names begin so; give more digits")),
        }
    }
    if names.is_empty() {
        chosen = overruled.into_iter().filter(|overruled| overruled.journal == case.origin()).collect();
    }
    anyhow::ensure!(
        !chosen.is_empty(),
        "nothing of this case's own journal was taken back; probity case show names what else was"
    );
    let restored = case.restore(&chosen)? as u64;
    super::print(&format!("{} again\n", count(restored, "thing holds", "things hold")))
}

fn locate(case: &mut Case, path: &std::path::Path) -> anyhow::Result<()> {
    let digest = crate::index::digest_of(path)?;
    let known: Vec<BundleRef> = case.bundles().into_iter().map(|(_, bundle)| bundle.clone()).collect();
    let Some(bundle) =
        known.iter().find(|bundle| bundle.digest.is_some() && bundle.digest.map(|digest| digest.0) == digest)
    else {
        return Err(anyhow!(
            "{}: no bundle of the case has these bytes; a newer export of the same log is put into the case with probity case add",
            path.display()
        ));
    };
    case.located(bundle, path)?;
    let found = matches!(case.find(bundle)?, Found::At(_));
    anyhow::ensure!(found, "{}: it changed while it was read", path.display());
    super::print(&format!("{}: {}\n", shown(&bundle.name), shown(&path.display().to_string())))
}

fn save(bundles: &Bundles, out: &std::path::Path) -> anyhow::Result<()> {
    let (evidence, ()) = bundles.ask(&crate::index::Choice::default(), "case save", |_| Ok(()))?;
    let log = evidence.logs().first().ok_or_else(|| anyhow!("there is no log"))?;
    let place = work::place_of_draft(log)?;
    if !place.is_file() {
        work::tell_other_drafts(log, None);
        return Err(anyhow!("there is no draft for this bundle of the log {}", shown(&log.index.origin)));
    }
    let mut case = work::open(&place)?;
    case.move_to(out)?;
    super::print(&format!("{}: {}\n", shown(&case.path().display().to_string()), show::in_short(&case)))
}

fn name_incident(case: &mut Case, incident: Incident) -> anyhow::Result<()> {
    if !incident.filter.is_empty() {
        crate::query::parse(&incident.filter, &crate::query::Unknown).map_err(|error| {
            super::bundles::Lines(format!("the filter is not understood:\n{}", error.report(&incident.filter)))
        })?;
    }
    let id = incident.id.clone();
    let there = case.state().items().into_iter().find(|(_, item)| {
        item.values().into_iter().any(|value| matches!(value, Value::Incident(known) if known.id == id))
    });
    let there = there.map(|(name, _)| name);
    match there {
        Some(name) => case.change(name, Value::Incident(incident))?,
        None => drop(case.put(Value::Incident(incident))?),
    }
    super::print(&format!("incident {}: {}\n", shown(&id), if there.is_some() { "changed" } else { "new" }))
}
