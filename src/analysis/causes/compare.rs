//! What differs between two sets of decisions: rates, numbers and categories, each with the size of the difference and a test of it.

use std::collections::BTreeMap;

use super::scope::Scope;
use super::told::{Compared, Limit, Signal, Strength};
use crate::analysis::decisions::{Measure, Tally};
use crate::analysis::distribution::{Distribution, distributions};
use crate::analysis::statistics::contingency::Contingency;
use crate::analysis::statistics::drift;
use crate::analysis::statistics::many::benjamini_hochberg_of;
use crate::analysis::statistics::proportions::difference;
use crate::analysis::thresholds::CausesThresholds;
use crate::columns::Column;
use crate::record::figures::count;
use crate::record::text::shown_short;

/// How a size is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Cohen's h.
    Rate,
    /// A population stability index.
    Stability,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    pub(super) name: String,
    /// In short words, with the figures.
    pub(super) text: String,
    pub(super) definition: &'static str,
    pub(super) scale: Scale,
    pub(super) size: f64,
    pub(super) compared: Compared,
    pub(super) p: Option<f64>,
    pub(super) q: Option<f64>,
    /// Conditions that select the records that differ among those compared.
    pub(super) select: Vec<String>,
}

impl Test {
    /// How strong it is, by its thresholds.
    pub(super) fn strength(&self, limits: &CausesThresholds) -> Option<Strength> {
        let (moderate, strong) = match self.scale {
            Scale::Rate => (limits.h_moderate, limits.h_strong),
            Scale::Stability => (limits.psi_moderate, limits.psi_strong),
        };
        match self.size {
            _ if self.q.is_none_or(|q| q >= limits.q) => None,
            size if size >= strong => Some(Strength::Strong),
            size if size >= moderate => Some(Strength::Moderate),
            _ => None,
        }
    }

    /// Whether the figure rose.
    pub(super) fn rose(&self) -> bool {
        self.compared.current > self.compared.reference
    }

    /// As it is told.
    pub(super) fn signal(&self, limits: &CausesThresholds) -> Signal {
        let (key, limit) = match self.scale {
            Scale::Rate => ("causes.h_moderate", limits.h_moderate),
            Scale::Stability => ("causes.psi_moderate", limits.psi_moderate),
        };
        Signal {
            value: Some(self.size),
            limits: vec![Limit { key, value: limit }, Limit { key: "causes.q", value: limits.q }],
            compared: Some(self.compared),
            p: self.p,
            q: self.q,
            ..Signal::told(&self.name, self.text.clone(), self.definition)
        }
        .with_strength(self.strength(limits))
    }
}

/// Adjusts the p-values of tests that were made for one question.
pub(super) fn adjust<'t>(tests: impl Iterator<Item = &'t mut Test>) {
    let tests: Vec<&mut Test> = tests.collect();
    let p: Vec<Option<f64>> = tests.iter().map(|test| test.p).collect();
    for (test, q) in tests.into_iter().zip(benjamini_hochberg_of(&p)) {
        test.q = q;
    }
}

/// The strength of several signals together: two moderate ones are as good as a strong one.
pub(super) fn together(strengths: impl Iterator<Item = Strength>) -> Option<Strength> {
    let strengths: Vec<Strength> = strengths.collect();
    let strongest = strengths.iter().max().copied()?;
    Some(if strengths.len() > 1 { Strength::Strong } else { strongest })
}

/// `4.1 %`, whose parts no line break parts.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1}\u{a0}%", 100.0 * share)
}

/// A number with so many digits as one reads: `0.74`, `2 310`.
pub(super) fn figure(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be from 100 to 10¹⁵")]
    match number.abs() {
        size if (100.0..1e15).contains(&size) => {
            format!("{}{}", if number < 0.0 { "−" } else { "" }, count(size.round() as u64))
        }
        size if size >= 1e15 || size > 0.0 && size < 0.005 => format!("{number:.1e}"),
        _ => format!("{number:.2}").replace('-', "−"),
    }
}

const RATE: &str = "the size is Cohen's h, 2·arcsin(√rate) of one less that of the other; p of the pooled z-test";
const NUMBERS: &str =
    "the size is the population stability index over deciles of the reference; p of the test of Kolmogorov and Smirnov";
const CATEGORIES: &str = "the size is the population stability index over the values; p of the χ² test";

/// A rate of two sides, each counted and among how many.
pub(super) fn rates(
    name: &str,
    title: &str,
    reference: (u64, u64),
    current: (u64, u64),
    limits: &CausesThresholds,
) -> Result<Test, String> {
    let least = u64::from(limits.least_decisions);
    if reference.1.min(current.1) < least {
        let (before, now) = (count(reference.1), count(current.1));
        return Err(format!("{title}: {now} decisions against {before}, fewer than {least} on a side"));
    }
    let differs = difference(reference, current).map_err(|why| format!("{title}: {why}"))?;
    let (before, now) = (share(reference), share(current));
    let size = (2.0 * now.sqrt().asin() - 2.0 * before.sqrt().asin()).abs();
    Ok(Test {
        name: name.to_owned(),
        text: format!("{title} {} → {}", percent(before), percent(now)),
        definition: RATE,
        scale: Scale::Rate,
        size,
        compared: Compared { reference: before, current: now, reference_of: reference.1, current_of: current.1 },
        p: differs.p.ok(),
        q: None,
        select: Vec::new(),
    })
}

