//! The times that a case marks: instants, spans and incidents that the user named, with what they say, by time. Found once for each change of the case.

use chrono::{DateTime, Utc};

use crate::case::entry::Value;

/// A marked time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its first and last instant, in nanoseconds since 1970; the same for a mark.
    pub nanos: (i64, i64),
    /// Whether it is a span.
    pub is_span: bool,
    /// What it says.
    pub text: String,
}

/// The marks, spans and named incidents among these values, by time. What lies outside the years that nanoseconds reach (1677 to 2262) is in no log
/// that is drawn, and is left out.
#[must_use]
pub fn marked<'v>(values: impl Iterator<Item = &'v Value>) -> Vec<Marked> {
    let nanos = |at: &DateTime<Utc>| at.timestamp_nanos_opt();
    let of = |value: &Value| {
        Some(match value {
            Value::Mark { at, text } => Marked { nanos: (nanos(at)?, nanos(at)?), is_span: false, text: text.clone() },
            Value::Span { from, to, text } => {
                Marked { nanos: (nanos(from.min(to))?, nanos(from.max(to))?), is_span: true, text: text.clone() }
            }
            // An incident that the user named is a stretch of time as well.
            Value::Incident(incident) => {
                let (from, to) = (incident.from.as_ref()?, incident.to.as_ref()?);
                let text = match incident.title.as_str() {
                    "" => incident.id.clone(),
                    title => format!("{}: {title}", incident.id),
                };
                Marked { nanos: (nanos(from.min(to))?, nanos(from.max(to))?), is_span: true, text }
            }
            _ => return None,
        })
    };
    let mut out: Vec<Marked> = values.filter_map(of).collect();
    out.sort_by(|a, b| (a.nanos, &a.text).cmp(&(b.nanos, &b.text)));
    out
}

/// Those that lie in a stretch of time, or reach into it; both ends included.
pub fn within(marked: &[Marked], (from, to): (i64, i64)) -> impl Iterator<Item = &Marked> {
    marked.iter().filter(move |marked| marked.nanos.0 <= to && marked.nanos.1 >= from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(nanos)
    }

    #[test]
    fn marks_and_spans_stand_by_time_and_other_items_do_not() {
        let text = |text: &str| text.to_owned();
        let values = [
            Value::Span { from: at(50), to: at(20), text: text("outage") },
            Value::Title { text: text("Spring") },
            Value::Mark { at: at(7), text: text("call") },
            Value::Mark { at: DateTime::<Utc>::MAX_UTC, text: text("never") },
        ];
        let marked = marked(values.iter());
        let said: Vec<_> = marked.iter().map(|marked| (marked.nanos, marked.is_span, marked.text.as_str())).collect();
        assert_eq!(said, [((7, 7), false, "call"), ((20, 50), true, "outage")]);
        for (stretch, expected) in [((0, 6), 0), ((7, 7), 1), ((30, 30), 1), ((50, 99), 1), ((51, 99), 0), ((0, 99), 2)]
        {
            assert_eq!(within(&marked, stretch).count(), expected, "{stretch:?}");
        }
    }
}
