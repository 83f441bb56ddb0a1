//! The icons that the font holds, by Phosphor's names. Written by assets/fonts/freeze.py from icons.txt.

use super::Icon;

/// `archive`
pub const ARCHIVE: Icon = Icon('\u{e00c}');
/// `arrow-clockwise`
pub const ARROW_CLOCKWISE: Icon = Icon('\u{e036}');
/// `arrow-counter-clockwise`
pub const ARROW_COUNTER_CLOCKWISE: Icon = Icon('\u{e038}');
/// `arrow-down`
pub const ARROW_DOWN: Icon = Icon('\u{e03e}');
/// `arrow-left`
pub const ARROW_LEFT: Icon = Icon('\u{e058}');
/// `arrow-line-left`
pub const ARROW_LINE_LEFT: Icon = Icon('\u{e062}');
/// `arrow-line-right`
pub const ARROW_LINE_RIGHT: Icon = Icon('\u{e064}');
/// `arrow-right`
pub const ARROW_RIGHT: Icon = Icon('\u{e06c}');
/// `arrow-square-out`
pub const ARROW_SQUARE_OUT: Icon = Icon('\u{e5de}');
/// `arrow-u-up-left`
pub const ARROW_U_UP_LEFT: Icon = Icon('\u{e08a}');
/// `arrow-u-up-right`
pub const ARROW_U_UP_RIGHT: Icon = Icon('\u{e08c}');
/// `arrow-up`
pub const ARROW_UP: Icon = Icon('\u{e08e}');
/// `arrows-clockwise`
pub const ARROWS_CLOCKWISE: Icon = Icon('\u{e094}');
/// `arrows-down-up`
pub const ARROWS_DOWN_UP: Icon = Icon('\u{e098}');
/// `arrows-horizontal`
pub const ARROWS_HORIZONTAL: Icon = Icon('\u{eb06}');
/// `arrows-in`
pub const ARROWS_IN: Icon = Icon('\u{e09a}');
/// `arrows-left-right`
pub const ARROWS_LEFT_RIGHT: Icon = Icon('\u{e0a0}');
/// `arrows-out`
pub const ARROWS_OUT: Icon = Icon('\u{e0a2}');
/// `book-open`
pub const BOOK_OPEN: Icon = Icon('\u{e0e6}');
/// `bookmark-simple`
pub const BOOKMARK_SIMPLE: Icon = Icon('\u{e0ea}');
/// `brackets-curly`
pub const BRACKETS_CURLY: Icon = Icon('\u{e860}');
/// `briefcase`
pub const BRIEFCASE: Icon = Icon('\u{e0ee}');
/// `calendar-blank`
pub const CALENDAR_BLANK: Icon = Icon('\u{e10a}');
/// `camera`
pub const CAMERA: Icon = Icon('\u{e10e}');
/// `caret-double-left`
pub const CARET_DOUBLE_LEFT: Icon = Icon('\u{e128}');
/// `caret-double-right`
pub const CARET_DOUBLE_RIGHT: Icon = Icon('\u{e12a}');
/// `caret-down`
pub const CARET_DOWN: Icon = Icon('\u{e136}');
/// `caret-left`
pub const CARET_LEFT: Icon = Icon('\u{e138}');
/// `caret-right`
pub const CARET_RIGHT: Icon = Icon('\u{e13a}');
/// `caret-up`
pub const CARET_UP: Icon = Icon('\u{e13c}');
/// `caret-up-down`
pub const CARET_UP_DOWN: Icon = Icon('\u{e140}');
/// `certificate`
pub const CERTIFICATE: Icon = Icon('\u{e766}');
/// `chart-bar-horizontal`
pub const CHART_BAR_HORIZONTAL: Icon = Icon('\u{e152}');
/// `chart-line`
pub const CHART_LINE: Icon = Icon('\u{e154}');
/// `chart-line-down`
pub const CHART_LINE_DOWN: Icon = Icon('\u{e8b6}');
/// `chart-line-up`
pub const CHART_LINE_UP: Icon = Icon('\u{e156}');
/// `chart-scatter`
pub const CHART_SCATTER: Icon = Icon('\u{eaac}');
/// `chat-text`
pub const CHAT_TEXT: Icon = Icon('\u{e17a}');
/// `check`
pub const CHECK: Icon = Icon('\u{e182}');
/// `check-circle`
pub const CHECK_CIRCLE: Icon = Icon('\u{e184}');
/// `check-square`
pub const CHECK_SQUARE: Icon = Icon('\u{e186}');
/// `circle`
pub const CIRCLE: Icon = Icon('\u{e18a}');
/// `circle-half`
pub const CIRCLE_HALF: Icon = Icon('\u{e18c}');
/// `circle-half fill`
pub const CIRCLE_HALF_FILL: Icon = Icon('\u{fe18c}');
/// `clock`
pub const CLOCK: Icon = Icon('\u{e19a}');
/// `clock-counter-clockwise`
pub const CLOCK_COUNTER_CLOCKWISE: Icon = Icon('\u{e1a0}');
/// `code`
pub const CODE: Icon = Icon('\u{e1bc}');
/// `columns`
pub const COLUMNS: Icon = Icon('\u{e546}');
/// `command`
pub const COMMAND: Icon = Icon('\u{e1c4}');
/// `compass`
pub const COMPASS: Icon = Icon('\u{e1c8}');
/// `copy`
pub const COPY: Icon = Icon('\u{e1ca}');
/// `corners-out`
pub const CORNERS_OUT: Icon = Icon('\u{e1d0}');
/// `crosshair`
pub const CROSSHAIR: Icon = Icon('\u{e1d6}');
/// `database`
pub const DATABASE: Icon = Icon('\u{e1de}');
/// `dots-six-vertical`
pub const DOTS_SIX_VERTICAL: Icon = Icon('\u{eae2}');
/// `dots-three`
pub const DOTS_THREE: Icon = Icon('\u{e1fe}');
/// `dots-three-circle`
pub const DOTS_THREE_CIRCLE: Icon = Icon('\u{e200}');
/// `dots-three-vertical`
pub const DOTS_THREE_VERTICAL: Icon = Icon('\u{e208}');
/// `download-simple`
pub const DOWNLOAD_SIMPLE: Icon = Icon('\u{e20c}');
/// `equals`
pub const EQUALS: Icon = Icon('\u{e21c}');
/// `eraser`
pub const ERASER: Icon = Icon('\u{e21e}');
/// `export`
pub const EXPORT: Icon = Icon('\u{eaf0}');
/// `eye`
pub const EYE: Icon = Icon('\u{e220}');
/// `eye-slash`
pub const EYE_SLASH: Icon = Icon('\u{e224}');
/// `file`
pub const FILE: Icon = Icon('\u{e230}');
/// `file-csv`
pub const FILE_CSV: Icon = Icon('\u{eb1c}');
/// `file-text`
pub const FILE_TEXT: Icon = Icon('\u{e23a}');
/// `file-x`
pub const FILE_X: Icon = Icon('\u{e23c}');
/// `file-zip`
pub const FILE_ZIP: Icon = Icon('\u{e958}');
/// `fingerprint`
pub const FINGERPRINT: Icon = Icon('\u{e23e}');
/// `flag`
pub const FLAG: Icon = Icon('\u{e244}');
/// `flag fill`
pub const FLAG_FILL: Icon = Icon('\u{fe244}');
/// `flag-banner`
pub const FLAG_BANNER: Icon = Icon('\u{e622}');
/// `floppy-disk`
pub const FLOPPY_DISK: Icon = Icon('\u{e248}');
/// `folder`
pub const FOLDER: Icon = Icon('\u{e24a}');
/// `folder-open`
pub const FOLDER_OPEN: Icon = Icon('\u{e256}');
/// `funnel`
pub const FUNNEL: Icon = Icon('\u{e266}');
/// `funnel-simple`
pub const FUNNEL_SIMPLE: Icon = Icon('\u{e268}');
/// `funnel-x`
pub const FUNNEL_X: Icon = Icon('\u{e26c}');
/// `gear-six`
pub const GEAR_SIX: Icon = Icon('\u{e272}');
/// `git-branch`
pub const GIT_BRANCH: Icon = Icon('\u{e278}');
/// `git-commit`
pub const GIT_COMMIT: Icon = Icon('\u{e27a}');
/// `git-diff`
pub const GIT_DIFF: Icon = Icon('\u{e27c}');
/// `globe`
pub const GLOBE: Icon = Icon('\u{e288}');
/// `hard-drives`
pub const HARD_DRIVES: Icon = Icon('\u{e2a0}');
/// `hash`
pub const HASH: Icon = Icon('\u{e2a2}');
/// `hourglass`
pub const HOURGLASS: Icon = Icon('\u{e2b2}');
/// `house`
pub const HOUSE: Icon = Icon('\u{e2c2}');
/// `info`
pub const INFO: Icon = Icon('\u{e2ce}');
/// `key`
pub const KEY: Icon = Icon('\u{e2d6}');
/// `keyboard`
pub const KEYBOARD: Icon = Icon('\u{e2d8}');
/// `link`
pub const LINK: Icon = Icon('\u{e2e2}');
/// `link-break`
pub const LINK_BREAK: Icon = Icon('\u{e2e4}');
/// `list-bullets`
pub const LIST_BULLETS: Icon = Icon('\u{e2f2}');
/// `list-checks`
pub const LIST_CHECKS: Icon = Icon('\u{eadc}');
/// `lock`
pub const LOCK: Icon = Icon('\u{e2fa}');
/// `lock-key`
pub const LOCK_KEY: Icon = Icon('\u{e2fe}');
/// `lock-open`
pub const LOCK_OPEN: Icon = Icon('\u{e306}');
/// `magnifying-glass`
pub const MAGNIFYING_GLASS: Icon = Icon('\u{e30c}');
/// `map-pin`
pub const MAP_PIN: Icon = Icon('\u{e316}');
/// `minus`
pub const MINUS: Icon = Icon('\u{e32a}');
/// `minus-circle`
pub const MINUS_CIRCLE: Icon = Icon('\u{e32c}');
/// `monitor`
pub const MONITOR: Icon = Icon('\u{e32e}');
/// `moon`
pub const MOON: Icon = Icon('\u{e330}');
/// `not-equals`
pub const NOT_EQUALS: Icon = Icon('\u{eda6}');
/// `note`
pub const NOTE: Icon = Icon('\u{e348}');
/// `note fill`
pub const NOTE_FILL: Icon = Icon('\u{fe348}');
/// `note-pencil`
pub const NOTE_PENCIL: Icon = Icon('\u{e34c}');
/// `package`
pub const PACKAGE: Icon = Icon('\u{e390}');
/// `path`
pub const PATH: Icon = Icon('\u{e39c}');
/// `pause`
pub const PAUSE: Icon = Icon('\u{e39e}');
/// `pencil-simple`
pub const PENCIL_SIMPLE: Icon = Icon('\u{e3b4}');
/// `play`
pub const PLAY: Icon = Icon('\u{e3d0}');
/// `plugs`
pub const PLUGS: Icon = Icon('\u{eb56}');
/// `plus`
pub const PLUS: Icon = Icon('\u{e3d4}');
/// `prohibit`
pub const PROHIBIT: Icon = Icon('\u{e3de}');
/// `push-pin`
pub const PUSH_PIN: Icon = Icon('\u{e3e2}');
/// `push-pin-slash`
pub const PUSH_PIN_SLASH: Icon = Icon('\u{e3e4}');
/// `question`
pub const QUESTION: Icon = Icon('\u{e3e8}');
/// `quotes`
pub const QUOTES: Icon = Icon('\u{e660}');
/// `radio-button`
pub const RADIO_BUTTON: Icon = Icon('\u{eb08}');
/// `robot`
pub const ROBOT: Icon = Icon('\u{e762}');
/// `rows`
pub const ROWS: Icon = Icon('\u{e5a2}');
/// `scales`
pub const SCALES: Icon = Icon('\u{e750}');
/// `seal-check`
pub const SEAL_CHECK: Icon = Icon('\u{e606}');
/// `seal-check fill`
pub const SEAL_CHECK_FILL: Icon = Icon('\u{fe606}');
/// `seal-question`
pub const SEAL_QUESTION: Icon = Icon('\u{e608}');
/// `seal-warning`
pub const SEAL_WARNING: Icon = Icon('\u{e60c}');
/// `selection-plus`
pub const SELECTION_PLUS: Icon = Icon('\u{e69c}');
/// `shield-check`
pub const SHIELD_CHECK: Icon = Icon('\u{e40c}');
/// `signature`
pub const SIGNATURE: Icon = Icon('\u{ebac}');
/// `skip-back`
pub const SKIP_BACK: Icon = Icon('\u{e5a4}');
/// `skip-forward`
pub const SKIP_FORWARD: Icon = Icon('\u{e5a6}');
/// `sliders-horizontal`
pub const SLIDERS_HORIZONTAL: Icon = Icon('\u{e434}');
/// `snowflake`
pub const SNOWFLAKE: Icon = Icon('\u{e5aa}');
/// `sort-ascending`
pub const SORT_ASCENDING: Icon = Icon('\u{e444}');
/// `sort-descending`
pub const SORT_DESCENDING: Icon = Icon('\u{e446}');
/// `square`
pub const SQUARE: Icon = Icon('\u{e45e}');
/// `squares-four`
pub const SQUARES_FOUR: Icon = Icon('\u{e464}');
/// `stack`
pub const STACK: Icon = Icon('\u{e466}');
/// `stop-circle`
pub const STOP_CIRCLE: Icon = Icon('\u{e46e}');
/// `sun`
pub const SUN: Icon = Icon('\u{e472}');
/// `swap`
pub const SWAP: Icon = Icon('\u{e83c}');
/// `table`
pub const TABLE: Icon = Icon('\u{e476}');
/// `tag`
pub const TAG: Icon = Icon('\u{e478}');
/// `tag fill`
pub const TAG_FILL: Icon = Icon('\u{fe478}');
/// `terminal-window`
pub const TERMINAL_WINDOW: Icon = Icon('\u{eae8}');
/// `text-aa`
pub const TEXT_AA: Icon = Icon('\u{e6ee}');
/// `trash`
pub const TRASH: Icon = Icon('\u{e4a6}');
/// `tray-arrow-down`
pub const TRAY_ARROW_DOWN: Icon = Icon('\u{e010}');
/// `tree-structure`
pub const TREE_STRUCTURE: Icon = Icon('\u{e67c}');
/// `trend-down`
pub const TREND_DOWN: Icon = Icon('\u{e4ac}');
/// `trend-up`
pub const TREND_UP: Icon = Icon('\u{e4ae}');
/// `upload-simple`
pub const UPLOAD_SIMPLE: Icon = Icon('\u{e4c0}');
/// `user`
pub const USER: Icon = Icon('\u{e4c2}');
/// `users`
pub const USERS: Icon = Icon('\u{e4d6}');
/// `warning`
pub const WARNING: Icon = Icon('\u{e4e0}');
/// `warning-circle`
pub const WARNING_CIRCLE: Icon = Icon('\u{e4e2}');
/// `x`
pub const X: Icon = Icon('\u{e4f6}');
/// `x-circle`
pub const X_CIRCLE: Icon = Icon('\u{e4f8}');
/// `x-circle fill`
pub const X_CIRCLE_FILL: Icon = Icon('\u{fe4f8}');

