//! Locating damage: from the pieces of a chain in the order of the file to one chain in the order of seq, with every
//! break named (`assets/spec/bundle-format.md`, "Locating damage"). Pure: what it says follows from hashes alone; what
//! signed roots add to it comes later, in `roots`.

use std::collections::HashSet;
use std::ops::Range;

use super::chain::{Item, LineFault, OddLine, Place, Run};
use super::code::Code;
use crate::bundle::line::GENESIS;
use crate::record::figures;
use crate::tlog::merkle::{CompactRange, Hash};

/// A stretch of the log in the order of seq; stretches are adjacent and begin at 0.
#[derive(Debug)]
pub struct Stretch {
    /// First seq.
    pub start: u64,
    /// The seq after the last.
    pub end: u64,
    /// What is known of its leaves.
    pub leaves: Leaves,
}

/// What is known of the leaves of a stretch.
#[derive(Debug)]
pub enum Leaves {
    /// All of them: the nodes of all but the last, and the last one's hash as it stands in the file and as the
    /// following record names it. The two differ where the record was altered; `None` where it cannot be told.
    Known {
        /// Nodes of all leaves but the last.
        body: Option<CompactRange>,
        /// Hash of the last record as found.
        found: Option<Hash>,
        /// Hash of the last record as its successor names it.
        repaired: Option<Hash>,
        /// Another hash that it may have had: the one that a successor names which does not hash itself. `None` where
        /// there is no such doubt.
        other: Option<Hash>,
    },
    /// Declared withheld: a proof's nodes stand for them.
    Withheld,
    /// Neither there nor declared, or not to be told.
    Lost,
}

/// A break, before signed roots are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// What it is.
    pub code: Code,
    /// First record concerned.
    pub first: u64,
    /// Last record concerned.
    pub last: u64,
    /// Where it stands in the file; `None` for what is missing.
    pub place: Option<Place>,
    /// The hash, seq or order that should be there.
    pub expected: Option<String>,
    /// What is there.
    pub actual: Option<String>,
    /// A sentence about this case, where the code's own is not enough.
    pub note: Option<String>,
    /// The damage lies within `first..=last`, and replacing these leaves by what the successor names repairs it.
    pub repairable: bool,
    /// A line outside the chain: no root says anything about it.
    pub extra: bool,
    /// Why this may not be damage at all; `None` where it is in any case.
    pub doubt: Option<Doubt>,
}

/// When a break that may be the next record's fault is one of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Only if a root comes out with [`Leaves::Known`]'s `other`: the next line does not hash, and its finding says it all.
    NeedsRoot,
    /// Unless a root comes out without it: the next record hashes, but nothing links to it from either side.
    UnlessRoot,
}

impl Damage {
    fn new(code: Code, first: u64, last: u64) -> Self {
        Self {
            code,
            first,
            last,
            place: None,
            expected: None,
            actual: None,
            note: None,
            repairable: false,
            extra: false,
            doubt: None,
        }
    }

    fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    fn differs(mut self, expected: &Hash, actual: &Hash) -> Self {
        self.expected = Some(crate::record::sealed::hex(expected));
        self.actual = Some(crate::record::sealed::hex(actual));
        self
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    fn repairable(mut self) -> Self {
        self.repairable = true;
        self
    }
}

/// A log put in order.
#[derive(Debug)]
pub struct Located {
    /// The log from seq 0 on.
    pub stretches: Vec<Stretch>,
    /// Every break, in no particular order.
    pub damage: Vec<Damage>,
    /// Links between neighbours that were compared and hold.
    pub links: u64,
    /// Seq ranges that are present.
    pub present: Vec<Range<u64>>,
    /// The last record present and its hash as stated.
    pub head: Option<(u64, Hash)>,
}

/// A piece with its place in the log.
struct Piece {
    start: u64,
    end: u64,
    /// Its position among the pieces of the file.
    position: usize,
    item: Item,
}

impl Piece {
    fn place(&self) -> Place {
        match &self.item {
            Item::Run(run) => run.place,
            Item::Odd(odd) => odd.place,
        }
    }

