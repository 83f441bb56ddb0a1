//! Counts by the values of a column, on two sides: the codes of values are places, so that no row is looked up.

use crate::columns::Column;

/// What is counted at a value: of the reference and of what is held against it, so many counted among so many.
pub(super) type Sides = [(u64, u64); 2];

/// The place of each code that was met, in the order in which they were.
#[derive(Debug, Default)]
pub(super) struct Places {
    of_code: Vec<u32>,
    met: Vec<u32>,
}

impl Places {
    /// The place of a code.
    pub(super) fn of(&mut self, code: u32) -> usize {
        let at = code as usize;
        if self.of_code.len() <= at {
            self.of_code.resize(at + 1, 0);
        }
        // From 1: 0 is one that was not met.
        if self.of_code[at] == 0 {
            self.met.push(code);
            self.of_code[at] = u32::try_from(self.met.len()).unwrap_or(u32::MAX);
        }
        self.of_code[at] as usize - 1
    }

    /// The codes that were met.
    pub(super) fn met(&self) -> &[u32] {
        &self.met
    }
}

/// Counts each row where `pair` says that it is among those looked at, and that it counts. `None` where there are more than `most`
/// values, or numbers that are kept by themselves. Absent and null are values here: an input may lose a field.
pub(super) fn by_code(
    column: &Column,
    sides: [&[u32]; 2],
    most: usize,
    pair: impl Fn(u32) -> (u32, u32),
) -> Option<Vec<(u32, Sides)>> {
    let mut places = Places::default();
    let mut cells: Vec<Sides> = Vec::new();
    let mut codes = column.codes();
    for (side, rows) in sides.into_iter().enumerate() {
        for row in rows {
            let place = places.of(codes.of(*row)?);
            if place >= most {
                return None;
            }
            if place == cells.len() {
                cells.push(Sides::default());
            }
            let (among, counted) = pair(*row);
            let cell = &mut cells[place][side];
            cell.0 += u64::from(counted);
            cell.1 += u64::from(among);
        }
    }
    let mut out: Vec<(u32, Sides)> = places.met().iter().copied().zip(cells).collect();
    out.sort_unstable_by_key(|(code, _)| *code);
    Some(out)
}
