//! What the title of a section says of the text below it: that it explains, or that it says how the rest is checked.

use ghostc_syntax::{Heading, SpecFile};

/// Words of titles over text that explains and asks for nothing.
const EXPLAINING: &[&str] = &[
    "overview",
    "goals",
    "non-goals",
    "problem",
    "introduction",
    "background",
    "motivation",
];

/// Words of titles over text that says what words mean elsewhere.
const DEFINING: &[&str] = &["terminology", "glossary", "normative language"];

/// Words of titles over text that says how the rest is checked.
const CHECKING: &[&str] = &[
    "test",
    "tests",
    "testing",
    "conformance",
    "acceptance",
    "verification",
    "checklist",
    "checklists",
];

/// The same in several words.
const CHECKING_PHRASES: &[&str] = &[
    "check list",
    "check lists",
    "definition of done",
    "validation matrix",
    "traceability matrix",
];

/// Whether the text below a title explains and asks for nothing.
pub fn explains(title: &str) -> bool {
    let title = title.to_lowercase();
    EXPLAINING.iter().chain(DEFINING).any(|word| title.contains(word))
}

/// Whether the text below a title says what words mean elsewhere, so that nobody can do without it.
pub fn defines(title: &str) -> bool {
    let title = title.to_lowercase();
    DEFINING.iter().any(|word| title.contains(word))
}

/// Whether the text below a title is a test matrix or a check list: it says what is proven, not what is made.
pub fn checks(title: &str) -> bool {
    let title = title.to_lowercase();
    let mut words = title.split(|c: char| !c.is_alphanumeric());
    words.any(|word| CHECKING.contains(&word)) || CHECKING_PHRASES.iter().any(|phrase| title.contains(phrase))
}

/// The level of a document's chapters: the first one, or the one below a title that stands alone on it.
pub fn chapter_level(spec: &SpecFile) -> u8 {
    let headings = &spec.headings;
    let titles = headings.iter().filter(|heading| heading.level == 1).count();
    headings.iter().map(|heading| heading.level).min().unwrap_or(1) + u8::from(titles == 1)
}

/// A heading and those around it, the innermost first, without the title of the document; `level` is that of its chapters.
pub fn around(spec: &SpecFile, level: u8, heading: Option<usize>) -> impl Iterator<Item = &Heading> {
    let parent = |at: &usize| spec.headings.get(*at).and_then(Heading::parent);
    let all = std::iter::successors(heading, parent).filter_map(|at| spec.headings.get(at));
    all.filter(move |heading| heading.level >= level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_of_tests_is_told_from_what_only_sounds_like_one() {
        let checking = [
            "17. Test and Validation Matrix",
            "Testing",
            "Implementation Checklist",
            "Conformance",
            "Definition of Done",
            "Acceptance tests",
        ];
        assert!(checking.iter().all(|title| checks(title)));
        let making = ["Input validation", "Latest release", "Contests", "Configuration"];
        assert!(!making.iter().any(|title| checks(title)));
    }
}
