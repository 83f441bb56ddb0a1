//! Many tests at once: some p-values are small by chance alone. Benjamini and Hochberg's adjustment (1995).

/// The adjusted p-values (q), in the order given: among the tests with q up to a level, false alarms are expected to be no larger a
/// share than that level. What is no p-value counts as 1.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let p: Vec<f64> = p.iter().map(|p| if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }).collect();
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_unstable_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, &test) in order.iter().enumerate().rev() {
        least = least.min(p[test] * (p.len() as f64 / (rank + 1) as f64));
        adjusted[test] = least;
    }
    adjusted
}

/// The same where some tests could not be made: they have no q, and do not count for the others.
#[must_use]
pub fn benjamini_hochberg_of(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let made: Vec<f64> = p.iter().copied().flatten().collect();
    let mut adjusted = benjamini_hochberg(&made).into_iter();
    p.iter().map(|p| p.and_then(|_| adjusted.next())).collect()
}
