//! Document order with runs: tasks that may run beside their neighbours wait for what stands before the run, and what
//! follows waits for all of the run. Sections and groups follow one another in the same way.

use super::Edges;
use crate::facts::Rule;
use crate::facts::ancestors;
use crate::facts::{DeclaredTask, TaskRole};
use std::collections::BTreeMap;

/// The place that was reached in a list.
pub(super) struct Flow<'t> {
    tasks: &'t [DeclaredTask],
    /// The list, the section and the groups around the place.
    frames: Vec<Frame<'t>>,
    /// Tasks that wait for nothing in the list.
    pub(super) sources: Vec<usize>,
}

/// What a frame is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameOwner {
    List,
    Section(Option<usize>),
    Group(usize),
}

struct Frame<'t> {
    home: FrameOwner,
    /// Whether it may run beside its neighbours.
    parallel: bool,
    /// What the next run waits for.
    gate: Vec<usize>,
    /// The run so far, without optional tasks, which nothing waits for.
    run: Vec<usize>,
    /// Whether anything in it is to be waited for.
    moved: bool,
    /// The last task of the run that names a file.
    files: BTreeMap<&'t str, usize>,
}

impl Frame<'_> {
    fn new(home: FrameOwner, parallel: bool, gate: Vec<usize>) -> Self {
        Frame {
            home,
            parallel,
            gate,
            run: Vec::new(),
            moved: false,
            files: BTreeMap::new(),
        }
    }

    /// What the next one waits for.
    fn wait(&self, parallel: bool) -> &[usize] {
        if parallel || self.run.is_empty() {
            &self.gate
        } else {
            &self.run
        }
    }

    /// Goes past a task or group, of which some tasks come last.
    fn pass(&mut self, parallel: bool, last: &[usize]) {
        if !parallel {
            self.files.clear();
        }
        if last.is_empty() {
            return;
        }
        self.moved = true;
        if parallel {
            self.run.extend(last);
        } else {
            self.gate = last.to_vec();
            self.run.clear();
        }
    }
}

impl<'t> Flow<'t> {
    pub(super) fn new(tasks: &'t [DeclaredTask]) -> Flow<'t> {
        Flow {
            tasks,
            frames: vec![Frame::new(FrameOwner::List, false, Vec::new())],
            sources: Vec::new(),
        }
    }

    /// Goes on to a task.
    pub(super) fn place(&mut self, at: usize, edges: &mut Edges) {
        let Some(task) = self.tasks.get(at) else { return };
        self.enter(at);
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let parallel = task.parallel && task.role == TaskRole::Work;
        let before = frame.wait(parallel);
        if before.is_empty() {
            self.sources.push(at);
        }
        for to in before {
            let in_run = before.len() > 1 || self.tasks.get(*to).is_some_and(|task| task.parallel);
            let rule = if in_run { Rule::ParallelRun } else { Rule::Order };
            edges.add(at, *to, rule, task.span);
        }
        if parallel {
            for file in &task.files {
                if let Some(other) = frame.files.get(file.name.as_str()) {
                    edges.add(at, *other, Rule::SameFile, file.span);
                }
                if !task.optional {
                    frame.files.insert(&file.name, at);
                }
            }
        }
        frame.pass(
            parallel,
            if task.optional {
                &[]
            } else {
                std::slice::from_ref(&at)
            },
        );
    }

    /// The tasks that whatever follows the list waits for.
    pub(super) fn sinks(mut self) -> (Vec<usize>, Vec<usize>) {
        self.leave_to(1);
        let last = self.frames.pop().filter(|list| list.moved);
        let sinks = last.map(|list| list.wait(false).to_vec());
        (self.sources, sinks.unwrap_or_default())
    }

    /// Leaves the section and groups that a task is not in, and enters those that it is in.
    fn enter(&mut self, at: usize) {
        let mut groups: Vec<usize> = ancestors(self.tasks, at).collect();
        groups.reverse();
        let outermost = self.tasks.get(groups.first().copied().unwrap_or(at));
        let section = FrameOwner::Section(outermost.and_then(|task| task.heading));
        let path: Vec<FrameOwner> = [FrameOwner::List, section]
            .into_iter()
            .chain(groups.into_iter().map(FrameOwner::Group))
            .collect();
        let known = self.frames.iter().zip(&path);
        let shared = known.take_while(|(frame, home)| frame.home == **home).count();
        self.leave_to(shared);
        for home in path.into_iter().skip(shared) {
            let parallel = match home {
                FrameOwner::Group(group) => self.tasks.get(group).is_some_and(|group| group.parallel),
                FrameOwner::List | FrameOwner::Section(_) => false,
            };
            let gate = self.frames.last().map(|above| above.wait(parallel).to_vec());
            self.frames
                .push(Frame::new(home, parallel, gate.unwrap_or_default()));
        }
    }

    fn leave_to(&mut self, depth: usize) {
        while self.frames.len() > depth.max(1) {
            let left = self.frames.pop().filter(|frame| frame.moved);
            if let (Some(left), Some(above)) = (left, self.frames.last_mut()) {
                above.pass(left.parallel, left.wait(false));
            }
        }
    }
}
