//! The models: which versions there are, what is compared with what, and what of an incident is asked.
//!
//! Everything is worked out on a thread ([`examine`]), of the decisions that pass the filter and lie in the time that all views share.

mod causes;
pub mod examine;
mod groups;
mod kept;
mod sides;

pub use sides::stretch_of_time;

use serde::{Deserialize, Serialize};

use super::timeline::story::StoryOf;
use super::{App, View, has_mark};
use crate::analysis::course::Step;
use crate::analysis::decisions::Measure;
use crate::analysis::versions::{ModelVersions, Versions};
use examine::{Ask, Found};

/// What of the models is looked at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Looked {
    /// The model, where one was chosen.
    pub model: Option<String>,
    /// The order of the versions.
    pub order: Order,
    /// What is compared; without a choice, a version with the one before it.
    pub sides: Option<[Side; 2]>,
    /// The versions that were chosen to be compared, by the places of their stretches; the first may wait for a second.
    pub picked: Vec<usize>,
    /// Which of these is the reference, where that was chosen; else it is the earlier one.
    pub reference: Option<usize>,
    /// The rate that is told by the values of a field, and which field.
    pub segments: Segmented,
    /// The rate that is followed over time.
    pub measure: Option<Measure>,
    /// How wide a step over time is, where that was chosen.
    pub step: Option<Step>,
    /// What is held against what.
    pub relation: Relation,
    /// The field whose values are the groups that are treated alike or not, where one was chosen.
    pub group: Option<String>,
    /// Whose likely causes are asked, where that was chosen.
    #[serde(skip)]
    pub causes: Option<StoryOf>,
    /// How often they were asked for: the view goes there when it is more than before.
    #[serde(skip)]
    pub causes_wanted: u32,
}

impl Looked {
    /// The model that is looked at: the one that was chosen, as long as there is one, else that with the most decisions, of several the
    /// first.
    #[must_use]
    pub fn chosen<'v>(&self, versions: &'v Versions) -> Option<&'v ModelVersions> {
        let wanted = self.model.as_deref();
        let named = versions.models.iter().find(|model| wanted.is_some() && model.model.as_deref() == wanted);
        named.or_else(|| versions.models.iter().rev().max_by_key(|model| model.decisions))
    }

    /// Compares the versions that are picked, where they are two; of three the first goes that is not the reference.
    fn compare_picked(&mut self) {
        self.reference = self.reference.filter(|place| self.picked.contains(place));
        while self.picked.len() > 2 {
            let extra = self.picked.iter().position(|place| Some(*place) != self.reference).unwrap_or(0);
            self.picked.remove(extra);
        }
        if let [first, second] = self.picked[..] {
            // Unless it is chosen, the earlier one is what the later one is held against.
            let a = self.reference.unwrap_or(first.min(second));
            let b = if a == first { second } else { first };
            self.sides = Some([Side::Stretch(a), Side::Stretch(b)]);
        }
    }
}

/// The order of the versions in the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// By what.
    pub by: OrderBy,
    /// The greatest first.
    pub descends: bool,
}

/// What versions are put in order by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderBy {
    /// When they were in service.
    #[default]
    Time,
    /// Their names.
    Version,
    /// How many decisions they made.
    Decisions,
    /// A rate of their decisions.
    Rate(Measure),
    /// How sure they were, on average.
    Confidence,
}

/// One of two things that are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// A stretch of service, by its place.
    Stretch(usize),
    /// A stretch of time, first instant and last, in nanoseconds since 1970.
    Range(i64, i64),
    /// The decisions that pass a filter.
    Filter(String),
}

/// A rate by the values of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Segmented {
    /// The rate; the first usual one that both sides have where none is chosen.
    pub measure: Option<Measure>,
    /// The field; that whose values differ most in how far the rate moved where none is chosen.
    pub field: Option<String>,
}

/// What is held against what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relation {
    /// The field of the rows; the versions of the model where none is chosen.
    pub field: Option<String>,
    /// What the columns are.
    pub target: Against,
}

/// What a field is held against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The result.
    #[default]
    Result,
    /// Whether a review overrode it.
    Overridden,
    /// Whether result and outcome disagree.
    Error,
    /// Whether it was made in the window of the incident whose causes are asked.
    Incident,
}

impl Against {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Result, Self::Overridden, Self::Error, Self::Incident];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Overridden => "override",
            Self::Error => "error",
            Self::Incident => "incident window",
        }
    }
}

/// Something that a user does with the models.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Puts the versions in another order; in the opposite one where they are in this already.
    Order(OrderBy),
    /// Chooses a version to compare, by the place of its stretch, or lets go of it.
    Pick(usize),
    /// Makes a version the reference of what is compared, by the place of its stretch.
    Reference(usize),
    /// Tells another rate by the values of a field, or by another field.
    Segment(Segmented),
    /// Compares two things; a version with the one before it where none are given.
    Compare(Option<[Side; 2]>),
    /// Follows another rate over time.
    Follow(Measure),
    /// In steps of this width; as they fit where none is given.
    Step(Option<Step>),
    /// Holds something else against something else.
    Relate(Relation),
    /// Looks at groups by another field.
    Groups(String),
    /// Asks for the likely causes of this; without it, of what is chosen.
    Causes(Option<StoryOf>),
}

