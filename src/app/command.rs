//! Everything that a user can do, as one enum; and the table that gives the commands without arguments their words and keys.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::exhibits;
use super::facet::Deed;
use super::handed;
use super::layout::Layout;
use super::models;
use super::settings::{Results, ThemeChoice};
use super::timeline::RowsOf;
use super::timeline::arrange::Arrange;
use super::timeline::lanes::Grouping;
use super::timeline::story::StoryOf;
use super::unsaved::Writing;
use crate::case::Digest;
use crate::case::entry::Value;
use crate::evidence::SortKey;
use crate::record::Kind;

/// The views.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The verdict, and what the log holds.
    Overview,
    /// The chain and its damage.
    Integrity,
    /// What happened when.
    Timeline,
    /// The records.
    Records,
    /// The versions of models, side by side.
    Models,
    /// Notes, tags, incidents, the journal.
    Case,
}

impl View {
    /// Every view, in the order of the rail.
    pub const ALL: [Self; 6] =
        [Self::Overview, Self::Integrity, Self::Timeline, Self::Records, Self::Models, Self::Case];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Integrity => "Integrity",
            Self::Timeline => "Timeline",
            Self::Records => "Records",
            Self::Models => "Models",
            Self::Case => "Case",
        }
    }
}

/// The parts of a record's detail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DetailTab {
    /// Its members, in groups.
    #[default]
    Fields,
    /// Its text.
    Raw,
    /// Its place in the chain.
    Chain,
    /// It beside another one.
    Compare,
    /// Where a decision comes from.
    Lineage,
}

/// What lies over the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The command palette.
    Palette,
    /// The key sheet.
    Keys,
    /// The settings.
    Settings,
    /// A path to open is typed.
    Path,
    /// A path to open beside what is open is typed.
    Add,
    /// A tag is typed.
    Tag,
    /// A note is written.
    Note,
    /// An incident is named.
    Incident,
    /// The time of the record shown is marked.
    Mark,
    /// The stretch of time that is looked at is marked.
    Span,
    /// The filter is given a name.
    SaveFilter,
    /// An item of the case is changed.
    Item(Digest),
    /// The name of the case file is typed.
    Save,
    /// The file of a key to trust is typed.
    Trust,
    /// The columns of the table are chosen.
    Columns,
    /// What is shown is exported.
    Export,
    /// A slice of the bundle is cut.
    Slice,
    /// What is shown becomes an exhibit.
    Exhibit,
    /// The report of the investigation is written.
    Report,
    /// The dossier of the decision that is selected is written.
    Dossier,
}

/// What becomes of the files that are chosen in the system's dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// They are opened in place of what is open.
    Open,
    /// They are opened beside what is open.
    Add,
    /// One that is not there yet is written.
    Save,
}

impl Files {
    /// How a path is typed, for systems without such a dialog.
    #[must_use]
    pub fn typed(self) -> Command {
        match self {
            Self::Open => Command::Overlay(Overlay::Path),
            Self::Add => Command::Overlay(Overlay::Add),
            Self::Save => Command::Tell("This system has no dialog for files. Type the name.".to_owned()),
        }
    }

    /// What is done with those that were chosen.
    #[must_use]
    pub fn command(self, paths: Vec<PathBuf>) -> Command {
        match self {
            Self::Open => Command::Open(paths),
            Self::Add => Command::Add(paths),
            Self::Save => Command::Hand(handed::Deed::Choose(paths.into_iter().next().unwrap_or_default())),
        }
    }
}

