//! The text of a record: laid out for reading, or as it is stored.

use egui::text::LayoutJob;
use egui::{Label, ScrollArea, Ui};

use super::json::{Token, tokens};
use super::{State, pad};
use crate::app::detail::Detail;
use crate::record::text::visible_lines;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, figures, icon_button};

/// Longer texts are shown up to here; copying gives all of them.
const MOST: usize = 48 << 10;

/// Shows it.
pub(super) fn show(ui: &mut Ui, detail: &Detail, state: &mut State) {
    let theme = Theme::of(ui);
    pad(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(measure::TOOLS);
            let told = format!("{} bytes", figures::count(detail.text.len() as u64));
            ui.label(Type::Table.rich(told).color(theme.faint));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.add(Button::plain("Copy").icon(icon::COPY)).clicked() {
                    ui.ctx().copy_text(detail.text.clone());
                }
                if icon_button(ui, icon::BRACKETS_CURLY, "As stored, byte by byte", state.is_as_stored).clicked() {
                    state.is_as_stored = !state.is_as_stored;
                }
                let word = if state.is_as_stored { "as stored" } else { "laid out" };
                ui.label(Type::Table.rich(word).color(theme.text2));
            });
        });
    });
    crate::ui::widgets::hairline(ui);
    let end = detail.text.floor_char_boundary(MOST.min(detail.text.len()));
    let text = &detail.text[..end];
    ScrollArea::vertical().id_salt(("raw", detail.row)).auto_shrink(false).show(ui, |ui| {
        ui.add_space(measure::CELL);
        pad(ui, |ui| {
            let job = if state.is_as_stored { stored(text, theme) } else { laid_out(text, theme) };
            ui.add(Label::new(job).wrap().selectable(true));
            if end < detail.text.len() {
                let told = format!("The first {} bytes; copying gives all.", figures::count(end as u64));
                ui.add_space(measure::CELL);
                ui.label(Type::Table.rich(told).color(theme.faint));
            }
            ui.add_space(measure::PAD_WIDE);
        });
    });
}

fn append(job: &mut LayoutJob, token: Token, text: &str, theme: &Theme) {
    let color = match token {
        Token::Key => theme.text2,
        Token::Text | Token::Value => theme.text,
        Token::Mark => theme.faint,
    };
    job.append(&visible_lines(text), 0.0, Type::Mono.format(color));
}

/// The exact characters, coloured. White space between tokens is theirs too.
fn stored(text: &str, theme: &Theme) -> LayoutJob {
    let mut job = LayoutJob::default();
    let mut from = 0;
    for (token, part) in tokens(text) {
        let at = part.as_ptr().addr() - text.as_ptr().addr();
        append(&mut job, Token::Mark, &text[from..at], theme);
        append(&mut job, token, part, theme);
        from = at + part.len();
    }
    append(&mut job, Token::Mark, &text[from..], theme);
    job.wrap.break_anywhere = true;
    job
}

/// Every member on a line of its own.
fn laid_out(text: &str, theme: &Theme) -> LayoutJob {
    let mut job = LayoutJob::default();
    let (mut depth, mut is_fresh) = (0_usize, true);
    let tokens = tokens(text);
    let line = |job: &mut LayoutJob, depth: usize| {
        append(job, Token::Mark, &format!("\n{}", "  ".repeat(depth.min(24))), theme);
    };
    for (at, (token, part)) in tokens.iter().enumerate() {
        match *part {
            "{" | "[" => {
                append(&mut job, *token, part, theme);
                let closes = tokens.get(at + 1).is_some_and(|(_, next)| matches!(*next, "}" | "]"));
                depth += 1;
                is_fresh = closes;
                if !closes {
                    line(&mut job, depth);
                }
            }
            "}" | "]" if *token == Token::Mark => {
                depth = depth.saturating_sub(1);
                if !std::mem::replace(&mut is_fresh, false) {
                    line(&mut job, depth);
                }
                append(&mut job, *token, part, theme);
            }
            "," => {
                append(&mut job, *token, part, theme);
                line(&mut job, depth);
            }
            ":" => append(&mut job, *token, ": ", theme),
            part => append(&mut job, *token, part, theme),
        }
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_laid_out_without_changing_a_digit() {
        let shown = laid_out(r#"{"a":[1.50,{}],"b":"x,y"}"#, &Theme::LIGHT).text;
        assert_eq!(shown, "{\n  \"a\": [\n    1.50,\n    {}\n  ],\n  \"b\": \"x,y\"\n}");
        let text = "{ \"a\" :1 }\n";
        assert_eq!(stored(text, &Theme::DARK).text, text);
    }
}
