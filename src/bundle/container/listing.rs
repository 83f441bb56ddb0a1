//! The members of a container as one flat list: what both forms ask of names and sizes together.
//! A faulty member keeps its place among the candidates, so that it still collides, and is left out of the list.

use super::Entry;
use super::fault::{FaultKind, Faults, Oddity};
use super::limits::MAX_TOTAL_BYTES;
use super::path;

/// A member or folder as the container names it.
#[derive(Debug)]
pub(super) struct Candidate<P> {
    /// The name without the `/` that marks a folder.
    pub(super) name: Vec<u8>,
    pub(super) is_folder: bool,
    /// The uncompressed size that is declared or was seen.
    pub(super) bytes: u64,
    /// Where the candidate is described, for faults.
    pub(super) offset: Option<u64>,
    /// A fault was already reported.
    pub(super) faulty: bool,
    /// How to read it.
    pub(super) place: P,
}

/// Checks names and total size, adds faults, and returns what is readable in byte order of path.
pub(super) fn list<P>(mut candidates: Vec<Candidate<P>>, faults: &mut Faults) -> (Vec<Entry>, Vec<P>) {
    check_paths(&mut candidates, faults);
    check_duplicates(&mut candidates, faults);
    check_collisions(&mut candidates, faults);
    check_total(&mut candidates, faults);
    candidates.retain(|candidate| !candidate.faulty && !candidate.is_folder);
    candidates.sort_by(|a, b| a.name.cmp(&b.name));
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let path = String::from_utf8(candidate.name).ok()?;
            let bytes = candidate.bytes;
            Some((Entry { path, bytes }, candidate.place))
        })
        .unzip()
}

fn mark<P>(candidate: &mut Candidate<P>, oddity: Oddity, faults: &mut Faults) {
    candidate.faulty = true;
    faults.add(oddity, Some(&candidate.name), candidate.offset);
}

fn check_paths<P>(candidates: &mut [Candidate<P>], faults: &mut Faults) {
    for candidate in candidates.iter_mut().filter(|c| !c.faulty) {
        let result = match str::from_utf8(&candidate.name) {
            Ok(name) => path::check(name),
            Err(_) => Err(Oddity::new(FaultKind::UnsafePath, "a name in UTF-8", "other bytes")),
        };
        if let Err(oddity) = result {
            mark(candidate, oddity, faults);
        }
    }
}

/// Equal names: none of the copies is readable, since nothing says which one is meant.
fn check_duplicates<P>(candidates: &mut [Candidate<P>], faults: &mut Faults) {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&candidates[a], &candidates[b]);
        (&a.name, a.is_folder).cmp(&(&b.name, b.is_folder))
    });
    let groups = order.chunk_by(|&a, &b| {
        let (a, b) = (&candidates[a], &candidates[b]);
        a.name == b.name && a.is_folder == b.is_folder
    });
    let repeated: Vec<(usize, usize)> = groups
        .filter(|group| group.len() > 1)
        .flat_map(|group| group.iter().map(|&index| (index, group.len())))
        .collect();
    for (index, copies) in repeated {
        let oddity = Oddity::new(FaultKind::DuplicateEntry, "one member of a name", copies.to_string());
        mark(&mut candidates[index], oddity, faults);
    }
}

/// Names that a platform cannot tell apart, and files that stand where another member needs a folder.
/// Copies of one name are left to [`check_duplicates`].
fn check_collisions<P>(candidates: &mut [Candidate<P>], faults: &mut Faults) {
    let mut folded: Vec<(String, usize)> = Vec::with_capacity(candidates.len());
    for (index, candidate) in candidates.iter().enumerate() {
        // An unsafe name collides with nothing: its folded form would have no meaning.
        if let Ok(name) = str::from_utf8(&candidate.name)
            && path::check(name).is_ok()
        {
            folded.push((path::fold(name), index));
        }
    }
    folded.sort();
    let mut collisions: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    while start < folded.len() {
        let key = &folded[start].0;
        let same = folded[start..].iter().take_while(|(other, _)| other == key).count();
        let group = &folded[start..start + same];
        start += same;
        let first = group[0].1;
        let differs = |&&(_, index): &&(String, usize)| {
            let (a, b) = (&candidates[first], &candidates[index]);
            a.name != b.name || a.is_folder != b.is_folder
        };
        if let Some(&(_, another)) = group.iter().find(differs) {
            for member in group {
                let other = if differs(&member) { first } else { another };
                collisions.push((member.1, other));
            }
        }
        let Some(&(_, file)) = group.iter().find(|(_, index)| !candidates[*index].is_folder) else {
            continue;
        };
        let below = folded[start..]
            .iter()
            .take_while(|(other, _)| other.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('\0')));
        for (count, &(_, index)) in below.enumerate() {
            if count == 0 {
                collisions.push((file, index));
            }
            collisions.push((index, file));
        }
    }
    for (index, other) in collisions {
        let other = &candidates[other];
        let slash = if other.is_folder { "/" } else { "" };
        let actual = format!("collides with {}{slash}", path::escape(&other.name));
        let expected = "names that every platform can tell apart";
        let oddity = Oddity::new(FaultKind::NameCollision, expected, actual);
        mark(&mut candidates[index], oddity, faults);
    }
}

/// Members beyond the total are not readable; the container gets one fault.
fn check_total<P>(candidates: &mut [Candidate<P>], faults: &mut Faults) {
    let mut total = 0u64;
    let mut over = false;
    for candidate in candidates.iter_mut().filter(|c| !c.faulty) {
        total = total.saturating_add(candidate.bytes);
        if total > MAX_TOTAL_BYTES {
            candidate.faulty = true;
            over = true;
        }
    }
    if over {
        let oddity = Oddity::new(
            FaultKind::SizeLimit,
            format!("at most {MAX_TOTAL_BYTES} bytes in all members"),
            format!("{total} bytes"),
        );
        faults.add(oddity, None, None);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn members_beyond_the_total_are_not_readable() {
        let member = |name: &str, bytes| Candidate {
            name: name.as_bytes().to_vec(),
            is_folder: false,
            bytes,
            offset: None,
            faulty: false,
            place: (),
        };
        let mut faults = Faults::default();
        let exactly = vec![member("a", MAX_TOTAL_BYTES - 1), member("b", 1)];
        assert_eq!(list(exactly, &mut faults).0.len(), 2);
        assert_eq!(faults.list(), []);
        let over = vec![member("a", 1), member("b", u64::MAX), member("c", MAX_TOTAL_BYTES)];
        let (entries, _) = list(over, &mut faults);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries.first().unwrap().path, "a");
        assert_eq!(faults.list().len(), 1);
        assert_eq!(faults.list()[0].kind, FaultKind::SizeLimit);
    }
}
