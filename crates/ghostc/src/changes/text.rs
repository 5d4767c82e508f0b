//! Changes for a terminal or a pipe: what is new is green and what is gone red where there is colour, and the marks
//! `[-old-]{+new+}` say it where there is none.

use super::{details, first_lines, invalidates, section};
use crate::output;
use crate::review::Review;
use ghostc_diff::diff::{Bump, Change, Class, Kind, PackageDiff, Piece, Subject};
use ghostc_project::Reviewed;
use ghostc_project::change_words::{marked, pieces, says};
use ghostc_project::class_counts;
use ghostc_syntax::Sources;
use ghostc_syntax::printable::printable;
use std::fmt::Write as _;

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// What stands before the words of a change.
const INDENT: &str = "           ";

/// The least width of the column of kinds.
const KIND_WIDTH: usize = 13;

/// The most characters of a line that is shown for its place alone.
const CONTEXT: usize = 64;

/// The changes as text. Of changes that bind nobody the words that differ are shown, and the rest of them where all is
/// asked for.
pub(super) fn text(review: &Review<'_>) -> String {
    let mut out = String::new();
    for (package, changes) in review.changed() {
        out.push_str(&head(review, package, changes));
        let width = changes.iter().map(|found| found.change.kind.as_str().len()).max();
        let width = width.unwrap_or(0).max(KIND_WIDTH);
        for class in Class::ALL {
            let of_class = || {
                changes
                    .iter()
                    .filter(|found| found.rule.class == class && found.counts())
            };
            if class <= Class::Example && !review.all {
                out.push_str(&in_short(review, of_class(), width));
            } else {
                out.extend(of_class().map(|found| paragraph(review, package, found, width)));
            }
        }
        let accepted = changes.iter().filter(|found| found.accepted.is_some());
        out.extend(accepted.map(|found| accepted_line(review, found, width)));
        out.push('\n');
    }
    if out.is_empty() {
        out.push_str("no changes\n");
    }
    out
}

/// The totals of a package, and what they ask of its version.
fn head(review: &Review<'_>, package: &PackageDiff, changes: &[Reviewed<'_>]) -> String {
    let advice = review.advice(package);
    let state = if advice.done { ", done" } else { "" };
    let least = advice.least.as_ref().map(|least| format!(" ({least}{state})"));
    let mut out = format!(
        "{}  {}  {}  bump: {}{}\n",
        package.name,
        review.versions(package),
        class_counts(changes.iter()),
        advice.bump.as_str(),
        least.unwrap_or_default(),
    );
    if let (Some((version, place)), Some(least)) = (advice.low, advice.least) {
        let class = match advice.bump {
            Bump::Major => "breaking changes ask",
            Bump::Minor => "additive changes ask",
            Bump::Patch | Bump::None => "any change asks",
        };
        let _ = writeln!(out, "{place} has version {version}; {class} for {least}");
    }
    let costs = review.costs_in_words(package);
    // What is rebuilt and changed, and below it what that replaces and took.
    for line in costs.chunks(2) {
        let _ = writeln!(out, "{}", line.join("; "));
    }
    out.push('\n');
    out
}

/// A line for each change, and the words that differ below it.
fn in_short<'r, 'd: 'r>(
    review: &Review<'_>,
    changes: impl Iterator<Item = &'r Reviewed<'d>>,
    width: usize,
) -> String {
    let line = |found: &Reviewed<'_>| {
        let (class, kind) = (found.rule.class.as_str(), found.change.kind.as_str());
        let place = review.place(found.change);
        let mut out = format!("{class:<9}  {kind:<width$}  {place}\n");
        let words = other_words(found.change);
        if !words.is_empty() {
            out.push_str(&wrapped(&words, output::style().width, INDENT));
        }
        out
    };
    changes.map(line).collect()
}

/// The words of a change that differ, without those around them; of what came or went, the first ones.
fn other_words(change: &Change) -> String {
    if !matches!(change.kind, Kind::Added | Kind::Removed | Kind::Modified) {
        return String::new();
    }
    let cut = |text: &str| {
        let line = text.replace('\n', " ");
        if line.chars().count() <= CONTEXT || (change.old.is_some() && change.new.is_some()) {
            return line;
        }
        format!("{}…", line.chars().take(CONTEXT).collect::<String>().trim_end())
    };
    let other = pieces(change).into_iter().filter(|piece| piece.old != piece.new);
    let shown: Vec<String> = other
        .map(|piece| {
            marked(&Piece {
                old: cut(&piece.old),
                new: cut(&piece.new),
            })
        })
        .collect();
    shown.join(" ")
}

/// A change that somebody accepted, in short.
fn accepted_line(review: &Review<'_>, found: &Reviewed<'_>, width: usize) -> String {
    let Some(accepted) = found.accepted else {
        return String::new();
    };
    let until = accepted
        .until
        .map_or_else(String::new, |until| format!(" (until {until})"));
    let (kind, place) = (found.change.kind.as_str(), review.place(found.change));
    let mut out = format!("accepted   {kind:<width$}  {place}  {}{until}\n", accepted.reason);
    if review.all {
        let words = format!("{}  {}", says(found.change), found.change.fingerprint);
        out.push_str(&wrapped(&words, output::style().width, INDENT));
    }
    out
}

