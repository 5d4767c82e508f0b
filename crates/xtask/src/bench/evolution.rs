//! How much of a large real spec is built again as it evolves: stale tasks and the tokens of their prompts.

use super::Setup;
use super::table::{Row, Target};
use crate::program::output;
use std::process::Command;

/// A step as `examples/evolution.rs` prints it.
struct Step {
    is_editorial: bool,
    /// In percent of all tasks.
    stale: f64,
    /// Tasks whose own text changed, in percent of all: the least that can be stale.
    own: f64,
    /// Thousands of tokens in the prompts of stale tasks, and of all.
    spent: f64,
    all: f64,
}

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let said = output(&mut Command::new(&setup.evolution), &[0])?.stdout;
    let said = String::from_utf8_lossy(&said);
    let steps: Vec<Step> = said
        .lines()
        .map(step)
        .collect::<Option<_>>()
        .ok_or("unreadable steps")?;
    let of = |is_editorial: bool, value: &dyn Fn(&Step) -> f64| -> Vec<f64> {
        let steps = steps.iter().filter(|step| step.is_editorial == is_editorial);
        steps.map(value).collect()
    };
    let row = |name: &str,
               unit,
               is_editorial,
               ours: &dyn Fn(&Step) -> f64,
               floor: &dyn Fn(&Step) -> f64,
               target| {
        let (ours, floor) = (of(is_editorial, ours), of(is_editorial, floor));
        let name = format!("evolution: {name} of {} steps", ours.len());
        Row::new(name, unit, [&ours, &floor], target)
    };
    let (stale, own) = (|step: &Step| step.stale, |step: &Step| step.own);
    Ok(vec![
        row(
            "stale tasks, own text changed,",
            "%",
            false,
            &stale,
            &own,
            Target::AtMost(10.0),
        ),
        row(
            "tokens again, all prompts,",
            "k",
            false,
            &|step| step.spent,
            &|step| step.all,
            Target::Times(0.1),
        ),
        row(
            "stale tasks of editorial ones,",
            "%",
            true,
            &stale,
            &own,
            Target::AtMost(0.0),
        ),
    ])
}

fn step(line: &str) -> Option<Step> {
    let (what, numbers) = line.split_once(' ')?;
    let numbers: Vec<f64> = numbers
        .split(' ')
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    let [stale, own, tasks, spent, all] = numbers.as_slice() else {
        return None;
    };
    Some(Step {
        is_editorial: what == "editorial",
        stale: 100.0 * stale / tasks,
        own: 100.0 * own / tasks,
        spent: spent / 1000.0,
        all: all / 1000.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_as_it_is_printed() {
        let step = step("editorial 1 2 4 500 2000").unwrap();
        assert!(step.is_editorial);
        assert_eq!(
            (step.stale, step.own, step.spent, step.all),
            (25.0, 50.0, 0.5, 2.0)
        );
        assert!(super::step("step 1 2").is_none());
    }
}
