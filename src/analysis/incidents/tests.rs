use super::*;

fn records(states: &[(&str, Option<i64>)]) -> Vec<Record> {
    let record = |(row, (state, at)): (u32, &(&str, Option<i64>))| Record {
        row,
        seq: Some(row.into()),
        at: *at,
        state: State::parse(state),
        stated: Some((*state).to_owned()),
        ..Record::default()
    };
    (0..).zip(states).map(record).collect()
}

fn incident(records: Vec<Record>) -> Incident {
    Incident::new("I".to_owned(), "log".to_owned(), records)
}

#[test]
fn what_does_not_fit_is_told() {
    use Remark::{Again, BackwardState, BackwardTime, NeverClosed, NeverOpened, NoTime, UnknownState};
    use State::{Aware, Closed, Contained, Opened};
    let unknown = |row, text: &str| UnknownState { row, stated: Some(text.to_owned()) };
    for (states, remarks) in [
        (
            &[
                ("opened", Some(1)),
                ("aware", Some(2)),
                ("updated", Some(3)),
                ("contained", Some(4)),
                ("notified", Some(5)),
                ("closed", Some(6)),
            ][..],
            vec![],
        ),
        // Who notifies first and contains then does nothing odd.
        (&[("opened", Some(1)), ("notified", Some(2)), ("contained", Some(2)), ("closed", Some(3))], vec![]),
        (&[("opened", Some(1))], vec![NeverClosed]),
        (&[("closed", Some(1))], vec![NeverOpened]),
        (&[], vec![NeverOpened, NeverClosed]),
        (
            &[("aware", Some(1)), ("opened", Some(2)), ("closed", Some(3))],
            vec![BackwardState { row: 1, state: Opened, behind: Aware }],
        ),
        (
            &[("opened", Some(1)), ("closed", Some(2)), ("contained", Some(3))],
            vec![BackwardState { row: 2, state: Contained, behind: Closed }],
        ),
        (
            &[("opened", Some(1)), ("closed", Some(2)), ("opened", Some(3)), ("closed", Some(4))],
            vec![Again { row: 2, state: Opened }, Again { row: 3, state: Closed }],
        ),
        (&[("opened", Some(5)), ("aware", Some(4)), ("closed", Some(4))], vec![BackwardTime { row: 1 }]),
        (&[("opened", None), ("closed", Some(1))], vec![NoTime { row: 0 }]),
        (&[("opened", Some(1)), ("mitigated", Some(2)), ("closed", Some(3))], vec![unknown(1, "mitigated")]),
    ] {
        assert_eq!(incident(records(states)).remarks, remarks, "{states:?}");
    }
}

#[test]
fn the_latest_statement_counts_and_earlier_ones_are_kept() {
    let mut all = records(&[("opened", Some(1)), ("updated", Some(2)), ("updated", Some(3)), ("closed", Some(4))]);
    all[0].model = Some("a".to_owned());
    all[0].severity = Some("low".to_owned());
    all[1].version = Some("2".to_owned());
    all[1].window = Some(Window { from: Some(1), to: Some(2) });
    all[2].severity = Some("high".to_owned());
    all[2].window = Some(Window { from: Some(9), to: Some(3) });
    all[3].model = Some("b".to_owned());
    all[3].window = Some(Window { from: Some(1), to: Some(3) });
    let incident = incident(all);
    assert_eq!((incident.severity.as_deref(), incident.model.as_deref()), (Some("high"), Some("b")));
    assert_eq!((incident.version.clone(), incident.window), (None, Some(Window { from: Some(1), to: Some(3) })));
    assert_eq!(incident.records[1].window, Some(Window { from: Some(1), to: Some(2) }));
    let other = Remark::OtherModel { row: 3, before: "a".to_owned() };
    assert_eq!(incident.remarks, [Remark::OddWindow { row: 2 }, other]);
}

#[test]
fn one_id_in_two_logs_is_two_incidents() {
    let mut all = records(&[("opened", Some(1)), ("opened", Some(2)), ("closed", Some(3))]);
    let [first, second, third] = [all.remove(0), all.remove(0), all.remove(0)];
    let of = |log: &str, id: &str, record| (log.to_owned(), id.to_owned(), record);
    let incidents = grouped(vec![of("a", "I", third), of("b", "I", second), of("a", "I", first)]);
    let told: Vec<(&str, Vec<u32>)> =
        incidents.iter().map(|i| (i.log.as_str(), i.records.iter().map(|r| r.row).collect())).collect();
    assert_eq!(told, [("a", vec![0, 2]), ("b", vec![1])]);
}