fn paragraph(review: &Review<'_>, package: &PackageDiff, found: &Reviewed<'_>, width: usize) -> String {
    let change = found.change;
    let section = section(change)
        .map(|title| format!("  § {}", printable(title)))
        .unwrap_or_default();
    let (class, kind, place) = (
        found.rule.class.as_str(),
        change.kind.as_str(),
        review.place(change),
    );
    let mut out = format!("{class:<9}  {kind:<width$}  {place}{section}\n");
    let columns = output::style().width;
    if let Some(line) = review
        .shown(change)
        .and_then(|(text, sources)| context(change, text.span, sources))
    {
        let _ = writeln!(out, "{INDENT}{DIM}… {line}{PLAIN}");
    }
    for line in words(change).lines() {
        out.push_str(&wrapped(line, columns, INDENT));
    }
    for line in details(change) {
        out.push_str(&wrapped(&line, columns, INDENT));
    }
    if let Some(expired) = found.expired {
        let until = expired.until.map_or_else(String::new, |until| until.to_string());
        let line = format!("accepted until {until}, which is over: {}", expired.reason);
        out.push_str(&wrapped(&line, columns, INDENT));
    }
    if let Some(what) = invalidates(review, package, change) {
        out.push_str(&wrapped(&format!("invalidates {what}"), columns, INDENT));
    }
    let _ = writeln!(
        out,
        "{INDENT}{DIM}{} {}{PLAIN}",
        found.rule.code.name, change.fingerprint
    );
    out
}

/// The words of a change, with colours, cut where they are many.
fn words(change: &Change) -> String {
    let both = change.old.is_some() && change.new.is_some();
    let piece = |piece: &Piece| {
        if piece.old == piece.new {
            return piece.new.clone();
        }
        let (gone, came) = (&piece.old, &piece.new);
        let dressed = |color: &str, piece: Piece| {
            let text = if both {
                marked(&piece)
            } else {
                piece.old + &piece.new
            };
            // Each line for itself, since others stand between them.
            let lines = text.split('\n').map(|line| format!("{color}{line}{PLAIN}"));
            lines.collect::<Vec<_>>().join("\n")
        };
        let alone = |old: &str, new: &str| Piece {
            old: old.to_string(),
            new: new.to_string(),
        };
        let mut out = String::new();
        if !gone.is_empty() {
            out.push_str(&dressed(RED, alone(gone, "")));
        }
        if !came.is_empty() {
            out.push_str(&dressed(GREEN, alone("", came)));
        }
        out
    };
    let all: String = pieces(change).iter().map(piece).collect();
    first_lines(&all).join("\n")
}

/// The text before what came or went by itself, or before a part of a block: without it a reader cannot tell where it is.
fn context(change: &Change, span: ghostc_syntax::Span, sources: &Sources) -> Option<String> {
    let alone = change.old.is_none() || change.new.is_none();
    let shows = match change.subject {
        Subject::Statement | Subject::Item | Subject::Prose => alone,
        Subject::Code => true,
        Subject::Package
        | Subject::Document
        | Subject::Section
        | Subject::Requirement
        | Subject::Criterion
        | Subject::Scenario
        | Subject::Story
        | Subject::Task
        | Subject::Operation
        | Subject::Parameter
        | Subject::Case => false,
    };
    let before = sources.get(span.file).text.get(..span.range().start)?;
    // What a list item or a quote begins with is no text of its own.
    let before = before.trim_end_matches(['-', '*', '+', '>', '|', ' ', '\n', '\r', '\t']);
    let line = before.lines().next_back()?.trim();
    if !shows || line.is_empty() || line.starts_with(['#', '`', '~']) {
        return None;
    }
    let length = line.chars().count();
    let cut: String = line.chars().skip(length.saturating_sub(CONTEXT)).collect();
    Some(printable(&cut).into_owned())
}

/// A line broken at spaces where it is too wide, with a line end. Escapes take no room.
fn wrapped(line: &str, columns: usize, indent: &str) -> String {
    let room = columns.saturating_sub(indent.len()).max(40);
    let (mut out, mut width) = (String::from(indent), 0);
    for (at, word) in line.split(' ').enumerate() {
        let wide = visible(word);
        if at > 0 && width + 1 + wide > room {
            let kept = out.trim_end_matches(' ').len();
            out.truncate(kept);
            out.push('\n');
            out.push_str(indent);
            width = 0;
        } else if at > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += wide;
    }
    out.push('\n');
    out
}

/// How many characters of a text are seen.
fn visible(text: &str) -> usize {
    let mut count = 0;
    let mut hidden = false;
    for character in text.chars() {
        match character {
            '\u{1b}' => hidden = true,
            'm' if hidden => hidden = false,
            _ if hidden => {}
            _ => count += 1,
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_escapes_take_no_room() {
        let long = format!("{} {RED}{}{PLAIN} end", "a".repeat(30), "b".repeat(9));
        assert_eq!(
            wrapped(&long, 42, "  "),
            format!("  {} {RED}{}{PLAIN}\n  end\n", "a".repeat(30), "b".repeat(9))
        );
        assert_eq!(wrapped("  indented", 80, "> "), ">   indented\n");
        assert_eq!(wrapped("", 80, ""), "\n");
        assert_eq!(wrapped(&"x".repeat(90), 40, ""), format!("{}\n", "x".repeat(90)));
    }
}
