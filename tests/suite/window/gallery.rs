//! All widgets and a table in both themes: drawn, compared with themselves, and kept under `target/pictures` to be looked at.

use egui::accesskit::Role;
use egui::{Frame, Margin, Panel, Sense, Stroke, Ui, vec2};
use egui_kittest::kittest::Queryable;
use probity::ui::icon;
use probity::ui::table::{Cell, Column, Columns, Ink, Lead, Mark, RowStyle, SortKey, Table, TableSource, TableState};
use probity::ui::theme::{Mode, Theme, Type, VerdictState, measure};
use probity::ui::widgets::{
    Button, Chip, ChipState, Empty, ErrorPanel, FacetRow, FacetState, HashLabel, Toasts, VERDICT_GAP, VerdictItem,
    badge, facet_head, field_row, field_text, figures, hairline, icon_button, key_cap, link, pattern, progress_line,
    rail_item, section, subsection, tab, text_field, verdict_gap, vertical_hairline,
};

const HASH: &str = "743cef44dd0c5d9a1be2f0817f64a3c02b9d51e08a4be6f1c3d2687db4711234";

/// Decisions as in the pictures of the design: enough rows to scroll far.
struct Decisions {
    rows: u64,
}

impl TableSource for Decisions {
    fn rows(&self) -> u64 {
        self.rows
    }

    fn cell(&self, row: u64, column: usize) -> Option<Cell<'_>> {
        if row % 37 == 36 {
            return None;
        }
        let newer = row >= 4;
        let deny = row % 7 != 3;
        Some(match column {
            0 if row.is_multiple_of(3) => Cell::text("").lead(Lead::Icon(icon::TAG, Ink::Text2)),
            0 => Cell::default(),
            1 => Cell::figure(figures::count(9_924 + row * 17)).ink(Ink::Text2),
            2 => Cell::figure(format!("2026-05-{:02} {:02}:50:03.{:03}", 15 + row % 12, row % 24, (row * 176) % 1000)),
            3 => Cell::text(if newer { "2.4.0" } else { "2.3.1" }).lead(Lead::Bar(Ink::Category(usize::from(newer)))),
            4 if deny => Cell::text("deny").lead(Lead::Mark(Mark::Filled)),
            4 => Cell::text("refer").lead(Lead::Mark(Mark::Half)),
            5 => {
                let share = ((row * 137) % 1000) as f32 / 1000.0;
                Cell::figure(format!("{share:.3}")).lead(Lead::Meter(share))
            }
            6 => Cell::text("C"),
            7 => Cell::text(["web", "branch", "broker"][(row % 3) as usize]).ink(Ink::Text2),
            8 => Cell::figure(figures::count(10_000 + row % 6 * 5_000)),
            9 if row % 6 == 2 => Cell::text("override").strong().lead(Lead::Icon(icon::ARROW_U_UP_LEFT, Ink::Text)),
            9 => Cell::none(),
            _ => Cell::mono("45eb9c97b2…cd8cba33").ink(Ink::Text2),
        })
    }

    fn row_style(&self, row: u64) -> RowStyle {
        RowStyle { parted: row == 4 }
    }
}

fn columns() -> Columns {
    Columns::new(vec![
        Column::new("marks", "", 30.0).unsorted(),
        Column::number("seq", "Seq", 64.0),
        Column::new("time", "Time (UTC)", 180.0),
        Column::new("version", "Version", 66.0),
        Column::new("result", "Result", 78.0),
        Column::number("confidence", "Confidence", 110.0),
        Column::new("segment", "Segment", 64.0),
        Column::new("channel", "Channel", 78.0),
        Column::number("amount", "Amount", 74.0),
        Column::new("review", "Review", 100.0),
        Column::new("hash", "Hash", 180.0).unsorted(),
    ])
    .frozen(2)
}

struct State {
    columns: Columns,
    sort: Vec<SortKey>,
    table: TableState,
    typed: String,
    toasts: Toasts,
}

impl State {
    fn new() -> Self {
        let mut table = TableState::default();
        table.go_to(6);
        let mut toasts = Toasts::default();
        toasts.add("Tag affected set on 110 records", Some("Undo"), "case");
        let sort = vec![SortKey { key: "time".to_owned(), descending: false }];
        Self { columns: columns(), sort, table, typed: String::new(), toasts }
    }
}

