//! Whatever name ghostc prints, every command takes that takes such a thing.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;

/// A package of operations with accepted code, whose folder has another name than itself, and a change of OpenSpec.
fn project() -> Project {
    let project = Project::numbers();
    project.replace(
        "specs/p/SPEC.md",
        "# Numbers\n",
        "---\nname: numbers\n---\n\n# Numbers\n",
    );
    project.append(
        "specs/p/SPEC.md",
        "\n## Limits\n\n### half(n) → number\n\nThe result MUST be half of `n`.\n",
    );
    project.append(
        "specs/p/tests.yaml",
        "half:\n  - { name: of two, input: 2, output: 1 }\n",
    );
    project.write("answers/half.py", "def half(n):\n    return n / 2\n");
    project.run("build").exits(0);
    let change = "openspec/changes/add-it";
    project.write(
        &format!("{change}/proposal.md"),
        "# Add it\n\n## Why\n\nIt is missing.\n",
    );
    project.write(&format!("{change}/tasks.md"), "## 1. Start\n\n- [ ] 1.1 Do it\n");
    project.write(
        &format!("{change}/specs/it/spec.md"),
        "## ADDED Requirements\n\n### Requirement: Good\n\nIt SHALL be good.\n\n#### Scenario: One\n\n- **WHEN** asked\n- **THEN** good\n",
    );
    project.append("ghostc.yaml", "packages: [specs, openspec]\n");
    project.git("init -q -b main").exits(0);
    project.git("add .").exits(0);
    project.git("commit -q -m first").exits(0);
    project
}

#[test]
fn a_package_is_taken_by_its_name_and_by_its_folder() {
    let project = project();
    for command in ["check", "inspect", "graph", "build --locked", "test", "blame"] {
        for name in ["numbers", "specs/p", "specs/p/"] {
            project.run(&format!("{command} {name}")).exits(0);
        }
    }
    for command in ["check", "inspect", "graph", "blame"] {
        for name in ["add-it", "openspec/changes/add-it"] {
            let ran = project.run(&format!("{command} {name}"));
            assert!(ran.code < 2, "{command} {name}: {ran}");
        }
    }
}

#[test]
fn the_history_of_a_package_is_asked_for_by_its_name() {
    let project = project();
    project.append("specs/p/SPEC.md", "\nIt MUST stop.\n");
    for name in ["numbers", "specs/p"] {
        for words in [
            "diff --",
            "diff",
            "diff HEAD",
            "diff HEAD --",
            "diff --against HEAD",
        ] {
            project
                .run(&format!("{words} {name}"))
                .exits(0)
                .says("It MUST stop.")
                .hides("add-it");
        }
    }
    project.git("commit -q -a -m second").exits(0);
    for words in ["log", "log --", "log HEAD", "log HEAD~1..HEAD --"] {
        let asked = |name: &str| {
            project
                .run(&format!("--format json {words} {name}"))
                .exits(0)
                .json()
        };
        let [log, by_folder] = ["numbers", "specs/p"].map(asked);
        assert_eq!(log, by_folder, "{words}");
        assert!(log["commits"].to_string().contains("It MUST stop."), "{words}");
    }
    project.run("log numbrs").exits(2);
    project.run("diff -- numbrs").exits(2);
}

#[test]
fn a_task_is_taken_alone_and_after_its_package() {
    let project = project();
    for name in ["half", "numbers/half", "specs/p/half"] {
        for command in ["prompt", "why", "blame"] {
            project.run(&format!("{command} {name}")).exits(0);
        }
        project
            .run(&format!("build --dry-run --task {name} numbers"))
            .exits(0);
        // It has a name, and nothing waits under it.
        project
            .run(&format!("accept {name}"))
            .exits(2)
            .says("nothing waits for");
        project
            .run(&format!("bisect {name} --good HEAD"))
            .hides("is named");
    }
    for name in ["1.1", "add-it/1.1", "openspec/changes/add-it/1.1"] {
        for command in ["prompt", "why", "blame"] {
            project
                .run(&format!("{command} {name}"))
                .exits(0)
                .hides("is named");
        }
    }
}

#[test]
fn a_statement_is_taken_by_the_id_that_prompts_print_also_after_an_edit() {
    let project = project();
    project.replace("specs/p/SPEC.md", "half of `n`", "exactly half of `n`");
    let prompt = project.run("prompt half").exits(0).stdout;
    let id = prompt.split('`').find(|word| word.starts_with("half~")).unwrap();
    assert!(project.read("ghostc.lock").contains(id), "the lock keeps it");
    project.run("inspect --format json").says(id);
    for name in [id.to_string(), format!("numbers/{id}"), format!("specs/p/{id}")] {
        project
            .run(&format!("blame {name}"))
            .exits(0)
            .says("exactly half of `n`")
            .says(id);
    }
    let changed = project.run("diff HEAD --format json").exits(0).stdout;
    let words = changed.split('"').filter(|word| word.starts_with("half~"));
    for id in words.map(String::from).collect::<Vec<_>>() {
        project.run(&format!("blame {id}")).exits(0);
    }
}

#[test]
fn a_requirement_is_taken_after_its_package() {
    let project = project();
    for name in ["Good", "add-it/Good", "openspec/changes/add-it/Good"] {
        project
            .run(&format!("blame {name}"))
            .exits(0)
            .says("It SHALL be good.");
    }
}
