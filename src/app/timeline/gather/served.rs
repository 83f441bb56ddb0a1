//! The lane of deployments.

use std::sync::Arc;

use super::{Gatherer, Passing};
use crate::analysis::deployments::{ApprovalState, Deployments, Event};
use crate::analysis::service::Span;
use crate::app::filter;
use crate::app::timeline::lanes::{Body, Lane, ServedModel, ServedSpan};
use crate::evidence::EvidenceError;

impl Gatherer {
    /// Versions in service, of each model that has any; the model that is looked at comes first.
    pub(super) fn served(
        &mut self,
        model: Option<&str>,
        told: &Deployments,
        passing: &Passing<'_>,
    ) -> Result<Option<Lane>, EvidenceError> {
        let facts = Arc::clone(&self.facts);
        let mut models = Vec::new();
        for served in facts.service.models.iter().filter(|served| !served.spans.is_empty()) {
            let mut spans = Vec::new();
            for span in &served.spans {
                spans.push(self.span(&served.id, span, told, passing)?);
            }
            models.push(ServedModel { id: served.id.clone(), spans });
        }
        models.sort_by_key(|served| Some(served.id.as_str()) != model);
        let Some(first) = models.first() else { return Ok(None) };
        Ok(Some(Lane {
            id: "deployments".to_owned(),
            title: "Deployments".to_owned(),
            note: match facts.service.is_part {
                true => "by the records that are here".to_owned(),
                false => first.id.clone(),
            },
            filter: "kind:deployment".to_owned(),
            body: Body::Served(models),
            is_usual: true,
        }))
    }

    fn span(
        &mut self,
        model: &str,
        span: &Span,
        told: &Deployments,
        passing: &Passing<'_>,
    ) -> Result<ServedSpan, EvidenceError> {
        let of_version = |event: &&Event| {
            event.at.is_some_and(|at| (span.from..span.to.max(span.from.saturating_add(1))).contains(&at))
                && event.model.as_deref() == Some(model)
                && event.version.as_deref() == Some(&span.version)
                && event.action.as_deref() != Some("retire")
        };
        let events: Vec<&Event> = told.events.iter().filter(of_version).filter(|_| span.is_deployed).collect();
        let began = events.iter().find(|event| event.at == Some(span.from)).copied();
        // A canary that was given all requests later: what is said is said of that.
        let whole = events.iter().find(|event| !event.is_canary()).copied().or(began);
        let (remark, is_remarkable) = match whole {
            Some(event) => remark(event),
            None if span.is_deployed => (String::new(), false),
            None => ("by its decisions".to_owned(), false),
        };
        let trial = match began.and_then(|event| event.traffic_percent).filter(|_| began.is_some_and(Event::is_canary))
        {
            Some(percent) => format!("canary {percent}\u{202f}%"),
            None => String::new(),
        };
        let is_shown = match (began, passing.rows) {
            (Some(event), _) => passing.has(event.row),
            (None, None) => true,
            (None, Some(_)) => {
                let condition = |field, value| filter::condition(field, value, false);
                let decisions =
                    format!("kind:decision {} {}", condition("model", model), condition("version", &span.version));
                !self.pair(&decisions, passing)?.shown.is_empty()
            }
        };
        Ok(ServedSpan {
            from: span.from,
            to: span.to,
            version: span.version.clone(),
            colour: self.facts.colours.place(model, &span.version),
            is_deployed: span.is_deployed,
            row: began.map(|event| event.row),
            remark,
            is_remarkable: is_remarkable || began.is_some_and(|event| self::remark(event).1),
            is_rollback: began.is_some_and(|event| event.action.as_deref() == Some("rollback")),
            is_shown,
            damage: events.iter().find_map(|event| self.facts.damage.get(&event.row).copied()),
            trial,
        })
    }
}

/// What is to be said of a deployment, and whether it is a reason to look closer.
fn remark(event: &Event) -> (String, bool) {
    let (approval, is_remarkable) = match event.approval {
        ApprovalState::None => ("not approved".to_owned(), true),
        ApprovalState::OnlyOwn => {
            let who = event.deployer.as_deref().map_or_else(String::new, |who| format!(", {who}"));
            (format!("self-approved{who}"), true)
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
