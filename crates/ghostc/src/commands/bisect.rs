//! Find the commit that broke a golden: the first at which a case fails with the code that was accepted then.
//!
//! No agent is run: what a commit has in `golden/` is judged with the cases that it has. Only commits that touched the
//! cases, their operation or the accepted code are looked at, and as few of them as can be. The work tree is not touched.

use crate::exit::{Exit, Outcome};
use crate::global::{Format, Global};
use crate::{json, listening, output};
use ghostc_project::host::Host;
use ghostc_project::wording::{failing_cases, plural};
use ghostc_project::{BisectReport, BisectRequest};

/// Failing cases that are shown for each target.
const SHOWN: usize = 3;

/// Arguments of `ghostc bisect`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A case's id, an operation or a task, after `package/` where several packages have it
    name: String,
    /// A commit at which it works; without it, one is looked for
    #[arg(long, value_name = "REVISION")]
    good: Option<String>,
    /// A commit at which it fails
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    bad: String,
    /// Judge these targets only; without it, those that fail
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json])?;
    let request = BisectRequest {
        name: args.name.clone(),
        good: args.good.clone(),
        bad: args.bad.clone(),
        targets: args.target.clone(),
        project: global.project.clone(),
    };
    let found = ghostc_project::bisect(&request, &Host::disk(), &mut listening::bisecting(global))?;
    if format == Format::Json {
        output::print_json(&as_json(&found, args));
    } else {
        output::print(&text(&found, args));
    }
    Ok(Exit::Fine)
}

fn text(found: &BisectReport, args: &Args) -> String {
    let mut out = match found.first_bad.as_slice() {
        [_] => format!("`{}` fails since this commit:\n\n", args.name),
        _ => format!(
            "`{}` fails since one of these commits; those between cannot be judged:\n\n",
            args.name
        ),
    };
    for candidate in &found.first_bad {
        out.push_str(&super::log::of_candidate(candidate));
    }
    for broken in &found.evidence {
        out.push_str(&format!("{} · {}\n", found.package, broken.target));
        let verdict = broken.verdict.as_ref();
        let failures = verdict.map(|verdict| failing_cases(verdict, SHOWN));
        let texts = failures.iter().chain(&broken.problem);
        for line in texts.flat_map(|text| text.lines()) {
            out.push_str(&format!("  {line}\n"));
        }
    }
    let judged = plural(found.judged, "commit");
    out.push_str(&format!(
        "\njudged {judged} of {} that touched a spec or accepted code\n",
        found.seen
    ));
    out
}

fn as_json(found: &BisectReport, args: &Args) -> json::Bisect {
    let commits = found.first_bad.iter();
    let commits = commits.map(|candidate| json::logged(&candidate.step.commit, candidate.change.as_slice()));
    json::Bisect {
        schema: "ghostc.bisect/1".to_string(),
        name: args.name.clone(),
        package: found.package.clone(),
        first_bad: commits.collect(),
        good: found.good.clone(),
        targets: found.evidence.iter().map(json::BrokenJson::of).collect(),
        judged: found.judged,
    }
}
