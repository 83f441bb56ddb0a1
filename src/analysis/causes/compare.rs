//! What differs between two sets of decisions: rates, numbers and categories, each with the size of the difference and a test of it.

use super::by_code::by_code;
use super::scope::Scope;
use super::told::{Compared, Limit, Signal, Strength};
use crate::analysis::decisions::{Measure, Tally};
use crate::analysis::distribution::{Distribution, distributions};
use crate::analysis::statistics::contingency::{Contingency, fisher};
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
    /// Whether it is about the decisions at one value of a field alone.
    pub(super) is_of_value: bool,
}

impl Test {
    /// Its text where it is below its thresholds: what moved beyond chance, but little, is another thing than what did not.
    pub(super) fn below_words(&self, limits: &CausesThresholds) -> String {
        match self.q.is_some_and(|q| q < limits.q) {
            true => format!("moved as well, but less than what counts: {}", self.text),
            false => format!("not beyond chance: {}", self.text),
        }
    }

    /// How strong it is, by its thresholds. What moved at one value alone is moderate at most: among many values some look moved.
    pub(super) fn strength(&self, limits: &CausesThresholds) -> Option<Strength> {
        let (moderate, strong) = match self.scale {
            Scale::Rate => (limits.h_moderate, limits.h_strong),
            Scale::Stability => (limits.psi_moderate, limits.psi_strong),
        };
        match self.size {
            _ if self.q.is_none_or(|q| q >= limits.q) => None,
            size if size >= strong && !self.is_of_value => Some(Strength::Strong),
            size if size >= moderate => Some(Strength::Moderate),
            _ => None,
        }
    }

    /// Whether it stands by itself: of what moved at one value alone more is asked where nothing moved in all.
    pub(super) fn stands_alone(&self, limits: &CausesThresholds) -> bool {
        !self.is_of_value || self.q.is_some_and(|q| q < limits.q_single)
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
        let mut held = vec![Limit { key, value: limit }, Limit { key: "causes.q", value: limits.q }];
        if self.is_of_value {
            held.push(Limit { key: "causes.q_single", value: limits.q_single });
        }
        Signal {
            value: Some(self.size),
            limits: held,
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

const RATE: &str = "the size is Cohen's h, 2·arcsin(√rate) of one less that of the other; p of Fisher's exact test";
const NUMBERS: &str = "the size is the population stability index over deciles of the reference; p is the larger of that of the χ² test \
                       over the same bins and that of Kolmogorov and Smirnov";
const CATEGORIES: &str = "the size is the population stability index over the values; p of the χ² test over them, and of Fisher's exact \
                          test for each rare one";

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
    // Exact: of few that are counted the z-test takes one for a movement. Where there are too many for that, it is as good.
    let p = differs.p.ok().map(|p| fisher([reference, current].map(|(of, all)| [of, all - of])).unwrap_or(p));
    let (before, now) = (share(reference), share(current));
    let size = (2.0 * now.sqrt().asin() - 2.0 * before.sqrt().asin()).abs();
    Ok(Test {
        name: name.to_owned(),
        text: format!("{title} {} → {}", percent(before), percent(now)),
        definition: RATE,
        scale: Scale::Rate,
        size,
        compared: Compared { reference: before, current: now, reference_of: reference.1, current_of: current.1 },
        p,
        q: None,
        select: Vec::new(),
        is_of_value: false,
    })
}

/// Fewer expected on a side, and the χ² test is not to be relied on (Cochran, 1954).
const LEAST_EXPECTED: f64 = 5.0;

/// How many of the reference and of what is held against it are in a bin.
type Bin = (u64, u64);

/// How probable bins of a stability index are by chance: with nothing moved the index times n·m/(n+m) is
/// close to the statistic of the χ² test over them (Yurdakul, 2018). Bins in which fewer are expected than that test asks for count as
/// one in it, and each has an exact test of its own; the p-value is the least of them all times their number (Bonferroni).
pub(super) fn p_of_bins(bins: &[Bin]) -> Option<f64> {
    let (reference, current) = bins.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
    let rarer = share((reference.min(current), reference + current));
    let is_enough = |bin: (u64, u64)| as_f64(bin.0 + bin.1) * rarer >= LEAST_EXPECTED;
    let there = bins.iter().filter(|bin| bin.0 + bin.1 > 0);
    let (mut bins, rare): (Vec<Bin>, Vec<Bin>) = there.partition(|bin| is_enough(**bin));
    let all_rare = rare.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
    match bins.iter_mut().min_by_key(|bin| bin.0 + bin.1) {
        // Still too few: they join the rarest of the others.
        Some(least) if !is_enough(all_rare) => *least = (least.0 + all_rare.0, least.1 + all_rare.1),
        _ => bins.push(all_rare),
    }
    let table = Contingency::new(bins.len(), 2, bins.iter().flat_map(|bin| [bin.0, bin.1]).collect());
    let of_all = table.chi_squared().ok().map(|test| test.p);
    let alone = rare.iter().filter_map(|bin| fisher([[bin.0, reference - bin.0], [bin.1, current - bin.1]]).ok());
    let p: Vec<f64> = of_all.into_iter().chain(alone).collect();
    p.iter().copied().reduce(f64::min).map(|least| (least * as_f64(p.len() as u64)).min(1.0))
}

fn share((counted, among): (u64, u64)) -> f64 {
    as_f64(counted) / as_f64(among.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are below 2⁵³")]
pub(super) fn as_f64(number: u64) -> f64 {
    number as f64
}

/// A count that was a share.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, from 0")]
fn whole(number: f64) -> u64 {
    number.round() as u64
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
    let (n, m) = (as_f64(pair.reference()), as_f64(pair.current()));
    let bins: Vec<(u64, u64)> = psi.bins.iter().map(|bin| (whole(bin.reference * n), whole(bin.current * m))).collect();
    let ks = drift::ks(&pair).ok().map(|ks| ks.p);
    let p = ks.zip(p_of_bins(&bins)).map(|(ks, of_bins)| ks.max(of_bins));
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
        is_of_value: false,
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
    let most = limits.most_categories as usize;
    let Some(counts) = by_code(column, [reference, current], most, |_| (1, 0)) else {
        return Err(format!("{title}: more than {most} different values"));
    };
    let (before, now) = (reference.len() as u64, current.len() as u64);
    let least = u64::from(limits.least_decisions);
    if before.min(now) < least {
        return Err(format!("{title}: fewer than {least} decisions on a side"));
    }
    let cells: Vec<(u64, u64)> = counts.iter().map(|(_, [before, now])| (before.1, now.1)).collect();
    let (psi, _) = drift::psi_of_categories(&cells).map_err(|why| format!("{title}: {why}"))?;
    let p = p_of_bins(&cells);
    let shares = |at: usize| (share((cells[at].0, before)), share((cells[at].1, now)));
    let gain = |at: &usize| (shares(*at).1 - shares(*at).0).abs();
    let most_moved = (0..cells.len()).max_by(|a, b| gain(a).total_cmp(&gain(b)));
    let Some(at) = most_moved else { return Err(format!("{title}: no values")) };
    let ((code, _), (was, is)) = (counts[at], shares(at));
    let value = column.values().find(|(known, ..)| *known == code).map(|(.., text)| text.to_owned());
    let shown = match &value {
        Some(text) => shown_short(text, 40),
        None if code < 2 => "without it".to_owned(),
        None => "lists and objects".to_owned(),
    };
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
        is_of_value: false,
    })
}
