//! What holds of the merge of any texts, and of any edits that do not touch each other.

use super::super::document::read;
use super::*;
use proptest::prelude::*;

/// Lines of Markdown of all kinds.
fn some_text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        2 => "#{1,3} [12]?\\.? ?[abc]{1,3}",
        4 => "[ABC]( [abcde]{1,3}){1,5}\\.",
        2 => "[ABC] MUST( [abcde]{1,3}){1,3}\\. [AB] SHOULD [ab]\\.",
        3 => "( {2}){0,2}[-*] (\\[[ x]\\] )?[abcd]( [abcd]{1,3}){0,3}",
        2 => "[1-3]\\. [abcd]( [abcd]{1,3}){0,3}",
        1 => "> [abc]( [abc]){0,4}",
        1 => "\\| [ab] \\| [cd] \\|\n\\|---\\|---\\|\n\\| [ab] \\| [cd] \\|",
        1 => "```\n[ab]\n[ab]\n```",
        1 => "<!-- [ab] -->",
        1 => "---|\\*\\*\\*|\\[a\\]: b",
        3 => "",
    ];
    prop::collection::vec(line, 0..16).prop_map(|lines| lines.join("\n"))
}

/// A text and another that differs in some lines.
fn two_edits() -> impl Strategy<Value = (String, String, String)> {
    let edit = (
        any::<prop::sample::Index>(),
        prop_oneof![Just(None), some_text().prop_map(Some)],
    );
    let edits = prop::collection::vec(edit, 0..3);
    (some_text(), edits.clone(), edits).prop_map(|(base, one, other)| {
        let apply = |edits: Vec<(prop::sample::Index, Option<String>)>| {
            let mut lines: Vec<String> = base.split('\n').map(str::to_string).collect();
            for (at, new) in edits {
                let at = at.index(lines.len());
                match new {
                    Some(new) => lines.insert(at, new),
                    None => drop(lines.remove(at)),
                }
                lines.push(String::new());
            }
            lines.join("\n")
        };
        let (one, other) = (apply(one), apply(other));
        (base, one, other)
    })
}

/// What is done to a block.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Edit {
    Nothing,
    Reword,
    Remove,
    Rewrap,
    AddBehind,
}

fn words(number: usize, edit: Edit) -> String {
    let word = format!("w{number}x");
    let end = if edit == Edit::Reword { "new" } else { "old" };
    let wrap = if edit == Edit::Rewrap { "\n" } else { " " };
    format!("The {word} of {word}b MUST{wrap}hold {word}c and {word}d {end}.")
}

