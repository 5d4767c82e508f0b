//! Conflicts that a merge left behind, found before a text is read: its markers make headings, lists and quotes of what
//! stands between them.
//!
//! The markers are git's: at the start of a line at least seven `<`, `=` or `>`, as many in each, then a space or nothing.

use crate::codes;
use crate::codes::Severity;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use memchr::memmem;
use std::ops::Range;

/// The fewest characters of a marker (gitattributes, `conflict-marker-size`).
const SHORTEST: usize = 7;

/// The conflicts in a Markdown document. One that lies in a code block may be a sample, and is a warning.
pub fn in_document(file: FileId, text: &str) -> Vec<Diagnostic> {
    let mut fences = Fences::new(text);
    let found = conflicts(text).into_iter().map(|conflict| {
        let block = fences.at(conflict.first.start);
        let in_code = block.is_some() && conflict.end.is_none_or(|end| fences.at(end) == block);
        describe(file, &conflict, in_code)
    });
    found.collect()
}

/// The conflicts in a file that has no place for samples.
pub fn in_data(file: FileId, text: &str) -> Vec<Diagnostic> {
    let found = conflicts(text);
    found
        .iter()
        .map(|conflict| describe(file, conflict, false))
        .collect()
}

/// What is left of a merge.
struct Conflict {
    /// Its first marker.
    first: Range<usize>,
    /// Where its last one starts, where that is another.
    end: Option<usize>,
}

fn describe(file: FileId, conflict: &Conflict, in_code: bool) -> Diagnostic {
    let span = Span::new(file, conflict.first.start, conflict.first.end);
    let mut found = Diagnostic::new(codes::UNRESOLVED_MERGE, span, "a merge was not finished here");
    if in_code {
        found.severity = Severity::Warning;
    }
    found.help("Keep what shall hold of both sides, and take the markers out.")
}

/// The conflicts of a text. One without its end counts too, and so does an end that has a line of `=` before it.
fn conflicts(text: &str) -> Vec<Conflict> {
    let opened: Vec<Range<usize>> = markers(text, "<<<<<<<").collect();
    let mut ends = markers(text, ">>>>>>>").peekable();
    if !opened.is_empty() {
        let whole = opened.into_iter().map(|first| {
            while ends.next_if(|end| end.start < first.end).is_some() {}
            let end = ends.peek().map(|end| end.start);
            Conflict { first, end }
        });
        return whole.collect();
    }
    if ends.peek().is_none() {
        return Vec::new();
    }
    let middle = markers(text, "=======").find(|at| is_bare(text, at));
    let half = ends.find(|end| middle.as_ref().is_some_and(|middle| middle.end < end.start));
    half.into_iter()
        .map(|first| Conflict { first, end: None })
        .collect()
}

/// Whether nothing follows a marker in its line.
fn is_bare(text: &str, marker: &Range<usize>) -> bool {
    let rest = text.get(marker.end..).unwrap_or_default();
    rest.is_empty() || rest.starts_with(['\n', '\r'])
}

/// The lines that start with a run of the character that a word is made of.
fn markers<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let mark = word.chars().next().unwrap_or_default();
    memmem::find_iter(text.as_bytes(), word).filter_map(move |at| {
        let before = text.get(..at)?;
        // Asked first: a run of such characters inside a line is not read again from each of its places.
        if !(before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}'])) {
            return None;
        }
        let rest = text.get(at..)?;
        let len = rest.len() - rest.trim_start_matches(mark).len();
        let after = rest.get(len..)?;
        let alone = after.is_empty() || after.starts_with([' ', '\n', '\r']);
        (alone && len >= SHORTEST).then_some(at..at + len)
    })
}

/// The fenced code blocks of a text, found on the way.
struct Fences<'t> {
    lines: std::iter::Peekable<std::str::SplitInclusive<'t, char>>,
    at: usize,
    /// The start of the block that is open, its mark and how often that is written.
    open: Option<(usize, char, usize)>,
}

impl<'t> Fences<'t> {
    fn new(text: &'t str) -> Fences<'t> {
        Fences {
            lines: text.split_inclusive('\n').peekable(),
            at: 0,
            open: None,
        }
    }

    /// The start of the block that a place lies in. Places are asked for in order.
    fn at(&mut self, place: usize) -> Option<usize> {
        while let Some(line) = self.lines.next_if(|line| self.at + line.len() <= place) {
            let bare = line.trim_start_matches([' ', '\t', '>', '-', '*']).trim_end();
            let mark = bare.chars().next().filter(|mark| matches!(mark, '`' | '~'));
            let len = mark.map_or(0, |mark| bare.len() - bare.trim_start_matches(mark).len());
            self.open = match (self.open, mark) {
                (Some((_, open, least)), Some(mark)) if mark == open && len >= least && len == bare.len() => {
                    None
                }
                (None, Some(mark)) if len >= 3 => Some((self.at, mark, len)),
                (open, _) => open,
            };
            self.at += line.len();
        }
        self.open.map(|(start, ..)| start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(u32, Severity)> {
        let found = in_document(FileId(0), text);
        found
            .iter()
            .map(|found| (found.span.start, found.severity))
            .collect()
    }

    #[test]
    fn markers_of_a_merge_are_an_error() {
        let text = "# A\n\n<<<<<<< HEAD\nIt MUST ring.\n=======\nIt MUST beep.\n>>>>>>> other\n";
        assert_eq!(found(text), [(5, Severity::Error)]);
        assert_eq!(found(&text.replace('\n', "\r\n")), [(7, Severity::Error)]);
        let longer = text
            .replace("<<<<<<<", "<<<<<<<<<")
            .replace(">>>>>>>", ">>>>>>>>>");
        assert_eq!(found(&longer), [(5, Severity::Error)]);
        assert_eq!(found("<<<<<<<\na\n"), [(0, Severity::Error)]);
        assert_eq!(
            found("It rings.\n=======\nIt beeps.\n>>>>>>> other\n"),
            [(28, Severity::Error)]
        );
    }

    #[test]
    fn headings_quotes_and_drawings_are_no_markers() {
        for text in [
            "A title\n=======\n\nText.\n",
            "> > > > > > > deep\n",
            ">>>>>>> deep\n",
            "a <<<<<<< b\n<<<<<<<--- x\n<<<<<< y\n",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_long_run_inside_a_line_is_read_once() {
        let run = "<".repeat(2_000_000);
        assert_eq!(found(&format!("a {run}\n")), []);
        assert_eq!(found(&format!("a {run}\n<<<<<<< a\n")).len(), 1);
    }

    #[test]
    fn a_conflict_in_one_code_block_may_be_a_sample() {
        let conflict = "<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n";
        assert_eq!(
            found(&format!("```text\n{conflict}```\n")),
            [(8, Severity::Warning)]
        );
        assert_eq!(
            found(&format!("```\nx\n```\n{conflict}")),
            [(10, Severity::Error)]
        );
        assert_eq!(in_data(FileId(0), &format!("```\n{conflict}```\n")).len(), 1);
    }
}
