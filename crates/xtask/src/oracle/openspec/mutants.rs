//! Damage to a tree: every document of it once, by what people get wrong in this format, and by slips of any kind.

use super::trees::Files;
use crate::random::Random;
use std::collections::BTreeMap;

/// A way to damage the lines of a document; false where there is nothing for it to damage.
type Damage = fn(&mut Vec<String>, &mut Random, &[String]) -> bool;

#[rustfmt::skip]
const DAMAGES: &[(&str, Damage)] = &[
    ("a scenario without its body", |lines, random, _| below(lines, random, "#### ", |_| true)),
    ("a requirement without its text", |lines, random, _| below(lines, random, "### Requirement:", |line| !line.starts_with('#'))),
    ("a requirement without its scenarios", without_scenarios),
    ("a heading one level deeper", |lines, random, _| on_line(lines, random, "#", |line| format!("#{line}"))),
    ("a heading one level higher", |lines, random, _| on_line(lines, random, "##", |line| line.replacen('#', "", 1))),
    ("a heading with a closing run", |lines, random, _| on_line(lines, random, "##", |line| format!("{line} ##"))),
    ("a heading without its space", |lines, random, _| on_line(lines, random, "##", |line| line.replacen("# ", "#", 1))),
    ("a heading in other letters", |lines, random, _| on_line(lines, random, "##", |line| line.to_uppercase())),
    ("a delta section under another word", |lines, random, _| on_delta(lines, random, &["ADD", "NEW", "Added", "CHANGED", "REMOVED", "MODIFIED", "RENAMED"])),
    ("a main spec with a delta section", |lines, random, _| on_line(lines, random, "## Requirements", |_| "## ADDED Requirements".to_string())),
    ("a delta section before the last requirement", delta_inside),
    ("no purpose", |lines, random, _| section(lines, random, "## Purpose", true)),
    ("an empty purpose", |lines, random, _| section(lines, random, "## Purpose", false)),
    ("a purpose that is to be written", |lines, random, _| section(lines, random, "## Purpose", false) && insert_below(lines, "## Purpose", "TBD - written later.")),
    ("no heading over the requirements", |lines, random, _| on_line(lines, random, "## Requirements", |_| String::new())),
    ("no SHALL", |lines, random, _| no_shall(lines, random)),
    ("a requirement twice", twice),
    ("a requirement of another section's name", |lines, random, _| named_again(lines, random)),
    ("half a rename", |lines, random, _| without(lines, random, &["- FROM:", "- TO:"])),
    ("a delta word in a requirement's heading", |lines, random, _| on_line(lines, random, "### Requirement:", |line| line.replacen("### ", "### MODIFIED ", 1))),
    ("a requirement without its word", |lines, random, _| on_line(lines, random, "### Requirement:", |line| line.replacen("Requirement: ", "", 1))),
    ("a requirement without its name", |lines, random, _| on_line(lines, random, "### Requirement:", |_| "### Requirement:".to_string())),
    ("a scenario as a list item", |lines, random, _| on_line(lines, random, "#### ", |line| format!("- **{}**", line.trim_start_matches('#').trim()))),
    ("a task of another group", |lines, random, _| on_line(lines, random, "- [", |line| line.replacen("] ", "] 7", 1))),
    ("tasks without boxes", |lines, _, _| each(lines, |line| line.replace("- [ ] ", "- ").replace("- [x] ", "- "))),
    ("a line gone", |lines, random, _| at(lines, random, |lines, at| { lines.remove(at); })),
    ("a line twice", |lines, random, _| at(lines, random, |lines, at| { let line = lines.get(at).cloned(); lines.splice(at..at, line); })),
    ("two lines changed about", |lines, random, _| at(lines, random, |lines, at| if at > 0 { lines.swap(at, at - 1); })),
    ("two lines as one", |lines, random, _| at(lines, random, |lines, at| { let line = lines.remove(at); if let Some(above) = at.checked_sub(1).and_then(|at| lines.get_mut(at)) { above.push_str(&line); } })),
    ("a line indented", |lines, random, _| { let by = " ".repeat(1 + random.below(6)); on_line(lines, random, "", |line| format!("{by}{line}")) }),
    ("a line with a letter less", |lines, random, _| letter(lines, random, None)),
    ("a line with a mark more", |lines, random, _| { let marks = ['#', '`', '*', '-', ':', ' ', '>', '|', '\\', '<']; let mark = random.pick(&marks).copied(); letter(lines, random, mark) }),
    ("a line of another document", |lines, random, pool| { let line = random.pick(pool).cloned(); at(lines, random, |lines, at| { lines.splice(at..at, line.clone()); }) }),
    ("an end too soon", |lines, random, _| at(lines, random, Vec::truncate)),
    ("several lines gone", |lines, random, _| { let count = 1 + random.below(8); at(lines, random, |lines, at| { let end = (at + count).min(lines.len()); lines.drain(at..end); }) }),
    ("a fence that nothing closes", |lines, random, _| at(lines, random, |lines, at| lines.insert(at, "```".to_string()))),
    ("lines in a comment", |lines, random, _| at(lines, random, |lines, at| { let end = (at + 6).min(lines.len()); lines.insert(end, "-->".to_string()); lines.insert(at, "<!--".to_string()); })),
    ("other bullets", |lines, random, _| { let to = if random.once_in(2) { "* " } else { "+ " }; each(lines, |line| if line.trim_start().starts_with("- ") { line.replacen("- ", to, 1) } else { line.to_string() }) }),
    ("ends of lines as on Windows", |lines, _, _| each(lines, |line| format!("{line}\r"))),
    ("nothing but its title", |lines, _, _| { lines.truncate(1); true }),
];

