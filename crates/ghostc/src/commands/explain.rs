//! Explain a diagnostic code or a rule of changes, with an example; without one, list them all.

use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::{codes, explanation, output};
use ghostc_diff::diff::RULES;
use ghostc_project::Failure;
use ghostc_syntax::Code;

/// Arguments of `ghostc explain`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The code, as in `error[dangling-reference]`, or the rule, as `ghostc diff` shows it
    code: Option<String>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    // Each with its severity, or the class of its changes.
    let all: Vec<(Code, &str)> = codes::all()
        .into_iter()
        .map(|code| (code, code.severity.as_str()))
        .collect();
    let rules: Vec<(Code, &str)> = RULES
        .iter()
        .map(|rule| (rule.code, rule.class.as_str()))
        .collect();
    let Some(name) = &args.code else {
        let list = |all: &[(Code, &str)]| {
            let lines = all
                .iter()
                .map(|(code, kind)| format!("{:<28} {kind:<9} {}\n", code.name, explanation::title(code)));
            lines.collect::<String>()
        };
        output::print(&(list(&all) + &list(&rules)));
        return Ok(Exit::Fine);
    };
    let known = all.iter().chain(&rules);
    match known.clone().find(|(code, _)| code.name == name) {
        Some((code, kind)) => {
            output::print(&format!("{kind}[{}]\n\n{}", code.name, explanation::plain(code)));
            Ok(Exit::Fine)
        }
        None => {
            let names: Vec<&str> = known.map(|(code, _)| code.name).collect();
            Err(Failure::unknown(
                "diagnostic",
                name,
                &names,
                "List them with `ghostc explain`.",
            ))
        }
    }
}
