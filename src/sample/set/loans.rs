//! Records as other programs write them, for trying the import: JSON lines of a Python service that signs each record
//! with a shared key, and a German office's CSV with all that comes with it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::ser::Formatter;
use sha2::Sha256;

use crate::sample::cases::Case;
use crate::sample::clock::{DAY, HOUR, Millis, SECOND, Wall, Zone, local, time_text};
use crate::sample::models::{CREDIT, MODELS, VERSIONS, version_hash};
use crate::sample::random::{Random, mixed};
use crate::sample::script::Script;
use crate::sample::texts::{CHANNELS, NAMES, PURPOSES, REGIONS, SEGMENTS};
use crate::sample::{Error, Story};

/// The key of the signatures in `loans.jsonl`: the bytes of its file, all of them. Published, so it proves nothing.
pub(super) const HMAC_KEY: &str = "probity-sample-key: published, never use it for anything";

/// Rows of each source.
const ROWS: u64 = 320;

/// Working days' applications of spring 2026, in order of time.
fn applications(seed: u64) -> Vec<(Millis, Case)> {
    let script = Script::of(Story::None);
    let mut random = Random::new(seed);
    let mut times: Vec<Millis> = Vec::new();
    while (times.len() as u64) < ROWS {
        let wall = Wall::at(local(3, 2, 12, 0) + random.between(0, 55) * DAY);
        if wall.is_working_day() {
            times.push(wall.instant(8 * HOUR + random.between(0, 9 * HOUR)));
        }
    }
    times.sort_unstable();
    times.into_iter().map(|at| (at, Case::ordinary(&script, CREDIT, at, random.bits()))).collect()
}

/// A decision as common audit loggers for models write it.
#[derive(Debug, Serialize)]
struct Decision<'a> {
    audit_id: String,
    timestamp: String,
    model: Model<'a>,
    input: Input<'a>,
    output: Output<'a>,
    context: Context,
    reproducibility: Reproducibility,
    metadata: Metadata<'a>,
    compliance: Compliance<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

#[derive(Debug, Serialize)]
struct Model<'a> {
    id: &'a str,
    version: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
}

#[derive(Debug, Serialize)]
struct Input<'a> {
    hash: String,
    metadata: InputMetadata<'a>,
}

#[derive(Debug, Serialize)]
struct InputMetadata<'a> {
    segment: &'a str,
    region: &'a str,
    income: i64,
    tenure: i64,
    amount: i64,
    purpose: &'a str,
}

#[derive(Debug, Serialize)]
struct Output<'a> {
    result: Answer<'a>,
    confidence: f64,
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    decision: &'a str,
    score: f64,
}

#[derive(Debug, Serialize)]
struct Context {
    user_id: String,
    session_id: String,
    ip_address: String,
}

#[derive(Debug, Serialize)]
struct Reproducibility {
    weights_hash: String,
    seed: u32,
}

#[derive(Debug, Serialize)]
struct Metadata<'a> {
    channel: &'a str,
    retries: u64,
}

#[derive(Debug, Serialize)]
struct Compliance<'a> {
    legal_basis: &'a str,
    human_review: bool,
}

/// Thousandths as Python holds them: the nearest double, which both print by its shortest digits.
#[expect(clippy::cast_precision_loss, reason = "below 1 000")]
fn fraction(thousandths: i64) -> f64 {
    thousandths as f64 / 1000.0
}

/// One record a line, without `kind`, in UTC without saying so.
pub(super) fn jsonl() -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    for (at, case) in applications(0x10a5) {
        let bits = mixed(case.chaff);
        let index = |items: usize| usize::try_from(bits >> 8).unwrap_or_default() % items;
        let mut decision = Decision {
            audit_id: uuid(case.subject, bits),
            // datetime.utcnow().isoformat(): microseconds, no zone.
            timestamp: format!("{}{:03}", time_text(at, Zone::Utc).trim_end_matches('Z'), 1 + bits % 998),
            model: Model {
                id: MODELS[CREDIT].id,
                version: VERSIONS[case.version].name,
                kind: MODELS[CREDIT].algorithm,
            },
            input: Input {
                hash: blake3::hash(&case.input.to_le_bytes()).to_hex().to_string(),
                metadata: InputMetadata {
                    segment: SEGMENTS[case.segment],
                    region: REGIONS[case.region],
                    income: case.income,
                    tenure: case.tenure,
                    amount: case.amount,
                    purpose: PURPOSES[index(PURPOSES.len())],
                },
            },
            output: Output {
                result: Answer { decision: MODELS[CREDIT].results[case.result], score: fraction(case.score) },
                confidence: fraction(case.confidence),
            },
            context: Context {
                user_id: format!("desk-{:02}", 1 + bits % 20),
                session_id: format!("s-{:05x}", bits >> 44),
                ip_address: format!("10.20.30.{}", 1 + bits % 32),
            },
            reproducibility: Reproducibility { weights_hash: version_hash(case.version, "weights"), seed: 42 },
            metadata: Metadata { channel: CHANNELS[case.channel], retries: u64::from(bits.is_multiple_of(23)) },
            compliance: Compliance { legal_basis: "contract", human_review: case.result == 1 },
            signature: None,
        };
        decision.signature = Some(signature(&python(&serde_json::to_value(&decision)?)?)?);
        out.extend_from_slice(&python(&decision)?);
        out.push(b'\n');
    }
    Ok(out)
}

