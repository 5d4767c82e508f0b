//! Facts of small documents, and properties of generated ones.

use super::*;
use crate::spec::ExampleResult;
use crate::value::Value;

/// A case's value from JSON as Rust writes it.
macro_rules! json {
    ($($value:tt)*) => { Value::from(serde_json::json!($($value)*)) };
}

fn read(text: &str) -> SpecFile {
    parse(FileId(0), text).value
}

fn codes_of(text: &str) -> Vec<&'static str> {
    parse(FileId(0), text)
        .diagnostics
        .iter()
        .map(|found| found.code.name)
        .collect()
}

fn keywords(text: &str) -> Vec<(&'static str, String)> {
    let spec = read(text);
    let uses = spec.statements.iter().flat_map(|statement| &statement.keywords);
    uses.map(|found| (found.keyword.text, text[found.span.range()].to_string()))
        .collect()
}

#[test]
fn headings_have_anchors_numbers_and_sections() {
    let text = "# A\n\n## 5.3 `x_y` (object)\ntext\n\n## A\n\nSetext\n---\n";
    let spec = read(text);
    let seen: Vec<_> = spec
        .headings
        .iter()
        .zip(spec.anchors())
        .map(|(h, anchor)| (h.level, anchor.as_str(), h.number.as_deref(), h.parent()))
        .collect();
    assert_eq!(
        seen,
        [
            (1, "a", None, None),
            (2, "53-x_y-object", Some("5.3"), Some(0)),
            (2, "a-1", None, Some(0)),
            (2, "setext", None, Some(0))
        ]
    );
    assert_eq!(
        &text[spec.headings[1].section().range()],
        "## 5.3 `x_y` (object)\ntext\n\n"
    );
}

#[test]
fn headings_in_fences_and_comments_are_not_headings() {
    assert!(
        read("```\n# no\n```\n\n<!--\n# no\n-->\n~~~~\n# no\n~~~\n~~~~\n")
            .headings
            .is_empty()
    );
}

#[test]
fn a_word_with_letters_in_code_does_not_bind() {
    let texts = |text: &str| {
        keywords(text)
            .into_iter()
            .map(|(word, _)| word)
            .collect::<Vec<_>>()
    };
    assert!(texts("It M`UST` run and **SH**`ALL` stop.").is_empty());
    assert_eq!(texts("It MUST `NOT` run."), ["MUST NOT"]);
    assert_eq!(texts("It **MU**ST run."), ["MUST"]);
}

#[test]
fn keywords_are_found_in_prose_items_tables_and_quotes_and_nowhere_else() {
    let text = "It MUST\nNOT a. `MUST` b SHOULD c.\n\n- MAY x\n\n> REQUIRED\n\n| a | MUST |\n|---|---|\n| NOT RECOMMENDED | MUSTY |\n\n# MUST\n\n<!-- MUST -->\n\n    MUST\n";
    let seen: Vec<_> = keywords(text).into_iter().map(|(keyword, _)| keyword).collect();
    assert_eq!(
        seen,
        ["MUST NOT", "SHOULD", "MAY", "REQUIRED", "MUST", "NOT RECOMMENDED"]
    );
    assert_eq!(keywords(text)[0].1, "MUST\nNOT");
}

#[test]
fn the_boilerplate_paragraph_makes_no_statement() {
    assert!(
        keywords("The key words MUST and MAY are to be interpreted as described in RFC 2119.").is_empty()
    );
}

#[test]
fn statements_are_sentences_with_their_markup() {
    let text = "First. It **MUST** be `a. B`.  Then it\nMAY stop.\n";
    let spec = read(text);
    let seen: Vec<_> = spec.statements.iter().map(|s| &text[s.span.range()]).collect();
    assert_eq!(seen, ["It **MUST** be `a. B`.", "Then it\nMAY stop."]);
    assert_eq!(spec.sentences.len(), 3);
}

#[test]
fn mentions_of_sections_are_references_and_other_documents_are_external() {
    let text = "See Section 4.2, and Sections 17.1 through 17.7. RFC 3339, Section 5.6 and Section 3 of RFC 2119. `Section 9`\n";
    let seen: Vec<_> = read(text)
        .references
        .into_iter()
        .map(|reference| reference.target)
        .collect();
    let section = |n: &str| ReferenceTarget::Section(n.into());
    let external = |n: &str| ReferenceTarget::SectionExternal(n.into());
    assert_eq!(
        seen,
        [
            section("4.2"),
            section("17.1"),
            section("17.7"),
            external("5.6"),
            external("3")
        ]
    );
}

