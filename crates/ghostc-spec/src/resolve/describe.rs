//! What a package says of itself: its name, title, version, targets, and which sections are context.

use crate::codes;
use crate::fields::Fields;
use crate::library::{Package, Site};
use ghostc_syntax::yaml::Node;
use ghostc_syntax::{Diagnostic, Sources, Span};

const FRONT_MATTER: &[&str] = &[
    "name",
    "version",
    "description",
    "targets",
    "title",
    "license",
    "context",
    "site",
];

/// Name, title, version and targets: from front matter, else from the title, else from the cases.
pub(super) fn describe(package: &mut Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let Some(main) = package.documents.first() else {
        return;
    };
    let title = main.spec.headings.iter().find(|heading| heading.level == 1);
    package.title = title.map_or_else(|| package.name.clone(), |heading| heading.text.clone());
    let titled = title.and_then(|heading| Some((version_in(&heading.text)?, heading.span)));
    let cased = package.case_files.iter().find_map(|file| file.version.clone());
    (package.version, package.version_span) = titled.or(cased).unzip();
    if package.name.is_empty() {
        let words = package
            .title
            .split_whitespace()
            .take_while(|word| !word.eq_ignore_ascii_case("specification"));
        package.name = ghostc_syntax::slug(&words.collect::<Vec<_>>().join(" "));
    }
    if sources.get(main.spec.file).text.trim().is_empty() {
        let found = Diagnostic::new(
            codes::EMPTY_SPEC,
            Span::start_of(main.spec.file),
            "the spec is empty",
        );
        findings.push(found.help("Start it with a title: `# Name`."));
    }
    let Some(node) = main
        .spec
        .front_matter
        .as_ref()
        .and_then(|front| front.node.as_ref())
    else {
        return;
    };
    if node.as_map().is_none() {
        return; // Reported where it was read.
    }
    let mut fields = Fields::shared(node, "front matter", FRONT_MATTER, findings);
    let name = fields.text("name");
    let version = fields.scalar("version");
    let targets = fields.list("targets");
    if let (Some(name), Some(at)) = (name, fields.node("name")) {
        package.name_span = at.span;
        package.name = name;
    }
    if let (Some(version), Some(at)) = (version, fields.node("version")) {
        (package.version, package.version_span) = (Some(version), Some(at.span));
    }
    if let (Some(names), Some(at)) = (targets, fields.node("targets")) {
        let items = at.as_list().unwrap_or_default();
        let place = |n: usize| items.get(n).map_or(at.span, |item| item.span);
        package.targets = Some(
            names
                .into_iter()
                .enumerate()
                .map(|(n, name)| (name, place(n)))
                .collect(),
        );
    }
    if let Some(node) = fields.node("site") {
        package.asked_site = site(node, fields.findings());
    }
    // Other tools keep another thing under this name: what is no list of names is theirs.
    let context = fields.node("context").and_then(Node::as_list).unwrap_or_default();
    let anchors = context.iter().map(|item| {
        let name = item.as_str()?.trim_start_matches('#').to_string();
        Some((name, item.span))
    });
    package.context = anchors.collect::<Option<_>>().unwrap_or_default();
}

/// Where the code of a package lives. Other tools keep an address under this name: what is no plain word is theirs.
fn site(node: &Node, findings: &mut Vec<Diagnostic>) -> Option<(Site, Span)> {
    let word = node.as_str()?;
    let found = Site::ALL.into_iter().find(|site| site.as_str() == word);
    if found.is_none() && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let message = format!("no site is named `{word}`");
        let known = Site::ALL.map(Site::as_str);
        let diagnostic = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
        let diagnostic = diagnostic.suggest(word, node.span, &known);
        findings.push(if diagnostic.help.is_none() {
            diagnostic.help(format!("Write one of: {}.", known.join(", ")))
        } else {
            diagnostic
        });
    }
    found.map(|site| (site, node.span))
}

/// A version such as `v1.2` or `0.1.0` at the end of a title.
fn version_in(title: &str) -> Option<String> {
    let last = title.split_whitespace().next_back()?;
    let digits = last.strip_prefix(['v', 'V']).unwrap_or(last);
    let sound = digits.contains('.')
        && digits
            .split('.')
            .all(|part| part.chars().next().is_some_and(|c| c.is_ascii_digit()));
    sound.then(|| digits.to_string())
}
