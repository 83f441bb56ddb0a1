//! Which lanes are shown, in which order, and how high: as the user left them, for every log.

use serde::{Deserialize, Serialize};

use super::lanes::{Lane, Lanes};

/// So many lanes are remembered.
const MOST: usize = 200;

/// How lanes are arranged. Lanes are named by their ids; those that are not named stand as they do at first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrangement {
    /// Lanes that were moved, in their order: they stand before the others.
    pub order: Vec<String>,
    /// Lanes that stay at the top while others are scrolled.
    pub pinned: Vec<String>,
    /// Lanes that are shown although they usually are not.
    pub added: Vec<String>,
    /// Lanes that are not shown although they usually are.
    pub hidden: Vec<String>,
    /// Lanes of which only a line is shown.
    pub collapsed: Vec<String>,
}

/// What is done to a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrange {
    /// One place up, or down.
    Move(bool),
    /// It stays at the top, or no longer.
    Pin,
    /// It is shown, or no longer.
    Show,
    /// Only a line of it is shown, or all again.
    Collapse,
}

impl Arrangement {
    /// Whether a lane is shown.
    #[must_use]
    pub fn is_shown(&self, lane: &Lane) -> bool {
        if lane.is_usual { !self.hidden.contains(&lane.id) } else { self.added.contains(&lane.id) }
    }

    /// Whether a lane stays at the top.
    #[must_use]
    pub fn is_pinned(&self, lane: &Lane) -> bool {
        self.pinned.contains(&lane.id)
    }

    /// Whether only a line of a lane is shown.
    #[must_use]
    pub fn is_collapsed(&self, lane: &Lane) -> bool {
        self.collapsed.contains(&lane.id)
    }

    /// All lanes in their order, those that are not shown among them: pinned ones first, then those that were moved.
    #[must_use]
    pub fn ordered<'l>(&self, lanes: &'l Lanes) -> Vec<&'l Lane> {
        let mut all: Vec<&Lane> = lanes.lanes.iter().collect();
        let place = |lane: &Lane| self.order.iter().position(|id| *id == lane.id).unwrap_or(usize::MAX);
        all.sort_by_key(|lane| (!self.is_pinned(lane), place(lane)));
        all
    }

    /// The lanes that are shown, in their order.
    pub fn shown<'l>(&self, lanes: &'l Lanes) -> impl Iterator<Item = &'l Lane> {
        self.ordered(lanes).into_iter().filter(|lane| self.is_shown(lane))
    }

    /// Does something to a lane.
    pub fn change(&mut self, id: &str, what: Arrange, lanes: &Lanes) {
        let Some(lane) = lanes.lane(id) else { return };
        match what {
            Arrange::Pin => toggle(&mut self.pinned, id),
            Arrange::Collapse => toggle(&mut self.collapsed, id),
            Arrange::Show => toggle(if lane.is_usual { &mut self.hidden } else { &mut self.added }, id),
            Arrange::Move(is_up) => {
                // It changes places with the next one that is seen; among pinned lanes and among others each.
                let mut ids: Vec<String> = self.ordered(lanes).into_iter().map(|lane| lane.id.clone()).collect();
                let seen: Vec<usize> = (0..ids.len())
                    .filter(|at| {
                        let other = ids.get(*at).and_then(|id| lanes.lane(id));
                        other.is_some_and(|other| self.is_shown(other) && self.is_pinned(other) == self.is_pinned(lane))
                    })
                    .collect();
                let Some(here) = seen.iter().position(|at| ids.get(*at).is_some_and(|other| other == id)) else {
                    return;
                };
                let there = if is_up { here.checked_sub(1) } else { Some(here + 1) };
                if let Some(there) = there.and_then(|there| seen.get(there)) {
                    let moved = ids.remove(seen[here]);
                    ids.insert(*there, moved);
                    // Lanes that this log does not have keep their places behind.
                    let others: Vec<String> = self.order.iter().filter(|known| !ids.contains(known)).cloned().collect();
                    self.order = ids.into_iter().chain(others).take(MOST).collect();
                }
            }
        }
    }
}

fn toggle(list: &mut Vec<String>, id: &str) {
    match list.iter().position(|known| known == id) {
        Some(at) => drop(list.remove(at)),
        None if list.len() < MOST => list.push(id.to_owned()),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::{Body, Grouping};
    use super::*;

    fn lanes(ids: &[&str]) -> Lanes {
        let lane = |id: &&str| Lane {
            id: (*id).trim_end_matches('?').to_owned(),
            title: String::new(),
            note: String::new(),
            filter: String::new(),
            body: Body::Density(Vec::new()),
            is_usual: !id.ends_with('?'),
        };
        Lanes {
            generation: 0,
            is_part: false,
            is_whole: true,
            model: None,
            models: Vec::new(),
            grouping: Grouping::Model,
            extent: (0, 0),
            lanes: ids.iter().map(lane).collect(),
            absent: Vec::new(),
        }
    }

    #[test]
    fn lanes_are_moved_pinned_hidden_and_added() {
        use Arrange::{Collapse, Move, Pin, Show};
        let lanes = lanes(&["a", "b", "x?", "c"]);
        for (steps, expected) in [
            (&[][..], "a b c"),
            (&[("c", Move(true))], "a c b"),
            (&[("a", Move(true))], "a b c"),
            (&[("a", Move(false)), ("a", Move(false))], "b c a"),
            (&[("b", Show), ("c", Move(true))], "c a"),
            (&[("x", Show)], "a b x c"),
            (&[("x", Show), ("x", Move(true))], "a x b c"),
            (&[("c", Pin)], "c a b"),
            (&[("c", Pin), ("c", Move(false))], "c a b"),
            (&[("c", Pin), ("c", Pin), ("b", Collapse)], "a b c"),
        ] {
            let mut arrangement = Arrangement::default();
            steps.iter().for_each(|(id, what)| arrangement.change(id, *what, &lanes));
            let shown: Vec<&str> = arrangement.shown(&lanes).map(|lane| lane.id.as_str()).collect();
            assert_eq!(shown.join(" "), expected, "{steps:?}");
        }
    }

    #[test]
    fn lanes_of_another_log_keep_their_places() {
        let mut arrangement = Arrangement { order: vec!["elsewhere".to_owned()], ..Arrangement::default() };
        arrangement.change("b", Arrange::Move(true), &lanes(&["a", "b"]));
        assert_eq!(arrangement.order, ["b", "a", "elsewhere"]);
    }
}
