//! Tells egui of the fonts and of the look, so that its own widgets fit in.

use egui::epaint::Shadow;
use egui::style::{HandleShape, ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{Color32, Context, CornerRadius, Margin, Stroke, Style, ThemePreference, Visuals, vec2};

use super::{Theme, fonts, measure};

/// Which appearance the window has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Gives `ctx` our fonts and styles. Once, before the first frame.
pub fn install(ctx: &Context, mode: Mode) {
    ctx.set_fonts(fonts::definitions());
    ctx.set_style_of(egui::Theme::Light, style(&Theme::LIGHT));
    ctx.set_style_of(egui::Theme::Dark, style(&Theme::DARK));
    set_mode(ctx, mode);
}

/// Changes the appearance.
pub fn set_mode(ctx: &Context, mode: Mode) {
    ctx.set_theme(match mode {
        Mode::System => ThemePreference::System,
        Mode::Light => ThemePreference::Light,
        Mode::Dark => ThemePreference::Dark,
    });
}

fn style(theme: &Theme) -> Style {
    let mut style = Style {
        text_styles: fonts::text_styles(),
        visuals: visuals(theme),
        animation_time: measure::ANIMATION,
        explanation_tooltips: false,
        ..Style::default()
    };
    style.interaction.tooltip_delay = measure::TOOLTIP_DELAY;
    style.interaction.selectable_labels = false;
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(measure::CELL, measure::GRID);
    spacing.button_padding = vec2(10.0, 5.0);
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(4);
    spacing.menu_spacing = 0.0;
    spacing.interact_size = vec2(measure::FIELD, measure::FACET);
    spacing.indent = measure::PAD_WIDE;
    spacing.icon_width = measure::ICON_SMALL;
    spacing.icon_spacing = measure::GAP_ICON;
    spacing.tooltip_width = 420.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 4.0,
        handle_min_length: 24.0,
        bar_inner_margin: 2.0,
        bar_outer_margin: 2.0,
        // In the colour of controls' insides the handle would not be seen on a panel.
        foreground_color: true,
        dormant_handle_opacity: 0.25,
        active_handle_opacity: 0.25,
        interact_handle_opacity: 0.5,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        ..ScrollStyle::floating()
    };
    style
}

fn visuals(theme: &Theme) -> Visuals {
    let radius = CornerRadius::same(measure::RADIUS);
    let hair = |color: Color32| Stroke::new(measure::HAIR, color);
    let widget = |fill: Color32, edge: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: hair(edge),
        corner_radius: radius,
        fg_stroke: hair(text),
        expansion: 0.0,
    };
    let mut visuals = if theme.dark { Visuals::dark() } else { Visuals::light() };
    visuals.widgets = Widgets {
        noninteractive: WidgetVisuals {
            corner_radius: CornerRadius::ZERO,
            ..widget(theme.panel, theme.hair, theme.text)
        },
        inactive: widget(theme.panel, theme.hair2, theme.text),
        hovered: widget(theme.hover, theme.hair2, theme.text),
        active: widget(theme.sunken, theme.neutral, theme.text),
        open: widget(theme.sunken, theme.hair2, theme.text),
    };
    visuals.selection = Selection { bg_fill: theme.selected, stroke: hair(theme.accent) };
    visuals.weak_text_color = Some(theme.faint);
    visuals.hyperlink_color = theme.accent;
    visuals.faint_bg_color = theme.hover;
    visuals.extreme_bg_color = theme.panel;
    visuals.text_edit_bg_color = Some(theme.panel);
    visuals.code_bg_color = theme.sunken;
    // egui's own warnings: words say what they are, and red is for broken evidence only.
    visuals.warn_fg_color = theme.text;
    visuals.error_fg_color = theme.text;
    visuals.window_corner_radius = CornerRadius::same(measure::RADIUS_DIALOG);
    visuals.menu_corner_radius = radius;
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.window_fill = theme.panel;
    visuals.window_stroke = hair(theme.hair2);
    visuals.panel_fill = theme.panel;
    visuals.text_cursor.stroke = Stroke::new(measure::CURVE, theme.accent);
    // A blinking cursor would draw twice a second for ever: an idle window draws nothing.
    visuals.text_cursor.blink = false;
    visuals.button_frame = true;
    visuals.collapsing_header_frame = false;
    visuals.indent_has_left_vline = false;
    visuals.striped = false;
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = HandleShape::Circle;
    visuals
}
