//! `probity case show`: what is in a case.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::case::entry::{Action, Records, Value};
use crate::case::state::{Conflict, Item};
use crate::case::{Case, Digest, Found, Listed, Overruled, Word};
use crate::cli::text::{count, grouped};
use crate::cli::work;
use crate::record::text::{shown, shown_short};
use crate::record::time;

/// So many versions of one thing are told; JSON has all.
const MAX_TOLD: usize = 20;

/// Say what is in a case
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  probity case show lending.probity-case

Exit code: 0 answered · 2 wrong use, or the case could not be read")]
pub(super) struct Args {
    /// The case
    case: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let case = work::open(&args.case)?;
    crate::cli::print(&if args.json { crate::cli::json(&as_json(&case)?)? } else { as_text(&case)? })?;
    Ok(ExitCode::SUCCESS)
}

/// The title, where there is one.
fn titles(case: &Case) -> Vec<String> {
    let titles = case.state().items().into_iter().flat_map(|(_, item)| item.values()).filter_map(|value| match value {
        Value::Title { text } => Some(text.clone()),
        _ => None,
    });
    titles.collect()
}

/// What is in it, in one line.
pub(super) fn in_short(case: &Case) -> String {
    let items = case.state().items();
    let of = |name: &str| {
        items.iter().filter(|(_, item)| item.values().iter().any(|value| value.name() == name)).count() as u64
    };
    let tags = case.state().tags().count() as u64;
    format!(
        "{}, {}, {}, {}",
        count(of("bundle"), "bundle", "bundles"),
        count(of("note"), "note", "notes"),
        count(tags, "tag", "tags"),
        count(of("incident"), "incident", "incidents")
    )
}

fn as_text(case: &Case) -> anyhow::Result<String> {
    let mut out = String::new();
    let title = titles(case).join(" / ");
    let title = if title.is_empty() { "without a title" } else { &title };
    let _ = writeln!(out, "CASE {}", shown(title));
    let _ = writeln!(out, "  {:<10}{}", "file", shown(&case.path().display().to_string()));
    for (n, journal) in case.references().iter().enumerate() {
        let label = if n == 0 { "journal" } else { "taken in" };
        let head = &journal.head.to_string()[..12];
        let entries = count(journal.size, "entry", "entries");
        let _ = writeln!(out, "  {label:<10}{}, {entries}, head {head}…", shown(&journal.origin));
    }
    if let Some(why) = case.read_only() {
        let _ = writeln!(out, "  {:<10}open for reading only: {}", "state", shown(why));
    }
    for damage in case.damage() {
        let _ = writeln!(out, "  {:<10}{}", "damage", shown(&damage.to_string()));
    }
    out.push_str("\nBUNDLES\n");
    for (_, bundle) in case.bundles() {
        let place = match case.find(bundle)? {
            Found::At(path) => shown(&path.display().to_string()).into_owned(),
            Found::Changed(path) => format!("not found: {} is another bundle now", shown(&path.display().to_string())),
            Found::Missing => "not found where it was, nor beside the case".to_owned(),
        };
        let _ = writeln!(
            out,
            "  {}, log {}, {}",
            shown(&bundle.name),
            shown(&bundle.origin),
            count(bundle.size, "record", "records")
        );
        let _ = writeln!(out, "    {place}");
    }
    let tags: Vec<&str> = case.state().tags().collect();
    if !tags.is_empty() {
        out.push_str("\nTAGS\n");
        for tag in tags {
            let mut records: Vec<Digest> = case.state().tagged(tag).map(|(_, _, hash)| hash).collect();
            records.sort_unstable();
            records.dedup();
            let _ = writeln!(out, "  {:>8}  {}", grouped(records.len() as u64), shown(tag));
        }
    }
    // Who says that they are somebody says so in a journal: of those that were taken in, it is named.
    let listed = case.entries();
    let foreign: HashMap<Digest, &str> =
        listed.iter().filter(|listed| !listed.is_own).map(|listed| (listed.id, listed.journal)).collect();
    for (name, head) in [
        ("note", "NOTES"),
        ("incident", "INCIDENTS"),
        ("mark", "MARKED TIMES"),
        ("span", "MARKED STRETCHES"),
        ("filter", "FILTERS"),
        ("exhibit", "EXHIBITS"),
        ("unknown", "FROM A NEWER PROGRAM"),
    ] {
        let items = case.state().items();
        let mut items =
            items.iter().filter(|(_, item)| item.values().iter().any(|value| value.name() == name)).peekable();
        if items.peek().is_some() {
            let _ = writeln!(out, "\n{head}");
        }
        items.for_each(|(id, item)| told(&mut out, *id, item, &foreign));
    }
    let conflicts = case.state().conflicts();
    if !conflicts.is_empty() {
        out.push_str("\nSAID DIFFERENTLY, for you to decide\n");
        for told in &conflicts {
            let _ = writeln!(out, "{}", conflict(case, told));
        }
    }
    let overruled = case.overruled();
    if !overruled.is_empty() {
        out.push_str("\nCHANGED OR TAKEN BACK BY SOMEBODY ELSE; probity case restore brings it back\n");
        let entries: HashMap<Digest, &Listed<'_>> = listed.iter().map(|listed| (listed.id, listed)).collect();
        overruled.iter().for_each(|overruled| taken_back(&mut out, overruled, &entries));
    }
    Ok(out)
}

