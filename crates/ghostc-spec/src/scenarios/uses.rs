//! The variables of a scenario: each has a value where it is used, and each column of its table a use.

use super::expand::Expander;
use super::file::{WrittenRow, WrittenScenario};
use super::reader::is_variable;
use super::variables::Variables;
use crate::codes;
use ghostc_syntax::script::{FakeKind, Script, StepKind};
use ghostc_syntax::{Diagnostic, Span, suggest};
use std::collections::BTreeSet;

impl Expander<'_, '_> {
    /// Checks that each variable has a value where it is used, and each column a use.
    pub(super) fn check_variables(&mut self, written: &WrittenScenario, script: &Script) {
        let rows = written.rows.as_deref().unwrap_or_default();
        let columns: BTreeSet<&str> = rows
            .iter()
            .flat_map(|row| row.columns.iter().map(|(name, ..)| name.as_str()))
            .collect();
        let looked: Vec<Variables<'_>> = script
            .steps
            .iter()
            .map(|step| Variables::of_look(&step.kind))
            .collect();
        let later: BTreeSet<String> = looked
            .iter()
            .flat_map(|found| found.made.iter().map(|(name, _)| name.clone()))
            .collect();
        let mut scope = VariableScope {
            columns: &columns,
            known: BTreeSet::new(),
            later: &later,
            used: BTreeSet::new(),
        };
        let mut start = Variables::default();
        for (path, data) in &script.files {
            start.text(path);
            start.data(data);
        }
        script.env.iter().for_each(|(_, text)| start.text(text));
        self.check_uses(&start, &mut scope, script);
        for (step, look) in script.steps.iter().zip(&looked) {
            self.check_uses(&Variables::of_act(&step.kind), &mut scope, script);
            for (name, span) in &look.made {
                if columns.contains(name.as_str()) {
                    let message = format!("`{name}` is a column of the table, and is captured here");
                    let found = Diagnostic::new(codes::REPEATED_NAME, *span, message);
                    self.found_once(found.help("Use another name."));
                }
                scope.known.insert(name.clone());
            }
            self.check_uses(look, &mut scope, script);
            if let StepKind::Set { to, .. } = &step.kind {
                self.check_rules(to, &mut scope, script);
            }
        }
        for fake in script.fakes.values() {
            self.check_rules(&fake.kind, &mut scope, script);
        }
        let used = std::mem::take(&mut scope.used);
        self.check_columns(rows, &used);
    }

    /// Rules answer at any time: they may use whatever is captured anywhere, and what they capture themselves.
    fn check_rules(&mut self, kind: &FakeKind, scope: &mut VariableScope<'_>, script: &Script) {
        let known = scope.known.clone();
        for rule in Variables::of_rules(kind) {
            scope.known.extend(scope.later.iter().cloned());
            scope.known.extend(rule.made.iter().map(|(name, _)| name.clone()));
            self.check_uses(&rule, scope, script);
            scope.known.clone_from(&known);
        }
    }

    fn check_uses(&mut self, variables: &Variables<'_>, scope: &mut VariableScope<'_>, script: &Script) {
        for (name, span) in &variables.used {
            if let Some(fake) = name.strip_prefix("fakes.") {
                if !script.fakes.contains_key(fake) {
                    let known: Vec<&str> = script.fakes.keys().map(String::as_str).collect();
                    let message = format!("no fake is called `{fake}`");
                    self.unknown(codes::UNKNOWN_FAKE, message, fake, *span, &known);
                }
                continue;
            }
            if name.starts_with("word.") || *name == "dir" {
                continue;
            }
            if scope.columns.contains(name) {
                scope.used.insert((*name).to_string());
                continue;
            }
            if !scope.known.contains(*name) {
                self.unbound(name, *span, scope);
            }
        }
    }

    fn unbound(&mut self, name: &str, span: Span, scope: &VariableScope<'_>) {
        let written = format!("${name}");
        let at = self.within(span, &written);
        if ["fakes", "word"].contains(&name) {
            let found = Diagnostic::new(codes::UNBOUND_VARIABLE, at, format!("`{written}` names none"));
            self.found_once(found.help(format!("Write `{written}.NAME`.")));
            return;
        }
        let message = format!("`{written}` has no value here");
        let found = Diagnostic::new(codes::UNBOUND_VARIABLE, at, message);
        let known: Vec<&str> = scope
            .known
            .iter()
            .map(String::as_str)
            .chain(scope.columns.iter().copied())
            .chain(["dir"])
            .collect();
        let near = suggest::nearest(name, &known).map(|near| format!("${near}"));
        self.found_once(match near {
            _ if scope.later.contains(name) => found.help("Use it behind the step that captures it."),
            Some(near) => found
                .help(format!("Write `{near}`."))
                .fix(format!("write `{near}`"), at, near),
            None => {
                let names: Vec<String> = known.iter().map(|name| format!("${name}")).collect();
                found.note(format!("known: {}", names.join(", "))).help(format!(
                    "Capture it in an earlier step, or write `${written}` for a dollar."
                ))
            }
        });
    }

    fn check_columns(&mut self, rows: &[WrittenRow], used: &BTreeSet<String>) {
        let mut unused: BTreeSet<&str> = BTreeSet::new();
        for row in rows {
            for (name, _, span) in &row.columns {
                if !used.contains(name) && is_variable(name) && unused.insert(name) {
                    let message = format!("no step uses the column `{name}`");
                    let found = Diagnostic::new(codes::UNUSED_COLUMN, *span, message);
                    self.found_once(found.help(format!("Use it as `${name}`, or take it out.")));
                }
            }
            for name in used {
                if !row.columns.iter().any(|(column, ..)| column == name) {
                    let message = format!("this row has no `{name}`, which the steps use");
                    let found = Diagnostic::new(codes::ROW_WITHOUT_COLUMN, row.span, message);
                    let columns: Vec<&str> = row.columns.iter().map(|(name, ..)| name.as_str()).collect();
                    let near = suggest::nearest(name, &columns).filter(|near| !used.contains(*near));
                    self.found_once(match near {
                        Some(near) => found.help(format!("Write `{name}` in the place of `{near}`.")),
                        None => found.help(format!("Write `{name}:` with its value.")),
                    });
                }
            }
        }
    }
}

/// Which variables have values at some place.
struct VariableScope<'s> {
    columns: &'s BTreeSet<&'s str>,
    known: BTreeSet<String>,
    later: &'s BTreeSet<String>,
    /// The columns that were used.
    used: BTreeSet<String>,
}
