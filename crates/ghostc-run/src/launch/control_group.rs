//! Limits by the system: a control group (version 2) for one program and all that it starts, where this user may make one.
//!
//! A group is made beside the one that ghostc is in, or below it, where the system already shares out memory and
//! processes; nothing that is there is changed. Whatever goes wrong, the group is removed and the program runs without.

use crate::harness::ResourceLimits;
use rustix::process::getpid;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where the system shows its groups.
const ROOT: &str = "/sys/fs/cgroup";
/// How the names of ours start.
const PREFIX: &str = "ghostc-";
/// How long a group may take to be empty after its processes were killed.
const EMPTY_LIMIT: Duration = Duration::from_secs(1);

/// A group for one program.
#[derive(Debug)]
pub(super) struct ControlGroup {
    folder: PathBuf,
    /// The group that this process was in before.
    before: PathBuf,
}

/// A folder in which groups with limits can be made, and the group of this process.
pub(crate) struct GroupParent {
    folder: PathBuf,
    own: PathBuf,
}

impl GroupParent {
    /// Looks for one; nothing where there is none, or where this user may not use it.
    pub(crate) fn find() -> Option<GroupParent> {
        let membership = fs::read_to_string("/proc/self/cgroup").ok()?;
        GroupParent::find_in(Path::new(ROOT), &membership)
    }

    fn find_in(root: &Path, membership: &str) -> Option<GroupParent> {
        let own = membership.lines().find_map(|line| line.strip_prefix("0::/"))?;
        if !root.join("cgroup.controllers").exists() {
            return None;
        }
        let own = root.join(own);
        // A process that leaves its group needs a place in both and in what is above them.
        let shares = |folder: &&Path| {
            let shared = fs::read_to_string(folder.join("cgroup.subtree_control")).unwrap_or_default();
            let shared: Vec<&str> = shared.split_whitespace().collect();
            ["memory", "pids"].iter().all(|wanted| shared.contains(wanted))
                && is_writable(folder)
                && is_writable(&folder.join("cgroup.procs"))
        };
        let parent = own.parent().filter(|parent| parent.starts_with(root));
        let folder = [Some(own.as_path()), parent].into_iter().flatten().find(shares)?;
        Some(GroupParent {
            folder: folder.to_path_buf(),
            own,
        })
    }

    /// Makes a group with limits, and moves this process into it, so that what it starts is in it from the start.
    pub(super) fn enter(self, limits: ResourceLimits) -> Option<ControlGroup> {
        let name = format!("{PREFIX}{}", getpid().as_raw_nonzero());
        let group = ControlGroup {
            folder: self.folder.join(name),
            before: self.own,
        };
        fs::create_dir(&group.folder).ok()?;
        // A group that is given up is removed when it is dropped.
        group.set("memory.max", &limits.memory.to_string()).ok()?;
        group.set("pids.max", &limits.processes.to_string()).ok()?;
        // Not on every system: without it more is swapped out, or one process is killed and not all.
        let _optional = group.set("memory.swap.max", "0");
        let _optional = group.set("memory.oom.group", "1");
        group.set("cgroup.procs", &own_number()).ok()?;
        Some(group)
    }
}

fn is_writable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

fn own_number() -> String {
    getpid().as_raw_nonzero().to_string()
}

impl ControlGroup {
    fn set(&self, file: &str, value: &str) -> io::Result<()> {
        fs::write(self.folder.join(file), value)
    }

    /// Takes this process out of the group again, so that its own end is not among those that the limits cause.
    pub(super) fn leave(&self) -> io::Result<()> {
        fs::write(self.before.join("cgroup.procs"), own_number())
    }

    /// What the program was held back from, or killed for.
    pub(super) fn over_limit(&self) -> Option<GroupLimit> {
        let count = |file: &str, event: &str| {
            let text = fs::read_to_string(self.folder.join(file)).unwrap_or_default();
            let found = text
                .lines()
                .find_map(|line| line.strip_prefix(event)?.strip_prefix(' '));
            found
                .and_then(|count| count.trim().parse::<u64>().ok())
                .unwrap_or(0)
        };
        if count("memory.events", "oom_kill") > 0 {
            Some(GroupLimit::Memory)
        } else {
            (count("pids.events", "max") > 0).then_some(GroupLimit::Processes)
        }
    }
}

