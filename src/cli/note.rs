//! `probity note`: writes a note on records, or on a case as a whole.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::anyhow;

use super::bundles::Bundles;
use super::text::count;
use super::work::{self, Which};
use crate::case::entry::{Records, Value};
use crate::case::{Case, Digest};

/// The longest note that is read from standard input, in bytes: an entry of a journal has to hold it.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Write a note on records, in a case; without ids, a note on the case as a whole
///
/// Without a case the notes are kept as a draft for the bundle; probity case save makes a case of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity note lending.probity-case cs-000184 --text 'Income was read as monthly'
  probity note lending.probity-case --text 'Asked the bank for its approvals'
  probity note lending.probity-case --edit 3f9a --text 'Income was read as monthly, says the bank'

Exit code: 0 done · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    which: Which,
    /// What the note says; - reads it from standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, required_unless_present = "delete")]
    text: Option<String>,
    /// Change the note of that name (probity case show lists them; its first digits are enough)
    #[arg(long, value_name = "NOTE", conflicts_with_all = ["delete", "ids", "filter"])]
    edit: Option<String>,
    /// Delete the note of that name
    #[arg(long, value_name = "NOTE", conflicts_with_all = ["text", "ids", "filter"])]
    delete: Option<String>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (evidence, mut case) = work::open_to_write(&args.bundles, "note")?;
    if let Some(name) = &args.delete {
        let (item, _) = find(&case, name)?;
        case.delete(item)?;
        super::print("the note is deleted; the journal keeps that it was there\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = match args.text.as_deref() {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().lock().take(MAX_TEXT_BYTES).read_to_string(&mut text)?;
            text.trim_end().to_owned()
        }
        text => text.unwrap_or_default().to_owned(),
    };
    if let Some(name) = &args.edit {
        let (item, on) = find(&case, name)?;
        case.change(item, Value::Note { on, text })?;
        super::print("the note is changed\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let on = if args.which.is_none() { Records::default() } else { args.which.find(&evidence)? };
    anyhow::ensure!(args.which.is_none() || !on.is_empty(), "no record passes the filter: nothing is noted");
    let about = match on.len() as u64 {
        0 => "the case".to_owned(),
        records => count(records, "record", "records"),
    };
    let name = case.put(Value::Note { on, text })?;
    super::print(&format!("note {} on {about}\n", &name.to_string()[..12]))?;
    Ok(ExitCode::SUCCESS)
}

/// The note whose name begins so, and the records it is on.
fn find(case: &Case, name: &str) -> anyhow::Result<(Digest, Records)> {
    anyhow::ensure!(name.len() >= 4, "{name}: at least four digits of a note's name are needed");
    let items = case.state().items();
    let mut found = items.iter().filter_map(|(item, there)| {
        let on = there.values().into_iter().find_map(|value| match value {
            Value::Note { on, .. } => Some(on.clone()),
            _ => None,
        })?;
        item.to_string().starts_with(name).then_some((*item, on))
    });
    match (found.next(), found.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => {
            Err(anyhow!("{name}: no note of the case has a name that begins so; probity case show lists them"))
        }
        (Some(_), Some(_)) => Err(anyhow!("{name}: several notes have names that begin so; give more digits")),
    }
}
