//! Which fixes go together, and what becomes of the files.

#![allow(clippy::disallowed_methods, reason = "these tests are about files on disk")]

use super::*;
use ghostc_syntax::Span;
use std::fs;

/// A text and findings in it, each with the edits of its fix.
fn project(text: &str, fixes: &[&[(usize, usize, &str)]]) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.md", text));
    let finding = |edits: &&[(usize, usize, &str)]| {
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(start, end, text)| Edit {
                span: Span::new(file, *start, *end),
                text: text.to_string(),
            })
            .collect();
        let mut found = Diagnostic::new(codes::UNKNOWN_KEY, edits.first().unwrap().span, "wrong");
        found.fix = Some(Fix {
            title: "mend it".to_string(),
            edits,
        });
        found
    };
    let findings = fixes.iter().map(finding).collect();
    (sources, findings)
}

/// The text after the fixes that go together, and how many were left.
fn fixed(text: &str, fixes: &[&[(usize, usize, &str)]]) -> (String, usize) {
    let (sources, findings) = project(text, fixes);
    let chosen = choose(&findings, &sources);
    let new = chosen
        .edits
        .iter()
        .map(|(file, edits)| edited(sources.get(*file), edits));
    (new.collect(), chosen.left.len())
}

#[test]
fn fixes_apart_from_each_other_are_all_taken() {
    let text = "äbc def";
    assert_eq!(
        fixed(text, &[&[(2, 3, "X")], &[(3, 4, ""), (8, 8, "!")]]),
        ("äXdef!".replace("Xd", "X d"), 0)
    );
    // Findings come by their places, and edits may be elsewhere.
    assert_eq!(
        fixed("abc", &[&[(2, 3, "Z")], &[(0, 1, "X")]]),
        ("XbZ".to_string(), 0)
    );
}

#[test]
fn of_two_that_overlap_the_first_wins_and_the_other_is_left_whole() {
    assert_eq!(
        fixed(
            "abcdef",
            &[&[(0, 3, "X")], &[(2, 4, "Y"), (5, 6, "Z")], &[(3, 4, "D")]]
        ),
        ("XDef".to_string(), 1)
    );
    let (sources, findings) = project("abc", &[&[(0, 2, "X")], &[(1, 3, "Y")]]);
    assert_eq!(
        choose(&findings, &sources).left(&sources),
        ["left a.md:1 (unknown-key): its fix overlaps another one"]
    );
    // Of two insertions at one place, nothing says which comes first.
    assert_eq!(
        fixed("ab", &[&[(1, 1, "X")], &[(1, 1, "Y")]]),
        ("aXb".to_string(), 1)
    );
}

#[test]
fn the_same_edit_of_two_findings_is_made_once() {
    assert_eq!(
        fixed("abc", &[&[(1, 2, "X")], &[(1, 2, "X"), (2, 3, "Y")]]),
        ("aXY".to_string(), 0)
    );
}

#[test]
fn an_edit_that_is_no_part_of_the_text_is_left() {
    assert_eq!(fixed("ä", &[&[(1, 2, "X")], &[(0, 9, "Y")]]), (String::new(), 2));
}

#[test]
fn a_file_that_is_not_utf8_is_left() {
    let (sources, mut findings) = project("a\u{fffd}", &[&[(0, 1, "X")]]);
    let at = findings.first().unwrap().span;
    findings.push(Diagnostic::new(codes::NOT_UTF8, at, "this file is not UTF-8"));
    let chosen = choose(&findings, &sources);
    assert!(chosen.edits.is_empty());
    assert_eq!(
        chosen.left(&sources),
        ["left a.md:1 (unknown-key): the file is not UTF-8"]
    );
}

#[test]
fn files_that_changed_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.md");
    let (sources, findings) = project("abc\n", &[&[(0, 1, "X")]]);
    let chosen = choose(&findings, &sources);
    fs::write(&path, "other\n").unwrap();
    assert!(chosen.patches(&sources, &[folder.path()], &Host::disk()).is_err());
    fs::write(&path, "abc\n").unwrap();
    let patches = chosen
        .patches(
            &sources,
            &[&folder.path().join("not-there"), folder.path()],
            &Host::disk(),
        )
        .unwrap();
    for other in ["abc", "abc\nmore\n", "\u{feff}abc\n"] {
        fs::write(&path, other).unwrap();
        assert!(write(&patches, "fixed", &Host::disk()).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
    }
    fs::write(&path, "abc\n").unwrap();
    assert_eq!(
        write(&patches, "fixed", &Host::disk()).unwrap(),
        ["fixed a.md: 1 edit"]
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "Xbc\n");
}

#[test]
fn a_file_that_changed_keeps_the_others_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let (mut sources, mut findings) = project("abc", &[&[(0, 1, "X")]]);
    let second = sources.add(Source::new("b.md", "abc"));
    let mut other = findings.first().unwrap().clone();
    for edit in other.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        edit.span.file = second;
    }
    findings.push(other);
    for name in ["a.md", "b.md"] {
        fs::write(folder.path().join(name), "abc").unwrap();
    }
    let patches = choose(&findings, &sources)
        .patches(&sources, &[folder.path()], &Host::disk())
        .unwrap();
    fs::write(folder.path().join("b.md"), "changed").unwrap();
    assert!(write(&patches, "fixed", &Host::disk()).is_err());
    assert_eq!(fs::read_to_string(folder.path().join("a.md")).unwrap(), "abc");
}

#[test]
fn a_written_file_keeps_its_rights_and_its_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real.md");
    fs::write(&real, "abc").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.md", folder.path().join("a.md")).unwrap();
    let (sources, findings) = project("abc", &[&[(0, 1, "X")]]);
    let patches = choose(&findings, &sources)
        .patches(&sources, &[folder.path()], &Host::disk())
        .unwrap();
    write(&patches, "fixed", &Host::disk()).unwrap();
    assert_eq!(fs::read_to_string(&real).unwrap(), "Xbc");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(folder.path().join("a.md").is_symlink());
}

#[test]
fn names_in_patches_are_written_as_git_does() {
    assert_eq!(name_in_patch("a", "p/ä.md"), "a/p/ä.md");
    assert_eq!(name_in_patch("b", "my file.md"), "b/my file.md\t");
    assert_eq!(name_in_patch("a", "a\"b\\c\nd.md"), "\"a/a\\\"b\\\\c\\012d.md\"");
}