/// Something that a user can do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Open bundles, or a case.
    Open(Vec<PathBuf>),
    /// Take what was let go of over the window: public keys are trusted, bundles and cases opened.
    Dropped(Vec<PathBuf>),
    /// Choose what to open.
    OpenDialog,
    /// Open bundles beside what is open.
    Add(Vec<PathBuf>),
    /// Choose what to open beside what is open.
    AddDialog,
    /// Choose the file that is written.
    SaveDialog,
    /// Do something on the way to a file that is handed out.
    Hand(handed::Deed),
    /// Do something on the way to an exhibit.
    Exhibit(exhibits::Deed),
    /// Open the sample investigation.
    OpenSample,
    /// Close what is open.
    Close,
    /// Stop what is going on. What was read of a log by then stays.
    Cancel,
    /// Read a log to its end that was stopped before.
    ReadOn,
    /// Show a view.
    Show(View),
    /// Show something over the window, or nothing.
    Overlay(Overlay),
    /// Show a bundle in Integrity, by its place among those that are open.
    ShowBundle(usize),
    /// Put the keyboard into the filter field.
    FocusFilter,
    /// Put a text into the filter field.
    SetFilter(String),
    /// Add a condition to the filter; take it out where it stands there.
    ToggleCondition(String),
    /// Take a condition out, by its place.
    RemoveCondition(usize),
    /// Negate a condition, by its place.
    NegateCondition(usize),
    /// Suspend a condition, by its place.
    SuspendCondition(usize),
    /// Suspend all conditions.
    SuspendAll,
    /// Remove the filter.
    ClearFilter,
    /// Ask this in place of all that is asked, kind and stretch of time included.
    ShowFilter(String),
    /// The keyboard is on a value of a facet, by the name of its field and what it is; on none.
    OnFacet(Option<(String, String)>),
    /// Do something with the value of a facet that the keyboard is on.
    Facet(Deed),
    /// Look at a stretch of time, in nanoseconds since 1970; at all of it.
    SetRange(Option<(i64, i64)>),
    /// Look at what is selected on the timeline; at all of the time where that is looked at, or nothing is selected.
    FitTime,
    /// Select a stretch of the timeline, in nanoseconds since 1970; nothing of it.
    SetSpan(Option<(i64, i64)>),
    /// Put the cursor of the timeline on an instant.
    SetCursor(Option<i64>),
    /// The pointer is at an instant of the timeline or the overview strip; at none.
    Point(Option<i64>),
    /// Compare the two sides of a boundary of the timeline, by its instant; of none.
    CompareAt(Option<i64>),
    /// Select from the cursor to the next event of the timeline, or to the one before.
    SelectToEvent(bool),
    /// Go to the next event of the timeline, or to the one before.
    NextEvent(bool),
    /// Look at a model, on the timeline and among the models.
    LookAtModel(String),
    /// Do something with the models.
    Models(models::Deed),
    /// Let the colours of decisions stand for this.
    GroupBy(Grouping),
    /// Show these rows below the timeline.
    ShowRowsOf(RowsOf),
    /// Tell the story of an incident or of a stretch of time; without one, of what is chosen.
    TellStory(Option<StoryOf>),
    /// Let this filter say which decisions of the story are affected; without a text, the incident's model and window.
    SetAffected(String),
    /// Close the story.
    CloseStory,
    /// Change the place or the looks of a lane.
    Arrange(String, Arrange),
    /// Look at half of the stretch of time around its middle; at twice as much.
    ZoomTime(bool),
    /// Move the stretch of time by a quarter, on or back.
    MoveTime(bool),
    /// Look at records of a kind.
    SetKind(Option<Kind>),
    /// Put the rows in an order.
    Sort(Vec<SortKey>),
    /// Show these fields of a kind, or of all kinds together, by name.
    SetColumns(Option<Kind>, Vec<String>),
    /// Keep how the columns of a kind, or of all kinds together, are laid out.
    SetLayout(Option<Kind>, Layout),
    /// Show the columns of a kind, or of all kinds together, as they are at first.
    ResetColumns(Option<Kind>),
    /// Show a record in detail, by its row.
    Select(u32),
    /// Go to a record by its row, with the place that it has in its log; where it is not among those shown, that is told.
    GoTo(u32, u64),
    /// Show a record in detail, by its row, and take away what keeps it from being among those shown.
    ShowAmongAll(u32),
    /// These places of the table are selected, each run from its first to its last; without any, only the record shown is.
    SelectPlaces(Vec<(u64, u64)>),
    /// Show no record in detail.
    Deselect,
    /// Show or hide the detail.
    ToggleDetail,
    /// Show a part of the detail.
    ShowDetail(DetailTab),
    /// Open the menu of the cell that the keyboard is on.
    CellMenu,
    /// Tell something in passing.
    Tell(String),
    /// Keep a record to compare others with.
    Compare(u32),
    /// Keep the record that is shown to compare others with.
    CompareShown,
    /// Go to the next finding with a place, or to the one before.
    NextFinding(bool),
    /// Go to a finding: a bundle by its place among those that are open, and a place in its report.
    GoToFinding(usize, usize),
    /// Tag rows; without rows, the records that are selected.
    Tag(String, Vec<u32>),
    /// Take a tag from rows; without rows, from the record shown.
    Untag(String, Vec<u32>),
    /// Write a note on rows; without rows, on the records that are selected.
    Note(String, Vec<u32>),
    /// Keep a text that is being written and not saved yet; without a text, forget it.
    Write(Writing, Option<String>),
    /// Go on with a note on these rows that was begun.
    GoOnNote(Vec<u32>),
    /// Write a note on the case.
    NoteOnCase(String),
    /// Add an item to the case.
    Put(Value),
    /// Give an item another content.
    ChangeItem(Digest, Value),
    /// Delete an item.
    DeleteItem(Digest),
    /// Say again what an entry said and somebody else took back.
    Restore(Digest),
    /// Undo the latest step: what was looked at, or work on the case.
    Undo,
    /// Redo it.
    Redo,
    /// Undo the latest step of the case, whatever was looked at since.
    UndoCase,
    /// Redo it.
    RedoCase,
    /// Save the draft as a case.
    SaveCase(PathBuf),
    /// Take in another case.
    Merge(PathBuf),
    /// Verify the journals of the case.
    VerifyCase,
    /// Trust a public key.
    Trust(PathBuf),
    /// Trust it no more.
    Distrust(PathBuf),
    /// Verify again, from the bytes.
    VerifyAgain,
    /// Light or dark.
    SetTheme(ThemeChoice),
    /// The other of light and dark.
    ToggleTheme(bool),
    /// Size of everything.
    SetScale(f32),
    /// A second time zone, or none.
    SetZone(Option<String>),
    /// How the user calls themselves.
    SetActor(String),
    /// The folder that indexes are kept in; without one the system's.
    SetCache(Option<PathBuf>),
    /// How results are read where a log does not say that.
    SetResults(Option<Results>),
    /// Dismiss an error, by its place.
    Dismiss(usize),
    /// End the program.
    Quit,
}

