//! The files of a slice: as an agent may see them, without what is held out, and what they say as hashes.

use ghostc_spec::content::hex;
use ghostc_spec::library::Package;
use ghostc_spec::slice::{Scenario, Slice};
use ghostc_syntax::value::Map;
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{FileId, Sources, Span, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The files of a slice with its scenarios and of what it includes, by their paths below the package, without the
/// scenarios and rows that are held out. What is left says what it said, and where all of a slice is held out a scenario
/// that waits to be written stands in its place.
pub fn visible_scenarios(package: &Package, slice: &Slice, sources: &Sources) -> BTreeMap<String, String> {
    let own = std::iter::once((slice.file, visible_text(slice, sources)));
    let included = includes(package, slice, sources).into_iter();
    let included = included.map(|file| (file, sources.get(file).text.clone()));
    let below = |file: FileId| {
        let path = sources.get(file).path.as_str();
        let below = path.strip_prefix(package.root.as_str()).unwrap_or(path);
        below.trim_start_matches('/').to_string()
    };
    own.chain(included)
        .map(|(file, text)| (below(file), text))
        .collect()
}

/// The files that a slice includes, in order.
pub(crate) fn includes(package: &Package, slice: &Slice, sources: &Sources) -> Vec<FileId> {
    let folder = if package.root.is_empty() {
        "scenarios".to_string()
    } else {
        format!("{}/scenarios", package.root)
    };
    let find = |include: &String| {
        let path = format!("{folder}/{include}");
        let mut all = sources.iter();
        all.find(|(_, source)| source.path == path).map(|(file, _)| file)
    };
    slice.includes.iter().filter_map(find).collect()
}

/// The text of a slice's file without what is held out.
pub(crate) fn visible_text(slice: &Slice, sources: &Sources) -> String {
    let text = &sources.get(slice.file).text;
    let held_out = |scenario: &&Scenario| scenario.held_out && !scenario.todo;
    let hidden: BTreeSet<Span> = slice
        .scenarios
        .iter()
        .filter(held_out)
        .map(|found| found.span)
        .collect();
    if hidden.is_empty() {
        return text.clone();
    }
    let Some(root) = yaml::parse_values(slice.file, text).value else {
        return String::new();
    };
    let visible = without_hidden(&root, &hidden);
    let cut = cut(text, &root, &hidden);
    let read = yaml::parse_values(slice.file, &cut).value;
    if read.is_some_and(|read| read.to_json() == visible) {
        return cut;
    }
    // A form in which nothing can be cut out by place is written anew.
    format!("{visible}\n")
}

/// A scenario as it is written.
struct WrittenItem<'n> {
    node: &'n Node,
    is_hidden: bool,
    /// Its table, and which of its rows are hidden.
    table: Option<(&'n Node, Vec<bool>)>,
}

/// The scenarios of a file; one whose rows are all hidden is hidden too.
fn written_items<'n>(root: &'n Node, hidden: &BTreeSet<Span>) -> Vec<WrittenItem<'n>> {
    let items = root.get("scenarios").and_then(Node::as_list).unwrap_or_default();
    let items = items.iter().map(|item| {
        let table = item.get("table");
        let rows = table.and_then(Node::as_list).unwrap_or_default();
        let are_hidden: Vec<bool> = rows.iter().map(|row| hidden.contains(&row.span)).collect();
        let no_row_is_left = !are_hidden.is_empty() && are_hidden.iter().all(|hidden| *hidden);
        let is_hidden = hidden.contains(&item.span) || no_row_is_left;
        WrittenItem {
            node: item,
            is_hidden,
            table: table.map(|table| (table, are_hidden)),
        }
    });
    items.collect()
}

