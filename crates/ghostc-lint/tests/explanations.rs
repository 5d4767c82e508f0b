//! Every explanation of a diagnostic code is run: what it calls wrong raises the code, what it calls right does not.
//!
//! One trial per code; and one compares what all of the wrong fixtures say with `explanations/rendered.txt`.

use ghostc_lint::{Goal, analyze, check_lint_names, codes};
use ghostc_plan::package_text::PackageText;
use ghostc_plan::prompt::{PromptTemplates, Prompter};
use ghostc_plan::target::{self, TargetError};
use ghostc_plan::{Target, TaskGraph, plan};
use ghostc_spec::resolve::Input;
use ghostc_spec::{Library, Settings, settings};
use ghostc_syntax::render::{Style, render};
use ghostc_syntax::{Code, Diagnostic, Source, Sources};
use ghostc_testkit::fixture;
use libtest_mimic::{Arguments, Failed, Trial};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

/// Codes about files that are no text: only a disk can show them, and the tests of the command line do.
const ON_DISK: &[&str] = &["file-too-large", "not-utf8", "unreadable-file"];
/// Agents that are known without being declared.
const AGENTS: &[&str] = &["codex", "claude", "gemini", "opencode", "aider", "replay"];
const RENDERED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/explanations/rendered.txt");
const SETTINGS: &str = "ghostc.yaml";
const TEMPLATES: &str = "templates/";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = codes::all()
        .into_iter()
        .map(|code| Trial::test(code.name, move || is_explained(code)));
    let rendered = Trial::test("rendered", || {
        let expected = snapbox::Data::read_from(Path::new(RENDERED), None);
        snapbox::assert_data_eq!(all_rendered(), expected.raw());
        Ok(())
    });
    libtest_mimic::run(&arguments, trials.chain([rendered]).collect()).exit_code()
}

fn is_explained(code: Code) -> Result<(), Failed> {
    let title = code
        .explanation
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("# "))
        .unwrap_or_default();
    ensure(
        title.starts_with(char::is_lowercase) && !title.ends_with('.'),
        || format!("`{title}` is no lower-case phrase"),
    )?;
    if ON_DISK.contains(&code.name) {
        return ensure(code.explanation.contains("\n## When\n\n```console\n$ "), || {
            "there is no console block below `## When`".into()
        });
    }
    let wrong = Compiled::new(&fixture_below(code, "Wrong")?);
    ensure(!wrong.findings.is_empty(), || {
        "what it calls wrong raises nothing".into()
    })?;
    ensure(wrong.codes().iter().all(|name| *name == code.name), || {
        format!("what it calls wrong raises\n{}", wrong.rendered())
    })?;
    for (found, text) in &wrong.findings {
        let is_phrase = !found.message.starts_with(char::is_uppercase) && !found.message.ends_with('.');
        let is_sentence = |help: &String| help.starts_with(char::is_uppercase) && help.ends_with('.');
        let is_styled = is_phrase && found.help.as_ref().is_none_or(is_sentence);
        ensure(is_styled, || {
            format!("a message is a lower-case phrase, and help is a sentence, but this is said:\n{text}")
        })?;
    }
    let right = Compiled::new(&fixture_below(code, "Right")?);
    ensure(right.findings.is_empty(), || {
        format!("what it calls right raises\n{}", right.rendered())
    })
}

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(message().into()) }
}

/// The text of the code block that opens a section of the explanation.
fn fixture_below(code: Code, heading: &str) -> Result<String, Failed> {
    let opening = format!("\n## {heading}\n\n````fixture\n");
    let block = code
        .explanation
        .split_once(&opening)
        .and_then(|(_, rest)| rest.split_once("````\n"));
    block
        .map(|(text, _)| text.to_string())
        .ok_or_else(|| format!("there is no fixture below `## {heading}`").into())
}

fn all_rendered() -> String {
    let shown = codes::all()
        .into_iter()
        .filter(|code| !ON_DISK.contains(&code.name));
    let texts = shown.map(|code| Compiled::new(&fixture_below(code, "Wrong").unwrap_or_default()).rendered());
    texts.collect()
}

