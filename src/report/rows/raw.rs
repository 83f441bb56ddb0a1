//! What stands at a path of a record as it is written there: what has no text of its own, objects and lists of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::json::List;

/// What stands at a path, as it is written there, with commas between; false where there is nothing.
pub(super) fn raws(record: &str, path: &[String], out: &mut String) -> bool {
    out.clear();
    let mut is_first = true;
    each_raw(record, path, &mut |json| {
        if !std::mem::take(&mut is_first) {
            out.push_str(", ");
        }
        out.push_str(json);
    });
    !is_first
}

/// What stands at a path as it is written there: several values as a list, `null` where there is nothing.
pub(super) fn raw_json(record: &str, path: &[String], out: &mut Vec<u8>) {
    let mut list = List::new(out);
    let is_through = each_raw(record, path, &mut |json| {
        list.item();
        list.out.extend_from_slice(json.as_bytes());
    });
    list.is_list = is_through;
    list.end();
}

/// Tells what stands at a path as it is written, by the rules of paths: at a list a number takes that element, any other
/// name goes on in every element. True where it went on in a list.
fn each_raw(json: &str, path: &[String], tell: &mut dyn FnMut(&str)) -> bool {
    let Some((name, rest)) = path.split_first() else {
        tell(json);
        return false;
    };
    if json.starts_with('{') {
        let members = serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(json).unwrap_or_default();
        members.get(name.as_str()).is_some_and(|value| each_raw(value.get(), rest, tell))
    } else if json.starts_with('[') {
        let elements = serde_json::from_str::<Vec<&RawValue>>(json).unwrap_or_default();
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
            let value = name.parse().ok().and_then(|at: usize| elements.get(at));
            return value.is_some_and(|value| each_raw(value.get(), rest, tell));
        }
        for element in elements {
            each_raw(element.get(), path, tell);
        }
        true
    } else {
        false
    }
}
