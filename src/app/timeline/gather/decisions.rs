//! The lanes of decisions: how many there are, and which share of them came out how.

use super::{Gatherer, Passing};
use crate::app::timeline::lanes::{Band, Body, Grouping, Lane, Look, Share};
use crate::app::{filter, shape};
use crate::bundle::reading::Watch;
use crate::evidence::EvidenceError;
use crate::query::{self, Expr, Unknown};
use crate::record::ResultReading;

/// So many bands are told apart; the rest is "other".
const BANDS: usize = 6;

impl Gatherer {
    pub(super) fn decisions(
        &mut self,
        model: Option<&str>,
        grouping: Grouping,
        reading: Option<&ResultReading>,
        passing: &Passing<'_>,
    ) -> Result<Option<Lane>, EvidenceError> {
        let of_model = model.map(|model| format!("kind:decision {}", filter::condition("model", model, false)));
        let (field, of) = match (grouping, &of_model) {
            (Grouping::Model, _) | (_, None) => ("model", "kind:decision".to_owned()),
            (Grouping::Version, Some(of)) => ("version", of.clone()),
            (Grouping::Result, Some(of)) => ("result", of.clone()),
        };
        let all = self.pair(&of, passing)?;
        if all.whole.is_empty() {
            return Ok(None);
        }
        let names = self.values(field, &of, model, passing.watch)?;
        let mut bands = Vec::new();
        for (n, name) in names.iter().enumerate() {
            let filter = format!("{of} {}", filter::condition(field, name, false));
            let look = match field {
                "version" => Look::Category(self.facts.colours.place(model.unwrap_or_default(), name)),
                "result" => match reading {
                    Some(reading) if reading.adverse.contains(name) => Look::Adverse,
                    Some(reading) if reading.favourable.contains(name) => Look::Favourable,
                    Some(_) => Look::Between,
                    None => Look::Category(n),
                },
                _ => Look::Category(n),
            };
            bands.push(Band { name: name.clone(), look, records: self.pair(&filter, passing)?, filter });
        }
        let told: u32 = bands.iter().map(|band| band.records.whole.len()).sum();
        if told < all.whole.len() {
            let others: String =
                names.iter().map(|name| format!(" {}", filter::condition(field, name, true))).collect();
            let filter = format!("{of}{others}");
            let records = self.pair(&filter, passing)?;
            bands.push(Band { name: "other or none".to_owned(), look: Look::Other, records, filter });
        }
        let note = match (field, model) {
            ("model", _) => "of all models, by model".to_owned(),
            (_, model) => format!("{}, by {}", model.unwrap_or_default(), grouping.name()),
        };
        let (id, title) = ("decisions".to_owned(), "Decisions".to_owned());
        Ok(Some(Lane { id, title, note, filter: of, body: Body::Density(bands), is_usual: true }))
    }

    /// The values of a field that have bands of their own, in the order in which they are stacked.
    fn values(
        &self,
        field: &str,
        of: &str,
        model: Option<&str>,
        watch: &dyn Watch,
    ) -> Result<Vec<String>, EvidenceError> {
        let Some(known) = shape::field(field) else { return Ok(Vec::new()) };
        let expr = query::parse(of, &Unknown).map_or(Expr::All, |query| query.expr);
        let facet = self.evidence.facet(&known, &self.evidence.select(&expr, watch)?, BANDS, watch)?;
        let mut names: Vec<String> = facet.values.into_iter().map(|value| value.text).collect();
        if field == "version" {
            // In the order in which they served.
            let served = self.facts.service.models.iter().find(|served| Some(served.id.as_str()) == model);
            let first = |name: &String| {
                served.and_then(|served| {
                    served.spans.iter().filter(|span| span.version == *name).map(|span| span.from).min()
                })
            };
            names.sort_by_key(|name| (first(name).unwrap_or(i64::MAX), name.clone()));
        }
        Ok(names)
    }

    /// The shares of a model's decisions that can be told, and why others cannot.
    #[expect(clippy::type_complexity, reason = "a lane or why there is none")]
    pub(super) fn shares(
        &mut self,
        model: &str,
        reading: Option<&ResultReading>,
        passing: &Passing<'_>,
    ) -> Result<Vec<(&'static str, Result<Lane, String>)>, EvidenceError> {
        let of = format!("kind:decision {}", filter::condition("model", model, false));
        let adverse = reading.map(|reading| &reading.adverse[..]).unwrap_or_default();
        let adverse: Vec<String> = adverse.iter().map(|value| filter::condition("result", value, false)).collect();
        let adverse = (!adverse.is_empty()).then(|| format!("({})", adverse.join(" or ")));
        let no_adverse = "not determinable: nothing says which results are adverse (Settings, Results)";
        let asked = [
            ("adverse", "Adverse results", "of decisions", adverse, String::new(), no_adverse),
            (
                "override",
                "Override rate",
                "of reviewed decisions",
                Some("overridden:true".to_owned()),
                " reviewed:true".to_owned(),
                "not determinable: no decision is known to have been reviewed",
            ),
            (
                "error",
                "Error rate",
                "of decisions with an outcome",
                Some("correct:false".to_owned()),
                " (correct:false or correct:true)".to_owned(),
                "not determinable: no decision has a result and an outcome that can be compared",
            ),
        ];
        let mut out = Vec::new();
        for (id, title, of_what, hits, among, why) in asked {
            let among = format!("{of}{among}");
            let lane = match hits {
                None => Err(why.to_owned()),
                Some(hits) => {
                    let denominator = self.pair(&among, passing)?;
                    let filter = format!("{among} {hits}");
                    let hits = self.pair(&filter, passing)?;
                    match denominator.whole.is_empty() {
                        true => Err(why.to_owned()),
                        false => Ok(Lane {
                            id: format!("rate:{id}"),
                            title: title.to_owned(),
                            note: of_what.to_owned(),
                            filter: among,
                            body: Body::Share(Share { hits, of: denominator, of_what }),
                            is_usual: id != "error",
                        }),
                    }
                }
            };
            out.push((title, lane));
        }
        Ok(out)
    }
}
