//! Pairs of small outlines, and what holds of the pairs of any two.

use super::*;
use proptest::prelude::*;

/// An outline from lines: `#`s and a title open a section, two spaces of indent set an item below the one before.
fn outline(text: &str) -> Outline {
    let mut out = Outline::default();
    let (mut open, mut above): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(title) = line
            .trim_start_matches('#')
            .strip_prefix(' ')
            .filter(|_| line.starts_with('#'))
        {
            open.truncate(line.len() - title.len() - 2);
            let (title, number) = crate::content::without_label(title);
            out.sections.push(OutlineSection {
                title: title.to_string(),
                number: number.map(str::to_string),
                parent: open.last().copied(),
            });
            open.push(out.sections.len() - 1);
            above.clear();
            continue;
        }
        let words = line.trim_start();
        above.truncate((line.len() - words.len()) / 2);
        let key = words.split_once(": ").map(|(key, _)| key.to_string());
        out.units.push(Unit {
            id: None,
            section: out.sections.len() - 1,
            parent: above.last().copied(),
            key,
            text: words.to_string(),
            tokens: tokens(words),
        });
        above.push(out.units.len() - 1);
    }
    out
}

/// Pairs of places in two lists.
type Found = Vec<(usize, usize)>;

/// The pairs of units and of sections of two outlines.
fn pairs(old: &str, new: &str) -> (Found, Found) {
    let found = match_outlines(&outline(old), &outline(new));
    (found.units.iter().collect(), found.sections.iter().collect())
}

#[test]
fn tokens_are_words_in_small_letters_and_wide_characters() {
    assert_eq!(tokens("`a.b_c` MUST, be"), tokens("A b c must be"));
    assert_eq!(tokens("送る。").len(), 2);
    assert_ne!(tokens("a b"), tokens("ab"));
}

#[test]
fn edits_are_told_from_exchanges() {
    let old = "# A\nThe output has at most two units in all\nEvery input is text";
    let new = "# A\nThe output has at most three units in all\nNothing else is known";
    assert_eq!(pairs(old, new), (vec![(0, 0)], vec![(0, 0)]));
}

#[test]
fn what_stands_below_an_edited_item_stays_with_it() {
    let old = "# A\nfirst: a whole number\n  Default 20\nsecond: a list\n  Default 20";
    let new = "# A\nsecond: a list of texts\n  Default 20\nfirst: a number\n  Default 20";
    assert_eq!(pairs(old, new).0, [(0, 2), (1, 3), (2, 0), (3, 1)]);
}

#[test]
fn a_text_that_moves_is_known_again_and_an_edited_one_if_it_is_very_like() {
    let old = "# A\none two three four\n# B\na b c d e f g h\nshort";
    let new = "# A\nshort\na b c d e f g i\n# B\none two three four";
    assert_eq!(pairs(old, new).0, [(0, 2), (1, 1)]);
}

#[test]
fn sections_are_known_by_title_then_by_likeness_and_never_by_place() {
    let old = "# Spec\n## Query rules\nPages have fifty entries\n## Errors\nAll are texts\n## Start and stop\nx y z";
    let new = "# Spec\n## Duties of adapters\nEach writes a profile\n## Stop and start\nx y z\n## Error kinds\nAll are texts";
    assert_eq!(pairs(old, new).1, [(0, 0), (2, 3), (3, 2)]);
}

#[test]
fn a_number_behind_a_word_is_a_label_and_no_name() {
    let old = "# A\n## Rule 1\na token with each call\n## Rule 2\nan answer in two seconds\n## Rule 3\nlogs for thirty days";
    let new = "# A\n## Rule 1\nall is encrypted\n## Rule 2\na token with each call\n## Rule 3\nan answer in three seconds\n## Rule 4\nlogs for thirty days";
    assert_eq!(
        pairs(old, new),
        (vec![(0, 1), (1, 2), (2, 3)], vec![(0, 0), (1, 2), (2, 3), (3, 4)])
    );
    let (old, new) = (
        "# A\n## Phase 1\n### x\na b c\n## Phase 2\n### y\nd e f",
        "# A\n## Phase 1\n### z\ng h i\n## Phase 2\n### x\na b c\n## Phase 3\n### y\nd e f",
    );
    assert_eq!(pairs(old, new).1, [(0, 0), (1, 3), (2, 4), (3, 5), (4, 6)]);
}

