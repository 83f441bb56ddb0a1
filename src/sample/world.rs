//! Lets the world run: hour by hour it puts together what is set, what falls due and what comes by itself, in order of
//! time, and writes each as a record. What will happen later waits as a few numbers, never as text.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::accesses;
use super::cases::{Case, outcome_permille, reviewed_permille};
use super::clock::{DAY, END, HOUR, MINUTE, Millis, SECOND, START, Wall, Zone};
use super::ids::{SLOTS, prefix, slot};
use super::json::Json;
use super::later::{Due, Later, on_duty};
use super::models::{CREDIT, CREDIT_2_4_0, FRAUD, MODELS, VERSIONS};
use super::people::{DATA_PROTECTION, REVIEWERS};
use super::plan::{Body, Measure, Metric, Plan, Planned};
use super::random::{Random, mixed};
use super::records::{self, Access, Circumstances, Outcome, Review};
use super::rhythm::{ACCESSES, HOURS, Rhythm, STREAMS};
use super::script::{DRIFT_FROM, INSIDER_FROM, INSIDER_TO, SKEW, SKEW_FROM, SKEW_TO, SKEWED_HOST, Script};
use super::sealing::Sealer;
use super::tally::Tally;
use super::texts::{HOSTS, SEGMENTS, WRONGED};
use super::truth::Event;
use super::{Error, Story, chapters};
use crate::bundle::writer::BundleWriter;
use crate::integrity::Watch;
use crate::record::Kind;
use crate::tlog::note::SigningKey;

/// One of so many credit decisions carries the application itself, sealed.
const SEALED_ONE_IN: u64 = 40;

/// Of 1 000 credit decisions, so many are sent once more by an impatient applicant.
const TWICE_PERMILLE: u64 = 4;

/// Added to seeds. Chance moves rates too; with this one, those of the default sample that should keep calm do.
const CALM: u64 = 54;

/// Something that happens in the hour at hand.
#[derive(Debug, Clone, Copy)]
enum Now {
    Planned(usize),
    Later(Later),
    Decision(usize),
    Access,
}

/// The world, and the bundle that it is written into.
pub(super) struct World<'a> {
    script: &'a Script,
    plan: &'a Plan,
    rhythm: Rhythm,
    random: Random,
    bundle: &'a mut BundleWriter,
    key: &'a SigningKey,
    sealer: Sealer,
    pub(super) tally: Tally,
    pub(super) events: Vec<Event>,
    pub(super) baseline: accesses::Baseline,
    /// Records that nothing has claimed yet.
    left: u64,
    later: BinaryHeap<Reverse<Due>>,
    due_numbers: u64,
    /// The last id number given, by model and then by kind.
    numbers: [u64; SLOTS],
    version_texts: Vec<String>,
    json: Json,
    first_seal: Option<u64>,
}

impl<'a> World<'a> {
    pub(super) fn new(
        script: &'a Script,
        plan: &'a Plan,
        seed: u64,
        bundle: &'a mut BundleWriter,
        key: &'a SigningKey,
    ) -> Self {
        let mut random = Random::new(mixed(seed.wrapping_add(CALM)) ^ mixed(script.story as u64 + 100));
        Self {
            script,
            plan,
            rhythm: Rhythm::new(&mut random),
            random,
            bundle,
            key,
            sealer: Sealer::new(script.story, seed),
            tally: Tally::new(script),
            events: Vec::new(),
            baseline: accesses::Baseline::of(plan),
            left: plan.records.saturating_sub(plan.items.len() as u64),
            later: BinaryHeap::new(),
            due_numbers: 0,
            numbers: [0; SLOTS],
            version_texts: (0..VERSIONS.len()).map(records::version_text).collect(),
            json: Json::default(),
            first_seal: None,
        }
    }

    /// From the first hour to the last.
    pub(super) fn run(&mut self, watch: &dyn Watch) -> Result<(), Error> {
        let mut planned = 0;
        let mut happenings: Vec<(Millis, u64, Now)> = Vec::new();
        for hour in 0..HOURS {
            let from = START + i64::try_from(hour).unwrap_or_default() * HOUR;
            happenings.clear();
            while let Some(item) = self.plan.items.get(planned).filter(|item| item.at < from + HOUR) {
                happenings.push((item.at, 0, Now::Planned(planned)));
                planned += 1;
            }
            let mut counts = [0; STREAMS];
            for (stream, count) in counts.iter_mut().enumerate() {
                *count = self.rhythm.count(hour, stream, self.left, &mut self.random);
            }
            self.fit(hour, &mut counts);
            for (stream, count) in counts.into_iter().enumerate() {
                for n in 0..count {
                    // The log is opened before anything is decided.
                    let room = if hour == 0 { (10 * MINUTE, 50 * MINUTE) } else { (0, HOUR) };
                    let at = from + room.0 + self.random.between(0, room.1 - 1);
                    let order = (stream as u64 + 1) << 40 | n | 1 << 60;
                    happenings.push((at, order, if stream == ACCESSES { Now::Access } else { Now::Decision(stream) }));
                }
            }
            self.left -= counts.iter().sum::<u64>();
            happenings.sort_unstable_by_key(|(at, order, _)| (*at, *order));
            let before = self.bundle.size();
            for (at, _, now) in &happenings {
                self.catch_up(*at)?;
                self.happen(*at, *now)?;
            }
            self.catch_up(from + HOUR)?;
            let records = self.bundle.size() - before;
            watch.progress(records, records * 1000);
            if watch.is_cancelled() {
                return Err(Error::Cancelled);
            }
        }
        Ok(())
    }

