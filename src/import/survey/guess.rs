//! What a text may be: a number in some notation, a truth value, JSON, an e-mail address.

use super::collected::Collected;
use crate::record::check_value;

/// Of ten values of a column nine decide what it holds: a few may be broken. Ends as soon as too many are.
pub(super) fn is_most(texts: &[&str], is: impl Fn(&str) -> bool) -> bool {
    let mut left = texts.len() / 10;
    let mut is_fine = |text: &&str| {
        if is(text) {
            return true;
        }
        let may_fail = left > 0;
        left = left.saturating_sub(1);
        may_fail
    };
    !texts.is_empty() && texts.iter().all(&mut is_fine)
}

/// How a file writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct Notation {
    /// Stands before the fraction.
    pub(in crate::import) point: char,
    /// Stands between groups of three digits.
    pub(in crate::import) group: Option<char>,
}

impl Default for Notation {
    fn default() -> Self {
        Self { point: '.', group: None }
    }
}

impl Notation {
    /// Those that are tried, the plainest first. Where commas part the fields, a number with one had to be quoted, and
    /// whoever takes that upon him rather writes thousands than fractions.
    fn all(delimiter: u8) -> Vec<Self> {
        let of = |point, group| Self { point, group };
        let (comma, thousands) = (of(',', None), of('.', Some(',')));
        let mut all = vec![of('.', None)];
        all.extend(if delimiter == b',' { [thousands, comma] } else { [comma, thousands] });
        all.push(of(',', Some('.')));
        for group in [' ', '\u{a0}', '\u{202f}', '\''] {
            all.extend([of(',', Some(group)), of('.', Some(group))]);
        }
        all
    }

    /// The notation under which most columns hold numbers. A mapping has one for all.
    pub(super) fn of(columns: &[Collected], delimiter: u8) -> Self {
        let mut best = (0, Self::default());
        for notation in Self::all(delimiter) {
            let is_column = |column: &&Collected| {
                let some = column.some();
                // Digits with blanks are telephone numbers more often than amounts, unless a fraction follows.
                let is_shown = |group: char| {
                    let has = some.iter().any(|text| text.contains(group));
                    !has || some.iter().any(|text| text.contains(group) && text.contains(notation.point))
                };
                is_most(&some, |text| is_number(text, notation))
                    && notation.group.is_none_or(|group| matches!(group, '.' | ',') || is_shown(group))
            };
            let count = columns.iter().filter(is_column).count();
            if count > best.0 {
                best = (count, notation);
            }
        }
        best.1
    }
}

/// Whether a text is a number in that notation.
pub(super) fn is_number(text: &str, notation: Notation) -> bool {
    let text = text.trim_matches([' ', '\t', '\u{a0}']);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once(notation.point).unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut whole = whole.to_owned();
    if let Some(group) = notation.group
        && whole.contains(group)
    {
        let mut groups = whole.split(group);
        let is_grouped = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
        if !is_grouped || groups.any(|group| group.len() != 3) {
            return false;
        }
        whole.retain(|c| c != group);
    }
    // 007 is a name made of digits, not a number; so is what has more of them than a number that is counted with.
    let is_name = (whole.len() > 1 && whole.starts_with('0')) || whole.len() > 15;
    let is_nothing = whole.is_empty() && fraction.is_empty();
    let power = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !is_name
        && !is_nothing
        && is_digits(&whole)
        && is_digits(fraction)
        && (1..=3).contains(&power.len())
        && is_digits(power)
}

/// Whether a text is a number in any notation.
pub(super) fn is_any_number(text: &str) -> bool {
    Notation::all(b';').into_iter().any(|notation| is_number(text, notation))
}

/// The first text whose one sign stands before exactly three digits, where all with a sign are so: their fraction may be
/// meant as thousands.
pub(super) fn could_be_thousands(texts: &[&str], notation: Notation) -> Option<String> {
    let mut signed = texts.iter().filter(|text| text.contains(notation.point)).peekable();
    let first = signed.peek().map(|text| (**text).to_owned());
    let is_both = |text: &&str| {
        let text = text.trim().trim_start_matches(['-', '+']);
        text.split_once(notation.point).is_some_and(|(whole, rest)| {
            let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            (1..=3).contains(&whole.len())
                && !whole.starts_with('0')
                && rest.len() == 3
                && is_digits(whole)
                && is_digits(rest)
        })
    };
    first.filter(|_| signed.all(is_both))
}

/// The words for true and false that go together. 1 and 0 are numbers as well.
const PAIRS: [[&str; 2]; 3] = [["true", "false"], ["yes", "no"], ["t", "f"]];

/// Whether a text is one of the words.
pub(super) fn is_boolean(text: &str) -> bool {
    PAIRS.iter().flatten().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether texts are nothing but the words of one pair. A letter alone says little: both have to be there.
pub(super) fn booleans(texts: &[&str]) -> bool {
    PAIRS.iter().any(|pair| {
        let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
        let has = |word: &str| texts.iter().any(|text| is(text, word));
        texts.iter().all(|text| pair.iter().any(|word| is(text, word)))
            && (pair[0].len() > 1 || pair.iter().all(|word| has(word)))
    })
}

/// Whether a text is an object or array of JSON that a record may hold.
pub(super) fn is_json(text: &str) -> bool {
    let json = text.trim_matches([' ', '\t', '\r', '\n']);
    json.starts_with(['{', '[']) && !json.contains(['\r', '\n']) && check_value(json).is_ok()
}

/// Whether a text looks like an e-mail address.
pub(super) fn is_email(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@,;<>".contains(c));
    text.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host) && host.contains('.'))
}
