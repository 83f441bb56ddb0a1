use super::*;

fn approval(by: &str, at: i64) -> Value {
    serde_json::json!({"by": by, "at": at.to_string()})
}

fn read(deployer: Option<&str>, approvals: &[Value], requested: &[&str], approved: &[(&str, i64)]) -> Event {
    let record = serde_json::json!({
        "kind": "deployment", "model": {"id": "m", "version": "2", "previous_version": "1"}, "action": "deploy",
        "deployer": deployer, "change_request": "CR-1", "approvals": approvals, "traffic_percent": 10,
    });
    let change = Change {
        requested_by: requested.iter().map(|&name| name.to_owned()).collect(),
        approvals: approved
            .iter()
            .map(|(by, at)| Approval { by: Some((*by).to_owned()), at: Some(*at), change_row: Some(7), is_late: false })
            .collect(),
    };
    let changes = Changes::from([(("log".to_owned(), "CR-1".to_owned()), change)]);
    let place = Event { row: 1, log: "log".to_owned(), at: Some(100), ..Event::default() };
    event(place, &record.to_string(), &changes, &|text| text.parse().ok())
}

#[test]
fn who_approved() {
    use ApprovalState::{None as Nobody, NotDeterminable, OneOther, OnlyOwn, Several};
    let nameless = serde_json::json!({"at": "50"});
    let undated = serde_json::json!({"by": "b"});
    for (deployer, approvals, requested, approved, state, late) in [
        (Some("a"), vec![], &[][..], &[][..], Nobody, 0),
        (Some("a"), vec![approval("a", 50)], &[], &[], OnlyOwn, 0),
        (Some("a"), vec![approval("b", 50)], &["b"], &[], OnlyOwn, 0),
        (Some("a"), vec![approval("a", 50), approval("b", 50)], &["b"], &[], OnlyOwn, 0),
        (Some("a"), vec![approval("b", 50)], &["a"], &[], OneOther, 0),
        (Some("a"), vec![approval("b", 50), approval("b", 60)], &["a"], &[], OneOther, 0),
        (Some("a"), vec![approval("b", 50), approval("c", 100)], &["a"], &[], Several(2), 0),
        // At the instant of the deployment is not after it.
        (Some("a"), vec![approval("b", 101)], &["a"], &[], Nobody, 1),
        (Some("a"), vec![approval("a", 50), approval("b", 101)], &["a"], &[], OnlyOwn, 1),
        (Some("a"), vec![nameless.clone()], &["a"], &[], NotDeterminable, 0),
        (Some("a"), vec![nameless, approval("b", 50)], &["a"], &[], OneOther, 0),
        (Some("a"), vec![undated], &["a"], &[], OneOther, 0),
        (None, vec![approval("b", 50)], &[], &[], NotDeterminable, 0),
        (None, vec![approval("b", 50), approval("c", 50)], &[], &[], Several(2), 0),
        // The change request's approvals count as well, each approver once.
        (Some("a"), vec![], &["a"], &[("b", 50)], OneOther, 0),
        (Some("a"), vec![approval("b", 50)], &["a"], &[("b", 40), ("c", 120)], OneOther, 1),
        (Some("a"), vec![approval("b", 120)], &["a"], &[("b", 40)], OneOther, 1),
        (Some("a"), vec![], &["a"], &[("a", 40)], OnlyOwn, 0),
    ] {
        let event = read(deployer, &approvals, requested, approved);
        assert_eq!((event.approval, event.late()), (state, late), "{approvals:?} {requested:?} {approved:?}");
    }
}

#[test]
fn what_a_record_says() {
    let event = read(Some("a"), &[], &[], &[]);
    assert_eq!((event.model.as_deref(), event.version.as_deref()), (Some("m"), Some("2")));
    assert_eq!((event.previous.as_deref(), event.change_request.as_deref()), (Some("1"), Some("CR-1")));
    assert!(event.is_canary());
    let odd = r#"{"model":7,"approvals":{"by":"x"}}"#;
    let odd = super::event(Event::default(), odd, &Changes::new(), &|_| None);
    assert_eq!((odd.model, odd.approvals.len(), odd.approval), (None, 0, ApprovalState::None));
}

fn term(version: &str, from: i64, to: Option<i64>) -> Term {
    Term { log: String::new(), model: "m".to_owned(), from, to, version: version.to_owned() }
}

#[test]
fn what_was_live_in_a_stretch() {
    let terms = vec![
        term("1", 0, Some(30)),
        // A canary beside it, which then takes all.
        term("2", 20, Some(50)),
        // A rollback.
        term("1", 50, None),
        // Replaced at the instant that it began.
        term("3", 40, Some(40)),
    ];
    let deployments = Deployments { terms, ..Deployments::default() };
    for (from, to, versions) in [
        (-10, 0, &[][..]),
        (0, 1, &["1"]),
        (19, 21, &["1", "2"]),
        (30, 50, &["2"]),
        (35, 45, &["2"]),
        (49, 51, &["2", "1"]),
        (100, 200, &["1"]),
    ] {
        let live: Vec<&str> = deployments.live("m", from, to).map(|term| term.version.as_str()).collect();
        assert_eq!(live, versions, "{from}..{to}");
    }
    assert_eq!(deployments.live("other", 0, 100).count(), 0);
}
