//! What a worker keeps of a stretch of lines: where each line stands and what it is, the values at every path, and what
//! some kinds of records say about others. The pass that verifies shows it each line once.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::ids::{Key, KeyMaker};
use super::paths::{MAX_PATHS, NOWHERE, Node, Paths, ROOT, is_kept};
use super::plan::{Making, Plan, Push};
use crate::columns::{Piece, Value};
use crate::integrity::scan::{LineState, ReadRecord, ScannedLine, SeeLines};
use crate::record::walk::{Scalar, Step, Text, Visit, walk};
use crate::record::{DeploymentRecord, Kind, Outline, SystemRecord};
use crate::tlog::merkle::Hash;

/// A path whose texts are as varied as this within one stretch has no column, unless it is one of [`super::paths::is_kept`]: it is an
/// id, a hash, or prose.
const MAX_TEXTS: usize = 1024;

/// A line, as the index keeps it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) state: LineState,
    pub(super) kind: Kind,
    pub(super) seq: Option<u64>,
    pub(super) at: Option<DateTime<Utc>>,
    /// As stated.
    pub(super) hash: Option<Hash>,
    /// In the stretch.
    pub(super) offset: u64,
    pub(super) bytes: usize,
    /// End of its id in [`Part::ids`], where it has one; the id begins where the one before ends.
    pub(super) id_end: Option<usize>,
}

/// A record that names a decision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference {
    /// Row in the stretch.
    pub(super) row: u32,
    pub(super) kind: Kind,
    /// The id of the decision.
    pub(super) key: Key,
    /// Where it ends in [`Part::names`]; it begins where the one before ends.
    pub(super) name_end: usize,
}

/// What stands at one path in a stretch.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: Arc<[String]>,
    pub(super) piece: Piece,
    pub(super) counts: Counts,
    /// Some values, where the piece has none to show.
    pub(super) examples: Vec<String>,
}

/// How often which type of value stands at a path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records with anything but `null` there.
    pub records: u64,
    /// `null`.
    pub nulls: u64,
    /// `true` and `false`.
    pub booleans: u64,
    /// Numbers.
    pub numbers: u64,
    /// Strings.
    pub texts: u64,
    /// Objects and empty lists.
    pub nested: u64,
}

impl Counts {
    /// Adds those of another part of the evidence.
    pub fn add(&mut self, other: Self) {
        self.records += other.records;
        self.nulls += other.nulls;
        self.booleans += other.booleans;
        self.numbers += other.numbers;
        self.texts += other.texts;
        self.nested += other.nested;
    }
}

/// What is kept of a stretch.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) rows: Vec<Row>,
    /// The records' ids, one after the other.
    pub(super) ids: String,
    /// The keys of those ids, with their row in the stretch.
    pub(super) keys: Vec<(u32, Key)>,
    pub(super) found: Vec<Found>,
    pub(super) references: Vec<Reference>,
    /// The ids that are named, one after the other.
    pub(super) names: String,
    pub(super) deployments: Vec<(u32, DeploymentRecord)>,
    pub(super) systems: Vec<(u32, SystemRecord)>,
    /// The texts of deployments and systems.
    pub(super) telling: Vec<(u32, String)>,
    /// Records with members beyond the paths that are told apart.
    pub(super) beyond: u64,
}

/// Sees lines, and collects their part.
#[derive(Debug, Clone)]
pub(super) struct Seer {
    keys: KeyMaker,
    paths: Paths,
    /// By node: what was found there.
    fields: Vec<Field>,
    /// Nodes with anything in this stretch, in the order in which they were met.
    touched: Vec<Node>,
    part: Vec<Row>,
    ids: String,
    id_keys: Vec<(u32, Key)>,
    references: Vec<Reference>,
    names: String,
    deployments: Vec<(u32, DeploymentRecord)>,
    systems: Vec<(u32, SystemRecord)>,
    telling: Vec<(u32, String)>,
    beyond: u64,
    frames: Vec<Frame>,
    buffer: String,
    /// How records of each shape are read, as far as that is known, and of which outline's shapes.
    plans: Vec<Option<Plan>>,
    family: Option<u64>,
}

#[derive(Debug, Clone, Default)]
struct Field {
    piece: Piece,
    counts: Counts,
    /// The row that was counted last, and one more; 0 for none.
    last: u32,
    is_kept: bool,
    is_touched: bool,
    /// Too varied for a column; it only counts from then on.
    is_dropped: bool,
    examples: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    /// Of the object, or that the list stands at.
    node: Node,
    is_list: bool,
    /// The member read last.
    before: Node,
    /// The member being read.
    member: Node,
    /// A list: whether there was anything but `null` in it.
    is_present: bool,
}

impl Seer {
    pub(super) fn new(keys: KeyMaker) -> Self {
        let paths = Paths::with_kept();
        let field = |node| Field { is_kept: is_kept(paths.names(node)), ..Field::default() };
        Self {
            keys,
            fields: (0..paths.len()).map(field).collect(),
            paths,
            touched: Vec::new(),
            part: Vec::new(),
            ids: String::new(),
            id_keys: Vec::new(),
            references: Vec::new(),
            names: String::new(),
            deployments: Vec::new(),
            systems: Vec::new(),
            telling: Vec::new(),
            beyond: 0,
            frames: Vec::new(),
            buffer: String::new(),
            plans: Vec::new(),
            family: None,
        }
    }