fn bar(ui: &mut Ui, state: &mut State) {
    ui.horizontal(|ui| {
        text_field(ui, &mut state.typed, icon::FUNNEL, "Filter, e.g. version:2.4.0 result:deny", "Filter", 360.0);
        ui.add(Button::new("15 – 27 May 2026").icon(icon::CALENDAR_BLANK));
        ui.add(Button::new("Commands").icon(icon::COMMAND).key("Ctrl K"));
        ui.add(Button::primary("Open…").icon(icon::FOLDER_OPEN).key("Ctrl O"));
        ui.add(Button::plain("Export 129 rows").icon(icon::EXPORT));
        icon_button(ui, icon::COLUMNS, "Columns", false);
        icon_button(ui, icon::GEAR_SIX, "Settings", true);
        link(ui, "Explore the sample investigation", Type::BodyMedium);
    });
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        ui.add(Chip::new("model", "credit-scoring"));
        ui.add(Chip::new("segment", "C").focused(true));
        ui.add(Chip::new("result", "approve").negated(true));
        ui.add(Chip::new("channel", "web").state(ChipState::Suspended));
        ui.add(Chip::new("", "free text"));
        badge(ui, "inferred");
        badge(ui, "affected");
        key_cap(ui, "Ctrl Shift P");
        ui.label(
            Type::MonoSmall.rich("kind = decision and model = \"credit-scoring\" -> != <=").color(Theme::of(ui).text2),
        );
    });
}

fn verdict(ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        let items = [
            (VerdictState::Intact, "Integrity", "intact"),
            (VerdictState::Broken, "Completeness", "tail cut, 359 missing"),
            (VerdictState::Partial, "Time", "self-asserted"),
            (VerdictState::Unverifiable, "Equivocation", "no witnesses"),
            (VerdictState::Withheld, "input.data", "sealed"),
            (VerdictState::Skipped, "Check", "skipped"),
        ];
        for (index, (state, axis, value)) in items.into_iter().enumerate() {
            if index > 0 {
                verdict_gap(ui, VERDICT_GAP);
            }
            ui.add(VerdictItem::new(state, axis, value));
        }
    });
}

fn patterns(ui: &mut Ui) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        for state in VerdictState::ALL {
            let (rect, _) = ui.allocate_exact_size(vec2(76.0, 44.0), Sense::hover());
            pattern::verdict(ui.painter(), rect, state, theme);
        }
        let (rect, _) = ui.allocate_exact_size(vec2(40.0, 44.0), Sense::hover());
        pattern::missing(ui.painter(), rect, theme);
        let (rect, _) = ui.allocate_exact_size(vec2(76.0, 44.0), Sense::hover());
        pattern::gap(ui.painter(), rect, theme);
    });
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        for index in 0..7 {
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 16.0), Sense::hover());
            ui.painter().rect_filled(rect, 0.0, theme.category(index));
        }
        for heat in theme.heat {
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 16.0), Sense::hover());
            ui.painter().rect_filled(rect, 0.0, heat);
        }
    });
}

fn facets(ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 0.0;
    facet_head(ui, "Result", "", true);
    ui.add(FacetRow::new("deny", "104", 0.76));
    ui.add(FacetRow::new("approve", "135", 1.0).state(FacetState::Negated));
    ui.add(FacetRow::new("refer", "25", 0.18));
    facet_head(ui, "Segment", "", true);
    ui.add(FacetRow::new("C", "129", 0.88).state(FacetState::Chosen));
    ui.add(FacetRow::new("a value that is too long for its place", "14 931", 0.001));
    facet_head(ui, "Confidence", "0.310 – 0.978", false);
}

