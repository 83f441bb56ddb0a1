//! `probity case verify`: the journals of a case by the verifier of all evidence, and the case's bundles as well.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::case::{CaseError, Found, keys};
use crate::cli::progress::Progress;
use crate::cli::text;
use crate::cli::trust::Trust;
use crate::cli::work;
use crate::record::text::shown;

/// Verify the journals of a case, and its bundles
///
/// A journal is an audit log as any other. Your own key is trusted for it without being named; a key given with --trust counts
/// for journals whatever its name.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity case verify lending.probity-case
  probity case verify lending.probity-case --journal-only

Exit code, of all journals and bundles the worst: 0 nothing speaks against it · 1 something does · 2 wrong use, or the case \
could not be read · 3 there is nothing to check against")]
pub(super) struct Args {
    /// The case
    case: PathBuf,
    #[command(flatten)]
    trust: Trust,
    /// Only the journals
    #[arg(long)]
    journal_only: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut case = work::open(&args.case)?;
    work::tell_read_only(&case);
    let options = args.trust.options()?;
    let (mut codes, mut out, mut told, mut remarks) = (Vec::new(), String::new(), Vec::new(), Vec::new());
    // The own key counts where it signs: a case from before it, or somebody else's, owes it nothing, and it proves nothing of it.
    let own = match (keys::place().and_then(|place| keys::read(&place)), case.unsigned()) {
        (Ok(Some(own)), None) => Some(own.verifier_key().clone()),
        (Ok(Some(_)), Some(why)) => {
            codes.push(3);
            remarks.push(why.to_owned());
            None
        }
        (Ok(None) | Err(CaseError::NoFolder(_)), _) => None,
        (Err(error), _) => {
            codes.push(3);
            remarks.push(format!("nothing is held against your key: {error}"));
            None
        }
    };
    let journals = case.verify(own.as_ref(), &options.trust)?;
    if !options.trust.is_empty()
        && journals.iter().all(|journal| journal.signers == usize::from(journal.is_own && own.is_some()))
    {
        codes.push(1);
        remarks.push("no key given with --trust signed any of the journals".to_owned());
    }
    if !case.damage().is_empty() {
        codes.push(1);
    }
    for journal in &journals {
        codes.push(journal.report.exit_code());
        if args.json {
            told.push(json!({"origin": journal.origin, "is_own": journal.is_own, "report": journal.report}));
        } else {
            let of = if journal.is_own { "the journal of this case" } else { "a journal that was taken in" };
            let _ = writeln!(out, "{}: {of}\n", shown(&journal.origin));
            out += &text::report(&journal.report, &args.case);
            out.push_str("\n\n");
        }
    }
    let damage: Vec<String> = case.damage().iter().map(ToString::to_string).collect();
    if !damage.is_empty() && !args.json {
        out.push_str("THE CASE FILE\n");
        for damage in &damage {
            let _ = writeln!(out, "  {}", shown(damage));
        }
        out.push_str("\n\n");
    }
    for remark in remarks.iter().filter(|_| !args.json) {
        let _ = writeln!(out, "{}\n", shown(remark));
    }
    let mut bundles = Vec::new();
    if !args.journal_only {
        let known: Vec<_> = case.bundles().into_iter().map(|(_, bundle)| bundle.clone()).collect();
        for bundle in known {
            let path = match case.find(&bundle)? {
                Found::At(path) => path,
                found => {
                    let name = shown(&bundle.name);
                    // Another bundle at the place of the one that the case is about is no missing file.
                    let (code, why) = match found {
                        Found::Changed(path) => {
                            let path = path.display().to_string();
                            (1, format!("{name}: {} is another bundle now, and is not verified for it", shown(&path)))
                        }
                        _ => {
                            let advice = "probity case locate says where it is";
                            (3, format!("{name}: not found, and not verified ({advice})"))
                        }
                    };
                    codes.push(code);
                    let _ = writeln!(out, "{why}");
                    bundles.push(json!({"bundle": bundle, "report": null}));
                    continue;
                }
            };
            let progress = Progress::new();
            let report = crate::integrity::verify(&path, &options, &progress);
            progress.clear();
            let report = report?;
            codes.push(report.exit_code());
            if !args.json {
                out += &text::report(&report, &path);
                out.push_str("\n\n");
            }
            bundles.push(json!({"bundle": bundle, "path": path, "report": report}));
            work::on_record(&mut case, |case| case.verified(&report, &path, &options.trust));
        }
    }
    if args.json {
        out = crate::cli::json(&json!({"journals": told, "damage": damage, "remarks": remarks, "bundles": bundles}))?;
    }
    crate::cli::print(&out)?;
    let worst = [1, 3].into_iter().find(|code| codes.contains(code)).unwrap_or(0);
    Ok(ExitCode::from(worst))
}