fn told(out: &mut String, id: Digest, item: &Item, foreign: &HashMap<Digest, &str>) {
    let mut current: Vec<_> = item.current().collect();
    current.sort_by_key(|(entry, version)| (version.timestamp, *entry));
    let more = current.len().saturating_sub(MAX_TOLD) as u64;
    for (entry, version) in current.into_iter().take(MAX_TOLD) {
        let what = match &version.value {
            Some(value) => in_words(value),
            None => "(deleted)".to_owned(),
        };
        let by = shown_short(&version.actor, 40);
        let from =
            foreign.get(&entry).map(|journal| format!(", in the journal {}", shown(journal))).unwrap_or_default();
        let _ = writeln!(out, "  {}  {}  {by}{from}", &id.to_string()[..12], time::shown(version.timestamp));
        for line in what.lines() {
            let _ = writeln!(out, "    {}", shown(line));
        }
    }
    if more > 0 {
        let _ = writeln!(out, "    and {}", count(more, "further version", "further versions"));
    }
}

/// What was said and by whom, and who took it back.
fn taken_back(out: &mut String, overruled: &Overruled, entries: &HashMap<Digest, &Listed<'_>>) {
    let what = match &overruled.word {
        Word::Item { value: Some(value), .. } => format!("{}: {}", value.name(), in_words(value)),
        Word::Item { item, value: None } => format!("deleted {}", &item.to_string()[..12]),
        Word::Tag { tag, on } => format!("tag {tag} on {}", count(on.len() as u64, "record", "records")),
    };
    let id = &overruled.entry.to_string()[..12];
    let (at, by) = (time::shown(overruled.timestamp), shown_short(&overruled.actor, 40));
    let _ = writeln!(out, "  {id}  {at}  {by}, in the journal {}", shown(&overruled.journal));
    for line in what.lines() {
        let _ = writeln!(out, "    {}", shown(line));
    }
    for by in overruled.by.iter().take(MAX_TOLD).filter_map(|by| entries.get(by)) {
        let (at, actor) = (time::shown(by.entry.timestamp), shown_short(&by.entry.actor, 40));
        let verb = match by.entry.action {
            Action::Deleted { .. } => "deleted",
            Action::Undone { .. } => "undone",
            Action::Untagged { .. } => "taken away",
            _ => "changed",
        };
        let _ = writeln!(out, "    {verb} by {actor} at {at}, in the journal {}", shown(by.journal));
    }
}

/// What a value says.
pub(super) fn in_words(value: &Value) -> String {
    let at = |at: &Option<chrono::DateTime<chrono::Utc>>| at.map_or("…".to_owned(), time::shown);
    let of = |on: &Records| {
        let mut records = on.iter();
        match (records.next(), on.len()) {
            (None, _) => String::new(),
            (Some((log, seq, _)), 1) => format!("\non seq {seq} of {log}"),
            (Some(_), several) => format!("\non {}", count(several as u64, "record", "records")),
        }
    };
    match value {
        Value::Title { text } => text.clone(),
        Value::Bundle(bundle) => format!("{} of {}", bundle.name, bundle.origin),
        Value::Note { on, text } => format!("{text}{}", of(on)),
        Value::Mark { at, text } => format!("{}  {text}", time::shown(*at)),
        Value::Span { from, to, text } => format!("{} to {}  {text}", time::shown(*from), time::shown(*to)),
        Value::Incident(incident) => {
            let window = match (&incident.from, &incident.to) {
                (None, None) => String::new(),
                (from, to) => format!("\nwindow {} to {}", at(from), at(to)),
            };
            let filter =
                if incident.filter.is_empty() { String::new() } else { format!("\nfilter {}", incident.filter) };
            format!("{}  {}{window}{filter}{}", incident.id, incident.title, of(&incident.on))
        }
        Value::Filter { name, filter } => format!("{name}: {filter}"),
        Value::Exhibit { number, prefix, title, digest } => {
            format!("{}: {title}\n{digest}", crate::case::numbered(prefix, *number))
        }
        Value::Unknown => "made by a newer program; this one cannot show it".to_owned(),
    }
}

