//! The versions of each model: how long each was in service, its decisions and rates, and how it differs from the one before.

use super::part;
use crate::analysis::decisions::Measure;
use crate::analysis::versions::stretches::{Known, Stretch, Stretches};
use crate::analysis::versions::{Against, COMPARED, ModelVersions, VersionRow, Versions};
use crate::record::figures::grouped;
use crate::record::text::shown_short;
use crate::report::document::{Block, Column, Section, Table, Text};
use crate::report::words::{NOTHING, counted, decimals, minute, p_and_q, percent, points, told};

/// None where no model has a decision.
pub(super) fn section(versions: &Versions, stretches: &Stretches) -> Option<Section> {
    let mut blocks = Vec::new();
    for model in versions.models.iter().filter(|model| model.decisions > 0) {
        self::model(&mut blocks, model, stretches);
    }
    if blocks.is_empty() {
        return None;
    }
    let (more, decisions) = versions.more;
    if more > 0 {
        let more = counted(more as u64, "stretch of service", "stretches of service");
        let decisions = counted(decisions, "decision", "decisions");
        blocks.push(Block::Text(Text::plain(format!("And {more} more with {decisions}, which are not told apart."))));
    }
    let mut section = part("Versions of the models", blocks);
    section.on_new_page = true;
    Some(section)
}

fn name(text: Option<&str>, without: &str) -> String {
    text.map_or_else(|| without.to_owned(), |text| shown_short(text, 80))
}

fn version(stretch: &Stretch) -> String {
    match (stretch.known, stretch.version.as_deref()) {
        (Known::Deployed, version) => name(version, NOTHING),
        (Known::Undeployed, version) => format!("{} *", name(version, NOTHING)),
        (Known::Ambiguous, _) => "(ambiguous)".to_owned(),
        (Known::Unknown, _) => "(unknown)".to_owned(),
    }
}

fn served(stretch: &Stretch) -> String {
    let begin = stretch.begin().map_or_else(|| "no time".to_owned(), minute);
    let end = match stretch.known {
        Known::Deployed => stretch.to.map_or_else(|| "still in service".to_owned(), minute),
        _ => stretch.decided.map_or_else(|| "no time".to_owned(), |(_, last)| minute(last)),
    };
    format!("{begin} –\n{end}")
}

fn model(blocks: &mut Vec<Block>, model: &ModelVersions, stretches: &Stretches) {
    blocks.push(Block::Heading(name(model.model.as_deref(), "Decisions that name no model")));
    let sources = &model.sources;
    let known = [
        (sources.recorded, "recorded"),
        (sources.inferred, "inferred from deployments"),
        (sources.ambiguous, "ambiguous"),
        (sources.unknown, "unknown"),
    ];
    let known: Vec<String> = known.iter().map(|(count, how)| format!("{} {how}", grouped(*count))).collect();
    let decisions = counted(model.decisions, "decision", "decisions");
    blocks.push(Block::Text(Text::plain(format!("{decisions}; their version is {}.", known.join(", ")))));
    blocks.push(rates(model));
    blocks.push(differences(model, stretches));
}

fn rates(model: &ModelVersions) -> Block {
    let mut columns = vec![Column::words("version"), Column::words("served (UTC)"), Column::figures("decisions")];
    columns.extend(COMPARED.map(|measure| Column::figures(measure.title().to_lowercase())));
    columns.push(Column::figures("mean confidence"));
    let rows = model.rows.iter().map(|row| {
        let mut cells =
            vec![version(&row.stretch).into(), served(&row.stretch).into(), grouped(row.decisions()).into()];
        cells.extend(COMPARED.map(|measure| Text::plain(percent(row.tally.rate(measure)))));
        cells.push(row.confidence.mean().map_or_else(|| NOTHING.to_owned(), |mean| format!("{mean:.3}")).into());
        cells
    });
    let mut note = "Rates in percent, in brackets the 95 % interval of Wilson.".to_owned();
    if model.rows.iter().any(|row| row.stretch.known == Known::Undeployed) {
        note.push_str(" * No deployment on record holds these decisions; their first and last time stand there.");
    }
    for measure in COMPARED {
        if model.rows.iter().all(|row| row.tally.rate(measure).rate.is_none()) {
            note.push_str(&format!(" {}: not determinable: {}.", measure.title(), measure.without()));
        }
    }
    Block::Table(Table {
        caption: "Stretches of service".to_owned(),
        columns,
        rows: rows.collect(),
        note: Some(note.into()),
    })
}

fn differences(model: &ModelVersions, stretches: &Stretches) -> Block {
    let mut columns = vec![Column::words("version"), Column::words("against")];
    columns.extend(COMPARED.map(|measure| Column::words(measure.title().to_lowercase())));
    columns.push(Column::words("confidence"));
    let rows = model.rows.iter().map(|row| {
        let mut cells = vec![Text::plain(version(&row.stretch))];
        match &row.against {
            Err(because) => {
                cells.push(Text::quiet(format!("not determinable: {because}")));
                cells.resize(columns.len(), Text::default());
            }
            Ok(found) => {
                cells.push(before(row, found, stretches).into());
                cells.extend(COMPARED.map(|measure| Text::plain(difference(found, measure))));
                cells.push(confidence(found).into());
            }
        }
        cells
    });
    Block::Table(Table {
        caption: "Each against the version in service before it".to_owned(),
        rows: rows.collect(),
        columns,
        note: Some(
            "Differences in percentage points, in brackets the 95 % interval of Newcombe; p of the two-sided test, q over all tests of \
             the table. A difference need not be the version's doing: what it decided may have changed too."
                .into(),
        ),
    })
}

fn before(row: &VersionRow, found: &Against, stretches: &Stretches) -> String {
    let begin = stretches.all().get(found.place).and_then(Stretch::begin).map(minute);
    let begin = begin.map(|begin| format!(" of {begin}")).unwrap_or_default();
    let same = if row.stretch.version == found.version { ", the same version earlier" } else { "" };
    format!("{}{begin}{same}", name(found.version.as_deref(), NOTHING))
}

fn difference(found: &Against, measure: Measure) -> String {
    let Some(rate) = found.rates.iter().find(|rate| rate.measure == measure) else { return NOTHING.to_owned() };
    told(&rate.difference, |difference| {
        format!("{}\n{}", points(difference), told(&difference.p, |p| p_and_q(*p, rate.q)))
    })
}

fn confidence(found: &Against) -> String {
    match (&found.psi, &found.ks) {
        (Err(because), Err(_)) => format!("not determinable: {because}"),
        (psi, ks) => {
            let psi = told(psi, |psi| format!("{} ({})", decimals(psi.value), psi.shift.words()));
            let ks = told(ks, |ks| format!("{}, {}", decimals(ks.statistic), p_and_q(ks.p, found.ks_q)));
            format!("PSI {psi}\nKS {ks}")
        }
    }
}
