//! The processes that a process has started, and those that these have started: listed without a look at any other
//! process of the machine.

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, wait, waitpid};
use std::fs;
use std::time::{Duration, Instant};

/// How long processes that were killed may take to be gone; what is stuck in the kernel longer is left to it.
const KILL_LIMIT: Duration = Duration::from_secs(5);
/// The first wait for killed processes; each further one is longer.
const SHORTEST_NAP: Duration = Duration::from_micros(100);
/// The longest of these waits.
const LONGEST_NAP: Duration = Duration::from_millis(20);

/// The children of a process, from `/proc/PID/task/TID/children`; none where the system does not say.
fn children(process: Pid) -> Vec<Pid> {
    let tasks = format!("/proc/{}/task", process.as_raw_nonzero());
    let mut found = Vec::new();
    for task in fs::read_dir(tasks).into_iter().flatten().flatten() {
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        let ids = children.split_ascii_whitespace();
        found.extend(ids.filter_map(|id| id.parse().ok().and_then(Pid::from_raw)));
    }
    found
}

/// Calls a function with every process that a process has started, directly or not, as long as it wants more; not with
/// the process itself.
fn visit(process: Pid, wants_more: &mut dyn FnMut(Pid) -> bool) {
    let mut found = children(process);
    let mut next = 0;
    while let Some(process) = found.get(next).copied() {
        if !wants_more(process) {
            return;
        }
        found.extend(children(process));
        next += 1;
    }
}

/// Sends a signal to a process and to every descendant of it that is found from there.
fn signal_with_descendants(process: Pid, signal: Signal) {
    let mut send = |process| {
        let _gone_already = kill_process(process, signal);
        true
    };
    visit(process, &mut send);
    send(process);
}

/// Sends a signal to every descendant of this process.
pub(crate) fn signal_all(signal: Signal) {
    visit(getpid(), &mut |process| {
        let _gone_already = kill_process(process, signal);
        true
    });
}

/// Kills every descendant of this process and reaps it, until none is left: what is killed may just have started
/// something, which comes to this process as its reaper.
pub(crate) fn end_all() {
    let deadline = Instant::now() + KILL_LIMIT;
    let mut nap = SHORTEST_NAP;
    loop {
        signal_all(Signal::KILL);
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                // There is no child any more, and so no descendant.
                Err(_) => return,
            }
        }
        if Instant::now() >= deadline {
            return;
        }
        std::thread::sleep(nap);
        nap = (2 * nap).min(LONGEST_NAP);
    }
}

/// The number of a process's session, from `/proc/PID/stat` (proc_pid_stat(5)); nothing where the process is gone or the
/// system does not say. It is 0 where the session began outside the process namespace, as it does for a program that is
/// started in a container from its host: getsid(2) answers the same, which rustix takes for a number above 0.
fn session(process: Pid) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
    session_of_stat(&stat)
}

/// The sixth field; the second is the program's name in parentheses, which may hold spaces and parentheses.
fn session_of_stat(stat: &str) -> Option<i32> {
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_ascii_whitespace().nth(3)?.parse().ok()
}

/// Kills what launchers have left that were killed themselves: the children of this process that are in other sessions
/// than its own, which it never starts itself, but for the launchers that are at work.
pub(crate) fn end_strays(launchers: &[Pid]) {
    let Some(own_session) = session(getpid()) else {
        return;
    };
    let is_stray = |child: &Pid| {
        !launchers.contains(child) && session(*child).is_some_and(|session| session != own_session)
    };
    let deadline = Instant::now() + KILL_LIMIT;
    let mut nap = SHORTEST_NAP;
    while Instant::now() < deadline {
        let strays: Vec<Pid> = children(getpid()).into_iter().filter(is_stray).collect();
        if strays.is_empty() {
            return;
        }
        for stray in strays {
            signal_with_descendants(stray, Signal::KILL);
            let _reaped = waitpid(Some(stray), WaitOptions::NOHANG);
        }
        std::thread::sleep(nap);
        nap = (2 * nap).min(LONGEST_NAP);
    }
}

/// What processes use together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Processes.
    pub(crate) processes: u64,
    /// Bytes of memory that are in use and not shared with files.
    pub(crate) memory: u64,
}

/// What all descendants of this process use now; of more processes than `most` only so many are looked at.
pub(crate) fn usage(most: u64) -> Usage {
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
    let mut usage = Usage::default();
    visit(getpid(), &mut |process| {
        usage.processes += 1;
        let statm = fs::read_to_string(format!("/proc/{}/statm", process.as_raw_nonzero()));
        let statm = statm.unwrap_or_default();
        let mut pages = statm
            .split(' ')
            .skip(1)
            .map(|pages| pages.parse::<u64>().unwrap_or(0));
        let (resident, shared) = (pages.next().unwrap_or(0), pages.next().unwrap_or(0));
        usage.memory += resident.saturating_sub(shared) * page;
        usage.processes <= most
    });
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_read_behind_any_name() {
        assert_eq!(session_of_stat("7 (sh) S 1 7 5 0 -1 4194304"), Some(5));
        assert_eq!(
            session_of_stat("7 (a) S 9) (b) R 1 7 0 0 -1"),
            Some(0),
            "begun outside the namespace"
        );
        for cut in ["", "7 (sh", "7 (sh) S 1 7", "7 (sh) S 1 7 x 0"] {
            assert_eq!(session_of_stat(cut), None, "{cut:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_has_the_session_of_its_parent_until_it_makes_one() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let own = session(getpid());
        assert!(own.is_some());
        assert_eq!(session(Pid::from_child(&child)), own);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(session(Pid::from_child(&child)), None);
    }
}