#[test]
fn links_are_anchors_paths_or_urls() {
    let text = "[a](#x) [b](./tests.yaml) [c](README.md#y) <https://a.b> [d](mailto:a@b)\n";
    let seen: Vec<_> = read(text)
        .references
        .into_iter()
        .map(|reference| reference.target)
        .collect();
    assert_eq!(
        seen,
        [
            ReferenceTarget::Anchor("x".into()),
            ReferenceTarget::Path("./tests.yaml".into(), None),
            ReferenceTarget::Path("README.md".into(), Some("y".into())),
            ReferenceTarget::Url("https://a.b".into()),
            ReferenceTarget::Url("mailto:a@b".into()),
        ]
    );
}

#[test]
fn examples_are_read_from_items_rows_and_code() {
    let text = "- `f(1)` → \"one\"\n- `f(-1)` → error\n- `f(x)` → 2\n- `f(4)` by default → 5\n\n| Call | Result |\n|---|---|\n| `f(2)` | `\"two\"` |\n\n```\nf(3) -> [1, 2]  # three\nx -> y\nf(a, b) -> c\n```\n";
    let seen: Vec<_> = read(text)
        .examples
        .into_iter()
        .map(|e| (e.arguments.is_some(), e.result, e.in_code))
        .collect();
    assert_eq!(
        seen,
        [
            (true, ExampleResult::Value(json!("one")), false),
            (true, ExampleResult::Error, false),
            (false, ExampleResult::Value(json!(2)), false),
            (true, ExampleResult::NotUnderstood, false),
            (true, ExampleResult::Value(json!("two")), false),
            (true, ExampleResult::Value(json!([1, 2])), true),
        ]
    );
}

#[test]
fn front_matter_is_yaml_with_places_in_the_document() {
    let text = "---\nname: x\nversion: [1\n---\n# A\n";
    assert_eq!(codes_of(text), ["invalid-yaml"]);
    let text = "---\nname: x\n---\n# A\n";
    let node = read(text)
        .front_matter
        .expect("front matter")
        .node
        .expect("a mapping");
    assert_eq!(&text[node.get("name").expect("a name").span.range()], "x");
    assert_eq!(codes_of("---\n- a\n---\n"), ["invalid-front-matter"]);
    assert_eq!(codes_of("---\nname: x\n\n# A\n"), ["invalid-front-matter"]);
}

#[test]
fn front_matter_is_read_whole_however_its_lines_end_and_nowhere_but_at_the_start() {
    let text = "---\nname: x\nversion: 1.2\ntargets:\n  - rust\n---\n# A\n\nIt MUST run.\n";
    for text in [text.to_string(), text.replace('\n', "\r\n")] {
        let spec = read(&text);
        let front = spec.front_matter.expect("front matter");
        let node = front.node.expect("a mapping");
        for (key, value) in [("name", "x"), ("version", "1.2")] {
            assert_eq!(&text[node.get(key).expect(key).span.range()], value);
        }
        assert!(node.get("targets").expect("targets").as_list().is_some());
        assert!(text[front.span.range()].ends_with("rust\n---") || text.contains('\r'));
        assert_eq!((spec.headings.len(), spec.statements.len()), (1, 1));
    }
    // Between two breaks, text is text.
    let spec = read("# A\n\n---\nNote: it MUST sing.\n\n---\n\nIt MUST stop.\n");
    assert!(spec.front_matter.is_none());
    assert_eq!(spec.statements.len(), 2);
    assert!(read("---\n\nname: x\n---\n").front_matter.is_none());
    assert!(read("---\n---\n").front_matter.is_none());
}

#[test]
fn an_unclosed_fence_is_an_error_and_a_closed_one_is_not() {
    assert_eq!(codes_of("```\na\n"), ["unclosed-fence"]);
    assert_eq!(codes_of("````\n```\n"), ["unclosed-fence"]);
    assert!(codes_of("- x\n  ```rust\n  a\n  ```\n\n> ~~~\n> b\n> ~~~~\n\n```\n```\n").is_empty());
}

#[test]
fn ten_thousand_nested_levels_are_refused() {
    assert_eq!(
        codes_of(&format!("{}x", "- ".repeat(10_000))),
        ["nesting-too-deep"]
    );
    assert_eq!(
        codes_of(&format!("{}x", "> ".repeat(10_000))),
        ["nesting-too-deep"]
    );
    let staircase: String = (0..2_000)
        .map(|n| format!("{}- x\n", " ".repeat(2 * n)))
        .collect();
    assert_eq!(codes_of(&staircase), ["nesting-too-deep"]);
}

