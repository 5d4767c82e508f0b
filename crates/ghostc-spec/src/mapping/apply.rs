//! A mapping and the texts of a package into cases: each where it stands in its suite's file.

use super::case_mapping::{CaseMapping, CaseSource, InputForm, ReadAs};
use super::data_file::{DataFile, DataTexts};
use super::formula::{Formula, TextTemplate, Way};
use super::scope::{Located, Scope};
use super::selection::below;
use crate::codes;
use crate::paths::join;
use crate::template::NOT_JSON;
use ghostc_syntax::value::Map;
use ghostc_syntax::yaml::Node;
use ghostc_syntax::{
    CaseFile, Checked, Diagnostic, Expectation, FileId, RawCase, Severity, Span, Value, cases,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Fields that name a case where its mapping does not say how it is called.
const NAMES: [&str; 3] = ["name", "description", "title"];
/// Why a case is not judged that says nothing of what comes out.
const EXPECTS_NOTHING: &str = "it expects nothing that can be compared";

/// Reads the cases of a mapping out of the files of a package; the root is the package's folder. Every file that it takes
/// is one [`CaseFile`], in the order of the sources and of the paths.
pub fn read_cases(
    mapping: &CaseMapping,
    root: &str,
    texts: &DataTexts<'_>,
    mark: Span,
) -> Checked<Vec<CaseFile>> {
    let mut out = Vec::new();
    let mut findings = Vec::new();
    for source in &mapping.sources {
        let mut reader = SourceReader {
            source,
            root,
            texts,
            findings: Vec::new(),
            told: BTreeSet::new(),
            used: BTreeSet::new(),
            fields: BTreeSet::new(),
            unjudged: BTreeMap::new(),
            total: 0,
        };
        reader.read(&mut out);
        reader.say(mark);
        findings.append(&mut reader.findings);
    }
    Checked::new(out, findings)
}

/// A case that is not read: what is wrong with it is a finding already.
struct NoCase;

struct SourceReader<'a> {
    source: &'a CaseSource,
    root: &'a str,
    texts: &'a DataTexts<'a>,
    findings: Vec<Diagnostic>,
    /// Expressions that something was said about: once is enough.
    told: BTreeSet<(String, String)>,
    /// What was there in some case: expressions by their text.
    used: BTreeSet<String>,
    /// The fields of items, for suggestions.
    fields: BTreeSet<String>,
    /// Why cases are not judged, and how many.
    unjudged: BTreeMap<String, usize>,
    total: usize,
}

