//! A stretch of time that is brushed on the screen: as exact as a point of the screen is, and no more.

const MILLI: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLI;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// What stretches begin and end at, in nanoseconds: each divides the next.
const STEPS: [i64; 11] =
    [MILLI, 10 * MILLI, 100 * MILLI, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR];

/// The stretch from `first` to `last`, in nanoseconds since 1970, wider by as little as makes its ends times that people write, where a
/// point of the screen stands for `point` nanoseconds.
#[must_use]
pub fn snapped((first, last): (i64, i64), point: f64) -> (i64, i64) {
    #[expect(clippy::cast_precision_loss, reason = "steps of time")]
    let step = STEPS.into_iter().rev().find(|step| *step as f64 <= point).unwrap_or(MILLI);
    let down = |nanos: i64| nanos.checked_sub(nanos.rem_euclid(step));
    let up = |nanos: i64| down(nanos.checked_add(step - 1)?);
    (down(first).unwrap_or(first), up(last).unwrap_or(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_as_exact_as_a_point() {
        #[expect(clippy::cast_precision_loss, reason = "steps of time")]
        let minutes = |n: i64| (n * MINUTE) as f64;
        for (range, point, expected) in [
            ((HOUR + 1, 2 * HOUR + 1), minutes(90), (HOUR, 3 * HOUR)),
            ((HOUR, 2 * HOUR), minutes(90), (HOUR, 2 * HOUR)),
            ((HOUR + 7 * MINUTE, HOUR + 21 * MINUTE), minutes(11), (HOUR, HOUR + 30 * MINUTE)),
            ((MILLI + 3, 5 * MILLI - 3), 12.0, (MILLI, 5 * MILLI)),
            ((-HOUR - 1, 1), minutes(60), (-2 * HOUR, HOUR)),
            ((i64::MIN, i64::MAX), minutes(60), (i64::MIN, i64::MAX)),
        ] {
            assert_eq!(snapped(range, point), expected, "{range:?}");
        }
    }
}
