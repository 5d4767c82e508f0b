//! Which job starts next: a pure value from what has ended to what may start.

use std::collections::BTreeSet;

/// A job, as far as its order matters.
pub(crate) struct ScheduledJob {
    /// The jobs that must pass first.
    pub(crate) after: Vec<usize>,
    /// How long it is expected to take, in any unit.
    pub(crate) weight: u64,
    /// Breaks ties, so that a build is the same every time.
    pub(crate) name: String,
}

/// A job that cannot run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blocked {
    /// The job.
    pub(crate) job: usize,
    /// The job at the start of the chain, which did not pass.
    pub(crate) on: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum JobState {
    Waiting,
    Running,
    Passed,
    NotPassed,
}

/// The order of a build, and how far it has come.
pub(crate) struct Schedule {
    after: Vec<Vec<usize>>,
    /// All jobs: those with the longest critical path first, then by name.
    order: Vec<usize>,
    states: Vec<JobState>,
    slots: usize,
}

impl Schedule {
    /// A schedule that runs at most `slots` jobs at the same time.
    pub(crate) fn new(nodes: Vec<ScheduledJob>, slots: usize) -> Schedule {
        let paths = critical_paths(&nodes);
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        let rank = |job: &usize| {
            (
                std::cmp::Reverse(paths.get(*job).copied()),
                nodes.get(*job).map(|node| &node.name),
            )
        };
        order.sort_by(|a, b| rank(a).cmp(&rank(b)));
        let states = vec![JobState::Waiting; nodes.len()];
        Schedule {
            after: nodes.into_iter().map(|node| node.after).collect(),
            order,
            states,
            slots: slots.max(1),
        }
    }

    /// The jobs that start now, the most urgent first.
    pub(crate) fn start(&mut self) -> Vec<usize> {
        let free = self.slots.saturating_sub(self.running());
        let ready = self.order.iter().copied().filter(|job| self.is_ready(*job));
        let started: Vec<usize> = ready.take(free).collect();
        started.iter().for_each(|job| self.set(*job, JobState::Running));
        started
    }

    /// A job has ended; gives the jobs that cannot run for that, each once, those near to it first.
    pub(crate) fn end(&mut self, job: usize, passed: bool) -> Vec<Blocked> {
        self.set(
            job,
            if passed {
                JobState::Passed
            } else {
                JobState::NotPassed
            },
        );
        let (mut blocked, mut ended) = (Vec::new(), if passed { Vec::new() } else { vec![job] });
        while let Some(cause) = ended.pop() {
            for next in 0..self.after.len() {
                if self.state(next) == Some(JobState::Waiting) && self.needs(next).contains(&cause) {
                    self.set(next, JobState::NotPassed);
                    blocked.push(Blocked { job: next, on: job });
                    ended.push(next);
                }
            }
        }
        blocked
    }

    /// Jobs that have not started, each with the first job that it still waits for.
    pub(crate) fn waiting(&self) -> Vec<(usize, Option<usize>)> {
        let waits = self
            .order
            .iter()
            .filter(|job| self.state(**job) == Some(JobState::Waiting));
        let missing = |job: usize| {
            self.needs(job)
                .iter()
                .copied()
                .find(|on| self.state(*on) != Some(JobState::Passed))
        };
        waits.map(|job| (*job, missing(*job))).collect()
    }

    fn running(&self) -> usize {
        self.states
            .iter()
            .filter(|state| **state == JobState::Running)
            .count()
    }

    fn is_ready(&self, job: usize) -> bool {
        self.state(job) == Some(JobState::Waiting)
            && self
                .needs(job)
                .iter()
                .all(|on| self.state(*on) == Some(JobState::Passed))
    }

    fn needs(&self, job: usize) -> &[usize] {
        self.after.get(job).map_or(&[], Vec::as_slice)
    }

    fn state(&self, job: usize) -> Option<JobState> {
        self.states.get(job).copied()
    }

    fn set(&mut self, job: usize, state: JobState) {
        if let Some(slot) = self.states.get_mut(job) {
            *slot = state;
        }
    }
}

