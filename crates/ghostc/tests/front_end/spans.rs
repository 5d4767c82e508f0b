//! Every fact lies inside what it is a part of, on the borders of characters.

use ghostc_spec::library::{Document, Library, Package};
use ghostc_syntax::yaml::{Content, Node};
use ghostc_syntax::{BlockKind, Diagnostic, Sources, Span, SpecFile, collapse_whitespace};

/// What is wrong with the spans of a library; nothing where all is well.
pub(crate) fn misplaced(library: &Library, sources: &Sources) -> Vec<String> {
    let mut judge = Judge {
        sources,
        wrong: Vec::new(),
    };
    for package in &library.packages {
        for document in &package.documents {
            judge.document(document);
        }
        judge.resolved(package);
        judge.facts(package);
        judge.tasks(package);
    }
    judge.wrong
}

/// What is wrong with the spans of findings.
pub(crate) fn misplaced_findings(findings: &[Diagnostic], sources: &Sources) -> Vec<String> {
    let mut judge = Judge {
        sources,
        wrong: Vec::new(),
    };
    for found in findings {
        let name = found.code.name;
        judge.sound(name, found.span);
        for label in &found.labels {
            judge.sound(name, label.span);
        }
        for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
            judge.sound(name, edit.span);
        }
    }
    judge.wrong
}

struct Judge<'s> {
    sources: &'s Sources,
    wrong: Vec<String>,
}

