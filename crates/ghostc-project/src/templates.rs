//! What is wrong with a project's own templates and targets, found without a build.

use ghostc_plan::prompt::PromptTemplates;
use ghostc_plan::{Target, target};
use ghostc_spec::mapping;
use ghostc_syntax::{Diagnostic, Source, Sources, Span};
use std::collections::BTreeMap;

/// The findings of all prompts and targets; their texts join the sources.
pub(crate) fn findings(templates: &BTreeMap<String, String>, into: &mut Sources) -> Vec<Diagnostic> {
    let mut found: Vec<(Sources, Vec<Diagnostic>)> = Vec::new();
    if let Err(error) = PromptTemplates::load(templates) {
        found.push((error.sources, vec![*error.diagnostic]));
    }
    for name in target::names(templates) {
        if let Err(error) = Target::load(&name, templates) {
            found.push((error.sources, error.diagnostics));
        }
    }
    for (name, preset) in target::case_presets(templates) {
        let mut sources = Sources::default();
        let file = sources.add(Source::new(
            format!("templates/{}{name}.yaml", mapping::PRESETS),
            preset.text,
        ));
        let read = mapping::parse_preset(&name, file, &sources.get(file).text);
        found.push((sources, read.diagnostics));
    }
    found
        .into_iter()
        .flat_map(|(sources, findings)| adopt(into, &sources, findings))
        .collect()
}

/// Findings about texts of their own, as findings about these sources.
fn adopt(into: &mut Sources, from: &Sources, mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let ids: Vec<_> = from
        .iter()
        .map(|(_, source)| into.add(Source::new(&source.path, source.text.as_str())))
        .collect();
    let moved = |span: &mut Span| {
        if let Some(file) = ids.get(span.file.0 as usize) {
            span.file = *file;
        }
    };
    for found in &mut findings {
        moved(&mut found.span);
        found.labels.iter_mut().for_each(|label| moved(&mut label.span));
        found
            .fix
            .iter_mut()
            .flat_map(|fix| &mut fix.edits)
            .for_each(|edit| moved(&mut edit.span));
    }
    findings
}