    /// Lets happen what falls due before this time, also what was put off a moment ago.
    fn catch_up(&mut self, end: Millis) -> Result<(), Error> {
        while let Some(due) = self.later.peek().map(|due| due.0).filter(|due| due.at < end) {
            self.later.pop();
            self.happen(due.at, Now::Later(due.what))?;
        }
        Ok(())
    }

    /// Keeps within the room that is left, and fills it in the last hour.
    fn fit(&self, hour: usize, counts: &mut [u64; STREAMS]) {
        let mut room = self.left;
        for count in counts.iter_mut() {
            *count = (*count).min(room);
            room -= *count;
        }
        if hour == HOURS - 1 {
            counts[FRAUD] += room;
        }
    }

    fn happen(&mut self, at: Millis, now: Now) -> Result<(), Error> {
        match now {
            Now::Planned(index) => self.planned(&self.plan.items[index]),
            Now::Decision(model) => {
                let seed = self.random.bits();
                if model == CREDIT && self.random.chance(TWICE_PERMILLE) {
                    let again = at + self.random.between(20 * SECOND, 4 * MINUTE);
                    self.put_off(again, Later::Again { seed });
                }
                let case = Case::ordinary(self.script, model, at, seed);
                self.decision(at, model, &case, None, None).map(drop)
            }
            Now::Later(Later::Again { seed }) => {
                let mut case = Case::ordinary(self.script, CREDIT, at, seed);
                case.chaff = mixed(case.chaff);
                self.tally.near_duplicates += 1;
                self.decision(at, CREDIT, &case, None, None).map(drop)
            }
            Now::Access => {
                let access = accesses::ordinary(self.script, at, &mut self.random);
                self.access(at, &access, false, None)
            }
            Now::Later(Later::Review { review, phase, segment }) => {
                let reviewer = &REVIEWERS[usize::from(review.reviewer)];
                self.begin(Kind::Review, at, Zone::Local, reviewer.id);
                records::review(&mut self.json, &review, reviewer.id);
                self.tally.review(usize::from(phase), usize::from(segment), &review, at);
                self.push(Kind::Review, at, None).map(drop)
            }
            Now::Later(Later::Outcome { outcome, phase, segment }) => {
                self.begin(Kind::Outcome, at, Zone::Utc, "svc-report");
                records::outcome(&mut self.json, &outcome);
                self.tally.outcome(usize::from(phase), usize::from(segment), &outcome);
                self.push(Kind::Outcome, at, None).map(drop)
            }
            Now::Later(Later::Erasure { seq }) => self.erasure(at, seq, None),
        }
    }

    fn planned(&mut self, item: &Planned) -> Result<(), Error> {
        match &item.body {
            Body::Text(members) => {
                self.begin(item.kind, item.at, item.zone, item.actor);
                self.json.raw(members);
                self.push(item.kind, item.at, item.event).map(drop)
            }
            Body::Monitor(metric) => self.monitor(item.at, metric),
            Body::Access { access, is_key } => self.access(item.at, access, *is_key, item.event),
            Body::Probe { step, steps } => {
                let mut random = Random::new(self.random.bits());
                let case = Case::probe(self.script, item.at, *step, *steps, &mut random);
                self.decision(item.at, CREDIT, &case, Some(chapters::PROBER), item.event).map(drop)
            }
            Body::Erasure => {
                // The first application of every log is sealed, weeks before this.
                let Some(seq) = self.first_seal else { return Err(Error::NothingSealed) };
                self.erasure(item.at, seq, item.event)
            }
        }
    }