/// When a command can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// While something is open.
    Open,
    /// While something is open, and read to its end.
    Whole,
    /// While a record is shown in detail.
    Record,
    /// While the keyboard is on a value of a facet.
    Facet,
}

/// A command without arguments, as the palette, tooltips and the key sheet show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// What it is called.
    pub title: &'static str,
    /// Its keys: `Ctrl+K`, `?`, `[`; the first is shown.
    pub keys: &'static [&'static str],
    /// When it can be given.
    pub when: When,
    /// The command.
    pub command: Command,
}

/// Every command without arguments.
#[must_use]
pub fn listed() -> Vec<Listed> {
    use Command as C;
    let entry = |title, keys, when, command| Listed { title, keys, when, command };
    vec![
        entry("Open…", &["Ctrl+O"], When::Always, C::OpenDialog),
        entry("Open by path…", &["Ctrl+Shift+O"], When::Always, C::Overlay(Overlay::Path)),
        entry("Add a bundle…", &[], When::Open, C::AddDialog),
        entry("Add a bundle by path…", &[], When::Open, C::Overlay(Overlay::Add)),
        entry("Open the sample investigation", &[], When::Always, C::OpenSample),
        entry("Close", &["Ctrl+W"], When::Open, C::Close),
        entry("Show the overview", &["1"], When::Open, C::Show(View::Overview)),
        entry("Show integrity", &["2"], When::Open, C::Show(View::Integrity)),
        entry("Show the timeline", &["3"], When::Open, C::Show(View::Timeline)),
        entry("Show records", &["4"], When::Open, C::Show(View::Records)),
        entry("Show models", &["5"], When::Open, C::Show(View::Models)),
        entry("Show the case", &["6"], When::Open, C::Show(View::Case)),
        entry("Write a filter", &["/", "Ctrl+F"], When::Open, C::FocusFilter),
        entry("Suspend all conditions", &["X"], When::Open, C::SuspendAll),
        entry("Remove the filter", &[], When::Open, C::ClearFilter),
        entry("Save this filter…", &["Ctrl+Shift+F"], When::Open, C::Overlay(Overlay::SaveFilter)),
        entry("Look at what is selected, or at all of the time", &["F"], When::Open, C::FitTime),
        entry("Next event", &["."], When::Open, C::NextEvent(true)),
        entry("Previous event", &[","], When::Open, C::NextEvent(false)),
        entry("Tell the incident's story", &["B"], When::Open, C::TellStory(None)),
        entry("Show the likely causes", &["L"], When::Open, C::Models(models::Deed::Causes(None))),
        entry("Select up to the next event", &[">"], When::Open, C::SelectToEvent(true)),
        entry("Select back to the previous event", &["<"], When::Open, C::SelectToEvent(false)),
        entry("Filter for this value of the facet", &["+"], When::Facet, C::Facet(Deed::Filter)),
        entry("Leave this value of the facet out", &["-"], When::Facet, C::Facet(Deed::LeaveOut)),
        entry("Copy this value of the facet", &[], When::Facet, C::Facet(Deed::Copy)),
        entry("Copy this value as a condition", &[], When::Facet, C::Facet(Deed::CopyCondition)),
        entry("Narrow the time", &["W"], When::Open, C::ZoomTime(true)),
        entry("Widen the time", &["S"], When::Open, C::ZoomTime(false)),
        entry("Earlier", &["A"], When::Open, C::MoveTime(false)),
        entry("Later", &["D"], When::Open, C::MoveTime(true)),
        entry("Show or hide the detail", &["Space"], When::Open, C::ToggleDetail),
        entry("Choose columns…", &["Ctrl+L"], When::Open, C::Overlay(Overlay::Columns)),
        entry("Menu of the cell", &["Shift+F10"], When::Open, C::CellMenu),
        entry("Detail: fields", &["Alt+1"], When::Record, C::ShowDetail(DetailTab::Fields)),
        entry("Detail: raw text", &["Alt+2"], When::Record, C::ShowDetail(DetailTab::Raw)),
        entry("Detail: chain", &["Alt+3"], When::Record, C::ShowDetail(DetailTab::Chain)),
        entry("Detail: compare", &["Alt+4"], When::Record, C::ShowDetail(DetailTab::Compare)),
        entry("Detail: lineage", &["Alt+5"], When::Record, C::ShowDetail(DetailTab::Lineage)),
        entry("Keep the record to compare others with", &["C"], When::Record, C::CompareShown),
        entry("Previous finding", &["["], When::Open, C::NextFinding(false)),
        entry("Next finding", &["]"], When::Open, C::NextFinding(true)),
        entry("Tag…", &["T"], When::Record, C::Overlay(Overlay::Tag)),
        entry("Write a note…", &["N"], When::Record, C::Overlay(Overlay::Note)),
        entry("Name an incident…", &["I"], When::Open, C::Overlay(Overlay::Incident)),
        entry("Mark this time…", &["M"], When::Open, C::Overlay(Overlay::Mark)),
        entry("Mark this stretch of time…", &["Shift+M"], When::Open, C::Overlay(Overlay::Span)),
        entry("Undo", &["Ctrl+Z"], When::Open, C::Undo),
        entry("Redo", &["Ctrl+Shift+Z", "Ctrl+Y"], When::Open, C::Redo),
        entry("Save the case…", &["Ctrl+S"], When::Open, C::Overlay(Overlay::Save)),
        entry("Export…", &["Ctrl+E"], When::Whole, C::Overlay(Overlay::Export)),
        entry("Cut a slice…", &[], When::Whole, C::Overlay(Overlay::Slice)),
        entry("Make an exhibit…", &["E"], When::Whole, C::Overlay(Overlay::Exhibit)),
        entry("Write a report…", &["Ctrl+Shift+E"], When::Whole, C::Overlay(Overlay::Report)),
        entry("Write the dossier of the decision…", &[], When::Whole, C::Overlay(Overlay::Dossier)),
        entry("Trust a key…", &[], When::Always, C::Overlay(Overlay::Trust)),
        entry("Verify again", &["Ctrl+R"], When::Open, C::VerifyAgain),
        entry("Read all of the log", &[], When::Open, C::ReadOn),
        entry("Stop what is going on", &["Esc"], When::Always, C::Cancel),
        entry("Commands", &["Ctrl+K", "Ctrl+Shift+P"], When::Always, C::Overlay(Overlay::Palette)),
        entry("Keys", &["?", "F1"], When::Always, C::Overlay(Overlay::Keys)),
        entry("Settings", &["Ctrl+,"], When::Always, C::Overlay(Overlay::Settings)),
        entry("Theme: light", &[], When::Always, C::SetTheme(ThemeChoice::Light)),
        entry("Theme: dark", &[], When::Always, C::SetTheme(ThemeChoice::Dark)),
        entry("Theme: as the system", &[], When::Always, C::SetTheme(ThemeChoice::System)),
        entry("Quit", &["Ctrl+Q"], When::Always, C::Quit),
    ]
}

