//! House rules that no other tool checks: the repository's files in, findings out.
//!
//! A rule is one file, and a pure function of a [`Tree`]. Adding one is adding a line to `RULES`.

mod architecture;
mod banned;
mod bans;
mod circles;
mod codes;
mod dependencies;
mod expectations;
mod file_length;
mod ignored;
mod layering;
mod machine_paths;
mod manifest;
mod module_doc;
mod modules;
mod names;
mod one_file;
mod printing;
mod rust;
mod test_files;
mod tokens;
mod tree;
mod type_names;
mod uses;
mod whitespace;

use std::fmt;
pub(crate) use tree::Tree;

/// One place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
    /// Whether it is only said and fails nothing.
    note: bool,
}

impl Finding {
    /// A finding that fails the run; lines count from 1.
    pub(crate) fn new(path: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding {
            path: path.to_string(),
            line,
            message: message.into(),
            note: false,
        }
    }

    /// One that is only printed.
    pub(crate) fn note(path: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding {
            note: true,
            ..Finding::new(path, line, message)
        }
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[(&str, Rule)] = &[
    ("architecture", architecture::find),
    ("banned", banned::find),
    ("bans", bans::find),
    ("circles", circles::find),
    ("codes", codes::find),
    ("dependencies", dependencies::find),
    ("expectations", expectations::find),
    ("file-length", file_length::find),
    ("ignored", ignored::find),
    ("layering", layering::find),
    ("machine-paths", machine_paths::find),
    ("module-doc", module_doc::find),
    ("names", names::find),
    ("one-file", one_file::find),
    ("printing", printing::find),
    ("test-files", test_files::find),
    ("type-names", type_names::find),
    ("whitespace", whitespace::find),
];

/// What all rules found; prints as one line a finding.
pub(crate) struct Report {
    findings: Vec<(&'static str, Finding)>,
}

impl Report {
    /// How many findings fail the run.
    pub(crate) fn errors(&self) -> usize {
        self.findings.iter().filter(|(_, finding)| !finding.note).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (rule, finding) in &self.findings {
            let note = if finding.note { "note: " } else { "" };
            writeln!(
                out,
                "{}:{}: {rule}: {note}{}",
                finding.path, finding.line, finding.message
            )?;
        }
        Ok(())
    }
}

/// Applies the rules of those names to the repository, or all of them where there are none.
pub(crate) fn report(names: &[&str]) -> Result<Report, String> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !RULES.iter().any(|(rule, _)| rule == *name))
    {
        let known: Vec<&str> = RULES.iter().map(|(rule, _)| *rule).collect();
        return Err(format!(
            "no rule is named `{unknown}`; there are {}",
            known.join(", ")
        ));
    }
    let tree = Tree::read()?;
    let rules = RULES
        .iter()
        .filter(|(name, _)| names.is_empty() || names.contains(name));
    let findings = rules.flat_map(|(name, find)| {
        let mut findings = find(&tree);
        findings.sort();
        findings.into_iter().map(|finding| (*name, finding))
    });
    Ok(Report {
        findings: findings.collect(),
    })
}

/// Prints what breaks a rule, and fails when anything does.
pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    let report = report(names)?;
    print!("{report}");
    match report.errors() {
        0 => Ok(()),
        count => Err(format!("tidy: {count} findings")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_and_a_note_fails_nothing() {
        let findings = vec![
            ("rule", Finding::new("a.rs", 2, "bad")),
            ("rule", Finding::note("b.rs", 1, "long")),
        ];
        let report = Report { findings };
        assert_eq!(
            report.to_string(),
            "a.rs:2: rule: bad\nb.rs:1: rule: note: long\n"
        );
        assert_eq!(report.errors(), 1);
    }
}
