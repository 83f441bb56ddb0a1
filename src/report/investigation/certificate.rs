//! Text for a certification of records under the United States Federal Rules of Evidence 902(13) and 902(14), for counsel to review
//! and a qualified person to fill in. The program certifies nothing.

use super::{Report, part};
use crate::report::document::{Block, Callout, Fact, Section, Text, Tone};

pub(super) fn section(report: &Report<'_>) -> Section {
    let warning = "This is a template for counsel. Probity certifies nothing, and nobody has signed it. Whether these rules apply, what they \
                   ask for and who is qualified to sign is for counsel to decide. Strike out what does not hold.";
    let evidence = report.provenance.evidence.iter().map(|told| {
        let digest = told.bundle.digest.map_or_else(|| "not determinable".to_owned(), |digest| digest.to_string());
        Fact::new(told.bundle.name.clone(), Text::mono(digest))
    });
    let blocks = vec![
        Block::Callout(Callout {
            tone: Tone::Warning,
            title: "A template, to be reviewed and filled in".to_owned(),
            texts: vec![warning.into()],
        }),
        Block::Form(vec![
            "Court, parties and number of the matter".to_owned(),
            "Name, position and employer".to_owned(),
        ]),
        Block::Text(Text::plain(
            "I, the undersigned, state the following of my own knowledge. I know the system whose records these are by:",
        )),
        Block::Form(vec!["How I know the system".to_owned()]),
        Block::Heading("Records made by a process or system: Rule 902(13)".to_owned()),
        Block::Text(Text::plain(
            "The files named below hold records that an electronic process or system made. I describe that process, and why its result is \
             accurate:",
        )),
        Block::Form(vec!["The process".to_owned(), "Why its result is accurate".to_owned()]),
        Block::Heading("Data copied from a device, medium or file: Rule 902(14)".to_owned()),
        Block::Text(Text::plain(
            "The files named below are copies. I compared each with what it was copied from by the digest beside its name: a value computed \
             from the bytes of the bundle, which two bundles share only if they are the same, as far as anybody knows. Both (BLAKE3) were \
             equal.",
        )),
        Block::Facts(evidence.collect()),
        Block::Form(vec!["Copied from, at, by".to_owned(), "Digest computed with".to_owned()]),
        Block::Text(Text::plain("I declare under penalty of perjury that the foregoing is true and correct.")),
        Block::Form(vec!["Place and date".to_owned(), "Signature".to_owned()]),
    ];
    let mut section = part("Certification, to be filled in", blocks);
    section.on_new_page = true;
    section
}
