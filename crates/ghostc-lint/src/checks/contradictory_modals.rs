//! warning(consistency): one clause is both required and forbidden
//!
//! Two sentences differ in nothing but their keyword, and one asks for what the other rules out.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! The client MUST retry a failed request.
//!
//! ## Limits
//!
//! The client MUST NOT retry a failed request.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! The client MUST retry a failed request.
//!
//! ## Limits
//!
//! The client MUST NOT retry a refused request.
//! ````

use ghostc_spec::library::Package;
use ghostc_spec::suffix_index::{tail, uses};
use ghostc_syntax::{
    BlockKind, Diagnostic, KeywordUse, Sources, SpecFile, Statement, Strength, collapse_whitespace,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    // Few clauses end, and fewer start and end, like one that is ruled out, and only those can be one.
    let ruled_out = statements(package, |strength| asks(strength) == Some(false));
    let suffix_index: BTreeSet<u32> = ruled_out.map(|(.., ending)| ending).collect();
    if suffix_index.is_empty() {
        return;
    }
    let likely = statements(package, |strength| asks(strength).is_some());
    let likely = likely.filter(|(.., ending)| suffix_index.contains(ending));
    let clauses = likely.filter_map(|(spec, statement, _)| clause(spec, statement, sources));
    let clauses: Vec<Clause<'_>> = clauses.collect();
    let asked = clauses.iter().filter(|clause| clause.asks);
    let asked: BTreeSet<[&str; 4]> = asked.map(Clause::edges).collect();
    if asked.is_empty() {
        return;
    }
    let ruled_out = clauses.iter().filter(|clause| !clause.asks).map(Clause::edges);
    let both: BTreeSet<[&str; 4]> = ruled_out.filter(|edges| asked.contains(edges)).collect();
    if both.is_empty() {
        return;
    }
    let mut first: BTreeMap<String, &Clause<'_>> = BTreeMap::new();
    for clause in clauses.iter().filter(|clause| both.contains(&clause.edges())) {
        let earlier = *first.entry(clause.words()).or_insert(clause);
        if earlier.asks != clause.asks {
            let message = format!(
                "`{}` here, and `{}` of the same thing elsewhere",
                clause.used.keyword.text, earlier.used.keyword.text
            );
            let found = Diagnostic::new(super::CONTRADICTORY_MODALS, clause.used.span, message);
            findings.push(
                found
                    .also(earlier.used.span, "the same clause")
                    .help("Take one of the two sentences out."),
            );
        }
    }
}

/// The text of a statement around its one keyword.
struct Clause<'s> {
    before: &'s str,
    after: &'s str,
    used: KeywordUse,
    /// Whether it asks for something or rules it out.
    asks: bool,
}

impl<'s> Clause<'s> {
    /// The words without the keyword.
    fn words(&self) -> String {
        collapse_whitespace(&format!("{} {}", self.before, self.after)).to_lowercase()
    }

    /// Words that stand in two clauses of the same words, in whatever case their first letters are.
    fn edges(&self) -> [&'s str; 4] {
        let (mut before, mut after) = (self.before.split_whitespace(), self.after.split_whitespace());
        let (one, two) = (before.next(), before.next());
        let (last, second_last) = (after.next_back(), after.next_back());
        [one, two, second_last, last].map(|word| tail(word.unwrap_or_default()))
    }
}

/// The statements of some strengths with their endings. The strength of a statement with one keyword is its keyword's.
fn statements(
    package: &Package,
    wanted: fn(Strength) -> bool,
) -> impl Iterator<Item = (&SpecFile, &Statement, u32)> {
    let statements = package.specs().flat_map(|(_, home)| {
        let all = home.spec.statements.iter().zip(&home.suffix_index);
        all.map(|(statement, ending)| (&home.spec, statement, *ending))
    });
    statements.filter(move |(_, statement, _)| wanted(statement.strength))
}

/// Whether a strength asks for something or rules it out; a choice does neither.
fn asks(strength: Strength) -> Option<bool> {
    match strength {
        Strength::Must | Strength::Should => Some(true),
        Strength::MustNot | Strength::ShouldNot => Some(false),
        Strength::May => None,
    }
}

/// A statement with one keyword that stands alone. Items depend on what introduces them, and are left out.
fn clause<'s>(spec: &SpecFile, statement: &Statement, sources: &'s Sources) -> Option<Clause<'s>> {
    let block = spec.blocks.get(spec.sentences.get(statement.sentence)?.block())?;
    let ([used], BlockKind::Paragraph) = (uses(statement), &block.kind) else {
        return None;
    };
    let asks = asks(used.keyword.strength)?;
    let text = sources.slice(statement.span);
    let at = used.span.start.checked_sub(statement.span.start)? as usize;
    let (before, rest) = text.split_at_checked(at)?;
    let after = rest.get((used.span.end - used.span.start) as usize..)?;
    // `Reading (RECOMMENDED)` is the label of one of several ways.
    if before.ends_with('(') && after.starts_with(')') {
        return None;
    }
    let mut words = before.split_whitespace();
    let first = words.next()?;
    let is_pronoun = ["it", "this", "that", "they", "these", "those"]
        .iter()
        .any(|known| first.eq_ignore_ascii_case(known));
    let stands_alone = words.next().is_some() && !is_pronoun;
    stands_alone.then_some(Clause {
        before,
        after,
        used: *used,
        asks,
    })
}