impl App {
    /// What of the models is looked at.
    #[must_use]
    pub fn models(&self) -> &Looked {
        &self.models
    }

    /// What was found of the models, as far as it is there.
    #[must_use]
    pub fn examined(&self) -> Option<&Found> {
        self.session.as_ref().map(|session| session.examination.found())
    }

    /// Whether what is shown of the models is still that of an older question, for so long that it has to be seen.
    #[must_use]
    pub fn is_examined_old(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.examination.is_waited_for())
    }

    /// Does something with the models.
    pub(super) fn do_with_models(&mut self, deed: Deed) {
        let looked = &mut self.models;
        match deed {
            Deed::Order(by) => {
                let descends = looked.order.by == by && !looked.order.descends;
                looked.order = Order { by, descends };
            }
            Deed::Pick(place) => {
                match looked.picked.iter().position(|picked| *picked == place) {
                    Some(at) => drop(looked.picked.remove(at)),
                    None => looked.picked.push(place),
                }
                looked.compare_picked();
            }
            Deed::Reference(place) => {
                looked.picked.retain(|picked| *picked != place);
                looked.picked.push(place);
                looked.reference = Some(place);
                looked.compare_picked();
            }
            Deed::Segment(segments) => looked.segments = segments,
            Deed::Compare(sides) => {
                looked.picked = match &sides {
                    Some([Side::Stretch(a), Side::Stretch(b)]) => vec![*a, *b],
                    _ => Vec::new(),
                };
                (looked.sides, looked.reference) = (sides, None);
            }
            Deed::Follow(measure) => looked.measure = Some(measure),
            Deed::Step(step) => looked.step = step,
            Deed::Relate(relation) => looked.relation = relation,
            Deed::Groups(field) => looked.group = Some(field),
            Deed::Causes(of) => return self.show_causes(of),
        }
        self.ask_models();
    }

    /// Shows the likely causes of an incident or a stretch of time; without one, of what is chosen.
    fn show_causes(&mut self, of: Option<StoryOf>) {
        if let Some(of) = of.or_else(|| self.story_chosen()) {
            self.models.causes = Some(of);
        }
        self.models.causes_wanted += 1;
        self.show_view(View::Models);
        self.ask_models();
    }

    /// Looks at another model: what was chosen of the one before means nothing here.
    pub(super) fn look_at_model(&mut self, model: String) {
        if self.models.model.as_ref() != Some(&model) {
            self.models.picked.clear();
            (self.models.sides, self.models.reference) = (None, None);
        }
        self.models.model = Some(model.clone());
        self.looked.model = Some(model);
        self.ask_lanes();
        self.ask_models();
    }

    /// Asks what the view of the models shows. What is there already is not asked again.
    pub(super) fn ask_models(&mut self) {
        let (expr, conditions) = (self.filter.expr(), self.filter.conditions());
        // Neither the order of the rows nor the place on the page changes what is found.
        let looked = Looked {
            order: Order::default(),
            picked: Vec::new(),
            reference: None,
            causes_wanted: 0,
            ..self.models.clone()
        };
        if let (View::Models, Some(session)) = (self.view, &mut self.session) {
            let marks = if has_mark(&expr) { session.evidence().marks() } else { None };
            let marks = marks.map_or(0, |marks| std::sync::Arc::as_ptr(&marks).addr());
            session.examination.ask(Ask { generation: 0, expr, conditions, marks, looked });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::places::Places;
    use crate::jobs::Waker;

    #[test]
    fn of_two_versions_the_earlier_is_the_reference_unless_one_is_chosen() {
        let sides = |deeds: &[Deed]| {
            let mut app = App::new(Waker::none(), Places::default());
            deeds.iter().for_each(|deed| app.do_with_models(deed.clone()));
            (app.models.picked.clone(), app.models.sides.clone())
        };
        let stretches = |a, b| Some([Side::Stretch(a), Side::Stretch(b)]);
        use Deed::{Pick, Reference};
        for (deeds, picked, expected) in [
            (&[Pick(3)][..], &[3][..], None),
            (&[Pick(3), Pick(1)], &[3, 1], stretches(1, 3)),
            (&[Pick(3), Pick(1), Pick(2)], &[1, 2], stretches(1, 2)),
            (&[Reference(3), Pick(1)], &[3, 1], stretches(3, 1)),
            (&[Pick(1), Reference(3)], &[1, 3], stretches(3, 1)),
            (&[Reference(3), Pick(1), Pick(2)], &[3, 2], stretches(3, 2)),
            (&[Reference(3), Pick(1), Reference(1)], &[3, 1], stretches(1, 3)),
            (&[Reference(3), Pick(3), Pick(2), Pick(4)], &[2, 4], stretches(2, 4)),
        ] {
            assert_eq!(sides(deeds), (picked.to_vec(), expected), "{deeds:?}");
        }
    }
}
