//! A merged tree as text: with markers around clashes, or as one side would have them.

use super::decide::MergedNode;
use super::identity::{BASE, OURS, THEIRS};
use super::leaf::{Clash, MergedPiece, Why};
use super::tree::NodeKind;
use super::{Conflict, Markers};
use ghostc_syntax::{FileId, Strength, collapse_whitespace};

/// Writes a tree as one of the three texts would be.
pub(super) fn view(made: &MergedNode, side: usize) -> String {
    let mut out = String::new();
    write_view(made, side, &mut out);
    out
}

fn write_view(made: &MergedNode, side: usize, out: &mut String) {
    for piece in &made.head {
        match piece {
            MergedPiece::Text(text) => out.push_str(text),
            MergedPiece::Clash(clash) => out.push_str(
                clash
                    .sides
                    .get(side)
                    .and_then(Option::as_deref)
                    .unwrap_or_default(),
            ),
        }
    }
    for child in &made.children {
        // What is not there on a side has nothing before it.
        if !is_gone(child, side) {
            out.push_str(&child.lead);
            write_view(child, side, out);
        }
    }
    out.push_str(&made.tail);
}

/// Whether a side has nothing in the place of a clash.
fn is_gone(made: &MergedNode, side: usize) -> bool {
    matches!(made.head.as_slice(), [MergedPiece::Clash(clash)] if clash.sides.get(side).is_none_or(Option::is_none))
}

/// Writes a tree with markers.
pub(super) fn marked(made: &MergedNode, markers: &Markers) -> (String, Vec<Conflict>) {
    let mut writer = Writer {
        markers,
        out: String::new(),
        conflicts: Vec::new(),
        section: Vec::new(),
        after: false,
    };
    writer.node(made);
    (writer.out, writer.conflicts)
}

struct Writer<'m> {
    markers: &'m Markers,
    out: String,
    conflicts: Vec<Conflict>,
    section: Vec<String>,
    /// Whether a marker line was just written, which ended its own line.
    after: bool,
}

impl Writer<'_> {
    fn node(&mut self, made: &MergedNode) {
        let is_section = made.kind == NodeKind::Section;
        if is_section {
            self.section
                .push(made.children.first().map_or_else(String::new, title));
        }
        self.pieces(&made.head, made);
        for child in &made.children {
            self.child(child);
        }
        self.text(&made.tail);
        if is_section {
            self.section.pop();
        }
    }

    fn child(&mut self, child: &MergedNode) {
        let line = match child.kind {
            NodeKind::Item => child.children.first().is_some_and(has_clash) || has_own_clash(child),
            NodeKind::Root
            | NodeKind::Section
            | NodeKind::Front
            | NodeKind::List
            | NodeKind::Table
            | NodeKind::Text
            | NodeKind::Heading
            | NodeKind::Sentence
            | NodeKind::Row
            | NodeKind::Head
            | NodeKind::Code
            | NodeKind::Raw
            | NodeKind::Entry
            | NodeKind::Case => matches!(child.head.as_slice(), [MergedPiece::Clash(_)]),
        };
        if !line {
            self.text(&child.lead);
            return self.node(child);
        }
        let whole = |side: usize| {
            let mut first = child.clone();
            first.children.truncate(1);
            let text = view(&first, side);
            (!is_gone(child, side)).then_some(text)
        };
        let sides = [BASE, OURS, THEIRS].map(whole);
        let mut why = Why::BothChange;
        find_why(child, &mut why);
        self.clash(&child.lead, &Clash { why, sides }, child);
        for inner in child.children.iter().skip(1) {
            self.child(inner);
        }
    }

    fn pieces(&mut self, pieces: &[MergedPiece], made: &MergedNode) {
        for piece in pieces {
            match piece {
                MergedPiece::Text(text) if self.after => self.text(&format!("\n{text}")),
                MergedPiece::Text(text) => self.text(text),
                MergedPiece::Clash(clash) => self.clash("\n", clash, made),
            }
        }
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        if self.after && !text.is_empty() {
            // The marker has ended the line; the lines' own end would be one too many.
            let bare = text.trim_start_matches([' ', '\t']);
            rest = bare.strip_prefix('\n').unwrap_or(bare);
            self.after = false;
        }
        self.out.push_str(rest);
    }

    /// Takes back what stands on the last line, where that is the margin of a list or a quote; ends any other line.
    fn margin(&mut self) -> String {
        let last = self.out.rsplit('\n').next().unwrap_or_default().to_string();
        if last.chars().all(|c| c.is_whitespace() || c == '>') {
            self.out.truncate(self.out.len() - last.len());
            return last;
        }
        self.out.push('\n');
        String::new()
    }

    fn clash(&mut self, lead: &str, clash: &Clash, made: &MergedNode) {
        let margin = match lead.rsplit_once('\n') {
            Some((above, margin)) => {
                self.text(&format!("{above}\n"));
                margin.to_string()
            }
            None => self.margin(),
        };
        self.after = false;
        let line = self.out.matches('\n').count() + 1;
        self.out.push_str(&between(clash, &margin, self.markers));
        self.after = true;
        self.conflicts.push(Conflict {
            line,
            subject: subject(made, clash),
            section: self
                .section
                .iter()
                .rev()
                .find(|title| !title.is_empty())
                .cloned()
                .unwrap_or_default(),
            why: why(clash),
        });
    }
}

