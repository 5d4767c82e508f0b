//! Numbers to the last digit, and JSON as `serde_json` reads and prints it.

use super::{Number, Value};
use proptest::prelude::*;
use serde_json::json;

fn number(text: &str) -> Number {
    Number::from_decimal(text).expect(text)
}

#[test]
fn numbers_keep_their_digits() {
    for (written, kept) in [
        ("1", "1"),
        ("-0", "0"),
        ("+7", "7"),
        ("007", "7"),
        ("15511210043330985984000000", "15511210043330985984000000"),
        ("-00012345678901234567890123", "-12345678901234567890123"),
        ("9007199254740993.0", "9007199254740993.0"),
        ("1.50", "1.50"),
        ("-.5", "-0.5"),
        ("5.", "5.0"),
        ("1e400", "1e400"),
        ("+1E-3", "1E-3"),
    ] {
        assert_eq!(number(written).text(), kept, "{written}");
    }
    for written in [
        "", "-", ".", "1e", "1e+", "1.2.3", "0x1", "1_0", "e3", "--1", "inf",
    ] {
        assert_eq!(Number::from_decimal(written), None, "{written}");
    }
}

#[test]
fn large_hexadecimal_and_octal_integers_are_exact() {
    let radix = |digits, radix| Number::from_radix(digits, radix).map(|found| found.to_string());
    assert_eq!(radix("1f", 16).as_deref(), Some("31"));
    assert_eq!(
        radix("FFFFFFFFFFFFFFFF", 16).as_deref(),
        Some("18446744073709551615")
    );
    assert_eq!(
        radix("100000000000000000000000000000000", 16).as_deref(),
        Some("340282366920938463463374607431768211456")
    );
    assert_eq!(
        radix("2000000000000000000000", 8).as_deref(),
        Some("18446744073709551616")
    );
    for wrong in ["", "-1", "1g", "+1"] {
        assert_eq!(radix(wrong, 16), None, "{wrong}");
    }
    assert_eq!(radix(&"1".repeat(5_000), 16), None);
}

#[test]
fn one_number_may_be_written_in_many_ways() {
    for (a, b, same) in [
        ("1", "1.0", true),
        ("1e3", "1000", true),
        ("1.50", "1.5", true),
        ("0", "-0.0", true),
        ("0.001", "1e-3", true),
        ("9007199254740993", "9007199254740992.0", false),
        ("15511210043330985984000000", "15511210043330985984000001", false),
        ("-1", "1", false),
        ("1e99999999999999999999", "1", false),
    ] {
        assert_eq!(number(a).is_same_number(&number(b)), same, "{a} {b}");
    }
}

#[test]
fn what_a_double_loses_is_known() {
    for (text, fits) in [
        ("0.1", true),
        ("0.10", true),
        ("-0.0", true),
        ("3.141592653589793", true),
        ("3.14159265358979323846", false),
        ("9007199254740992", true),
        ("9007199254740993.0", false),
        ("1e22", true),
        ("1e400", false),
        ("1e-400", false),
    ] {
        assert_eq!(number(text).fits_double(), fits, "{text}");
    }
    assert!(number("1180591620717411303424").is_exactly(2f64.powi(70)));
    assert!(!number("1180591620717411303425").is_exactly(2f64.powi(70)));
    assert!(!number("0.1").is_exactly(0.1));
    assert!(number("0.5").is_exactly(0.5));
    assert!(number("0").is_exactly(-0.0));
}

#[test]
fn json_keeps_what_serde_json_would_round() {
    let text = r#"{"a":[15511210043330985984000000,1.50,1e400,-0.0],"b":"x\"\u0001"}"#;
    let value = Value::from_json(text).expect("JSON");
    assert_eq!(value.to_string(), text);
    assert_eq!(serde_json::to_string(&value).expect("JSON"), text);
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "- 1",
        "[1,]",
        "{\"a\"}",
        "{a:1}",
        "'a'",
        "\"\u{1}\"",
        "\"\\x\"",
        "\"a",
        "\"\\",
        "nul",
        "1 2",
        "NaN",
        "\"\\ud800\"",
    ] {
        assert_eq!(Value::from_json(text), None, "{text}");
    }
    assert_eq!(Value::from_json(&"[".repeat(100_000)), None);
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        any::<u64>().prop_map(|value| json!(value)),
        any::<f64>()
            .prop_filter("finite", |value| value.is_finite())
            .prop_map(|value| json!(value)),
        any::<String>().prop_map(|value| json!(value)),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| json!(items)),
            prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

proptest! {
    #[test]
    fn values_print_and_read_as_serde_json_does(value in any_json()) {
        let text = value.to_string();
        let own = Value::from_json(&text).expect("JSON");
        prop_assert_eq!(&own.to_string(), &text);
        prop_assert_eq!(&own, &Value::from(value));
        let pretty = serde_json::to_string_pretty(&own).expect("JSON");
        prop_assert_eq!(Value::from_json(&pretty), Some(own));
    }

    #[test]
    fn any_text_is_read_or_refused_as_serde_json_does(text in "[\\[\\]{}:,\"\\\\ eE0-9.+ntrufals-]{0,12}") {
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(Value::from_json(&text).is_some(), theirs, "{}", text);
    }
}
