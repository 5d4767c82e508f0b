//! The files of cases of a package: those in our own layout, and those that a case mapping reads.

use super::{FilesByPath, Input};
use crate::layout::PackageFiles;
use crate::library::Dialect;
use crate::mapping::{DataTexts, Fit, Selected, fitting, fitting_file, preset_names, read_cases, select};
use ghostc_syntax::{CaseFile, Checked, Diagnostic, FileId, Severity, Span, codes, parse_cases, suggest};
use std::collections::BTreeSet;

/// How a mapping comes to a package, for help.
const WAYS: &str = "into `cases.yaml` beside the spec, or as `cases:` into `ghostc.yaml`";

/// Reads them all, those in our own layout first.
pub(super) fn read(files: &PackageFiles, input: Input<'_>, ids: &FilesByPath<'_>) -> Checked<Vec<CaseFile>> {
    let texts = DataTexts {
        files: ids,
        sources: input.sources,
    };
    let mut selected = select(files, input.settings, &|path| texts.text(path));
    if selected.shared && !selected.takes_any(files, ids.keys().copied()) {
        selected = Selected::default();
    }
    let mut findings = std::mem::take(&mut selected.findings);
    let mut mapped = Vec::new();
    for (mapping, place) in &selected.mappings {
        let read = read_cases(mapping, &files.root, &texts, *place);
        findings.extend(read.diagnostics);
        mapped.extend(read.value);
    }
    let taken: BTreeSet<FileId> = mapped.iter().map(|home: &CaseFile| home.file).collect();
    let mut out = Vec::new();
    for path in files
        .cases
        .iter()
        .filter(|path| selected.file.as_ref() != Some(*path))
    {
        let Some(file) = ids
            .get(path.as_str())
            .copied()
            .filter(|file| !taken.contains(file))
        else {
            continue;
        };
        let mut read = parse_cases(file, &input.sources.get(file).text);
        if read.value.foreign {
            let fit = fitting_file(path, &files.root, input.settings, &texts);
            name_the_way_out(&mut read.diagnostics, fit.as_ref());
        }
        findings.extend(read.diagnostics);
        out.push(read.value);
    }
    out.extend(mapped);
    let is_open = selected.mappings.is_empty() && selected.file.is_none();
    if is_open && files.dialect == Dialect::Ghost {
        let fit = fitting(&files.root, input.settings, &texts);
        let is_read = |fit: &Fit| out.iter().any(|home| fit.files.contains(&home.file));
        findings.extend(fit.filter(|fit| !is_read(fit)).map(|fit| unread(&fit, input)));
    }
    Checked::new(out, findings)
}

/// Says of a layout that is not read how it could be.
fn name_the_way_out(findings: &mut [Diagnostic], fit: Option<&Fit>) {
    for found in findings
        .iter_mut()
        .filter(|found| found.code == codes::FOREIGN_CASES)
    {
        found.help = Some(match fit {
            Some(fit) => format!("Write `{}`, the mapping that reads {}, {WAYS}.", fit.preset, cases(fit.cases)),
            None => {
                "Give each an `input`, and an `output` or `error: true`, or say in a case mapping, `cases.yaml`, how they are read."
                    .to_string()
            }
        });
    }
}

fn cases(count: usize) -> String {
    format!("{count} {}", if count == 1 { "case" } else { "cases" })
}

/// The finding about a suite that lies there and that nobody has asked to be read.
fn unread(fit: &Fit, input: Input<'_>) -> Diagnostic {
    let path = |file: &FileId| input.sources.get(*file).path.as_str();
    let where_they_are = match fit.files.as_slice() {
        [only] => format!("`{}`", path(only)),
        files => format!("{} files", files.len()),
    };
    let lie = if fit.cases == 1 { "lies" } else { "lie" };
    let message = format!(
        "{} {lie} in {where_they_are}, in the layout `{}`, and none is judged",
        cases(fit.cases),
        fit.preset
    );
    let first = fit.files.first().copied().unwrap_or(FileId(0));
    let mut found = Diagnostic::new(codes::FOREIGN_CASES, Span::start_of(first), message);
    // Nobody has said that they are this package's.
    found.severity = Severity::Warning;
    found.help(format!("Write `{}` {WAYS}.", fit.preset))
}

/// What is wrong with a mapping of the settings that all packages share: no package has files for it.
pub(super) fn unused(packages: &[PackageFiles], input: Input<'_>, ids: &FilesByPath<'_>) -> Vec<Diagnostic> {
    let Some(node) = &input.settings.cases else {
        return Vec::new();
    };
    let texts = DataTexts {
        files: ids,
        sources: input.sources,
    };
    let mut shared = packages.iter().filter_map(|files| {
        let selected = select(files, input.settings, &|path| texts.text(path));
        Some((files, selected)).filter(|(_, selected)| selected.shared)
    });
    let is_used = shared
        .clone()
        .any(|(files, selected)| selected.takes_any(files, ids.keys().copied()));
    if is_used || shared.next().is_none() {
        return Vec::new();
    }
    let message = "no package has files that this mapping reads";
    let found = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
    let names = preset_names(input.settings);
    vec![found.help(format!(
        "Write globs of files below the folder of a spec; mappings that have names are {}.",
        suggest::listed(&names)
    ))]
}
