//! `oracle/openspec.json`: which findings of ghostc meet which message of the validator, and which are not to be met.

use super::super::json;
use super::issues::Issue;
use super::trees::Files;
use serde_json::Value;

/// The lists as they were read.
pub(super) struct Known {
    lists: Value,
}

impl Known {
    pub(super) fn read() -> Result<Known, String> {
        let lists = json::known("openspec")?;
        Ok(Known { lists })
    }

    /// The codes that meet an issue; none where its message is in no list.
    pub(super) fn codes(&self, issue: &Issue) -> Vec<&str> {
        let met = json::list(&self.lists, "met").iter();
        met.filter(|entry| says(entry, issue))
            .flat_map(|entry| json::list(entry, "by").iter().filter_map(Value::as_str))
            .collect()
    }

    /// The words by which the message of an issue is known; all of it where it is in no list.
    pub(super) fn kind<'k>(&'k self, issue: &'k Issue) -> &'k str {
        let mut met = json::list(&self.lists, "met").iter();
        let entry = met.find(|entry| says(entry, issue));
        entry.map_or(issue.message.as_str(), |entry| json::text(entry, "says"))
    }

    /// The reason for which an issue need not be met.
    pub(super) fn excused(&self, issue: &Issue, files: &Files) -> Option<&str> {
        let listed = json::list(&self.lists, "not_met").iter();
        let mut listed =
            listed.filter(|entry| says(entry, issue) && applies(json::text(entry, "where"), issue, files));
        listed.next().map(|entry| json::text(entry, "reason"))
    }
}

fn says(entry: &Value, issue: &Issue) -> bool {
    let part = json::text(entry, "says");
    !part.is_empty() && issue.message.contains(part)
}

/// Whether a condition of an entry holds; one that is not known never does.
fn applies(condition: &str, issue: &Issue, files: &Files) -> bool {
    let lines: Vec<&str> = lines_of(files, &issue.file);
    match condition {
        "anywhere" => true,
        "a heading of the document has a closing run" => lines.iter().any(|line| is_closed(line)),
        "a heading of the document is indented" => lines.iter().any(|line| is_indented(line)),
        "the scenarios are there under longer names" => are_longer(issue, &lines),
        "the group's heading has another level" => has_group(issue, &lines),
        "another heading stands above them in the base" => {
            let capability = issue.file.split_once("/specs/").map_or("", |(_, rest)| rest);
            let base = lines_of(files, &format!("openspec/specs/{capability}"));
            let names_none = |line: &&str| {
                let title = line.strip_prefix("### ").map(str::trim);
                title.is_some_and(|title| title == "Requirement:" || !title.starts_with("Requirement:"))
            };
            base.iter().any(names_none)
        }
        "the heading says of nothing that it binds" => is_divider(issue, &lines),
        _ => false,
    }
}

/// The lines of a file, or of all that lie in a folder.
fn lines_of<'f>(files: &'f Files, path: &str) -> Vec<&'f str> {
    let is_meant = |other: &&String| **other == path || path.ends_with('/') && other.starts_with(path);
    let meant = files.iter().filter(|(other, _)| is_meant(other));
    meant.flat_map(|(_, text)| text.lines()).collect()
}

/// `## Purpose ##`.
fn is_closed(line: &str) -> bool {
    let bare = line.trim_end().trim_end_matches('#');
    line.starts_with("##") && bare.len() < line.trim_end().len() && bare.ends_with([' ', '\t'])
}

/// `  ## Purpose`.
fn is_indented(line: &str) -> bool {
    let title = line.trim_start_matches(' ');
    let rest = title.trim_start_matches('#');
    title.len() < line.len() && rest.len() < title.len() && rest.starts_with(' ')
}

/// Whether each scenario that is said to be left out has its name at the start of another's.
fn are_longer(issue: &Issue, lines: &[&str]) -> bool {
    let named = issue
        .message
        .split_once("still has: ")
        .map_or("", |(_, rest)| rest);
    let named = named.split_once(". The modified").map_or("", |(named, _)| named);
    let names: Vec<&str> = named.split(", ").map(|name| name.trim_matches('"')).collect();
    let title = |line: &&str| {
        let title = line.strip_prefix("####")?.trim();
        Some(
            title
                .strip_prefix("Scenario:")
                .unwrap_or(title)
                .trim()
                .to_string(),
        )
    };
    let given: Vec<String> = lines.iter().filter_map(title).collect();
    names.iter().all(|name| {
        let is_longer = |given: &String| given.len() > name.len() && given.starts_with(name);
        given.iter().any(|given| given == name || is_longer(given))
    })
}

/// Whether the nearest heading above with a number has that of the task, at a level that is not the second.
fn has_group(issue: &Issue, lines: &[&str]) -> bool {
    let Some((line, _)) = issue.lines.first() else {
        return false;
    };
    let above = lines.get(..*line).unwrap_or_default().iter().rev();
    let mut numbered = above.filter_map(|line| {
        let title = line.trim_start_matches('#');
        let number = title.trim_start().split('.').next()?;
        let is_heading = title.len() < line.len() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_heading.then_some((line.len() - title.len(), number.to_string()))
    });
    let group = issue
        .message
        .split_once("points to group ")
        .map_or("", |(_, rest)| rest);
    let group = group.split('.').next().unwrap_or_default();
    numbered
        .next()
        .is_some_and(|(level, number)| level != 2 && number == group)
}

/// Whether a heading names neither a requirement nor a scenario and no word below it binds.
fn is_divider(issue: &Issue, lines: &[&str]) -> bool {
    let Some((from, to)) = issue.lines.first() else {
        return false;
    };
    let block = lines.get(from - 1..*to).unwrap_or_default();
    let heading = block.first().map_or(String::new(), |line| line.to_lowercase());
    let mut words = block
        .iter()
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric()));
    let binds = words.any(|word| matches!(word, "MUST" | "SHALL" | "SHOULD" | "MAY" | "REQUIRED"));
    !heading.contains("requirement:") && !heading.contains("scenario:") && !binds
}
