//! The decision that a lineage is asked of.

use anyhow::{anyhow, bail};

use crate::analysis::lineage::decisions_of_id;
use crate::bundle::line::Line;
use crate::bundle::reading::Unwatched;
use crate::case::Digest;
use crate::evidence::Evidence;
use crate::query::{Expr, Term};
use crate::record::Kind;
use crate::record::figures::{count, unbroken};
use crate::record::text::shown_short;

/// So many records are named where one is asked for.
const NAMED: usize = 10;

/// The row of the decision with that id, seq or hash.
pub(in crate::cli) fn decision(evidence: &Evidence, id: &str) -> anyhow::Result<u32> {
    let shown = shown_short(id, 100);
    let rows = match (id.strip_prefix('@'), Digest::parse(id)) {
        (Some(seq), _) => {
            let seq = seq.parse().map_err(|_| anyhow!("{shown}: no number behind the @"))?;
            evidence.select(&Expr::Term(Term::Seq { from: seq, to: seq }), &Unwatched)?.iter().collect()
        }
        (None, Some(hash)) => by_hash(evidence, hash)?,
        (None, None) => {
            let (decisions, others) = decisions_of_id(evidence, id)?;
            if decisions.is_empty() && others == 0 {
                bail!("{shown}: no record has this id; {}", near(evidence, id)?);
            }
            if decisions.is_empty() { by_id(evidence, id)? } else { decisions }
        }
    };
    let kinds = evidence.kinds()?;
    let kind_of = |row: u32| kinds.get(row as usize).and_then(|kind| Kind::ALL.get(usize::from(*kind))).copied();
    let decisions: Vec<u32> = rows.iter().copied().filter(|row| kind_of(*row) == Some(Kind::Decision)).collect();
    match (&decisions[..], &rows[..]) {
        ([one], _) => Ok(*one),
        ([], []) => bail!("{shown}: no record is there{}", not_here(evidence)),
        ([], [row, ..]) => bail!(
            "{shown}: this is {}, and a lineage is of a decision{}",
            kind_of(*row).map_or("no record", |kind| article(kind)),
            meant(evidence, *row)?
        ),
        (several, _) => {
            let named =
                several.iter().take(NAMED).map(|row| place(evidence, *row)).collect::<anyhow::Result<Vec<_>>>()?;
            let more = several.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            bail!(
                "{shown}: {} decisions have this id, and it is not known which one is meant: {}{more}; name one by its hash",
                unbroken(&count(several.len() as u64)),
                named.join(", ")
            )
        }
    }
}

fn by_hash(evidence: &Evidence, hash: Digest) -> anyhow::Result<Vec<u32>> {
    let mut rows = Vec::new();
    for log in evidence.logs() {
        for (row, stated) in log.index.hashes()? {
            let row = log.rows.start + row;
            if stated == hash.0 && evidence.hidden().is_none_or(|hidden| !hidden.contains(row)) {
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

/// Records of any kind.
fn by_id(evidence: &Evidence, id: &str) -> anyhow::Result<Vec<u32>> {
    let mut rows = Vec::new();
    for log in evidence.logs() {
        log.index.each_id(|row, own| {
            if own == id {
                rows.push(log.rows.start + row);
            }
        })?;
    }
    Ok(rows)
}

/// What to do about an id that no record has.
fn near(evidence: &Evidence, id: &str) -> anyhow::Result<String> {
    let kinds = evidence.kinds()?;
    let wanted = id.trim().to_lowercase();
    let (mut found, mut more) = (Vec::new(), 0_u64);
    for log in evidence.logs().iter().filter(|_| !wanted.is_empty()) {
        log.index.each_id(|row, own| {
            let is_decision = kinds.get((log.rows.start + row) as usize) == Some(&Kind::Decision.place());
            if is_decision && own.to_lowercase().contains(&wanted) {
                if found.len() < NAMED {
                    found.push(shown_short(own, 60));
                } else {
                    more += 1;
                }
            }
        })?;
    }
    let more = if more > 0 { format!(" and {} more", unbroken(&count(more))) } else { String::new() };
    Ok(match found.is_empty() {
        false => format!("decisions whose ids have it in them: {}{more}", found.join(", ")),
        true => format!(
            "probity query PATH kind:decision prints the ids of decisions, and @42 names the record at seq 42{}",
            not_here(evidence)
        ),
    })
}

fn not_here(evidence: &Evidence) -> &'static str {
    if evidence.is_whole() { "" } else { "; records of the log are not here, and it may be among them" }
}

/// Behind what is said of a review or an outcome: the decision that it names.
fn meant(evidence: &Evidence, row: u32) -> anyhow::Result<String> {
    let line = evidence.line(row)?;
    let record = line.as_ref().and_then(|line| Line::parse(&line.bytes)).map(|line| line.record.to_vec());
    let value: serde_json::Value = record.and_then(|record| serde_json::from_slice(&record).ok()).unwrap_or_default();
    Ok(value["decision"]
        .as_str()
        .map(|id| format!("; the one that it names is {}", shown_short(id, 100)))
        .unwrap_or_default())
}

/// A decision among several.
fn place(evidence: &Evidence, row: u32) -> anyhow::Result<String> {
    let seq = evidence.seqs().seq(row).map_or_else(|| "no seq".to_owned(), |seq| format!("@{seq}"));
    let Some((log, of_log)) = evidence.place(row) else { return Ok(seq) };
    let hash = log.index.hashes_of(of_log..of_log + 1)?.first().copied().flatten();
    let hash = hash.map(|hash| format!(" ({})", crate::record::sealed::hex(&hash))).unwrap_or_default();
    let of =
        if evidence.has_several_logs() { format!(" of {}", shown_short(&log.index.origin, 60)) } else { String::new() };
    Ok(format!("{seq}{of}{hash}"))
}

/// A kind with its article.
fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Decision => "a decision",
        Kind::Outcome => "an outcome",
        Kind::Review => "a review",
        Kind::Deployment => "a deployment",
        Kind::Training => "a training",
        Kind::System => "a system",
        Kind::Access => "an access",
        Kind::Roster => "an entry of the roster",
        Kind::Change => "a change",
        Kind::Dataset => "a data set",
        Kind::Incident => "a record of an incident",
        Kind::Monitor => "a measured value",
        Kind::Erasure => "an erasure",
        Kind::Log => "a record of the log about itself",
        Kind::Custody => "a record of custody",
        Kind::Other => "a record of another kind",
    }
}
