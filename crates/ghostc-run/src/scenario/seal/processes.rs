//! Programs inside the seal, and which processes are whose.

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, kill_process_group, wait};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// The programs that were started, by their numbers.
#[derive(Default)]
pub(super) struct SealedPrograms {
    programs: BTreeMap<usize, SealedProgram>,
}

struct SealedProgram {
    pid: Pid,
    /// Whether it was not waited for yet, so that its number is its own.
    runs: bool,
    /// Its processes when they were looked at last: their numbers, and when they began.
    members: BTreeSet<(i32, u64)>,
}

impl SealedPrograms {
    /// Starts a program in a process group of its own.
    pub(super) fn start(
        &mut self,
        process: usize,
        argv: &[String],
        env: Vec<(String, String)>,
        streams: [OwnedFd; 3],
    ) -> io::Result<()> {
        let (program, arguments) = argv
            .split_first()
            .ok_or_else(|| io::Error::other("the command is empty"))?;
        let [stdin, stdout, stderr] = streams;
        let mut command = Command::new(program);
        command.args(arguments).envs(env).process_group(0);
        command.stdin(stdin).stdout(stdout).stderr(stderr);
        let id = command.spawn()?.id();
        let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
        let program = SealedProgram {
            pid: pid.ok_or_else(|| io::Error::other("a process without a number"))?,
            runs: true,
            members: BTreeSet::new(),
        };
        self.programs.insert(process, program);
        Ok(())
    }

    /// Sends a signal to a program that runs, alone or with its process group.
    pub(super) fn signal(&mut self, process: usize, signal: Signal, group: bool) {
        // What it started is easier to tell while it is alive.
        self.look();
        if let Some(program) = self.programs.get(&process).filter(|program| program.runs) {
            let _gone_already = if group {
                kill_process_group(program.pid, signal)
            } else {
                kill_process(program.pid, signal)
            };
        }
    }

    /// How many processes of a program are alive.
    pub(super) fn count(&mut self, process: usize) -> usize {
        self.look();
        self.programs
            .get(&process)
            .map_or(0, |program| program.members.len())
    }

    /// Waits for every process that has ended; the programs among them, with exit code and signal.
    pub(super) fn reap(&mut self) -> Vec<(usize, Option<i32>, Option<i32>)> {
        let mut ended = Vec::new();
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            let mut programs = self.programs.iter_mut();
            let found = programs.find(|(_, program)| program.runs && program.pid == pid);
            if let Some((process, program)) = found {
                program.runs = false;
                ended.push((*process, status.exit_status(), status.terminating_signal()));
            }
        }
        if !ended.is_empty() {
            self.look();
        }
        ended
    }

    /// Finds out whose each process is. What has left its program, its group and its session, and lost its parent, may be
    /// anybody's and counts for every program.
    fn look(&mut self) {
        let inside = inside();
        let mut claimed = BTreeSet::new();
        for program in self.programs.values_mut() {
            program.members = program.claim(&inside, &BTreeSet::new());
            claimed.extend(program.members.iter().copied());
        }
        let is_lost = |one: &&ProcessFacts| !claimed.contains(&one.key());
        let lost: BTreeSet<(i32, u64)> = inside.iter().filter(is_lost).map(ProcessFacts::key).collect();
        for program in self.programs.values_mut().filter(|_| !lost.is_empty()) {
            program.members = program.claim(&inside, &lost);
        }
    }
}

impl SealedProgram {
    /// The processes that are this program's, and what those have started, where `lost` ones are too.
    fn claim(&self, inside: &[ProcessFacts], lost: &BTreeSet<(i32, u64)>) -> BTreeSet<(i32, u64)> {
        let own = self.pid.as_raw_nonzero().get();
        let mut members: BTreeSet<(i32, u64)> = BTreeSet::new();
        let mut numbers = BTreeSet::from([own]);
        loop {
            let before = members.len();
            for one in inside {
                let is_own = one.pid == own && self.runs;
                let is_among = [one.parent, one.group, one.session]
                    .iter()
                    .any(|number| numbers.contains(number));
                let was_known = self.members.contains(&one.key()) || lost.contains(&one.key());
                if is_own || is_among || was_known {
                    members.insert(one.key());
                    numbers.insert(one.pid);
                }
            }
            if members.len() == before {
                return members;
            }
        }
    }
}

