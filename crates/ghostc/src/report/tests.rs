//! Each format of one report, whole, and what its escapes are for.

use super::*;
use ghostc_syntax::{Severity, Source, codes};
use snapbox::{IntoData as _, assert_data_eq, str};

const SPEC: &str = "# P\n\nAn `a|b` & <c>.\nSee Section 9.\nSee Section 9.\n";

/// A report with an error that has everything, a warning and a note, about a file with a strange name; and a clean file.
fn report() -> Report {
    let mut sources = Sources::default();
    let spec = sources.add(Source::new("p, q/[x] {y}.md", SPEC));
    let cases = sources.add(Source::new("tests.yaml", "doubel:\n  - 1\n"));
    let error = Diagnostic::new(codes::UNKNOWN_KEY, Span::new(spec, 8, 13), "no key `a|b` & {0}")
        .label("it is here")
        .also(Span::new(cases, 0, 6), "did you mean this?")
        .note("known: a_b, <c>")
        .help("Write ``a ` b``,\r\nor 100%.")
        .fix("write `double`", Span::new(cases, 0, 6), "double");
    let mut warning = Diagnostic::new(
        codes::AMBIGUOUS_SCALAR,
        Span::new(spec, 24, 53),
        "two * lines ` here",
    );
    warning.severity = Severity::Warning;
    let mut note = Diagnostic::new(
        codes::EXAMPLE_NOT_UNDERSTOOD,
        Span::start_of(spec),
        "about it as a whole",
    );
    note.severity = Severity::Note;
    let files = vec!["clean.md".to_string(), "p, q/[x] {y}.md".to_string()];
    Report::new("check", &[error, warning, note], &sources, files, 1)
}

/// The report without findings.
fn clean() -> Report {
    let files = vec!["clean.md".to_string()];
    Report::new("check", &[], &Sources::default(), files, 1)
}

