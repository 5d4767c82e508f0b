//! Values, their spans, and what is refused.

use super::*;

fn json(text: &str) -> Value {
    parse(FileId(0), text, 0)
        .value
        .map_or(Value::Null, |node| node.to_json())
}

fn found(text: &str) -> Vec<&'static str> {
    parse_values(FileId(0), text)
        .diagnostics
        .iter()
        .map(|d| d.code.name)
        .collect()
}

#[test]
fn scalars_follow_the_core_schema() {
    let text = "[1, -2, 0x1f, 0o17, 1.5, 1e3, .5, 1.2.3, 01, true, ~, '1', \"x\", 12:30, 2024-01-01]";
    let want = r#"[1,-2,31,15,1.5,1e3,0.5,"1.2.3",1,true,null,"1","x","12:30","2024-01-01"]"#;
    assert_eq!(json(text).to_string(), want);
}

#[test]
fn no_digit_of_a_number_is_lost() {
    let text = "[15511210043330985984000000, 9007199254740993.0, 1.50, 1e400, 0xffffffffffffffffff]";
    let want = "[15511210043330985984000000,9007199254740993.0,1.50,1e400,4722366482869645213695]";
    assert_eq!(json(text).to_string(), want);
}

#[test]
fn keys_and_values_have_byte_spans() {
    let text = "ä: 1\nb:\n  - {c: d}\n";
    let root = parse(FileId(0), text, 0).value.expect("a document");
    let [first, second] = root.as_map().expect("a mapping") else {
        panic!("two keys")
    };
    assert_eq!(&text[first.key_span.range()], "ä");
    assert_eq!(&text[first.value.span.range()], "1");
    assert_eq!(
        &text[second.value.as_list().expect("a list")[0].span.range()],
        "{c: d}"
    );
}

#[test]
fn what_our_files_do_not_need_is_refused_with_a_place() {
    assert_eq!(found("a: &x 1\nb: *x\n"), ["yaml-anchor", "yaml-anchor"]);
    assert_eq!(found("a: 1\na: 2\n"), ["duplicate-key"]);
    assert_eq!(found("a:\n\t- b\n"), ["invalid-yaml"]);
    assert_eq!(found("a: !!str 1\n"), ["yaml-anchor"]);
    assert_eq!(found("a: 1\n---\nb: 2\n"), ["invalid-yaml"]);
    assert_eq!(found("a: .nan\n"), ["invalid-value"]);
    assert_eq!(found("a: yes\n"), ["ambiguous-scalar"]);
    assert_eq!(
        found("a: 012\nb: 1_000\nc: 2024-01-01\nd: y\n"),
        ["ambiguous-scalar"; 4]
    );
    assert!(found("a: \"012\"\nb: '1_000'\ny: 2\nn: 1\n").is_empty());
    assert_eq!(found("a: [1, 2\n"), ["invalid-yaml"]);
}

#[test]
fn findings_point_at_the_mark_and_not_at_the_value_behind_it() {
    let text = "ä: &ä\n  b: 1\nc: [*ä, !!str 2]\nd: &e !f [g]\n";
    let marked: Vec<&str> = parse(FileId(0), text, 0)
        .diagnostics
        .iter()
        .map(|found| &text[found.span.range()])
        .collect();
    assert_eq!(marked, ["&ä", "*ä", "!!str", "&e", "!f"]);
}

#[test]
fn ten_thousand_levels_are_one_located_error() {
    assert_eq!(found(&"[".repeat(10_000)), ["nesting-too-deep"]);
    let block: String = (0..10_000).map(|_| "- ").collect();
    assert_eq!(found(&block), ["nesting-too-deep"]);
}