fn detail(ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        tab(ui, "Fields", "", true);
        tab(ui, "Raw", "", false);
        tab(ui, "Reviews", "2 002", false);
    });
    hairline(ui);
    ui.add_space(8.0);
    section(ui, "Decision 10 216", "hash matches");
    ui.add_space(8.0);
    field_text(ui, "time", "2026-05-16 15:41:09.368 UTC", Type::Table);
    field_text(ui, "confidence", "0.919", Type::Table);
    field_text(
        ui,
        "a.field.with.a.long.path",
        "a value that is long enough to need a second line of the row",
        Type::Table,
    );
    field_row(ui, "input.hash", |ui| ui.add(HashLabel::new(HASH, "hash of the input")));
    field_row(ui, "in the file", |ui| ui.add(HashLabel::new(HASH, "leaf").tight().state(VerdictState::Broken)));
    ui.add_space(8.0);
    subsection(ui, "Record kinds", "6 more kinds");
}

fn gallery(ui: &mut Ui, state: &mut State) {
    let theme = Theme::of(ui);
    let panel = Frame::NONE.fill(theme.panel);
    let window = Frame::NONE.fill(theme.window);
    Panel::top("bar").frame(window.inner_margin(Margin::symmetric(16, 8))).show(ui, |ui| bar(ui, state));
    Panel::top("verdict").frame(panel).exact_size(measure::VERDICT).show(ui, |ui| {
        progress_line(ui.painter(), ui.max_rect(), 0.4, theme);
        ui.vertical_centered_justified(|ui| ui.add_space(4.0));
        verdict(ui);
    });
    Panel::left("rail").frame(window).exact_size(measure::RAIL).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (icon, word, active) in [
            (icon::SQUARES_FOUR, "Overview", false),
            (icon::LINK, "Integrity", false),
            (icon::CHART_BAR_HORIZONTAL, "Timeline", false),
            (icon::ROWS, "Records", true),
            (icon::GIT_BRANCH, "Models", false),
            (icon::BRIEFCASE, "Case", false),
        ] {
            rail_item(ui, icon, word, active, None);
        }
    });
    Panel::left("facets").frame(panel).exact_size(measure::FACETS).show(ui, facets);
    Panel::right("detail").frame(panel.inner_margin(Margin::same(12))).exact_size(measure::DETAIL).show(ui, detail);
    Panel::bottom("messages").frame(panel.inner_margin(Margin::same(12))).show(ui, |ui| {
        patterns(ui);
        ui.horizontal(|ui| {
            ui.vertical(|ui| {
                ui.set_width(300.0);
                let empty = Empty {
                    sentence: "0 of 20 000 records",
                    reason: "Two filters leave nothing: segment C, and no decision of it was approved.",
                    way_out: Some("Suspend all conditions"),
                };
                assert!(empty.show(ui).is_some());
            });
            vertical_hairline(ui, 100.0);
            ui.vertical(|ui| {
                let error = ErrorPanel {
                    what: "This is no bundle",
                    file: "/home/auditor/cases/lending-2026q2.pdf",
                    advice: "Open a folder, a zip, or a bare .jsonl or .jsonl.zst of chained lines.",
                };
                assert!(!error.show(ui), "nobody dismissed it");
            });
        });
    });
    egui::CentralPanel::default().frame(panel).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            tab(ui, "Decisions", "129", true);
            tab(ui, "Outcomes", "0", false);
        });
        hairline(ui);
        let source = Decisions { rows: 100_000_000 };
        Table::new("Decisions", &source, &mut state.columns, &mut state.sort, &mut state.table).show(ui);
    });
    let corner = ui.max_rect().right_bottom() - vec2(16.0, 40.0);
    state.toasts.show(ui.ctx(), corner);
    ui.painter().hline(ui.max_rect().x_range(), 0.5, Stroke::new(1.0, theme.hair));
}

fn shoot(mode: Mode, scale: f32, name: &str) -> Vec<u8> {
    let (builder, camera) = crate::window::picture::harness::<State>(vec2(1440.0, 900.0), mode, scale);
    let mut harness = builder.build_ui_state(gallery, State::new());
    harness.run_ok();
    let picture = camera.keep(&harness, name);
    assert!(harness.query_by_role(Role::Table).is_some());
    picture.bytes().to_vec()
}

#[test]
fn every_widget_in_both_themes() {
    assert_eq!(shoot(Mode::Light, 1.0, "gallery-light"), shoot(Mode::Light, 1.0, "gallery-light"));
    shoot(Mode::Dark, 1.0, "gallery-dark");
    shoot(Mode::Light, 2.0, "gallery-light-200");
}
