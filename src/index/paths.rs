//! The paths that records have, as a tree: each name of a member below those that it stands in. Lists are no level of
//! their own, as in filters: `approvals.by` is the path of `by` in every element of `approvals`.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::schema::{ColumnSource, KINDS};
use crate::query::field::{Place as Source, TYPED};
use crate::query::{Alias, Expr, Field, Term, Unknown};

/// The most paths of a log that are told apart. A log with more has names of members for values.
pub(super) const MAX_PATHS: usize = 16_384;

/// Paths that are always told apart, and have a column however varied they are, within the budget of a column: those that
/// aliases stand for or are shadowed by, that joins are made of, and that fill the tables of the kinds. `audit_id` and
/// `timestamp` are not among them: they differ on nearly every record, and every row has them anyway.
static KEPT: LazyLock<BTreeSet<Vec<String>>> = LazyLock::new(|| {
    let mut kept: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut keep = |path: &[&str]| {
        kept.insert(path.iter().map(|name| (*name).to_owned()).collect());
    };
    for alias in Alias::ALL.iter().filter(|alias| !alias.is_of_line()) {
        keep(&[alias.name]);
        for source in alias.sources {
            if let Source::Path(path) = source.place {
                keep(path);
            }
        }
    }
    TYPED.iter().for_each(|(path, _)| keep(path));
    for path in [&["model", "version"][..], &["decision"], &["actor"], &["reproducibility", "weights_hash"]] {
        keep(path);
    }
    for (_, columns) in KINDS {
        for column in columns {
            let (ColumnSource::Code(name) | ColumnSource::Number(name)) = column.source else { continue };
            let term = crate::query::parse(&format!("has:{name}"), &Unknown).map(|query| query.expr);
            if let Ok(Expr::Term(Term::Field { field: Field::Path(path), .. })) = term {
                kept.insert(path.members().to_vec());
            }
        }
    }
    kept
});

/// Whether a path is always told apart, and has a column however varied it is.
pub(super) fn is_kept(names: &[String]) -> bool {
    let is_of_rows = || matches!(names, [name] if name == "audit_id" || name == "timestamp");
    KEPT.contains(names) && !is_of_rows()
}

/// A path's place in the tree of one worker.
pub(super) type Node = u32;

/// The record itself.
pub(super) const ROOT: Node = 0;

/// Stands for no node.
pub(super) const NOWHERE: Node = u32::MAX;

/// The paths met so far, by one worker.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    /// What is looked at for every member of every record: close together.
    nodes: Vec<Place>,
    /// The nodes' own names, one after the other.
    names: String,
    paths: Vec<Arc<[String]>>,
    children: Vec<HashMap<String, Node>>,
}

#[derive(Debug, Clone)]
struct Place {
    /// Its own name in [`Paths::names`].
    name: Range<usize>,
    /// The child that came first in the last record.
    first: Node,
    /// The sibling that came after it in the last record.
    next: Node,
}

impl Paths {
    pub(super) fn new() -> Self {
        let root = Place { name: 0..0, first: NOWHERE, next: NOWHERE };
        Self { nodes: vec![root], names: String::new(), paths: vec![Arc::new([])], children: vec![HashMap::new()] }
    }

    /// With the paths that are always told apart.
    pub(super) fn with_kept() -> Self {
        let mut paths = Self::new();
        for names in KEPT.iter() {
            let mut node = ROOT;
            for name in names {
                let Some(child) = paths.child(node, NOWHERE, name) else { break };
                node = child;
            }
        }
        paths
    }

    /// How many places there are, that of the record itself among them.
    pub(super) fn len(&self) -> Node {
        self.nodes.len() as Node
    }

    /// The names from the record down.
    pub(super) fn names(&self, node: Node) -> &Arc<[String]> {
        &self.paths[node as usize]
    }

    /// The member `name` of `parent`, which came behind its sibling `before`, or first. Records of a kind have their members
    /// in one order, so the guess that it is as in the last record is nearly always right. `None` where there are too
    /// many paths.
    pub(super) fn child(&mut self, parent: Node, before: Node, name: &str) -> Option<Node> {
        let guess = match before {
            NOWHERE => self.nodes[parent as usize].first,
            before => self.nodes[before as usize].next,
        };
        if guess != NOWHERE && self.names[self.nodes[guess as usize].name.clone()] == *name {
            return Some(guess);
        }
        let child = match self.children[parent as usize].get(name) {
            Some(child) => *child,
            None => self.add(parent, name)?,
        };
        match before {
            NOWHERE => self.nodes[parent as usize].first = child,
            before => self.nodes[before as usize].next = child,
        }
        Some(child)
    }

    fn add(&mut self, parent: Node, name: &str) -> Option<Node> {
        if self.nodes.len() > MAX_PATHS {
            return None;
        }
        let child = u32::try_from(self.nodes.len()).ok()?;
        let start = self.names.len();
        self.names.push_str(name);
        self.nodes.push(Place { name: start..self.names.len(), first: NOWHERE, next: NOWHERE });
        self.paths.push(self.paths[parent as usize].iter().cloned().chain([name.to_owned()]).collect());
        self.children.push(HashMap::new());
        self.children[parent as usize].insert(name.to_owned(), child);
        Some(child)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_find_their_place_in_any_order() {
        let mut paths = Paths::new();
        let a = paths.child(ROOT, NOWHERE, "a").expect("room");
        let b = paths.child(ROOT, a, "b").expect("room");
        let inner = paths.child(b, NOWHERE, "a").expect("room");
        assert_eq!(paths.child(ROOT, NOWHERE, "b"), Some(b));
        assert_eq!(paths.child(ROOT, b, "a"), Some(a));
        assert_eq!(paths.child(ROOT, NOWHERE, "a"), Some(a));
        assert_eq!(paths.child(b, NOWHERE, "a"), Some(inner));
        assert_eq!(paths.names(inner).as_ref(), ["b", "a"]);
        assert_eq!(paths.nodes.len(), 4);
    }

    #[test]
    fn there_are_only_so_many() {
        let mut paths = Paths::new();
        let given = (0..MAX_PATHS + 5).filter(|n| paths.child(ROOT, NOWHERE, &n.to_string()).is_some()).count();
        assert_eq!(given, MAX_PATHS);
        assert!(paths.child(ROOT, NOWHERE, "7").is_some());
        assert!(paths.child(ROOT, NOWHERE, "new").is_none());
    }
}