/// A spec of sections with paragraphs of sentences, after an edit of each sentence.
fn spec(edits: &[Edit]) -> String {
    let mut out = String::from("# Spec\n");
    for (at, edit) in edits.iter().enumerate() {
        match at % 7 {
            0 => out.push_str(&format!("\n## Part{at} of all\n\nPart{at} begins here.\n\n")),
            4 => out.push('\n'),
            _ => {}
        }
        let mark = if at % 7 >= 4 { "- " } else { "" };
        let wrapped = |text: String| text.replace('\n', if mark.is_empty() { "\n" } else { "\n  " });
        if *edit != Edit::Remove {
            out.push_str(&format!("{mark}{}\n", wrapped(words(at, *edit))));
        }
        if *edit == Edit::AddBehind {
            out.push_str(&format!("{mark}{}\n", words(1000 + at, Edit::Nothing)));
        }
    }
    out
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        3 => Just(Edit::Nothing),
        2 => Just(Edit::Reword),
        1 => Just(Edit::Remove),
        1 => Just(Edit::Rewrap),
        1 => Just(Edit::AddBehind),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_tree_has_every_byte(text in some_text()) {
        prop_assert_eq!(read(&text).whole(0), text);
    }

    #[test]
    fn where_one_side_is_silent_the_other_speaks((base, ours, _) in two_edits()) {
        for (one, other) in [(&ours, &base), (&base, &ours), (&ours, &ours)] {
            let merged = document(&base, one, other);
            prop_assert_eq!((&merged.text, merged.conflicts.len()), (&ours, 0));
        }
    }

    /// The same without the short cut: the trees themselves give back the side that changed.
    #[test]
    fn trees_give_back_the_side_that_changed((base, ours, _) in two_edits()) {
        let (base, ours) = (read(&base), read(&ours));
        for trees in [[&base, &ours, &base], [&base, &base, &ours], [&base, &ours, &ours]] {
            let ids = Ids::of(trees);
            let made = decide::decide(trees, &ids).expect("one side moves nothing");
            prop_assert!(!render::has_clash(&made));
            prop_assert_eq!(render::view(&made, OURS), ours.whole(0));
        }
    }

    #[test]
    fn edits_of_different_sentences_go_together_in_either_order(
        edits in prop::collection::vec((edit(), any::<bool>()), 1..24)
    ) {
        let all: Vec<Edit> = edits.iter().map(|(edit, _)| *edit).collect();
        let of = |side: bool| -> Vec<Edit> {
            edits.iter().map(|(edit, whose)| if *whose == side { *edit } else { Edit::Nothing }).collect()
        };
        let base = spec(&vec![Edit::Nothing; all.len()]);
        let (ours, theirs, both) = (spec(&of(true)), spec(&of(false)), spec(&all));
        let (one, other) = (document(&base, &ours, &theirs), document(&base, &theirs, &ours));
        // How many blank lines are left where all is removed depends on who removes it.
        let lines = |text: &str| text.lines().filter(|line| !line.is_empty()).map(str::to_string).collect::<Vec<_>>();
        prop_assert_eq!((lines(&one.text), one.conflicts.len()), (lines(&both), 0));
        prop_assert_eq!((lines(&other.text), other.conflicts.len()), (lines(&both), 0));
    }

    #[test]
    fn nothing_that_a_side_adds_is_lost((base, ours, theirs) in two_edits()) {
        let markers = Markers { base: Some("base".into()), ..Markers::default() };
        let Ok(merged) = merge_document(&base, &ours, &theirs, &markers) else { return Ok(()) };
        let says = |text: &str| -> Vec<String> {
            let tree = read(text);
            tree.leaves(0).into_iter().filter(|leaf| tree.kind(*leaf) == NodeKind::Sentence).map(|leaf| tree.says(leaf).to_string()).collect()
        };
        let count = |list: &[String], sentence: &String| list.iter().filter(|other| *other == sentence).count();
        let (before, base) = (base.clone(), says(&base));
        let merged_says = ghostc_syntax::collapse_whitespace(&merged.text);
        for side in [says(&ours), says(&theirs)] {
            for sentence in side.iter().filter(|sentence| count(&side, sentence) > count(&base, sentence)) {
                let bare = sentence.trim_start_matches(['[', 'x', ']', ' ']);
                // Lines of a sentence that binds nothing may be parted or taken out by the other side; no new word is lost.
                let mut new = bare.split(' ').filter(|word| !before.contains(word));
                let is_kept = merged_says.contains(bare)
                    || !crate::diff::binds(bare) && new.all(|word| merged_says.contains(word));
                prop_assert!(is_kept, "{sentence} is lost in\n{}", merged.text);
            }
        }
    }

    #[test]
    fn a_clean_merge_reads_the_same_in_either_order((base, ours, theirs) in two_edits()) {
        let Ok(one) = merge_document(&base, &ours, &theirs, &Markers::default()) else { return Ok(()) };
        let Ok(other) = merge_document(&base, &theirs, &ours, &Markers::default()) else { return Ok(()) };
        prop_assert_eq!(one.conflicts.is_empty(), other.conflicts.is_empty(), "{}\n--\n{}", one.text, other.text);
    }
}
