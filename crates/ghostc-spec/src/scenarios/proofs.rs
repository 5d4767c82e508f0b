//! What scenarios show: words and ids that stand for one statement, clause, obligation, requirement, criterion or prose
//! scenario of their package.

use super::reader::ScenarioReader;
use crate::clauses::{self, Clauses, clause_ids};
use crate::codes;
use crate::content::{self, StatementName};
use crate::library::Package;
use crate::slice::ProofTarget;
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// All that can be shown of a package.
pub(super) struct Provable {
    /// By id.
    ids: BTreeMap<String, Vec<ProofTarget>>,
    /// By words, without markup and letter case.
    words: Vec<(String, ProofTarget)>,
    /// The places of the words above that hold a word.
    index: BTreeMap<String, Vec<usize>>,
    /// Where each is.
    spans: BTreeMap<ProofTarget, Span>,
}

impl Provable {
    /// Everything of a package.
    pub(super) fn new(package: &Package, sources: &Sources) -> Provable {
        let mut provable = Provable {
            ids: BTreeMap::new(),
            words: Vec::new(),
            index: BTreeMap::new(),
            spans: BTreeMap::new(),
        };
        let names = content::name_statements(package, sources);
        for (at, (statement, name)) in package.statements.iter().zip(&names).enumerate() {
            let StatementName { id, text, .. } = name;
            provable.add(ProofTarget::Statement(at), statement.span, id.clone());
            provable.words.push((plain(text), ProofTarget::Statement(at)));
        }
        let Clauses { clauses, obligations } = clauses::clauses(package, sources);
        for (at, (clause, id)) in clauses
            .iter()
            .zip(clause_ids(package, &clauses, sources))
            .enumerate()
        {
            provable.add_words(ProofTarget::Clause(at), clause.span, sources);
            provable.add(ProofTarget::Clause(at), clause.span, id);
        }
        let ids = clause_ids(package, &obligations, sources);
        for (at, (obligation, id)) in obligations.iter().zip(ids).enumerate() {
            provable.add_words(ProofTarget::Obligation(at), obligation.span, sources);
            provable.add(ProofTarget::Obligation(at), obligation.span, id);
        }
        let facts = &package.facts;
        for (at, requirement) in facts.requirements.iter().enumerate() {
            provable.add(
                ProofTarget::Requirement(at),
                requirement.span,
                requirement.id.clone(),
            );
            for (own, criterion) in requirement.criteria.iter().enumerate() {
                let target = ProofTarget::Criterion(at, own);
                provable.add(target, criterion.span, criterion.id.clone());
            }
        }
        for (at, scenario) in facts.scenarios.iter().enumerate() {
            let target = ProofTarget::ProseScenario(at);
            provable.add(target, scenario.span, scenario.id(facts));
        }
        for (at, (text, _)) in provable.words.iter().enumerate() {
            let words: BTreeSet<&str> = single_words(text).collect();
            for word in words {
                provable.index.entry(word.to_string()).or_default().push(at);
            }
        }
        provable
    }

    fn add(&mut self, target: ProofTarget, span: Span, id: String) {
        self.ids.entry(id).or_default().push(target);
        self.spans.insert(target, span);
    }

    fn add_words(&mut self, target: ProofTarget, span: Span, sources: &Sources) {
        self.words.push((plain(sources.slice(span)), target));
    }

    /// The one thing that some words or an id stand for; else a finding.
    pub(super) fn find(&self, written: &str, span: Span, reader: &mut ScenarioReader) -> Option<ProofTarget> {
        let mut found: Vec<ProofTarget> = self.ids.get(written.trim()).cloned().unwrap_or_default();
        if found.is_empty() {
            found = self.by_words(&plain(written));
        }
        if let [only] = found.as_slice() {
            return Some(*only);
        }
        if found.is_empty() {
            let message = format!("nothing in the spec says `{}`", shortened(written));
            let diagnostic = Diagnostic::new(codes::UNCLEAR_PROOF, span, message);
            reader.findings.push(match self.nearest(&plain(written)) {
                Some(near) => diagnostic
                    .also(near, "this is the nearest")
                    .help("Copy its words as they are, or some of them."),
                None => {
                    diagnostic.help("Copy words of one sentence, list item or table row, or write an id.")
                }
            });
            return None;
        }
        let message = format!("`{}` fits {} places of the spec", shortened(written), found.len());
        let mut diagnostic = Diagnostic::new(codes::UNCLEAR_PROOF, span, message);
        for target in found.iter().take(4) {
            if let Some(span) = self.spans.get(target) {
                diagnostic = diagnostic.also(*span, "it fits this");
            }
        }
        reader
            .findings
            .push(diagnostic.help("Copy more words, so that they fit one place alone."));
        None
    }

    /// What says some words: what is nothing else, else what begins with them, else what holds them.
    fn by_words(&self, wanted: &str) -> Vec<ProofTarget> {
        if wanted.is_empty() {
            return Vec::new();
        }
        // What holds all of the words holds the rarest one.
        let places = single_words(wanted).map(|word| self.index.get(word).map_or(&[][..], Vec::as_slice));
        let places = places.min_by_key(|places| places.len()).unwrap_or_default();
        let candidates = || places.iter().filter_map(|at| self.words.get(*at));
        let all = |is: &dyn Fn(&str) -> bool| -> Vec<ProofTarget> {
            let found = candidates().filter(|(text, _)| is(text));
            found.map(|(_, target)| *target).collect()
        };
        let is_end = |rest: &str| !rest.starts_with(char::is_alphanumeric);
        let begins = |text: &str| text.strip_prefix(wanted).is_some_and(is_end);
        let holds = |text: &str| {
            text.match_indices(wanted).any(|(at, _)| {
                let before = text.get(..at).unwrap_or_default();
                let after = text.get(at + wanted.len()..).unwrap_or_default();
                !before.ends_with(char::is_alphanumeric) && is_end(after)
            })
        };
        let equal = all(&|text| text == wanted);
        if !equal.is_empty() {
            return equal;
        }
        let begun = all(&begins);
        if begun.is_empty() { all(&holds) } else { begun }
    }

    /// What has most words of some, where that is most of them.
    fn nearest(&self, wanted: &str) -> Option<Span> {
        let words: BTreeSet<&str> = single_words(wanted).filter(|word| word.len() > 2).collect();
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for at in words.iter().filter_map(|word| self.index.get(*word)).flatten() {
            *counts.entry(*at).or_default() += 1;
        }
        let (at, count) = counts
            .into_iter()
            .max_by_key(|(at, count)| (*count, Reverse(*at)))?;
        let (_, target) = self.words.get(at).filter(|_| count * 5 >= words.len() * 3)?;
        self.spans.get(target).copied()
    }
}

/// The words of a text, without what stands between them.
fn single_words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

/// Words without markup, letter case and line breaks, and without a full stop at their end.
fn plain(text: &str) -> String {
    let bare: String = text.chars().filter(|c| !matches!(c, '`' | '*' | '|')).collect();
    let words = bare
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    words.trim_end_matches('.').to_string()
}

/// The start of a long text.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    let text = ghostc_syntax::collapse_whitespace(text);
    let bare: String = text.chars().filter(|c| *c != '`').collect();
    if bare.chars().count() <= SHOWN {
        return bare;
    }
    let start: String = bare.chars().take(SHOWN).collect();
    format!("{}…", start.trim_end())
}