/// All findings about a fixture: what `ghostc check` finds, and what rendering its templates does.
#[derive(Default)]
struct Compiled {
    findings: Vec<(Diagnostic, String)>,
}

impl Compiled {
    fn new(text: &str) -> Compiled {
        let mut templates = target::built_in_templates();
        let mut sources = Sources::default();
        let mut paths = BTreeSet::new();
        for (path, text) in fixture::parse(text) {
            match path.strip_prefix(TEMPLATES) {
                Some(name) => {
                    templates.insert(name.to_string(), text);
                }
                None => {
                    sources.add(Source::new(&path, text));
                    let ends = path.match_indices('/').map(|(at, _)| at + 1);
                    paths.extend(ends.filter_map(|end| path.get(..end)).map(str::to_string));
                    paths.insert(path);
                }
            }
        }
        let mut compiled = Compiled::default();
        compiled.check(&sources, &paths, &templates);
        compiled
    }

    fn check(&mut self, sources: &Sources, paths: &BTreeSet<String>, templates: &BTreeMap<String, String>) {
        let file = sources.iter().find(|(_, source)| source.path == SETTINGS);
        let settings = match file {
            Some((file, source)) => {
                let read = settings::parse(file, &source.text);
                self.add(sources, read.diagnostics);
                self.add(sources, check_lint_names(&read.value));
                read.value
            }
            None => Settings::default(),
        };
        let settings = Settings {
            number_limits: target::number_limits(templates),
            ..settings
        };
        let checked = analyze(
            Input {
                sources,
                existing: paths,
                settings: &settings,
            },
            &ghostc_spec::discover::discover_in(sources),
            1,
            Goal::Everything,
        );
        let targets = target::names(templates);
        let names: Vec<&str> = targets.iter().map(String::as_str).collect();
        self.add(
            sources,
            settings::check_names(&settings, &checked.value, &names, AGENTS),
        );
        let library = match checked.strict() {
            Ok((library, findings)) => {
                self.add(sources, findings);
                library
            }
            Err(checked) => return self.add(sources, checked.diagnostics),
        };
        let planned = plan(&library, sources, &settings, &|_| true);
        self.add(sources, planned.diagnostics);
        for name in targets {
            if let Err(error) = render_all(&library, &planned.value, sources, &name, templates) {
                self.add(&error.sources, error.diagnostics);
            }
        }
    }

    fn add(&mut self, sources: &Sources, findings: Vec<Diagnostic>) {
        let rendered = findings.into_iter().map(|found| {
            let text = render(&found, sources, Style::default());
            (found, text)
        });
        self.findings.extend(rendered);
    }

    fn codes(&self) -> BTreeSet<&'static str> {
        self.findings.iter().map(|(found, _)| found.code.name).collect()
    }

    fn rendered(&self) -> String {
        self.findings
            .iter()
            .map(|(_, text)| format!("{text}\n"))
            .collect()
    }
}

/// Renders what a target and the prompts make of every package.
fn render_all(
    library: &Library,
    graphs: &[TaskGraph],
    sources: &Sources,
    target: &str,
    templates: &BTreeMap<String, String>,
) -> Result<(), TargetError> {
    let prompts = PromptTemplates::load(templates)?;
    let target = &Target::load(target, templates)?;
    for (package, graph) in library.packages.iter().zip(graphs) {
        let operations: Vec<usize> = (0..package.operations.len()).collect();
        target.paths(package, &operations)?;
        target.link(package, &operations)?;
        target.driver(package, &operations)?;
        target.tests(package, &operations, |_| true)?;
        target.conventions(package)?;
        let text = &PackageText::new(package, graph, sources);
        let prompter = Prompter {
            package,
            graph,
            sources,
            target,
            templates: &prompts,
            text,
            budget: 32_000,
            case_budget: 32_000,
            whole_budget: 32_000,
            has_ghostc: false,
            conventions: OnceCell::new(),
        };
        for task in &graph.tasks {
            prompter.implement(task)?;
        }
    }
    Ok(())
}