#[test]
fn a_text_that_moves_is_no_edit_of_what_is_like_it() {
    let old = "# A\nthe client tries three times in all\n# B\nothers wait";
    let new =
        "# A\nthe client tries five times in all\n# B\nothers wait\nthe client tries three times in all";
    assert_eq!(pairs(old, new).0, [(0, 2), (1, 1)]);
}

#[test]
fn a_section_may_move_below_another_one() {
    let old = "# A\n## Limits\nat most four of them at once\n## B\nb b b";
    let new = "# A\n## B\nb b b\n### Limits\nat most four of them at once";
    assert_eq!(
        pairs(old, new),
        (vec![(0, 1), (1, 0)], vec![(0, 0), (1, 2), (2, 1)])
    );
}

#[test]
fn a_name_holds_a_unit_through_any_edit() {
    let mut old = outline("# A\nx\n# B\ny");
    let mut new = outline("# A\nz\n# B\nw");
    for (side, at) in [(&mut old, 0), (&mut new, 1)] {
        side.units[at].id = Some("FR-001".into());
    }
    assert_eq!(
        match_outlines(&old, &new).units.iter().collect::<Vec<_>>(),
        [(0, 1)]
    );
}

#[test]
fn large_lists_are_matched_without_trying_all_pairs() {
    let text = |word: &str| {
        let lines = (0..3000).map(|n| format!("item {n} has the {word} value {} of {}", n * 7, n * 13));
        format!("# A\n{}", lines.collect::<Vec<_>>().join("\n"))
    };
    let found = match_outlines(&outline(&text("first")), &outline(&text("second")));
    assert!(found.units.iter().all(|(a, b)| a == b));
    assert_eq!(found.units.iter().count(), 3000);
}

fn some_outline() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        1 => "#{1,3} [ab] [abc]",
        4 => "(  ){0,2}[ab]: [abc]( [abcdef]){1,6}",
        4 => "[abc]( [abcdef]){2,8}",
    ];
    prop::collection::vec(line, 0..24).prop_map(|lines| format!("# top\n{}", lines.join("\n")))
}

proptest! {
    #[test]
    fn a_text_matches_itself(text in some_outline()) {
        let found = match_outlines(&outline(&text), &outline(&text));
        prop_assert!(found.units.iter().all(|(a, b)| a == b));
        prop_assert_eq!(found.units.iter().count(), outline(&text).units.len());
        prop_assert_eq!(found.sections.iter().count(), outline(&text).sections.len());
    }

    #[test]
    fn the_other_direction_is_the_mirror_image(old in some_outline(), new in some_outline()) {
        let (old, new) = (outline(&old), outline(&new));
        let (there, back) = (match_outlines(&old, &new), match_outlines(&new, &old));
        let mirrored = |pairs: &Pairs| Pairs { new_of: pairs.old_of.clone(), old_of: pairs.new_of.clone() };
        prop_assert_eq!(&there.sections, &mirrored(&back.sections));
        prop_assert_eq!(&there.units, &mirrored(&back.units));
    }
}

proptest! {
    #[test]
    fn words_are_the_same_beside_letters_of_other_scripts(text in "[ -~]{0,40}") {
        let mut beside = tokens(&format!("{text} — ä"));
        prop_assert_eq!(beside.pop(), tokens("Ä").pop());
        prop_assert_eq!(tokens(&text), beside);
    }
}