impl SourceReader<'_> {
    fn read(&mut self, out: &mut Vec<CaseFile>) {
        let files = self.texts.files.iter();
        let mut files: Vec<(&str, FileId)> = files
            .filter_map(|(path, file)| Some((below(path, self.root)?, *file)))
            .filter(|(path, _)| self.source.takes(path))
            .collect();
        files.sort_unstable();
        if files.is_empty() {
            let globs: Vec<String> = self.source.files.iter().map(|glob| format!("`{glob}`")).collect();
            let message = format!("no file of the package matches {}", globs.join(" or "));
            let found = Diagnostic::new(codes::INVALID_VALUE, self.source.files_span, message);
            self.findings
                .push(found.help("Write a glob of files below the folder of the spec."));
            return;
        }
        let mut others: BTreeMap<String, Option<DataFile>> = BTreeMap::new();
        for (path, _) in &files {
            self.load_others(path, &mut others);
        }
        let mut empty = Vec::new();
        for (path, file) in &files {
            let before = self.findings.len();
            let cases = self.file(path, *file, &others);
            let new = self.findings.get(before..).unwrap_or_default().iter();
            let is_broken =
                |found: &Diagnostic| found.span.file == *file && found.severity == Severity::Error;
            let foreign = new.clone().any(is_broken);
            // What `where` leaves out is left out on purpose.
            if cases.is_empty() && self.source.filter.is_none() {
                empty.push((*path, *file));
            }
            out.push(CaseFile {
                file: *file,
                version: None,
                cases,
                empty_groups: Vec::new(),
                foreign,
            });
        }
        self.say_empty(&empty, files.len());
    }

    /// The files that stand beside one with cases, each read once.
    fn load_others(&mut self, path: &str, others: &mut BTreeMap<String, Option<DataFile>>) {
        for (_, template) in &self.source.with {
            let other = match CaseSource::other(template, path) {
                Ok(other) => other,
                Err(why) => {
                    self.tell(&template.text, template.span, &why, None);
                    continue;
                }
            };
            if others.contains_key(&other) {
                continue;
            }
            let file = self.texts.files.get(join(self.root, &other).as_str()).copied();
            let read = file.map(|file| self.data(&other, file, ReadAs::of(&other), false));
            if read.is_none() {
                let message = format!("there is no file `{other}` beside `{path}`");
                let found = Diagnostic::new(codes::INVALID_VALUE, template.span, message);
                self.findings.push(found);
            }
            others.insert(other, read);
        }
    }

    fn data(&mut self, path: &str, file: FileId, read: ReadAs, blocks: bool) -> DataFile {
        let pattern = self.source.blocks.as_deref().filter(|_| blocks);
        let read = DataFile::read(file, self.texts.sources.get(file), path, read, pattern);
        self.findings.extend(read.diagnostics);
        read.value
    }

    fn file(
        &mut self,
        path: &str,
        file: FileId,
        others: &BTreeMap<String, Option<DataFile>>,
    ) -> Vec<RawCase> {
        let read = self.source.read.unwrap_or(ReadAs::of(path));
        let data = self.data(path, file, read, true);
        let mut start = Scope::of_file(&data);
        for (name, template) in &self.source.with {
            let other = CaseSource::other(template, path).ok();
            if let Some(Some(other)) = other.and_then(|other| others.get(&other)) {
                start = start.with_file(name, other);
            }
        }
        if self.source.each.is_empty() {
            start.item = Some(Located::document(&data));
        }
        let mut scopes = Vec::new();
        self.expand(0, start, &mut scopes);
        let mut before = BTreeMap::new();
        let mut out = Vec::new();
        for mut scope in scopes {
            scope.inherit(&self.source.inherit, &mut before);
            if self.is_meant(&scope)
                && let Ok(case) = self.case(&scope, &data)
            {
                out.push(case);
            }
        }
        out
    }

    /// Goes the steps from a file to its items.
    fn expand<'n>(&mut self, step: usize, scope: Scope<'n>, out: &mut Vec<Scope<'n>>) {
        let source = self.source;
        let Some(each) = source.each.get(step) else {
            out.push(scope);
            return;
        };
        let Ok(items) = self.value(&each.items, &scope) else {
            return;
        };
        for (key, item) in items.entries().unwrap_or_default() {
            self.expand(step + 1, scope.bind(&each.name, key, item), out);
        }
    }

    fn is_meant(&mut self, scope: &Scope<'_>) -> bool {
        let Some(filter) = &self.source.filter else {
            return true;
        };
        self.value(filter, scope).is_ok_and(|value| value.value.is_true())
    }

    /// The value of an expression; what is wrong with it is said once.
    fn value<'n>(&mut self, formula: &Formula, scope: &Scope<'n>) -> Result<Located<'n>, String> {
        let value = scope.evaluate(formula);
        match &value {
            Ok(value) if !value.value.is_undefined() && !self.used.contains(&formula.text) => {
                self.used.insert(formula.text.clone());
            }
            Err(why) if why != NOT_JSON => {
                self.tell(&formula.text, formula.span, why, scope.span());
            }
            Ok(_) | Err(_) => {}
        }
        value
    }

    fn tell(&mut self, text: &str, span: Span, why: &str, at: Option<Span>) {
        if self.told.insert((text.to_string(), why.to_string())) {
            let message = format!("`{text}` cannot be evaluated: {why}");
            let found = Diagnostic::new(codes::INVALID_VALUE, span, message);
            self.findings.push(match at {
                Some(at) => found.also(self.first_line(at), "for this case"),
                None => found,
            });
        }
    }

    fn first_line(&self, span: Span) -> Span {
        span.first_line(&self.texts.sources.get(span.file).text)
    }

    fn template(&mut self, template: &TextTemplate, scope: &Scope<'_>) -> Option<String> {
        match scope.fill(&template.text) {
            Ok(text) => Some(text),
            Err(why) => {
                self.tell(&template.text, template.span, &why, scope.span());
                None
            }
        }
    }

    fn case(&mut self, scope: &Scope<'_>, data: &DataFile) -> Result<RawCase, NoCase> {
        let source = self.source;
        if self.fields.len() < 100 {
            self.fields.extend(scope.fields());
        }
        let span = scope.span().unwrap_or(Span::start_of(data.file));
        let operation = self.template(&source.operation, scope).ok_or(NoCase)?;
        if operation.is_empty() {
            self.tell(
                &source.operation.text,
                source.operation.span,
                "it is empty",
                Some(span),
            );
            return Err(NoCase);
        }
        let mut unjudged = Unjudged {
            data,
            item: scope.item.as_ref().and_then(|item| item.span),
            why: None,
        };
        let name = match &source.name {
            Some(name) => self.template(name, scope).map(|name| (name, span)),
            None => {
                let named = NAMES.iter().map(|name| scope.field(name));
                let named =
                    named.filter_map(|found| Some((found.node.and_then(Node::scalar_text)?, found.span?)));
                named.into_iter().next()
            }
        };
        let subgroup = match &source.group {
            Some(group) => self.template(group, scope),
            None => None,
        };
        let input = self.input(scope, &mut unjudged);
        let (expect, output) = self.expectation(scope, &mut unjudged);
        let skip = self.skip(scope).or_else(|| unjudged.why.take());
        let skip = skip.or_else(|| expect.is_none().then(|| EXPECTS_NOTHING.to_string()));
        let tags = match &source.tags {
            Some(tags) => self
                .value(tags, scope)
                .map(|tags| words(&tags))
                .unwrap_or_default(),
            None => Vec::new(),
        };
        self.total += 1;
        if let Some(why) = &skip {
            *self.unjudged.entry(why.clone()).or_default() += 1;
        }
        Ok(RawCase {
            group: operation,
            group_span: source.operation.span,
            name,
            id: None,
            input: input.map(|input| (Arc::new(input), span)),
            expect: expect.unwrap_or(Expectation::Pattern),
            steps: Vec::new(),
            output,
            held_out: None,
            skip,
            subgroup,
            tags,
            requirement: None,
            approx: None,
            exact: false,
            matches: None,
            rules: source.rules.clone(),
            span,
        })
    }

    fn input(&mut self, scope: &Scope<'_>, unjudged: &mut Unjudged<'_>) -> Option<Value> {
        let named: Vec<(String, Located<'_>)> = match self.source.input.as_ref()? {
            InputForm::Whole(formula) => {
                let value = self.value(formula, scope);
                return unjudged.read(value);
            }
            InputForm::Named(named) => {
                let values = named.iter().filter_map(|(name, formula)| {
                    let value = self.value(formula, scope);
                    let value = value.map_err(|why| unjudged.failed(&why)).ok()?;
                    Some((name.clone(), value))
                });
                values.collect()
            }
            InputForm::Fields(names) => {
                let values = names.iter().map(|(name, _)| (name.clone(), scope.field(name)));
                let values: Vec<_> = values.collect();
                let there = values.iter().filter(|(_, value)| !value.value.is_undefined());
                self.used.extend(there.map(|(name, _)| name.clone()));
                values
            }
        };
        let members = named
            .into_iter()
            .filter_map(|(name, value)| Some((name, unjudged.read(Ok(value))?)));
        Some(Value::Object(members.collect::<Map>()))
    }

    /// What comes out, and where that is written. Of several forms that are there `error` counts before `any_of`, and that
    /// before `output`.
    fn expectation(
        &mut self,
        scope: &Scope<'_>,
        unjudged: &mut Unjudged<'_>,
    ) -> (Option<Expectation>, Option<Span>) {
        let source = self.source;
        if let Some(Ok(error)) = source.error.as_ref().map(|error| self.value(error, scope)) {
            match error.value.to_value() {
                Ok(Value::String(text)) if !text.is_empty() => {
                    return (Some(Expectation::ErrorWith(text)), error.span);
                }
                Ok(_) if error.value.is_true() => return (Some(Expectation::Error), error.span),
                Ok(_) | Err(_) => {}
            }
        }
        if let Some(Ok(any_of)) = source.any_of.as_ref().map(|any_of| self.value(any_of, scope)) {
            let is_there = !any_of.value.is_undefined() && any_of.value.as_bool() != Some(false);
            let span = any_of.span;
            if let Some(Value::Array(values)) = is_there.then(|| unjudged.read(Ok(any_of))).flatten()
                && !values.is_empty()
            {
                return (Some(Expectation::AnyOf(values)), span);
            }
        }
        let Some(output) = source.output.as_ref().map(|output| self.value(output, scope)) else {
            return (None, None);
        };
        let span = output.as_ref().ok().and_then(|output| output.span);
        (unjudged.read(output).map(Expectation::Output), span)
    }

    fn skip(&mut self, scope: &Scope<'_>) -> Option<String> {
        let skip = self.value(self.source.skip.as_ref()?, scope).ok()?.value;
        match skip.as_bool() {
            Some(skip) => skip.then(|| "no reason given".to_string()),
            None => Some(skip.to_text()).filter(|text| skip.is_true() && !text.is_empty()),
        }
    }

    /// What is said of the source as a whole.
    fn say(&mut self, mark: Span) {
        if self.total == 0 {
            return;
        }
        let mut asked: Vec<(&str, Span)> = Vec::new();
        match &self.source.input {
            Some(InputForm::Named(named)) => {
                let named = named.iter().map(|(_, formula)| formula);
                asked.extend(
                    named
                        .filter(|formula| is_path(formula))
                        .map(|formula| (formula.text.as_str(), formula.span)),
                );
            }
            Some(InputForm::Fields(names)) => {
                asked.extend(names.iter().map(|(name, span)| (name.as_str(), *span)))
            }
            Some(InputForm::Whole(formula)) => asked.push((&formula.text, formula.span)),
            None => {}
        }
        let output = self.source.output.iter().filter(|formula| is_path(formula));
        asked.extend(output.map(|formula| (formula.text.as_str(), formula.span)));
        let known: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        for (text, span) in asked.into_iter().filter(|(text, _)| !self.used.contains(*text)) {
            let mut found = Diagnostic::new(codes::ABSENT_FIELD, span, format!("no case has `{text}`"));
            if !known.is_empty() {
                found = found.suggest(text, span, &known);
            }
            self.findings.push(found);
        }
        let count: usize = self.unjudged.values().sum();
        if count > 0 {
            let reasons = self.unjudged.iter().map(|(why, count)| format!("{count}: {why}"));
            let reasons: Vec<String> = reasons.collect();
            let message = format!("{count} of {} cases are not judged", self.total);
            let mut found = Diagnostic::new(codes::CASES_NOT_JUDGED, self.first_line(mark), message);
            found.notes.extend(reasons);
            self.findings.push(found);
        }
    }

    /// Files that match and hold no case: a note where others do, an error where none does.
    fn say_empty(&mut self, empty: &[(&str, FileId)], all: usize) {
        let names: Vec<&str> = empty.iter().map(|(path, _)| *path).collect();
        let Some((_, first)) = empty.first() else { return };
        let (severity, span) = if empty.len() == all && self.total == 0 {
            (Severity::Error, self.source.files_span)
        } else {
            (Severity::Note, Span::start_of(*first))
        };
        if severity == Severity::Error
            && self
                .findings
                .iter()
                .any(|found| found.severity == Severity::Error)
        {
            return;
        }
        let message = format!("no case was read of {}", ghostc_syntax::suggest::listed(&names));
        let mut found = Diagnostic::new(codes::CASES_NOT_JUDGED, span, message);
        found.severity = severity;
        self.findings
            .push(found.help("Correct `each`, or leave such files out with `not`."));
    }
}

