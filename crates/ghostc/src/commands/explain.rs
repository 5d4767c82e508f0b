//! Explain a diagnostic code, with an example; without one, list all codes.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::output;
use ghostc_core::codes;

/// Arguments of `ghostc explain`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The code, as in `error[dangling-reference]`
    code: Option<String>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let all = codes::all();
    let Some(name) = &args.code else {
        let title = |text: &str| text.lines().next().unwrap_or_default().trim_start_matches("# ").to_string();
        let lines = all.iter().map(|code| format!("{:<28} {:<8} {}\n", code.name, code.severity.as_str(), title(code.explanation)));
        output::print(&lines.collect::<String>());
        return Ok(Exit::Fine);
    };
    match all.iter().find(|code| code.name == name) {
        Some(code) => {
            output::print(&format!("{}[{}]\n\n{}", code.severity.as_str(), code.name, readable(code.explanation)));
            Ok(Exit::Fine)
        }
        None => {
            let names: Vec<&str> = all.iter().map(|code| code.name).collect();
            Err(Failure::unknown("diagnostic", name, &names, "List them with `ghostc explain`."))
        }
    }
}

/// The explanation for a terminal: fixtures indented, with the name of each file as a comment of its own.
fn readable(markdown: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks >= open && line.trim_start_matches('`').is_empty() => fence = None,
            Some(_) => {
                let text = line.strip_prefix("//- /").map_or_else(|| line.to_string(), |path| format!("# {path}"));
                out.push_str(format!("    {text}").trim_end());
                out.push('\n');
            }
            None => {
                out.push_str(line.trim_start_matches("# "));
                out.push('\n');
            }
        }
    }
    out
}
