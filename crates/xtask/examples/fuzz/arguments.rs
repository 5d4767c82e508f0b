//! What the fuzzer is asked to do.

use std::time::Duration;

/// The bounds of a run, and what its inputs are made of.
#[derive(Clone)]
pub(crate) struct Arguments {
    /// How long it goes on at most.
    pub(crate) time: Duration,
    /// How many inputs it makes at most.
    pub(crate) count: u64,
    /// What all inputs follow from.
    pub(crate) seed: u64,
    /// The number of the first input.
    pub(crate) first: u64,
    /// What they are made of: a dialect, `fixtures`, `corpora` or `all`.
    pub(crate) target: String,
}

impl Arguments {
    /// Without a bound, a run takes a minute; without a seed, it has one of its own.
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut arguments = Arguments {
            time: Duration::MAX,
            count: u64::MAX,
            seed: u64::from(std::process::id()),
            first: 0,
            target: "all".to_string(),
        };
        while let Some(name) = given.next() {
            let value = given.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            let number = || {
                let parsed = value.parse::<u64>();
                parsed.map_err(|_| format!("`{name}` needs a number, not `{value}`"))
            };
            match name.as_str() {
                "--seconds" => arguments.time = Duration::from_secs(number()?),
                "--count" => arguments.count = number()?,
                "--seed" => arguments.seed = number()?,
                "--first" => arguments.first = number()?,
                "--target" => arguments.target = value,
                _ => {
                    return Err(format!(
                        "there is no `{name}`: --seconds, --count, --seed, --first, --target"
                    ));
                }
            }
        }
        if arguments.time == Duration::MAX && arguments.count == u64::MAX {
            arguments.time = Duration::from_secs(60);
        }
        Ok(arguments)
    }
}
