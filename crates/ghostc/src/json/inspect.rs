//! The facts, as `ghostc inspect --format json` prints them.

mod facts;
mod slices;

use super::cases::CaseJson;
use facts::{
    InFile, PropertyJson, QuestionJson, RenameJson, RequirementJson, ScenarioJson, StoryJson, TaskJson,
    TermJson,
};
use ghostc_plan::lock::Lock;
use ghostc_project::InspectReport;
use ghostc_spec::clauses::{Clause, Clauses, clause_ids, clauses};
use ghostc_spec::content::{StatementName, statement_id};
use ghostc_spec::ids::name_statements_after;
use ghostc_spec::library::{Document, Package};
use ghostc_syntax::{BlockKind, Example, Heading, KeywordUse, Sources, Span, Statement, collapse_whitespace};
use schemars::JsonSchema;
use serde::Serialize;
use slices::{InspectedSliceJson, slices};

/// What the compiler understood.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Inspect {
    /// Always `ghostc.inspect/1`.
    schema: String,
    packages: Vec<InspectedPackageJson>,
    /// Markdown documents in what was asked for that lie in no package: nothing reads them.
    skipped: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PackageJson")]
struct InspectedPackageJson {
    name: String,
    dialect: String,
    /// Its folder.
    root: String,
    /// What it changes, where it is a change.
    changes: Option<ChangesJson>,
    version: Option<String>,
    files: Vec<FileJson>,
    cases: Vec<CaseJson>,
    /// Its files of scenarios, by name.
    slices: Vec<InspectedSliceJson>,
    /// Transcripts of a terminal in its documents and files, by file.
    transcripts: Vec<InspectedSliceJson>,
}

#[derive(Serialize, JsonSchema)]
struct ChangesJson {
    /// The folder of the package that is changed.
    root: String,
    /// Whether the change was made already and is kept as history.
    archived: bool,
}

#[derive(Serialize, JsonSchema)]
struct FileJson {
    path: String,
    headings: Vec<HeadingJson>,
    code_blocks: Vec<CodeBlockJson>,
    statements: Vec<StatementJson>,
    /// List items, table rows, formulas and lines of algorithms that bind without a keyword.
    clauses: Vec<ClauseJson>,
    /// Items of test matrices and check lists: they are proven, never made.
    obligations: Vec<ClauseJson>,
    /// Requirements with ids, and their criteria.
    requirements: Vec<RequirementJson>,
    /// Scenarios with their steps.
    scenarios: Vec<ScenarioJson>,
    operations: Vec<OperationJson>,
    /// Declared tasks, groups and checkpoints included.
    tasks: Vec<TaskJson>,
    stories: Vec<StoryJson>,
    /// Universal claims of a design.
    properties: Vec<PropertyJson>,
    /// Terms that a glossary defines.
    terms: Vec<TermJson>,
    /// What the author has left open.
    questions: Vec<QuestionJson>,
    /// New names that a change gives to requirements.
    renames: Vec<RenameJson>,
    references: Vec<ReferenceJson>,
    /// Text of the form `call → value`.
    examples: Vec<ExampleJson>,
}

#[derive(Serialize, JsonSchema)]
struct HeadingJson {
    level: u8,
    text: String,
    line: usize,
    anchor: String,
}

#[derive(Serialize, JsonSchema)]
struct CodeBlockJson {
    lang: String,
    line: usize,
    end_line: usize,
}

