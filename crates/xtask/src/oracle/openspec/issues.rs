//! Where an issue of the validator is: it names a file and a line, or a requirement, or an index, or nothing but the item.

use super::super::json;
use super::trees::Files;
use serde_json::Value;

/// An error or a warning of the validator.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Issue {
    pub(super) message: String,
    /// The file; or, with a slash at its end, the folder of which something is said.
    pub(super) file: String,
    /// The lines, both ends included, at one of which a finding has to be; none says the whole file.
    pub(super) lines: Vec<(usize, usize)>,
}

impl Issue {
    pub(super) fn is_at(&self, file: &str, lines: &[usize]) -> bool {
        let in_file = match self.file.ends_with('/') {
            true => file.starts_with(&self.file),
            false => file == self.file,
        };
        let in_lines = |(from, to): &(usize, usize)| lines.iter().any(|line| (*from..=*to).contains(line));
        in_file && (self.lines.is_empty() || self.lines.iter().any(in_lines))
    }
}

/// An issue of an item with its place.
pub(super) fn located(item: &Value, issue: &Value, files: &Files) -> Issue {
    let (id, path) = (json::text(item, "id"), json::text(issue, "path"));
    let message = json::text(issue, "message").to_string();
    let file = match json::text(item, "type") {
        "spec" => format!("openspec/specs/{id}/spec.md"),
        _ if path == "file" => format!("openspec/changes/{id}/"),
        _ => [
            format!("openspec/changes/{id}/specs/{path}"),
            format!("openspec/changes/{id}/{path}"),
        ]
        .into_iter()
        .find(|path| files.contains_key(path))
        .unwrap_or_else(|| format!("openspec/changes/{id}/")),
    };
    let text = files.get(&file).map_or("", String::as_str);
    let lines: Vec<&str> = text.lines().collect();
    let lines = match (json::number(issue, "line"), index(path)) {
        (Some(line), _) => vec![(line, line)],
        (None, Some(index)) => child(&lines, index).into_iter().collect(),
        (None, None) => named(&lines, &message),
    };
    Issue { message, file, lines }
}

/// `requirements[3].scenarios` and `requirements.3.scenarios`: the fourth heading below `## Requirements`.
fn index(path: &str) -> Option<usize> {
    let rest = path.strip_prefix("requirements")?.get(1..)?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// Lines that are no code, with their numbers.
fn prose<'l>(lines: &[&'l str]) -> Vec<(usize, &'l str)> {
    let mut fence: Option<(char, usize)> = None;
    let mut found = Vec::new();
    for (line, number) in lines.iter().zip(1..) {
        let bare = line.trim();
        let mark = bare.chars().next().unwrap_or(' ');
        let run = bare.chars().take_while(|c| *c == mark).count();
        let is_fence = run >= 3 && matches!(mark, '`' | '~');
        match fence {
            None if is_fence => fence = Some((mark, run)),
            None => found.push((number, *line)),
            Some((open, length)) if is_fence && mark == open && run >= length && bare.len() == run => {
                fence = None
            }
            Some(_) => {}
        }
    }
    found
}

/// The level and the title of a heading as the validator reads it.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.chars().take_while(|c| *c == '#').count();
    let rest = line.get(level..)?;
    ((1..=6).contains(&level) && rest.starts_with(char::is_whitespace) && !rest.trim().is_empty())
        .then(|| (level, rest.trim()))
}

/// The block of the heading at an index below the first section named `Requirements`.
fn child(lines: &[&str], index: usize) -> Option<(usize, usize)> {
    let headings: Vec<(usize, usize, &str)> = prose(lines)
        .into_iter()
        .filter_map(|(number, line)| heading(line).map(|(level, title)| (number, level, title)))
        .collect();
    let home = headings
        .iter()
        .position(|(.., title)| title.eq_ignore_ascii_case("requirements"))?;
    let (_, level, _) = *headings.get(home)?;
    let below = headings.get(home + 1..)?;
    let inside: Vec<_> = below.iter().take_while(|(_, found, _)| *found > level).collect();
    // A child is below no deeper heading that is itself below the section.
    let mut least = usize::MAX;
    let children = inside.iter().filter(|(_, found, _)| {
        let is_child = *found <= least;
        least = least.min(*found);
        is_child
    });
    let (number, level, _) = children.copied().nth(index)?;
    Some((*number, end(&headings, *number, *level, lines.len())))
}

/// The last line of a section.
fn end(headings: &[(usize, usize, &str)], number: usize, level: usize, last: usize) -> usize {
    let next = headings
        .iter()
        .find(|(at, found, _)| *at > number && *found <= level);
    next.map_or(last, |(at, ..)| at - 1)
}

/// The blocks of the requirements that a message quotes, and the lines that name them.
fn named(lines: &[&str], message: &str) -> Vec<(usize, usize)> {
    let quoted: Vec<&str> = message
        .match_indices('"')
        .map(|(at, _)| at)
        .collect::<Vec<_>>()
        .windows(2)
        .filter_map(|pair| match pair {
            [from, to] => message.get(from + 1..*to),
            _ => None,
        })
        .collect();
    let prose = prose(lines);
    let mut found = Vec::new();
    for (number, line) in &prose {
        let Some((before, name)) = line.split_once(':').and_then(|_| requirement(line)) else {
            continue;
        };
        if !quoted.contains(&name) {
            continue;
        }
        let end = match before.trim() {
            "###" => {
                let next = prose.iter().find(|(at, line)| {
                    at > number
                        && (requirement(line).is_some() || heading(line).is_some_and(|(level, _)| level <= 2))
                });
                next.map_or(lines.len(), |(at, _)| at - 1)
            }
            _ => *number,
        };
        found.push((*number, end));
    }
    found
}

/// What stands before `Requirement:` in a line, and the name behind it.
fn requirement(line: &str) -> Option<(&str, &str)> {
    let at = line.to_ascii_lowercase().find("requirement:")?;
    let (before, after) = line.split_at_checked(at)?;
    let name = after.get("requirement:".len()..)?.trim().trim_end_matches('`');
    let closed = name.trim_end_matches('#');
    let name = if closed.ends_with([' ', '\t']) {
        closed
    } else {
        name
    };
    before.contains("###").then(|| (before, name.trim()))
}