#[test]
fn code_over_lines_is_the_same_words_however_they_end() {
    let texts = [
        "# `a\nb` is\n\nIt ``MUST`\nd ` run `x\ny`. It MAY stop.\n",
        "``4`\nt `b\n-\n\n> It `\n> MUST\n> ` run `a\n> b`. So.\n",
        "- `a\n  b\n  MUST` It SHOULD run.\n",
    ];
    for text in texts {
        let windows = text.replace('\n', "\r\n");
        let told = |text: &str| {
            let spec = read(text);
            let heads: Vec<String> = spec.headings.iter().map(|found| found.text.clone()).collect();
            let bare = |span: Span| text[span.range()].replace('\r', "");
            let sentences: Vec<String> = spec.sentences.iter().map(|found| bare(found.span)).collect();
            let statements: Vec<String> = spec.statements.iter().map(|found| bare(found.span)).collect();
            (heads, sentences, statements)
        };
        assert_eq!(told(text), told(&windows), "{text:?}");
    }
}

#[test]
fn carriage_returns_do_not_reach_the_facts() {
    let text = "# A\r\n\r\nIt MUST\r\nwork. Yes.\r\n\r\n```rust\r\nx\r\n```\r\n";
    let spec = read(text);
    assert_eq!(spec.headings[0].text, "A");
    assert_eq!(spec.statements.len(), 1);
    assert_eq!(&text[spec.sentences[1].span.range()], "Yes.");
    assert!(
        spec.blocks
            .iter()
            .any(|block| matches!(&block.kind, BlockKind::Code(code) if code.lang == "rust"))
    );
}

proptest::proptest! {
    #[test]
    fn parsing_never_panics_and_spans_lie_inside_the_text(text in "([#>*`|~ \\-\\[\\]()\n→äMUST.0-9a-f:]|MUST|Section 1|---\n|```\n|f\\(1\\)){0,60}") {
        let spec = read(&text);
        let spans = spec.headings.iter().map(|h| h.section())
            .chain(spec.blocks.iter().map(|b| b.span))
            .chain(spec.sentences.iter().map(|s| s.span))
            .chain(spec.statements.iter().flat_map(|s| s.keywords.iter().map(|k| k.span)))
            .chain(spec.references.iter().map(|r| r.span))
            .chain(spec.examples.iter().map(|e| e.span));
        for span in spans {
            proptest::prop_assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
        }
        for sentence in &spec.sentences {
            let block = &spec.blocks[sentence.block()];
            proptest::prop_assert!(block.span.contains(sentence.span), "{sentence:?} in {block:?}");
        }
    }
}

fn statements(text: &str) -> Vec<String> {
    let spec = parse(FileId(0), text).value;
    let one = |statement: &crate::spec::Statement| {
        let parts: Vec<_> = statement.parts.iter().map(|part| &text[part.range()]).collect();
        let subject = statement.subject.map_or("", |subject| &text[subject.range()]);
        let mode = if statement.lower { "lower " } else { "" };
        format!(
            "{mode}{} {subject}[{}]",
            statement.strength.as_str(),
            parts.join("|")
        )
    };
    spec.statements.iter().map(one).collect()
}

#[test]
fn a_document_without_capital_keywords_has_its_lower_case_modals() {
    let text = "It must run. It should not wait, and may stop.\n\nA must-have. `must` is code. It is required by law.\n\nReload is required.\n\n- `n` (integer, optional)\n";
    assert_eq!(
        statements(text),
        [
            "lower must []",
            "lower should-not []",
            "lower must []",
            "lower may n[]"
        ]
    );
    assert_eq!(statements("It must run. It MUST stop."), ["must []"]);
    assert!(statements("Read MUST as RFC 2119 says in its key words.\n\nIt must run.").is_empty());
}

#[test]
fn a_negated_keyword_does_not_bind() {
    assert_eq!(statements("It is not REQUIRED."), ["may []"]);
    assert_eq!(statements("It MUST NOT be REQUIRED."), ["must-not []"]);
    assert_eq!(statements("It is not required."), ["lower may []"]);
}

#[test]
fn a_statement_before_a_list_has_its_items_as_parts() {
    let text = "Each adapter MUST document:\n\n- keys\n  - nested\n- defaults\n\nText.\n\n- other\n";
    assert_eq!(statements(text), ["must [- keys\n  - nested|- defaults]"]);
    assert_eq!(statements("- It MUST have:\n  - a\n- b\n"), ["must [- a]"]);
    assert_eq!(statements("It MUST run.\n\n- a\n"), ["must []"]);
}

#[test]
fn a_field_is_the_subject_of_what_is_said_below_it() {
    let text = "- `name` (string, OPTIONAL)\n  - REQUIRED stable identity.\n  - Hosts MUST keep it.\n";
    assert_eq!(statements(text), ["may name[]", "must name[]", "must []"]);
}