#[derive(Serialize, JsonSchema)]
struct StatementJson {
    id: String,
    /// `must`, `must-not`, `should`, `should-not` or `may`.
    strength: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: String,
    /// The anchor of its section.
    section: String,
    keywords: Vec<KeywordJson>,
    /// Whether it binds anybody: not where its keywords are adjectives, as in `the OPTIONAL fields`. Nothing counts it then.
    binds: bool,
    /// `upper` where keywords in capitals make it a statement, `lower` where modals in lower case do.
    mode: String,
    /// Its lower-case modals, where they make it a statement.
    modals: Vec<KeywordJson>,
    /// The items of the list that it introduces.
    parts: Vec<PartJson>,
    /// The field that it is about, where it does not say so itself.
    subject: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ClauseJson {
    id: String,
    /// `item`, `row`, `formula` or `line`.
    form: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: String,
    /// The anchor of its section.
    section: String,
}

#[derive(Serialize, JsonSchema)]
struct PartJson {
    line: usize,
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct KeywordJson {
    keyword: String,
    line: usize,
    column: usize,
}

#[derive(Serialize, JsonSchema)]
struct OperationJson {
    name: String,
    signature: String,
    line: usize,
    /// The first sentence of its section.
    summary: String,
    /// The object that it makes or is called on; null for a function.
    object: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ReferenceJson {
    /// `section`, `anchor`, `path`, `url` or `section-external`.
    kind: String,
    target: String,
    line: usize,
    /// Whether its target exists; null where that cannot be known.
    resolved: Option<bool>,
    to_line: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct ExampleJson {
    operation: String,
    line: usize,
    text: String,
}

/// The facts of what was read as JSON.
pub(crate) fn inspect(report: &InspectReport, lock: &Lock) -> Inspect {
    let sources = &report.sources;
    let packages = report.library.packages.iter().map(|package| {
        let names = name_statements_after(package, sources, &lock.known(&package.name));
        self::package(package, &names, sources)
    });
    Inspect {
        schema: "ghostc.inspect/1".to_string(),
        packages: packages.collect(),
        skipped: report.skipped.clone(),
    }
}

fn package(package: &Package, names: &[StatementName], sources: &Sources) -> InspectedPackageJson {
    let read = clauses(package, sources);
    InspectedPackageJson {
        name: package.name.clone(),
        dialect: package.dialect.as_str().to_string(),
        root: package.root.clone(),
        changes: package.changes.as_ref().map(|base| ChangesJson {
            root: base.root.clone(),
            archived: base.archived,
        }),
        version: package.version.clone(),
        files: package
            .documents
            .iter()
            .enumerate()
            .map(|(at, home)| file(package, names, (at, home), &read, sources))
            .collect(),
        cases: package
            .cases
            .iter()
            .map(|case| CaseJson::new(package, case, sources))
            .collect(),
        slices: slices(package, &package.slices, sources),
        transcripts: slices(package, &package.transcripts, sources),
    }
}

fn file(
    package: &Package,
    names: &[StatementName],
    (at, home): (usize, &Document),
    read: &Clauses,
    sources: &Sources,
) -> FileJson {
    let line = |span| sources.line(span);
    let spec = &home.spec;
    let heading = |(heading, anchor): (&Heading, &String)| HeadingJson {
        level: heading.level,
        text: heading.text.clone(),
        line: line(heading.span),
        anchor: anchor.clone(),
    };
    let code_blocks = spec.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Code(code) => {
            let (start, end) = sources.positions(block.span);
            Some(CodeBlockJson {
                lang: code.lang.clone(),
                line: start.line,
                end_line: end.line,
            })
        }
        BlockKind::Heading
        | BlockKind::Paragraph
        | BlockKind::Item
        | BlockKind::TableHead
        | BlockKind::TableRow => None,
    });
    let example = |example: &Example| ExampleJson {
        operation: example.operation.clone(),
        line: line(example.span),
        text: collapse_whitespace(sources.slice(example.span)),
    };
    let facts = InFile {
        facts: &package.facts,
        document: at,
        sources,
    };
    let references = package
        .references
        .iter()
        .filter(|reference| reference.document == at);
    FileJson {
        path: home.path.clone(),
        headings: spec.headings.iter().zip(spec.anchors()).map(heading).collect(),
        code_blocks: code_blocks.collect(),
        statements: statements(package, names, at, home, sources),
        clauses: of_document(package, &read.clauses, at, sources),
        obligations: of_document(package, &read.obligations, at, sources),
        requirements: facts.requirements(),
        scenarios: facts.scenarios(),
        operations: package
            .operations
            .iter()
            .filter(|operation| operation.document == at)
            .map(|operation| OperationJson {
                name: operation.name.clone(),
                signature: operation.signature.text.clone(),
                line: line(operation.span),
                summary: operation.summary.clone(),
                object: operation.object.clone(),
            })
            .collect(),
        tasks: facts.tasks(),
        stories: facts.stories(),
        properties: facts.properties(),
        terms: facts.terms(),
        questions: facts.questions(),
        renames: facts.renames(),
        references: references
            .map(|reference| ReferenceJson {
                kind: reference.kind.to_string(),
                target: reference.target.clone(),
                line: line(reference.span),
                resolved: reference.resolved,
                to_line: reference.to.map(line),
            })
            .collect(),
        examples: spec.examples.iter().map(example).collect(),
    }
}

fn of_document(package: &Package, all: &[Clause], at: usize, sources: &Sources) -> Vec<ClauseJson> {
    let ids = clause_ids(package, all, sources);
    let own = all.iter().zip(ids).filter(|(clause, _)| clause.document == at);
    let json = own.filter_map(|(clause, id)| {
        let home = package.documents.get(at)?;
        let (start, end) = sources.positions(clause.span);
        Some(ClauseJson {
            id,
            form: clause.form.as_str().to_string(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text: collapse_whitespace(sources.slice(clause.span)),
            section: anchor_at(home, clause.span).to_string(),
        })
    });
    json.collect()
}

/// The anchor of the section that a place lies in directly.
fn anchor_at(home: &Document, at: Span) -> &str {
    let heading = home.spec.heading_at(at.start);
    heading.map_or("", |heading| home.spec.anchor(heading))
}

fn statements(
    package: &Package,
    names: &[StatementName],
    at: usize,
    home: &Document,
    sources: &Sources,
) -> Vec<StatementJson> {
    let json = |written: &Statement, id: String, text: String, section: String| {
        let (start, end) = sources.positions(written.span);
        StatementJson {
            id,
            strength: written.strength.as_str().to_string(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text,
            section,
            keywords: keywords(&written.keywords, sources),
            binds: written.binds,
            mode: if written.lower { "lower" } else { "upper" }.to_string(),
            modals: keywords(&written.modals, sources),
            parts: written
                .parts
                .iter()
                .map(|part| self::part(*part, sources))
                .collect(),
            subject: written.subject.map(|at| sources.slice(at).to_string()),
        }
    };
    let own = package.statements.iter().zip(names);
    let own = own.filter(|(statement, _)| statement.document == at);
    let binding = own.filter_map(|(statement, name)| {
        let written = home.spec.statements.get(statement.index)?;
        Some(json(
            written,
            name.id.clone(),
            name.text.clone(),
            name.section.clone(),
        ))
    });
    // What binds nobody has no name that anything keeps.
    let others = home.spec.statements.iter().filter(|written| !written.binds);
    let others = others.map(|written| {
        let section = anchor_at(home, written.span);
        let text = collapse_whitespace(sources.slice(written.span));
        json(written, statement_id(section, &text), text, section.to_string())
    });
    let mut all: Vec<StatementJson> = binding.chain(others).collect();
    all.sort_by_key(|statement| (statement.line, statement.column));
    all
}

fn keywords(uses: &[KeywordUse], sources: &Sources) -> Vec<KeywordJson> {
    let json = uses.iter().map(|found| {
        let (start, _) = sources.positions(found.span);
        KeywordJson {
            keyword: found.keyword.text.to_string(),
            line: start.line,
            column: start.column,
        }
    });
    json.collect()
}

fn part(at: Span, sources: &Sources) -> PartJson {
    PartJson {
        line: sources.line(at),
        text: collapse_whitespace(sources.slice(at)),
    }
}
