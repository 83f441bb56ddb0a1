//! The view of the models: versions, what is compared, likely causes, by mouse and keyboard, over the samples and over odd logs.

use std::path::{Path, PathBuf};

use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::analysis::causes::Signal;
use probity::analysis::compare::Shape;
use probity::analysis::decisions::Measure;
use probity::analysis::versions::stretches::Known;
use probity::app::models::examine::Found;
use probity::app::models::{Against, Deed, OrderBy, Relation, Segmented, Side};
use probity::app::timeline::story::StoryOf;
use probity::app::{Command, View};
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

use super::room::faults;
use super::shell::{count, over, sample, settle, sized, window};
use crate::common::{self, Export, Log};

type Desk = Harness<'static, Window>;

fn press(desk: &mut Desk, key: Key) {
    desk.key_press(key);
    settle(desk);
}

fn apply(desk: &mut Desk, command: Command) {
    desk.state_mut().app.apply(command);
    settle(desk);
}

fn models(name: &str) -> Desk {
    let (mut desk, _) = window(Some(name), Mode::Light);
    press(&mut desk, Key::Num5);
    assert_eq!(desk.state().app.view(), View::Models);
    desk
}

fn found(desk: &Desk) -> &Found {
    desk.state().app.examined().expect("what was found")
}

/// How many records a filter finds.
fn counted(desk: &Desk, filter: &str) -> u32 {
    let evidence = desk.state().app.session().expect("open").evidence();
    let expr = evidence.parse(filter).unwrap_or_else(|error| panic!("{filter}: {error}")).expr;
    evidence.select(&expr, &probity::integrity::Unwatched).expect("rows").count()
}

/// Every stretch of service is what its filter finds: what is clicked leads to the records that were counted.
fn filters_find_what_is_counted(desk: &Desk) {
    let stretches = found(desk).stretches.as_ref().expect("stretches");
    for (place, stretch) in stretches.all().iter().enumerate() {
        let filter = stretches.filter(place).expect("a filter");
        assert_eq!(counted(desk, &filter), stretch.decisions, "{filter}");
    }
}

#[test]
fn versions_stand_in_rows_and_lead_to_their_records() {
    let mut desk = models("lending.audit.zip");
    let versions = found(&desk).versions.clone().expect("versions");
    let credit = &versions.models[0];
    assert_eq!(credit.model.as_deref(), Some("credit-scoring"));
    let named: Vec<Option<&str>> = credit.rows.iter().map(|row| row.stretch.version.as_deref()).collect();
    assert_eq!(named, [Some("2.3.1"), Some("2.4.0"), Some("2.3.1"), Some("2.4.1")], "a rollback is a row of its own");
    let bad = &credit.rows[1];
    let filter = "kind:decision model:credit-scoring version:2.4.0";
    assert_eq!(bad.decisions(), u64::from(counted(&desk, filter)));
    let overridden = bad.tally.rate(Measure::OverriddenOfReviewed);
    assert_eq!(overridden.numerator, u64::from(counted(&desk, &format!("{filter} overridden:true"))));
    assert_eq!(overridden.denominator, u64::from(counted(&desk, &format!("{filter} reviewed:true"))));
    assert_eq!(
        bad.tally.rate(Measure::Errors).numerator,
        u64::from(counted(&desk, &format!("{filter} correct:false")))
    );
    filters_find_what_is_counted(&desk);
    // A filter changes the counts, and the stretch is found under it.
    apply(&mut desk, Command::SetFilter("input.metadata.segment:self-employed or result:refer".to_owned()));
    let filtered = found(&desk).versions.clone().expect("versions").models[0].rows[1].decisions();
    assert_eq!(
        filtered,
        u64::from(counted(&desk, &format!("{filter} (input.metadata.segment:self-employed or result:refer)")))
    );
    desk.get_by_label_contains(&format!("{filtered} decisions of 2.4.0")).click();
    settle(&mut desk);
    assert_eq!((desk.state().app.view(), u64::from(count(&desk))), (View::Records, filtered));
}

