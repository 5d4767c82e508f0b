//! Which headings declare objects and methods, in the forms that specs of libraries have.

use super::package;

/// The operations of a document, those of an object with a star before what makes it.
fn names(spec: &str) -> Vec<String> {
    let (package, codes) = package(&[("SPEC.md", spec)]);
    assert!(codes.is_empty(), "{codes:?}\n{spec}");
    let operations = package.operations.iter();
    operations
        .map(|operation| {
            let params: Vec<&str> = operation
                .signature
                .params
                .iter()
                .map(|param| param.name.as_str())
                .collect();
            let star = if operation.makes_object() { "*" } else { "" };
            format!("{star}{}({})", operation.name, params.join(", "))
        })
        .collect()
}

#[test]
fn methods_stand_below_their_object_or_begin_with_its_name() {
    let wanted = ["*Stack(capacity)", "Stack.push(value)", "Stack.pop()"];
    for spec in [
        "# P\n\n### Stack(capacity?) → Stack\n\n### Stack.push(value)\n\n#### pop() → value | error\n",
        "# P\n\n### Stack(capacity?) → Stack | error\n\n#### push(value)\n\n#### pop() → value | error\n",
        "# P\n\n## Class Stack(capacity?)\n\n### push(value)\n\n### Stack.pop() → value\n",
        "# P\n\n## Class: `Stack`\n\n### new Stack(capacity?)\n\n### stack.push(value)\n\n### stack.pop()\n",
        "# P\n\n## class Stack<T>\n\n### constructor(capacity?)\n\n### Methods\n\n#### push(value)\n\n#### pop()\n",
        "# P\n\n## Stack\n\n### Stack(capacity?)\n\n### push(value)\n\n### pop() → value\n",
        "# P\n\n## 2. Class Stack\n\n### 2.1 Stack(capacity?) → Stack\n\n### 2.2 push(self, value)\n\n### 2.3 pop(self)\n",
        "# P\n\n## Class Stack\n\n### Stack::new(capacity?) → Stack\n\n### Stack::push(&mut self, value)\n\n### Stack#pop() → value\n",
    ] {
        assert_eq!(names(spec), wanted, "{spec}");
    }
    let code = "# P\n\n## Stack\n\n```ts\nexport class Stack<T> {}\n```\n\n### push(value)\n";
    assert_eq!(names(code), ["*Stack()", "Stack.push(value)"]);
}

#[test]
fn two_objects_have_methods_of_one_name() {
    let wanted = [
        "*Stack()",
        "Stack.push(v)",
        "*Queue()",
        "Queue.push(v)",
        "pad(text)",
    ];
    let nested = "# P\n\n## Stack\n\n### Methods\n\n#### push(v)\n\n## Queue\n\n### Methods\n\n#### push(v)\n\n## Formatting\n\n### pad(text) → string\n";
    assert_eq!(names(nested), wanted);
    for kind in ["Class ", ""] {
        let spec = format!(
            "# P\n\n## {kind}Stack\n\n### push(v)\n\n## {kind}Queue\n\n### push(v)\n\n## Formatting\n\n### pad(text) → string\n"
        );
        assert_eq!(names(&spec), wanted, "{spec}");
    }
}

#[test]
fn a_property_is_a_method_and_a_record_is_no_object() {
    let spec = "# P\n\n## Class Box\n\n### size → integer\n\n### State → next\n\n## Point(x, y) → Point\n\n## Mod.f(x) → y\n";
    assert_eq!(names(spec), ["*Box()", "Box.size()", "Point(x, y)", "Mod.f(x)"]);
}

#[test]
fn what_makes_an_object_twice_is_declared_twice() {
    let spec = "# P\n\n## Class Box\n\n### constructor(a)\n\n### constructor(a, b)\n\n### open()\n";
    assert_eq!(names(spec), ["*Box(a)", "*Box(a, b)", "Box.open()"]);
}

#[test]
fn steps_know_what_the_results_of_methods_are() {
    let spec = "# P\n\n### A() → A\n\n#### b() → B\n\n#### any() → thing\n\n#### size() → integer\n\n## Class B\n\n### size() → integer\n\n### end() → integer\n";
    let case = |steps: &str| format!("A:\n  - name: x\n    steps: [{{new: A, as: a}}, {steps}]\n");
    let codes = |steps: &str| package(&[("SPEC.md", spec), ("tests.yaml", &case(steps))]).1;
    assert!(codes("{call: a.b, as: b}, {call: b.size, output: 1}").is_empty());
    // What nothing says is known by its methods, where they tell.
    assert!(codes("{call: a.any, as: b}, {call: b.end, output: 1}").is_empty());
    assert_eq!(
        codes("{call: a.any, as: b}, {call: b.size, output: 1}"),
        ["unknown-object"]
    );
    assert_eq!(
        codes("{call: a.b, as: b}, {call: b.any, output: 1}"),
        ["unknown-object"]
    );
}
