//! What edits do, each told by two small texts.

use super::super::modality::modals;
use super::*;

/// The weight and the kind of an edit, in a document that has each of the words `known` often.
fn told(old: &str, new: &str) -> (Weight, Kind) {
    let known = ["Control", "controls"];
    let count = |word: &str| {
        let often = known.iter().any(|known| known.eq_ignore_ascii_case(word));
        if often { (2, 2) } else { (1, 0) }
    };
    let found = between(old, new, &count);
    (found.weight, found.kind)
}

fn weight(old: &str, new: &str) -> Weight {
    told(old, new).0
}

#[test]
fn spelling_is_without_effect() {
    for (old, new) in [
        (
            "The hands, and the bell, MUST go.",
            "The hands and a bell MUST go.",
        ),
        ("It can not be set.", "It cannot be set."),
        ("The `size` MUST be set.", "The size MUST be set."),
        ("the pre-release", "The prerelease"),
        ("It MUST stop stop at once.", "It MUST stop at once."),
        ("It MUST hold the contrl.", "It MUST hold the control."),
        ("Hands are allowed to turn.", "Hands can be turned."),
        ("See it.\u{1f}https://a.example", "See it.\u{1f}https://b.example"),
    ] {
        assert_eq!(weight(old, new), Weight::None, "{old} / {new}");
        assert_eq!(weight(new, old), Weight::None, "{new} / {old}");
    }
}

#[test]
fn what_only_shows_is_told_apart() {
    assert_eq!(
        weight(
            "Marks (for example a dot) MUST go.",
            "Marks (for example a dash) MUST go."
        ),
        Weight::Shows
    );
    assert_eq!(
        weight("Marks such as dots MUST go.", "Marks such as dots MUST NOT go."),
        Weight::Sense
    );
}

#[test]
fn numbers_conditions_quantifiers_and_code_have_sense() {
    for (old, new) in [
        ("Stop after 5 seconds.", "Stop after 6 seconds."),
        ("Stop after two seconds.", "Stop after three seconds."),
        ("Stop if it rings.", "Stop unless it rings."),
        ("At least one hand turns.", "Exactly one hand turns."),
        ("All hands turn.", "Some hands turn."),
        ("Give `max` back.", "Give `min` back."),
        ("Give `Max` back.", "Give `max` back."),
        ("The hands turn.", "The big hands turn."),
    ] {
        assert_eq!(weight(old, new), Weight::Sense, "{old} / {new}");
        assert_eq!(weight(new, old), Weight::Sense, "{new} / {old}");
    }
}

#[test]
fn other_words_are_not_proven() {
    assert_eq!(weight("Delete its folder.", "Keep its folder."), Weight::Unproven);
    assert_eq!(
        weight("Copy the hand to it.", "Copy the hand from it."),
        Weight::Sense
    );
}

#[test]
fn kinds_are_read_in_letters_of_any_case() {
    for (old, new, kind) in [
        ("It MUST ring.", "It SHOULD ring.", Kind::Weakened),
        ("It should ring.", "It must ring.", Kind::Strengthened),
        ("It must ring.", "It must not ring.", Kind::Negated),
        ("It can ring.", "It cannot ring.", Kind::Negated),
        ("It MAY ring.", "It MUST ring.", Kind::Strengthened),
        (
            "The bell is OPTIONAL here.",
            "The bell is REQUIRED here.",
            Kind::Strengthened,
        ),
        (
            "The bells are not heard there.",
            "The bells are heard there.",
            Kind::Negated,
        ),
        (
            "The bells MUST ring here.",
            "The bells ring here.",
            Kind::Weakened,
        ),
        (
            "The bells ring per hour.",
            "The bells are RECOMMENDED.",
            Kind::Modified,
        ),
        (
            "It MUST ring loudly at noon.",
            "It MUST ring loudly at night.",
            Kind::Modified,
        ),
    ] {
        assert_eq!(told(old, new).1, kind, "{old} / {new}");
    }
}

#[test]
fn must_for_all_that_is_should_for_one_is_weakened() {
    let (old, new) = (
        "The path MUST be absolute on all systems.",
        "The path SHOULD be absolute on one, and MUST be absolute on all other systems.",
    );
    assert_eq!(told(old, new).1, Kind::Weakened);
}

#[test]
fn what_is_only_allowed_in_one_way_is_forbidden_in_others() {
    let found = modals(&atoms("Returns are only allowed at the end."));
    assert_eq!(found, [Strength::Must]);
    assert_eq!(modals(&atoms("It is not required.")), [Strength::May]);
    assert_eq!(modals(&atoms("You are free to go.")), [Strength::May]);
}

#[test]
fn verbs_drawn_together_with_not_are_keywords() {
    for (old, new, kind) in [
        ("It shall wait.", "It shan't wait.", Kind::Negated),
        ("It can wait for it.", "It can't wait for it.", Kind::Negated),
        ("It mustn't wait.", "It must wait.", Kind::Negated),
        ("It shouldn’t wait.", "It mustn't wait.", Kind::Strengthened),
    ] {
        assert_eq!(told(old, new), (Weight::Sense, kind), "{old} / {new}");
    }
}

#[test]
fn a_negation_that_comes_with_words_of_its_own_turns_nothing_round() {
    for (old, new) in [
        (
            "Keys of the space are reserved and MUST NOT be used.",
            "Other keys of the space not listed in this table are reserved and MUST NOT be used.",
        ),
        (
            "A dotted key makes a table, provided that it was not made before.",
            "A dotted key makes a table.",
        ),
        (
            "If neither `a` nor `b` is set, it MUST NOT write.",
            "If none of `a`, `b` or `c` is set, it MUST NOT write.",
        ),
    ] {
        assert_eq!(told(old, new).1, Kind::Modified, "{old} / {new}");
        assert_eq!(told(new, old).1, Kind::Modified, "{new} / {old}");
    }
    assert_eq!(
        told("A comma is not permitted there.", "A comma is permitted there.").1,
        Kind::Negated
    );
    assert_eq!(
        told("It never deletes the folder.", "It deletes the folder.").1,
        Kind::Negated
    );
}
