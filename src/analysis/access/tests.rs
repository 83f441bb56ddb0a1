use super::*;

/// Accesses of accounts to resources by name: hour, account, resource, granted, rows.
fn accesses(list: &[(f64, &str, &str, Option<bool>, u64)]) -> Accesses {
    let mut out = Accesses { logs: vec!["l".to_owned()], ..Accesses::default() };
    let place = |names: &mut Vec<String>, name: &str| {
        let known = names.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        });
        u32::try_from(at).expect("few")
    };
    for (row, (hour, account, resource, is_granted, rows)) in (0_u32..).zip(list) {
        #[expect(clippy::cast_possible_truncation, reason = "hours of a few months")]
        let at = (hour * HOUR as f64) as i64;
        out.all.push(Access {
            row,
            log: 0,
            seq: Some(u64::from(row) + 100),
            at: Some(at),
            account: Some(place(&mut out.accounts, account)),
            resource: Some(place(&mut out.resources, resource)),
            is_granted: *is_granted,
            rows: Some(*rows),
        });
    }
    out
}

fn found(list: &[(f64, &str, &str, Option<bool>, u64)], kind: Signal, changes: &str) -> Vec<Finding> {
    let thresholds = Thresholds::with(changes).expect("thresholds");
    let pattern = out_of_pattern(&accesses(list), &thresholds);
    pattern.findings.into_iter().filter(|finding| finding.kind == kind).collect()
}

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

/// One ordinary access a day at noon, of 6 000 rows: 500 in two hours on average.
fn days(days: u32) -> Vec<(f64, &'static str, &'static str, Option<bool>, u64)> {
    (0..days).map(|day| (f64::from(day) * 24.0 + 12.0, "a", "t", YES, 6000)).collect()
}

#[test]
fn bulk_is_above_the_average_and_the_floor() {
    // Behind 40 days the average of two hours is 500 rows, and four times that is below the floor of 10 000.
    for (behind, expected) in [
        (&[][..], None),
        (&[(976.0, 9_999)], None),
        (&[(976.0, 10_000)], Some((vec![40], 10_000))),
        (&[(976.0, 5_000), (977.5, 5_000)], Some((vec![40, 41], 10_000))),
        // Two hours on is outside the window.
        (&[(976.0, 5_000), (978.0, 5_000)], None),
        // What is adjacent is one finding, whose figure is the most of any window.
        (&[(976.0, 10_000), (977.5, 4_000), (979.0, 10_000)], Some((vec![40, 41, 42], 14_000))),
        // What reaches nothing is no part of it.
        (&[(975.9, 0), (976.0, 10_000), (976.1, 0)], Some((vec![41], 10_000))),
        // Clocks that go backwards: the order is that of time.
        (&[(977.5, 5_000), (976.0, 5_000)], Some((vec![41, 40], 10_000))),
        // At one time.
        (&[(976.0, 5_000), (976.0, 5_000)], Some((vec![40, 41], 10_000))),
    ] {
        let behind = behind.iter().map(|(hour, rows)| (*hour, "a", "t", YES, *rows));
        let list: Vec<_> = days(40).into_iter().chain(behind).collect();
        let told = found(&list, Signal::Bulk, "");
        let told: Vec<_> = told.iter().map(|finding| (finding.rows.clone(), finding.figure)).collect();
        assert_eq!(told, Vec::from_iter(expected), "{:?}", &list[40..]);
    }
}

#[test]
fn the_average_is_that_of_the_account_over_thirty_days() {
    // 6 000 rows a day are 500 in two hours; 30 days before noon of day 40 begin with the access of day 10.
    let mut list = days(41);
    list[40] = (40.0 * 24.0 + 12.0, "a", "t", YES, 20_000);
    let told = found(&list, Signal::Bulk, "");
    assert_eq!(told.len(), 1, "{told:?}");
    let finding = &told[0];
    assert_eq!((finding.rows.clone(), finding.seqs.clone(), finding.figure), (vec![40], vec![140], 20_000));
    assert_eq!(
        (finding.baseline, finding.baseline_rows, finding.baseline_days),
        (Some(500.0), Some(180_000), Some(30.0))
    );
    assert_eq!((finding.threshold, finding.reached), (Some(2000.0), Some(20_000)));
    // The average holds another account's rows apart.
    list.push((40.0 * 24.0 + 12.5, "b", "t", YES, 20_000));
    assert_eq!(found(&list, Signal::Bulk, "").len(), 2);
    // An average that is high enough.
    assert_eq!(found(&list, Signal::Bulk, "[access]\nbulk_factor = 41\n").len(), 1);
}

