//! Lines of a `.gitattributes` file: ours in and out again, everyone else's as they are.

use std::collections::BTreeSet;

/// What specs and cases get.
const SPEC: &str = "diff=ghostc merge=ghostc";
/// The line of the lock, which people do not read.
pub(super) const LOCK: &str = "ghostc.lock merge=ghostc";
/// The lines for all repositories of a user: the files that are specs wherever they are.
pub(super) const EVERYWHERE: &[&str] = &[
    ".kiro/specs/**/*.md diff=ghostc merge=ghostc",
    "SPEC.md diff=ghostc merge=ghostc",
    LOCK,
    "openspec/**/*.md diff=ghostc merge=ghostc",
    "specs/**/*.md diff=ghostc merge=ghostc",
    "tests.yaml diff=ghostc merge=ghostc",
];

/// The line of specs that a pattern names.
pub(super) fn spec(pattern: &str) -> String {
    let quoted = pattern.contains([' ', '"']);
    let pattern = if quoted {
        format!("\"{}\"", pattern.replace('"', "\\\""))
    } else {
        pattern.to_string()
    };
    format!("{pattern} {SPEC}")
}

/// A file with our lines at its end, and what was done. A line that says how to compare or merge such files stays.
pub(super) fn with(text: &str, lines: &BTreeSet<String>) -> (String, Vec<String>) {
    let mut out = text.to_string();
    let mut done = Vec::new();
    for line in lines {
        if text.lines().any(|known| known.trim() == line) {
            continue;
        }
        let of = |line: &str| {
            line.rsplit_once(" diff=")
                .or(line.rsplit_once(" merge="))
                .map(|(pattern, _)| pattern.to_string())
        };
        let same = |known: &&str| {
            let is_set = |word: &str| {
                ["diff", "merge", "-diff", "-merge", "binary"]
                    .iter()
                    .any(|name| word.split('=').next() == Some(name))
            };
            of(line).is_some_and(|pattern| {
                known
                    .trim()
                    .strip_prefix(pattern.as_str())
                    .is_some_and(|rest| rest.starts_with([' ', '\t']))
            }) && known.split_whitespace().skip(1).any(is_set)
        };
        if let Some(known) = text.lines().find(same) {
            done.push(format!("left as it is: {}", known.trim()));
            continue;
        }
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        done.push(format!("added {line}"));
    }
    (out, done)
}

/// A file without our lines, and what was done.
pub(super) fn without(text: &str) -> (String, Vec<String>) {
    let is_ours = |line: &str| line.ends_with(&format!(" {SPEC}")) || line == LOCK;
    let mut done = Vec::new();
    let kept = text.split_inclusive('\n').filter(|line| {
        let ours = is_ours(line.trim());
        if ours {
            done.push(format!("removed {}", line.trim()));
        }
        !ours
    });
    (kept.collect(), done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_lines_go_in_once_and_out_again() {
        let old = "* text=auto\nspecs/**/*.md linguist-documentation";
        let lines = BTreeSet::from([spec("specs/**/*.md"), LOCK.to_string()]);
        let (new, done) = with(old, &lines);
        assert_eq!(
            new,
            "* text=auto\nspecs/**/*.md linguist-documentation\nghostc.lock merge=ghostc\nspecs/**/*.md diff=ghostc merge=ghostc\n"
        );
        assert_eq!(done.len(), 2);
        assert_eq!(with(&new, &lines), (new.clone(), vec![]));
        assert_eq!(without(&new).0, format!("{old}\n"));
    }

    #[test]
    fn what_somebody_set_stays() {
        let old = "specs/**/*.md diff=markdown\n";
        let (new, done) = with(old, &BTreeSet::from([spec("specs/**/*.md")]));
        assert_eq!(
            (new.as_str(), done),
            (
                old,
                vec!["left as it is: specs/**/*.md diff=markdown".to_string()]
            )
        );
        assert_eq!(without(old), (old.to_string(), vec![]));
        assert_eq!(
            spec("my specs/*.md"),
            "\"my specs/*.md\" diff=ghostc merge=ghostc"
        );
    }
}
