//! Whether a unit of text binds: a sentence with a keyword, a step, a row, a field, a condition do, and so does all that
//! is not known to inform or to show. Of a document that marks what binds with keywords, running text without any sign of
//! a rule informs.

use super::atoms::{Atom, AtomKind, atoms, leads_to_example};
use super::fact::Form;
use super::facts::Facts;
use super::lexicon;
use super::modality::modals;
use super::words::without_targets;
use ghostc_syntax::Strength;

/// What a unit is to those who follow the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It says what is so anyway: background, history, a pointer.
    Informs,
    /// It shows what is said elsewhere.
    Shows,
    /// Nothing is known of it that tells.
    MayBind,
    /// It asks, forbids, permits or defines.
    Binds,
}

/// How many lines of code are looked back over for the words that lead to a block.
const NEAR: usize = 3;

impl Facts {
    /// What a unit is.
    pub(super) fn standing(&self, at: usize) -> Standing {
        let (Some(unit), Some(fact)) = (self.outline.units.get(at), self.units.get(at)) else {
            return Standing::Binds;
        };
        if fact.form == Form::Code {
            return self.standing_of_code(at, &unit.text);
        }
        if fact.is_case {
            return Standing::Binds;
        }
        let text = without_targets(&unit.text);
        let words = atoms(text);
        let must = modals(&words).iter().any(|strength| *strength != Strength::May);
        let asks = if self.has_capital_keywords {
            fact.strength.is_some()
        } else {
            must
        };
        let section = self.section_says(unit.section);
        let shown = section == Some(Standing::Shows) || self.is_led_to_example(at);
        let leads = words.iter().position(|atom| !atom.is_plain_mark());
        let opens = leads.is_some_and(|at| leads_to_example(&words, at) || says(&words, at, lexicon::shows));
        if (shown && !asks) || (opens && !must) {
            return Standing::Shows;
        }
        let informs = section == Some(Standing::Informs)
            || fact.is_link
            || text.ends_with('?')
            || (fact.form == Form::Prose && text.ends_with(':') && !must && !has_sign(&words))
            || leads.is_some_and(|at| points(&words, at) || says(&words, at, lexicon::concludes))
            || self.is_note(at);
        let plain = self.has_capital_keywords && fact.is_paragraph && !has_sign(&words);
        if !asks && (informs && !must || plain || (informs && section.is_some())) {
            return Standing::Informs;
        }
        let exact = fact.form == Form::Exact || fact.numbered;
        let marked = if self.has_capital_keywords {
            fact.strength.is_some()
        } else {
            has_sign(&words)
        };
        if exact || marked {
            Standing::Binds
        } else {
            Standing::MayBind
        }
    }

    /// Code shows what the text around it says, unless that says that it is exact. Code of no language is exact unless it
    /// is said to show something.
    fn standing_of_code(&self, at: usize, text: &str) -> Standing {
        let lang = text
            .strip_prefix("```")
            .and_then(|rest| rest.lines().next())
            .unwrap_or_default();
        let lang = lang.to_lowercase();
        if lexicon::is_exact(&lang) {
            return Standing::Binds;
        }
        let mut lead = Vec::new();
        for before in (at.saturating_sub(NEAR)..at).rev() {
            let (Some(unit), Some(fact)) = (self.outline.units.get(before), self.units.get(before)) else {
                break;
            };
            let here = self
                .outline
                .units
                .get(at)
                .is_some_and(|own| own.section == unit.section);
            if !here {
                break;
            }
            if fact.form != Form::Code {
                lead = atoms(without_targets(&unit.text));
                break;
            }
        }
        let says = |is: fn(&str) -> bool| lead.iter().any(|atom| atom.is_word() && is(&atom.text));
        let example = says(lexicon::shows) || (0..lead.len()).any(|at| leads_to_example(&lead, at));
        let section = self.outline.units.get(at).map(|unit| unit.section);
        let heading = section.and_then(|section| self.section_says(section));
        // A comment at its start may say that it shows something.
        let first = text.lines().nth(1).map(str::trim_start).unwrap_or_default();
        let comment = ["#", "//", "--", ";", "/*", "<!--"]
            .iter()
            .any(|mark| first.starts_with(mark));
        let sample = comment && title_words(first).any(|word| lexicon::shows_code(&word));
        if example || sample || heading == Some(Standing::Shows) {
            return Standing::Shows;
        }
        let exact = says(lexicon::is_exact) || section.is_some_and(|section| self.section_is_exact(section));
        let is_data =
            !lang.is_empty() && !["text", "txt", "plain", "plaintext", "none"].contains(&lang.as_str());
        if is_data && !exact {
            Standing::Shows
        } else {
            Standing::Binds
        }
    }

