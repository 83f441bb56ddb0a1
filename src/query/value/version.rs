//! Versions compared by their numeric runs, as people number releases: 2.10 after 2.4, 2.4 the same as 2.4.0, a
//! pre-release before its release (after SemVer 2.0.0 §11, but for any count of numbers and with or without hyphens).

use std::cmp::Ordering;
use std::fmt;

/// The longest text that is read as a version, in bytes.
const MAX_BYTES: usize = 256;

/// A text that reads as a version: an optional `v`, numbers with points between them, then perhaps what makes it a
/// pre-release (`-rc.1`, `b2`) and a build (`+5`), which has no part in the order.
///
/// Two are equal (`==`) where their texts are; [`Version::precedence`] is the order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    text: String,
    /// Without leading zeros, and without zeros at the end of the list.
    release: Vec<String>,
    pre: Vec<Run>,
}

/// Digits or letters of a pre-release; digits come before letters, as in SemVer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Run {
    Number(String),
    Word(String),
}

impl Version {
    /// Reads a version. `None` where the text does not begin with a number (`v` before it allowed), holds anything but
    /// ASCII letters, digits and `.-_+`, or is longer than 256 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+');
        // Two points are what stands between the ends of a range.
        if text.len() > MAX_BYTES || !text.bytes().all(is_plain) || text.contains("..") {
            return None;
        }
        let (body, build) = text.split_once('+').map_or((text, None), |(body, build)| (body, Some(build)));
        if build.is_some_and(str::is_empty) {
            return None;
        }
        let mut rest = body.strip_prefix(['v', 'V']).unwrap_or(body);
        let mut release = Vec::new();
        loop {
            let end = rest.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            release.push(number(&rest[..end]));
            rest = &rest[end..];
            match rest.as_bytes() {
                [b'.', next, ..] if next.is_ascii_digit() => rest = &rest[1..],
                _ => break,
            }
        }
        while release.last().is_some_and(|last| last == "0") {
            release.pop();
        }
        let pre = runs(rest);
        (rest.is_empty() || !pre.is_empty()).then(|| Self { text: text.to_owned(), release, pre })
    }

    /// Whether a text of no stated type is meant as a version: numbers with at least one point, or a `v` before them.
    #[must_use]
    pub fn is_shape(text: &str) -> bool {
        let body = text.strip_prefix(['v', 'V']);
        let digits = body.unwrap_or(text);
        let end = digits.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
        let is_dotted = matches!(digits.as_bytes().get(end..), Some([b'.', next, ..]) if next.is_ascii_digit());
        end > 0 && (body.is_some() || is_dotted) && Self::parse(text).is_some()
    }

    /// The text it was read from.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Which comes first. Equal for texts that name one version differently, such as `2.4` and `v2.4.0`.
    #[must_use]
    pub fn precedence(&self, other: &Self) -> Ordering {
        let release = |index: usize| -> Ordering {
            let run = |version: &Self| version.release.get(index).cloned().unwrap_or_else(|| "0".to_owned());
            by_size(&run(self), &run(other))
        };
        (0..self.release.len().max(other.release.len())).map(release).find(|order| order.is_ne()).unwrap_or_else(|| {
            match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                _ => self.pre.cmp(&other.pre),
            }
        })
    }

    /// Bytes that compare as [`Version::precedence`] does, hardly longer than the text: for sorting very many.
    #[must_use]
    pub fn sort_key(&self) -> Vec<u8> {
        // Numbers: how many digits, at most MAX_BYTES, then the digits.
        let put = |out: &mut Vec<u8>, digits: &str| {
            out.extend(u16::try_from(digits.len()).unwrap_or(u16::MAX).to_be_bytes());
            out.extend_from_slice(digits.as_bytes());
        };
        let mut out = Vec::with_capacity(self.text.len() + 8);
        // Zero ends the release: a number has at least one digit, so what goes on is greater.
        self.release.iter().for_each(|digits| put(&mut out, digits));
        out.extend([0, 0, u8::from(self.pre.is_empty())]);
        for run in &self.pre {
            match run {
                Run::Number(digits) => {
                    out.push(1);
                    put(&mut out, digits);
                }
                Run::Word(word) => {
                    out.push(2);
                    out.extend_from_slice(word.as_bytes());
                    // No letter is as low, so a word is before those it begins.
                    out.push(0);
                }
            }
        }
        out
    }
}

/// Digits without leading zeros; one zero stays.
fn number(digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0" } else { digits }.to_owned()
}

/// Digits of any count, by what they are worth.
fn by_size(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Runs of digits and of letters; what stands between them only divides.
fn runs(text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let class = |b: u8| (b.is_ascii_digit(), b.is_ascii_alphabetic());
        let end = rest.bytes().position(|b| class(b) != class(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        match class(first) {
            (true, _) => out.push(Run::Number(number(run))),
            (_, true) => out.push(Run::Word(run.to_ascii_lowercase())),
            _ => {}
        }
        rest = after;
    }
    out
}

impl Ord for Run {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => by_size(a, b),
            (Self::Word(a), Self::Word(b)) => a.cmp(b),
            (Self::Number(_), Self::Word(_)) => Ordering::Less,
            (Self::Word(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Run {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text} is a version"))
    }

    #[test]
    fn by_numeric_runs() {
        // Each line is one version in several spellings; the lines ascend.
        let ascending: [&[&str]; 15] = [
            &["0", "v0.0"],
            &["1.9.9"],
            &["2.4-alpha", "2.4.0-ALPHA"],
            &["2.4-alpha.1", "2.4alpha1"],
            &["2.4-beta.2", "2.4.beta2"],
            &["2.4-beta.11", "2.4-beta11"],
            &["2.4rc1", "2.4.0-rc.1", "2.4_rc01"],
            &["2.4", "2.4.0", "v2.4", "V02.04", "2.4+build.7"],
            &["2.4.1"],
            &["2.10-rc1"],
            &["2.10"],
            &["2026-03-01"],
            &["2026-10-01"],
            &["2026.3.1"],
            &["99999999999999999999999999"],
        ];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                for (a, b) in left.iter().flat_map(|a| right.iter().map(move |b| (a, b))) {
                    assert_eq!(version(a).precedence(&version(b)), i.cmp(&j), "{a} {b}");
                    assert_eq!(version(a).sort_key().cmp(&version(b).sort_key()), i.cmp(&j), "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_version() {
        let long = "1".repeat(257);
        for text in ["", "v", "canary", "-1", "2.", "2..4", ".5", "2.4-", "2.4+", "2 4", "2.4é", "2.4*", long.as_str()]
        {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        for (text, is_shape) in
            [("2.4", true), ("v2", true), ("2", false), ("5kg", false), ("2.4rc1", true), ("vx", false)]
        {
            assert_eq!(Version::is_shape(text), is_shape, "{text}");
        }
    }
}
