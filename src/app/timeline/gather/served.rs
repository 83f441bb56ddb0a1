//! The lane of deployments.

use super::Gatherer;
use crate::analysis::deployments::{ApprovalState, Deployments, Event};
use crate::analysis::service::{Model, Span};
use crate::app::timeline::lanes::{Body, Lane, ServedModel, ServedSpan};

impl Gatherer {
    pub(super) fn served(&self, model: Option<&str>, told: &Deployments) -> Option<Lane> {
        let mut models: Vec<ServedModel> = self.facts.service.models.iter().map(|served| self.served_model(served, told)).collect();
        models.retain(|model| !model.spans.is_empty());
        // The one that is looked at stands first.
        models.sort_by_key(|served| Some(served.id.as_str()) != model);
        if models.is_empty() {
            return None;
        }
        Some(Lane {
            id: "deployments".to_owned(),
            title: "Deployments".to_owned(),
            note: models[0].id.clone(),
            filter: "kind:deployment".to_owned(),
            body: Body::Served(models),
            is_usual: true,
        })
    }

    fn served_model(&self, served: &Model, told: &Deployments) -> ServedModel {
        let span = |span: &Span| {
            let is_it = |event: &&Event| {
                event.at == Some(span.from)
                    && event.model.as_deref() == Some(&served.id)
                    && event.version.as_deref() == Some(&span.version)
            };
            let event = told.events.iter().find(is_it).filter(|_| span.is_deployed);
            let (remark, is_remarkable) = match event {
                Some(event) => remark(event),
                None if span.is_deployed => (String::new(), false),
                None => ("by its decisions".to_owned(), false),
            };
            ServedSpan {
                from: span.from,
                to: span.to,
                version: span.version.clone(),
                colour: self.facts.colours.place(&served.id, &span.version),
                is_deployed: span.is_deployed,
                row: event.map(|event| event.row),
                remark,
                is_remarkable,
                is_rollback: event.is_some_and(|event| event.action.as_deref() == Some("rollback")),
            }
        };
        ServedModel { id: served.id.clone(), spans: served.spans.iter().map(span).collect() }
    }
}

/// What is to be said of a deployment, and whether it is a reason to look closer.
fn remark(event: &Event) -> (String, bool) {
    let (approval, is_remarkable) = match event.approval {
        ApprovalState::None => ("not approved".to_owned(), true),
        ApprovalState::OnlyOwn => {
            let who = event.deployer.as_deref().map_or_else(String::new, |who| format!(", {who}"));
            (format!("approved by its own deployer{who}"), true)
        }
        ApprovalState::OneOther => ("1 approval".to_owned(), false),
        ApprovalState::Several(others) => (format!("{others} approvals"), false),
        ApprovalState::NotDeterminable => ("approval not determinable".to_owned(), true),
    };
    let late = if event.late() > 0 { ", approved afterwards" } else { "" };
    let what = match (event.action.as_deref(), event.is_canary(), event.traffic_percent) {
        (Some("rollback"), ..) => "rolled back, ".to_owned(),
        (_, true, Some(percent)) => format!("canary {percent}\u{202f}%, "),
        _ => String::new(),
    };
    (format!("{what}{approval}{late}"), is_remarkable || event.late() > 0)
}
