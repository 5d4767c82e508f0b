//! Instructions that `ghostc check` takes for a byte of spec, by callgrind: steady where walls are not.

use super::table::{Row, Target};
use super::{Setup, tree};
use crate::program::output;
use std::fs;
use std::path::Path;
use std::process::Command;

const BYTES: usize = 2_000_000;

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let tree = tree::generate(&setup.scratch, BYTES)?;
    let empty = setup.scratch.join("empty");
    fs::create_dir_all(&empty).map_err(|error| format!("cannot make {}: {error}", empty.display()))?;
    let per_byte = |arguments: &[&str], program: &Path| -> Result<f64, String> {
        let full = count(program, arguments, &tree.folder)?;
        // What starting costs is the same for any size, so it is taken away.
        let start = count(program, arguments, &empty)?;
        Ok(full.saturating_sub(start) as f64 / tree.bytes as f64)
    };
    let ours = per_byte(&["check", "--quiet"], &setup.ghostc)?;
    let floor = per_byte(&["parse", "1"], &setup.floors)?;
    let name = format!("instructions: check of {} MB", tree.bytes / 1_000_000);
    Ok(vec![Row::new(
        name,
        "Ir/byte",
        [&[ours], &[floor]],
        Target::AtMost(130.0),
    )])
}

fn count(program: &Path, arguments: &[&str], folder: &Path) -> Result<u64, String> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(program).args(arguments).arg(folder);
    let said = output(&mut valgrind, &[0, 1, 2])?.stderr;
    collected(&String::from_utf8_lossy(&said)).ok_or_else(|| "callgrind told no count".to_string())
}

/// The count in callgrind's line `==1234== Collected : 5678`.
fn collected(said: &str) -> Option<u64> {
    said.lines()
        .find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_what_callgrind_says() {
        assert_eq!(
            collected("==1== Events    : Ir\n==1== Collected : 1234\n"),
            Some(1234)
        );
        assert_eq!(collected("==1== nothing\n"), None);
    }
}
