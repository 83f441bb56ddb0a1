//! Selections, facets, orders and histograms of one bundle.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use probity::bundle::reading::Unwatched;
use probity::columns::Selection;
use probity::evidence::{Evidence, SortKey};
use probity::query::{Expr, Field};
use proptest::prelude::*;

use super::filters::{fields, filters};
use super::plain::{Plain, order};
use super::records::records;
use super::{Packed, cases};
use crate::common::Log;

/// The rows that pass, by the plain loops.
pub(crate) fn plainly(plain: &Plain<'_>, filter: &Expr) -> Vec<u32> {
    (0..plain.rows.len()).filter(|row| plain.passes(*row, filter)).map(|row| row as u32).collect()
}

/// Whether facets of some fields count what loops count.
pub(crate) fn facet_is_plain(evidence: &Evidence, plain: &Plain<'_>, field: &Field, selection: &Selection) {
    let (counts, with) = super::plain::facet(plain, selection.iter().map(|row| row as usize), field);
    let facet =
        evidence.facet(field, selection, usize::MAX, &Unwatched).unwrap_or_else(|error| panic!("{field}: {error}"));
    assert_eq!((facet.with, facet.without), (with, selection.count() - with), "{field}");
    assert_eq!(facet.distinct as usize, counts.len(), "{field}");
    assert!(facet.values.windows(2).all(|pair| pair[0].count >= pair[1].count), "{field}");
    let found: BTreeMap<String, u32> = facet.values.iter().map(|value| (value.text.clone(), value.count)).collect();
    assert_eq!(found, counts, "{field}");
    let few = evidence.facet(field, selection, 2, &Unwatched).unwrap();
    assert_eq!(few.values, facet.values[..facet.values.len().min(2)]);
}

/// Rows in the order of keys, by comparing them.
fn sorted(plain: &Plain<'_>, rows: &[u32], keys: &[SortKey]) -> Vec<u32> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| {
        let key = |key: &SortKey| {
            let is = |name| matches!(key.field, Field::Alias(alias) if alias.name == name);
            // An order is one of the records, whatever members of theirs have these names.
            let found = if is("time") {
                let (a, b) = (plain.time(*a as usize), plain.time(*b as usize));
                (a.is_none(), b.is_none(), a.cmp(&b))
            } else if is("seq") {
                let (a, b) = (plain.rows[*a as usize].seq, plain.rows[*b as usize].seq);
                (a.is_none(), b.is_none(), a.cmp(&b))
            } else {
                let first = |row: &u32| plain.values(*row as usize, &key.field).into_iter().next();
                let (a, b) = (first(a), first(b));
                let order =
                    a.as_ref().zip(b.as_ref()).map_or(Ordering::Equal, |(a, b)| order(key.field.field_type(), a, b));
                (a.is_none(), b.is_none(), order)
            };
            match found {
                (false, false, order) if key.descends => order.reverse(),
                (false, false, order) => order,
                (a, b, _) => a.cmp(&b),
            }
        };
        keys.iter().map(key).find(|order| order.is_ne()).unwrap_or_else(|| a.cmp(b))
    });
    rows
}

fn histogram_is_plain(
    evidence: &Evidence,
    plain: &Plain<'_>,
    selection: &Selection,
    range: Option<(i64, i64)>,
    buckets: u32,
) {
    let histogram = evidence.histogram(selection, range, buckets);
    assert!(histogram.whole.len() <= buckets.max(2) as usize);
    let (mut whole, mut filtered) = (vec![0; histogram.whole.len()], vec![0; histogram.whole.len()]);
    let (mut without, mut outside) = ([0; 2], [0; 2]);
    for row in 0..plain.rows.len() as u32 {
        let count = |counts: &mut [u32; 2]| {
            counts[0] += 1;
            counts[1] += u32::from(selection.contains(row));
        };
        // What 64 bits of nanoseconds cannot say stands at their ends.
        let Some(time) = plain.time(row as usize) else {
            count(&mut without);
            continue;
        };
        let nanos =
            i128::from(time.timestamp()) * 1_000_000_000 + i128::from(time.timestamp_subsec_nanos().min(999_999_999));
        let nanos = nanos.clamp(i128::from(i64::MIN) + 1, i64::MAX.into());
        if range.is_some_and(|(from, to)| nanos < from.into() || nanos > to.into()) {
            count(&mut outside);
            continue;
        }
        let bucket = ((nanos - histogram.start) / i128::from(histogram.width())) as usize;
        whole[bucket] += 1;
        filtered[bucket] += u32::from(selection.contains(row));
    }
    assert_eq!((histogram.whole, histogram.filtered), (whole, filtered));
    assert_eq!((histogram.without, histogram.outside), (without, outside));
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn one_bundle_answers_as_plain_loops_do(
        records in records(28),
        per_segment in 1..40_usize,
        form in 0..3_u8,
        filters in proptest::collection::vec(filters(), 12),
        fields in proptest::collection::vec(fields(), 6),
        keys in proptest::collection::vec((fields(), any::<bool>()), 1..4),
        range in proptest::option::of((0..12_i64, 0..12_i64)),
        buckets in 0..20_u32,
    ) {
        let log = Log::of(records.iter().map(|record| record.clone().into_bytes()), per_segment);
        let packed = match form {
            0 => Packed::bare(&log),
            form => Packed::new(&log, form == 1),
        };
        let plain = Plain::new(&records);
        let evidence = packed.open();
        prop_assert_eq!(evidence.rows() as usize, records.len());
        for filter in &filters {
            let found: Vec<u32> = evidence.select(filter, &Unwatched).unwrap().iter().collect();
            prop_assert_eq!(found, plainly(&plain, filter), "{}", filter);
        }
        let selection = evidence.select(&filters[0], &Unwatched).unwrap();
        for field in &fields {
            facet_is_plain(&evidence, &plain, field, &selection);
        }
        let keys: Vec<SortKey> = keys.into_iter().map(|(field, descends)| SortKey { field, descends }).collect();
        let all = Selection::all(evidence.rows());
        for selection in [&selection, &all] {
            let rows: Vec<u32> = selection.iter().collect();
            prop_assert_eq!(evidence.sort(selection, &keys, &Unwatched).unwrap(), sorted(&plain, &rows, &keys), "{:?}", keys);
        }
        let start = 1_772_323_200_000_000_000;
        let range = range.map(|(a, b)| (start + a * 60_000_000_000, start + b.max(a) * 60_000_000_000));
        histogram_is_plain(&evidence, &plain, &selection, range, buckets);
        // What was kept meanwhile is what an index that is opened again says.
        drop(evidence);
        let again = packed.open();
        prop_assert!(!again.logs()[0].index.is_new);
        for filter in &filters {
            let found: Vec<u32> = again.select(filter, &Unwatched).unwrap().iter().collect();
            prop_assert_eq!(found, plainly(&plain, filter), "{} again", filter);
        }
    }
}