    /// What it names as its predecessor, where that is to be relied on.
    fn prev(&self) -> Option<Hash> {
        match &self.item {
            Item::Run(run) => Some(run.prev),
            Item::Odd(OddLine { fault: LineFault::PrevAltered, .. }) => None,
            Item::Odd(odd) => odd.stated.map(|stated| stated.prev),
        }
    }

    /// The hash that its last record states.
    fn stated_hash(&self) -> Option<Hash> {
        match &self.item {
            Item::Run(run) => Some(run.last_hash),
            Item::Odd(odd) => odd.stated.map(|stated| stated.hash),
        }
    }

    fn is_run(&self) -> bool {
        matches!(self.item, Item::Run(_))
    }
}

/// Puts the pieces in order. `declared` are the ranges that the bundle says it holds; `None` for a bare file, which
/// says nothing and must start at 0.
/// `expected_end` is the size that manifest and checkpoints commit to, where any does.
pub fn locate(items: Vec<Item>, declared: Option<&[Range<u64>]>, expected_end: Option<u64>) -> Located {
    let mut damage = Vec::new();
    let mut pieces = place(items, expected_end, &mut damage);
    pieces.sort_by_key(|piece| (piece.start, piece.position));
    let main = choose(pieces, &mut damage);
    reordered(&main, &mut damage);
    Walk {
        declared,
        stretches: Vec::new(),
        damage,
        links: 0,
        at: 0,
        present: Vec::new(),
        disowned: None,
        isolated: isolated(&main),
    }
    .run(main)
}

/// Gives every odd line the place that its neighbours leave for it. A line for which none is left is damage by itself.
fn place(items: Vec<Item>, expected_end: Option<u64>, damage: &mut Vec<Damage>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(items.len());
    let mut odd: Vec<(usize, OddLine)> = Vec::new();
    let mut before = 0;
    for (position, item) in items.into_iter().enumerate() {
        match item {
            Item::Odd(line) => odd.push((position, line)),
            Item::Run(run) => {
                place_odd(std::mem::take(&mut odd), before, run.first_seq, &mut pieces, damage);
                before = run.end();
                pieces.push(Piece { start: run.first_seq, end: before, position, item: Item::Run(run) });
            }
        }
    }
    place_odd_at_end(odd, before, expected_end, &mut pieces, damage);
    pieces
}

fn place_odd(odd: Vec<(usize, OddLine)>, before: u64, after: u64, pieces: &mut Vec<Piece>, damage: &mut Vec<Damage>) {
    // As many lines as places: each stands where it should, whatever it says of itself.
    let exact = Some(after) == before.checked_add(odd.len() as u64);
    let mut next = before;
    for (position, line) in odd {
        let seq = match (own_seq(&line), line.stated) {
            (Some(seq), _) => Some(seq),
            _ if exact => Some(next),
            (None, Some(stated)) => Some(stated.seq).filter(|seq| (next..after).contains(seq)),
            (None, None) => (next < after).then_some(next),
        };
        keep_odd(position, line, seq, &mut next, pieces, damage);
    }
}

/// As [`place_odd`], after the last run. A line there may be a damaged record of the log, or have been added to it.
fn place_odd_at_end(
    odd: Vec<(usize, OddLine)>,
    before: u64,
    expected_end: Option<u64>,
    pieces: &mut Vec<Piece>,
    damage: &mut Vec<Damage>,
) {
    let mut next = before;
    for (position, line) in odd {
        let wanted = expected_end.is_none_or(|end| next < end);
        let fits = line.stated.is_none_or(|stated| stated.seq >= next);
        let seq = match line.fault {
            // Half a line at the end of a file is no record: its writer may have been stopped there.
            LineFault::Partial => None,
            _ => own_seq(&line).or((wanted && fits).then_some(next)),
        };
        keep_odd(position, line, seq, &mut next, pieces, damage);
    }
}

/// The seq that a line was hashed with, where that is known.
fn own_seq(line: &OddLine) -> Option<u64> {
    match line.fault {
        LineFault::SeqAltered { true_seq } => Some(true_seq),
        LineFault::PrevAltered => line.stated.map(|stated| stated.seq),
        _ => None,
    }
}

fn keep_odd(
    position: usize,
    line: OddLine,
    seq: Option<u64>,
    next: &mut u64,
    pieces: &mut Vec<Piece>,
    damage: &mut Vec<Damage>,
) {
    match seq {
        Some(seq) => {
            *next = seq.saturating_add(1);
            pieces.push(Piece { start: seq, end: *next, position, item: Item::Odd(line) });
        }
        None => damage.push(extra_line(&line, *next)),
    }
}

/// A line for which the chain leaves no place, or half a line at the end.
fn extra_line(line: &OddLine, next: u64) -> Damage {
    let (code, note) = line_code(&line.fault);
    let note = match (&line.fault, line.stated) {
        (LineFault::Partial, _) => "The last line has no line feed: the file was cut, or its writer was stopped. Every complete line before it is judged by itself.".to_owned(),
        (_, Some(stated)) => format!("This line claims seq {} and does not hash as it states. The chain leaves no place for it: it was inserted.", figures::count(stated.seq)),
        (_, None) => format!("{} The chain leaves no place for it: it was inserted.", note.unwrap_or_else(|| code.meaning().to_owned())),
    };
    let seq = line.stated.map_or(next, |stated| stated.seq);
    let mut damage = Damage { extra: true, ..Damage::new(code, seq, seq) }.at(line.place).note(note);
    if let Some(stated) = line.stated {
        damage = damage.differs(&stated.hash, &stated.computed);
    }
    damage
}

/// The code for a line's own fault, and what it says beyond the code.
fn line_code(fault: &LineFault) -> (Code, Option<String>) {
    match fault {
        LineFault::Malformed(how) => {
            (Code::RecordMalformedLine, Some(format!("The line is not of the form of a line: {how}.")))
        }
        LineFault::TooLong => (Code::RecordTooLong, None),
        LineFault::Partial => (Code::RecordLineEnding, None),
        LineFault::ByteOrderMark => (Code::RecordBom, None),
        LineFault::Hash => (Code::RecordHashMismatch, None),
        LineFault::PrevAltered => (Code::RecordPrevAltered, None),
        LineFault::SeqAltered { .. } => (Code::RecordSeqAltered, None),
    }
}

/// One piece for every place: those that link to their neighbours win, the others are duplicates or forks.
fn choose(pieces: Vec<Piece>, damage: &mut Vec<Damage>) -> Vec<Piece> {
    let overlap = pieces.windows(2).any(|pair| pair[1].start < pair[0].end);
    if !overlap {
        return pieces;
    }
    let successors: HashSet<(u64, Hash)> =
        pieces.iter().filter_map(|piece| Some((piece.start, piece.prev()?))).collect();
    let mut main: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut extra: Vec<Piece> = Vec::new();
    let mut rest = pieces.into_iter().peekable();
    while let Some(first) = rest.next() {
        let at = main.last().map_or(0, |last| last.end);
        if first.start < at {
            extra.push(first);
            continue;
        }
        let before = main.last().filter(|last| last.end == first.start).and_then(Piece::stated_hash);
        let position = main.last().map(|last| last.position);
        let score = |piece: &Piece| {
            let follows =
                before.is_some() && piece.prev() == before || piece.start == 0 && piece.prev() == Some(GENESIS);
            let followed = piece.stated_hash().is_some_and(|hash| successors.contains(&(piece.end, hash)));
            // Of equal copies the one in its place in the file is the log's.
            let in_order = position.is_none_or(|position| piece.position > position);
            let links = u8::from(follows) + u8::from(followed);
            (links, piece.is_run(), in_order, piece.end, std::cmp::Reverse(piece.position))
        };
        let mut best = first;
        while let Some(rival) = rest.next_if(|rival| rival.start == best.start) {
            let loser = if score(&rival) > score(&best) { std::mem::replace(&mut best, rival) } else { rival };
            extra.push(loser);
        }
        main.push(best);
    }
    let mut doubled: Vec<(usize, Damage)> = Vec::new();
    for piece in extra {
        let found = duplicate(&piece, &main);
        // Records that stand twice one after the other are one cause. They link, so if the last ones are equal all are.
        match doubled.last_mut() {
            Some((position, before))
                if piece.is_run()
                    && before.code != Code::RecordHashMismatch
                    && *position + 1 == piece.position
                    && before.last + 1 == piece.start =>
            {
                *before = Damage { first: before.first, place: before.place, ..found };
                *position = piece.position;
            }
            _ => doubled.push((piece.position, found)),
        }
        // What goes on beyond the chosen pieces is not lost, but its nodes cannot be taken apart.
        if piece.end > main.last().map_or(0, |last| last.end) {
            main.push(piece);
        }
    }
    damage.extend(doubled.into_iter().map(|(_, found)| found));
    main
}

fn duplicate(piece: &Piece, main: &[Piece]) -> Damage {
    if let Item::Odd(line) = &piece.item {
        let damage = extra_line(line, piece.start);
        let note = format!(
            "This line claims seq {} and does not hash as it states; the record that the chain holds at seq {} stands in another line.",
            figures::count(piece.start),
            figures::count(piece.start)
        );
        return damage.note(note);
    }
    let last = piece.end - 1;
    let twin = main[..main.partition_point(|other| other.start <= last)].last().filter(|other| other.end > last);
    let (code, note) = match twin {
        Some(twin) if twin.end == piece.end && twin.stated_hash() == piece.stated_hash() => {
            (Code::ChainDuplicate, "The two copies are equal: they have one hash.")
        }
        Some(twin) if twin.end == piece.end => {
            (Code::ChainFork, "The other record at this place is the one that its neighbours link to, where they do.")
        }
        _ => (
            Code::ChainDuplicate,
            "Whether the second copy is equal cannot be told from hashes alone; the one that its neighbours link to was taken.",
        ),
    };
    let mut damage = Damage { extra: true, ..Damage::new(code, piece.start, last) }
        .at(piece.place())
        .note(format!("{} {note}", code.meaning()));
    if let (Some(twin), Some(hash)) = (twin.filter(|twin| twin.end == piece.end), piece.stated_hash())
        && let Some(kept) = twin.stated_hash()
        && kept != hash
    {
        damage = damage.differs(&kept, &hash);
    }
    damage
}

/// Stretches of the chain whose pieces stand in another order in the file: the smallest blocks such that everything
/// before a block also stands before it in the file.
fn reordered(main: &[Piece], damage: &mut Vec<Damage>) {
    // The earliest position among this piece and all after it.
    let mut earliest_from: Vec<usize> = main.iter().map(|piece| piece.position).collect();
    for n in (1..main.len()).rev() {
        earliest_from[n - 1] = earliest_from[n - 1].min(earliest_from[n]);
    }
    let mut block_start = 0;
    let mut latest = 0;
    for n in 0..main.len() {
        latest = latest.max(main[n].position);
        if earliest_from.get(n + 1).is_none_or(|earliest| *earliest > latest) {
            if n > block_start {
                let block = &main[block_start..=n];
                let place = block.iter().min_by_key(|piece| piece.position).map_or(Place::default(), Piece::place);
                damage.push(Damage::new(Code::ChainReordered, block[0].start, main[n].end - 1).at(place));
            }
            block_start = n + 1;
        }
    }
}

/// The seqs of single records that hash, and that link neither to the record before nor to the one after.
fn isolated(main: &[Piece]) -> HashSet<u64> {
    let breaks = |one: &Piece, other: &Piece| {
        one.end == other.start && one.is_run() && other.is_run() && other.prev() != one.stated_hash()
    };
    let alone = |of: &&[Piece]| of[1].end - of[1].start == 1 && breaks(&of[0], &of[1]) && breaks(&of[1], &of[2]);
    main.windows(3).filter(alone).map(|of| of[1].start).collect()
}

struct Walk<'a> {
    declared: Option<&'a [Range<u64>]>,
    stretches: Vec<Stretch>,
    damage: Vec<Damage>,
    links: u64,
    at: u64,
    present: Vec<Range<u64>>,
    /// The seq of a line that does not hash and does not name the record before it either.
    disowned: Option<u64>,
    /// Seqs of single records that hash and that link to neither neighbour.
    isolated: HashSet<u64>,
}

