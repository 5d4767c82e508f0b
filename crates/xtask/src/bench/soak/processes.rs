//! Processes that outlive the ghostc that started them.

use rustix::process::{Pid, WaitOptions, getpid, waitpid};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long what a killed ghostc has started may take to be gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes this process the parent of whatever loses its own.
#[cfg(target_os = "linux")]
pub(super) fn adopt_orphans() -> Result<(), String> {
    rustix::process::set_child_subreaper(Some(getpid()))
        .map_err(|error| format!("cannot take over orphans: {error}"))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn adopt_orphans() -> Result<(), String> {
    Err("the soak needs Linux, which tells who has left processes behind".to_string())
}

/// The children of this process.
fn children() -> Vec<u32> {
    let mut found = Vec::new();
    for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(
            children
                .split_ascii_whitespace()
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    found
}

/// Waits until no child of this process is alive that has to do with a folder.
pub(super) fn await_gone(folder: &Path) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        let left: Vec<String> = children()
            .into_iter()
            .filter_map(|child| living(child, folder))
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("processes are left: {}", left.join("; ")));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What a process is that is alive and has to do with a folder.
fn living(process: u32, folder: &Path) -> Option<String> {
    let about = format!("/proc/{process}");
    let command = fs::read(format!("{about}/cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&command).replace('\0', " ");
    let is_in = fs::read_link(format!("{about}/cwd")).is_ok_and(|at| at.starts_with(folder));
    let is_about = command.contains(&*folder.to_string_lossy());
    (is_in || is_about).then(|| format!("{process} {command}"))
}

/// Takes note of the end of every child but those known, which somebody else waits for.
pub(super) fn reap(known: &[u32]) {
    for child in children().iter().filter(|child| !known.contains(child)) {
        let process = i32::try_from(*child).ok().and_then(Pid::from_raw);
        let _alive_or_gone = process.map(|process| waitpid(Some(process), WaitOptions::NOHANG));
    }
}