#[test]
fn what_is_reached_every_night_stays_bulk() {
    let mut list = days(40);
    for night in 0..6_u32 {
        list.push((f64::from(40 + night) * 24.0 + 2.0, "a", "t", YES, 12_000_000));
    }
    let told = found(&list, Signal::Bulk, "");
    let usual: Vec<_> = told.iter().map(|finding| finding.baseline_rows.unwrap_or_default()).collect();
    assert_eq!(told.len(), 6);
    // Night after night an ordinary access leaves the thirty days, and one in bulk comes in.
    let nights = [0, 1, 2, 3, 4, 5].map(|night| 180_000 - 6_000 * night + 12_000_000 * night);
    assert_eq!(usual, nights);
}

#[test]
fn many_resources_together_are_bulk_as_well() {
    let mut list = days(40);
    let names: Vec<String> = (0..20).map(|n| format!("t{n}")).collect();
    list.extend((0..20_u32).zip(&names).map(|(n, name)| (976.0 + f64::from(n) * 0.05, "a", name.as_str(), YES, 900)));
    let told = found(&list, Signal::Bulk, "");
    assert_eq!((told.len(), told[0].count, told[0].resource.as_deref()), (1, 20, None));
    assert_eq!(told[0].figure, 18_000);
    // What one resource explains is told with that resource, and what is left is still bulk or not by itself.
    for (rows, others) in [(900, vec![(20, None), (1, Some("t"))]), (90, vec![(1, Some("t"))])] {
        list.truncate(40);
        list.extend(
            (0..20_u32).zip(&names).map(|(n, name)| (976.0 + f64::from(n) * 0.05, "a", name.as_str(), YES, rows)),
        );
        list.push((976.5, "a", "t", YES, 50_000));
        let told = found(&list, Signal::Bulk, "");
        let told: Vec<_> = told.iter().map(|finding| (finding.count, finding.resource.as_deref())).collect();
        assert_eq!(told, others);
    }
}

#[test]
fn without_days_before_bulk_is_not_determinable() {
    let thresholds = Thresholds::built_in().expect("thresholds");
    let mut list = days(5);
    list.push((130.0, "a", "t", YES, 50_000));
    let pattern = out_of_pattern(&accesses(&list), &thresholds);
    assert!(pattern.findings.iter().all(|finding| finding.kind != Signal::Bulk));
    let told: Vec<_> =
        pattern.undetermined.iter().map(|finding| (finding.rows.clone(), finding.figure, finding.baseline)).collect();
    assert_eq!(told, [(vec![5], 50_000, None)]);
    // One record, none.
    let one = out_of_pattern(&accesses(&[(1.0, "a", "t", YES, 50_000)]), &thresholds);
    assert_eq!((one.findings.len(), one.undetermined.len()), (0, 1));
    assert_eq!(out_of_pattern(&Accesses::default(), &thresholds), Pattern::default());
}

#[test]
fn denied_rows_are_no_bulk() {
    let mut list = days(40);
    list.push((976.0, "a", "t", NO, 50_000));
    assert_eq!(found(&list, Signal::Bulk, ""), []);
}

#[test]
fn a_resource_is_first_seen_after_the_settling_time() {
    for (account, hour, is_granted, expected) in [
        ("a", 40.0 * 24.0, YES, vec![40]),
        // A result that is not known may have been granted.
        ("a", 40.0 * 24.0, None, vec![40]),
        ("a", 40.0 * 24.0, NO, vec![]),
        ("new", 40.0 * 24.0, YES, vec![]),
        ("a", 12.0 + 14.0 * 24.0, YES, vec![40]),
        ("a", 11.9 + 14.0 * 24.0, YES, vec![]),
    ] {
        let mut list = days(40);
        list.push((hour, account, "other", is_granted, 1));
        list.push((hour + 1.0, account, "other", is_granted, 1));
        let told = found(&list, Signal::FirstSeen, "");
        let rows: Vec<u32> = told.iter().flat_map(|finding| finding.rows.clone()).collect();
        assert_eq!(rows, expected, "{account} {hour} {is_granted:?}");
    }
    // Of an account with few accesses everything is new.
    let mut few = days(9);
    few.push((900.0, "a", "other", YES, 1));
    assert_eq!(found(&few, Signal::FirstSeen, ""), []);
    few.insert(0, (0.0, "a", "t", YES, 1));
    assert_eq!(found(&few, Signal::FirstSeen, "").len(), 1);
}