    /// What the headings around a section say of the text below them, the nearest first; that of the document is a name.
    fn section_says(&self, section: usize) -> Option<Standing> {
        self.headings(section).find_map(|title| {
            let has = |is: fn(&str) -> bool| title_words(title).any(|word| is(&word));
            if has(lexicon::shows) {
                Some(Standing::Shows)
            } else if has(lexicon::informs) {
                Some(Standing::Informs)
            } else {
                None
            }
        })
    }

    /// Whether the headings of a section say that what is below them informs or shows.
    pub(super) fn is_informing(&self, section: usize) -> bool {
        self.section_says(section).is_some()
    }

    fn section_is_exact(&self, section: usize) -> bool {
        let mut titles = self.headings(section).take(1);
        titles.any(|title| title_words(title).any(|word| lexicon::is_exact(&word)))
    }

    /// The titles of a section and of those around it, without that of the document.
    fn headings(&self, section: usize) -> impl Iterator<Item = &str> {
        let all = &self.outline.sections;
        let parent = |at: usize| all.get(at).and_then(|found| found.parent);
        // The first heading of a document names it.
        let is_name =
            move |at: usize| parent(at).is_none_or(|above| parent(above).is_none() && at == above + 1);
        let own = std::iter::successors(Some(section), move |at| parent(*at));
        own.filter(move |at| !is_name(*at))
            .filter_map(|at| all.get(at))
            .map(|found| found.title.as_str())
    }

    /// Whether a unit stands below or behind words that say that an example follows.
    fn is_led_to_example(&self, at: usize) -> bool {
        let mut above = self.outline.units.get(at).and_then(|unit| unit.parent);
        let leads = |at: usize| {
            let Some(unit) = self.outline.units.get(at) else {
                return false;
            };
            let words = atoms(without_targets(&unit.text));
            let first = words.iter().position(|atom| !atom.is_plain_mark()).unwrap_or(0);
            says(&words, first, lexicon::shows) || leads_to_example(&words, first)
        };
        while let Some(found) = above {
            if leads(found) {
                return true;
            }
            above = self.outline.units.get(found).and_then(|unit| unit.parent);
        }
        self.lead(at).is_some_and(leads)
    }

    /// Whether the first sentence of the paragraph opens a note.
    fn is_note(&self, at: usize) -> bool {
        let block = |at: usize| self.units.get(at).map(|fact| fact.block);
        let here = block(at);
        let first = (0..=at).rev().take_while(|at| block(*at) == here).last();
        first
            .and_then(|first| self.outline.units.get(first))
            .is_some_and(|unit| {
                let words = title_words(without_targets(&unit.text)).next();
                words.is_some_and(|word| word == "note")
            })
    }

    /// The sentence with a colon behind which a row or an item stands.
    fn lead(&self, at: usize) -> Option<usize> {
        let (unit, fact) = (self.outline.units.get(at)?, self.units.get(at)?);
        if fact.is_paragraph {
            return None;
        }
        let before = (0..at).rev().take(64);
        let mut before = before.take_while(|at| {
            self.outline
                .units
                .get(*at)
                .is_some_and(|found| found.section == unit.section)
        });
        let lead = before.find(|at| self.units.get(*at).is_some_and(|fact| fact.is_paragraph))?;
        let ends = self.outline.units.get(lead)?.text.trim_end().ends_with(':');
        ends.then_some(lead)
    }
}

fn title_words(title: &str) -> impl Iterator<Item = String> {
    let words = title.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Whether the word at a place is one of a class.
fn says(words: &[Atom], at: usize, is: fn(&str) -> bool) -> bool {
    words.get(at).is_some_and(|atom| atom.is_word() && is(&atom.text))
}

/// Whether a sentence only points somewhere or takes note of something: `See …`, `For more details …`, `Note: …`.
fn points(words: &[Atom], at: usize) -> bool {
    let mut rest = words
        .get(at..)
        .unwrap_or_default()
        .iter()
        .filter(|atom| atom.is_word());
    let mut next = || rest.next().map_or("", |atom| atom.text.as_str());
    match next() {
        "see" | "note" | "refer" => true,
        "for" => [
            "more",
            "details",
            "further",
            "additional",
            "information",
            "full",
            "a",
        ]
        .contains(&next()),
        _ => false,
    }
}

/// Whether a sentence has a sign of a rule: a keyword, a negation, a number, a quantifier, a condition.
pub(super) fn has_sign(words: &[Atom]) -> bool {
    words.iter().any(|atom| {
        let word = atom.text.as_str();
        let is_rule = lexicon::force(word).is_some()
            || lexicon::negates(word)
            || lexicon::conditions(word)
            || lexicon::quantifies(word);
        atom.kind == AtomKind::Number && !atom.literal || (atom.is_word() && is_rule)
    })
}

#[cfg(test)]
mod tests;