#[test]
fn annotations_keep_their_properties_apart() {
    assert_data_eq!(
        github::text(&report()),
        str![[r#"
::error file=p%2C q/[x] {y}.md,line=3,endLine=3,col=4,endColumn=9,title=unknown-key::no key `a|b` & {0}%0Aknown: a_b, <c>%0AWrite ``a ` b``,%0D%0Aor 100%25.
::warning file=p%2C q/[x] {y}.md,line=4,endLine=6,title=ambiguous-scalar::two * lines ` here
::notice file=p%2C q/[x] {y}.md,line=1,endLine=1,col=1,endColumn=1,title=example-not-understood::about it as a whole

"#]].raw()
    );
    assert_eq!(github::text(&clean()), "");
}

#[test]
fn code_quality_has_what_gitlab_requires() {
    assert_data_eq!(
        gitlab::text(&report()),
        str![[r#"
[
  {
    "check_name": "unknown-key",
    "description": "no key `a|b` & {0}\nknown: a_b, <c>\nWrite ``a ` b``,\r\nor 100%.",
    "fingerprint": "a8aa9e63525f90b25f6c0bb20828d45e",
    "location": {
      "lines": {
        "begin": 3,
        "end": 3
      },
      "path": "p, q/[x] {y}.md"
    },
    "severity": "major"
  },
  {
    "check_name": "ambiguous-scalar",
    "description": "two * lines ` here",
    "fingerprint": "0f42780f39a9e3707dc6213916a2d01c",
    "location": {
      "lines": {
        "begin": 4,
        "end": 6
      },
      "path": "p, q/[x] {y}.md"
    },
    "severity": "minor"
  },
  {
    "check_name": "example-not-understood",
    "description": "about it as a whole",
    "fingerprint": "4bb8fef7558d18aa10bb423fe4a3b2ef",
    "location": {
      "lines": {
        "begin": 1,
        "end": 1
      },
      "path": "p, q/[x] {y}.md"
    },
    "severity": "info"
  }
]

"#]]
        .raw()
    );
    assert_eq!(gitlab::text(&clean()), "[]\n");
}

#[test]
fn junit_has_a_suite_for_each_file() {
    assert_data_eq!(
        junit::text(&report()),
        str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="ghostc check" tests="4" failures="1" errors="0" skipped="0">
  <testsuite name="clean.md" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="no findings" classname="clean.md" file="clean.md"/>
  </testsuite>
  <testsuite name="p, q/[x] {y}.md" tests="3" failures="1" errors="0" skipped="0">
    <testcase name="unknown-key: no key `a|b` &amp; {0} (3:4)" classname="p, q/[x] {y}.md" file="p, q/[x] {y}.md" line="3">
      <failure message="no key `a|b` &amp; {0}" type="unknown-key">error[unknown-key] p, q/[x] {y}.md:3:4
no key `a|b` &amp; {0}
known: a_b, &lt;c&gt;
Write ``a ` b``,&#13;
or 100%.
</failure>
    </testcase>
    <testcase name="ambiguous-scalar: two * lines ` here (4:4)" classname="p, q/[x] {y}.md" file="p, q/[x] {y}.md" line="4">
      <system-out>warning[ambiguous-scalar] p, q/[x] {y}.md:4:4
two * lines ` here
</system-out>
    </testcase>
    <testcase name="example-not-understood: about it as a whole (1:1)" classname="p, q/[x] {y}.md" file="p, q/[x] {y}.md" line="1">
      <system-out>note[example-not-understood] p, q/[x] {y}.md:1:1
about it as a whole
</system-out>
    </testcase>
  </testsuite>
</testsuites>

"#]].raw()
    );
    assert_data_eq!(
        junit::text(&clean()),
        str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="ghostc check" tests="1" failures="0" errors="0" skipped="0">
  <testsuite name="clean.md" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="no findings" classname="clean.md" file="clean.md"/>
  </testsuite>
</testsuites>

"#]]
        .raw()
    );
}

#[test]
fn markdown_has_totals_first_and_no_stray_markup() {
    assert_data_eq!(
        markdown::text(&report()),
        str![[r#"
## ghostc check: 1 error, 1 warning, 1 note

Looked at 1 package, 2 files.

### [p, q/\[x\] {y}.md](p%2C%20q/%5Bx%5D%20%7By%7D.md)

| | line | finding |
|---|---|---|
| error | [3](p%2C%20q/%5Bx%5D%20%7By%7D.md#L3) | **unknown-key**: no key `a\|b` &amp; {0}<br>known: a\_b, &lt;c&gt;<br>Write ``a ` b``, or 100%. |
| warning | [4](p%2C%20q/%5Bx%5D%20%7By%7D.md#L4) | **ambiguous-scalar**: two \* lines \` here |

<details>
<summary>1 note</summary>

### [p, q/\[x\] {y}.md](p%2C%20q/%5Bx%5D%20%7By%7D.md)

| | line | finding |
|---|---|---|
| note | [1](p%2C%20q/%5Bx%5D%20%7By%7D.md#L1) | **example-not-understood**: about it as a whole |

</details>

1 of these has a fix: `ghostc check --fix` shows it as a patch.

`ghostc explain unknown-key` says what a finding means.

"#]].raw()
    );
    assert_data_eq!(
        markdown::text(&clean()),
        str![[r#"
## ghostc check: no findings

Looked at 1 package, 1 file.

"#]]
        .raw()
    );
}

/// The results of the report's log.
fn results() -> Vec<serde_json::Value> {
    let log: serde_json::Value = serde_json::from_str(&sarif::text(&report())).unwrap();
    log["runs"][0]["results"].as_array().unwrap().clone()
}

#[test]
fn a_result_of_sarif_says_everything() {
    let mut result = results().remove(0);
    result.as_object_mut().unwrap().remove("fixes").unwrap();
    assert_data_eq!(
        format!("{result:#}\n"),
        str![[r#"
{
  "level": "error",
  "locations": [
    {
      "message": {
        "text": "it is here"
      },
      "physicalLocation": {
        "artifactLocation": {
          "uri": "p%2C%20q/%5Bx%5D%20%7By%7D.md",
          "uriBaseId": "%SRCROOT%"
        },
        "region": {
          "endColumn": 9,
          "endLine": 3,
          "startColumn": 4,
          "startLine": 3
        }
      }
    }
  ],
  "message": {
    "text": "no key `a|b` & {{0}}\nknown: a_b, <c>\nWrite ``a ` b``,\r\nor 100%."
  },
  "partialFingerprints": {
    "ghostc/v1": "a8aa9e63525f90b25f6c0bb20828d45e"
  },
  "properties": {
    "help": "Write ``a ` b``,\r\nor 100%.",
    "notes": [
      "known: a_b, <c>"
    ],
    "severity": "error"
  },
  "relatedLocations": [
    {
      "id": 1,
      "message": {
        "text": "did you mean this?"
      },
      "physicalLocation": {
        "artifactLocation": {
          "uri": "tests.yaml",
          "uriBaseId": "%SRCROOT%"
        },
        "region": {
          "endColumn": 7,
          "endLine": 1,
          "startColumn": 1,
          "startLine": 1
        }
      }
    }
  ],
  "ruleId": "unknown-key",
  "ruleIndex": 2
}

"#]]
        .raw()
    );
    let levels: Vec<_> = results().iter().map(|result| result["level"].clone()).collect();
    assert_eq!(levels, ["error", "warning", "note"]);
}

#[test]
fn a_fix_of_sarif_is_its_replacements_by_file() {
    let fixes = &results()[0]["fixes"];
    assert_data_eq!(
        format!("{fixes:#}\n"),
        str![[r#"
[
  {
    "artifactChanges": [
      {
        "artifactLocation": {
          "uri": "tests.yaml",
          "uriBaseId": "%SRCROOT%"
        },
        "replacements": [
          {
            "deletedRegion": {
              "endColumn": 7,
              "endLine": 1,
              "startColumn": 1,
              "startLine": 1
            },
            "insertedContent": {
              "text": "double"
            }
          }
        ]
      }
    ],
    "description": {
      "text": "write `double`"
    }
  }
]

"#]]
        .raw()
    );
}

#[test]
fn absolute_paths_are_file_uris() {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("/tmp/ä b.md", "x"));
    let found = Diagnostic::new(codes::UNKNOWN_KEY, Span::new(file, 0, 1), "x");
    let log = sarif::text(&Report::new("check", &[found], &sources, Vec::new(), 1));
    assert!(log.contains("\"uri\": \"file:///tmp/%C3%A4%20b.md\""), "{log}");
}

/// The fingerprints of findings at these places of a text.
fn fingerprints(text: &str, places: &[&str]) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.md", text));
    let mut from = 0;
    let findings: Vec<Diagnostic> = places
        .iter()
        .map(|words| {
            let start = from + text.get(from..).unwrap().find(words).unwrap();
            from = start + words.len();
            let span = Span::new(file, start, from);
            Diagnostic::new(codes::UNKNOWN_KEY, span, format!("found at {start}"))
        })
        .collect();
    let report = Report::new("check", &findings, &sources, Vec::new(), 1);
    report
        .findings
        .into_iter()
        .map(|found| found.fingerprint)
        .collect()
}

#[test]
fn fingerprints_outlive_edits_elsewhere_and_tell_equals_apart() {
    let old = fingerprints("one x two\none x two\n", &["x", "x"]);
    assert_ne!(old.first(), old.last());
    let moved = "# New\n\nWords above.\n\n  one  x two\r\nbetween\none x two\nbelow\n";
    assert_eq!(fingerprints(moved, &["x", "x"]), old);
    assert_eq!(fingerprints("one x two\n", &["x"]), old.get(..1).unwrap());
    // Another line, another word of the line, another code or file: another finding.
    assert_ne!(fingerprints("one x too\n", &["x"]).first(), old.first());
    assert_ne!(fingerprints("one x two\n", &["two"]).first(), old.first());
    let mut all = Fingerprints::default();
    let names = [
        all.next("a", "f", "t"),
        all.next("b", "f", "t"),
        all.next("a", "g", "t"),
        all.next("a", "f", "t"),
    ];
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
}

#[test]
fn a_finding_about_a_whole_file_is_known_by_the_file_alone() {
    let words = |text: &str| {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.md", text));
        fingerprint::words_at(sources.get(file), Span::start_of(file))
    };
    assert_eq!(words("one"), words("two"));
}