#[test]
fn two_versions_are_compared_by_keyboard() {
    let (mut desk, _) = sized(&[sample("lending.audit.zip")], Mode::Light, [1440.0, 2700.0], 1.0);
    press(&mut desk, Key::Num5);
    // Without a choice: the version in the window of the incident with the one before it.
    let compared = found(&desk).comparison.clone().expect("a comparison").expect("comparable");
    assert_eq!((compared.of.a.name.as_str(), compared.of.b.name.as_str()), ("2.3.1", "2.4.0"));
    for row in ["2.4.1, ", "2.3.1, 29 Apr"] {
        desk.get_by_label_contains(row).focus();
        settle(&mut desk);
        press(&mut desk, Key::Space);
    }
    let compared = found(&desk).comparison.clone().expect("a comparison").expect("comparable");
    assert_eq!((compared.of.a.name.as_str(), compared.of.b.name.as_str()), ("2.3.1", "2.4.1"));
    assert_eq!(
        compared.of.a.decisions,
        u64::from(counted(&desk, "kind:decision model:credit-scoring version:2.3.1 time>=2026-04-29T08:05:41.090Z"))
    );
    desk.get_by_label_contains("2.4.1 against 2.3.1");
    // Fields of the input open to both distributions.
    desk.get_by_label_contains("input.metadata.income: closed").click();
    settle(&mut desk);
    desk.get_by_label_contains("input.metadata.income: open");
    desk.get_by_label("Clear").click();
    settle(&mut desk);
    let compared = found(&desk).comparison.clone().expect("a comparison").expect("comparable");
    assert_eq!(compared.of.b.name, "2.4.0");
}

#[test]
fn the_table_of_versions_goes_by_keys() {
    let (mut desk, _) = sized(&[sample("lending.audit.zip")], Mode::Light, [1440.0, 2700.0], 1.0);
    press(&mut desk, Key::Num5);
    let sides = |desk: &Desk| {
        let compared = found(desk).comparison.clone().expect("a comparison").expect("comparable");
        (compared.of.a.name.clone(), compared.of.b.name.clone(), compared.of.a.decisions)
    };
    let of = |desk: &Desk, row: usize| found(desk).versions.as_ref().expect("versions").models[0].rows[row].decisions();
    let has_focus = |desk: &Desk, row: &str| desk.get_by_label_contains(row).accesskit_node().is_focused();
    // An arrow leads in; the ends hold.
    press(&mut desk, Key::ArrowDown);
    assert!(has_focus(&desk, "2.3.1, 1 Mar"));
    press(&mut desk, Key::End);
    assert!(has_focus(&desk, "2.4.1, "));
    press(&mut desk, Key::ArrowDown);
    press(&mut desk, Key::ArrowUp);
    assert!(has_focus(&desk, "2.3.1, 29 Apr"), "the last row is the last");
    // What is marked as the reference is one, also where it is the later one.
    press(&mut desk, Key::R);
    press(&mut desk, Key::Home);
    press(&mut desk, Key::Space);
    let rollback = of(&desk, 2);
    assert_eq!(sides(&desk), ("2.3.1".to_owned(), "2.3.1".to_owned(), rollback));
    assert!(desk.get_by_label_contains("2.3.1, 29 Apr").accesskit_node().is_selected() == Some(true));
    assert!(desk.get_by_label_contains("2.4.0, 17 Apr").accesskit_node().is_selected() == Some(false));
    press(&mut desk, Key::ArrowDown);
    let expected = of(&desk, 1);
    press(&mut desk, Key::Enter);
    assert_eq!((desk.state().app.view(), u64::from(count(&desk))), (View::Records, expected));
}

