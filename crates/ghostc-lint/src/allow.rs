//! Findings that an author has looked at and allows: `<!-- ghostc-allow wrong-count: the table counts drafts too -->`.
//!
//! A comment on lines of its own covers the block that follows it, one in a text covers that text, and one before the
//! first heading covers its document. Errors cannot be allowed.

use crate::codes;
use ghostc_spec::library::Document;
use ghostc_spec::settings::Settings;
use ghostc_syntax::{Diagnostic, Severity, Sources, Span};

/// One permission.
#[derive(Clone, Debug)]
pub(crate) struct Allow {
    code: String,
    /// The code's name in the comment.
    span: Span,
    covers: Span,
}

/// The permissions in some documents; what is wrong with them is a finding.
pub(crate) fn read(documents: &[Document], sources: &Sources, findings: &mut Vec<Diagnostic>) -> Vec<Allow> {
    let mut allows = Vec::new();
    for home in documents {
        for comment in &home.spec.comments {
            allows.extend(one(home, *comment, sources, findings));
        }
    }
    allows
}

const MARK: &str = "ghostc-allow";

fn one(home: &Document, comment: Span, sources: &Sources, findings: &mut Vec<Diagnostic>) -> Option<Allow> {
    let text = sources.slice(comment);
    let inside = text.strip_prefix("<!--")?.trim_start();
    let rest = inside.strip_prefix(MARK)?;
    let rest = rest.split("-->").next().unwrap_or_default();
    let code = rest.trim_start();
    let len = code
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .unwrap_or(code.len());
    let offset = text.find(MARK)? + MARK.len() + (rest.len() - code.len());
    let start = comment.start as usize + offset;
    let span = Span::new(comment.file, start, start + len);
    let (code, reason) = (code.get(..len)?, code.get(len..)?.trim_matches([':', ' ', '\n']));
    let known = codes::all();
    let names: Vec<&str> = known.iter().map(|code| code.name).collect();
    if !names.contains(&code) {
        let found = Diagnostic::new(
            codes::UNKNOWN_LINT,
            span,
            format!("no diagnostic is named `{code}`"),
        );
        findings.push(found.suggest(code, span, &names));
        return None;
    }
    if reason.is_empty() {
        let found = Diagnostic::new(
            codes::ALLOW_WITHOUT_REASON,
            span,
            format!("`{code}` is allowed and nothing says why"),
        );
        findings.push(found.help(format!("Write `<!-- {MARK} {code}: reason -->`.")));
    }
    Some(Allow {
        code: code.to_string(),
        span,
        covers: covered(home, comment),
    })
}

/// What a comment covers.
fn covered(home: &Document, comment: Span) -> Span {
    let spec = &home.spec;
    let before_headings = spec
        .headings
        .first()
        .is_none_or(|first| comment.end <= first.span.start);
    if before_headings
        && spec
            .blocks
            .first()
            .is_none_or(|first| comment.end <= first.span.start)
    {
        return Span {
            start: 0,
            end: u32::MAX,
            ..comment
        };
    }
    let around = spec.blocks.iter().find(|block| block.span.contains(comment));
    let next = spec.blocks.iter().find(|block| block.span.start >= comment.end);
    around.or(next).map_or(comment, |block| Span {
        start: comment.start.min(block.span.start),
        ..block.span
    })
}

/// Takes out what is allowed; a permission that nothing needs is a finding.
pub(crate) fn apply(allows: &[Allow], settings: &Settings, findings: &mut Vec<Diagnostic>) {
    let mut used = vec![false; allows.len()];
    findings.retain(|found| {
        let mut kept = true;
        let fits = |allow: &Allow| {
            allow.code == found.code.name
                && allow.covers.file == found.span.file
                && allow.covers.start <= found.span.start
                && found.span.start < allow.covers.end
        };
        for (allow, used) in allows.iter().zip(&mut used).filter(|(allow, _)| fits(allow)) {
            *used = true;
            kept &= found.severity == Severity::Error || found.code.name != allow.code;
        }
        kept
    });
    // What is turned off was not looked for.
    let known = codes::all();
    let shown = |allow: &Allow| {
        known
            .iter()
            .any(|code| code.name == allow.code && settings.shows(*code))
    };
    let unused = allows
        .iter()
        .zip(used)
        .filter(|(allow, used)| !used && shown(allow));
    for (allow, _) in unused {
        let message = format!("nothing here raises `{}`", allow.code);
        findings
            .push(Diagnostic::new(codes::UNUSED_ALLOW, allow.span, message).help("Take the comment out."));
    }
}

#[cfg(test)]
mod tests {
    use crate::lines::found;

    #[test]
    fn permissions_for_what_nobody_looks_for_are_not_unused() {
        let spec =
            |code: &str| format!("# P\n\n<!-- ghostc-allow {code}: agreed -->\n\nAnswers MUST be fast.\n");
        let unused = |text: &str| found("unused-allow", &[("p/SPEC.md", text)], "p/SPEC.md").len();
        assert_eq!(unused(&spec("wrong-count")), 1);
        assert_eq!(unused(&spec("ambiguous-word")), 0);
    }
}