/// How often another damage is tried where one finds nothing.
const TRIES: usize = 12;

/// A tree with every document of it damaged once, and what was done to each.
pub(super) fn damaged(
    files: &Files,
    pool: &[String],
    seed: u64,
    round: u64,
) -> (Files, BTreeMap<String, String>) {
    let mut random = Random::new(seed, round);
    let mut deeds = BTreeMap::new();
    let mut result = Files::new();
    for (path, text) in files {
        if !path.ends_with(".md") || path.contains("/archive/") {
            result.insert(path.clone(), text.clone());
            continue;
        }
        if let Some(moved) = elsewhere(path).filter(|_| random.once_in(25)) {
            deeds.insert(moved.clone(), "a delta in another place".to_string());
            result.insert(moved, text.clone());
            continue;
        }
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        for _ in 0..TRIES {
            let Some((name, damage)) = random.pick(DAMAGES) else {
                break;
            };
            if damage(&mut lines, &mut random, pool) {
                deeds.insert(path.clone(), (*name).to_string());
                break;
            }
        }
        result.insert(path.clone(), lines.join("\n") + "\n");
    }
    (result, deeds)
}

/// Where a delta lies that was put beside its folder.
fn elsewhere(path: &str) -> Option<String> {
    let folder = path.strip_suffix("/spec.md")?;
    path.starts_with("openspec/changes/")
        .then(|| format!("{folder}.md"))
}

/// Damages the lines at one place.
fn at(lines: &mut Vec<String>, random: &mut Random, damage: impl Fn(&mut Vec<String>, usize)) -> bool {
    if lines.is_empty() {
        return false;
    }
    damage(lines, random.below(lines.len()));
    true
}

/// One of the lines that start with a text.
fn starting(lines: &[String], random: &mut Random, start: &str) -> Option<usize> {
    let found: Vec<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).is_some_and(|line| line.starts_with(start)))
        .collect();
    random.pick(&found).copied()
}

/// Changes one line that starts with a text.
fn on_line(lines: &mut [String], random: &mut Random, start: &str, change: impl Fn(&str) -> String) -> bool {
    let Some(line) = starting(lines, random, start).and_then(|at| lines.get_mut(at)) else {
        return false;
    };
    let changed = change(line);
    let is_other = changed != *line;
    *line = changed;
    is_other
}

fn each(lines: &mut [String], change: impl Fn(&str) -> String) -> bool {
    let mut is_other = false;
    for line in lines {
        let changed = change(line);
        is_other |= changed != *line;
        *line = changed;
    }
    is_other
}

/// The lines below a heading, up to the next one of its level or above.
fn body(lines: &[String], heading: usize) -> std::ops::Range<usize> {
    let level = |line: &String| match line.chars().take_while(|c| *c == '#').count() {
        0 => usize::MAX,
        level => level,
    };
    let own = lines.get(heading).map_or(0, level);
    let below = lines.get(heading + 1..).unwrap_or_default();
    let length = below.iter().take_while(|line| level(line) > own).count();
    heading + 1..heading + 1 + length
}

/// Takes lines away below a heading.
fn below(lines: &mut Vec<String>, random: &mut Random, start: &str, goes: fn(&str) -> bool) -> bool {
    let Some(heading) = starting(lines, random, start) else {
        return false;
    };
    let mut is_open = true;
    let range = body(lines, heading);
    let kept: Vec<String> = lines
        .get(range.clone())
        .unwrap_or_default()
        .iter()
        .filter(|line| {
            is_open &= goes(line);
            !is_open
        })
        .cloned()
        .collect();
    lines.splice(range, std::iter::once(String::new()).chain(kept));
    true
}

fn without_scenarios(lines: &mut Vec<String>, random: &mut Random, _: &[String]) -> bool {
    let Some(heading) = starting(lines, random, "### Requirement:") else {
        return false;
    };
    let range = body(lines, heading);
    let kept = lines.get(range.clone()).unwrap_or_default().iter();
    let kept: Vec<String> = kept
        .take_while(|line| !line.starts_with("####"))
        .cloned()
        .collect();
    lines.splice(range, kept);
    true
}

