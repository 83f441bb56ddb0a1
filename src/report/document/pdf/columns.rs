//! How wide the columns of a table are, given what their cells need. Pure.

/// What a column needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Want {
    /// The width below which its words are broken.
    pub(super) least: f32,
    /// The width above which nothing is gained.
    pub(super) most: f32,
    /// Whether it takes the room that nothing needs.
    pub(super) grows: bool,
}

/// No column is narrower, as long as there is room: about four digits.
pub(super) const FLOOR: f32 = 22.0;

/// The widths of columns that share `room`. Where all of it fits, each has what it wants, and the rest goes to those that grow.
/// Otherwise narrow columns keep what they want, and the wide ones share what is left.
pub(super) fn widths(wants: &[Want], room: f32) -> Vec<f32> {
    let sum = |of: fn(&Want) -> f32| wants.iter().map(of).sum::<f32>();
    if sum(|want| want.most) <= room {
        return spread(wants, room);
    }
    let bounds: fn(&Want) -> (f32, f32) = if sum(|want| want.least) <= room {
        |want| (want.least, want.most.max(want.least))
    } else if sum(|want| want.least.min(FLOOR)) <= room {
        |want| (want.least.min(FLOOR), want.least)
    } else {
        |want| (0.0, want.least.min(FLOOR))
    };
    level(&wants.iter().map(bounds).collect::<Vec<_>>(), room)
}

fn spread(wants: &[Want], room: f32) -> Vec<f32> {
    let taken: f32 = wants.iter().map(|want| want.most).sum();
    let some_grow = wants.iter().any(|want| want.grows);
    // Empty columns count as something, so that the shares are never none.
    let share = |want: &Want| if want.grows || !some_grow { want.most.max(1.0) } else { 0.0 };
    let shares: f32 = wants.iter().map(share).sum();
    wants.iter().map(|want| want.most + (room - taken) * share(want) / shares.max(1.0)).collect()
}

/// Widths between bounds that come to `room`: all as near to one another as the bounds let them.
fn level(bounds: &[(f32, f32)], room: f32) -> Vec<f32> {
    let at = |height: f32| bounds.iter().map(move |(least, most)| height.min(*most).max(*least));
    let (mut low, mut high) = (0.0, room);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if at(middle).sum::<f32>() <= room {
            low = middle;
        } else {
            high = middle;
        }
    }
    at(low).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn want(least: f32, most: f32, grows: bool) -> Want {
        Want { least, most, grows }
    }

    #[test]
    fn columns_share_the_room() {
        for (wants, room, expected) in [
            (vec![], 100.0, vec![]),
            (vec![want(10.0, 20.0, true), want(10.0, 20.0, false)], 100.0, vec![80.0, 20.0]),
            (vec![want(10.0, 20.0, false), want(10.0, 20.0, false)], 100.0, vec![50.0, 50.0]),
            (vec![want(0.0, 0.0, true)], 100.0, vec![100.0]),
            (vec![want(10.0, 30.0, true), want(10.0, 500.0, true)], 100.0, vec![30.0, 70.0]),
            (vec![want(60.0, 80.0, true), want(10.0, 500.0, true)], 100.0, vec![60.0, 40.0]),
            (vec![want(30.0, 30.0, true), want(300.0, 500.0, true)], 100.0, vec![30.0, 70.0]),
            (vec![want(300.0, 300.0, true), want(300.0, 500.0, true)], 30.0, vec![15.0, 15.0]),
        ] {
            let widths = widths(&wants, room);
            assert_eq!(widths.len(), expected.len());
            for (width, expected) in widths.iter().zip(&expected) {
                assert!((width - expected).abs() < 0.01, "{wants:?}: {widths:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_room_is_used_up_and_never_exceeded(
            wants in prop::collection::vec((0.0_f32..200.0, 0.0_f32..2000.0, any::<bool>()), 1..20), room in 1.0_f32..600.0,
        ) {
            let wants: Vec<_> = wants.into_iter().map(|(least, more, grows)| want(least, least + more, grows)).collect();
            let widths = widths(&wants, room);
            let sum: f32 = widths.iter().sum();
            prop_assert!((sum - room).abs() < 0.5, "{sum} of {room}");
            prop_assert!(widths.iter().all(|width| *width >= 0.0));
            if wants.iter().map(|want| want.least).sum::<f32>() <= room {
                prop_assert!(wants.iter().zip(&widths).all(|(want, width)| *width >= want.least - 0.01));
            }
        }
    }
}