/// All of them, by name.
pub const ALL: &[(&str, Icon)] = &[
    ("archive", ARCHIVE),
    ("arrow-clockwise", ARROW_CLOCKWISE),
    ("arrow-counter-clockwise", ARROW_COUNTER_CLOCKWISE),
    ("arrow-down", ARROW_DOWN),
    ("arrow-left", ARROW_LEFT),
    ("arrow-line-left", ARROW_LINE_LEFT),
    ("arrow-line-right", ARROW_LINE_RIGHT),
    ("arrow-right", ARROW_RIGHT),
    ("arrow-square-out", ARROW_SQUARE_OUT),
    ("arrow-u-up-left", ARROW_U_UP_LEFT),
    ("arrow-u-up-right", ARROW_U_UP_RIGHT),
    ("arrow-up", ARROW_UP),
    ("arrows-clockwise", ARROWS_CLOCKWISE),
    ("arrows-down-up", ARROWS_DOWN_UP),
    ("arrows-horizontal", ARROWS_HORIZONTAL),
    ("arrows-in", ARROWS_IN),
    ("arrows-left-right", ARROWS_LEFT_RIGHT),
    ("arrows-out", ARROWS_OUT),
    ("book-open", BOOK_OPEN),
    ("bookmark-simple", BOOKMARK_SIMPLE),
    ("brackets-curly", BRACKETS_CURLY),
    ("briefcase", BRIEFCASE),
    ("calendar-blank", CALENDAR_BLANK),
    ("camera", CAMERA),
    ("caret-double-left", CARET_DOUBLE_LEFT),
    ("caret-double-right", CARET_DOUBLE_RIGHT),
    ("caret-down", CARET_DOWN),
    ("caret-left", CARET_LEFT),
    ("caret-right", CARET_RIGHT),
    ("caret-up", CARET_UP),
    ("caret-up-down", CARET_UP_DOWN),
    ("certificate", CERTIFICATE),
    ("chart-bar-horizontal", CHART_BAR_HORIZONTAL),
    ("chart-line", CHART_LINE),
    ("chart-line-down", CHART_LINE_DOWN),
    ("chart-line-up", CHART_LINE_UP),
    ("chart-scatter", CHART_SCATTER),
    ("chat-text", CHAT_TEXT),
    ("check", CHECK),
    ("check-circle", CHECK_CIRCLE),
    ("check-square", CHECK_SQUARE),
    ("circle", CIRCLE),
    ("circle-half", CIRCLE_HALF),
    ("circle-half fill", CIRCLE_HALF_FILL),
    ("clock", CLOCK),
    ("clock-counter-clockwise", CLOCK_COUNTER_CLOCKWISE),
    ("code", CODE),
    ("columns", COLUMNS),
    ("command", COMMAND),
    ("compass", COMPASS),
    ("copy", COPY),
    ("corners-out", CORNERS_OUT),
    ("crosshair", CROSSHAIR),
    ("database", DATABASE),
    ("dots-six-vertical", DOTS_SIX_VERTICAL),
    ("dots-three", DOTS_THREE),
    ("dots-three-circle", DOTS_THREE_CIRCLE),
    ("dots-three-vertical", DOTS_THREE_VERTICAL),
    ("download-simple", DOWNLOAD_SIMPLE),
    ("equals", EQUALS),
    ("eraser", ERASER),
    ("export", EXPORT),
    ("eye", EYE),
    ("eye-slash", EYE_SLASH),
    ("file", FILE),
    ("file-csv", FILE_CSV),
    ("file-text", FILE_TEXT),
    ("file-x", FILE_X),
    ("file-zip", FILE_ZIP),
    ("fingerprint", FINGERPRINT),
    ("flag", FLAG),
    ("flag fill", FLAG_FILL),
    ("flag-banner", FLAG_BANNER),
    ("floppy-disk", FLOPPY_DISK),
    ("folder", FOLDER),
    ("folder-open", FOLDER_OPEN),
    ("funnel", FUNNEL),
    ("funnel-simple", FUNNEL_SIMPLE),
    ("funnel-x", FUNNEL_X),
    ("gear-six", GEAR_SIX),
    ("git-branch", GIT_BRANCH),
    ("git-commit", GIT_COMMIT),
    ("git-diff", GIT_DIFF),
    ("globe", GLOBE),
    ("hard-drives", HARD_DRIVES),
    ("hash", HASH),
    ("hourglass", HOURGLASS),
    ("house", HOUSE),
    ("info", INFO),
    ("key", KEY),
    ("keyboard", KEYBOARD),
    ("link", LINK),
    ("link-break", LINK_BREAK),
    ("list-bullets", LIST_BULLETS),
    ("list-checks", LIST_CHECKS),
    ("lock", LOCK),
    ("lock-key", LOCK_KEY),
    ("lock-open", LOCK_OPEN),
    ("magnifying-glass", MAGNIFYING_GLASS),
    ("map-pin", MAP_PIN),
    ("minus", MINUS),
    ("minus-circle", MINUS_CIRCLE),
    ("monitor", MONITOR),
    ("moon", MOON),
    ("not-equals", NOT_EQUALS),
    ("note", NOTE),
    ("note fill", NOTE_FILL),
    ("note-pencil", NOTE_PENCIL),
    ("package", PACKAGE),
    ("path", PATH),
    ("pause", PAUSE),
    ("pencil-simple", PENCIL_SIMPLE),
    ("play", PLAY),
    ("plugs", PLUGS),
    ("plus", PLUS),
    ("prohibit", PROHIBIT),
    ("push-pin", PUSH_PIN),
    ("push-pin-slash", PUSH_PIN_SLASH),
    ("question", QUESTION),
    ("quotes", QUOTES),
    ("radio-button", RADIO_BUTTON),
    ("robot", ROBOT),
    ("rows", ROWS),
    ("scales", SCALES),
    ("seal-check", SEAL_CHECK),
    ("seal-check fill", SEAL_CHECK_FILL),
    ("seal-question", SEAL_QUESTION),
    ("seal-warning", SEAL_WARNING),
    ("selection-plus", SELECTION_PLUS),
    ("shield-check", SHIELD_CHECK),
    ("signature", SIGNATURE),
    ("skip-back", SKIP_BACK),
    ("skip-forward", SKIP_FORWARD),
    ("sliders-horizontal", SLIDERS_HORIZONTAL),
    ("snowflake", SNOWFLAKE),
    ("sort-ascending", SORT_ASCENDING),
    ("sort-descending", SORT_DESCENDING),
    ("square", SQUARE),
    ("squares-four", SQUARES_FOUR),
    ("stack", STACK),
    ("stop-circle", STOP_CIRCLE),
    ("sun", SUN),
    ("swap", SWAP),
    ("table", TABLE),
    ("tag", TAG),
    ("tag fill", TAG_FILL),
    ("terminal-window", TERMINAL_WINDOW),
    ("text-aa", TEXT_AA),
    ("trash", TRASH),
    ("tray-arrow-down", TRAY_ARROW_DOWN),
    ("tree-structure", TREE_STRUCTURE),
    ("trend-down", TREND_DOWN),
    ("trend-up", TREND_UP),
    ("upload-simple", UPLOAD_SIMPLE),
    ("user", USER),
    ("users", USERS),
    ("warning", WARNING),
    ("warning-circle", WARNING_CIRCLE),
    ("x", X),
    ("x-circle", X_CIRCLE),
    ("x-circle fill", X_CIRCLE_FILL),
];
