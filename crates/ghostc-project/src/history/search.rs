//! Where in a line of states something broke, by judging as few of them as can be.

/// What is known of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It works.
    Good,
    /// It is broken.
    Bad,
    /// Nobody can tell.
    Unknown,
}

/// Between which states it broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Boundary {
    /// The oldest state that is known to be broken, with all newer ones; 0 is the newest.
    pub(crate) bad: usize,
    /// The newest state that is known to work; those in between could not be judged.
    pub(crate) good: usize,
}

/// Searches states from the newest, 0, which is broken: back in growing steps to one that works, then between the two.
///
/// `has` says whether there is a state, and `judge` what it is. Nothing where no state is known to work.
pub(crate) fn search<E>(
    mut has: impl FnMut(usize) -> Result<bool, E>,
    mut judge: impl FnMut(usize) -> Result<Known, E>,
) -> Result<Option<Boundary>, E> {
    let (mut bad, mut step, mut untold) = (0, 1, Vec::new());
    let mut good = loop {
        // For each state that could not be judged there is one more to choose from.
        let mut reach = bad + step + untold.len();
        while reach > bad && !has(reach)? {
            reach -= 1;
        }
        let open = (bad + 1..=reach).filter(|at| !untold.contains(at));
        let Some(at) = open.min_by_key(|at| at.abs_diff(bad + step)) else {
            return Ok(None);
        };
        match judge(at)? {
            Known::Good => break at,
            Known::Bad => (bad, step) = (at, step * 2),
            Known::Unknown => untold.push(at),
        }
    };
    loop {
        let open = (bad + 1..good).filter(|at| !untold.contains(at));
        let middle = bad + (good - bad) / 2;
        let Some(at) = open.min_by_key(|at| at.abs_diff(middle)) else {
            return Ok(Some(Boundary { bad, good }));
        };
        match judge(at)? {
            Known::Good => good = at,
            Known::Bad => bad = at,
            Known::Unknown => untold.push(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// What is found in states written from the newest to the oldest, and how many were judged.
    fn found(states: &str) -> (Option<(usize, usize)>, usize) {
        let states: Vec<char> = states.chars().collect();
        let mut judged = std::collections::BTreeSet::new();
        let judge = |at: usize| {
            judged.insert(at);
            Ok::<_, Infallible>(match states[at] {
                'g' => Known::Good,
                'b' => Known::Bad,
                _ => Known::Unknown,
            })
        };
        let found = search(|at| Ok(at < states.len()), judge).unwrap();
        (found.map(|found| (found.bad, found.good)), judged.len())
    }

    #[test]
    fn the_border_is_found_wherever_it_is() {
        for length in 2..60 {
            for border in 1..length {
                let states: String = (0..length)
                    .map(|at| if at < border { 'b' } else { 'g' })
                    .collect();
                let (place, judged) = found(&states);
                assert_eq!(place, Some((border - 1, border)), "{states}");
                assert!(judged <= 12, "{states}: {judged}");
            }
        }
        assert_eq!(found("bbbbbbbbb").0, None);
    }

    #[test]
    fn states_that_cannot_be_judged_are_left_between() {
        assert_eq!(found("b?g").0, Some((0, 2)));
        assert_eq!(found("bb??gg").0, Some((1, 4)));
        assert_eq!(found("b??").0, None);
        assert_eq!(found("bbb?bbb?gggg").0, Some((6, 8)));
    }
}
