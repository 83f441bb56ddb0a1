//! Digests as records write them.

use super::read::Recorded;
use super::told::State;

/// Compares two digests as they are written. They may be of different functions, cut, or in different letters: only what is
/// of one form can differ.
pub(super) fn same(one: &Recorded, other: &Recorded) -> State {
    let (Some(one), Some(other)) = (one.text(), other.text()) else { return State::NotDeterminable };
    let parts = |text: &str| match text.split_once(':') {
        Some((function, digest)) => (Some(function.to_ascii_lowercase()), digest.to_owned()),
        None => (None, text.to_owned()),
    };
    let ((function, one), (other_function, other)) = (parts(&one), parts(&other));
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let are_of_one = function.is_none() || other_function.is_none() || function == other_function;
    match (is_hex(&one), is_hex(&other)) {
        _ if !are_of_one || one.len() != other.len() || one.is_empty() => State::NotDeterminable,
        (true, true) if one.eq_ignore_ascii_case(&other) => State::Agrees,
        (false, false) if one == other => State::Agrees,
        // One says by which function it was made, the other does not.
        _ if function != other_function => State::NotDeterminable,
        (true, true) | (false, false) => State::Differs,
        _ => State::NotDeterminable,
    }
}
