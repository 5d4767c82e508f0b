//! Scenarios as they are written into scripts: definitions and settings put in, a script for each row, names checked.

use super::file::{Definition, WrittenFile, WrittenRow, WrittenScenario};
use super::reader::ScenarioReader;
use super::steps::{WrittenStep, WrittenStepKind, looks};
use crate::codes;
use crate::content::name_slug;
use ghostc_syntax::script::text::Text;
use ghostc_syntax::script::{Data, Fake, Script, ScriptStep};
use ghostc_syntax::{Diagnostic, Sources, Span, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How many steps the scenarios of a package may come to. A few definitions that use each other twice come to any number.
pub(super) const MOST_STEPS: usize = 100_000;
/// How deep definitions may be used in each other.
const DEEPEST: usize = 64;

/// A row of a scenario, ready to run, and what it says that it shows.
pub(super) struct Expanded {
    pub(super) name: String,
    pub(super) row: Option<String>,
    pub(super) id: String,
    pub(super) held_out: Option<bool>,
    pub(super) todo: bool,
    /// Words or ids, where they are written, and the step that has them.
    pub(super) proves: Vec<(String, Span, Option<usize>)>,
    pub(super) script: Script,
    pub(super) span: Span,
}

/// What the scenarios of a slice share.
pub(super) struct Shared<'w> {
    file: Option<&'w Text>,
    json: Option<Data>,
    define: BTreeMap<&'w str, &'w Definition>,
    fakes: BTreeMap<&'w str, &'w Fake>,
}

impl<'w> Shared<'w> {
    /// The heads of a slice and of what it includes; the slice comes last, and its own count.
    pub(super) fn new(heads: &[&'w WrittenFile], reader: &mut ScenarioReader) -> Shared<'w> {
        let mut shared = Shared {
            file: None,
            json: None,
            define: BTreeMap::new(),
            fakes: BTreeMap::new(),
        };
        let mut settings_span = None;
        for (at, head) in heads.iter().enumerate() {
            let is_own = at + 1 == heads.len();
            if let Some(settings) = &head.settings {
                settings_span = Some(settings.span);
                shared.file = settings.file.as_ref().or(shared.file);
                if let Some(json) = &settings.json {
                    shared.json = Some(merged(shared.json.take(), json.clone()));
                }
            }
            for (name, definition) in &head.define {
                if let Some(first) = shared.define.insert(name, definition) {
                    twice(reader, "two definitions are", name, definition.span, first.span);
                }
            }
            for (name, fake) in &head.fakes {
                if let Some(first) = shared.fakes.insert(name, fake)
                    && !is_own
                {
                    twice(reader, "two fakes are", name, fake.span, first.span);
                }
            }
        }
        if let Some(span) = settings_span.filter(|_| shared.file.is_none()) {
            let message = "nothing says into which file these settings are written";
            reader.report_with_help(
                codes::INVALID_VALUE,
                span,
                message,
                "Write `file:` beside `json:`.",
            );
        }
        shared
    }
}

fn twice(reader: &mut ScenarioReader, what: &str, name: &str, span: Span, first: Span) {
    let message = format!("{what} named `{name}`");
    let found = Diagnostic::new(codes::REPEATED_NAME, span, message);
    reader.findings.push(
        found
            .also(first, "the first")
            .help("Give each a name of its own."),
    );
}

/// Settings put over others, key by key.
fn merged(below: Option<Data>, above: Data) -> Data {
    match (below, above) {
        (Some(Data::Object(mut fields)), Data::Object(above)) => {
            for (name, value) in above {
                match fields.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) => {
                        let below = std::mem::replace(known, Data::Value(Value::Null));
                        *known = merged(Some(below), value);
                    }
                    None => fields.push((name, value)),
                }
            }
            Data::Object(fields)
        }
        (_, above) => above,
    }
}

/// Makes scripts of a scenario.
pub(super) struct Expander<'e, 'w> {
    pub(super) slice: &'e str,
    pub(super) shared: &'e Shared<'w>,
    pub(super) sources: &'e Sources,
    pub(super) written: &'e WrittenScenario,
    pub(super) reader: &'e mut ScenarioReader,
}