/// How well a title fits what was typed: the letters in their order, better where they begin words and stand together. `None` where
/// they do not stand in it. Gives the places of the letters too.
#[must_use]
pub fn fuzzy(title: &str, typed: &str) -> Option<(i32, Vec<usize>)> {
    let (mut score, mut places, mut from) = (0, Vec::new(), 0);
    let chars: Vec<(usize, char)> = title.char_indices().collect();
    for wanted in typed.chars().filter(|c| !c.is_whitespace()) {
        let is_it = |c: char| c.to_lowercase().eq(wanted.to_lowercase());
        let begins = |at: usize| at == 0 || chars.get(at - 1).is_some_and(|(_, c)| !c.is_alphanumeric());
        let rest = || (from..chars.len()).filter(|at| chars.get(*at).is_some_and(|(_, c)| is_it(*c)));
        let next = rest().next()?;
        let is_joined = places.last().is_some_and(|_| next == from);
        // The beginning of a later word is worth more than a letter in the middle of this one.
        let at = if is_joined || begins(next) { next } else { rest().find(|at| begins(*at)).unwrap_or(next) };
        score += if begins(at) {
            8
        } else if at == from && !places.is_empty() {
            4
        } else {
            0
        };
        score -= i32::try_from(at - from).unwrap_or(i32::MAX).min(8);
        places.push(chars.get(at).map_or(0, |(byte, _)| *byte));
        from = at + 1;
    }
    Some((score, places))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_and_no_title_stands_for_two_commands() {
        let (mut keys, mut titles) = (HashSet::new(), HashSet::new());
        for listed in listed() {
            assert!(titles.insert(listed.title), "{}", listed.title);
            for key in listed.keys {
                assert!(keys.insert(*key), "{key}");
            }
        }
    }

    #[test]
    fn what_is_typed_finds_what_is_meant() {
        let best = |typed: &str| {
            let mut found: Vec<(i32, &str)> = listed()
                .into_iter()
                .filter_map(|listed| fuzzy(listed.title, typed).map(|(score, _)| (score, listed.title)))
                .collect();
            found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
            found.first().map(|(_, title)| *title)
        };
        for (typed, expected) in [
            ("integ", "Show integrity"),
            ("sr", "Show records"),
            ("dark", "Theme: dark"),
            ("add", "Add a bundle…"),
            ("osi", "Open the sample investigation"),
            ("verify", "Verify again"),
            ("undo", "Undo"),
        ] {
            assert_eq!(best(typed), Some(expected), "{typed}");
        }
        assert_eq!(best("zzz"), None);
        assert_eq!(fuzzy("Open…", "op"), Some((fuzzy("Open…", "op").map_or(0, |(score, _)| score), vec![0, 1])));
    }
}