    /// What was collected since the last call.
    pub(super) fn take(&mut self) -> Part {
        let mut found = Vec::with_capacity(self.touched.len());
        for node in self.touched.drain(..) {
            let field = &mut self.fields[node as usize];
            let next = Piece::like(&field.piece);
            let mut piece = std::mem::replace(&mut field.piece, next);
            if !field.is_kept && piece.text_count() > MAX_TEXTS {
                field.is_dropped = true;
            }
            piece.prepare();
            let mut examples = std::mem::take(&mut field.examples);
            if field.is_dropped && examples.is_empty() {
                examples.extend(piece.texts().take(EXAMPLES).map(shortened));
                (piece, field.piece) = (Piece::too_varied(), Piece::new());
            }
            let counts = std::mem::take(&mut field.counts);
            (field.last, field.is_touched) = (0, false);
            found.push(Found { path: Arc::clone(self.paths.names(node)), piece, counts, examples });
        }
        Part {
            rows: std::mem::take(&mut self.part),
            ids: std::mem::take(&mut self.ids),
            keys: std::mem::take(&mut self.id_keys),
            found,
            references: std::mem::take(&mut self.references),
            names: std::mem::take(&mut self.names),
            telling: std::mem::take(&mut self.telling),
            deployments: std::mem::take(&mut self.deployments),
            systems: std::mem::take(&mut self.systems),
            beyond: std::mem::take(&mut self.beyond),
        }
    }
}

/// Values that are kept of a path without a column.
pub(super) const EXAMPLES: usize = 3;

/// The start of a text that may be long.
pub(super) fn shortened(text: &str) -> String {
    crate::record::text::shown_short(text, 80)
}

impl SeeLines for Seer {
    const READS_RECORDS: bool = true;

    fn see(&mut self, line: &ScannedLine<'_>) {
        let row = u32::try_from(self.part.len()).unwrap_or(u32::MAX);
        let record = line.record.as_ref();
        let mut id_end = None;
        if let Some(id) = record.and_then(|record| record.audit_id.as_deref()) {
            self.ids.push_str(id);
            self.id_keys.push((row, self.keys.key(id)));
            id_end = Some(self.ids.len());
        }
        self.part.push(Row {
            state: line.state,
            kind: record.map_or(Kind::Other, |record| record.kind),
            seq: line.stated.map(|stated| stated.seq),
            at: record.and_then(|record| record.at),
            hash: line.stated.map(|stated| stated.hash),
            offset: line.offset,
            bytes: line.bytes,
            id_end,
        });
        if let Some(record) = record {
            self.read(row, record, line.outline);
        }
    }
}

impl Seer {
    fn read(&mut self, row: u32, record: &ReadRecord<'_>, outline: &Outline) {
        match record.kind {
            Kind::Deployment => {
                if let Ok(deployment) = serde_json::from_str(record.text) {
                    self.deployments.push((row, deployment));
                    self.telling.push((row, record.text.to_owned()));
                }
            }
            Kind::System => {
                if let Ok(system) = serde_json::from_str(record.text) {
                    self.systems.push((row, system));
                    self.telling.push((row, record.text.to_owned()));
                }
            }
            _ => {}
        }
        let shape = outline.shape();
        if let Some(shape) = shape {
            if self.family.replace(shape.family) != Some(shape.family) {
                self.plans.clear();
            }
            let place = shape.number as usize;
            if let Some(plan) = self.plans.get_mut(place).and_then(Option::take) {
                self.follow(row, record, outline, &plan);
                self.plans[place] = Some(plan);
                return;
            }
        }
        self.frames.clear();
        let mut making = shape.map(|_| Making::new(outline));
        let mut is_beyond = false;
        let mut visitor =
            Visitor { seer: self, row, kind: record.kind, is_beyond: &mut is_beyond, making: making.as_mut() };
        if outline.is_empty() {
            // The text passed the check of records, which is stricter than the walk.
            let _ = walk(record.text, &mut visitor);
        } else {
            outline.tell(record.text, &mut visitor);
        }
        self.beyond += u64::from(is_beyond);
        if let Some((shape, making)) = shape.zip(making) {
            let place = shape.number as usize;
            if self.plans.len() <= place {
                self.plans.resize(place + 1, None);
            }
            self.plans[place] = Some(making.finish(is_beyond));
        }
    }

    /// Reads a record of a shape that is known.
    fn follow(&mut self, row: u32, record: &ReadRecord<'_>, outline: &Outline, plan: &Plan) {
        self.beyond += u64::from(plan.is_beyond);
        for push in &plan.pushes {
            let (node, slot, is_decision) = match *push {
                Push::Nested(node) => {
                    self.push(row, node, Value::Nested);
                    continue;
                }
                Push::Null(node) => {
                    self.push(row, node, Value::Null);
                    continue;
                }
                Push::Slot { node, slot, is_decision } => (node, slot, is_decision),
            };
            if let Some(scalar) = outline.slot(record.text, slot) {
                self.scalar(row, node, scalar, is_decision.then_some(record.kind));
            }
        }
    }

