//! Every finding code in one table: severity, axis, the value it forces, what it means and what remains proven.
//! `assets/spec/findings.md` prints the same table; a test compares the two.

use serde::Serialize;

use super::verdict::{Authorship, Axis, Completeness, Effect, Equivocation, Integrity, Time};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something speaks against the bundle.
    Error,
    /// Something a reader must know before relying on it.
    Warning,
    /// A limit of what was proven.
    Info,
}

impl Severity {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $effect:expr; $meaning:literal; $remains:literal;)+) => {
        /// A finding code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code's name in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How much it weighs.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// What it does to its axis.
            pub fn effect(self) -> Effect {
                match self { $(Self::$variant => $effect,)+ }
            }

            /// What it means, in general.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }

            /// What remains proven in spite of it.
            pub fn remains(self) -> &'static str {
                match self { $(Self::$variant => $remains,)+ }
            }
        }
    };
}

const BROKEN: Effect = Effect::Integrity(Integrity::Broken);
const UNVERIFIABLE: Effect = Effect::Integrity(Integrity::Unverifiable);
const GAPS: Effect = Effect::Completeness(Completeness::Gaps);
const TRUNCATED: Effect = Effect::Completeness(Completeness::Truncated);
const TAIL_UNKNOWN: Effect = Effect::Completeness(Completeness::TailUnknown);
const SLICE: Effect = Effect::Completeness(Completeness::Slice);
const UNTRUSTED: Effect = Effect::Authorship(Authorship::Untrusted);
const INVALID: Effect = Effect::Authorship(Authorship::Invalid);
const INTEGRITY: Effect = Effect::On(Axis::Integrity);
const COMPLETENESS: Effect = Effect::On(Axis::Completeness);
const AUTHORSHIP: Effect = Effect::On(Axis::Authorship);
const TIME: Effect = Effect::On(Axis::Time);
const EQUIVOCATION: Effect = Effect::On(Axis::Equivocation);

/// What helps where a check could not be made: here alone it is decided what is said where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// On the command line.
    pub command: &'static str,
    /// In the window.
    pub window: &'static str,
}

impl Code {
    /// What helps against a finding of this code; `None` where its own words say all.
    pub fn remedy(self) -> Option<Remedy> {
        match self {
            Self::VerifyOriginUnknown => Some(Remedy {
                command: "--origin takes the name of the log.",
                window: "Open the bundle that these lines are from: its manifest names the log. Where there is only this file, \
                         verify it on the command line, which can be told the name.",
            }),
            _ => None,
        }
    }
}