#[test]
fn a_figure_of_the_table_has_the_same_q_below_it() {
    let desk = models("lending.audit.zip");
    let versions = found(&desk).versions.clone().expect("versions");
    let against = versions.models[0].rows[1].against.as_ref().expect("a version before");
    let compared = found(&desk).comparison.clone().expect("a comparison").expect("comparable");
    for rate in &against.rates {
        let below = compared.of.measures.iter().find(|told| told.measure == rate.measure).expect("a rate");
        assert!(below.q.is_some());
        assert_eq!(below.q, rate.q, "{:?}", rate.measure);
    }
    let Shape::Numbers(numbers) = &compared.of.confidence.shape else { panic!("numbers") };
    assert_eq!(numbers.ks.q, against.ks_q);
}

#[test]
fn a_rate_is_told_by_the_values_of_a_field() {
    let (mut desk, _) = sized(&[sample("lending.audit.zip")], Mode::Light, [1440.0, 2700.0], 1.0);
    press(&mut desk, Key::Num5);
    let first = found(&desk).segments.clone().expect("asked").expect("found");
    assert_eq!((first.measure, first.is_chosen), (Measure::Adverse, false));
    assert_eq!(first.field, first.fields[0].field);
    let segments = Segmented { measure: Some(Measure::Errors), field: Some("input.metadata.region".to_owned()) };
    apply(&mut desk, Command::Models(Deed::Segment(segments)));
    desk.get_by_label("Errors by region");
    let chosen = found(&desk).segments.clone().expect("asked").expect("found");
    let value = chosen.values.iter().find(|value| value.value.as_deref() == Some("north")).expect("a value");
    let here = "kind:decision model:credit-scoring version:2.4.0 input.metadata.region:north";
    assert_eq!(value.b.denominator, u64::from(counted(&desk, &format!("{here} has:correct"))));
    assert_eq!(value.b.numerator, u64::from(counted(&desk, &format!("{here} correct:false"))));
    assert_eq!(faults(&desk), Vec::<String>::new());
}

#[test]
fn times_and_filters_are_compared_from_the_bar() {
    let (mut desk, camera) = window(Some("lending.audit.zip"), Mode::Light);
    press(&mut desk, Key::Num5);
    desk.get_by_label("Compare…").click();
    settle(&mut desk);
    camera.keep(&desk, "models-compare-menu");
    for (label, typed) in
        [("Reference, time", "2026-03-01..2026-04-16"), ("Compared with it, time", "2026-04-18..2026-04-28")]
    {
        desk.get_by_label(label).focus();
        settle(&mut desk);
        desk.get_by_label(label).type_text(typed);
        settle(&mut desk);
    }
    press(&mut desk, Key::Enter);
    let compared = found(&desk).comparison.clone().expect("a comparison").expect("comparable");
    let of = |range: &str| u64::from(counted(&desk, &format!("kind:decision model:credit-scoring time:{range}")));
    assert_eq!(compared.of.a.decisions, of("2026-03-01..2026-04-16"));
    assert_eq!(compared.of.b.decisions, of("2026-04-18..2026-04-28"));
    desk.get_by_label("Clear").click();
    settle(&mut desk);
    desk.get_by_label("2.4.0 against 2.3.1");
}

#[test]
fn where_nothing_says_which_results_are_favourable_no_group_is_shown_as_treated_badly() {
    let records: Vec<String> = (0..80)
        .map(|n| {
            let (group, result) = (["a", "b"][n % 2], ["yes", "no"][n % 3 % 2]);
            let (hour, minute) = (n / 60, n % 60);
            format!(
                r#"{{"kind":"decision","timestamp":"2026-01-01T0{hour}:{minute:02}:00Z","model":{{"id":"m","version":"1"}},"output":{{"result":"{result}"}},"subject":{{"group":"{group}"}}}}"#
            )
        })
        .collect();
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let (mut desk, camera) = over(&[bundle(folder.path(), &records)], Mode::Light);
    press(&mut desk, Key::Num5);
    let fairness = found(&desk).fairness.clone().expect("asked for").expect("counted");
    let why = "of no decision it is known whether its result is positive";
    assert_eq!(
        (fairness.without_result, fairness.disparate_impact.clone().map_err(|why| why.to_string())),
        (80, Err(why.to_owned()))
    );
    desk.get_by_label_contains("Of 80 decisions nothing says which results are favourable");
    assert!(desk.query_all_by_label_contains("two groups of 30").next().is_none(), "the groups are large enough");
    camera.keep(&desk, "models-no-reading-of-results");
    assert_eq!(faults(&desk), Vec::<String>::new());
}