/// For each job the weight of the heaviest chain that starts with it. A job that waits for itself counts once.
fn critical_paths(nodes: &[ScheduledJob]) -> Vec<u64> {
    let mut before = vec![Vec::new(); nodes.len()];
    let mut open: Vec<usize> = vec![0; nodes.len()];
    for (job, node) in nodes.iter().enumerate() {
        for on in node.after.iter().collect::<BTreeSet<_>>() {
            if let (Some(before), Some(open)) = (before.get_mut(job), open.get_mut(*on)) {
                before.push(*on);
                *open += 1;
            }
        }
    }
    let mut paths: Vec<u64> = nodes.iter().map(|node| node.weight).collect();
    let mut ends: Vec<usize> = open
        .iter()
        .enumerate()
        .filter(|(_, open)| **open == 0)
        .map(|(job, _)| job)
        .collect();
    while let Some(job) = ends.pop() {
        let path = paths.get(job).copied().unwrap_or_default();
        for on in before.get(job).into_iter().flatten() {
            let own = nodes.get(*on).map_or(0, |node| node.weight);
            if let (Some(longest), Some(open)) = (paths.get_mut(*on), open.get_mut(*on)) {
                *longest = (*longest).max(own.saturating_add(path));
                *open -= 1;
                if *open == 0 {
                    ends.push(*on);
                }
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(nodes: &[(&str, u64, &[usize])], slots: usize) -> Schedule {
        let node = |(name, weight, after): &(&str, u64, &[usize])| ScheduledJob {
            after: after.to_vec(),
            weight: *weight,
            name: (*name).to_string(),
        };
        Schedule::new(nodes.iter().map(node).collect(), slots)
    }

    #[test]
    fn the_longest_way_to_the_end_starts_first_then_the_name() {
        // c is light, but d waits for it and is heavy.
        let mut schedule = schedule(&[("b", 5, &[]), ("a", 5, &[]), ("c", 1, &[]), ("d", 9, &[2])], 8);
        assert_eq!(schedule.start(), [2, 1, 0]);
        assert_eq!(schedule.start(), [] as [usize; 0]);
        assert!(schedule.end(2, true).is_empty());
        assert_eq!(schedule.start(), [3]);
    }

    #[test]
    fn no_more_run_than_there_are_slots() {
        let mut schedule = schedule(&[("a", 1, &[]), ("b", 1, &[]), ("c", 1, &[])], 2);
        assert_eq!(schedule.start(), [0, 1]);
        schedule.end(1, true);
        assert_eq!(schedule.start(), [2]);
    }

    #[test]
    fn a_failure_blocks_what_comes_after_it_and_nothing_else() {
        let mut schedule = schedule(&[("a", 1, &[]), ("b", 1, &[0]), ("c", 1, &[1]), ("d", 1, &[])], 1);
        assert_eq!(schedule.start(), [0]);
        assert_eq!(
            schedule.end(0, false),
            [Blocked { job: 1, on: 0 }, Blocked { job: 2, on: 0 }]
        );
        assert_eq!(schedule.start(), [3]);
        schedule.end(3, true);
        assert_eq!((schedule.start(), schedule.waiting()), (vec![], vec![]));
    }

    #[test]
    fn jobs_that_wait_for_each_other_never_start_and_are_named() {
        let mut schedule = schedule(&[("a", 1, &[1]), ("b", 1, &[0]), ("c", 1, &[9])], 4);
        assert_eq!(schedule.start(), [] as [usize; 0]);
        assert_eq!(schedule.waiting(), [(0, Some(1)), (1, Some(0)), (2, Some(9))]);
    }

    #[test]
    fn the_order_does_not_depend_on_the_order_of_the_list() {
        let names = |order: &[(&str, u64, &[usize])]| -> Vec<String> {
            let started = schedule(order, 9).start();
            started.into_iter().map(|job| order[job].0.to_string()).collect()
        };
        let (one, other) = (
            [("a", 1, &[][..]), ("b", 3, &[]), ("c", 3, &[])],
            [("c", 3, &[][..]), ("a", 1, &[]), ("b", 3, &[])],
        );
        assert_eq!(names(&one), ["b", "c", "a"]);
        assert_eq!(names(&one), names(&other));
    }
}