#[test]
fn denied_attempts_on_a_resource_are_one_finding_while_they_go_on() {
    let list = [
        (1.0, "a", "t", NO, 0),
        (2.0, "a", "u", NO, 0),
        (20.0, "a", "t", NO, 0),
        (21.0, "b", "t", NO, 0),
        (44.0, "a", "t", NO, 0),
        (68.1, "a", "t", NO, 0),
        (68.2, "a", "t", YES, 0),
        (68.3, "a", "t", None, 0),
    ];
    let told = found(&list, Signal::Denied, "");
    let rows: Vec<_> = told.iter().map(|finding| finding.rows.clone()).collect();
    assert_eq!(rows, [vec![0, 2, 4], vec![1], vec![3], vec![5]]);
    let pattern = out_of_pattern(&accesses(&list), &Thresholds::built_in().expect("thresholds"));
    assert_eq!((pattern.accesses, pattern.unclear_results), (8, 1));
}

#[test]
fn nights_are_those_of_the_zone() {
    // 1970-01-31T20:15Z is a quarter past nine in Berlin, and 21:15Z a quarter past ten.
    for (hour, zone, expected) in [
        (30.0 * 24.0 + 21.25, "UTC", 0),
        (30.0 * 24.0 + 21.25, "Europe/Berlin", 1),
        (30.0 * 24.0 + 20.25, "Europe/Berlin", 0),
        (30.0 * 24.0 + 22.0, "UTC", 1),
        (30.0 * 24.0 + 28.99, "UTC", 1),
        (30.0 * 24.0 + 29.0, "UTC", 0),
        (30.0 * 24.0 + 21.0, "+01:00", 1),
    ] {
        let mut list = days(30);
        list.push((hour, "a", "t", YES, 1));
        let told = found(&list, Signal::OffHours, &format!("[access]\nnight_zone = \"{zone}\"\n"));
        assert_eq!(told.len(), expected, "{hour} {zone}");
    }
}

#[test]
fn who_regularly_works_at_night_is_not_told() {
    // Every third night two accesses around midnight, behind thirty quiet days.
    let mut list = days(30);
    for night in 0..10_u32 {
        let midnight = f64::from(30 + 3 * night) * 24.0;
        list.push((midnight - 0.5, "a", "t", YES, 1));
        list.push((midnight + 0.5, "a", "t", NO, 1));
    }
    let told = found(&list, Signal::OffHours, "");
    let nights: Vec<_> = told.iter().map(|finding| (finding.count, finding.baseline)).collect();
    // Those of the last seven days are no habit yet.
    assert_eq!(nights, [0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0].map(|before| (2, Some(before))));
    let told = found(&list, Signal::OffHours, "[access]\nhabit_gap_days = 0\n");
    let nights: Vec<_> = told.iter().map(|finding| (finding.count, finding.baseline)).collect();
    assert_eq!(nights, [0.0, 1.0, 2.0, 3.0, 4.0].map(|before| (2, Some(before))));
    // In the log's first days nothing can be said.
    let thresholds = Thresholds::built_in().expect("thresholds");
    let early = accesses(&[(1.0, "a", "t", YES, 1), (2.0, "a", "t", YES, 1)]);
    let pattern = out_of_pattern(&early, &thresholds);
    assert_eq!((pattern.undetermined_nights, pattern.findings.len()), (2, 0));
}

#[test]
fn what_cannot_be_placed_is_counted() {
    let mut list = accesses(&[(1.0, "a", "t", NO, 1), (2.0, "a", "t", NO, 1), (3.0, "a", "t", NO, 1)]);
    list.all[0].at = None;
    list.all[1].account = None;
    list.all[0].rows = None;
    list.all[0].is_granted = YES;
    list.all[2].rows = None;
    let pattern = out_of_pattern(&list, &Thresholds::built_in().expect("thresholds"));
    assert_eq!((pattern.accesses, pattern.unplaced, pattern.without_rows), (3, 2, 1));
    assert_eq!(pattern.findings.iter().map(|finding| finding.count).sum::<u64>(), 1);
}