/// What the system tells of a process.
struct ProcessFacts {
    pid: i32,
    parent: i32,
    group: i32,
    session: i32,
    /// In ticks since the system started.
    begun: u64,
}

impl ProcessFacts {
    /// What no other process has had.
    fn key(&self) -> (i32, u64) {
        (self.pid, self.begun)
    }

    /// Reads proc_pid_stat(5); nothing of a process that has ended. The second field is the name of the program in
    /// parentheses, which may hold spaces and parentheses.
    fn of_stat(pid: i32, stat: &str) -> Option<ProcessFacts> {
        let (_, after_name) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = after_name.split_ascii_whitespace().collect();
        let number = |field: usize| fields.get(field)?.parse::<i32>().ok();
        if matches!(*fields.first()?, "Z" | "X") {
            return None;
        }
        Some(ProcessFacts {
            pid,
            parent: number(1)?,
            group: number(2)?,
            session: number(3)?,
            begun: fields.get(19)?.parse().ok()?,
        })
    }
}

/// Every process that this one has started, directly or not, and that is alive.
fn inside() -> Vec<ProcessFacts> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = entries.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        ProcessFacts::of_stat(pid, &stat)
    });
    let all: Vec<ProcessFacts> = all.collect();
    let own = getpid().as_raw_nonzero().get();
    let mut known = BTreeSet::from([own]);
    loop {
        let before = known.len();
        let children = all.iter().filter(|one| known.contains(&one.parent));
        let found: Vec<i32> = children.map(|one| one.pid).collect();
        known.extend(found);
        if known.len() == before {
            break;
        }
    }
    let is_inside = |one: &ProcessFacts| one.pid != own && known.contains(&one.pid);
    all.into_iter().filter(is_inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pid: i32, parent: i32, group: i32, session: i32) -> ProcessFacts {
        ProcessFacts {
            pid,
            parent,
            group,
            session,
            begun: 7,
        }
    }

    fn program(pid: i32, members: &[i32]) -> SealedProgram {
        SealedProgram {
            pid: Pid::from_raw(pid).unwrap(),
            runs: false,
            members: members.iter().map(|member| (*member, 7)).collect(),
        }
    }

    fn claimed(program: &SealedProgram, inside: &[ProcessFacts]) -> Vec<i32> {
        let members = program.claim(inside, &BTreeSet::new());
        members.into_iter().map(|(pid, _)| pid).collect()
    }

    #[test]
    fn a_process_is_its_programs_by_group_by_session_by_parent_and_by_what_was_seen() {
        let inside = [
            facts(14, 13, 14, 14),
            facts(11, 1, 10, 1),
            facts(12, 1, 12, 10),
            facts(13, 12, 13, 13),
            facts(15, 1, 15, 15),
            facts(16, 15, 15, 15),
            facts(20, 1, 20, 20),
        ];
        assert_eq!(claimed(&program(10, &[]), &inside), [11, 12, 13, 14]);
        assert_eq!(claimed(&program(10, &[15]), &inside), [11, 12, 13, 14, 15, 16]);
        assert!(claimed(&program(30, &[]), &inside).is_empty());
    }

    #[test]
    fn a_name_with_parentheses_is_no_field() {
        let tail = "S 5 6 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0";
        let found = ProcessFacts::of_stat(8, &format!("8 (a) b) {tail}")).unwrap();
        let ids = (found.parent, found.group, found.session, found.begun);
        assert_eq!(ids, (5, 6, 7, 4711));
        assert!(ProcessFacts::of_stat(8, &format!("8 (a) {}", tail.replace('S', "Z"))).is_none());
    }
}
