//! Commands into durations: each round runs every command once, in rotating order.

use std::process::{Command, Stdio};
use std::time::Instant;

/// The milliseconds of one command, a value for each round.
pub(crate) type WallTimes = Vec<f64>;

/// Runs two commands in rounds, the first of which is dropped. A status other than those accepted is an error.
pub(crate) fn measure(
    rounds: usize,
    accepted: &[i32],
    commands: &mut [Command; 2],
) -> Result<[WallTimes; 2], String> {
    let mut walls = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for turn in 0..2 {
            let index = (round + turn) % 2;
            let (Some(command), Some(walls)) = (commands.get_mut(index), walls.get_mut(index)) else {
                continue;
            };
            let wall = time(command, accepted)?;
            if round > 0 {
                walls.push(wall);
            }
        }
    }
    Ok(walls)
}

fn time(command: &mut Command, accepted: &[i32]) -> Result<f64, String> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let status = command
        .status()
        .map_err(|error| format!("cannot start {command:?}: {error}"))?;
    let wall = start.elapsed().as_secs_f64() * 1000.0;
    if status.code().is_some_and(|status| accepted.contains(&status)) {
        return Ok(wall);
    }
    Err(format!("{command:?} ended with {status}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn every_round_but_the_first_is_kept() {
        let [ours, floor] = measure(3, &[0, 1], &mut [shell("exit 1"), shell("exit 0")]).unwrap();
        assert_eq!((ours.len(), floor.len()), (3, 3));
    }

    #[test]
    fn a_command_that_fails_is_not_measured() {
        assert!(measure(1, &[0], &mut [shell("exit 0"), shell("exit 2")]).is_err());
    }
}
