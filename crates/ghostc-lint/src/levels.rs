//! Levels of findings by code: names in the settings that no code has, and settings for callers who want errors alone.

use crate::codes;
use ghostc_spec::Settings;
use ghostc_syntax::suggest::nearest;
use ghostc_syntax::{Code, Diagnostic, Group, Severity};

/// Finds names under `lints` in `ghostc.yaml` that are neither those of codes nor of their groups.
pub fn check_lint_names(settings: &Settings) -> Vec<Diagnostic> {
    if settings.lint_names.is_empty() {
        return Vec::new();
    }
    let known = codes::all();
    let groups = Group::ALL.iter().map(|group| group.as_str());
    let names: Vec<&str> = known.iter().map(|code| code.name).chain(groups).collect();
    let unknown = settings
        .lint_names
        .iter()
        .filter(|(name, _)| !names.contains(&name.as_str()));
    let findings = unknown.map(|(name, span)| {
        let message = format!("no diagnostic is named `{name}`");
        let found = Diagnostic::new(codes::UNKNOWN_LINT, *span, message);
        match nearest(name, &names) {
            Some(near) => found.suggest(name, *span, &[near]),
            None => found.help("List them all with `ghostc explain`."),
        }
    });
    findings.collect()
}

/// The same settings for callers who ask for errors alone, so that nothing looks for what is none of these.
pub(crate) fn for_errors(settings: &Settings) -> Settings {
    let mut errors = settings.clone();
    let other = codes::all()
        .into_iter()
        .filter(|code| code.severity != Severity::Error);
    // Whether a permission is used shows only where everything is looked for.
    let is_asked =
        |code: &Code| *code != codes::UNUSED_ALLOW && settings.level(*code) == Some(&Some(Severity::Error));
    let off = other.filter(|code| !is_asked(code));
    errors.lints.extend(off.map(|code| (code.name.to_string(), None)));
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_spec::settings::parse;
    use ghostc_syntax::FileId;

    #[test]
    fn names_that_no_code_has_are_found() {
        let messages = |text: &str| {
            let settings = parse(FileId(0), text).value;
            let found = check_lint_names(&settings);
            found.into_iter().map(|found| found.message).collect::<Vec<_>>()
        };
        assert_eq!(
            messages("lints: {dead-lnik: allow, duplicate-input: never, clarity: note}\n"),
            ["no diagnostic is named `dead-lnik`"]
        );
        assert!(messages("lints: {duplicate-input: allow}\n").is_empty());
    }
}
