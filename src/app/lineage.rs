//! The lineage of the decision that is shown: asked for while its part of the detail is, and told on a thread of its own.

use std::sync::Arc;

use super::{App, DetailTab};
use crate::analysis::deployments::Deployments;
use crate::analysis::lineage::Lineage;
use crate::bundle::reading::Watch;
use crate::evidence::Evidence;
use crate::record::Kind;

/// A lineage, or what failed.
pub type Traced = Result<Arc<Lineage>, String>;

/// Tells lineages. What was deployed is gathered once.
#[derive(Debug)]
pub struct Tracer {
    evidence: Arc<Evidence>,
    deployments: Option<Deployments>,
}

impl Tracer {
    /// Of these bundles.
    #[must_use]
    pub fn new(evidence: Arc<Evidence>) -> Self {
        Self { evidence, deployments: None }
    }

    /// Tells that of the decision of a row.
    ///
    /// # Errors
    /// Why it cannot be told, for people.
    pub fn trace(&mut self, row: u32, watch: &dyn Watch) -> Traced {
        let deployments = match self.deployments.take() {
            Some(known) => known,
            None => Deployments::of(&self.evidence, watch).map_err(|error| error.to_string())?,
        };
        let told = Lineage::of(&self.evidence, row, &deployments, watch);
        self.deployments = Some(deployments);
        told.map(Arc::new).map_err(|error| error.to_string())
    }
}

impl App {
    /// Asks for the lineage of the decision that is shown, where that part of the detail is open.
    pub(super) fn ask_lineage(&mut self) {
        let is_shown = self.detail_tab() == Some(DetailTab::Lineage);
        let selected = self.selected();
        let Some(session) = self.session.as_mut().filter(|_| is_shown) else { return };
        if let Some(Ok(detail)) = &session.detail
            && Some(detail.row) == selected
            && detail.kind == Kind::Decision
        {
            let row = detail.row;
            session.ask_lineage(row);
        }
    }
}
