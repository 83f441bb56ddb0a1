//! Facets, orders and histograms against plain loops.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::twin::{Rows, column, orders, rows, texts};
use crate::columns::order::{Like, compare};
use crate::columns::*;
use crate::query::FieldType;
use crate::query::value::time::TimeRange;

/// Values that are equal in an order, each spelling with how many rows have it.
struct Group<'a> {
    spellings: BTreeMap<(ValueType, &'a str), u32>,
    count: u32,
}

fn facet_of(rows: &Rows, selection: &Bitmap, limit: usize, order: FieldType) -> Facet {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let (mut with, mut without) = (0, 0);
    for row in selection.iter() {
        let distinct: BTreeSet<(ValueType, &str)> = texts(&rows[row as usize]).collect();
        if distinct.is_empty() {
            without += 1;
        } else {
            with += 1;
        }
        let mut counted = BTreeSet::new();
        for value in distinct {
            let like = Like::read(order, value.1);
            let is = |group: &Group<'_>| group.spellings.keys().any(|(_, text)| Like::read(order, text).is(&like));
            let at = groups.iter().position(is).unwrap_or_else(|| {
                groups.push(Group { spellings: BTreeMap::new(), count: 0 });
                groups.len() - 1
            });
            *groups[at].spellings.entry(value).or_default() += 1;
            counted.insert(at);
        }
        counted.into_iter().for_each(|at| groups[at].count += 1);
    }
    let distinct = groups.len() as u32;
    let mut values: Vec<((ValueType, &str), FacetValue)> = groups
        .into_iter()
        .map(|group| {
            let by_count = |a: &(&(ValueType, &str), &u32), b: &(&(ValueType, &str), &u32)| {
                b.1.cmp(a.1).then_with(|| compare(order, *a.0, *b.0))
            };
            let most = *group.spellings.iter().min_by(by_count).expect("a spelling").0;
            let types: BTreeSet<ValueType> = group.spellings.keys().map(|(value_type, _)| *value_type).collect();
            let value_type = types.first().copied().filter(|_| types.len() == 1);
            (most, FacetValue { text: most.1.to_owned(), value_type, count: group.count })
        })
        .collect();
    values.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| compare(order, a.0, b.0)));
    values.truncate(limit);
    Facet { values: values.into_iter().map(|(_, value)| value).collect(), distinct, with, without }
}

fn instants() -> impl Strategy<Value = Option<DateTime<Utc>>> {
    let around = |text: &str| DateTime::parse_from_rfc3339(text).expect("a time").to_utc();
    let centres: Vec<DateTime<Utc>> = [
        "2026-03-01T09:30:00Z",
        "2026-03-01T09:30:00.999999999Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.5Z",
        "2017-01-01T00:00:00Z",
        "1601-01-01T00:00:00Z",
        "1600-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "1677-09-21T00:12:43.145224192Z",
        "1677-09-21T00:12:43.145224193Z",
        "2262-04-11T23:47:16.854775807Z",
        "2262-04-11T23:47:16.854775808Z",
    ]
    .map(around)
    .to_vec();
    prop_oneof![
        1 => Just(None),
        3 => prop::sample::select(centres).prop_map(Some),
        4 => (0..200_i64).prop_map(move |n| Some(around("2026-03-01T09:30:00Z") + TimeDelta::milliseconds(n * 7))),
    ]
}

fn times_of(instants: &[Option<DateTime<Utc>>]) -> Times {
    let mut times = Times::new();
    instants.iter().for_each(|instant| times.push(*instant));
    times
}

fn pick(rows: u32, flags: &[bool]) -> Bitmap {
    Bitmap::from_rows(rows, (0..rows).filter(|row| flags[*row as usize % flags.len()]))
}

