//! The path of a record to a signed root, over logs that are whole, damaged and sliced.

use std::path::Path;

use probity::evidence::Evidence;
use probity::index::Choice;
use probity::integrity::Unwatched;
use probity::jobs::{Progress, Waker};
use probity::report::inclusion::{LeafOf, NoPath, RootPath, root_path};

use crate::common::{Export, Files, Log, log_key, trusting, write_folder};

type Found = Result<RootPath, NoPath>;

fn open(files: &Files, folder: &Path) -> Evidence {
    let bundle = folder.join("bundle");
    write_folder(files, &bundle);
    let choice = Choice { cache: Some(folder.join("cache")), ..Choice::default() };
    Evidence::open(&[bundle], &trusting(), &choice, &Unwatched).unwrap()
}

/// The path of each seq of a log of 40 records with checkpoints of 16 and 40.
fn paths(attack: impl FnOnce(&mut Log), seqs: &[u64]) -> Vec<Found> {
    let honest = Log::ordinary(40, 12);
    let mut log = honest.clone();
    attack(&mut log);
    let folder = tempfile::tempdir().unwrap();
    let evidence = open(&Export::whole(&log).signed(&honest, &[16, 40], &log_key()).files(), folder.path());
    let path = |seq: &u64| {
        let row = evidence.seqs().row(*seq).unwrap();
        root_path(&evidence, row, &Progress::new(Waker::none())).unwrap()
    };
    seqs.iter().map(path).collect()
}

/// Its checkpoint, what the leaf is of, whether the root comes out, and other records that were made good.
fn told(found: &Found) -> (u64, LeafOf, bool, Vec<u64>) {
    let path = found.as_ref().unwrap();
    assert!(path.is_signed);
    (path.size, path.of, path.is_equal(), path.others.clone())
}

#[test]
fn every_record_of_an_intact_log_leads_to_the_root() {
    let seqs: Vec<u64> = (0..40).collect();
    for (seq, found) in (0..).zip(paths(|_| {}, &seqs)) {
        let size = if seq < 16 { 16 } else { 40 };
        assert_eq!(told(&found), (size, LeafOf::Content, true, vec![]), "{seq}");
    }
}

#[test]
fn the_declared_hash_of_an_edited_record_was_signed_and_its_content_was_not() {
    let found = paths(|log| log.row(20).edit(), &[3, 20, 21]);
    assert_eq!(told(&found[0]), (16, LeafOf::Content, true, vec![]));
    assert_eq!(told(&found[1]), (40, LeafOf::Declared, true, vec![]));
    assert_eq!(told(&found[2]), (40, LeafOf::Content, true, vec![20]));
}

#[test]
fn the_content_was_signed_where_only_the_stated_hash_was_altered() {
    let found = paths(|log| log.row(20).hash = [9; 32], &[20, 21]);
    assert_eq!(told(&found[0]), (40, LeafOf::Content, true, vec![]));
    assert_eq!(told(&found[1]), (40, LeafOf::Content, true, vec![]));
}

#[test]
fn the_next_record_names_what_was_signed_where_one_was_replaced_or_deleted() {
    let attack = |log: &mut Log| {
        log.row(20).edit();
        log.row(20).rehash();
        log.delete(30);
    };
    let found = paths(attack, &[20, 25]);
    assert_eq!(told(&found[0]), (40, LeafOf::Named, true, vec![30]));
    assert_eq!(told(&found[1]), (40, LeafOf::Content, true, vec![20, 30]));
}

#[test]
fn the_last_record_has_only_its_own_line_to_speak_for_it() {
    let found = paths(|log| log.row(39).edit(), &[39, 38]);
    assert_eq!(told(&found[0]), (40, LeafOf::Declared, true, vec![]));
    assert_eq!(told(&found[1]), (40, LeafOf::Content, true, vec![39]));
}

#[test]
fn nothing_is_proven_where_records_are_missing_or_rewritten() {
    let cut = |log: &mut Log| (35..40).rev().for_each(|seq| drop(log.delete(seq)));
    assert_eq!(paths(cut, &[20])[0], Err(NoPath::Missing { size: 40, first: 35, last: 39 }));
    let gap = |log: &mut Log| (25..27).rev().for_each(|seq| drop(log.delete(seq)));
    assert_eq!(paths(gap, &[20])[0], Err(NoPath::Missing { size: 40, first: 25, last: 26 }));
    let rewrite = |log: &mut Log| {
        log.row(20).edit();
        log.rehash_from(20);
    };
    let found = paths(rewrite, &[5, 20, 30]);
    assert_eq!(told(&found[0]), (16, LeafOf::Content, true, vec![]));
    assert_eq!(told(&found[1]), (40, LeafOf::Content, false, vec![]));
    assert_eq!(told(&found[2]), (40, LeafOf::Content, false, vec![]));
}

#[test]
fn a_slice_has_nodes_in_place_of_what_it_withholds() {
    let log = Log::ordinary(40, 12);
    let ranges = [0..3, 9..10, 30..38];
    let folder = tempfile::tempdir().unwrap();
    let export = Export::slice(&log, &ranges, &[16, 40]);
    let evidence = open(&export.files(), folder.path());
    for row in 0..evidence.rows() {
        let found = root_path(&evidence, row, &Progress::new(Waker::none())).unwrap();
        let size = if evidence.seqs().seq(row).unwrap() < 16 { 16 } else { 40 };
        assert_eq!(told(&found), (size, LeafOf::Content, true, vec![]), "row {row}");
    }
}