    fn decision(
        &mut self,
        at: Millis,
        model: usize,
        case: &Case,
        asker: Option<&'static str>,
        event: Option<&'static str>,
    ) -> Result<u64, Error> {
        let host = self.random.index(HOSTS.len());
        let is_skewed = host == SKEWED_HOST && (SKEW_FROM..SKEW_TO).contains(&at);
        let stated = if is_skewed { at + SKEW } else { at };
        let phase = self.script.phase(stated);
        let is_first = model == CREDIT && self.first_seal.is_none();
        let is_sealed = is_first || model == CREDIT && asker.is_none() && case.chaff.is_multiple_of(SEALED_ONE_IN);
        let sealed = if is_sealed { Some(self.sealer.seal(self.bundle.size(), case)?) } else { None };

        let number = self.number(model);
        let begun = (MODELS[model].prefix, number);
        records::begin(&mut self.json, "decision", stated, Zone::Utc, begun, MODELS[model].service);
        let seal = sealed.as_ref().map(|sealed| sealed.digest.as_str());
        let version_text = &self.version_texts[case.version];
        records::decision(&mut self.json, model, case, &Circumstances { host, version_text, seal, asker });
        let seq = self.push_numbered(Kind::Decision, stated, event, begun)?;

        if let Some(sealed) = sealed {
            let is_erased = is_first || self.erase_later(at, seq);
            self.tally.seals[0] += 1;
            self.tally.seals[1] += u64::from(is_erased);
            if is_first {
                self.first_seal = Some(seq);
            }
            if !is_erased {
                self.bundle.add_disclosure(seq, "/input/data", &sealed.disclosure)?;
            }
        }
        self.tally.decision(phase, model, case, stated, records::states_version(model, case));
        let stated_by_skewed = (SKEW_FROM + SKEW..SKEW_TO + SKEW).contains(&stated);
        self.tally.skewed += u64::from(host == SKEWED_HOST && stated_by_skewed);
        if self.is_affected(model, case, stated, asker.is_some()) {
            self.tally.affected.add(seq, &format!("{}{number:06}", MODELS[model].prefix));
        }
        self.followers(at, phase, model, case, number);
        Ok(seq)
    }

    /// Whether the decision is one of those that the story is about.
    fn is_affected(&self, model: usize, case: &Case, stated: Millis, is_probe: bool) -> bool {
        match self.script.story {
            Story::Lending => case.version == CREDIT_2_4_0 && case.segment == WRONGED,
            Story::Version => case.version == CREDIT_2_4_0,
            Story::Drift => model == CREDIT && stated >= DRIFT_FROM,
            Story::Adversarial => is_probe,
            Story::Access | Story::None => false,
        }
    }

    /// The review and the outcome that the decision will have.
    fn followers(&mut self, at: Millis, phase: usize, model: usize, case: &Case, number: u64) {
        let (Ok(decision), Ok(model_byte)) = (u32::try_from(number), u8::try_from(model)) else { return };
        let small = |value: usize| u8::try_from(value).unwrap_or_default();
        let (phase, segment) = (small(phase), small(case.segment));
        debug_assert!(case.segment < SEGMENTS.len());
        if self.random.chance(reviewed_permille(self.script, model, case)) {
            let reviewers = if model == FRAUD { 6..8 } else { 0..6 };
            let weights: Vec<u64> = REVIEWERS[reviewers.clone()].iter().map(|reviewer| reviewer.weight).collect();
            let index = reviewers.start + self.random.weighted(&weights);
            let reviewer = &REVIEWERS[index];
            let attention = if self.script.is_bad(case.version) { self.script.attention(at) } else { 1000 };
            let rate = if case.is_wrong { reviewer.notices * attention / 1000 } else { reviewer.errs };
            let review = Review {
                decision,
                seconds: u16::try_from(self.random.between(reviewer.seconds.0, reviewer.seconds.1)).unwrap_or_default(),
                model: model_byte,
                reviewer: small(index),
                result: small(case.result),
                is_override: self.random.chance(rate),
                words: small(self.random.index(240)),
            };
            let waiting = self.random.between(8 * MINUTE, 5 * HOUR);
            let due = on_duty(at + waiting, (reviewer.from, reviewer.to), index >= 6, &mut self.random);
            self.put_off(due, Later::Review { review, phase, segment });
        }
        if self.random.chance(outcome_permille(self.script, model, case)) {
            let (first, last) = MODELS[model].outcome_days;
            let days = self.random.between(first, last);
            // They come in the nightly run.
            let night = Wall::at(at + days * DAY);
            let due = night.instant(3 * HOUR + self.random.between(0, 2 * HOUR));
            let outcome =
                Outcome { decision, model: model_byte, is_good: case.is_good, is_adverse: case.is_adverse(model) };
            if case.is_error(model).is_some() {
                self.put_off(due, Later::Outcome { outcome, phase, segment });
            }
        }
    }

    /// Whether the sealed value will be erased before the log ends; if so, it waits.
    fn erase_later(&mut self, at: Millis, seq: u64) -> bool {
        let is_asked = self.random.chance(50);
        let due = Wall::at(at + self.random.between(12, 45) * DAY);
        let due = on_duty(due.instant(9 * HOUR), (9 * HOUR, 16 * HOUR), false, &mut self.random);
        is_asked && self.put_off(due, Later::Erasure { seq })
    }