    /// A scalar at a path; with the kind of the record where it is its member `decision`.
    #[inline]
    fn scalar(&mut self, row: u32, node: Node, scalar: Scalar<'_>, decision_of: Option<Kind>) {
        match scalar {
            Scalar::Null => self.push(row, node, Value::Null),
            Scalar::Boolean(value) => self.push(row, node, Value::Boolean(value)),
            Scalar::Number(text) => self.push(row, node, Value::Number(text)),
            Scalar::Text(text) => {
                let mut buffer = std::mem::take(&mut self.buffer);
                let decoded = text.decode(&mut buffer);
                if let Some(kind @ (Kind::Review | Kind::Outcome)) = decision_of {
                    let key = self.keys.key(decoded);
                    self.names.push_str(decoded);
                    self.references.push(Reference { row, kind, key, name_end: self.names.len() });
                }
                self.push(row, node, Value::Text(decoded));
                self.buffer = buffer;
            }
        }
    }

    fn push(&mut self, row: u32, node: Node, value: Value<'_>) {
        let field = &mut self.fields[node as usize];
        if !field.is_touched {
            field.is_touched = true;
            self.touched.push(node);
        }
        let counts = &mut field.counts;
        match value {
            Value::Null => counts.nulls += 1,
            Value::Nested => counts.nested += 1,
            Value::Boolean(_) => counts.booleans += 1,
            Value::Number(_) => counts.numbers += 1,
            Value::Text(_) => counts.texts += 1,
        }
        if value != Value::Null && field.last != row + 1 {
            field.last = row + 1;
            counts.records += 1;
        }
        if !field.is_dropped {
            field.piece.push(row, value);
        } else if field.examples.len() < EXAMPLES
            && let Some(text) = value.text()
        {
            field.examples.push(shortened(text));
        }
    }
}

struct Visitor<'s> {
    seer: &'s mut Seer,
    row: u32,
    kind: Kind,
    is_beyond: &'s mut bool,
    /// The plan for records of the same shape.
    making: Option<&'s mut Making>,
}

impl Visitor<'_> {
    /// The path of the value that is told next.
    fn node(&self) -> Node {
        self.seer.frames.last().map_or(ROOT, |frame| if frame.is_list { frame.node } else { frame.member })
    }

    fn nested(&mut self, node: Node) {
        self.seer.push(self.row, node, Value::Nested);
        if let Some(making) = &mut self.making {
            making.nested(node);
        }
        self.is_present();
    }

    /// Something stands in the innermost container that is open.
    fn is_present(&mut self) {
        if let Some(frame) = self.seer.frames.last_mut() {
            frame.is_present = true;
        }
    }
}

impl<'a> Visit<'a> for Visitor<'_> {
    fn begin_object(&mut self) -> Step {
        let node = self.node();
        if node != ROOT {
            self.nested(node);
        }
        self.seer.frames.push(Frame { node, is_list: false, before: NOWHERE, member: NOWHERE, is_present: true });
        Step::Enter
    }

    fn end_object(&mut self) {
        self.seer.frames.pop();
    }

    fn name(&mut self, name: Text<'a>) -> Step {
        let Some(frame) = self.seer.frames.last() else { return Step::Stop };
        let (parent, before) = (frame.node, frame.before);
        let name = name.decode(&mut self.seer.buffer);
        let Some(node) = self.seer.paths.child(parent, before, name) else {
            *self.is_beyond = true;
            return Step::Skip;
        };
        if node as usize == self.seer.fields.len() {
            let is_kept = is_kept(self.seer.paths.names(node));
            self.seer.fields.push(Field { is_kept, ..Field::default() });
        }
        if let Some(frame) = self.seer.frames.last_mut() {
            (frame.before, frame.member) = (node, node);
        }
        Step::Enter
    }

    fn begin_list(&mut self) -> Step {
        let node = self.node();
        self.seer.frames.push(Frame { node, is_list: true, before: NOWHERE, member: NOWHERE, is_present: false });
        Step::Enter
    }

    fn end_list(&mut self) {
        let Some(frame) = self.seer.frames.pop() else { return };
        if !frame.is_present {
            // An empty list, or one of nothing but null: it stands there all the same.
            self.nested(frame.node);
        } else if let Some(outer) = self.seer.frames.last_mut() {
            outer.is_present = true;
        }
    }

    fn scalar(&mut self, at: usize, scalar: Scalar<'a>) -> Step {
        let node = self.node();
        let is_decision =
            self.seer.frames.len() == 1 && matches!(&self.seer.paths.names(node)[..], [name] if name == "decision");
        if let Some(making) = &mut self.making {
            making.scalar(at, node, is_decision);
        }
        self.seer.scalar(self.row, node, scalar, is_decision.then_some(self.kind));
        if scalar != Scalar::Null {
            self.is_present();
        }
        Step::Enter
    }
}

const _: () = assert!(MAX_PATHS < NOWHERE as usize);
