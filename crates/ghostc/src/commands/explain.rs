//! Explain a diagnostic code, with an example; without one, list all codes.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::{codes, explanation, output};

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
        let lines = all.iter().map(|code| format!("{:<28} {:<8} {}\n", code.name, code.severity.as_str(), explanation::title(code)));
        output::print(&lines.collect::<String>());
        return Ok(Exit::Fine);
    };
    match all.iter().find(|code| code.name == name) {
        Some(code) => {
            output::print(&format!("{}[{}]\n\n{}", code.severity.as_str(), code.name, explanation::plain(code)));
            Ok(Exit::Fine)
        }
        None => {
            let names: Vec<&str> = all.iter().map(|code| code.name).collect();
            Err(Failure::unknown("diagnostic", name, &names, "List them with `ghostc explain`."))
        }
    }
}
