//! Reading lines of which none can be longer than a bound, whatever the input is.

use std::io::{self, BufRead, Read as _};

/// What ended a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A line feed.
    LineFeed,
    /// The end of the input, after at least one byte.
    Input,
    /// The bound: the rest of the line was not read.
    Bound,
}

/// Reads the next line into `line`, without its LF and with at most `bound` bytes. `None` at the end of the input.
pub(crate) fn read_line(input: &mut impl BufRead, bound: usize, line: &mut Vec<u8>) -> io::Result<Option<Ended>> {
    line.clear();
    let read = input.by_ref().take(bound as u64 + 1).read_until(b'\n', line)?;
    Ok(match line.last() {
        None => None,
        Some(b'\n') => {
            line.pop();
            Some(Ended::LineFeed)
        }
        Some(_) if read > bound => Some(Ended::Bound),
        Some(_) => Some(Ended::Input),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_their_ends() {
        let table: [(&str, &[(&str, Ended)]); 6] = [
            ("", &[]),
            ("\n", &[("", Ended::LineFeed)]),
            ("ab\n\ncd", &[("ab", Ended::LineFeed), ("", Ended::LineFeed), ("cd", Ended::Input)]),
            ("abcd\nx\n", &[("abcd", Ended::LineFeed), ("x", Ended::LineFeed)]),
            ("abcd", &[("abcd", Ended::Input)]),
            ("abcde", &[("abcde", Ended::Bound)]),
        ];
        for (text, expected) in table {
            let (mut input, mut line, mut found) = (text.as_bytes(), Vec::new(), Vec::new());
            while let Some(ended) = read_line(&mut input, 4, &mut line).expect("memory") {
                found.push((String::from_utf8(line.clone()).expect("ASCII"), ended));
            }
            let found: Vec<(&str, Ended)> = found.iter().map(|(line, ended)| (line.as_str(), *ended)).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
