//! A project without a disk: two states of a spec are checked, planned and compared, and a prompt is made.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_macros,
    reason = "an example shows what it does"
)]

use ghostc_project::{
    CheckRequest, Failure, GraphRequest, Host, PromptRequest, States, change_words, check, diff, graph,
    nobody, prompt,
};
use std::path::PathBuf;

const OLD: &str =
    "# Doubling\n\n## `double(n: integer) → integer`\n\nIt MUST be twice `n`.\n\n- `double(2)` → `4`\n";

fn main() -> Result<(), Failure> {
    print!("{}", report()?);
    Ok(())
}

/// What is found out about the two states.
pub(crate) fn report() -> Result<String, Failure> {
    let new = OLD.replace("twice `n`.", "exactly twice `n`.\nIt MUST NOT round.");
    let host = Host::memory([("old/SPEC.md", OLD), ("new/SPEC.md", &new)]);
    let paths = vec![PathBuf::from("new")];
    let mut out = String::new();
    let request = CheckRequest {
        paths: paths.clone(),
        ..CheckRequest::default()
    };
    let found = check(&request, &host)?;
    out += &format!("{} package, {} findings\n", found.packages, found.findings.len());
    let request = GraphRequest {
        paths: paths.clone(),
        ..GraphRequest::default()
    };
    for graph in graph(&request, &host, &mut nobody())?.graphs {
        let tasks: Vec<String> = graph.tasks.into_iter().map(|task| task.id).collect();
        out += &format!("tasks: {}\n", tasks.join(", "));
    }
    let states = States {
        names: ["old", "new"].map(str::to_string).to_vec(),
        ..States::default()
    };
    for change in diff(&states, &host)?.comparison.found.changes() {
        out += &format!("{}: {}\n", change.class.as_str(), change_words::says(change));
    }
    let request = PromptRequest {
        task: "double".to_string(),
        paths,
        ..PromptRequest::default()
    };
    Ok(out + &prompt(&request, &host, &mut nobody())?.prompt.text)
}