#[test]
fn only_fields_of_groups_are_offered_as_groups() {
    let desk = models("lending.audit.zip");
    let groups = found(&desk).groups.clone();
    assert_eq!(groups[0], "subject.group");
    assert!(groups.contains(&"input.metadata.segment".to_owned()), "{groups:?}");
    for other in ["subject.id", "subject.type", "subject.role", "input.data.$sealed", "input.metadata.currency"] {
        assert!(!groups.contains(&other.to_owned()), "{other}");
    }
}

#[test]
fn ranges_and_filters_are_compared() {
    let mut desk = models("lending.audit.zip");
    let sides =
        ["input.metadata.region:north", "input.metadata.region:south"].map(|text| Side::Filter(text.to_owned()));
    apply(&mut desk, Command::Models(Deed::Compare(Some(sides))));
    let compared = found(&desk).comparison.clone().expect("a comparison").expect("comparable");
    let of = |region: &str| {
        u64::from(counted(&desk, &format!("kind:decision model:credit-scoring input.metadata.region:{region}")))
    };
    assert_eq!((compared.of.a.decisions, compared.of.b.decisions), (of("north"), of("south")));
    let wrong = [Side::Filter("regoin:north".to_owned()), Side::Filter("result:deny".to_owned())];
    apply(&mut desk, Command::Models(Deed::Compare(Some(wrong))));
    let why = found(&desk).comparison.clone().expect("an answer").expect_err("no field of that name");
    desk.get_by_label_contains("Nothing is compared");
    assert!(why.contains("regoin"), "{why}");
}

#[test]
fn likely_causes_stand_in_their_order_and_lead_to_records() {
    let (mut desk, _) = window(Some("lending.audit.zip"), Mode::Light);
    press(&mut desk, Key::L);
    assert_eq!(desk.state().app.view(), View::Models);
    let causes = found(&desk).causes.clone().expect("asked").expect("found");
    assert_eq!(causes.name, "INC-2026-014");
    assert_eq!(causes.candidates[0].version.as_deref(), Some("2.4.0"), "the true cause comes first");
    desk.get_by_label("Likely causes of INC-2026-014");
    let rows = causes.candidates[0].speaks_for.iter().find_map(|signal| signal.rows.clone()).expect("records");
    assert_eq!(u64::from(counted(&desk, &rows.filter)), rows.count);
    let range = StoryOf::Range(
        "quiet".to_owned(),
        (1_772_500_000_000_000_000, 1_773_000_000_000_000_000),
        Some("credit-scoring".to_owned()),
    );
    apply(&mut desk, Command::Models(Deed::Causes(Some(range))));
    assert_eq!(found(&desk).causes.clone().expect("asked").expect("found").name, "quiet");
    // From the story it is one step.
    apply(&mut desk, Command::TellStory(Some(StoryOf::Incident("INC-2026-014".to_owned()))));
    desk.get_by_label("Likely causes").click();
    settle(&mut desk);
    assert_eq!(found(&desk).causes.clone().expect("asked").expect("found").name, "INC-2026-014");
}

