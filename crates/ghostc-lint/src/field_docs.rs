//! Configuration fields as documents define them (`` - `max_turns` (integer) `` below a heading `` `agent` ``) and as they
//! sum them up (`` - `agent.max_turns`: integer, default `20` ``, or a row of a table).

use ghostc_spec::library::Document;
use ghostc_syntax::{Heading, Item, Sources, Span, SpecFile};
use std::collections::{BTreeMap, BTreeSet};

/// One mention of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// Its name, with its group where that is written.
    pub(crate) name: &'a str,
    /// Where the name is written.
    pub(crate) span: Span,
    /// Its type as written.
    pub(crate) kind: Option<(&'a str, Span)>,
    /// Its default, where that is one code span.
    pub(crate) default: Option<(&'a str, Span)>,
}

/// The fields that a document defines.
pub(crate) struct Defined<'a> {
    /// By group and name; the group is empty below a heading that names none.
    pub(crate) fields: BTreeMap<(&'a str, &'a str), Field<'a>>,
    /// The groups that have a heading, and that heading.
    pub(crate) groups: BTreeMap<&'a str, Span>,
    /// All code spans that open a list item outside summaries, and those of headings.
    named: BTreeSet<&'a str>,
}

impl<'a> Defined<'a> {
    /// Reads a document.
    pub(crate) fn of(home: &'a Document, sources: &'a Sources) -> Defined<'a> {
        let spec = &home.spec;
        let mut defined = Defined {
            fields: BTreeMap::new(),
            groups: BTreeMap::new(),
            named: BTreeSet::new(),
        };
        let children = children(spec);
        let groups: Vec<Option<(&str, Span)>> = spec
            .headings
            .iter()
            .map(|heading| group(heading, sources))
            .collect();
        for (at, item) in spec.items.iter().enumerate() {
            let Some((name, span, rest)) = leading_code(spec, item, sources) else {
                continue;
            };
            if summed_up(name, rest).is_some() {
                continue;
            }
            defined.named.insert(name);
            let Some(kind) = in_parentheses(rest) else {
                continue;
            };
            let group = item.heading().and_then(|at| *groups.get(at)?);
            let kind_span = Span::new(
                span.file,
                span.end as usize + 3,
                span.end as usize + 3 + kind.len(),
            );
            let nested = children.get(&at).into_iter().flatten();
            let default = nested
                .filter_map(|item| default_of(item_text(spec, item)?, sources))
                .next();
            let field = Field {
                name,
                span,
                kind: Some((kind, kind_span)),
                default,
            };
            let (group, _) = group.unwrap_or(("", span));
            defined.fields.entry((group, name)).or_insert(field);
        }
        for (group, span) in groups.into_iter().flatten() {
            if defined
                .fields
                .range((group, "")..)
                .next()
                .is_some_and(|((of, _), _)| *of == group)
            {
                defined.groups.insert(group, span);
            }
            defined.named.insert(group);
        }
        defined
    }

    /// Whether a name opens an item or is a heading's.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.named.contains(name)
    }
}

/// The items in each item, by its index.
fn children(spec: &SpecFile) -> BTreeMap<usize, Vec<&Item>> {
    let mut children: BTreeMap<usize, Vec<&Item>> = BTreeMap::new();
    for item in &spec.items {
        if let Some(parent) = item.parent() {
            children.entry(parent).or_default().push(item);
        }
    }
    children
}

fn item_text(spec: &SpecFile, item: &Item) -> Option<Span> {
    Some(spec.blocks.get(item.block()?)?.span)
}

/// The code span that opens an item, and the text after it.
fn leading_code<'a>(spec: &SpecFile, item: &Item, sources: &'a Sources) -> Option<(&'a str, Span, &'a str)> {
    let at = item_text(spec, item)?;
    code_at(at, sources)
}

/// The code span that a text starts with, without its marks, and what follows.
fn code_at(at: Span, sources: &Sources) -> Option<(&str, Span, &str)> {
    let text = sources.slice(at).strip_prefix('`')?;
    let (name, rest) = text.split_once('`')?;
    let start = at.start as usize + 1;
    (!name.is_empty()).then(|| (name, Span::new(at.file, start, start + name.len()), rest))
}

