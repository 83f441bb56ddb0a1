//! What the parts of a document are: headings, tables, lists. Those who cannot see the pages are read this.

use krilla::tagging::{Identifier, Node, Tag, TagGroup, TagKind, TagTree};

/// A part of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(usize);

/// A place in a part, to which what is drawn belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(usize);

#[derive(Debug)]
enum Child {
    Node(NodeId),
    Mark(Mark),
}

/// The parts of a document in the making, in the order in which they are read.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<(TagKind, Vec<Child>)>,
    marks: Vec<Vec<Identifier>>,
}

impl Tree {
    /// Nothing but a root.
    pub(super) fn new() -> Self {
        Self { nodes: vec![(Tag::Div.into(), Vec::new())], marks: Vec::new() }
    }

    /// What all parts are in.
    pub(super) fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// A part of `parent`, behind those it has.
    pub(super) fn node(&mut self, parent: NodeId, tag: impl Into<TagKind>) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.nodes.push((tag.into(), Vec::new()));
        self.nodes[parent.0].1.push(Child::Node(id));
        id
    }

    /// A link in `parent`.
    pub(super) fn link(&mut self, parent: NodeId) -> NodeId {
        self.node(parent, Tag::Link)
    }

    /// A place in `parent`, behind what it has.
    pub(super) fn mark(&mut self, parent: NodeId) -> Mark {
        let mark = Mark(self.marks.len());
        self.marks.push(Vec::new());
        self.nodes[parent.0].1.push(Child::Mark(mark));
        mark
    }

    /// Something was drawn there.
    pub(super) fn drawn(&mut self, mark: Mark, identifier: Identifier) {
        self.marks[mark.0].push(identifier);
    }

    /// The finished tree. Parts in which nothing was drawn are left out, but for empty cells, which hold their place.
    pub(super) fn finish(mut self) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        // Children come behind their parents, so that from the back every group is whole when it is taken.
        let mut groups: Vec<Option<TagGroup>> =
            self.nodes.iter().map(|(tag, _)| Some(TagGroup::new(tag.clone()))).collect();
        for at in (0..self.nodes.len()).rev() {
            for child in std::mem::take(&mut self.nodes[at].1) {
                let nodes: Vec<Node> = match child {
                    Child::Node(id) => groups[id.0].take().map(Node::Group).into_iter().collect(),
                    Child::Mark(mark) => std::mem::take(&mut self.marks[mark.0]).into_iter().map(Node::Leaf).collect(),
                };
                if let Some(group) = &mut groups[at] {
                    nodes.into_iter().for_each(|node| group.push(node));
                }
            }
        }
        if let Some(root) = groups[0].take() {
            root.children.into_iter().for_each(|child| tree.push(child));
        }
        tree
    }
}