/// A limit that a program has come to with all that it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GroupLimit {
    Memory,
    Processes,
}

impl GroupLimit {
    /// What is said of it.
    pub(super) fn text(self, limits: ResourceLimits) -> String {
        match self {
            GroupLimit::Memory => format!("too much memory (more than {} MiB)", limits.memory >> 20),
            GroupLimit::Processes => format!("too many processes (more than {})", limits.processes),
        }
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        let _left_already = self.leave();
        let _nothing_in_it = self.set("cgroup.kill", "1");
        let deadline = Instant::now() + EMPTY_LIMIT;
        while fs::remove_dir(&self.folder).is_err() && self.folder.exists() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private::PrivateFolder;

    /// A folder that looks like the system's, with a process in `/user/session`.
    fn system(shared: &[(&str, &str)]) -> PrivateFolder {
        let folder = PrivateFolder::create().unwrap();
        for group in ["", "user", "user/session"] {
            let group = folder.path().join(group);
            fs::create_dir_all(&group).unwrap();
            for file in ["cgroup.controllers", "cgroup.procs", "cgroup.subtree_control"] {
                fs::write(group.join(file), "").unwrap();
            }
        }
        for (group, controllers) in shared {
            let file = folder.path().join(group).join("cgroup.subtree_control");
            fs::write(file, controllers).unwrap();
        }
        folder
    }

    fn parent(folder: &PrivateFolder, membership: &str) -> Option<PathBuf> {
        let found = GroupParent::find_in(folder.path(), membership)?;
        found
            .folder
            .strip_prefix(folder.path())
            .ok()
            .map(Path::to_path_buf)
    }

    #[test]
    fn a_group_is_made_only_where_memory_and_processes_are_shared_out() {
        let (all, session) = ("cpu memory pids\n", "1:name=systemd:/x\n0::/user/session\n");
        let found = |shared: &[(&str, &str)]| parent(&system(shared), session);
        assert_eq!(found(&[("user", all)]), Some("user".into()));
        assert_eq!(found(&[("user/session", all)]), Some("user/session".into()));
        assert_eq!(found(&[("user", "cpu memory\n")]), None);
        assert_eq!(found(&[("", all)]), None, "it is too far up");
        assert_eq!(parent(&system(&[("", all)]), "0::/\n"), Some("".into()));
        assert_eq!(
            parent(&system(&[("user", all)]), "4:memory:/user/session\n"),
            None
        );
        let old = system(&[("user", all)]);
        fs::remove_file(old.path().join("cgroup.controllers")).unwrap();
        assert_eq!(parent(&old, session), None);
    }

    #[test]
    fn limits_are_written_before_anything_is_in_the_group_and_events_are_read() {
        let folder = system(&[("user", "memory pids")]);
        let limits = ResourceLimits {
            memory: 1 << 20,
            processes: 7,
            ..ResourceLimits::default()
        };
        let found = GroupParent::find_in(folder.path(), "0::/user/session\n").unwrap();
        let group = found.enter(limits).unwrap();
        let read = |file: &str| fs::read_to_string(group.folder.join(file)).unwrap();
        assert_eq!(
            (read("memory.max").as_str(), read("pids.max").as_str()),
            ("1048576", "7")
        );
        assert_eq!(read("cgroup.procs"), own_number());
        group.leave().unwrap();
        let before = fs::read_to_string(folder.path().join("user/session/cgroup.procs"));
        assert_eq!(before.unwrap(), own_number());
        assert_eq!(group.over_limit(), None);
        group.set("pids.events", "max 0\n").unwrap();
        group
            .set(
                "memory.events",
                "low 0\nmax 9\noom 1\noom_kill 0\noom_group_kill 0\n",
            )
            .unwrap();
        assert_eq!(group.over_limit(), None);
        group.set("pids.events", "max 3\n").unwrap();
        assert_eq!(group.over_limit(), Some(GroupLimit::Processes));
        group.set("memory.events", "low 0\noom_kill 2\n").unwrap();
        assert_eq!(group.over_limit(), Some(GroupLimit::Memory));
    }
}