/// The texts of a clash between markers, each with what stands before its first line.
pub(super) fn between(clash: &Clash, margin: &str, markers: &Markers) -> String {
    let [base, ours, theirs] = &clash.sides;
    let mark = |mark: char| mark.to_string().repeat(markers.size);
    let side = |side: &Option<String>| {
        side.as_ref()
            .map_or_else(String::new, |side| format!("{margin}{side}\n"))
    };
    let mut text = format!("{} {}\n{}", mark('<'), markers.ours, side(ours));
    if let Some(label) = &markers.base {
        text.push_str(&format!("{} {label}\n{}", mark('|'), side(base)));
    }
    text.push_str(&format!(
        "{}\n{}{} {}\n",
        mark('='),
        side(theirs),
        mark('>'),
        markers.theirs
    ));
    text
}

fn find_why(made: &MergedNode, why: &mut Why) {
    for piece in &made.head {
        if let MergedPiece::Clash(clash) = piece {
            *why = clash.why;
        }
    }
    made.children
        .iter()
        .take(1)
        .for_each(|child| find_why(child, why));
    if made.kind == NodeKind::Text {
        made.children.iter().for_each(|child| find_why(child, why));
    }
}

fn has_own_clash(made: &MergedNode) -> bool {
    made.head
        .iter()
        .any(|piece| matches!(piece, MergedPiece::Clash(_)))
}

/// Whether there is a clash in a node.
pub(super) fn has_clash(made: &MergedNode) -> bool {
    has_own_clash(made) || made.children.iter().any(has_clash)
}

fn title(heading: &MergedNode) -> String {
    let text = view(heading, OURS);
    text.trim_start_matches('#')
        .trim()
        .trim_end_matches(':')
        .to_string()
}

/// What a conflict is about, in the words of messages.
fn subject(made: &MergedNode, clash: &Clash) -> String {
    let sides = clash.sides.iter().rev().flatten();
    let text = sides.clone().next().map_or("", String::as_str);
    let binding = clash.sides.iter().flatten().any(|side| strength(side).is_some());
    let noun = match made.kind {
        NodeKind::Section => "section",
        NodeKind::Item | NodeKind::Sentence | NodeKind::Text if binding => "statement",
        NodeKind::Item | NodeKind::List => "list item",
        NodeKind::Heading => "heading",
        NodeKind::Row | NodeKind::Head | NodeKind::Table => "table row",
        NodeKind::Code => "code block",
        NodeKind::Entry | NodeKind::Front => "key",
        NodeKind::Case => "case",
        NodeKind::Root | NodeKind::Sentence | NodeKind::Text => "sentence",
        NodeKind::Raw => "text",
    };
    let shown = collapse_whitespace(text.trim_start_matches(['-', '*', '+', '#', '>', ' ']));
    let line: String = shown.chars().take(60).collect();
    let dots = if line.len() < shown.len() { "…" } else { "" };
    format!("{noun} `{}{dots}`", line.trim_end().replace('`', ""))
}

/// How binding a text is.
fn strength(text: &str) -> Option<Strength> {
    let spec = ghostc_syntax::parse(FileId(0), text).value;
    spec.statements.first().map(|statement| statement.strength)
}

/// What the two sides do, in a few words.
fn why(clash: &Clash) -> String {
    let [base, ours, theirs] = clash
        .sides
        .each_ref()
        .map(|side| side.as_deref().and_then(strength));
    let doing = |was: Option<Strength>, is: Option<Strength>| match (was, is) {
        (Some(was), Some(is)) if was == is => "rewords it".to_string(),
        (Some(was), Some(is)) => {
            let does = match (rank(was), rank(is)) {
                (Some(was), Some(is)) if is < was => "strengthens",
                (Some(was), Some(is)) if is > was => "weakens",
                _ => "turns",
            };
            format!("{does} it to {}", is.as_str().to_uppercase().replace('-', " "))
        }
        (Some(_), None) => "makes it binding no more".to_string(),
        (None, Some(_)) => "makes it binding".to_string(),
        (None, None) => "rewords it".to_string(),
    };
    match clash.why {
        Why::BothChange if base == ours && base == theirs => "both change it, to different ends".to_string(),
        Why::BothChange => format!("ours {}, theirs {}", doing(base, ours), doing(base, theirs)),
        Why::OursRemoves => "ours removes what theirs changes".to_string(),
        Why::TheirsRemoves => "theirs removes what ours changes".to_string(),
        Why::BothAdd => "both add it, with different words".to_string(),
        Why::SameName => "each side adds something of this name".to_string(),
        Why::Alike => "each side adds something like it at this place".to_string(),
    }
}

/// How strong a keyword is among those that ask for the same; the strongest is 0.
fn rank(strength: Strength) -> Option<u8> {
    match strength {
        Strength::Must => Some(0),
        Strength::Should => Some(1),
        Strength::May => Some(2),
        Strength::MustNot | Strength::ShouldNot => None,
    }
}
