//! What is counted, what no task builds, what no agent is asked for, and what is said of documents that nothing reads.

use crate::common::{DOUBLE, Project};

/// A function, and a program around it.
const METER: &str = "
    //- /ghostc.yaml
    targets: [python]
    //- /specs/meter/SPEC.md
    # Meter

    ### scale(raw) → integer

    The result MUST be twice `raw`.

    - `scale(1)` → 2

    ## Polling

    - The daemon MUST ask every device each second.
    - A device that does not answer MUST be logged.
    - On SIGTERM the process MUST end with status 0.

    ## Settings

    | key | default |
    |---|---|
    | `rate` | 1 |
    ";

#[test]
fn a_package_that_binds_more_than_its_operations_is_not_built() {
    let project = Project::new(METER);
    let spec = "specs/meter/SPEC.md";
    project
        .run("check")
        .exits(1)
        .finds("unbuilt-statements", &format!("{spec}:9:1"));
    let graph = project.run("graph --format json").exits(1).json();
    let counts = &graph["packages"][0]["counts"];
    assert_eq!(
        (&counts["statements"], &counts["assigned"], &counts["nowhere"]),
        (&4.into(), &1.into(), &3.into())
    );
    assert_eq!(counts["clauses"]["total"], 1);
    let first = &graph["packages"][0]["nowhere"][0];
    assert_eq!(
        (&first["kind"], &first["line"]),
        (&"statement".into(), &11.into())
    );
    project
        .run("graph")
        .exits(1)
        .says("1 clause (0 in tasks, 1 package-wide)")
        .says("nowhere: 3 statements that no task builds");
    project.run("build").exits(1).says("unbuilt-statements");
    // Its author may say that it is for every prompt, or have every section built.
    let text = project.read(spec);
    project.write(spec, format!("---\ncontext: [polling]\n---\n{text}"));
    project.run("check").exits(0);
    project.write(spec, format!("---\ncontext: [poling]\n---\n{text}"));
    project.run("check").exits(1).says("unbuilt-statements");
    project.write(spec, text);
    project.write("ghostc.yaml", "targets: [python]\nplan: {granularity: section}\n");
    project.run("check").exits(0);
}

#[test]
fn nobody_is_asked_for_what_has_no_file() {
    let project = Project::new(
        "
        //- /ghostc.yaml
        targets: [python]
        //- /specs/lamp/SPEC.md
        # Lamp

        ## Light

        It MUST shine.

        ## Dark

        It MUST NOT shine.
        ",
    );
    project.agent("true");
    let ran = project.run("build").exits(1);
    ran.finds("nothing-to-write", "specs/lamp/SPEC.md:3:1")
        .says("the task `light` and 1 other task of `lamp`");
    assert!(project.calls().is_empty());
}

#[test]
fn keywords_that_are_adjectives_bind_nobody() {
    let project = Project::new(DOUBLE);
    project.append(
        "specs/p/SPEC.md",
        "\nThe OPTIONAL parts are shown in grey.\nA `unit` is OPTIONAL.\n",
    );
    let found = project.run("inspect --format json").exits(0).json();
    let statements = found["packages"][0]["files"][0]["statements"]
        .as_array()
        .unwrap()
        .clone();
    let binds: Vec<_> = statements
        .iter()
        .map(|statement| statement["binds"].as_bool().unwrap())
        .collect();
    assert_eq!(binds, [true, false, true]);
    project.run("graph").exits(0).says("2 statements");
}

#[test]
fn what_was_asked_for_and_is_in_no_package_is_said() {
    let project = Project::new(DOUBLE);
    project.write("specs/loose/notes.md", "# Notes\n\nIt MUST be read.\n");
    project.write("alone/README.md", "# Alone\n\nIt MUST shine.\n");
    let ran = project.run("check").exits(0);
    ran.says("not read: 1 Markdown document lies in no package (`specs/loose/notes.md`)");
    assert_eq!(
        project.run("inspect --format json").exits(0).json()["skipped"][0],
        "specs/loose/notes.md"
    );
    assert_eq!(
        project.run("check --format json").exits(0).json()["skipped"][0],
        "specs/loose/notes.md"
    );
    project
        .run("check specs/loose")
        .exits(2)
        .says("`specs/loose/notes.md`");
    project
        .run("inspect specs/loose/notes.md")
        .exits(0)
        .says("It MUST be read.");
    // A README is a spec where it is all there is.
    project
        .run("inspect alone")
        .exits(0)
        .says("It MUST shine.")
        .hides("not read");
    project.write("ghostc.yaml", "targets: [python]\npackages: [specs/p, alone]\n");
    project
        .run("inspect")
        .exits(0)
        .says("It MUST shine.")
        .says("The result MUST be");
}

#[test]
fn forms_of_specs_are_no_specs_and_are_said() {
    let project = Project::new(DOUBLE);
    project.write(
        "specs/templates/new/SPEC.md",
        "# {{NAME}}\n\nIt MUST [DO THIS].\n",
    );
    let ran = project.run("check").exits(0);
    ran.says("1 package, 2 files")
        .says("`specs/templates/new/SPEC.md`");
}

#[test]
fn a_change_that_says_so_needs_no_requirements() {
    let project = Project::new(
        "
        //- /openspec/specs/export/spec.md
        # Export

        ## Purpose

        Rows are written to files that other programs read.

        ## Requirements

        ### Requirement: Quotes
        The system SHALL quote cells that hold commas.

        #### Scenario: A comma
        - **WHEN** a cell holds a comma
        - **THEN** it is quoted
        //- /openspec/changes/sort/proposal.md
        # Sort imports

        ## Why
        They are in no order.
        //- /openspec/changes/sort/tasks.md
        - [ ] 1.1 Sort the imports of all files
        ",
    );
    let notes = "openspec/changes/sort/.openspec.yaml";
    let place = "openspec/changes/sort/proposal.md:1:1";
    project.run("check").finds("incomplete-change", place);
    project.write(notes, "schema: spec-driven\nskip_specs: false\n");
    project.run("check").finds("incomplete-change", place);
    project.write(notes, "schema: spec-driven\nskip_specs: true\n");
    for words in ["check", "check openspec", "check openspec/changes/sort"] {
        project.run(words).exits(0).hides("incomplete-change");
    }
    project.remove("openspec/changes/sort/tasks.md");
    project
        .run("check")
        .finds("incomplete-change", place)
        .says("the change has no tasks");
}
