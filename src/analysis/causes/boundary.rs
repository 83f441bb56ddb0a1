//! Cuts between results: where a number of the output parts one result from the next, and who stays close to it.

use super::compare::{Scale, Test, as_f64, figure};
use super::scope::Scope;
use super::told::{Compared, Signal};
use crate::analysis::distribution::{Distribution, distributions};
use crate::analysis::statistics::drift::mann_whitney;
use crate::analysis::statistics::pair::{Counted, Pair};
use crate::columns::Column;
use crate::evidence::EvidenceError;
use crate::query::Field;

const DEFINITION: &str = "the median distance of the actor's scores to the nearest cut ÷ that of everybody else's; p of the test of Mann and Whitney";

/// A cut that puts more than this share on the wrong side is none.
const MOST_WRONG: f64 = 0.05;

/// So many results are told apart.
const MAX_RESULTS: usize = 10;

/// Cuts between results on a number of the output.
pub(super) struct Cuts {
    column: std::sync::Arc<Column>,
    /// Where they are.
    cuts: Vec<f64>,
}

impl Cuts {
    /// Those of the number that parts the results of these decisions best; `None` where none does.
    pub(super) fn of(scope: &Scope<'_>, rows: &[u32]) -> Result<Option<Self>, EvidenceError> {
        let Some(results) = &scope.decisions.results else { return Ok(None) };
        let mut codes: Vec<u32> = Vec::new();
        for row in rows {
            let Some(code) = results.code(*row).filter(|code| *code > 2) else { continue };
            if !codes.contains(&code) {
                codes.push(code);
            }
            if codes.len() > MAX_RESULTS {
                return Ok(None);
            }
        }
        let mut best: Option<(f64, Self)> = None;
        for known in scope.evidence.fields() {
            let Field::Path(path) = &known.field else { continue };
            let is_output = path.members().first().is_some_and(|first| first == "output");
            if !is_output || known.counts.numbers <= known.counts.texts || !known.has_column {
                continue;
            }
            let column = match scope.evidence.column(&known.field, scope.watch) {
                Ok(column) => column,
                Err(EvidenceError::TooVaried(_)) => continue,
                Err(error) => return Err(error),
            };
            let of_result = |row: &u32| {
                let code = results.code(*row)?;
                Some((*row, codes.iter().position(|known| *known == code)?))
            };
            let found = distributions(&column, rows.iter().filter_map(of_result), codes.len());
            if let Some((cuts, wrong)) = cuts(&found)
                && best.as_ref().is_none_or(|(least, _)| wrong < *least)
            {
                best = Some((wrong, Self { column, cuts }));
            }
        }
        Ok(best.map(|(_, cuts)| cuts))
    }

    /// How close an actor's decisions stay to a cut: the test, and the signal where they hug it.
    pub(super) fn hugging(&self, scope: &Scope<'_>, others: &[u32], own: &[u32]) -> (Option<Test>, Option<Signal>) {
        let both = others.iter().map(|row| (*row, 0)).chain(own.iter().map(|row| (*row, 1)));
        let found = distributions(&self.column, both, 2);
        let [everybody, actor] = &found[..] else { return (None, None) };
        let (Some(usual), Some(close)) = (self.median(everybody), self.median(actor)) else { return (None, None) };
        let distances = |of: &Distribution, is_own: bool| {
            let counted = |(value, count): &(f64, u64)| {
                let (reference, current) = if is_own { (0, *count) } else { (*count, 0) };
                Counted { value: self.distance(*value), reference, current }
            };
            of.values().iter().map(counted).collect::<Vec<_>>()
        };
        let pair = Pair::of(distances(everybody, false).into_iter().chain(distances(actor, true)));
        let compared =
            Compared { reference: usual, current: close, reference_of: everybody.with(), current_of: actor.with() };
        let ratio = if usual > 0.0 { close / usual } else { f64::INFINITY };
        let test = Test {
            name: "boundary_hugging".to_owned(),
            text: String::new(),
            definition: DEFINITION,
            scale: Scale::Rate,
            size: ratio,
            compared,
            p: mann_whitney(&pair).ok().map(|test| test.p),
            q: None,
            select: Vec::new(),
            is_of_value: false,
        };
        let limit = scope.limits.boundary_ratio;
        let hugs = (ratio <= limit).then(|| {
            let cuts: Vec<String> = self.cuts.iter().map(|cut| figure(*cut)).collect();
            let text = format!(
                "scores hug the boundary at {}: {} away, everybody else {}",
                cuts.join(" and "),
                figure(close),
                figure(usual)
            );
            let signal = Signal::told("boundary_hugging", text, DEFINITION);
            Signal { compared: Some(compared), ..signal.with_value(ratio, "causes.boundary_ratio", limit) }
        });
        (Some(test), hugs)
    }

    fn distance(&self, value: f64) -> f64 {
        self.cuts.iter().map(|cut| (value - cut).abs()).fold(f64::INFINITY, f64::min)
    }

    /// The median distance.
    fn median(&self, of: &Distribution) -> Option<f64> {
        let mut distances: Vec<(f64, u64)> =
            of.values().iter().map(|(value, count)| (self.distance(*value), *count)).collect();
        distances.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut seen = 0;
        let middle = distances.iter().find(|(_, count)| {
            seen += count;
            2 * seen >= of.with()
        });
        middle.map(|(distance, _)| *distance)
    }
}

/// The cuts between results, in the order of their medians, and the share on the wrong side of the worst of them.
pub(super) fn cuts(of_results: &[Distribution]) -> Option<(Vec<f64>, f64)> {
    let median = |of: &Distribution| {
        let mut seen = 0;
        let middle = of.values().iter().find(|(_, count)| {
            seen += count;
            2 * seen >= of.with()
        });
        middle.map(|(value, _)| *value)
    };
    let mut ordered: Vec<(f64, &Distribution)> = of_results.iter().filter_map(|of| Some((median(of)?, of))).collect();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut cuts = Vec::new();
    let mut worst: f64 = 0.0;
    for pair in ordered.windows(2) {
        let (cut, wrong) = cut(pair[0].1, pair[1].1)?;
        worst = worst.max(wrong);
        cuts.push(cut);
    }
    (!cuts.is_empty() && worst <= MOST_WRONG).then_some((cuts, worst))
}

/// Where the fewest values are on the wrong side, half-way between two values, and their share of the smaller of the two results.
pub(super) fn cut(below: &Distribution, above: &Distribution) -> Option<(f64, f64)> {
    let pair = below.with_current(above);
    let mut wrong = pair.reference();
    let mut best: Option<(u64, f64)> = None;
    let values = pair.values();
    for (at, counted) in values.iter().enumerate() {
        // Everything up to this value counts as below.
        wrong = wrong - counted.reference + counted.current;
        let next = values.get(at + 1)?.value;
        if best.is_none_or(|(least, _)| wrong < least) {
            best = Some((wrong, counted.value.midpoint(next)));
        }
        if at + 2 == values.len() {
            break;
        }
    }
    let (wrong, cut) = best?;
    let smaller = pair.reference().min(pair.current());
    (smaller > 0).then(|| (cut, as_f64(wrong) / as_f64(smaller)))
}