codes! {
    ContainerNotABundle "CONTAINER_NOT_A_BUNDLE" Error UNVERIFIABLE; "The file is neither a folder, a zip, nor chained lines."; "Nothing.";
    ContainerTruncated "CONTAINER_TRUNCATED" Error BROKEN; "The container ends before its own table of contents says, or a file in it is shorter than stated."; "Records in the members that can be read.";
    ContainerMalformed "CONTAINER_MALFORMED" Error BROKEN; "The zip's structure contradicts the zip format or uses a feature that bundles do not have."; "Records in the members that can be read.";
    ContainerDuplicateEntry "CONTAINER_DUPLICATE_ENTRY" Error BROKEN; "Two members have one name; another program might show the other one. Neither is read."; "Records in the other members.";
    ContainerOverlap "CONTAINER_OVERLAP" Error BROKEN; "Two members share bytes of the file."; "Records in the other members.";
    ContainerHeaderMismatch "CONTAINER_HEADER_MISMATCH" Error BROKEN; "The zip describes a member in two places, and they differ; programs disagree which one counts."; "Records in the other members.";
    ContainerUnsafePath "CONTAINER_UNSAFE_PATH" Error BROKEN; "A member's name could lead outside the bundle or deceive the eye. It is not read."; "Records in the other members.";
    ContainerNameCollision "CONTAINER_NAME_COLLISION" Error BROKEN; "Two members' names differ only in case or Unicode form; some file systems keep only one. Neither is read."; "Records in the other members.";
    ContainerSymlink "CONTAINER_SYMLINK" Error BROKEN; "A member is a symbolic link. It is not followed."; "Records in the other members.";
    ContainerSpecialFile "CONTAINER_SPECIAL_FILE" Error BROKEN; "A member is a device, pipe or socket. It is not opened."; "Records in the other members.";
    ContainerEncrypted "CONTAINER_ENCRYPTED" Error BROKEN; "A member is encrypted; bundles are not."; "Records in the other members.";
    ContainerUnsupportedMethod "CONTAINER_UNSUPPORTED_METHOD" Error BROKEN; "A member is compressed by a method other than store or deflate."; "Records in the other members.";
    ContainerSizeLimit "CONTAINER_SIZE_LIMIT" Error BROKEN; "A member, or all of them together, is larger than this program reads."; "Records in the other members.";
    ContainerRatioLimit "CONTAINER_RATIO_LIMIT" Error BROKEN; "A member claims to unpack to over a thousand times its size: a decompression bomb."; "Records in the other members.";
    ContainerCountLimit "CONTAINER_COUNT_LIMIT" Error BROKEN; "The container has more members, or deeper folders, than this program reads."; "Records in the members that were read.";
    ContainerCrc "CONTAINER_CRC" Error BROKEN; "A member's bytes do not have the checksum that the zip states."; "Records in the other members.";
    ContainerTrailingData "CONTAINER_TRAILING_DATA" Error BROKEN; "The zip holds bytes or comments that belong to no member."; "All records; the extra bytes are not evidence.";

    ManifestMissing "MANIFEST_MISSING" Error BROKEN; "There is no manifest.json; the segments are read in the order of their names."; "Whatever chain and checkpoints prove.";
    ManifestMalformed "MANIFEST_MALFORMED" Error BROKEN; "manifest.json is not a manifest of format 1; the segments are read in the order of their names."; "Whatever chain and checkpoints prove.";
    ManifestUnknownVersion "MANIFEST_UNKNOWN_VERSION" Error UNVERIFIABLE; "The bundle is of a format that this program does not know."; "Nothing; a newer program may be able to tell.";
    ManifestFileMissing "MANIFEST_FILE_MISSING" Error BROKEN; "The manifest lists a file that is not there."; "Records in the other files.";
    ManifestFileExtra "MANIFEST_FILE_EXTRA" Warning INTEGRITY; "A file lies in the bundle that the manifest does not list or the format does not define. It is not evidence."; "All records.";
    ManifestSegmentUnlisted "MANIFEST_SEGMENT_UNLISTED" Error BROKEN; "A file lies under log/ that the manifest does not list. It is not read."; "Records in the listed segments.";
    ManifestDigestMismatch "MANIFEST_DIGEST_MISMATCH" Error BROKEN; "A file is not the one whose BLAKE3 the manifest, or its own name, states."; "Records whose chain and checkpoints hold.";
    ManifestSizeMismatch "MANIFEST_SIZE_MISMATCH" Error BROKEN; "A file's length is not the one that the manifest states."; "Records whose chain and checkpoints hold.";
    ManifestClaimMismatch "MANIFEST_CLAIM_MISMATCH" Error BROKEN; "The manifest says something about the log that its lines do not bear out."; "Records whose chain and checkpoints hold.";
    ManifestOriginAltered "MANIFEST_ORIGIN_ALTERED" Error BROKEN; "Nothing hashes under the origin that the manifest states, everything does under another that the bundle names: the manifest was altered."; "The records, as records of the other origin.";

    SegmentUnreadable "SEGMENT_UNREADABLE" Error BROKEN; "A segment cannot be decompressed to its end."; "Records before the damage and in the other segments.";
    SegmentSecondFrame "SEGMENT_SECOND_FRAME" Error BROKEN; "A second zstd frame follows the first; some programs would read it, others not. It is not read."; "Records in the first frame.";
    SegmentTrailingData "SEGMENT_TRAILING_DATA" Error BROKEN; "Bytes follow the zstd frame."; "Records in the frame.";
    SegmentSizeLimit "SEGMENT_SIZE_LIMIT" Error BROKEN; "A segment is larger than format 1 allows, compressed or not. What lies beyond is not read."; "Records before the limit and in the other segments.";
    SegmentWindowLimit "SEGMENT_WINDOW_LIMIT" Error BROKEN; "A segment asks for more memory to be decompressed than format 1 allows."; "Records in the other segments.";

    RecordMalformedLine "RECORD_MALFORMED_LINE" Error BROKEN; "A line is not of the form of a line."; "Every other record that hashes and links.";
    RecordNotUtf8 "RECORD_NOT_UTF8" Error BROKEN; "A record hashes as stated but is not UTF-8: it has no defined text."; "Its bytes are those that were chained.";
    RecordBom "RECORD_BOM" Error BROKEN; "The file begins with a byte order mark; the first line is not of the form of a line."; "Every other record that hashes and links.";
    RecordLineEnding "RECORD_LINE_ENDING" Error BROKEN; "A record holds a carriage return, or the last line has no line feed: the file was cut or converted."; "Every complete line that hashes and links.";
    RecordInvalidJson "RECORD_INVALID_JSON" Error BROKEN; "A record hashes as stated but is not valid JSON."; "Its bytes are those that were chained.";
    RecordTooDeep "RECORD_TOO_DEEP" Error BROKEN; "A record is nested deeper than format 1 allows."; "Its bytes are those that were chained.";
    RecordTooLong "RECORD_TOO_LONG" Error BROKEN; "A line is longer than format 1 allows. It is not read."; "Every other record that hashes and links.";
    RecordDuplicateKey "RECORD_DUPLICATE_KEY" Error BROKEN; "A record has two members of one name; programs disagree which one counts."; "Its bytes are those that were chained.";
    RecordSealMalformed "RECORD_SEAL_MALFORMED" Error BROKEN; "A record misuses the reserved name $sealed."; "Its bytes are those that were chained.";
    RecordHashMismatch "RECORD_HASH_MISMATCH" Error BROKEN; "A record was edited, and its hash was not made new: the next record still names the old one."; "Every other record; the old content is not known.";
    RecordHashAltered "RECORD_HASH_ALTERED" Error BROKEN; "Only the stated hash was altered: the next record names the hash that the record has."; "The record itself and every other one.";
    RecordSeqAltered "RECORD_SEQ_ALTERED" Error BROKEN; "Only the stated seq was altered: with the seq of its place the record hashes as stated."; "The record itself and every other one.";
    RecordPrevAltered "RECORD_PREV_ALTERED" Error BROKEN; "Only the stated prev was altered: with the hash of the record before, the record hashes as stated."; "The record itself and every other one.";
    RecordUnsafeNumber "RECORD_UNSAFE_NUMBER" Warning INTEGRITY; "A number is beyond ±(2^53-1); some programs round it."; "The record's bytes; read such numbers as text.";
    RecordConfusableId "RECORD_CONFUSABLE_ID" Warning INTEGRITY; "An identifier mixes scripts and can be mistaken for another."; "The record; compare identifiers by bytes.";
    RecordHiddenCharacter "RECORD_HIDDEN_CHARACTER" Warning INTEGRITY; "An identifier holds a bidirectional, invisible or control character."; "The record; compare identifiers by bytes.";
    RecordSchema "RECORD_SCHEMA" Warning COMPLETENESS; "A record lacks a member that its kind asks for."; "The record as it is.";
    RecordUnknownKind "RECORD_UNKNOWN_KIND" Info COMPLETENESS; "A record's kind is not one that format 1 defines."; "The record as it is.";
    RecordSignatureInvalid "RECORD_SIGNATURE_INVALID" Error INVALID; "A record's own signature fails under the shared key that was supplied, while others fit: the record was altered after it was signed, or signed under another key."; "Chain and links; the records whose signatures fit are as somebody who has the key signed them.";
    RecordSignatureKey "RECORD_SIGNATURE_KEY" Error UNTRUSTED; "Records carry signatures, and not one fits the shared key that was supplied: it is another key, or all of them were altered; the two cannot be told apart."; "Chain and links; nothing about the signatures in the records.";
    RecordSignatureSealed "RECORD_SIGNATURE_SEALED" Warning AUTHORSHIP; "A record carries a signature of its own and a sealed field: what was signed cannot be put together again, so the rest of the record can have been altered before it was chained."; "Chain and links.";
    RecordSignatureMissing "RECORD_SIGNATURE_MISSING" Warning AUTHORSHIP; "A decision carries no signature of its own, while other records do: it was never signed, or its signature was taken away."; "Chain and links.";
    RecordDuplicateId "RECORD_DUPLICATE_ID" Warning COMPLETENESS; "A record has the audit_id of another one: what names that id names both."; "Both records.";
    RecordKindImplied "RECORD_KIND_IMPLIED" Info COMPLETENESS; "A record has no kind, but model and output: it is read as a decision."; "The record as it is.";

    ChainGenesis "CHAIN_GENESIS" Error BROKEN; "A record's prev is 64 zeros and its seq is not 0, or the other way round."; "Links after it.";
    ChainHeadCut "CHAIN_HEAD_CUT" Error GAPS; "The log starts after seq 0, and nothing declares that."; "The records that are there.";
    ChainGap "CHAIN_GAP" Error GAPS; "Records are missing between two that are there: deleted."; "The records that are there; how many are missing.";
    ChainBrokenLink "CHAIN_BROKEN_LINK" Error BROKEN; "Two neighbours hash, but the second names another predecessor: something at or before the first, or everything from the second on, was replaced."; "Each side by itself; more where a checkpoint says so.";
    ChainDuplicate "CHAIN_DUPLICATE" Error BROKEN; "The same records stand in the log twice."; "One copy of them, and every other record.";
    ChainFork "CHAIN_FORK" Error BROKEN; "Two different records claim one place in the log."; "The one that its neighbours link to, where they do.";
    ChainReordered "CHAIN_REORDERED" Error BROKEN; "The lines stand in another order than they were chained in."; "Every record, in the order of its seq.";
    ChainOriginDiffers "CHAIN_ORIGIN_DIFFERS" Warning INTEGRITY; "The log's first record names another origin than the one that the hashes are made with."; "All records, as records of the origin that they hash under.";
    ChainAfterClose "CHAIN_AFTER_CLOSE" Warning COMPLETENESS; "Records follow a log record that says the log was closed."; "All records.";
    ChainImported "CHAIN_IMPORTED" Info COMPLETENESS; "The log says that these records were imported: their source had no chain of its own. The chain vouches for them from the import on; that the source was whole and unaltered before is not proven."; "What the chain proves of these records since they were imported.";
    ChainTruncated "CHAIN_TRUNCATED" Error TRUNCATED; "A checkpoint, or the manifest, commits to more records than are there: the end was cut off."; "The records that are there; how many are missing.";
    ChainUnanchoredTail "CHAIN_UNANCHORED_TAIL" Warning COMPLETENESS; "Records after the newest checkpoint that counts: their links hold, but a rewrite of this run would not show."; "The records before it.";

    MerkleRoot "MERKLE_ROOT" Error BROKEN; "The records do not give the root that a checkpoint signed: something was rewritten after the newest checkpoint whose root still comes out."; "The records up to the newest checkpoint whose root comes out.";

    CheckpointMalformed "CHECKPOINT_MALFORMED" Error BROKEN; "A checkpoint file is not a C2SP checkpoint, or not the one that its name says."; "Whatever the other checkpoints prove.";
    CheckpointSignatureInvalid "CHECKPOINT_SIGNATURE_INVALID" Error INVALID; "A checkpoint's signature fails under the very key that it names."; "Chain and links; not who vouches for them.";
    CheckpointUnknownKey "CHECKPOINT_UNKNOWN_KEY" Info AUTHORSHIP; "A checkpoint carries a signature by a key that was not supplied, or of a type that this program does not know."; "Whatever the other signatures prove.";
    CheckpointOriginMismatch "CHECKPOINT_ORIGIN_MISMATCH" Error BROKEN; "A checkpoint in the bundle is one of another log."; "Whatever the other checkpoints prove.";
    CheckpointForeign "CHECKPOINT_FOREIGN" Error UNVERIFIABLE; "The checkpoint that was supplied is one of another log: nothing here can be checked against it."; "Whatever the other checkpoints prove.";
    CheckpointRollback "CHECKPOINT_ROLLBACK" Error TRUNCATED; "The checkpoint that was supplied is newer than the bundle: the log that it commits to had more records."; "The records that are there.";
    CheckpointSplit "CHECKPOINT_SPLIT" Error Effect::Equivocation(Equivocation::Split); "Two checkpoints cannot belong to one log, though each is signed by a key that speaks for it or was kept by the auditor: different logs were shown under one name."; "Each side by itself.";
    CheckpointNone "CHECKPOINT_NONE" Info TAIL_UNKNOWN; "There is no checkpoint that counts: nobody whom the auditor trusts says how long the log was."; "That the records there hash and link.";
    CheckpointUnconfirmed "CHECKPOINT_UNCONFIRMED" Info TAIL_UNKNOWN; "There is a checkpoint that counts, but its root does not come out or cannot be computed here: it does not vouch for these records."; "That the records there hash and link, as far as no finding says otherwise.";
    CheckpointUnsigned "CHECKPOINT_UNSIGNED" Info Effect::Authorship(Authorship::Unsigned); "Nothing is signed in the log's name by a key that could be checked."; "That the records there hash and link.";
    WitnessNone "WITNESS_NONE" Info Effect::Equivocation(Equivocation::None); "No witness that the auditor trusts cosigned the newest checkpoint: others may have been shown another log."; "This copy of the log.";
    WitnessMissing "WITNESS_MISSING" Warning EQUIVOCATION; "A witness key that was supplied cosigned no checkpoint."; "Whatever the other witnesses saw.";
    WitnessUntrusted "WITNESS_UNTRUSTED" Info EQUIVOCATION; "A cosignature by a witness whose key was not supplied: not checked, or checked by a key from the bundle only."; "Nothing more than without it.";
    WitnessSignatureInvalid "WITNESS_SIGNATURE_INVALID" Error INVALID; "A witness's cosignature fails under the very key that it names."; "Chain and links; not that the witness saw them.";
    KeySelfAsserted "KEY_SELF_ASSERTED" Info Effect::Authorship(Authorship::SelfAsserted); "The signing key lies in the bundle: whoever wrote the bundle could have put it there."; "That one key's owner signed it all.";
    KeyUntrusted "KEY_UNTRUSTED" Warning UNTRUSTED; "A checkpoint is not signed by a key that was supplied."; "Chain and links; not who vouches for them.";
    KeySignedNothing "KEY_SIGNED_NOTHING" Warning AUTHORSHIP; "A key that was supplied signed no checkpoint here."; "Whatever the other keys vouch for.";
    KeyMalformed "KEY_MALFORMED" Error INVALID; "A key file in the bundle is not a C2SP verifier key, or its id is not that of its name and bytes."; "Whatever the keys supplied prove.";
    KeyWeak "KEY_WEAK" Error INVALID; "A key in the bundle is of small order: anybody can make signatures that fit it."; "Whatever the keys supplied prove.";

    TimeSelfAsserted "TIME_SELF_ASSERTED" Info Effect::Time(Time::SelfAsserted); "No trusted timestamp and no trusted witness: the times are the log's own word."; "The order of the records.";
    TimeBackwards "TIME_BACKWARDS" Warning TIME; "A record's time is earlier than that of the record before it: a clock was set back, or events were logged late."; "The order in which they were logged.";
    TimeAfterAnchor "TIME_AFTER_ANCHOR" Error Effect::Time(Time::Implausible); "A record claims a later time than a trusted witness saw it in the log."; "That it was in the log when the witness saw it.";
    TimeBeforeAnchor "TIME_BEFORE_ANCHOR" Warning TIME; "A record entered the log after a trusted witness saw it without, and claims an earlier time: logged late, or dated back."; "That it was not in the log when the witness saw it.";
    TimeUnreadable "TIME_UNREADABLE" Warning TIME; "A record's timestamp is not an RFC 3339 time; it takes no part in any time range."; "The record as it is.";
    TimeZoneMissing "TIME_ZONE_MISSING" Warning TIME; "Times state no zone, and no log record names one; they take no part in any time range."; "The records as they are.";
    TimeZoneAssumed "TIME_ZONE_ASSUMED" Info TIME; "Times state no zone; the one that the log record at the start names was assumed."; "The records as they are.";
    TimeTokenNotChecked "TIME_TOKEN_NOT_CHECKED" Info TIME; "An RFC 3161 timestamp is present and was not checked: this version cannot."; "Nothing more than without it.";

    SliceDeclaredGap "SLICE_DECLARED_GAP" Info SLICE; "The bundle is a slice: records were withheld, and where. Not proven: that what was withheld are records, that links across the gaps hold, that they do not match the filter stated."; "The records present stand at these places of the log.";
    SliceUndeclaredGap "SLICE_UNDECLARED_GAP" Error GAPS; "Records are missing in a range that the slice declares to hold."; "The records that are there.";
    SliceUndeclaredRecord "SLICE_UNDECLARED_RECORD" Error BROKEN; "Records are there that the bundle declares withheld; no proof can cover them."; "The declared records, where a proof comes out.";
    SliceProofMissing "SLICE_PROOF_MISSING" Warning TAIL_UNKNOWN; "A checkpoint of a slice has no proof file: its root cannot be computed."; "Whatever the other checkpoints prove.";
    SliceProofWrong "SLICE_PROOF_WRONG" Error BROKEN; "A slice's proof is not the list of nodes that its size and ranges ask for."; "Whatever the other checkpoints prove.";
    SliceProofSuperfluous "SLICE_PROOF_SUPERFLUOUS" Error BROKEN; "A proof file lies beside a log that is whole up to that size, or names a size that no checkpoint has: it could stand for a record that is present."; "Whatever the leaves prove without it.";

    RedactDisclosureMismatch "REDACT_DISCLOSURE_MISMATCH" Error BROKEN; "A disclosure is not what the record sealed."; "The record; what was sealed is not known.";
    RedactMalformed "REDACT_MALFORMED" Error BROKEN; "A line of disclosures.jsonl, or the disclosure in it, is not of the format's form, or out of order."; "The records; the values disclosed elsewhere.";
    RedactNameMismatch "REDACT_NAME_MISMATCH" Error BROKEN; "A disclosure was made for a field of another name."; "The record; the value is not to be read at this place.";
    RedactNoSeal "REDACT_NO_SEAL" Error BROKEN; "A disclosure names a place where no sealed field stands."; "The records.";
    RedactDuplicate "REDACT_DUPLICATE" Error BROKEN; "One seal occurs twice in the log, or one field is disclosed twice: a value could be moved from one record to another."; "The records.";
    RedactSaltShort "REDACT_SALT_SHORT" Warning INTEGRITY; "A disclosure's salt has fewer than 128 bits: the value can be guessed from the seal after erasure."; "The value disclosed.";
    RedactUndisclosed "REDACT_UNDISCLOSED" Info COMPLETENESS; "Sealed values are not disclosed, and no erasure record names them."; "That the fields existed, and that a later disclosure will fit or not.";
    RedactErasedButDisclosed "REDACT_ERASED_BUT_DISCLOSED" Warning COMPLETENESS; "An erasure record names a value that the bundle still discloses."; "The value disclosed.";
    RedactErasureDangling "REDACT_ERASURE_DANGLING" Warning COMPLETENESS; "An erasure record names a place where no sealed field stands."; "All records.";

    RefDangling "REF_DANGLING" Warning COMPLETENESS; "A record names another one that the log does not hold."; "The record that names it.";
    RefAmbiguous "REF_AMBIGUOUS" Warning COMPLETENESS; "A record names an id that several decisions have: which one is meant cannot be told, so it counts for none."; "All of these records.";
    RefVersionDigests "REF_VERSION_DIGESTS" Warning COMPLETENESS; "The log states two digests for one version of a model: it was not one artefact, or a record is wrong."; "That the log says both.";
    RefVersionNotInService "REF_VERSION_NOT_IN_SERVICE" Warning COMPLETENESS; "Decisions name a version that was not in service at their time, by the log's own deployment records."; "That the decisions name it.";

    VerifyNothingToCheck "VERIFY_NOTHING_TO_CHECK" Error UNVERIFIABLE; "There is no record that could be checked."; "Nothing.";
    VerifyOriginDiffers "VERIFY_ORIGIN_DIFFERS" Error UNVERIFIABLE; "The origin that was supplied is not the one of this log: nothing here can be checked against it."; "The records, as records of the other origin.";
    VerifyNotChained "VERIFY_NOT_CHAINED" Error UNVERIFIABLE; "These lines are not chained: they have no seq, prev and hash. probity pack makes a bundle of records."; "Nothing.";
    VerifyOriginUnknown "VERIFY_ORIGIN_UNKNOWN" Error UNVERIFIABLE; "The name that the hashes of this log were made with is not known."; "Nothing.";
    VerifyLimitReached "VERIFY_LIMIT_REACHED" Warning INTEGRITY; "A limit of this program was reached; the rest was counted, not located or not checked."; "What was checked before.";
    VerifyStopped "VERIFY_STOPPED" Warning UNVERIFIABLE; "The reading was stopped before the end of the log: nothing is said about the rest, nor about what only the whole log tells."; "That the records read hash and link, as far as no finding says otherwise.";
    VerifySkipped "VERIFY_SKIPPED" Info INTEGRITY; "Not every check ran. What did not run has not passed."; "What the other checks prove.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_errors_force_a_value() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(
                code.severity() != Severity::Error || code.effect().forces().is_some(),
                "{} is an error without consequence",
                code.name()
            );
        }
    }
}
