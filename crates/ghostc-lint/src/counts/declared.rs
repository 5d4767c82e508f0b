//! Counts of what a feature declares: functional requirements, success criteria, user stories.

use super::numbers::{is_doubtful, words};
use super::{Counted, NumberClaim};
use crate::lines::LineKind;
use ghostc_spec::layout::file_name;
use ghostc_spec::library::Package;

/// What a package declares, as texts may count it.
pub(super) struct Declared<'a> {
    package: &'a Package,
    functional: Vec<u64>,
    success: Vec<u64>,
    stories: Vec<u64>,
}

impl<'a> Declared<'a> {
    /// Nothing where the package has no requirements with ids such as `FR-001`.
    pub(super) fn new(package: &'a Package) -> Option<Declared<'a>> {
        let requirements = &package.facts.requirements;
        // Those with a letter were put in later, and people may leave them out.
        let count = |prefix: &str| -> Vec<u64> {
            let ids = requirements.iter().map(|found| found.id.as_str());
            let with = ids.filter(|id| id.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-')));
            let (all, plain) = with.fold((0, 0), |(all, plain), id| {
                (
                    all + 1,
                    plain + u64::from(id.ends_with(|c: char| c.is_ascii_digit())),
                )
            });
            if all == 0 { Vec::new() } else { vec![all, plain] }
        };
        let stories = package.facts.stories.len() as u64;
        let declared = Declared {
            package,
            functional: count("FR"),
            success: count("SC"),
            stories: if stories == 0 { Vec::new() } else { vec![stories] },
        };
        (!declared.functional.is_empty()).then_some(declared)
    }

    /// What a number in a text counts.
    pub(super) fn read(&self, claim: NumberClaim<'_>) -> Option<Counted> {
        let (noun, truths, tail) = self.noun(claim)?;
        let said = words(&format!("{} {}", claim.label, claim.before));
        let opens = said.iter().all(|word| OPENING.contains(&word.as_str()));
        let all = said.last().is_some_and(|word| word == "all");
        let next = words(tail);
        let partial = next
            .first()
            .is_some_and(|word| matches!(word.as_str(), "for" | "of" | "per" | "in" | "from"));
        let near = truths.iter().any(|truth| claim.number.is_near(*truth));
        let sound = (opens || all) && near && !partial && !is_doubtful(claim.before);
        (sound && claim.place == LineKind::Prose).then(|| Counted {
            truths: truths.clone(),
            clause: "the feature has {}".to_string(),
            noun,
            parts: Vec::new(),
        })
    }

    /// What a number is followed by, how many of it there are, and the rest of the text.
    fn noun<'t>(&self, claim: NumberClaim<'t>) -> Option<(&'static str, &Vec<u64>, &'t str)> {
        let after = claim.after.trim_start();
        let (document, _) = claim.home?;
        let name = file_name(&self.package.documents.get(document)?.path);
        // Reports and plans of phases have criteria of their own.
        let of_feature = matches!(name, "requirements.md" | "spec.md" | "plan.md" | "tasks.md");
        let nouns = [
            (
                "functional requirements",
                "functional requirement",
                &self.functional,
                true,
            ),
            ("success criteria", "success criterion", &self.success, of_feature),
            ("user stories", "user story", &self.stories, of_feature),
        ];
        let (_, noun, truths, tail) = nouns.into_iter().find_map(|(plural, noun, truths, sound)| {
            let written = after.get(..plural.len()).filter(|_| sound)?;
            let tail = after.get(plural.len()..)?;
            let ends = !tail.starts_with(char::is_alphanumeric);
            (ends && written.eq_ignore_ascii_case(plural)).then_some((plural, noun, truths, tail))
        })?;
        (!truths.is_empty()).then_some((noun, truths, tail))
    }
}

/// Words before a number that leave it a count of everything.
const OPENING: &[&str] = &[
    "total",
    "all",
    "requirements",
    "specification",
    "feature",
    "spec",
    "with",
    "has",
    "contains",
    "the",
    "user",
    "scenarios",
    "testing",
    "stories",
    "functional",
    "success",
    "criteria",
];
