//! Fields of a JSON object by path, found in one pass over its text, wherever they are nested.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The paths that are wanted, as a tree. Every path has a slot.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    root: Node,
    slots: usize,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// Slots of paths that end here.
    ends: Vec<usize>,
    /// In ascending order of their names.
    children: Vec<(String, Node)>,
}

/// The members of a path: `a.b.0`, or an RFC 6901 pointer where it begins with `/`.
#[must_use]
pub fn tokens(path: &str) -> Vec<String> {
    match path.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect(),
        None => path.split('.').map(str::to_owned).collect(),
    }
}

impl Paths {
    /// Adds a path; its slot is the number of paths before it.
    pub fn add(&mut self, tokens: &[String]) {
        let mut node = &mut self.root;
        for token in tokens {
            let at = node.children.binary_search_by(|(name, _)| name.cmp(token)).unwrap_or_else(|at| {
                node.children.insert(at, (token.clone(), Node::default()));
                at
            });
            node = &mut node.children[at].1;
        }
        node.ends.push(self.slots);
        self.slots += 1;
    }

    /// Finds the values of `json`, an object without two members of one name, as their JSON texts.
    pub fn find<'a>(&self, json: &'a str, found: &mut Vec<Option<&'a str>>) -> Result<(), serde_json::Error> {
        found.clear();
        found.resize(self.slots, None);
        let mut reader = serde_json::Deserializer::from_str(json);
        serde::Deserializer::deserialize_any(&mut reader, Walk { node: &self.root, found })
    }
}

/// Walks a value of which parts are wanted.
struct Walk<'n, 'f, 'a> {
    node: &'n Node,
    found: &'f mut Vec<Option<&'a str>>,
}

impl<'n, 'a> Walk<'n, '_, 'a> {
    fn child(&self, name: &str) -> Option<&'n Node> {
        let children = &self.node.children;
        children.binary_search_by(|(child, _)| child.as_str().cmp(name)).ok().map(|at| &children[at].1)
    }
}

/// A value that may be wanted itself, in part, both, or not at all.
struct Value<'n, 'f, 'a> {
    node: Option<&'n Node>,
    found: &'f mut Vec<Option<&'a str>>,
}

impl<'a> DeserializeSeed<'a> for Value<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { node, found } = self;
        match node {
            None => deserializer.deserialize_ignored_any(IgnoredAny).map(drop),
            Some(node) if node.ends.is_empty() => deserializer.deserialize_any(Walk { node, found }),
            Some(node) => {
                let raw: &'a RawValue = serde::Deserialize::deserialize(deserializer)?;
                for slot in &node.ends {
                    found[*slot] = Some(raw.get());
                }
                if !node.children.is_empty() {
                    // Both the value and parts of it: rare, and worth a second look.
                    let mut reader = serde_json::Deserializer::from_str(raw.get());
                    serde::Deserializer::deserialize_any(&mut reader, Walk { node, found })
                        .map_err(serde::de::Error::custom)?;
                }
                Ok(())
            }
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    // A value without members: whatever the path asks for inside it is not there.
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(node) = map.next_key_seed(Name(&self))? {
            map.next_value_seed(Value { node, found: &mut *self.found })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut index = 0_u64;
        loop {
            let node = self.child(&index.to_string());
            if seq.next_element_seed(Value { node, found: &mut *self.found })?.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }
}

/// A member's name, as the part of the tree that it leads to.
struct Name<'w, 'n, 'f, 'a>(&'w Walk<'n, 'f, 'a>);

impl<'n, 'x> DeserializeSeed<'x> for Name<'_, 'n, '_, '_> {
    type Value = Option<&'n Node>;

    fn deserialize<D: serde::Deserializer<'x>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Name<'_, 'n, '_, '_> {
    type Value = Option<&'n Node>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.child(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_wherever_they_are() {
        let mut paths = Paths::default();
        let wanted = ["a", "a.b", "x.0.y", "x.1", "/p~1q/r.s", "a.b.c", "é", "a", "n.m", "gone"];
        wanted.iter().for_each(|path| paths.add(&tokens(path)));
        let json = r#"{"z":[{"a":1}],"a":{"b" : { "c":"\u00e9"}},"x":[{"y":1.50},[2]],"p/q":{"r.s":null},"\u00e9":true,"n":5}"#;
        let mut found = Vec::new();
        paths.find(json, &mut found).expect("JSON");
        assert_eq!(
            found,
            [
                Some(r#"{"b" : { "c":"\u00e9"}}"#),
                Some(r#"{ "c":"\u00e9"}"#),
                Some("1.50"),
                Some("[2]"),
                Some("null"),
                Some(r#""\u00e9""#),
                Some("true"),
                Some(r#"{"b" : { "c":"\u00e9"}}"#),
                None,
                None
            ]
        );
    }
}