/// A conflict in one line.
pub(super) fn conflict(case: &Case, conflict: &Conflict) -> String {
    match conflict {
        Conflict::Versions { item } => {
            let there = case.state().item(*item);
            let name = there.and_then(|there| there.values().first().map(|value| value.name())).unwrap_or("item");
            let more = there.map_or(0, |there| there.current().count().saturating_sub(MAX_TOLD)) as u64;
            let mut said: Vec<String> = there
                .into_iter()
                .flat_map(Item::current)
                .take(MAX_TOLD)
                .map(|(_, version)| {
                    let what = version.value.as_ref().map_or("deleted it".to_owned(), |value| {
                        format!("“{}”", shown_short(in_words(value).lines().next().unwrap_or_default(), 60))
                    });
                    format!("{}: {what}", shown_short(&version.actor, 40))
                })
                .collect();
            if more > 0 {
                said.push(format!("and {}", count(more, "further version", "further versions")));
            }
            format!("  {name} {}: {}", &item.to_string()[..12], said.join("; "))
        }
        Conflict::Name { what, name, items } => {
            let ids: Vec<String> = items.iter().map(|item| item.to_string()[..12].to_owned()).collect();
            format!("  {what} {}: {} have this name: {}", shown(name), items.len(), ids.join(", "))
        }
    }
}

fn as_json(case: &Case) -> anyhow::Result<serde_json::Value> {
    let mut bundles = Vec::new();
    for (item, bundle) in case.bundles() {
        let (state, path) = match case.find(bundle)? {
            Found::At(path) => ("found", Some(path)),
            Found::Changed(path) => ("changed", Some(path)),
            Found::Missing => ("missing", None),
        };
        bundles.push(json!({"item": item, "bundle": bundle, "state": state, "path": path}));
    }
    let items: Vec<serde_json::Value> = case
        .state()
        .items()
        .into_iter()
        .filter(|(_, item)| item.values().iter().any(|value| value.name() != "bundle"))
        .map(|(id, item)| {
            let versions: Vec<serde_json::Value> = item
                .current()
                .map(|(entry, version)| {
                    json!({
                        "entry": entry,
                        "timestamp": time::shown(version.timestamp),
                        "actor": version.actor,
                        "value": version.value,
                    })
                })
                .collect();
            json!({"item": id, "versions": versions, "in_conflict": item.is_in_conflict()})
        })
        .collect();
    let tags: Vec<serde_json::Value> = case
        .state()
        .tags()
        .map(|tag| {
            let on = Records::of(case.state().tagged(tag));
            json!({"tag": tag, "on": on})
        })
        .collect();
    let conflicts: Vec<serde_json::Value> = case
        .state()
        .conflicts()
        .iter()
        .map(|conflict| match conflict {
            Conflict::Versions { item } => json!({"item": item}),
            Conflict::Name { what, name, items } => json!({"what": what, "name": name, "items": items}),
        })
        .collect();
    let overruled: Vec<serde_json::Value> = case
        .overruled()
        .iter()
        .map(|overruled| {
            let (what, said) = match &overruled.word {
                Word::Item { item, value } => ("item", json!({"item": item, "value": value})),
                Word::Tag { tag, on } => ("tag", json!({"tag": tag, "on": on})),
            };
            let (entry, journal, actor) = (overruled.entry, &overruled.journal, &overruled.actor);
            let timestamp = time::shown(overruled.timestamp);
            json!({"entry": entry, "journal": journal, "timestamp": timestamp, "actor": actor, what: said, "by": overruled.by})
        })
        .collect();
    Ok(json!({
        "path": case.path(),
        "titles": titles(case),
        "journals": case.references(),
        "read_only": case.read_only(),
        "damage": case.damage(),
        "bundles": bundles,
        "tags": tags,
        "items": items,
        "conflicts": conflicts,
        "overruled": overruled,
    }))
}