/// The code span that a heading is about: `` ### 5.3 `agent` (object) ``.
fn group<'a>(heading: &Heading, sources: &'a Sources) -> Option<(&'a str, Span)> {
    let line = sources.slice(heading.span);
    let bare = line
        .trim_start_matches(['#', ' ', '.'])
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let start = heading.span.start as usize + line.len() - bare.trim_start().len();
    let at = Span::new(heading.span.file, start, heading.span.end as usize);
    let (name, span, _) = code_at(at, sources)?;
    is_name(name).then_some((name, span))
}

/// The type in ` (integer, optional)`: all up to the first comma.
fn in_parentheses(rest: &str) -> Option<&str> {
    let (inside, _) = rest.strip_prefix(" (")?.split_once(')')?;
    inside.split(',').next()
}

/// What a line such as `` `agent.max_turns` (extension): integer, default `20` `` says after its colon.
fn summed_up<'a>(name: &str, rest: &'a str) -> Option<&'a str> {
    let after_note = match rest.strip_prefix(" (") {
        Some(inside) => inside.split_once(')')?.1,
        None => rest,
    };
    let said = after_note.strip_prefix(':')?;
    let dotted = name.split('.').count() > 1 && name.split('.').all(is_name);
    dotted.then_some(said)
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// The one code span of `` Default: `20` (5 minutes) ``.
fn default_of(at: Span, sources: &Sources) -> Option<(&str, Span)> {
    let text = sources.slice(at);
    let after = text
        .strip_prefix("Default:")
        .or_else(|| text.strip_prefix("Default value:"))?;
    let start = at.end as usize - after.trim_start().len();
    only_code(Span::new(at.file, start, at.end as usize), sources)
}

/// The code span that a text starts with, where all else is a remark in parentheses.
fn only_code(at: Span, sources: &Sources) -> Option<(&str, Span)> {
    let (code, span, rest) = code_at(at, sources)?;
    let rest = rest.trim_start();
    (rest.trim_matches(['.', ' ']).is_empty()
        || (rest.starts_with('(') && rest.trim_end_matches('.').ends_with(')')))
    .then_some((code, span))
}

/// The lines of a document that sum up fields of groups: items, and rows of tables whose first cell is a dotted name.
pub(crate) fn summaries<'a>(home: &'a Document, sources: &'a Sources) -> Vec<Field<'a>> {
    let spec = &home.spec;
    let items = spec.items.iter().filter_map(|item| {
        let at = item_text(spec, item)?;
        let (name, span, rest) = code_at(at, sources)?;
        let said = summed_up(name, rest)?;
        let start = at.end as usize - said.len();
        let kind = said.split(',').next().unwrap_or_default();
        let lead = kind.len() - kind.trim_start().len();
        let kind_at = Span::new(at.file, start + lead, start + kind.trim_end().len().max(lead));
        let default = said.find("default `").and_then(|offset| {
            let from = start + offset + "default ".len();
            only_code(Span::new(at.file, from, at.end as usize), sources)
        });
        Some(Field {
            name,
            span,
            kind: Some((kind.trim(), kind_at)),
            default,
        })
    });
    items.chain(rows(spec, sources)).collect()
}

fn rows<'a>(spec: &'a SpecFile, sources: &'a Sources) -> Vec<Field<'a>> {
    let (mut kind_at, mut default_at) = (None, None);
    let mut fields = Vec::new();
    for row in &spec.rows {
        if row.head {
            let titled = |title: &str| {
                row.cells
                    .iter()
                    .position(|cell| sources.slice(*cell).eq_ignore_ascii_case(title))
            };
            (kind_at, default_at) = (titled("type"), titled("default"));
            continue;
        }
        let Some((name, span, rest)) = row.cells.first().and_then(|cell| code_at(*cell, sources)) else {
            continue;
        };
        if rest.trim().is_empty()
            && summed_up(name, ":").is_some()
            && (kind_at.is_some() || default_at.is_some())
        {
            let cell = |at: Option<usize>| row.cells.get(at?).copied();
            fields.push(Field {
                name,
                span,
                kind: cell(kind_at).map(|at| (sources.slice(at), at)),
                default: cell(default_at).and_then(|at| only_code(at, sources)),
            });
        }
    }
    fields
}