impl Walk<'_> {
    fn run(mut self, main: Vec<Piece>) -> Located {
        let mut before: Option<Piece> = None;
        let mut head = None;
        for piece in main {
            if let (Item::Run(run), Some(hash)) = (&piece.item, piece.stated_hash()) {
                head = Some((run.end() - 1, hash));
            }
            if piece.start < self.at {
                // The rest of a piece that overlaps: there, but not to be taken apart.
                self.settle(before.take(), None);
                self.lose(self.at..piece.end);
                continue;
            }
            let adjacent = piece.start == self.at;
            let prev = piece.prev();
            self.settle(before.take(), if adjacent { Some(&piece) } else { None });
            if !adjacent {
                self.missing(self.at..piece.start, prev);
            }
            if piece.is_run() && (piece.start == 0) != (prev == Some(GENESIS)) {
                let mut damage = Damage::new(Code::ChainGenesis, piece.start, piece.start).at(piece.place());
                damage.actual = prev.as_ref().map(crate::record::sealed::hex);
                self.damage.push(damage);
            }
            self.at = piece.end;
            before = Some(piece);
        }
        self.settle(before, None);
        Located { stretches: self.stretches, damage: self.damage, links: self.links, present: self.present, head }
    }

    fn is_declared(&self, range: &Range<u64>) -> bool {
        self.declared.is_none_or(|declared| {
            let after = declared.partition_point(|known| known.start <= range.start);
            after > 0 && declared[after - 1].end >= range.end
        })
    }

    /// The parts of `range` that are declared withheld.
    fn undeclared(&self, range: &Range<u64>) -> Vec<Range<u64>> {
        let declared = self.declared.unwrap_or_default();
        let mut at = range.start;
        let mut parts = Vec::new();
        for known in &declared[declared.partition_point(|known| known.end <= range.start)..] {
            if known.start >= range.end {
                break;
            }
            if known.start > at {
                parts.push(at..known.start);
            }
            at = known.end;
        }
        if at < range.end {
            parts.push(at..range.end);
        }
        parts
    }

    fn push(&mut self, start: u64, end: u64, leaves: Leaves) {
        self.stretches.push(Stretch { start, end, leaves });
    }

    fn lose(&mut self, range: Range<u64>) {
        if !range.is_empty() {
            self.push(range.start, range.end, Leaves::Lost);
            self.at = self.at.max(range.end);
        }
    }

    /// Nothing stands at these places. What is declared withheld is no damage.
    fn missing(&mut self, range: Range<u64>, next_prev: Option<Hash>) {
        let mut at = range.start;
        let everything = 0..u64::MAX;
        let declared = self.declared.unwrap_or(std::slice::from_ref(&everything));
        let first = declared.partition_point(|known| known.end <= range.start);
        for known in &declared[first..] {
            if known.start >= range.end {
                break;
            }
            let lost = known.start.max(range.start)..known.end.min(range.end);
            if lost.start > at {
                self.push(at, lost.start, Leaves::Withheld);
            }
            at = lost.end;
            self.lost_range(lost, range.end, next_prev);
        }
        if at < range.end {
            self.push(at, range.end, Leaves::Withheld);
        }
    }

    fn lost_range(&mut self, lost: Range<u64>, gap_end: u64, next_prev: Option<Hash>) {
        let whole = self.declared.is_none_or(|declared| matches!(declared, [only] if only.start == 0));
        let code = match (lost.start, whole) {
            (0, true) => Code::ChainHeadCut,
            (_, true) => Code::ChainGap,
            (_, false) => Code::SliceUndeclaredGap,
        };
        let count = lost.end - lost.start;
        let note = format!("{} missing here.", figures::counted(count, "record is", "records are"));
        let mut damage = Damage::new(code, lost.start, lost.end - 1).note(note);
        // The record after a single missing one names its hash.
        let repaired = next_prev.filter(|_| count == 1 && lost.end == gap_end);
        if let Some(hash) = &repaired {
            damage.expected = Some(crate::record::sealed::hex(hash));
            damage = damage.repairable();
        }
        self.damage.push(damage);
        match repaired {
            Some(_) => {
                self.push(lost.start, lost.end, Leaves::Known { body: None, found: None, repaired, other: None });
            }
            None => self.push(lost.start, lost.end, Leaves::Lost),
        }
    }

    /// `piece` is over; `next` follows at the next seq, where something does. Now its last leaf can be judged.
    fn settle(&mut self, piece: Option<Piece>, next: Option<&Piece>) {
        let Some(piece) = piece else { return };
        let range = piece.start..piece.end;
        match self.present.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.present.push(range.clone()),
        }
        let next_prev = next.and_then(Piece::prev);
        let leaves = match piece.item {
            Item::Run(run) => self.settle_run(run, next, next_prev),
            Item::Odd(odd) => self.settle_odd(&odd, range.start, next_prev),
        };
        if self.is_declared(&range) {
            self.push(range.start, range.end, leaves);
        } else {
            for part in self.undeclared(&range) {
                self.damage.push(Damage::new(Code::SliceUndeclaredRecord, part.start, part.end - 1));
            }
            self.push(range.start, range.end, Leaves::Lost);
        }
    }

    fn settle_run(&mut self, run: Run, next: Option<&Piece>, next_prev: Option<Hash>) -> Leaves {
        self.links += run.count - 1;
        let last = run.end() - 1;
        let (mut repaired, mut other) = (run.last_hash, None);
        match (next, next_prev) {
            (Some(next), Some(prev)) if prev != run.last_hash => {
                let mut damage = Damage::new(Code::ChainBrokenLink, last, last + 1)
                    .at(run.last_place)
                    .differs(&prev, &run.last_hash)
                    .repairable();
                // What a line names that does not hash itself, or that nothing links to, may be forged: a root can tell.
                damage.doubt = match next.is_run() {
                    true => self.isolated.contains(&next.start).then_some(Doubt::UnlessRoot),
                    false => Some(Doubt::NeedsRoot),
                };
                if damage.doubt.is_none() {
                    repaired = prev;
                } else {
                    other = Some(prev);
                    self.disowned = Some(next.start);
                }
                self.damage.push(damage);
            }
            (Some(_), Some(_)) => self.links += 1,
            _ => {}
        }
        match run.body {
            Some(body) => {
                Leaves::Known { body: Some(body), found: Some(run.last_hash), repaired: Some(repaired), other }
            }
            None => Leaves::Lost,
        }
    }

    fn settle_odd(&mut self, odd: &OddLine, seq: u64, next_prev: Option<Hash>) -> Leaves {
        let (code, note) = line_code(&odd.fault);
        let mut damage = Damage::new(code, seq, seq).at(odd.place).repairable();
        damage.note = note;
        let Some(stated) = odd.stated else {
            // Only the record after it can tell what stood here.
            damage.expected = next_prev.as_ref().map(crate::record::sealed::hex);
            damage.repairable = next_prev.is_some();
            self.damage.push(damage);
            return Leaves::Known { body: None, found: None, repaired: next_prev, other: None };
        };
        let (found, repaired) = match odd.fault {
            LineFault::PrevAltered | LineFault::SeqAltered { .. } => {
                if let LineFault::SeqAltered { true_seq } = odd.fault {
                    damage.expected = Some(true_seq.to_string());
                    damage.actual = Some(stated.seq.to_string());
                } else {
                    damage.actual = Some(crate::record::sealed::hex(&stated.prev));
                }
                (stated.hash, next_prev.unwrap_or(stated.hash))
            }
            _ => {
                damage = damage.differs(&stated.hash, &stated.computed);
                match next_prev {
                    Some(prev) if prev == stated.computed => {
                        damage.code = Code::RecordHashAltered;
                        damage = damage.differs(&stated.computed, &stated.hash);
                    }
                    Some(prev) if prev == stated.hash => {}
                    Some(prev) => {
                        damage = damage.differs(&prev, &stated.computed).note(
                            "A record was altered together with its stated hash, which fits neither what stands there nor what the next record names.",
                        );
                    }
                    None => {
                        damage.note = Some(
                            "Record and stated hash do not fit, and no next record tells which of the two was altered."
                                .to_owned(),
                        );
                    }
                }
                (stated.computed, next_prev.unwrap_or(stated.hash))
            }
        };
        if self.disowned == Some(seq) && damage.note.is_none() {
            damage.note = Some(format!(
                "{} Nor does it name the record before it as its predecessor: that was altered as well, or record {} was replaced.",
                damage.code.meaning(),
                figures::count(seq.saturating_sub(1))
            ));
        }
        self.damage.push(damage);
        let other = Some(stated.hash).filter(|hash| *hash != repaired);
        Leaves::Known { body: None, found: Some(found), repaired: Some(repaired), other }
    }
}
