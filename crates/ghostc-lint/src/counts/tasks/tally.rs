//! How many tasks there are, in the ways that people count them.

use ghostc_spec::facts::{DeclaredTask, TaskRole};

/// How many tasks there are, in each way of counting, of each kind.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally([[u64; WAYS.len()]; 3]);

impl Tally {
    pub(super) fn add(&mut self, task: &DeclaredTask) {
        let which = [Which::All, Which::Parallel, Which::Sequential];
        for (counts, which) in self.0.iter_mut().zip(which) {
            for (count, way) in counts.iter_mut().zip(WAYS) {
                *count += u64::from(which.takes(task) && way(task));
            }
        }
    }

    pub(super) fn with(mut self, other: Tally, join: fn(u64, u64) -> u64) -> Tally {
        for (count, other) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *count = join(*count, *other);
        }
        self
    }

    pub(super) fn of(&self, which: Which) -> &[u64] {
        self.0.get(which as usize).map_or(&[], |counts| counts)
    }

    pub(super) fn all(&self) -> u64 {
        self.of(Which::All).first().copied().unwrap_or_default()
    }
}
/// Which of some tasks are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Parallel,
    Sequential,
}
impl Which {
    fn takes(self, task: &DeclaredTask) -> bool {
        match self {
            Which::All => true,
            Which::Parallel => task.parallel,
            Which::Sequential => !task.parallel,
        }
    }
}

/// The ways in which people count a list: all of it, with ids only, without stops, the leaves, the top, what is required.
const WAYS: [fn(&DeclaredTask) -> bool; 6] = [
    |_| true,
    |task| task.has_own_id,
    |task| task.role != TaskRole::Checkpoint,
    |task| task.role != TaskRole::Group,
    |task| task.parent.is_none(),
    |task| !task.optional,
];