impl Judge<'_> {
    fn text(&self, span: Span) -> Option<&str> {
        self.sources.get(span.file).text.get(span.range())
    }

    fn say(&mut self, what: &str, inner: Span, outer: Span) {
        let place = self.sources.place(inner);
        let text = self.text(inner).unwrap_or("no text");
        self.wrong
            .push(format!("{what}: {inner:?} ({place}: {text:?}) in {outer:?}"));
    }

    /// Whether a span is a stretch of its text.
    fn sound(&mut self, what: &str, span: Span) {
        if span.start > span.end || self.text(span).is_none() {
            self.say(what, span, Span::start_of(span.file));
        }
    }

    fn inside(&mut self, what: &str, inner: Span, outer: Span) {
        self.sound(what, inner);
        if !outer.contains(inner) {
            self.say(what, inner, outer);
        }
    }

    fn document(&mut self, document: &Document) {
        let spec = &document.spec;
        let whole = Span::new(spec.file, 0, self.sources.get(spec.file).text.len());
        if let Some(front) = &spec.front_matter {
            self.inside("front matter", front.span, whole);
            if let Some(node) = &front.node {
                self.node(node, front.span);
            }
        }
        for heading in &spec.headings {
            self.inside("section", heading.section(), whole);
            self.inside("heading", heading.span, heading.section());
            if let Some(above) = heading.parent().and_then(|above| spec.headings.get(above)) {
                self.inside("section in section", heading.section(), above.section());
            }
        }
        for block in &spec.blocks {
            self.inside("block", block.span, whole);
            if let Some(heading) = block.heading().and_then(|at| spec.headings.get(at)) {
                self.inside("block in section", block.span, heading.section());
            }
            if let BlockKind::Code(code) = &block.kind {
                self.inside("code", code.content, whole);
            }
        }
        for span in spec
            .comments
            .iter()
            .chain(spec.references.iter().map(|found| &found.span))
        {
            self.inside("comment or reference", *span, whole);
        }
        for example in &spec.examples {
            self.inside("example", example.span, whole);
        }
        self.lists(spec, whole);
        self.sentences(spec, whole);
    }

    fn node(&mut self, node: &Node, outer: Span) {
        self.inside("value", node.span, outer);
        match &node.value {
            Content::Scalar(_) => {}
            Content::List(items) => items.iter().for_each(|item| self.node(item, outer)),
            Content::Map(entries) => entries.iter().for_each(|entry| {
                self.inside("key", entry.key_span, outer);
                self.node(&entry.value, outer);
            }),
        }
    }

    fn lists(&mut self, spec: &SpecFile, whole: Span) {
        for item in &spec.items {
            let outer = item.parent().and_then(|above| spec.items.get(above));
            self.inside("item", item.span, outer.map_or(whole, |above| above.span));
            let text = item
                .block()
                .and_then(|at| spec.blocks.get(at))
                .map(|block| block.span);
            if let Some(text) = text {
                self.inside("text of an item", text, item.span);
            }
            if let Some((check, text)) = item.check.as_deref().zip(text) {
                self.inside("box", check.span, text);
                let words = Span {
                    start: check.text,
                    ..text
                };
                self.inside("words behind a box", words, text);
            }
        }
        for row in &spec.rows {
            let Some(block) = spec.blocks.get(row.block) else {
                continue;
            };
            if !matches!(block.kind, BlockKind::TableHead | BlockKind::TableRow) {
                self.say("row", block.span, whole);
            }
            for cell in &row.cells {
                self.inside("cell", *cell, block.span);
            }
        }
    }

    fn sentences(&mut self, spec: &SpecFile, whole: Span) {
        for sentence in &spec.sentences {
            let block = spec.blocks.get(sentence.block());
            self.inside("sentence", sentence.span, block.map_or(whole, |block| block.span));
        }
        let of = |index: usize| spec.sentences.get(index).map_or(whole, |found| found.span);
        for modal in &spec.modals {
            self.inside("modal", modal.used.span, of(modal.sentence));
        }
        for statement in &spec.statements {
            self.inside("statement", statement.span, of(statement.sentence));
            for used in statement.keywords.iter().chain(&statement.modals) {
                self.inside("keyword", used.span, statement.span);
                let words = collapse_whitespace(self.text(used.span).unwrap_or_default());
                let first = used.keyword.text.split(' ').next().unwrap_or_default();
                if !words.starts_with(first) {
                    self.say("keyword", used.span, statement.span);
                }
            }
            for part in statement.parts.iter().chain(&statement.subject) {
                self.inside("part or subject", *part, whole);
            }
        }
    }

    fn resolved(&mut self, package: &Package) {
        self.sound("name", package.name_span);
        for operation in &package.operations {
            self.inside("operation", operation.span, operation.section);
        }
        for statement in &package.statements {
            self.sound("statement", statement.span);
        }
        for case in &package.cases {
            self.sound("case", case.span);
        }
        for raw in package.case_files.iter().flat_map(|file| &file.cases) {
            let parts = [&raw.name, &raw.id, &raw.requirement].map(|part| part.as_ref().map(|part| part.1));
            for part in parts
                .into_iter()
                .chain([raw.input.as_ref().map(|input| input.1)])
                .flatten()
            {
                self.inside("part of a case", part, raw.span);
            }
        }
        for reference in &package.references {
            self.sound("reference", reference.span);
            reference.to.into_iter().for_each(|to| self.sound("target", to));
        }
    }

    fn facts(&mut self, package: &Package) {
        let facts = &package.facts;
        for found in &facts.requirements {
            self.inside("requirement", found.span, found.section);
            for criterion in &found.criteria {
                self.inside("criterion", criterion.span, found.section);
                if let Some(subject) = criterion.subject {
                    self.inside("subject", subject, criterion.span);
                }
            }
        }
        for found in &facts.scenarios {
            self.inside("scenario", found.span, found.section);
            if let Some(home) = found.requirement.get().and_then(|at| facts.requirements.get(at)) {
                self.inside("scenario of a requirement", found.section, home.section);
            }
            if let Some(home) = found.story.get().and_then(|at| facts.stories.get(at)) {
                self.inside("scenario of a story", found.section, home.section);
            }
            for step in &found.steps {
                self.inside("step", step.span, found.section);
            }
        }
        for found in &facts.stories {
            self.inside("story", found.span, found.section);
        }
        let spans = facts.properties.iter().map(|found| found.span);
        let spans = spans.chain(facts.terms.iter().map(|found| found.span));
        let spans = spans.chain(facts.questions.iter().map(|found| found.span));
        let spans = spans.chain(
            facts
                .renames
                .iter()
                .flat_map(|found| [found.from_span, found.to_span]),
        );
        let validated = facts.properties.iter().flat_map(|found| &found.validates);
        let spans = spans.chain(validated.chain(&facts.asides).map(|ids| ids.span));
        let mentions = [&facts.id_uses, &facts.change_names, &facts.missing_files];
        for span in spans.chain(mentions.into_iter().flatten().map(|mention| mention.span)) {
            self.sound("fact", span);
        }
    }

    fn tasks(&mut self, package: &Package) {
        for task in &package.facts.tasks {
            self.inside("task", task.span, task.section);
            let own = [&task.files, &task.mentions, &task.properties];
            let own = own.into_iter().flatten().map(|mention| mention.span);
            for span in own.chain(task.depends_on.iter().map(|ids| ids.span)) {
                self.inside("mention of a task", span, task.section);
            }
            let unknown = task.unknown_requirements.iter().map(|mention| mention.span);
            for span in unknown.chain(task.requirements.iter().map(|ids| ids.span)) {
                self.sound("requirement of a task", span);
            }
            for edge in &task.edges {
                self.sound("edge", edge.span);
            }
        }
        for wave in &package.facts.waves {
            self.sound("wave", wave.span);
            for task in &wave.tasks {
                self.inside("task of a wave", task.span, wave.span);
            }
        }
    }
}