#[test]
fn causes_and_relations_stand_with_what_they_rest_on() {
    let (mut desk, camera) = sized(&[sample("lending.audit.zip")], Mode::Light, [1024.0, 3600.0], 1.0);
    press(&mut desk, Key::Num5);
    // Among how many decisions, and how likely by chance: on the page, not in a tip.
    desk.get_by_label_contains("n 508 → 214 · q ");
    // Bulk reads stand one by one, each beside its own records.
    let causes = found(&desk).causes.clone().expect("asked").expect("found");
    let access = &causes.candidates[2];
    let bulk: Vec<u64> = access.speaks_for.iter().filter(|signal| signal.name == "bulk").map(rows_of).collect();
    assert_eq!(bulk, [33, 33]);
    // What does not fit is a step away, by keyboard as well.
    assert!(desk.query_by_label_contains("denied attempt").is_none());
    desk.get_by_label("1 more signal for candidate 3").focus();
    settle(&mut desk);
    press(&mut desk, Key::Enter);
    desk.get_by_label_contains("denied attempt");
    desk.get_by_label("fewer signals for candidate 3");
    // A window that is that of a version says nothing of it.
    let says = "The window follows the service of 2.4.0: that they go together says nothing.";
    assert!(desk.query_by_label(says).is_none());
    apply(&mut desk, Command::Models(Deed::Relate(Relation { field: None, target: Against::Incident })));
    desk.get_by_label(says);
    camera.keep(&desk, "models-causes-small");
    assert_eq!(faults(&desk), Vec::<String>::new());
}

fn rows_of(signal: &Signal) -> u64 {
    signal.rows.as_ref().map_or(0, |rows| rows.count)
}

#[test]
fn what_is_chosen_is_worked_out() {
    let mut desk = models("lending.audit.zip");
    apply(&mut desk, Command::Models(Deed::Follow(Measure::Adverse)));
    let course = found(&desk).course.clone().expect("a course");
    assert_eq!(course.measure, Measure::Adverse);
    assert_eq!(course.rate.denominator, u64::from(counted(&desk, "kind:decision model:credit-scoring")));
    let relation = Relation { field: Some("input.metadata.segment".to_owned()), target: Against::Overridden };
    apply(&mut desk, Command::Models(Deed::Relate(relation)));
    let relation = found(&desk).correlation.clone().expect("asked").expect("found");
    assert_eq!((relation.by.as_str(), relation.target), ("input.metadata.segment", "overridden"));
    apply(&mut desk, Command::Models(Deed::Groups("input.metadata.segment".to_owned())));
    let fairness = found(&desk).fairness.clone().expect("asked").expect("found");
    assert_eq!(fairness.group, "input.metadata.segment");
    let favourable = counted(&desk, "kind:decision model:credit-scoring result:approve has:input.metadata.segment");
    let selected: u64 = fairness.groups.iter().map(|group| group.counts.selected.numerator).sum();
    assert_eq!(selected, u64::from(favourable));
    // Orders, each in both directions.
    for by in [OrderBy::Version, OrderBy::Decisions, OrderBy::Confidence, OrderBy::Rate(Measure::Errors), OrderBy::Time]
    {
        for _ in 0..2 {
            apply(&mut desk, Command::Models(Deed::Order(by)));
        }
    }
    apply(&mut desk, Command::LookAtModel("limit-advisor".to_owned()));
    desk.get_by_label("0.10.0 against 0.9.4");
    apply(&mut desk, Command::SetFilter("kind:access".to_owned()));
    desk.get_by_label("No decision passes the filter");
    // The bar offers the same.
    desk.get_all_by_label("Remove the filter").last().expect("a way out").click();
    settle(&mut desk);
    desk.get_by_label("0.10.0 against 0.9.4");
}

fn bundle(folder: &Path, records: &[&str]) -> PathBuf {
    let log = Log::of(records.iter().map(|record| record.as_bytes().to_vec()), 1000);
    let path = folder.join("odd.audit.zip");
    std::fs::write(&path, common::zip(&Export::whole(&log).files())).expect("a file");
    path
}