impl Expander<'_, '_> {
    /// All rows of the scenario.
    pub(super) fn expand(&mut self, ids: &mut BTreeMap<String, usize>) -> Vec<Expanded> {
        let written = self.written;
        let mut steps = Vec::new();
        let mut proves: Vec<(String, Span, Option<usize>)> = written
            .proves
            .iter()
            .map(|(words, span)| (words.clone(), *span, None))
            .collect();
        let known: BTreeSet<&str> = self.shared.define.keys().copied().collect();
        for step in &written.steps {
            self.put_in(step, &known, &mut Vec::new(), &mut steps, &mut proves);
        }
        let script = Script {
            variables: BTreeMap::new(),
            files: self.files(written),
            env: written.env.clone(),
            fakes: self.fakes(written),
            steps,
        };
        self.check_look(written, &script);
        let rows = written.rows.as_ref().map_or(1, Vec::len);
        if !self.may_make(rows.saturating_mul(script.steps.len())) {
            return Vec::new();
        }
        let rows: Vec<Option<&WrittenRow>> = match &written.rows {
            Some(rows) => rows.iter().map(Some).collect(),
            None => vec![None],
        };
        self.check_names(&script);
        self.check_variables(written, &script);
        self.check_rows(written);
        let expanded = rows.into_iter().map(|row| {
            let name = row.map(row_name);
            let id = [Some(written.name.as_str()), name.as_deref()];
            let id = id.into_iter().flatten().map(name_slug).collect::<Vec<_>>();
            let id = format!("{}/{}", self.slice, id.join("/"));
            let columns = row.map(|row| row.columns.as_slice()).unwrap_or_default();
            let columns = columns
                .iter()
                .map(|(name, value, _)| (name.clone(), value.clone()));
            Expanded {
                name: written.name.clone(),
                id: unique(id, ids),
                held_out: row.and_then(|row| row.held_out).or(written.held_out),
                todo: written.todo,
                proves: proves.clone(),
                script: Script {
                    variables: columns.collect(),
                    ..script.clone()
                },
                span: row.map_or(written.span, |row| row.span),
                row: name,
            }
        });
        expanded.collect()
    }

    /// Puts a step behind others, with the steps of a definition in its place.
    fn put_in(
        &mut self,
        step: &WrittenStep,
        known: &BTreeSet<&str>,
        around: &mut Vec<String>,
        steps: &mut Vec<ScriptStep>,
        proves: &mut Vec<(String, Span, Option<usize>)>,
    ) {
        if !self.may_make(1) {
            return;
        }
        match &step.kind {
            WrittenStepKind::Does(does) => steps.extend(does.iter().cloned()),
            WrittenStepKind::Uses(name, span) => {
                let Some(definition) = self.shared.define.get(name.as_str()).copied() else {
                    let message = format!("nothing defines `{name}`");
                    if self.reader.told.contains(&(*span, message.clone())) {
                        return;
                    }
                    let known: Vec<&str> = known.iter().copied().collect();
                    let found = Diagnostic::new(codes::UNKNOWN_DEFINITION, *span, message);
                    self.found_once(found.suggest(name, *span, &known));
                    return;
                };
                if around.len() == DEEPEST {
                    let message = format!("definitions are used in each other more than {DEEPEST} deep");
                    self.found_once(Diagnostic::new(codes::DEFINITION_CIRCLE, *span, message));
                    return;
                }
                if around.contains(name) {
                    let message = format!("`{name}` uses itself");
                    let found = Diagnostic::new(codes::DEFINITION_CIRCLE, *span, message);
                    self.found_once(found.also(definition.span, "its definition"));
                    return;
                }
                around.push(name.clone());
                for inner in &definition.steps {
                    self.put_in(inner, known, around, steps, proves);
                }
                around.pop();
            }
        }
        let last = steps.len().checked_sub(1);
        proves.extend(
            step.proves
                .iter()
                .map(|(words, span)| (words.clone(), *span, last)),
        );
    }

    /// Keeps a finding that several scenarios could make about one place, once.
    pub(super) fn found_once(&mut self, found: Diagnostic) {
        let found = if self.written.span.contains(found.span) {
            found
        } else {
            found.also(self.written.name_span, "in this scenario")
        };
        if self.reader.told.insert((found.span, found.message.clone())) {
            self.reader.findings.push(found);
        }
    }

    /// Takes steps off those that all files of scenarios may come to; nothing where too many were made.
    fn may_make(&mut self, steps: usize) -> bool {
        let left = self.reader.steps_left.checked_sub(steps);
        self.reader.steps_left = left.unwrap_or_default();
        if left.is_none() {
            let message = format!("the scenarios of this package come to more than {MOST_STEPS} steps");
            let found = Diagnostic::new(codes::INVALID_VALUE, self.written.name_span, message);
            self.found_once(found.help("Use definitions less often, or split the table."));
        }
        left.is_some()
    }

