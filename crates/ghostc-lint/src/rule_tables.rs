//! Tables that say what comes out for which range of a quantity: `| 45–89 seconds | "1 minute ago" |`.

use crate::ranges::{self, Range};
use ghostc_spec::library::{Document, Operation};
use ghostc_syntax::{Row, Sources, Span};

/// One row: a range, and what comes out in it.
pub(crate) struct Rule<'s> {
    /// The inputs that it is about.
    pub(crate) range: Range<'s>,
    /// Where the range is written.
    pub(crate) condition: Span,
    /// What comes out.
    pub(crate) result: Template<'s>,
}

/// What a cell says comes out; names in braces stand for what is filled in.
#[derive(Clone, Copy)]
pub(crate) struct Template<'s> {
    /// Its text, without quotes.
    pub(crate) text: &'s str,
    /// Whether it is quoted, and so meant word by word.
    pub(crate) is_quoted: bool,
}

/// A table of rules of an operation.
pub(crate) struct RuleTable<'s> {
    /// The title of the column of ranges.
    pub(crate) title: &'s str,
    /// Its rows, in their order.
    pub(crate) rules: Vec<Rule<'s>>,
}

/// The one table of rules in an operation's section; nothing where there are several, since cases may then mean either.
pub(crate) fn of<'s>(home: &Document, operation: &Operation, sources: &'s Sources) -> Option<RuleTable<'s>> {
    let inside = |row: &Row| {
        let cell = row.cells.first();
        cell.is_some_and(|cell| operation.section.contains(*cell))
    };
    let rows = &home.spec.rows;
    let tables = rows
        .chunk_by(|a, b| a.table == b.table)
        .filter(|rows| rows.first().is_some_and(inside));
    let mut found = tables.filter_map(|rows| table(rows, sources));
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

/// A table of two columns, ranges and results.
fn table<'s>(rows: &[Row], sources: &'s Sources) -> Option<RuleTable<'s>> {
    let (head, body) = rows.split_first().filter(|(head, _)| head.head)?;
    let (title, _) = pair(head)?;
    let rules = body.iter().map(|row| {
        let (condition, result) = pair(row)?;
        Some(Rule {
            range: ranges::parse(sources.slice(condition))?,
            condition,
            result: Template::of(sources.slice(result))?,
        })
    });
    let rules = rules.collect::<Option<Vec<Rule<'s>>>>()?;
    let mut quantities = rules.iter().map(|rule| rule.range.quantity);
    let quantity = quantities.next()?;
    (rules.len() > 1 && quantities.all(|other| other == quantity)).then_some(RuleTable {
        title: sources.slice(title),
        rules,
    })
}

fn pair(row: &Row) -> Option<(Span, Span)> {
    match row.cells.as_slice() {
        [first, second] => Some((*first, *second)),
        _ => None,
    }
}

impl<'s> Template<'s> {
    fn of(cell: &'s str) -> Option<Template<'s>> {
        let cell = cell.trim();
        let bare = cell.trim_matches('`');
        let quoted = ['"', '\'']
            .iter()
            .find_map(|mark| bare.strip_prefix(*mark)?.strip_suffix(*mark));
        let text = quoted.unwrap_or(bare);
        let is_quoted = quoted.is_some() || bare.len() < cell.len();
        // Where nothing stands between two names, nobody can tell what fills which.
        let is_clear = !text.is_empty() && !text.contains("}{");
        is_clear.then_some(Template { text, is_quoted })
    }

    /// Whether it has names in braces.
    pub(crate) fn has_names(&self) -> bool {
        self.names().next().is_some()
    }

    fn names(&self) -> impl Iterator<Item = (&'s str, &'s str)> {
        self.text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
    }

    /// Whether a text is what it says with each name filled in by one word.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (start, rest) = self.text.split_once('{').unwrap_or((self.text, ""));
        let Some(mut text) = text.strip_prefix(start) else {
            return false;
        };
        if rest.is_empty() {
            return text.is_empty();
        }
        for (_, after) in self.names() {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            // What follows a name ends its word, or begins with a space.
            let word = text.get(..end).unwrap_or_default();
            let glued = after.split(char::is_whitespace).next().unwrap_or_default();
            let Some(filled) = word.strip_suffix(glued).filter(|filled| !filled.is_empty()) else {
                return false;
            };
            let Some(rest) = text.get(filled.len()..).and_then(|rest| rest.strip_prefix(after)) else {
                return false;
            };
            text = rest;
        }
        text.is_empty()
    }

    /// Its one name and the word after it, as in `{n} minutes ago`, and the number that a text has in its place.
    pub(crate) fn counted<'t>(&self, text: &'t str) -> Option<(&'s str, &'s str, &'t str)> {
        let mut names = self.names();
        let (name, after) = names.next().filter(|_| names.next().is_none())?;
        let (before, _) = self.text.split_once('{')?;
        let unit = after.strip_prefix(' ')?.split(' ').next()?;
        let filled = text.strip_prefix(before)?.strip_suffix(after)?;
        Some((name, unit, filled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(cell: &str, text: &str) -> bool {
        Template::of(cell).is_some_and(|template| template.matches(text))
    }

    #[test]
    fn a_template_matches_what_fills_its_names() {
        assert!(matches("\"{n} minutes ago\"", "5 minutes ago"));
        assert!(matches("`just now`", "just now") && matches("{n}h ago", "5h ago"));
        assert!(Template::of("{n}{unit}").is_none());
        assert!(matches("{month} {day}, {year}", "May 5, 2024"));
        for text in [
            "5 months ago",
            " minutes ago",
            "1 2 minutes ago",
            "5 minutes ago!",
            "5 minutes",
        ] {
            assert!(!matches("\"{n} minutes ago\"", text), "{text}");
        }
        assert!(!matches("A", "AB") && !matches("A", ""));
    }

    #[test]
    fn a_count_is_found_with_its_unit() {
        let template = Template::of("\"about {n} days ago\"").unwrap();
        assert_eq!(template.counted("about 12 days ago"), Some(("n", "days", "12")));
        assert_eq!(Template::of("{a} {b}").unwrap().counted("1 2"), None);
    }
}
