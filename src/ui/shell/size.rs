//! How small the window may get, and how its parts give way where there is little room.

use egui::{Context, Vec2, ViewportCommand, vec2};

/// The least size at 100 %, in points.
const USUAL: Vec2 = vec2(1024.0, 640.0);
/// What every view still has room in, in points: a screen of 1366 × 768 at 200 % is not smaller.
const LEAST: Vec2 = vec2(640.0, 384.0);
/// Below this width the detail lies over the view, and is closed until it is asked for.
const NARROW: f32 = 1280.0;
/// Below this height the rail has no words, and the parsed filter is there only while it is written.
const LOW: f32 = 480.0;

/// The least size of the window in points, where everything is `scale` times as large: never larger than the screen.
fn least(scale: f32, screen: Option<Vec2>) -> Vec2 {
    // What is not known of the screen is not asked of it.
    let Some(screen) = screen.filter(|screen| screen.is_finite() && *screen != Vec2::ZERO) else { return LEAST };
    (USUAL / scale.max(1.0)).max(LEAST).min(screen)
}

/// Keeps the window from getting smaller than it can be.
pub(super) fn keep(ctx: &Context, scale: f32, kept: &mut Option<Vec2>) {
    let wanted = least(scale, ctx.input(|input| input.viewport().monitor_size));
    if *kept != Some(wanted) {
        *kept = Some(wanted);
        ctx.send_viewport_cmd(ViewportCommand::MinInnerSize(wanted));
    }
}

/// Whether there is no room for the detail beside the view.
pub(super) fn is_narrow(ctx: &Context) -> bool {
    ctx.content_rect().width() < NARROW
}

/// Whether there is little room below each other.
pub(super) fn is_low(ctx: &Context) -> bool {
    ctx.content_rect().height() < LOW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_size_follows_the_scale_and_never_exceeds_the_screen() {
        let full_hd = vec2(1920.0, 1080.0);
        for (scale, screen, expected) in [
            (1.0, Some(full_hd), USUAL),
            (1.25, Some(full_hd / 1.25), vec2(819.2, 512.0)),
            (2.0, Some(full_hd / 2.0), LEAST),
            (2.0, Some(vec2(683.0, 384.0)), LEAST),
            (1.0, Some(vec2(960.0, 540.0)), vec2(960.0, 540.0)),
            (1.0, Some(vec2(600.0, 300.0)), vec2(600.0, 300.0)),
            (1.0, None, LEAST),
            (1.0, Some(Vec2::ZERO), LEAST),
        ] {
            assert_eq!(least(scale, screen), expected, "{scale} on {screen:?}");
        }
    }
}