#[test]
fn odd_logs_say_what_is_not_known() {
    let decision = |at: &str, more: &str| {
        format!(
            r#"{{"kind":"decision","timestamp":"{at}","model":{{"id":"m"{more}}},"output":{{"result":"yes","confidence":0.5}}}}"#
        )
    };
    let deploy = |at: &str, version: &str, percent: u8| {
        format!(
            r#"{{"kind":"deployment","timestamp":"{at}","model":{{"id":"m","version":"{version}"}},"action":"deploy","environment":"production","traffic_percent":{percent}}}"#
        )
    };
    let day = |n: u8| format!("2026-01-{n:02}T12:00:00Z");
    let versioned = |version: &str| format!(r#","version":"{version}""#);
    let logs: [(&str, Vec<String>, &[Known]); 6] = [
        ("no versions", vec![decision(&day(1), ""), decision(&day(2), "")], &[Known::Unknown]),
        (
            "no deployments",
            vec![
                decision(&day(1), &versioned("1")),
                decision(&day(2), &versioned("2")),
                decision("nonsense", &versioned("2")),
            ],
            &[Known::Undeployed, Known::Undeployed],
        ),
        (
            "inferred and ambiguous",
            vec![
                decision(&day(1), ""),
                deploy(&day(2), "1", 100),
                decision(&day(3), ""),
                deploy(&day(4), "2", 10),
                decision(&day(5), ""),
                decision(&day(5), &versioned("2")),
                decision(&day(6), &versioned(r#"9 \"x\" or y*"#)),
                decision(&day(1), &versioned("1")),
            ],
            // What 1 decided before its deployment, 1, 2, and one that nobody deployed; ambiguous; unknown.
            &[Known::Undeployed, Known::Deployed, Known::Deployed, Known::Undeployed, Known::Ambiguous, Known::Unknown],
        ),
        ("one decision", vec![decision(&day(1), &versioned("1"))], &[Known::Undeployed]),
        (
            "no model",
            vec![r#"{"kind":"decision","timestamp":"2026-01-01T00:00:00Z","output":{"result":"yes"}}"#.to_owned()],
            &[Known::Unknown],
        ),
        ("deployments alone", vec![deploy(&day(1), "1", 100)], &[Known::Deployed]),
    ];
    for (name, records, expected) in logs {
        let folder = tempfile::tempdir().expect("a folder");
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let (mut desk, camera) = over(&[bundle(folder.path(), &records)], Mode::Light);
        press(&mut desk, Key::Num5);
        let known: Vec<Known> =
            found(&desk).stretches.as_ref().expect("stretches").all().iter().map(|stretch| stretch.known).collect();
        assert_eq!(known, expected, "{name}");
        filters_find_what_is_counted(&desk);
        let versions = found(&desk).versions.clone().expect("versions");
        let sources = versions.models.iter().map(|model| model.sources);
        let counted_apart: u64 = sources.map(|of| of.recorded + of.inferred + of.ambiguous + of.unknown).sum();
        assert_eq!(counted_apart, u64::from(counted(&desk, "kind:decision")), "{name}");
        camera.keep(&desk, &format!("models-{}", name.replace(' ', "-")));
        assert_eq!(faults(&desk), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn pictures() {
    for (mode, word) in [(Mode::Light, "light"), (Mode::Dark, "dark")] {
        for (size, scale, name) in [
            ([1440.0, 900.0], 1.0, ""),
            ([1440.0, 2700.0], 1.0, "-page"),
            ([1024.0, 3600.0], 1.0, "-small"),
            ([640.0, 4600.0], 1.0, "-narrow"),
        ] {
            let (mut desk, camera) = sized(&[sample("lending.audit.zip")], mode, size, scale);
            press(&mut desk, Key::Num5);
            desk.get_by_label_contains("input.metadata.income: closed").click();
            settle(&mut desk);
            camera.keep(&desk, &format!("models{name}-{word}"));
            assert_eq!(faults(&desk), Vec::<String>::new(), "{name} {word}");
        }
        for log in ["lending-tampered.audit.zip", "lending-slice.audit.zip"] {
            let (mut desk, camera) = sized(&[sample(log)], mode, [1440.0, 2700.0], 1.0);
            press(&mut desk, Key::Num5);
            camera.keep(&desk, &format!("models-{log}-{word}"));
            assert_eq!(faults(&desk), Vec::<String>::new(), "{log} {word}");
        }
    }
}
