//! Sizes in points. The grid is 4.

/// The step of the grid.
pub const GRID: f32 = 4.0;

/// Padding of a panel, tight.
pub const PAD: f32 = 12.0;
/// Padding of a panel.
pub const PAD_WIDE: f32 = 16.0;
/// Padding of a page.
pub const PAGE: f32 = 24.0;
/// Padding of a cell.
pub const CELL: f32 = 8.0;

/// Between an icon and its word.
pub const GAP_ICON: f32 = 6.0;
/// Between buttons.
pub const GAP: f32 = 4.0;
/// Between sections.
pub const GAP_SECTION: f32 = 24.0;

/// Height of the bar, with the parsed form.
pub const BAR: f32 = 64.0;
/// The same without the parsed form.
pub const BAR_LOW: f32 = 44.0;
/// Height of the filter field and of buttons.
pub const FIELD: f32 = 28.0;
/// Height of the verdict strip.
pub const VERDICT: f32 = 32.0;
/// Height of a tool bar and of a row of tabs.
pub const TOOLS: f32 = 36.0;
/// Height of a table's head.
pub const HEAD: f32 = 28.0;
/// Height of a row.
pub const ROW: f32 = 26.0;
/// Height of a row of two lines.
pub const ROW_TWO: f32 = 52.0;
/// Height of a facet.
pub const FACET: f32 = 24.0;
/// Height of a chip.
pub const CHIP: f32 = 20.0;
/// Height of a badge.
pub const BADGE: f32 = 16.0;
/// Height of a row of the palette.
pub const PALETTE_ROW: f32 = 32.0;
/// Height of the overview strip.
pub const OVERVIEW: f32 = 64.0;
/// The same in a low window.
pub const OVERVIEW_LOW: f32 = 48.0;
/// Height of the status line.
pub const STATUS: f32 = 24.0;

/// Width of the rail.
pub const RAIL: f32 = 64.0;
/// Height of an item of the rail.
pub const RAIL_ITEM: f32 = 52.0;
/// The same in a low window, without its word.
pub const RAIL_ITEM_LOW: f32 = 36.0;
/// Width of the facets.
pub const FACETS: f32 = 232.0;
/// Width of the detail at first.
pub const DETAIL: f32 = 336.0;
/// Least width of the detail.
pub const DETAIL_MIN: f32 = 280.0;
/// Greatest width of the detail.
pub const DETAIL_MAX: f32 = 480.0;
/// Width of a lane's head.
pub const LANE_HEAD: f32 = 188.0;
/// Width of an axis at the right.
pub const AXIS: f32 = 44.0;
/// Width of the palette.
pub const PALETTE: f32 = 640.0;
/// Width of a dialog.
pub const DIALOG: f32 = 480.0;
/// Width of the name in a field row.
pub const FIELD_NAME: f32 = 96.0;

/// Corners of chips, buttons and fields.
pub const RADIUS: u8 = 4;
/// Corners of badges.
pub const RADIUS_BADGE: u8 = 3;
/// Corners of palette and dialogs.
pub const RADIUS_DIALOG: u8 = 6;

/// A hairline.
pub const HAIR: f32 = 1.0;
/// Curves and links.
pub const CURVE: f32 = 1.5;
/// The active tab, the series that matters.
pub const STRONG: f32 = 2.0;
/// The head of a span.
pub const SPAN_HEAD: f32 = 3.0;

/// An icon beside text.
pub const ICON: f32 = 16.0;
/// An icon in a button or a cell.
pub const ICON_SMALL: f32 = 14.0;
/// An icon in the rail and the verdict columns.
pub const ICON_LARGE: f32 = 20.0;
/// The copy icon behind a hash.
pub const ICON_COPY: f32 = 13.0;

/// Seconds until a tooltip shows.
pub const TOOLTIP_DELAY: f32 = 0.4;
/// Seconds that a toast stays.
pub const TOAST_TIME: f64 = 4.0;
/// Seconds that any animation takes: none is longer than 0.12.
pub const ANIMATION: f32 = 0.08;
