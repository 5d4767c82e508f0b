//! ghostc on the history of a large spec that others wrote: what it says changed, against differences made by hand, and
//! which statements keep their ids.
//!
//! The documents are not in the repository: see `ghostc_testkit::corpora`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic, and says where it tests nothing"
)]

use ghostc_diff::diff::normative_statements;
use ghostc_lint::{Goal, analyze};
use ghostc_spec::Settings;
use ghostc_spec::ids::{Assigned, KnownStatement, StatementWithoutId, assign};
use ghostc_spec::layout::PackageFiles;
use ghostc_spec::matching::{similarity, tokens};
use ghostc_spec::resolve::Input;
use ghostc_syntax::{Source, Sources};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of corpora, or a word that nothing is tested.
fn corpora() -> Option<PathBuf> {
    let found = ghostc_testkit::corpora();
    if found.is_none() {
        eprintln!("skipped: there are no corpora, see GHOSTC_CORPORA");
    }
    found
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|value| value.try_into().ok())
}

/// The folders of the versions, by their short names `v00`, `v01`, ….
fn versions(corpora: &Path) -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(corpora.join("docs/symphony")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name.split('-').next().unwrap().to_string(), path)
        })
        .collect()
}

/// The entries of the differences made by hand, by the names of the two versions.
fn truth(corpora: &Path) -> BTreeMap<(String, String), Vec<Value>> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(corpora.join("semdiff")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Some((old, new)) = name
            .strip_prefix("symphony-")
            .and_then(|pair| pair.split_once('-'))
        else {
            continue;
        };
        let read: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        out.insert(
            (old.to_string(), new.to_string()),
            list(&read["entries"]).to_vec(),
        );
    }
    out
}

/// The changes that ghostc tells between two folders or files.
fn changes(old: &Path, new: &Path) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ghostc"));
    let output = command
        .args(["diff", "--format", "json"])
        .args([old, new])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    list(&read["changes"]).to_vec()
}

/// The kinds that ghostc may have for one of the truth.
fn fitting(kind: &str) -> &'static [&'static str] {
    match kind {
        "added" | "section_added" => &["added"],
        "removed" | "section_removed" => &["removed"],
        "section_renamed" => &["renamed"],
        "strength" => &["strengthened", "weakened", "negated"],
        "modified" => &["modified", "strengthened", "weakened", "negated"],
        "moved" => &["moved"],
        other => panic!("the truth has a kind that this test does not know: {other}"),
    }
}

/// What is counted of some pairs of versions.
#[derive(Debug, Default)]
struct Score {
    entries: usize,
    found: usize,
    right: usize,
    /// Changes that are breaking or additive.
    telling: usize,
    changes: usize,
}

impl Score {
    fn add(&mut self, entries: &[Value], changes: &[Value]) {
        self.entries += entries.len();
        self.changes += changes.len();
        self.telling += changes
            .iter()
            .filter(|change| text(&change["class"]) != "editorial")
            .count();
        for entry in entries {
            let is_at = |place: &Value| {
                ["old", "new"].iter().any(|side| {
                    let (line, at) = (number(&entry[side]["line"]), &place[side]);
                    line.is_some_and(|line| {
                        number(&at["line"]).is_some_and(|first| first <= line)
                            && number(&at["end_line"]) >= Some(line)
                    })
                })
            };
            // A change of many places is not about what stands between them.
            let covers = |change: &&Value| match list(&change["places"]) {
                [] => is_at(change),
                places => places.iter().any(is_at),
            };
            let kinds: BTreeSet<&str> = changes
                .iter()
                .filter(covers)
                .map(|change| text(&change["kind"]))
                .collect();
            self.found += usize::from(!kinds.is_empty());
            self.right += usize::from(
                fitting(text(&entry["kind"]))
                    .iter()
                    .any(|kind| kinds.contains(kind)),
            );
        }
    }
}

#[test]
fn what_people_say_changed_is_told_at_its_place_and_by_its_kind() {
    let Some(corpora) = corpora() else { return };
    let (versions, truth) = (versions(&corpora), truth(&corpora));
    // Pairs of versions, and the least part of the truth that must be found, in percent.
    let groups: [(&[(&str, &str)], usize); 5] = [
        (&[("v01", "v02"), ("v02", "v03")], 90),
        (&[("v03", "v04")], 80),
        (&[("v04", "v05"), ("v06", "v07"), ("v07", "v08")], 90),
        (&[("v08", "v09")], 80),
        (&[("v09", "v10")], 90),
    ];
    for (pairs, least) in groups {
        let mut score = Score::default();
        for (old, new) in pairs {
            let entries = &truth[&(old.to_string(), new.to_string())];
            score.add(entries, &changes(&versions[*old], &versions[*new]));
        }
        assert!(100 * score.found >= least * score.entries, "{pairs:?}: {score:?}");
        assert!(100 * score.right >= 88 * score.found, "{pairs:?}: {score:?}");
        // People leave out what does not matter; so does the class.
        assert!(10 * score.telling <= 13 * score.entries, "{pairs:?}: {score:?}");
        assert!(10 * score.changes <= 15 * score.entries, "{pairs:?}: {score:?}");
    }
}

