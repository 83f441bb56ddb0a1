//! Which versions were in service at one instant, with the deployments that say so. The rules are those of
//! [`crate::index::deployed`], which knows what was in service at every instant, but not by which record.

use std::collections::BTreeMap;

use crate::analysis::deployments::Event;

/// Whether two names of environments mean one: `prod` is `production`, upper and lower case alike.
pub(super) fn is_same_environment(one: &str, other: &str) -> bool {
    let is_production = |name: &str| ["production", "prod"].iter().any(|known| name.eq_ignore_ascii_case(known));
    one.eq_ignore_ascii_case(other) || (is_production(one) && is_production(other))
}

fn is_in(event: &Event, environment: &str) -> bool {
    event.environment.as_deref().is_some_and(|name| is_same_environment(name, environment))
}

/// Of a model's deployments in a log those that count, in their order: of `environment` where any is; otherwise of production
/// where any is; otherwise all. Those without a time, a version or a known action do not.
pub(super) fn counting<'e>(events: &[&'e Event], environment: Option<&str>) -> Vec<&'e Event> {
    let counts = |event: &&&Event| event.at.is_some() && event.version.is_some() && event.is_known_action();
    let of = |environment: &str| {
        let of: Vec<&Event> = events.iter().filter(counts).filter(|event| is_in(event, environment)).copied().collect();
        Some(of).filter(|of| !of.is_empty())
    };
    if let Some(of) = environment.and_then(of) {
        return of;
    }
    // One that does not count may still say that there is production.
    let has_production = events.iter().any(|event| is_in(event, "production"));
    events.iter().filter(counts).filter(|event| !has_production || is_in(event, "production")).copied().collect()
}

/// The versions in service at an instant, each with the deployments that put it into the service in which it was, in the order
/// of time: the first began it, the last was in force. `events` are those that count, in their order.
pub(super) fn in_service<'e>(events: &[&'e Event], at: i64) -> BTreeMap<&'e str, Vec<&'e Event>> {
    let mut live: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.at.is_some_and(|then| then <= at)) {
        let Some(version) = event.version.as_deref() else { continue };
        let takes_in = matches!(event.action.as_deref(), Some("deploy" | "rollback"))
            && event.traffic_percent.is_none_or(|percent| percent > 0.0);
        if !takes_in {
            live.remove(version);
            continue;
        }
        if event.traffic_percent.is_none_or(|percent| percent >= 100.0) {
            live.retain(|other, _| *other == version);
        }
        live.entry(version).or_default().push(event);
    }
    live
}
