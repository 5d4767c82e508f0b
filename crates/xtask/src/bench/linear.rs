//! Packages of one construct over and over: four times the text takes four times the time, and a megabyte under a second.

mod constructs;

use super::Setup;
use super::rounds::measure;
use super::table::{Row, Target};
use constructs::{ALL, Construct};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A quarter of a megabyte, and four times that.
const SIZES: [usize; 2] = [250_000, 1_000_000];
/// As four times the text may take: what starting costs makes it less, the machine's caches and the noise of others more.
const TIMES: f64 = 6.0;
const MILLISECONDS: f64 = 1_000.0;
/// How much less than `{n}` the number is that `{far}` stands for: as much as the longest range of tasks spans.
const FAR: usize = 999;
/// A check ends with 1 when it finds errors.
const FINDINGS: &[i32] = &[0, 1];
const COMMANDS: [&[&str]; 2] = [&["check", "--format", "json"], &["inspect", "--format", "json"]];

/// The rows of what misses its target, and those of the greatest ratio and the longest time among all.
pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for construct in ALL {
        let folders = SIZES.map(|size| generate(&setup.scratch, construct, size));
        let [small, large] = folders;
        let (small, large) = (small?, large?);
        for arguments in COMMANDS {
            rows.push(row(setup, construct.0, arguments, [&small, &large])?);
        }
        for folder in [small, large] {
            fs::remove_dir_all(&folder)
                .map_err(|error| format!("cannot remove {}: {error}", folder.display()))?;
        }
    }
    let count = rows.len();
    rows.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
    let slowest = rows.iter().map(|row| row.ours.median).fold(0.0, f64::max);
    let mut at = 0;
    rows.retain(|row| {
        at += 1;
        at == 1 || row.ours.median >= slowest || !row.is_met()
    });
    for row in &mut rows {
        row.name = format!("{} (of {count})", row.name);
    }
    Ok(rows)
}

/// The least of a few rounds of each size, since others may use the machine.
fn row(setup: &Setup, name: &str, arguments: &[&str], [small, large]: [&Path; 2]) -> Result<Row, String> {
    let command = |folder: &Path| {
        let mut command = Command::new(&setup.ghostc);
        command.args(arguments).arg(".").current_dir(folder);
        command
    };
    let walls = measure(
        setup.rounds.min(3),
        FINDINGS,
        &mut [command(large), command(small)],
    )?;
    let [large, small] = walls.map(|walls| walls.into_iter().fold(f64::INFINITY, f64::min));
    let name = format!(
        "linear: {} of {name}",
        arguments.first().copied().unwrap_or_default()
    );
    Ok(Row::new(
        name,
        "ms",
        [&[large], &[small]],
        Target::TimesAndAtMost(TIMES, MILLISECONDS),
    ))
}

/// Writes a package of about that many bytes below a folder.
fn generate(scratch: &Path, (name, files): &Construct, bytes: usize) -> Result<PathBuf, String> {
    let folder = scratch.join("linear").join(format!("{name}-{bytes}"));
    let growing = files.iter().filter(|(_, _, unit, _)| !unit.is_empty()).count();
    for (path, head, unit, tail) in *files {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(&folder);
        let text = format!("{head}{}{tail}", repeat(unit, bytes / growing.max(1)));
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(folder)
}

fn repeat(unit: &str, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    let mut number: usize = 0;
    while !unit.is_empty() && text.len() < bytes {
        number += 1;
        let filled = unit.replace("{n}", &format!("{number:05}"));
        let far = number.saturating_sub(FAR).max(1);
        text.push_str(&filled.replace("{far}", &format!("{far:05}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn units_are_repeated_with_their_number() {
        assert_eq!(repeat("- {n}\n", 16), "- 00001\n- 00002\n");
        assert_eq!(repeat("", 16), "");
        let ranges = repeat("{far}-{n} ", 12 * (FAR + 2));
        assert!(ranges.starts_with("00001-00001 ") && ranges.ends_with("00002-01001 "));
    }

    #[test]
    fn every_construct_has_a_name_and_grows() {
        let names: BTreeSet<&str> = ALL.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(
            ALL.iter()
                .all(|(_, files)| files.iter().any(|(_, _, unit, _)| !unit.is_empty()))
        );
    }
}
