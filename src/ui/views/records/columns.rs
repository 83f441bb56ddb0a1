//! The columns of the table, by kind: which, how wide, how many stand still.

use std::collections::HashMap;

use crate::app::layout::{Layout, key};
use crate::app::{App, shape};
use crate::evidence::{Catalogued, Evidence};
use crate::ui::table::{BAR, Column, Columns};
use crate::ui::theme::measure;
use crate::ui::widgets::figures;
use crate::ui::words;

/// The first column: what is wrong with a record, or what is noted on it.
pub(super) const MARK: &str = "mark";
/// How wide it is where nothing is wrong: an icon.
const MARKS: f32 = 28.0;
/// Place and time, which every kind has.
pub(super) const SEQ: &str = "seq";
/// See [`SEQ`].
pub(super) const TIME: &str = "time";
/// What the bundle is called that holds the record, where several are open.
pub(super) const BUNDLE: &str = "bundle of the record";
/// The time in the user's second zone.
pub(super) const ZONED: &str = "time in the second zone";

/// Least width of the places in the log.
const SEQ_WIDTH: f32 = 62.0;

/// How wide the places in the log are: the greatest is at the end of a log.
fn seq_width(evidence: &Evidence) -> f32 {
    let last = |log: &crate::evidence::Log| evidence.seqs().seq(log.rows.end.checked_sub(1)?);
    let most = evidence.logs().iter().filter_map(last).max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "some twenty digits")]
    let letters = figures::count(most).chars().count() as f32;
    (letters * 6.9 + 2.0 * measure::CELL + 4.0).max(SEQ_WIDTH).round()
}

/// The columns of each kind, as they were left.
#[derive(Debug, Default)]
pub(super) struct Layouts {
    of: HashMap<&'static str, Columns>,
}

impl Layouts {
    /// The columns of the kind that is shown: those that the app names, as wide and in the order in which they were left, in this
    /// session or before it.
    pub(super) fn of(&mut self, app: &App) -> &mut Columns {
        let names = app.columns();
        let columns = self.of.entry(key(app.table_kind())).or_default();
        let zone = app.settings.second_zone();
        let head = zone.map(|zone| format!("Time ({zone})"));
        let zoned = columns.list.iter().find(|column| column.key == ZONED).map(|column| &column.title);
        let session = app.session();
        let bundles = session.map_or(&[][..], |session| &session.facts().names);
        let has_bundle = columns.list.iter().any(|column| column.key == BUNDLE);
        let is_other = own(columns) != names || zoned != head.as_ref() || has_bundle != (bundles.len() > 1);
        if columns.list.is_empty() || is_other {
            let evidence = session.map(|session| &**session.evidence());
            let state = session.and_then(|session| state_width(session.facts().damage.values().copied()));
            *columns = laid_out(&names, columns, app.layout(), evidence, (state, head, bundles));
        }
        columns
    }

    /// The width that rows need to be told apart: place, time and what is wrong with them.
    pub(super) fn least(&mut self, app: &App) -> f32 {
        let columns = self.of(app).list.iter().filter(|column| matches!(column.key.as_str(), MARK | SEQ | TIME));
        columns.map(|column| column.width).sum::<f32>() + BAR
    }

    /// How many of the columns of a kind stand still.
    pub(super) fn frozen(&mut self, app: &App) -> &mut usize {
        &mut self.of(app).frozen
    }

    /// The columns of the kind that is shown, to be kept.
    pub(super) fn kept(&mut self, app: &App) -> Layout {
        let columns = self.of(app);
        // The first column is as wide as what it says of this log.
        let widths = columns.list.iter().filter(|column| column.key != MARK);
        let widths = widths.map(|column| (column.key.clone(), column.width)).collect();
        Layout { fields: own(columns), widths, frozen: Some(columns.frozen) }
    }

    /// Forgets how the columns of the kind that is shown were left.
    pub(super) fn forget(&mut self, app: &App) {
        self.of.remove(key(app.table_kind()));
    }
}

/// The names of the columns behind place and time, in their order.
pub(super) fn own(columns: &Columns) -> Vec<String> {
    let is_own = |key: &&Column| !matches!(key.key.as_str(), MARK | SEQ | TIME | ZONED | BUNDLE);
    columns.list.iter().filter(is_own).map(|column| column.key.clone()).collect()
}

fn laid_out(
    names: &[String],
    old: &Columns,
    kept: Option<&Layout>,
    evidence: Option<&Evidence>,
    (state, zoned, bundles): (Option<f32>, Option<String>, &[String]),
) -> Columns {
    let left = |name: &str| {
        let now = old.list.iter().find(|left| left.key == name).map(|left| left.width);
        now.or_else(|| kept?.widths.get(name).copied())
    };
    let mut list = vec![
        Column::new(MARK, if state.is_some() { "State" } else { "" }, state.unwrap_or(MARKS)).unsorted(),
        Column::number(SEQ, "Seq", evidence.map_or(SEQ_WIDTH, seq_width)),
        Column::new(TIME, "Time (UTC)", 178.0),
    ];
    list.extend(zoned.map(|head| Column::new(ZONED, head, 240.0).unsorted()));
    if bundles.len() > 1 {
        let longest = bundles.iter().map(|name| name.chars().count()).max().unwrap_or_default();
        list.push(Column::new(BUNDLE, "Bundle", width_of(longest)).unsorted());
    }
    for name in names {
        let known = evidence.and_then(|evidence| evidence.fields().iter().find(|field| field.name == *name));
        list.push(usual(name, known));
    }
    for column in &mut list {
        // A place in a longer log than the one that its width was left at is not cut.
        let least = if column.key == SEQ { column.width } else { 0.0 };
        column.width = left(&column.key).unwrap_or(column.width).max(least);
    }
    // A screen reader needs a word for the narrow column as well.
    if let Some(mark) = list.first_mut().filter(|mark| mark.title.is_empty()) {
        mark.title = "\u{2009}".to_owned();
    }
    let frozen = if old.list.is_empty() { kept.and_then(|kept| kept.frozen).unwrap_or(3) } else { old.frozen };
    Columns::new(list).frozen(frozen)
}

/// How wide the first column is where something is wrong: as its longest word with an icon before it, and one behind it for what is
/// noted. `None` where nothing is.
fn state_width(words: impl Iterator<Item = &'static str>) -> Option<f32> {
    let longest = words.map(|word| word.chars().count()).max()?;
    Some((longest as f32 * 6.2 + 2.0 * measure::CELL + measure::ICON + measure::ICON_COPY + measure::GAP).round())
}

/// The width of a column for words of so many characters.
fn width_of(chars: usize) -> f32 {
    (chars as f32 * 6.6 + 16.0).clamp(72.0, 240.0).round()
}

/// A column as it is at first.
fn usual(name: &str, known: Option<&Catalogued>) -> Column {
    let title = words::field(name);
    let width = match name {
        "version" => 68.0,
        "result" => 80.0,
        "confidence" | "output.confidence" => 102.0,
        "model" | "model.id" => 102.0,
        "user" => 92.0,
        "reviewed" | "overridden" => 86.0,
        _ => {
            let longest = known.and_then(|known| known.examples.iter().map(|example| example.chars().count()).max());
            let words = longest.unwrap_or(10).max(title.chars().count() + 2);
            width_of(words)
        }
    };
    if shape::is_number(name, known) { Column::number(name, title, width) } else { Column::new(name, title, width) }
}
