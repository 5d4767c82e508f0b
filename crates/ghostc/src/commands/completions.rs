//! Print completions for a shell.

use super::schema;
use crate::Cli;
use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::{codes, output};
use clap::CommandFactory as _;
use clap::builder::PossibleValuesParser;
use ghostc_diff::diff::RULES;
use ghostc_plan::target;

/// Arguments of `ghostc completions`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "ghostc", &mut script);
    output::print_exactly(&String::from_utf8_lossy(&script));
    Ok(Exit::Fine)
}

/// The command line with the names that shells offer. It does not parse: an unknown name is told with its like by the command.
fn command() -> clap::Command {
    let codes = codes::all().into_iter().map(|code| code.name);
    let codes = codes.chain(RULES.iter().map(|rule| rule.code.name));
    let codes: Vec<&str> = codes.collect();
    let schemas = schema::names().collect();
    // Offers live as long as the command, which is as long as the process.
    let targets = target::names(&target::built_in_templates()).into_iter();
    let targets: Vec<&str> = targets.map(|name| &*name.leak()).collect();
    let offers = [("explain", "code", codes), ("schema", "name", schemas)];
    let command = offers
        .into_iter()
        .fold(Cli::command(), |command, (name, argument, values)| {
            command.mut_subcommand(name, |command| offered(command, argument, &values))
        });
    command.mut_subcommands(|command| {
        let has_target = command
            .get_arguments()
            .any(|argument| argument.get_id() == "target");
        if has_target {
            offered(command, "target", &targets)
        } else {
            command
        }
    })
}

fn offered(command: clap::Command, argument: &'static str, values: &[&'static str]) -> clap::Command {
    let values = PossibleValuesParser::new(values.to_vec());
    command.mut_arg(argument, |argument| argument.value_parser(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_offered_and_others_are_not_refused() {
        let mut script = Vec::new();
        clap_complete::generate(clap_complete::Shell::Bash, &mut command(), "ghostc", &mut script);
        let script = String::from_utf8(script).unwrap();
        for name in [
            "dangling-reference",
            "statement-modified",
            "tests.yaml",
            "javascript",
        ] {
            assert!(script.contains(name), "{name}");
        }
        assert!(
            Cli::command()
                .try_get_matches_from(["ghostc", "explain", "no-such-code"])
                .is_ok()
        );
    }
}
