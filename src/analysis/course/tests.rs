use chrono::{DateTime, Datelike as _};
use proptest::prelude::*;

use super::*;

fn nanos(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).expect("a time").timestamp_nanos_opt().expect("in range")
}

#[test]
fn steps_begin_where_clocks_and_calendars_do() {
    for (step, at, from, to) in [
        (Step::Hour, "2026-04-17T19:42:07Z", "2026-04-17T19:00:00Z", "2026-04-17T20:00:00Z"),
        (Step::Day, "2026-04-17T19:42:07Z", "2026-04-17T00:00:00Z", "2026-04-18T00:00:00Z"),
        // The 13th of April 2026 is a Monday, and so is the 29th of December 1969.
        (Step::Week, "2026-04-17T19:42:07Z", "2026-04-13T00:00:00Z", "2026-04-20T00:00:00Z"),
        (Step::Week, "2026-04-13T00:00:00Z", "2026-04-13T00:00:00Z", "2026-04-20T00:00:00Z"),
        (Step::Week, "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
        (Step::Day, "1969-12-31T23:59:59.999999999Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"),
    ] {
        let number = step.number(nanos(at));
        assert_eq!((step.start(number), step.start(number + 1)), (nanos(from), nanos(to)), "{step:?} {at}");
    }
    for step in Step::ALL {
        for at in [i64::MIN, i64::MAX] {
            let number = step.number(at);
            assert!(step.start(number) <= at && at <= step.start(number + 1), "{step:?}");
        }
    }
}

#[test]
fn steps_suit_the_span() {
    let day = 24 * HOUR;
    for (days, expected) in [(0, Step::Hour), (3, Step::Hour), (4, Step::Day), (182, Step::Day), (183, Step::Week)] {
        assert_eq!(Step::usual((days * day).unsigned_abs()), expected, "{days}");
    }
    for (asked, days, expected) in [
        (Step::Hour, 83, Step::Hour),
        (Step::Hour, 84, Step::Day),
        (Step::Day, 1999, Step::Day),
        (Step::Day, 2000, Step::Week),
        (Step::Hour, 2000, Step::Week),
        // Of weeks there may be more.
        (Step::Hour, 20_000, Step::Week),
    ] {
        assert_eq!(suiting(asked, Some((0, days * day))), expected, "{asked:?} {days}");
    }
    assert_eq!(suiting(Step::Hour, None), Step::Hour);
}

/// The generator that `tests/vectors` and others' tools were fed with: u = (x >> 11)/2⁵³.
fn uniform(seed: u64, count: usize) -> Vec<f64> {
    let mut x = seed;
    let next = || {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (x >> 11) as f64 / (1_u64 << 53) as f64
    };
    std::iter::repeat_with(next).take(count).collect()
}

#[test]
fn changes_are_reported_where_others_report_them() {
    let mut stream = Stream::default();
    let before = uniform(3, 1000).into_iter().map(|u| u < 0.1);
    let after = uniform(4, 1000).into_iter().map(|u| u < 0.3);
    for (row, is_counted) in (0_u32..).zip(before.chain(after)) {
        stream.take(row, i64::from(row), is_counted);
    }
    let rows = stream.found.each_ref().map(|found| found.iter().map(|found| found.row).collect::<Vec<_>>());
    // river 0.21: counted from 0.
    assert_eq!(rows, [vec![1238], vec![1183]]);
    assert_eq!((stream.found[1][0].seen, stream.since[1].1), (1184, 816));
}

#[test]
fn decisions_of_one_instant_have_one_report() {
    // A rate that goes up and down every 500 decisions: several changes, where they follow each other in time.
    let stream = |at: fn(u32) -> i64| {
        let mut stream = Stream::default();
        for (row, u) in (0_u32..).zip(uniform(5, 6000)) {
            let rate = if row / 500 % 2 == 0 { 0.05 } else { 0.95 };
            stream.take(row, at(row), u < rate);
        }
        stream
    };
    let (apart, together) = (stream(i64::from), stream(|_| 7));
    for detector in 0..2 {
        assert!(apart.found[detector].len() > 3, "{detector}: {}", apart.found[detector].len());
        assert_eq!(together.found[detector].len(), 1, "{detector}");
        // What is not told as a change is still counted.
        let seen: u64 = together.found[detector].iter().map(|found| found.seen).sum();
        assert_eq!(seen + together.since[detector].1, 6000, "{detector}");
    }
}

proptest! {
    #[test]
    fn points_are_those_of_a_plain_loop(
        mut times in prop::collection::vec((-400_i64..4000, any::<bool>()), 0..200),
        place in 0_usize..3,
    ) {
        let step = Step::ALL[place];
        times.iter_mut().for_each(|(at, _)| *at *= HOUR / 3);
        times.sort_by_key(|(at, _)| *at);
        let mut points = Points::new(step);
        times.iter().for_each(|(at, is_counted)| points.take(*at, *is_counted));
        let key = |at: i64| {
            let at = DateTime::from_timestamp_nanos(at);
            let hour = at.timestamp().div_euclid(3600);
            match step {
                Step::Hour => (0, hour),
                Step::Day => (0, i64::from(at.num_days_from_ce())),
                Step::Week => (at.iso_week().year(), i64::from(at.iso_week().week())),
            }
        };
        let mut expected: std::collections::BTreeMap<_, (u64, u64)> = std::collections::BTreeMap::new();
        for (at, is_counted) in &times {
            let (counted, among) = expected.entry(key(*at)).or_default();
            *counted += u64::from(*is_counted);
            *among += 1;
        }
        let told = points.told();
        let rates: Vec<(u64, u64)> = told.iter().map(|point| (point.rate.numerator, point.rate.denominator)).collect();
        prop_assert_eq!(rates, expected.into_values().collect::<Vec<_>>());
        prop_assert!(told.iter().all(|point| key(point.from.0) == key(point.to.0 - 1)));
    }
}