fn is_path(formula: &Formula) -> bool {
    matches!(formula.way, Way::Path(_))
}

fn words(tags: &Located<'_>) -> Vec<String> {
    match (tags.node, tags.value.entries()) {
        (Some(node), _) => cases::tags(node),
        (None, Some(items)) => items.iter().map(|(_, item)| item.to_text()).collect(),
        (None, None) if tags.value.is_true() => vec![tags.value.to_text()],
        (None, None) => Vec::new(),
    }
}

/// Reads values of one case, and notes the first that is no JSON.
struct Unjudged<'d> {
    data: &'d DataFile,
    item: Option<Span>,
    why: Option<String>,
}

impl Unjudged<'_> {
    fn failed(&mut self, why: &str) {
        self.why.get_or_insert_with(|| why.to_string());
    }

    /// The value; nothing where it is not there or is none.
    fn read(&mut self, value: Result<Located<'_>, String>) -> Option<Value> {
        let value = value.map_err(|why| self.failed(&why)).ok()?;
        if value.value.is_undefined() {
            return None;
        }
        if let Some(part) = value.span.or(self.item)
            && let Some(what) = self.data.opaque_in(part)
        {
            let why = format!("{what} is no JSON");
            self.failed(&why);
        }
        if let Some(node) = value.node {
            return Some(node.to_json());
        }
        value
            .value
            .to_value()
            .map_err(|what| self.failed(&format!("{what} is no JSON")))
            .ok()
    }
}