fn on_delta(lines: &mut [String], random: &mut Random, words: &[&str]) -> bool {
    let Some(word) = random.pick(words) else {
        return false;
    };
    let found: Vec<usize> = (0..lines.len())
        .filter(|at| {
            let line = lines.get(*at).map_or("", String::as_str);
            line.starts_with("## ") && line.ends_with("ED Requirements")
        })
        .collect();
    let Some(line) = random.pick(&found).and_then(|at| lines.get_mut(*at)) else {
        return false;
    };
    *line = format!("## {word} Requirements");
    true
}

fn delta_inside(lines: &mut Vec<String>, random: &mut Random, _: &[String]) -> bool {
    let Some(at) = starting(lines, random, "### Requirement:") else {
        return false;
    };
    let words = ["## ADDED Requirements", "## REMOVED Requirements", "## Notes"];
    let word = random.pick(&words).map_or("", |word| *word);
    lines.splice(at..at, [word.to_string(), String::new()]);
    true
}

/// Takes a section away, or what is in it.
fn section(lines: &mut Vec<String>, random: &mut Random, start: &str, whole: bool) -> bool {
    let Some(heading) = starting(lines, random, start) else {
        return false;
    };
    let range = body(lines, heading);
    let from = if whole { heading } else { range.start };
    lines.drain(from..range.end);
    true
}

fn insert_below(lines: &mut Vec<String>, start: &str, line: &str) -> bool {
    let Some(at) = lines.iter().position(|line| line.starts_with(start)) else {
        return false;
    };
    lines.splice(at + 1..=at, [String::new(), line.to_string(), String::new()]);
    true
}

fn no_shall(lines: &mut [String], random: &mut Random) -> bool {
    let Some(heading) = starting(lines, random, "### Requirement:") else {
        return false;
    };
    let range = body(lines, heading);
    let inside = lines.get_mut(range).unwrap_or_default();
    each(inside, |line| {
        line.replace("SHALL", "will").replace("MUST", "will")
    })
}

fn twice(lines: &mut Vec<String>, random: &mut Random, _: &[String]) -> bool {
    let Some(heading) = starting(lines, random, "### Requirement:") else {
        return false;
    };
    let range = body(lines, heading);
    let block: Vec<String> = lines.get(heading..range.end).unwrap_or_default().to_vec();
    lines.splice(range.end..range.end, block);
    true
}

/// Gives a requirement the name of another.
fn named_again(lines: &mut [String], random: &mut Random) -> bool {
    let start = "### Requirement:";
    let name = starting(lines, random, start).and_then(|at| lines.get(at).cloned());
    name.is_some_and(|name| on_line(lines, random, start, |_| name.clone()))
}

/// Takes a line away that starts with one of some texts.
fn without(lines: &mut Vec<String>, random: &mut Random, starts: &[&str]) -> bool {
    let start = random.pick(starts).map_or("", |start| *start);
    let Some(at) = starting(lines, random, start) else {
        return false;
    };
    lines.remove(at);
    true
}

/// Takes a letter of a line away, or puts one in.
fn letter(lines: &mut [String], random: &mut Random, new: Option<char>) -> bool {
    let Some(line) = starting(lines, random, "").and_then(|at| lines.get_mut(at)) else {
        return false;
    };
    let mut letters: Vec<char> = line.chars().collect();
    let at = random.below(letters.len());
    match new {
        Some(mark) => letters.insert(at, mark),
        None if letters.is_empty() => return false,
        None => {
            letters.remove(at);
        }
    }
    *line = letters.into_iter().collect();
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "# A\n\n## Purpose\n\nWhy.\n\n## Requirements\n\n### Requirement: B\nIt SHALL.\n\n#### Scenario: C\n\
        - **WHEN** x\n- **THEN** y\n\n### Requirement: D\nIt MUST.\n";

    #[test]
    fn one_seed_damages_in_one_way() {
        let files = Files::from([("openspec/specs/a/spec.md".to_string(), SPEC.to_string())]);
        for round in 1..200 {
            let (first, deeds) = damaged(&files, &["- x".to_string()], 3, round);
            assert_eq!(
                (&first, &deeds),
                (&damaged(&files, &["- x".to_string()], 3, round).0, &deeds)
            );
            assert_eq!(deeds.len(), 1, "round {round}");
        }
    }

    #[test]
    fn every_damage_finds_something_to_damage() {
        let rich = format!(
            "{SPEC}## RENAMED Requirements\n- FROM: `### Requirement: B`\n- TO: `### Requirement: E`\n- [ ] 1.1 a\n"
        );
        for (name, damage) in DAMAGES {
            let damages = (0..64).any(|number| {
                let mut lines: Vec<String> = rich.lines().map(str::to_string).collect();
                damage(&mut lines, &mut Random::new(1, number), &["- x".to_string()])
                    && lines.join("\n") != rich.trim_end()
            });
            assert!(damages, "{name}");
        }
    }
}
