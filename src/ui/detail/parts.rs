//! Small parts of the detail: values as they are shown, links to records, names of fields.

use std::collections::HashMap;

use egui::{Response, Ui};

use super::json::{Flat, Shown};
use crate::app::Command;
use crate::ui::theme::{Theme, Type};
use crate::ui::widgets::{HashLabel, figures, link, text, tip};
use crate::ui::words;

/// A row with a short name whose tooltip is the whole path.
pub(super) fn row<R>(ui: &mut Ui, name: &str, path: &str, value: impl FnOnce(&mut Ui) -> R) -> R {
    let shown = crate::ui::widgets::field_row(ui, name, value);
    if path != name {
        tip(shown.response, path);
    }
    shown.inner
}

/// Parts of a value on one line, as high as a line of text.
pub(super) fn line<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.spacing_mut().interact_size.y = Type::Table.line();
    ui.horizontal(contents).inner
}

/// A value that can be selected and copied.
pub(super) fn said(ui: &mut Ui, text: &str, style: Type) -> Response {
    let color = Theme::of(ui).text;
    text::selectable(ui, text, style, color)
}

/// As [`said`], in the words of the record.
fn verbatim(ui: &mut Ui, text: &str, style: Type) {
    let color = Theme::of(ui).text;
    text::verbatim(ui, text, style, color);
}

/// What stands at a path.
pub(super) fn value(ui: &mut Ui, flat: &Flat) {
    let theme = Theme::of(ui);
    match &flat.value {
        shown if shown.is_hash() => {
            ui.add(HashLabel::new(shown.text(), &flat.name()));
        }
        Shown::Number(number) => drop(said(ui, &words::number(number), Type::Table)),
        Shown::Nested(text) => verbatim(ui, text, Type::Mono),
        Shown::Word("null") => drop(ui.label(Type::Table.rich("null").color(theme.faint))),
        shown if shown.text().is_empty() => drop(ui.label(Type::Table.rich("(empty text)").color(theme.faint))),
        shown => verbatim(ui, shown.text(), Type::Table),
    }
}

/// A link to another record, by its place in the log.
pub(super) fn to_record(ui: &mut Ui, row: u32, seq: u64, commands: &mut Vec<Command>) {
    let response = link(ui, &figures::count(seq), Type::Table);
    if tip(response, "Show this record").clicked() {
        commands.push(Command::Select(row));
    }
}

/// Names of rows that the detail has of its own.
const TAKEN: [&str; 7] = ["hash", "prev", "time", "tags", "notes", "review", "outcome"];

/// Names for members, short where the last member of the path tells them apart.
pub(super) fn names(flat: &[Flat]) -> Vec<String> {
    let short = |flat: &Flat, members: usize| -> String {
        let from = flat.path.len().saturating_sub(members);
        flat.path[from..].join(".")
    };
    let longest = flat.iter().map(|flat| flat.path.len()).max().unwrap_or_default();
    // How many members end like that, by the number of names.
    let mut ends: HashMap<(usize, String), usize> = HashMap::new();
    for members in 1..longest {
        flat.iter().for_each(|flat| *ends.entry((members, short(flat, members))).or_default() += 1);
    }
    let is_alone = |name: String, members: usize| ends.get(&(members, name)) == Some(&1);
    flat.iter()
        .map(|flat| {
            if flat.path.len() == 2 && flat.path[0] == "model" && matches!(flat.path[1].as_str(), "id" | "version") {
                return if flat.path[1] == "id" { "model".to_owned() } else { "version".to_owned() };
            }
            // The last member of a list's items says little by itself.
            let is_item = flat.path.iter().any(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
            let is_taken = flat.path.last().is_some_and(|name| TAKEN.contains(&name.as_str()));
            let least = if is_item { 3 } else { 1 + usize::from(is_taken) };
            let wanted = (least..flat.path.len()).find(|members| is_alone(short(flat, *members), *members));
            wanted.map_or_else(|| flat.name(), |members| short(flat, members))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::detail::json::flatten;

    #[test]
    fn names_are_as_short_as_they_can_be() {
        let flat = flatten(
            r#"{"model":{"id":"m","version":"1"},"input":{"metadata":{"purpose":"x","region":"y"}},"compliance":{"purpose":"z"},"purpose":1,"hash":"q"}"#,
        );
        let expected = ["model", "version", "metadata.purpose", "region", "compliance.purpose", "purpose", "hash"];
        assert_eq!(names(&flat), expected);
    }
}
