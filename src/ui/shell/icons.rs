//! The icon of each command, the same wherever it can be given.

use crate::app::{Command, Deed, DetailTab, Overlay, ThemeChoice, View};
use crate::ui::icon::{self, Icon};

/// The icon of a view.
pub(super) fn of_view(view: View) -> Icon {
    match view {
        View::Overview => icon::SQUARES_FOUR,
        View::Integrity => icon::LINK,
        View::Timeline => icon::CHART_BAR_HORIZONTAL,
        View::Records => icon::ROWS,
        View::Models => icon::GIT_BRANCH,
        View::Case => icon::BRIEFCASE,
    }
}

/// The icon of a command; `None` where it has none of its own.
pub(super) fn of(command: &Command) -> Option<Icon> {
    Some(match command {
        Command::Models(_) => icon::SCALES,
        Command::TellStory(_) => icon::LIST_BULLETS,
        Command::FitTime => icon::CORNERS_OUT,
        Command::NextEvent(true) => icon::CARET_RIGHT,
        Command::NextEvent(false) => icon::CARET_LEFT,
        Command::SelectToEvent(true) => icon::CARET_DOUBLE_RIGHT,
        Command::SelectToEvent(false) => icon::CARET_DOUBLE_LEFT,
        Command::Open(_) | Command::OpenDialog => icon::FOLDER_OPEN,
        Command::Add(_) | Command::AddDialog => icon::PLUS,
        Command::OpenSample => icon::COMPASS,
        Command::Close | Command::RemoveCondition(_) => icon::X,
        Command::Show(view) => of_view(*view),
        Command::Overlay(overlay) => return of_overlay(*overlay),
        Command::FocusFilter | Command::SetFilter(_) | Command::Facet(Deed::Filter) => icon::FUNNEL,
        Command::ClearFilter | Command::Facet(Deed::LeaveOut) => icon::FUNNEL_X,
        Command::ShowFilter(_) => icon::BOOKMARK_SIMPLE,
        Command::SuspendAll | Command::SuspendCondition(_) => icon::PAUSE,
        Command::NegateCondition(_) => icon::NOT_EQUALS,
        Command::Facet(Deed::Copy) => icon::COPY,
        Command::Facet(Deed::CopyCondition) => icon::FUNNEL_SIMPLE,
        Command::SetRange(_) => icon::ARROWS_HORIZONTAL,
        Command::ZoomTime(true) => icon::ARROWS_IN,
        Command::ZoomTime(false) => icon::ARROWS_OUT,
        Command::MoveTime(true) => icon::ARROW_RIGHT,
        Command::MoveTime(false) => icon::ARROW_LEFT,
        Command::GoTo(..) => icon::HASH,
        Command::ToggleDetail => icon::ARROW_LINE_RIGHT,
        Command::CellMenu => icon::DOTS_THREE,
        Command::ShowDetail(DetailTab::Fields) => icon::LIST_BULLETS,
        Command::ShowDetail(DetailTab::Raw) => icon::BRACKETS_CURLY,
        Command::ShowDetail(DetailTab::Chain) => icon::LINK,
        Command::ShowDetail(DetailTab::Compare) | Command::CompareShown => icon::GIT_DIFF,
        Command::ShowDetail(DetailTab::Lineage) => icon::TREE_STRUCTURE,
        Command::NextFinding(true) => icon::SKIP_FORWARD,
        Command::NextFinding(false) => icon::SKIP_BACK,
        Command::Undo => icon::ARROW_U_UP_LEFT,
        Command::Redo => icon::ARROW_U_UP_RIGHT,
        Command::VerifyAgain => icon::ARROWS_CLOCKWISE,
        Command::ReadOn => icon::DOWNLOAD_SIMPLE,
        Command::Cancel => icon::STOP_CIRCLE,
        Command::SetTheme(ThemeChoice::Light) => icon::SUN,
        Command::SetTheme(ThemeChoice::Dark) => icon::MOON,
        Command::SetTheme(ThemeChoice::System) => icon::MONITOR,
        Command::Quit => icon::ARROW_SQUARE_OUT,
        _ => return None,
    })
}

fn of_overlay(overlay: Overlay) -> Option<Icon> {
    Some(match overlay {
        Overlay::Path => icon::FOLDER_OPEN,
        Overlay::Add => icon::PLUS,
        Overlay::Columns => icon::COLUMNS,
        Overlay::Export => icon::EXPORT,
        Overlay::Slice => icon::FILE_ZIP,
        Overlay::Exhibit => icon::CAMERA,
        Overlay::Report | Overlay::Dossier => icon::FILE_TEXT,
        Overlay::SaveFilter => icon::BOOKMARK_SIMPLE,
        Overlay::Tag => icon::TAG,
        Overlay::Note => icon::NOTE_PENCIL,
        Overlay::Incident => icon::FLAG,
        Overlay::Mark => icon::MAP_PIN,
        Overlay::Span => icon::SELECTION_PLUS,
        Overlay::Save => icon::FLOPPY_DISK,
        Overlay::Trust => icon::KEY,
        Overlay::Palette => icon::COMMAND,
        Overlay::Keys => icon::KEYBOARD,
        Overlay::Settings => icon::GEAR_SIX,
        Overlay::None | Overlay::Item(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::listed;

    #[test]
    fn every_command_of_the_palette_has_an_icon() {
        for listed in listed() {
            assert!(of(&listed.command).is_some(), "{}", listed.title);
        }
    }
}