/// What a file says without what is hidden.
fn without_hidden(root: &Node, hidden: &BTreeSet<Span>) -> Value {
    let mut scenarios: Vec<Value> = Vec::new();
    for item in written_items(root, hidden) {
        if item.is_hidden {
            continue;
        }
        let entries = item.node.as_map().unwrap_or_default().iter().map(|entry| {
            let value = match &item.table {
                Some((_, are_hidden)) if entry.key == "table" => {
                    let rows = entry.value.as_list().unwrap_or_default();
                    let left = rows.iter().zip(are_hidden).filter(|(_, hidden)| !**hidden);
                    Value::Array(left.map(|(row, _)| row.to_json()).collect())
                }
                _ => entry.value.to_json(),
            };
            (entry.key.clone(), value)
        });
        scenarios.push(Value::Object(entries.collect()));
    }
    if scenarios.is_empty() {
        let name = "what this slice must do is held out".to_string();
        let entries = [
            ("name".to_string(), Value::String(name)),
            ("todo".to_string(), Value::Bool(true)),
        ];
        scenarios.push(Value::Object(entries.into_iter().collect()));
    }
    let mut scenarios = Some(Value::Array(scenarios));
    let entries = root.as_map().unwrap_or_default().iter().map(|entry| {
        let value = match entry.key.as_str() {
            "scenarios" => scenarios.take(),
            _ => None,
        };
        (entry.key.clone(), value.unwrap_or_else(|| entry.value.to_json()))
    });
    Value::Object(entries.collect())
}

/// A text without what is hidden, each item and row cut out with the comments above it.
fn cut(text: &str, root: &Node, hidden: &BTreeSet<Span>) -> String {
    let Some(list) = root.get("scenarios") else {
        return text.to_string();
    };
    let items = written_items(root, hidden);
    let are_hidden: Vec<bool> = items.iter().map(|item| item.is_hidden).collect();
    let mut cuts = list_cuts(text, list, &are_hidden);
    for item in items.iter().filter(|item| !item.is_hidden) {
        if let Some((table, rows)) = &item.table {
            cuts.extend(list_cuts(text, table, rows));
        }
    }
    cuts.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::new();
    let mut at = 0;
    for (range, put) in cuts {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&put);
        at = at.max(range.end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// What is cut out of a text so that some items of a list are gone, and what is put there.
fn list_cuts(text: &str, list: &Node, are_hidden: &[bool]) -> Vec<(Range<usize>, String)> {
    let items = list.as_list().unwrap_or_default();
    let is_flow = text
        .get(list.span.start as usize..)
        .is_some_and(|rest| rest.starts_with('['));
    let mut cuts = Vec::new();
    let mut at = 0;
    // Hidden items that stand side by side are one cut.
    while at < items.len() {
        let count = are_hidden.iter().skip(at).take_while(|hidden| **hidden).count();
        if count == 0 {
            at += 1;
            continue;
        }
        let bounds = (
            at.checked_sub(1).and_then(|before| items.get(before)),
            items.get(at + count),
        );
        let run = items.get(at..at + count).unwrap_or_default();
        cuts.extend(if is_flow {
            flow_cut(text, list, bounds, run)
        } else {
            block_cut(text, bounds.0, run)
        });
        at += count;
    }
    cuts
}

/// Items in brackets: what stands between those around them goes, with the comments there.
fn flow_cut(
    text: &str,
    list: &Node,
    (before, after): (Option<&Node>, Option<&Node>),
    run: &[Node],
) -> Option<(Range<usize>, String)> {
    let start = before.map_or(list.span.start as usize + 1, |before| before.span.end as usize);
    let Some(after) = after else {
        return Some((start..run.last()?.span.end as usize, String::new()));
    };
    let end = after.span.start as usize;
    let comma = if before.is_some() { "," } else { "" };
    let line = text.get(..end)?.rfind('\n').map_or(0, |line| line + 1);
    let indent = text.get(line..end)?;
    let put = if line > start && indent.trim().is_empty() {
        format!("{comma}\n{indent}")
    } else if before.is_some() {
        format!("{comma} ")
    } else {
        String::new()
    };
    Some((start..end, put))
}

/// Items behind dashes: their lines go, with the comments above them, and with those below that are indented like them.
fn block_cut(text: &str, before: Option<&Node>, run: &[Node]) -> Option<(Range<usize>, String)> {
    let first = run.first()?;
    let dash = text.get(..first.span.start as usize)?.rfind('-')?;
    let start = match before {
        Some(before) => line_end(text, before.span.end as usize),
        // Above the first item stands the line of the list's key, with comments below it.
        None => {
            let above = text.get(..dash)?;
            let key = above.trim_end_matches([' ', '\t']).trim_end_matches(['\n', '\r']);
            let mut end = key.len();
            while let Some(comment) = comment_line(text, end) {
                end = comment;
            }
            line_end(text, end)
        }
    };
    let column = dash - text.get(..dash)?.rfind('\n').map_or(0, |line| line + 1);
    let mut end = line_end(text, run.last()?.span.end as usize);
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        let bare = line.trim_start_matches(' ');
        if !bare.starts_with('#') || line.len() - bare.len() <= column {
            break;
        }
        end += line.len();
    }
    Some((start..end, String::new()))
}

/// The end of the line before a place, where that line is a comment.
fn comment_line(text: &str, end: usize) -> Option<usize> {
    let line = text.get(..end)?.rfind('\n')?;
    let is_comment = text.get(line..end)?.trim_start().starts_with('#');
    is_comment.then_some(line)
}

/// Where the next line begins; the place itself where a line begins there.
fn line_end(text: &str, at: usize) -> usize {
    let begins = at == 0 || text.get(..at).is_some_and(|before| before.ends_with('\n'));
    if begins && at > 0 {
        return at;
    }
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |line| at + line + 1)
}