fn share((counted, among): (u64, u64)) -> f64 {
    as_f64(counted) / as_f64(among.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are below 2⁵³")]
pub(super) fn as_f64(number: u64) -> f64 {
    number as f64
}

/// How errors, overrides and adverse results are called, and which decisions are those counted.
const MEASURES: [(Measure, &str, &str, Option<&str>); 3] = [
    (Measure::Errors, "error_rate", "error rate", Some("correct:false")),
    (Measure::OverriddenOfReviewed, "override_rate", "override rate", Some("overridden:true")),
    (Measure::Adverse, "adverse_rate", "adverse rate", None),
];

/// What moved between two sets of decisions: errors, overrides, adverse results, confidence. What cannot be said comes as a reason.
pub(super) fn moved(scope: &Scope<'_>, reference: &[u32], current: &[u32]) -> Vec<Result<Test, String>> {
    let decisions = scope.decisions;
    let tally = |rows: &[u32]| {
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.add(decisions.marks(*row)));
        tally
    };
    let (before, now) = (tally(reference), tally(current));
    let mut out = Vec::new();
    for (measure, name, title, select) in MEASURES {
        let (before, now) = (before.counts(measure), now.counts(measure));
        out.push(if before.1 == 0 && now.1 == 0 {
            Err(format!("{title}: {}", measure.without()))
        } else {
            rates(name, title, before, now, scope.limits)
                .map(|test| Test { select: select.iter().map(|text| (*text).to_owned()).collect(), ..test })
        });
    }
    out.push(match &decisions.confidences {
        None => Err("confidence: its values are too varied".to_owned()),
        Some(column) => {
            let found = numbers_of(column, reference, current);
            numbers("confidence", "confidence", &found, scope.limits)
        }
    });
    out
}

/// The numbers of a column on both sides.
pub(super) fn numbers_of(column: &Column, reference: &[u32], current: &[u32]) -> [Distribution; 2] {
    let both = reference.iter().map(|row| (*row, 0)).chain(current.iter().map(|row| (*row, 1)));
    let mut found = distributions(column, both, 2).into_iter();
    [found.next().unwrap_or_default(), found.next().unwrap_or_default()]
}

/// How numbers of two sides differ.
pub(super) fn numbers(
    name: &str,
    title: &str,
    [reference, current]: &[Distribution; 2],
    limits: &CausesThresholds,
) -> Result<Test, String> {
    let least = u64::from(limits.least_decisions);
    let (Some(before), Some(now)) = (reference.mean(), current.mean()) else {
        return Err(format!("{title}: no decision states it on one of the sides"));
    };
    if reference.with().min(current.with()) < least {
        return Err(format!("{title}: fewer than {least} decisions on a side state it"));
    }
    let pair = reference.with_current(current);
    let psi = drift::psi(&pair).map_err(|why| format!("{title}: {why}"))?;
    let p = drift::ks(&pair).ok().map(|ks| ks.p);
    Ok(Test {
        name: name.to_owned(),
        text: format!("{title} PSI {:.2}, mean {} → {}", psi.value, figure(before), figure(now)),
        definition: NUMBERS,
        scale: Scale::Stability,
        size: psi.value,
        compared: Compared {
            reference: before,
            current: now,
            reference_of: reference.with(),
            current_of: current.with(),
        },
        p,
        q: None,
        select: Vec::new(),
    })
}

/// How values of two sides differ: `path` is the field as filters have it.
pub(super) fn categories(
    path: &str,
    title: &str,
    column: &Column,
    (reference, current): (&[u32], &[u32]),
    limits: &CausesThresholds,
) -> Result<Test, String> {
    let mut counts: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    let most = limits.most_categories as usize;
    let mut take = |rows: &[u32], is_current: bool| {
        for row in rows {
            // Absent and null are values here: an input may lose a field.
            let Some(code) = column.code(*row) else { return false };
            let entry = counts.entry(code).or_default();
            if is_current {
                entry.1 += 1;
            } else {
                entry.0 += 1;
            }
            if counts.len() > most {
                return false;
            }
        }
        true
    };
    if !take(reference, false) || !take(current, true) {
        return Err(format!("{title}: more than {most} different values"));
    }
    let (before, now) = (reference.len() as u64, current.len() as u64);
    let least = u64::from(limits.least_decisions);
    if before.min(now) < least {
        return Err(format!("{title}: fewer than {least} decisions on a side"));
    }
    let cells: Vec<(u64, u64)> = counts.values().copied().collect();
    let (psi, _) = drift::psi_of_categories(&cells).map_err(|why| format!("{title}: {why}"))?;
    let table = Contingency::new(cells.len(), 2, cells.iter().flat_map(|cell| [cell.0, cell.1]).collect());
    let p = table.chi_squared().ok().map(|test| test.p);
    let gain = |(_, cell): &(&u32, &(u64, u64))| (share((cell.1, now)) - share((cell.0, before))).abs();
    let most_moved = counts.iter().max_by(|a, b| gain(a).total_cmp(&gain(b)));
    let Some((code, cell)) = most_moved else { return Err(format!("{title}: no values")) };
    let value = column.values().find(|(known, ..)| known == code).map(|(.., text)| text.to_owned());
    let shown = match &value {
        Some(text) => shown_short(text, 40),
        None if *code < 2 => "without it".to_owned(),
        None => "lists and objects".to_owned(),
    };
    let (was, is) = (share((cell.0, before)), share((cell.1, now)));
    Ok(Test {
        name: path.to_owned(),
        text: format!("{title} PSI {psi:.2}, most {shown}: {} → {}", percent(was), percent(is)),
        definition: CATEGORIES,
        scale: Scale::Stability,
        size: psi,
        compared: Compared { reference: was, current: is, reference_of: before, current_of: now },
        p,
        q: None,
        select: value.map(|text| crate::analysis::story::condition(path, ":", &text)).into_iter().collect(),
    })
}