fn flags() -> impl Strategy<Value = Vec<bool>> {
    prop_oneof![
        Just(vec![true]),
        prop::collection::vec(any::<bool>(), 1..130),
        prop::collection::vec(prop::bool::weighted(0.9), 1..130),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn facets(rows in rows(), above in 0..80_usize, order in orders(), flags in flags(), limit in 0..12_usize) {
        let column = column(&rows, 16, above, order);
        let selection = pick(column.len(), &flags);
        prop_assert_eq!(facet(&column, &selection, limit), facet_of(&rows, &selection, limit, order));
    }

    #[test]
    fn sorting(
        first in rows(), second in rows(), above in 0..80_usize, order in orders(), flags in flags(),
        descends in any::<[bool; 2]>(), second_first in any::<bool>(),
    ) {
        let length = first.len() as u32;
        let columns = [column(&first, 16, above, order), column(&second, 16, above, FieldType::Any)];
        let selection = pick(length, &flags);
        let mut keys = [(SortBy::Column(&columns[0]), descends[0]), (SortBy::Column(&columns[1]), descends[1])];
        let mut twin = [(&first, order, descends[0]), (&second, FieldType::Any, descends[1])];
        if second_first {
            keys.reverse();
            twin.reverse();
        }
        let mut expected: Vec<u32> = selection.iter().collect();
        expected.sort_by(|a, b| {
            twin.iter()
                .map(|(rows, order, descends)| {
                    let text = |row: &u32| rows.get(*row as usize).and_then(|cell| texts(cell).next());
                    match (text(a), text(b)) {
                        // Equal is what is spelled differently, too.
                        (Some(a), Some(b)) if Like::read(*order, a.1).is(&Like::read(*order, b.1)) => Ordering::Equal,
                        (Some(a), Some(b)) if *descends => compare(*order, b, a),
                        (Some(a), Some(b)) => compare(*order, a, b),
                        (a, b) => a.is_none().cmp(&b.is_none()),
                    }
                })
                .find(|order| order.is_ne())
                .unwrap_or_else(|| a.cmp(b))
        });
        prop_assert_eq!(sort(&selection, &keys), expected);
    }

    #[test]
    fn times(instants in prop::collection::vec(instants(), 0..150), flags in flags(), from in instants(), descends: bool) {
        let times = times_of(&instants);
        for (row, instant) in instants.iter().enumerate() {
            prop_assert_eq!(times.instant(row as u32), *instant);
        }
        prop_assert_eq!(Times::from_bytes(&times.to_bytes()), Ok(times.clone()));
        let mut twice = times.clone();
        twice.append(&times);
        prop_assert_eq!(&twice, &times_of(&[instants.clone(), instants.clone()].concat()));
        for text in ["2026-03-01", "2016-12-31T23:59:59", "2017", "1600", "2026-03-01T09:30:00.5", "2262", "1677", "9999"] {
            let range = TimeRange::parse(text).expect("a time");
            for range in [range, range.before(), range.up_to(), range.since(), range.after()] {
                let inside = (0..times.len())
                    .filter(|row| instants[*row as usize].is_some_and(|instant| range.contains(instant)));
                prop_assert_eq!(times.in_range(range), Bitmap::from_rows(times.len(), inside), "{}", range);
            }
        }
        let selection = pick(times.len(), &flags);
        let mut expected: Vec<u32> = selection.iter().collect();
        expected.sort_by_key(|row| instants[*row as usize].is_none());
        let split = expected.partition_point(|row| instants[*row as usize].is_some());
        if descends {
            expected[..split].sort_by_key(|row| Reverse(instants[*row as usize]));
        } else {
            expected[..split].sort_by_key(|row| instants[*row as usize]);
        }
        prop_assert_eq!(sort(&selection, &[(SortBy::Time(&times), descends)]), expected);
        if let Some(from) = from.and_then(|from| from.timestamp_nanos_opt()) {
            let later = selection.iter().filter(|row| times.nanos(*row).is_some_and(|nanos| nanos >= from));
            let first = later.min_by_key(|row| (times.nanos(*row), *row));
            prop_assert_eq!(first_at_or_after(&times, &selection, from), first);
        }
    }

    /// Long enough for blocks that a range holds, leaves out and cuts: ascending as logs are, with rows that are not in
    /// their place and rows without a time.
    #[test]
    fn times_of_many(rows in 4_000..20_000_i64, strays in prop::collection::vec((0..20_000_usize, instants()), 0..9), cut: bool) {
        let begin = DateTime::from_timestamp(1_772_323_200, 0).expect("a time");
        let mut instants: Vec<_> = (0..rows).map(|row| Some(begin + TimeDelta::seconds(row * 10))).collect();
        for (row, stray) in strays {
            let at = row % instants.len();
            instants[at] = stray;
        }
        let times = if cut {
            let (first, rest) = instants.split_at(instants.len() / 3);
            let mut times = times_of(first);
            times.append(&times_of(rest));
            times
        } else {
            times_of(&instants)
        };
        prop_assert!(times == times_of(&instants));
        prop_assert!(Times::from_bytes(&times.to_bytes()).as_ref() == Ok(&times));
        for text in ["2026-03-01", "2026-03-01T12", "2026-03-02", "2026-03-01T00:00:00", "1600", "1677", "2262"] {
            let range = TimeRange::parse(text).expect("a time");
            for range in [range, range.before(), range.up_to(), range.since(), range.after()] {
                let inside = (0..times.len())
                    .filter(|row| instants[*row as usize].is_some_and(|instant| range.contains(instant)));
                prop_assert!(times.in_range(range) == Bitmap::from_rows(times.len(), inside), "{}", range);
            }
        }
    }

    #[test]
    fn histograms(
        instants in prop::collection::vec(instants(), 0..150), whole in prop::option::of(flags()), filtered in flags(),
        range in prop::option::of((instants(), instants())), max in 0..40_u32, repeat in 1..40_usize,
    ) {
        // Rows next to each other mostly lie in one bucket.
        let instants: Vec<_> = instants.iter().flat_map(|instant| std::iter::repeat_n(*instant, repeat)).collect();
        let times = times_of(&instants);
        let whole = whole.map(|flags| pick(times.len(), &flags));
        let filtered = pick(times.len(), &filtered);
        let range = range.and_then(|(a, b)| a?.timestamp_nanos_opt().zip(b?.timestamp_nanos_opt()));
        let found = histogram(&times, range, whole.as_ref(), &filtered, max);
        let rows: Vec<u32> =
            (0..times.len()).filter(|row| whole.as_ref().is_none_or(|whole| whole.contains(*row))).collect();
        let all = || rows.iter().filter_map(|row| times.nanos(*row));
        let range = range.or_else(|| all().min().zip(all().max()));
        let (first, last) = range.map_or((1, 0), |(a, b)| (a.max(i64::MIN + 1).into(), b.max(i64::MIN + 1).into()));
        let bounds: (i128, i128) = (first, last);
        let width = i128::from(found.width());
        let buckets = found.whole.len() as i128;
        prop_assert_eq!(found.start.rem_euclid(width), 0);
        prop_assert!(found.whole.len() <= max.max(2) as usize && found.filtered.len() == found.whole.len());
        if bounds.0 <= bounds.1 {
            prop_assert!(found.start <= bounds.0 && bounds.0 < found.start + width);
            prop_assert!(bounds.1 < found.start + buckets * width && bounds.1 >= found.start + (buckets - 1) * width);
            if width > 1 {
                // No narrower width would do.
                let narrow = width / 2;
                prop_assert!(bounds.1.div_euclid(narrow) - bounds.0.div_euclid(narrow) + 1 > i128::from(max.max(2)));
            }
        }
        let mut expected = Histogram {
            whole: vec![0; found.whole.len()],
            filtered: vec![0; found.whole.len()],
            without: [0; 2],
            outside: [0; 2],
            ..found
        };
        for row in rows {
            let is_filtered = u32::from(filtered.contains(row));
            let nanos = times.nanos(row).map(i128::from);
            match nanos {
                Some(nanos) if (bounds.0..=bounds.1).contains(&nanos) => {
                    let bucket = usize::try_from((nanos - found.start) / width).expect("a bucket");
                    expected.whole[bucket] += 1;
                    expected.filtered[bucket] += is_filtered;
                }
                nanos => {
                    let counts = if nanos.is_none() { &mut expected.without } else { &mut expected.outside };
                    counts[0] += 1;
                    counts[1] += is_filtered;
                }
            }
        }
        prop_assert_eq!(found, expected);
    }
}