/// Hashes of what the scenarios of a slice say: of each one that agents see, by id, and of all of them with what they share
/// and what is held out, by the name of the slice. How they are written counts for nothing, nor what they prove, what comes
/// before them and which wait to be written.
pub(crate) fn digests(package: &Package, slice: &Slice, sources: &Sources) -> BTreeMap<String, String> {
    let root = |file: FileId| yaml::parse_values(file, &sources.get(file).text).value;
    let mut digests = BTreeMap::new();
    let mut whole = blake3::Hasher::new();
    let mut add = |name: &str, value: &Value| {
        whole.update(name.as_bytes()).update(&[0]);
        whole.update(value.to_string().as_bytes()).update(&[0]);
    };
    if let Some(root) = root(slice.file) {
        add("", &without(&root, &["covers", "after", "include", "scenarios"]));
        let items = root.get("scenarios").and_then(Node::as_list).unwrap_or_default();
        let is_todo = |item: &&Node| item.get("todo").and_then(Node::as_bool) == Some(true);
        for item in items.iter().filter(|item| !is_todo(item)) {
            add("scenario", &without(item, &["proves"]));
        }
        digests.extend(visible(slice, items));
    }
    for file in includes(package, slice, sources) {
        if let Some(root) = root(file) {
            add("include", &without(&root, &[]));
        }
    }
    digests.insert(slice.name.clone(), hex(&whole.finalize(), 16));
    digests
}

fn visible<'a>(slice: &'a Slice, items: &'a [Node]) -> impl Iterator<Item = (String, String)> + 'a {
    let seen = slice
        .scenarios
        .iter()
        .filter(|found| !found.held_out && !found.todo);
    seen.filter_map(|found| {
        let item = items.iter().find(|item| item.span.contains(found.span))?;
        let rows = item.get("table").and_then(Node::as_list).unwrap_or_default();
        let row = rows.iter().find(|row| row.span == found.span).map(Node::to_json);
        let said = without(item, &["proves", "table", "held_out"]);
        let text = format!("{said}\0{}", row.unwrap_or_default());
        Some((found.id.clone(), hex(&blake3::hash(text.as_bytes()), 4)))
    })
}

/// A mapping without some keys, and without what its steps and those of its definitions prove.
fn without(node: &Node, keys: &[&str]) -> Value {
    let entries = node.as_map().unwrap_or_default().iter();
    let left = entries.filter(|entry| !keys.contains(&entry.key.as_str()));
    let steps = |list: &Node| match list.as_list() {
        Some(steps) => Value::Array(steps.iter().map(step).collect()),
        None => list.to_json(),
    };
    let left = left.map(|entry| {
        let value = match (entry.key.as_str(), entry.value.as_map()) {
            ("steps", None) => steps(&entry.value),
            ("define", Some(definitions)) => {
                let all = definitions.iter();
                let all = all.map(|definition| (definition.key.clone(), steps(&definition.value)));
                Value::Object(all.collect::<Map>())
            }
            _ => entry.value.to_json(),
        };
        (entry.key.clone(), value)
    });
    Value::Object(left.collect())
}

fn step(node: &Node) -> Value {
    let Some(entries) = node.as_map() else {
        return node.to_json();
    };
    let entries = entries.iter().filter(|entry| entry.key != "proves");
    Value::Object(
        entries
            .map(|entry| (entry.key.clone(), entry.value.to_json()))
            .collect(),
    )
}

#[cfg(test)]
mod tests;