/// Against a naive sum over all pairs, on accesses drawn by a simple generator.
#[test]
fn windows_are_what_a_naive_sum_says() {
    let mut state = 12_345_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let names = ["t", "u"];
    for _ in 0..40 {
        let mut list = Vec::new();
        for _ in 0..120 {
            let hour = f64::from(u32::try_from(draw(60 * 24 * 4)).expect("small")) / 4.0;
            let resource = names[usize::try_from(draw(2)).expect("small")];
            list.push((hour, "a", resource, YES, if draw(12) == 0 { 9_000 } else { draw(50) }));
        }
        let all = accesses(&list);
        let pattern = out_of_pattern(&all, &Thresholds::built_in().expect("thresholds"));
        for finding in pattern.findings.iter().filter(|finding| finding.kind == Signal::Bulk) {
            let of = |row: u32| all.all[row as usize];
            let is_meant = |access: &Access| match &finding.resource {
                Some(name) => access.resource.is_some_and(|at| all.resources[at as usize] == *name),
                None => true,
            };
            let sum = |row: &u32| {
                let start = of(*row).at.expect("a time");
                let within = |access: &&Access| access.at.is_some_and(|at| (start..start + 2 * HOUR).contains(&at));
                all.all.iter().filter(|access| is_meant(access)).filter(within).filter_map(|access| access.rows).sum()
            };
            assert_eq!(finding.rows.iter().map(sum).max(), Some(finding.figure));
            let counted = finding.window.iter().filter_map(|row| of(*row).rows);
            assert_eq!(counted.sum::<u64>(), finding.figure, "the accesses of the window are those of the figure");
            let times = finding.window.iter().filter_map(|row| of(*row).at);
            assert!(times.clone().max().zip(times.min()).is_some_and(|(last, first)| last - first < 2 * HOUR));
            assert!(finding.window.iter().all(|row| finding.rows.contains(row)));
        }
    }
}

/// A service that is busy by day: the average is that of days and nights, and a busy hour is not bulk.
#[test]
fn busy_hours_are_no_bulk() {
    let mut list = Vec::new();
    for day in 0..60_u32 {
        for hour in 0..24_u32 {
            let rows = if (8..20).contains(&hour) { 9_000 } else { 500 };
            list.push((f64::from(day * 24 + hour), "a", "t", YES, rows));
        }
    }
    assert_eq!(found(&list, Signal::Bulk, ""), []);
}

/// Somebody who begins to work at night: the nights of one week are judged alike, and none of them excuses the next.
#[test]
fn nights_that_follow_each_other_are_judged_alike() {
    for (nights, expected) in [(0, 8), (4, 8), (5, 0)] {
        let mut list = days(40);
        list.extend((0..nights).map(|night| (f64::from(20 + 2 * night) * 24.0 + 1.0, "a", "t", YES, 1)));
        list.extend((0..8).map(|night| (f64::from(40 + night) * 24.0 + 1.0, "a", "t", YES, 1)));
        let told = found(&list, Signal::OffHours, "");
        let late = told.iter().filter(|finding| finding.from >= 40 * DAY).count();
        assert_eq!(late, expected, "{nights} nights before");
    }
}

/// An account of the same name in another log is another account, and each log begins when it begins.
#[test]
fn habits_are_those_of_a_log() {
    let mut all = accesses(&days(40));
    all.logs.push("m".to_owned());
    let next = |all: &Accesses| u32::try_from(all.all.len()).expect("few");
    // The one reads at night all the time, the other never did.
    for night in 0..30 {
        let (row, at) = (next(&all), (10 + night) * DAY + HOUR);
        all.all.push(Access { row, log: 1, at: Some(at), account: Some(0), resource: Some(0), ..all.all[0] });
    }
    let mut both = all.clone();
    for log in [0, 1] {
        let row = next(&both);
        both.all.push(Access { row, log, at: Some(40 * DAY + HOUR), rows: Some(20_000), ..all.all[0] });
    }
    let thresholds = Thresholds::built_in().expect("thresholds");
    let pattern = out_of_pattern(&both, &thresholds);
    let of = |kind: Signal| {
        let own = pattern.findings.iter().filter(|finding| finding.kind == kind && finding.from >= 40 * DAY);
        own.map(|finding| finding.log.as_str()).collect::<Vec<_>>()
    };
    assert_eq!((of(Signal::OffHours), of(Signal::Bulk)), (vec!["l"], vec!["l", "m"]));
    let logs: Vec<_> = pattern.logs.iter().map(|log| (log.log.as_str(), log.accesses, log.begin)).collect();
    assert_eq!(logs, [("l", 41, Some(12 * HOUR)), ("m", 31, Some(10 * DAY + HOUR))]);
    // Where the log of the other is new, nothing is known of it.
    for access in both.all.iter_mut().filter(|access| access.log == 1) {
        access.at = access.at.map(|at| at.max(38 * DAY));
    }
    let pattern = out_of_pattern(&both, &thresholds);
    assert!(!pattern.undetermined.is_empty() && pattern.undetermined.iter().all(|finding| finding.log == "m"));
}
