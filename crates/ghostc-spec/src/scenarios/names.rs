//! The names in scripts: fakes and programs that steps look at or end, and what calls of each kind of fake have.

use super::expand::Expander;
use super::fakes::{keys_of_call, known_of};
use crate::codes;
use ghostc_syntax::script::{CallExpectation, Fake, FakeKind, Script, StepKind};
use ghostc_syntax::{Code, Diagnostic, Span};
use std::collections::BTreeSet;

impl Expander<'_, '_> {
    /// Checks that steps name fakes and programs that there are.
    pub(super) fn check_names(&mut self, script: &Script) {
        let mut programs: BTreeSet<&str> = BTreeSet::new();
        for step in &script.steps {
            match &step.kind {
                StepKind::Start { name, .. } => {
                    if let Some(fake) = script.fakes.get(name) {
                        let message = format!("a program and a fake are named `{name}`");
                        let found = Diagnostic::new(codes::REPEATED_NAME, step.span, message);
                        let found = found.also(fake.span, "the fake");
                        self.found_once(found.help("Give each a name of its own."));
                    }
                    programs.insert(name);
                }
                StepKind::Stop { name, .. } | StepKind::Kill { name } | StepKind::Log { name, .. } => {
                    self.check_program(name, step.span, &programs);
                }
                StepKind::Set { fake, to } => self.check_set(fake, to, step.span, script),
                StepKind::Calls { fake, expect, .. } => {
                    if let Some(known) = self.check_fake(fake, step.span, script) {
                        self.check_calls(fake, &known.kind, expect, step.span);
                    }
                }
                StepKind::Overlaps {
                    fake, never, always, ..
                } => {
                    if let Some(known) = self.check_fake(fake, step.span, script) {
                        for set in never.iter().chain(always) {
                            self.check_calls(fake, &known.kind, set, step.span);
                        }
                    }
                }
                StepKind::Quiet { fake, .. } => {
                    self.check_fake(fake, step.span, script);
                }
                StepKind::Processes { of, .. } => {
                    if !programs.contains(of.as_str()) && !script.fakes.contains_key(of) {
                        let known: Vec<&str> = programs
                            .iter()
                            .copied()
                            .chain(script.fakes.keys().map(String::as_str))
                            .collect();
                        let message = format!("no fake and no program that was started is called `{of}`");
                        self.unknown(codes::UNKNOWN_FAKE, message, of, step.span, &known);
                    }
                }
                StepKind::Run { .. }
                | StepKind::Http { .. }
                | StepKind::Write { .. }
                | StepKind::Remove { .. }
                | StepKind::Files { .. } => {}
            }
        }
        for (name, fake) in &script.fakes {
            if let FakeKind::Command(rules) = &fake.kind {
                for rule in rules {
                    self.check_calls(name, &fake.kind, std::slice::from_ref(&rule.when), rule.span);
                }
            }
            if let FakeKind::Http(rules) = &fake.kind {
                for rule in rules {
                    self.check_calls(name, &fake.kind, std::slice::from_ref(&rule.when), rule.span);
                }
            }
        }
    }

    /// Reports a name that there is not, with the nearest one that there is.
    pub(super) fn unknown(&mut self, code: Code, message: String, name: &str, step: Span, known: &[&str]) {
        let span = self.within(step, name);
        self.found_once(Diagnostic::new(code, span, message).suggest(name, span, known));
    }

    fn check_program(&mut self, name: &str, step: Span, programs: &BTreeSet<&str>) {
        if !programs.contains(name) {
            let known: Vec<&str> = programs.iter().copied().collect();
            let message = format!("no program is started as `{name}` before this");
            self.unknown(codes::UNKNOWN_PROGRAM, message, name, step, &known);
        }
    }

    fn check_fake<'s>(&mut self, name: &str, step: Span, script: &'s Script) -> Option<&'s Fake> {
        let found = script.fakes.get(name);
        if found.is_none() {
            let known: Vec<&str> = script.fakes.keys().map(String::as_str).collect();
            let message = format!("no fake is called `{name}`");
            self.unknown(codes::UNKNOWN_FAKE, message, name, step, &known);
        }
        found
    }

    fn check_set(&mut self, name: &str, to: &FakeKind, step: Span, script: &Script) {
        if let Some(fake) = self.check_fake(name, step, script)
            && std::mem::discriminant(&fake.kind) != std::mem::discriminant(to)
        {
            let (was, is) = (known_of(&fake.kind).0, known_of(to).0);
            let message = format!("`{name}` is {was}, and cannot become {is}");
            let found = Diagnostic::new(codes::INVALID_VALUE, self.within(step, name), message);
            self.found_once(found.also(fake.span, "the fake"));
        }
    }

    /// Checks that calls are looked at by what calls of such a fake have.
    fn check_calls(&mut self, name: &str, kind: &FakeKind, calls: &[CallExpectation], span: Span) {
        let (what, known) = known_of(kind);
        for key in calls.iter().flat_map(keys_of_call) {
            if !known.contains(&key) {
                let message = format!("`{name}` is {what}, whose calls have no `{key}`");
                let found = Diagnostic::new(codes::UNKNOWN_KEY, self.within(span, key), message);
                self.found_once(found.note(format!("known: {}", known.join(", "))));
            }
        }
    }
}