#[test]
fn the_same_bytes_do_not_differ_and_a_revert_mirrors_its_change() {
    let Some(corpora) = corpora() else { return };
    let versions = versions(&corpora);
    assert_eq!(changes(&versions["v04"], &versions["v06"]), [] as [Value; 0]);
    assert_eq!(
        changes(&versions["v04"].join("SPEC.md"), &versions["v06"].join("SPEC.md")),
        [] as [Value; 0]
    );
    let there = changes(&versions["v04"], &versions["v05"]);
    let back = changes(&versions["v05"], &versions["v06"]);
    let lines = |changes: &[Value], side: &str| -> BTreeSet<(Option<usize>, Option<usize>)> {
        // What is told together depends on its class, and that on the direction.
        let texts = changes.iter().flat_map(|change| match list(&change["places"]) {
            [] => vec![&change[side]],
            places => places.iter().map(|place| &place[side]).collect(),
        });
        texts
            .map(|text| (number(&text["line"]), number(&text["end_line"])))
            .collect()
    };
    assert_eq!(lines(&there, "new"), lines(&back, "old"));
    assert_eq!(lines(&there, "old"), lines(&back, "new"));
}

/// A statement, and the first and the last of its lines.
type Placed = (StatementWithoutId, (usize, usize));

/// The statements of a version, and the lines where they are.
fn read(folder: &Path) -> Vec<Placed> {
    let mut sources = Sources::default();
    sources.add(Source::new(
        "SPEC.md",
        fs::read_to_string(folder.join("SPEC.md")).unwrap(),
    ));
    let files = PackageFiles {
        documents: vec!["SPEC.md".into()],
        ..PackageFiles::default()
    };
    let library = analyze(
        Input::new(&sources, &Settings::default()),
        &[files],
        1,
        Goal::Everything,
    )
    .value;
    let found = normative_statements(&library.packages[0], &sources);
    let lines = |unit: &StatementWithoutId| {
        let (start, end) = sources.positions(unit.span);
        (start.line, end.line)
    };
    found
        .into_iter()
        .map(|unit| (unit.clone(), lines(&unit)))
        .collect()
}

/// The statement that a text of the truth is about.
fn at(units: &[Placed], side: &Value) -> Option<usize> {
    let line = number(&side["line"])?;
    let words = tokens(text(&side["text"]));
    let near = units
        .iter()
        .enumerate()
        .filter(|(_, (_, lines))| lines.0 <= line && line <= lines.1);
    let likeness = |unit: &StatementWithoutId| similarity(&tokens(&unit.text), &words);
    let best = near.max_by(|(_, (a, _)), (_, (b, _))| likeness(a).total_cmp(&likeness(b)));
    best.map(|(at, _)| at)
}

/// The places of statements by where they stand and what they say, without regard to letter case.
fn by_text(units: &[Placed]) -> BTreeMap<(Vec<String>, String), Vec<usize>> {
    let mut out: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, (unit, _)) in units.iter().enumerate() {
        let path = unit.path.iter().map(|title| title.to_lowercase()).collect();
        out.entry((path, unit.text.to_lowercase())).or_default().push(at);
    }
    out
}

#[test]
fn statements_keep_their_ids_from_the_first_version_to_the_last() {
    let Some(corpora) = corpora() else { return };
    let truth = truth(&corpora);
    let mut before: Option<(String, Vec<Placed>, Vec<Assigned>)> = None;
    let (mut same, mut same_kept, mut edited, mut edited_kept, mut fresh, mut reused) = (0, 0, 0, 0, 0, 0);
    for (version, folder) in versions(&corpora) {
        let now = read(&folder);
        let units: Vec<StatementWithoutId> = now.iter().map(|(unit, _)| unit.clone()).collect();
        let known: Vec<KnownStatement> = before
            .iter()
            .flat_map(|(_, units, ids)| units.iter().zip(ids))
            .map(|((unit, _), assigned)| KnownStatement {
                id: assigned.id.clone(),
                path: unit.path.clone(),
                text: unit.text.clone(),
            })
            .collect();
        let ids = assign(&known, &units);
        let distinct: BTreeSet<&String> = ids.iter().map(|assigned| &assigned.id).collect();
        assert_eq!(distinct.len(), ids.len(), "{version}");
        if let Some((last, old, old_ids)) = &before {
            let (olds, news) = (by_text(old), by_text(&now));
            for (key, places) in &olds {
                for (a, b) in places.iter().zip(news.get(key).map_or(&[][..], Vec::as_slice)) {
                    let kept = usize::from(old_ids[*a].id == ids[*b].id);
                    let (total, sum) = if old[*a].0.text == now[*b].0.text {
                        (&mut same, &mut same_kept)
                    } else {
                        (&mut edited, &mut edited_kept)
                    };
                    *total += 1;
                    *sum += kept;
                }
            }
            for entry in truth.get(&(last.clone(), version.clone())).into_iter().flatten() {
                let (a, b) = (at(old, &entry["old"]), at(&now, &entry["new"]));
                if let (Some(a), Some(b)) = (a, b) {
                    edited += 1;
                    edited_kept += usize::from(old_ids[a].id == ids[b].id);
                } else if let (true, Some(b)) = (text(&entry["kind"]) == "added", b) {
                    fresh += 1;
                    let old_id = old_ids.iter().any(|assigned| assigned.id == ids[b].id);
                    reused += usize::from(old_id);
                }
            }
        }
        before = Some((version, now, ids));
    }
    let counts = format!("same {same_kept}/{same}, edited {edited_kept}/{edited}, new {reused}/{fresh}");
    assert!(same > 1200 && edited > 140 && fresh > 60, "{counts}");
    assert!(
        same_kept == same && 100 * edited_kept >= 97 * edited && reused == 0,
        "{counts}"
    );
}