    /// The files that are there before the first step, the settings first.
    fn files(&mut self, written: &WrittenScenario) -> Vec<(Text, Data)> {
        let own = written.settings.as_ref();
        let Some(file) = self.shared.file else {
            if let Some((_, span)) = own {
                let message = "nothing says into which file these settings are written";
                let help = "Write `settings: { file: …, json: {…} }` into the head of the file, or include a file that does.";
                self.reader
                    .report_with_help(codes::INVALID_VALUE, *span, message, help);
            }
            return written.files.clone();
        };
        let is_it = |(path, _): &&(Text, Data)| path.parts == file.parts;
        if let Some((path, _)) = written.files.iter().find(is_it) {
            if let Some((_, settings)) = own {
                let message = "this is the settings file, which `settings` writes";
                let found = Diagnostic::new(codes::INVALID_VALUE, path.span, message);
                let found = found.also(*settings, "the settings");
                self.reader.findings.push(found.help("Write one of them."));
            }
            return written.files.clone();
        }
        let json = self.shared.json.clone();
        let json = match own {
            Some((own, _)) => merged(json, own.clone()),
            None => json.unwrap_or_else(|| Data::Object(Vec::new())),
        };
        let mut files = vec![(file.clone(), json)];
        files.extend(written.files.iter().cloned());
        files
    }

    fn fakes(&self, written: &WrittenScenario) -> BTreeMap<String, Fake> {
        let shared = self.shared.fakes.iter();
        let mut fakes: BTreeMap<String, Fake> = shared
            .map(|(name, fake)| ((*name).to_string(), (*fake).clone()))
            .collect();
        fakes.extend(
            written
                .fakes
                .iter()
                .map(|(name, fake)| (name.clone(), fake.clone())),
        );
        fakes
    }

    /// Checks that a scenario looks at something.
    fn check_look(&mut self, written: &WrittenScenario, script: &Script) {
        // What could not be read may have been one.
        let was_read = !script.steps.is_empty() || written.steps.is_empty();
        if !written.todo && was_read && !script.steps.iter().any(|step| looks(&step.kind)) {
            let message = format!(
                "`{}` looks at nothing, and so passes whatever happens",
                written.name
            );
            let help = "Say with `expect` what must come of a step, or mark it with `todo: true`.";
            let has_error = |found: &Diagnostic| written.span.contains(found.span);
            if !self.reader.findings.iter().any(has_error) {
                self.reader
                    .report_with_help(codes::SCENARIO_WITHOUT_LOOK, written.name_span, message, help);
            }
        }
    }

    /// Where a word stands in a span, else the span.
    pub(super) fn within(&self, span: Span, word: &str) -> Span {
        let text = self.sources.slice(span);
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let at = text.match_indices(word).find(|(at, _)| {
            let before = text.get(..*at).and_then(|text| text.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        });
        match at {
            Some((at, _)) if !word.is_empty() => {
                let start = span.start as usize + at;
                Span::new(span.file, start, start + word.len())
            }
            _ => span,
        }
    }

    /// Checks that rows have names of their own.
    fn check_rows(&mut self, written: &WrittenScenario) {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for row in written.rows.as_deref().unwrap_or_default() {
            let name = row_name(row);
            let span = row.name.as_ref().map_or(row.span, |(_, span)| *span);
            if let Some(first) = seen.get(&name) {
                let found =
                    Diagnostic::new(codes::REPEATED_NAME, span, format!("two rows are named `{name}`"));
                let found = found.also(*first, "the first");
                self.reader
                    .findings
                    .push(found.help("Give each a name of its own with `case`."));
                continue;
            }
            seen.insert(name, span);
        }
    }
}

/// What a row is called: by its author, else by its values.
fn row_name(row: &WrittenRow) -> String {
    if let Some((name, _)) = &row.name {
        return name.clone();
    }
    let values = row.columns.iter().map(|(_, value, _)| match value.as_str() {
        Some(text) => text.to_string(),
        None => value.to_string(),
    });
    values.collect::<Vec<_>>().join(", ")
}

/// An id that no other has.
fn unique(id: String, ids: &mut BTreeMap<String, usize>) -> String {
    let count = ids.entry(id.clone()).and_modify(|count| *count += 1).or_insert(1);
    if *count > 1 { format!("{id}~{count}") } else { id }
}
