//! What statements need the whole document for: lower-case mode, the lists that they introduce, and what they are about.

use super::keywords;
use crate::source::Span;
use crate::spec::{BlockKind, KeywordUse, SpecFile, Statement};

/// Makes the statements of a document without capital keywords, and gives all of them their parts and subjects.
pub(super) fn complete(spec: &mut SpecFile, text: &str) {
    if !spec.has_capital_keywords {
        spec.statements = lower(spec);
    }
    let mut items = vec![None; spec.blocks.len()];
    for (at, item) in spec.items.iter().enumerate() {
        if let Some(slot) = item.block().and_then(|block| items.get_mut(block)) {
            *slot = Some(at);
        }
    }
    let mut statements = std::mem::take(&mut spec.statements);
    for statement in &mut statements {
        statement.binds = binds(statement, text);
        statement.parts = parts(spec, &items, statement, text);
        statement.subject = subject(spec, &items, statement, text);
    }
    spec.statements = statements;
}

/// Whether any keyword of a statement says more than which things are meant.
fn binds(statement: &Statement, text: &str) -> bool {
    let at = |used: &KeywordUse| (used.span.start as usize, used.span.end as usize);
    let is_adjective = |used: &KeywordUse| {
        let (start, end) = at(used);
        let before = text.get(statement.span.start as usize..start);
        let after = text.get(end..statement.span.end as usize);
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        keywords::is_adjective(used.keyword, before, after)
    };
    statement.lower || !statement.keywords.iter().all(is_adjective)
}

/// The sentences with lower-case modals.
fn lower(spec: &SpecFile) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    for modal in &spec.modals {
        match statements.last_mut() {
            Some(last) if last.sentence == modal.sentence => last.modals.push(modal.used),
            _ => statements.extend(statement(spec, modal.sentence, modal.used)),
        }
    }
    statements
}

fn statement(spec: &SpecFile, sentence: usize, used: KeywordUse) -> Option<Statement> {
    Some(Statement {
        sentence,
        span: spec.sentences.get(sentence)?.span,
        strength: used.keyword.strength,
        keywords: Vec::new(),
        lower: true,
        binds: true,
        modals: vec![used],
        parts: Vec::new(),
        subject: None,
    })
}

/// The items of the list that a statement introduces.
fn parts(spec: &SpecFile, items: &[Option<usize>], statement: &Statement, text: &str) -> Vec<Span> {
    let words = slice(text, statement.span).trim_end_matches(['*', '_', ' ']);
    let Some(sentence) = spec.sentences.get(statement.sentence) else {
        return Vec::new();
    };
    let next = spec.sentences.get(statement.sentence + 1);
    if !words.ends_with([':', '：']) || next.is_some_and(|next| next.block() == sentence.block()) {
        return Vec::new();
    }
    let item_of = |block: usize| items.get(block).copied().flatten();
    let (own, first) = (item_of(sentence.block()), item_of(sentence.block() + 1));
    let Some((at, first)) = first.and_then(|at| Some((at, spec.items.get(at)?))) else {
        return Vec::new();
    };
    // A paragraph introduces the list after it, an item the one in it.
    let around = own.and_then(|own| spec.items.get(own));
    let is_paragraph = spec
        .blocks
        .get(sentence.block())
        .is_some_and(|block| block.kind == BlockKind::Paragraph);
    let (is_meant, end) = match around {
        Some(around) => (first.parent() == own, around.span.end),
        None if is_paragraph => (first.parent().is_none(), end_of_list(spec, sentence.block() + 1)),
        None => (false, 0),
    };
    let list = spec
        .items
        .iter()
        .skip(at)
        .take_while(|item| item.span.start < end);
    let parts = list.filter(|item| is_meant && item.parent() == first.parent());
    parts.map(|item| item.span).collect()
}

/// Where the list that holds a block ends: at the next block outside lists.
fn end_of_list(spec: &SpecFile, block: usize) -> u32 {
    let rest = spec.blocks.iter().skip(block);
    let mut outside = rest.filter(|block| matches!(block.kind, BlockKind::Heading | BlockKind::Paragraph));
    outside.next().map_or(u32::MAX, |block| block.span.start)
}

/// What a statement is about that does not say so: the code span before its type in parentheses, or that which opens the
/// item around it.
fn subject(spec: &SpecFile, items: &[Option<usize>], statement: &Statement, text: &str) -> Option<Span> {
    let sentence = spec.sentences.get(statement.sentence)?;
    let item = spec.items.get(items.get(sentence.block()).copied().flatten()?)?;
    let own = leading_code(text, spec.blocks.get(sentence.block())?.span);
    if let Some(own) = own {
        let rest = text.get(own.end as usize + 1..).unwrap_or_default();
        return rest.starts_with(" (").then_some(own);
    }
    let first = statement.keywords.iter().chain(&statement.modals).next()?;
    if first.span.start > statement.span.start + 2 {
        return None;
    }
    let parent = spec.items.get(item.parent()?)?;
    leading_code(text, spec.blocks.get(parent.block()?)?.span)
}

/// The code span that a text starts with, without its marks.
fn leading_code(text: &str, at: Span) -> Option<Span> {
    let inside = slice(text, at).strip_prefix('`')?;
    let len = inside.find('`').filter(|len| *len > 0)?;
    let start = at.start as usize + 1;
    Some(Span::new(at.file, start, start + len))
}

fn slice(text: &str, at: Span) -> &str {
    text.get(at.range()).unwrap_or_default()
}