    /// Keeps something for later, where the log has room for it and does not end before. True where it will happen.
    fn put_off(&mut self, at: Millis, what: Later) -> bool {
        if at >= END || self.left == 0 {
            return false;
        }
        self.left -= 1;
        self.due_numbers += 1;
        self.later.push(Reverse(Due { at, number: self.due_numbers, what }));
        true
    }

    fn access(&mut self, at: Millis, access: &Access, is_key: bool, event: Option<&'static str>) -> Result<(), Error> {
        self.begin(Kind::Access, at, Zone::Local, access.subject);
        records::access(&mut self.json, access);
        let seq = self.push(Kind::Access, at, event)?;
        self.baseline.access(seq, at, access, is_key);
        let is_insider = self.script.story == Story::Access && access.subject == super::people::INSIDER;
        if is_insider && (INSIDER_FROM..INSIDER_TO).contains(&at) {
            let number = self.numbers[slot(Kind::Access)];
            self.tally.affected.add(seq, &format!("ac-{number:06}"));
        }
        Ok(())
    }

    fn monitor(&mut self, at: Millis, metric: &Metric) -> Result<(), Error> {
        let (value, count) = self.tally.measure(metric, at);
        let model = &MODELS[metric.model];
        let name = match (metric.what, metric.segment) {
            (Measure::Adverse, None) => "adverse_rate_7d".to_owned(),
            (Measure::Adverse, Some(segment)) => format!("adverse_rate_7d.{}", SEGMENTS[segment]),
            (Measure::Override, _) => "override_rate_7d".to_owned(),
            (Measure::Psi, _) => "psi.income".to_owned(),
        };
        self.begin(Kind::Monitor, at, Zone::Utc, "svc-report");
        let midnight = START + (at - START) / DAY * DAY;
        let window = super::truth::Span::of(midnight - 7 * DAY, midnight);
        self.json.string("metric", &name).decimal("value", value, 4).decimal("threshold", metric.threshold, 4);
        self.json.object("model").string("id", model.id).close();
        self.json.object("window").string("from", &window.from).string("to", &window.to).close();
        self.json.number("count", count).close();
        let is_crossing = value > metric.threshold && at > self.script.phases[1].from + DAY;
        let event = match (is_crossing, metric.what) {
            (false, _) => None,
            (_, Measure::Psi) => Some("monitor_above_threshold_psi"),
            (_, Measure::Override) => Some("monitor_above_threshold_overrides"),
            (_, Measure::Adverse) if metric.segment == Some(WRONGED) => Some("monitor_above_threshold_segment"),
            _ => None,
        };
        let is_new = event.is_some_and(|event| self.events.iter().all(|known| known.what != event));
        self.push(Kind::Monitor, at, event.filter(|_| is_new)).map(drop)
    }

    fn erasure(&mut self, at: Millis, seq: u64, event: Option<&'static str>) -> Result<(), Error> {
        self.begin(Kind::Erasure, at, Zone::Local, DATA_PROTECTION);
        self.json.number("seq", seq).string("pointer", "/input/data");
        self.json.string("basis", "GDPR Art. 17, request of the person concerned");
        self.json.string("authorised_by", DATA_PROTECTION).close();
        self.push(Kind::Erasure, at, event).map(drop)
    }

    /// Begins the record of a kind that is no decision.
    fn begin(&mut self, kind: Kind, at: Millis, zone: Zone, actor: &str) {
        let number = self.number(slot(kind));
        records::begin(&mut self.json, kind.name(), at, zone, (prefix(kind), number), actor);
    }

    fn number(&mut self, slot: usize) -> u64 {
        self.numbers[slot] += 1;
        self.numbers[slot]
    }

    /// Writes the record that [`Self::begin`] began.
    fn push(&mut self, kind: Kind, stated: Millis, event: Option<&'static str>) -> Result<u64, Error> {
        self.push_numbered(kind, stated, event, (prefix(kind), self.numbers[slot(kind)]))
    }

    fn push_numbered(
        &mut self,
        kind: Kind,
        stated: Millis,
        event: Option<&'static str>,
        (prefix, number): (&str, u64),
    ) -> Result<u64, Error> {
        let seq = self.bundle.push(self.json.bytes())?.seq;
        self.tally.record(kind.name(), stated);
        if let Some(what) = event {
            let audit_id = format!("{prefix}{number:06}");
            let at = super::clock::time_text(stated, Zone::Utc);
            self.events.push(Event { what, seq, audit_id, at });
        }
        if super::checkpoints(self.plan.records).contains(&(seq + 1)) {
            self.bundle.checkpoint(self.key)?;
        }
        Ok(seq)
    }
}