/// HMAC-SHA256 in hex.
fn signature(message: &[u8]) -> Result<String, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(HMAC_KEY.as_bytes()).map_err(|_| Error::Lacks("HMAC key"))?;
    mac.update(message);
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    Ok(crate::record::sealed::hex(&digest))
}

/// What looks like a random UUID.
fn uuid(high: u64, low: u64) -> String {
    let high = high & !0xf000 | 0x4000;
    let low = low & !(0b11 << 62) | 1 << 63;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// The text of Python's `json.dumps`: a space after each comma and colon. Sorted by name where `value` is a
/// [`serde_json::Value`], which holds its members so. What is not ASCII would need escapes, so nothing here is.
fn python(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Python))?;
    Ok(out)
}

struct Python;

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + std::io::Write>(&mut self, out: &mut W, first: bool) -> std::io::Result<()> {
        out.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(&mut self, out: &mut W, first: bool) -> std::io::Result<()> {
        out.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        out.write_all(b": ")
    }
}

const HEADER: &str = "Antragsnummer;Eingang;Antragsteller;Segment;Region;Betrag EUR;Einkommen EUR;Score;Entscheidung;Modell;Version;Sachbearbeitung;Status;Bemerkung;Ergebnis;Ergebnis am";

/// A German office's export: semicolons, decimal commas, the wall clock of Berlin, line breaks in quoted text, test rows,
/// outcomes in the same row, and three rows that do not fit.
pub(super) fn csv() -> Vec<u8> {
    let mut out = format!("{HEADER}\r\n");
    for (row, (at, case)) in (1..).zip(applications(0xc5f)) {
        let bits = mixed(case.chaff);
        let name = NAMES[usize::try_from(bits % NAMES.len() as u64).unwrap_or_default()];
        let is_test = bits.is_multiple_of(29);
        let note = match bits >> 5 & 15 {
            0 => "\"Unterlagen vollständig;\nRückruf vereinbart\"".to_owned(),
            1 => format!("\"{name} sagt: \"\"Bitte beschleunigen\"\"\"", name = name.replace('"', "\"\"")),
            2 => "Gehaltsnachweis nachgereicht".to_owned(),
            3 => "\"Erste Zeile\n\nDritte Zeile\"".to_owned(),
            _ => String::new(),
        };
        let known = !is_test && case.result != 1 && bits >> 12 & 1 == 0;
        let later = at + (i64::try_from(20 + (bits >> 16) % 60).unwrap_or_default()) * DAY;
        let score = match row {
            57 => "0,6x2".to_owned(),
            _ => comma(case.score, 1000),
        };
        let received = match row {
            141 => "31.02.2026 09:61:00".to_owned(),
            _ => german(at),
        };
        let start = format!(
            "K-2026-{row:05};{received};{};{};{};{};{}",
            if name.contains(' ') { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() },
            ["angestellt", "selbstständig", "in Ausbildung", "Rente"][case.segment],
            ["Nord", "Süd", "Ost", "West", "Mitte", "Küste"][case.region],
            comma(case.amount * 100, 100),
            comma(case.income * 100, 100),
        );
        if row == 233 {
            // Cut off in the middle, as by a program that stopped.
            out += &format!("{start}\r\n");
            continue;
        }
        out += &format!(
            "{start};{score};{};{};{};S-{:02};{};{note};{};{}\r\n",
            ["abgelehnt", "Prüfung", "genehmigt"][case.result],
            MODELS[CREDIT].id,
            VERSIONS[case.version].name,
            1 + bits % 20,
            if is_test { "TEST" } else { "gültig" },
            match (known, case.is_good) {
                (false, _) => "",
                (_, true) => "zurückgezahlt",
                (_, false) => "ausgefallen",
            },
            if known { german(later)[..10].to_owned() } else { String::new() },
        );
    }
    out.into_bytes()
}

/// A number with a decimal comma.
fn comma(value: i64, scale: i64) -> String {
    let width = if scale == 100 { 2 } else { 3 };
    format!("{},{:0width$}", value / scale, value % scale)
}

/// `02.03.2026 09:14:07` on the clocks of Berlin.
fn german(at: Millis) -> String {
    let text = time_text(at - at % SECOND, Zone::Local);
    format!("{}.{}.{} {}", &text[8..10], &text[5..7], &text[..4], &text[11..19])
}
