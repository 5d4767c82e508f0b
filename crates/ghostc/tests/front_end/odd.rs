//! The odd forms that people write, and exactly what each is read as.

use crate::oracle::{Files, front_end, judge};
use ghostc_spec::facts::DeclaredTask;
use ghostc_spec::id_range::IdRange;
use ghostc_syntax::{BlockKind, Sources, Span};
use ghostc_testkit::fixture;
use snapbox::assert_data_eq;

/// The facts of files, a line each; whatever holds of all files holds of these.
fn read(text: &str) -> String {
    read_files(&fixture::parse(text))
}

fn read_files(files: &Files) -> String {
    judge(files).unwrap_or_else(|why| panic!("{why}"));
    let (sources, checked) = front_end(files.iter(), 1);
    let mut told = String::new();
    let mut say = |span: Span, what: String| told += &format!("{} {what}\n", line(&sources, span));
    for package in &checked.value.packages {
        for document in &package.documents {
            for (found, anchor) in document.spec.headings.iter().zip(document.spec.anchors()) {
                let number = found.number.as_deref().map(|number| format!(" number {number}"));
                say(
                    found.span,
                    format!(
                        "h{} `{}` #{}{}",
                        found.level,
                        found.text,
                        anchor,
                        number.unwrap_or_default()
                    ),
                );
            }
            for found in &document.spec.blocks {
                if let BlockKind::Code(code) = &found.kind {
                    let (_, end) = sources.positions(found.span);
                    say(found.span, format!("code `{}` to {}", code.lang, end.line));
                }
            }
            for found in &document.spec.comments {
                say(*found, "comment".to_string());
            }
            for found in &document.spec.statements {
                say(found.span, found.strength.as_str().to_string());
            }
        }
        let facts = &package.facts;
        for found in &facts.requirements {
            let strength = found.strength.map_or("not binding", |strength| strength.as_str());
            say(
                found.span,
                format!("requirement {} `{}` {strength}", found.id, found.title),
            );
            for criterion in &found.criteria {
                let strength = criterion
                    .strength
                    .map_or("not binding", |strength| strength.as_str());
                say(criterion.span, format!("criterion {} {strength}", criterion.id));
            }
        }
        for found in &facts.scenarios {
            let steps: Vec<&str> = found.steps.iter().map(|step| step.kind.as_str()).collect();
            say(
                found.span,
                format!("scenario {} {}", found.id(&package.facts), steps.join("-")),
            );
        }
        for found in &facts.tasks {
            say(found.span, task(found, &facts.tasks));
        }
    }
    for found in &checked.diagnostics {
        say(
            found.span,
            format!("{}[{}]", found.severity.as_str(), found.code.name),
        );
    }
    told
}

/// Compares lines with those between the first and the last line end.
fn same(got: &str, wanted: &str) {
    assert_data_eq!(got.trim_end(), wanted.trim().to_string());
}

fn line(sources: &Sources, span: Span) -> String {
    let path = &sources.get(span.file).path;
    format!(
        "{}:{}",
        path.rsplit('/').next().unwrap_or(path),
        sources.line(span)
    )
}

fn task(found: &DeclaredTask, all: &[DeclaredTask]) -> String {
    let id = if found.has_own_id {
        found.id.as_str()
    } else {
        "without id"
    };
    let mut told = format!("task {id} `{}` {}", found.title, found.state.as_str());
    let marks = [(found.optional, "optional"), (found.parallel, "parallel")];
    for (_, mark) in marks.iter().filter(|(is_marked, _)| *is_marked) {
        told += &format!(", {mark}");
    }
    if let Some(above) = found.parent.and_then(|above| all.get(above)) {
        told += &format!(", part of {}", above.id);
    }
    let ids = |ranges: &[IdRange]| ranges.iter().flat_map(IdRange::ids).collect();
    let mentions = found.mentions.iter().map(|mention| mention.name.clone());
    let named: [(&str, Vec<String>); 3] = [
        ("for", ids(&found.requirements)),
        ("after", ids(&found.depends_on)),
        ("speaks of", mentions.collect()),
    ];
    for (what, names) in named.iter().filter(|(_, names)| !names.is_empty()) {
        told += &format!(", {what} {}", names.join(" "));
    }
    told
}

const MARKDOWN: &str = "
    //- /p/SPEC.md
    Title
    =====

    Part `one`
    ---

    ### 7.3Message

    ### A.1 Title ###

    ####### seven

    ~~~~ rust edition
    ```
    # no
    ~~~
    ~~~~

    `````
    ````
    # no
    `````

    - # In an item

      It MUST run.

      ~~~sh
      # no
      ~~~
    > ## In a quote
    >
    > It SHOULD
    > NOT run.
    > ```
    > x
    > ```

    \t# no: code

    -\t- It MAY run.

    #\tAfter a tab
    <!-- # no MUST
    MUST -->
    <!-- one --> It MUST <!-- two --> run.

    Title
    -----
    #
    ";

#[test]
fn headings_fences_and_comments_in_odd_places() {
    same(
        &read(MARKDOWN),
        r#"
SPEC.md:1 h1 `Title` #title
SPEC.md:4 h2 `Part one` #part-one
SPEC.md:7 h3 `7.3Message` #73message number 7.3
SPEC.md:9 h3 `A.1 Title` #a1-title number A.1
SPEC.md:24 h1 `In an item` #in-an-item
SPEC.md:31 h2 `In a quote` #in-a-quote
SPEC.md:43 h1 `After a tab` #after-a-tab
SPEC.md:48 h2 `Title` #title-1
SPEC.md:50 h1 `` #
SPEC.md:13 code `rust` to 17
SPEC.md:19 code `` to 22
SPEC.md:28 code `sh` to 30
SPEC.md:35 code `` to 37
SPEC.md:39 code `` to 39
SPEC.md:44 comment
SPEC.md:46 comment
SPEC.md:26 must
SPEC.md:33 should-not
SPEC.md:41 may

"#,
    );
}

#[test]
fn lines_of_windows_and_a_byte_order_mark_change_nothing() {
    let plain = fixture::parse(MARKDOWN);
    let other = plain
        .iter()
        .map(|(path, text)| (path.clone(), format!("\u{feff}{}", text.replace('\n', "\r\n"))));
    assert_eq!(read_files(&other.collect()), read_files(&plain));
}

#[test]
fn boxes_and_labels_of_kiros_tasks() {
    let tasks = read(
        "
        //- /.kiro/specs/x/requirements.md
        # Requirements

        ### Requirement 1: Rows

        #### Acceptance Criteria

        - [ ] WHEN asked, THE system SHALL answer
        - [x] It MAY wait

        ### Requirement 2

        1) THE system SHALL end
        5) THE system SHALL NOT hang

        ### Requirement 3: None
        //- /.kiro/specs/x/tasks.md
        # Implementation Plan

        - [ ] 1. Open
          - [x]* 1.1 Optional after the box
          - [X] 1.2* Optional after the id
            - _Requirements: 1.1, 2.1-2.2_
          - [~] 1.3 (P) Skipped
          - [-] (P) 1.4. Begun
            - [ ] 1.4.1 Three levels
              - **Requirements: 2.5**
        + [ ] **2. Bold**
        * [ ] (P) No id
        1. [ ] Numbered item
        - [y] no box
        - [ ]3. no space
        - [] no mark
        > - [ ] 4. In a quote

        ## [ ] 5. A heading
        _Requirements: 1.2_

        ### [x] 5.1 (P) Below it

        ### Task 6: not a task beside boxes
        ",
    );
    same(
        &tasks,
        r#"
requirements.md:1 h1 `Requirements` #requirements
requirements.md:3 h3 `Requirement 1: Rows` #requirement-1-rows
requirements.md:5 h4 `Acceptance Criteria` #acceptance-criteria
requirements.md:10 h3 `Requirement 2` #requirement-2
requirements.md:15 h3 `Requirement 3: None` #requirement-3-none
requirements.md:7 must
requirements.md:8 may
requirements.md:12 must
requirements.md:13 must-not
tasks.md:1 h1 `Implementation Plan` #implementation-plan
tasks.md:19 h2 `[ ] 5. A heading` #--5-a-heading
tasks.md:22 h3 `[x] 5.1 (P) Below it` #x-51-p-below-it
tasks.md:24 h3 `Task 6: not a task beside boxes` #task-6-not-a-task-beside-boxes
requirements.md:3 requirement 1 `Rows` must
requirements.md:7 criterion 1.1 must
requirements.md:8 criterion 1.2 may
requirements.md:10 requirement 2 `` must
requirements.md:12 criterion 2.1 must
requirements.md:13 criterion 2.5 must-not
requirements.md:15 requirement 3 `None` not binding
tasks.md:3 task 1 `Open` open
tasks.md:4 task 1.1 `Optional after the box` done, optional, part of 1
tasks.md:5 task 1.2 `Optional after the id` done, optional, part of 1, for 1.1 2.1 2.2
tasks.md:7 task 1.3 `Skipped` skipped, parallel, part of 1
tasks.md:8 task 1.4 `Begun` in_progress, parallel, part of 1
tasks.md:9 task 1.4.1 `Three levels` open, part of 1.4, for 2.5
tasks.md:11 task 2 `Bold` open
tasks.md:12 task without id `No id` open, parallel
tasks.md:13 task without id `Numbered item` open
tasks.md:15 task 3 `no space` open
tasks.md:16 task without id `no mark` open
tasks.md:17 task 4 `In a quote` open
tasks.md:19 task 5 `A heading` open, for 1.2
tasks.md:22 task 5.1 `Below it` done, parallel, part of 5, for 1.2
tasks.md:6 warning[unknown-requirement]
tasks.md:15 warning[odd-check-box]
tasks.md:16 warning[odd-check-box]
tasks.md:19 note[open-parent-done-children]

"#,
    );
}

#[test]
fn headings_are_tasks_where_nothing_has_a_box() {
    let tasks = read(
        "
        //- /.kiro/specs/x/requirements.md
        # Requirements

        ### Requirement 1

        1. THE system SHALL run
        //- /.kiro/specs/x/tasks.md
        # Implementation Plan

        ## Task 1: First

        Requirements: 1.1

        ## Task 2 Second

        - note

        ## Tasks 3
        ",
    );
    same(
        &tasks,
        r#"
requirements.md:1 h1 `Requirements` #requirements
requirements.md:3 h3 `Requirement 1` #requirement-1
requirements.md:5 must
tasks.md:1 h1 `Implementation Plan` #implementation-plan
tasks.md:3 h2 `Task 1: First` #task-1-first
tasks.md:7 h2 `Task 2 Second` #task-2-second
tasks.md:11 h2 `Tasks 3` #tasks-3
requirements.md:3 requirement 1 `` must
requirements.md:5 criterion 1.1 must
tasks.md:3 task 1 `First` open, for 1.1
tasks.md:7 task 2 `Second` open

"#,
    );
}

#[test]
fn bold_in_any_state_of_repair_around_ids_of_spec_kit() {
    let requirements = read(
        "
        //- /specs/001-x/spec.md
        # Feature Specification: X

        ### User Story 1 - Rows (Priority: P1)

        1. **Given** a, **When** b, **Then** c
        2. **GIVEN**: a **then**: b
        3. Given a, when b, then c

        ## Requirements

        - **FR-001**: It MUST run.
        - **FR-002:** It MUST run.
        - **FR-003** It SHOULD run.
        - FR-004**: It MAY run.
        - **FR-005: It MUST run.
        - FR-006: It MUST run.
        - `FR-007`: It MUST run.
        - ~~**FR-008**: It MUST run.~~
        - **SC-001a**: 95% of rows.
        - FR-009 is only spoken of.
        //- /specs/001-x/tasks.md
        # Tasks

        ## Phase 1: Setup

        - [ ] T001 [P] [US1] Label before
        - [x] [P] T002 Label after the box, for FR-001
        - [~] **T003** [US1, US2] Bold (depends on T001, T002)
        - [-] [US1] T004a [P] Mixed, after T001-T002
        - [ ]* T005: Optional
        - [ ] without an id
        ",
    );
    same(
        &requirements,
        r#"
spec.md:1 h1 `Feature Specification: X` #feature-specification-x
spec.md:3 h3 `User Story 1 - Rows (Priority: P1)` #user-story-1---rows-priority-p1
spec.md:9 h2 `Requirements` #requirements
spec.md:11 must
spec.md:12 must
spec.md:13 should
spec.md:14 may
spec.md:15 must
spec.md:16 must
spec.md:17 must
spec.md:18 must
tasks.md:1 h1 `Tasks` #tasks
tasks.md:3 h2 `Phase 1: Setup` #phase-1-setup
spec.md:11 requirement FR-001 `It MUST run.` must
spec.md:12 requirement FR-002 `It MUST run.` must
spec.md:13 requirement FR-003 `It SHOULD run.` should
spec.md:14 requirement FR-004 `It MAY run.` may
spec.md:15 requirement FR-005 `It MUST run.` must
spec.md:16 requirement FR-006 `It MUST run.` must
spec.md:17 requirement FR-007 `It MUST run.` must
spec.md:18 requirement FR-008 `It MUST run.` must
spec.md:19 requirement SC-001a `95% of rows.` not binding
spec.md:5 scenario US1/AC1 given-when-then
spec.md:6 scenario US1/AC2 given-then
spec.md:7 scenario US1/AC3 given-when-then
tasks.md:5 task T001 `Label before` open, parallel
tasks.md:6 task T002 `Label after the box, for FR-001` done, parallel, speaks of FR-001
tasks.md:7 task T003 `Bold (depends on T001, T002)` skipped, after T001 T002
tasks.md:8 task T004a `Mixed, after T001-T002` in_progress, parallel, after T001 T002
tasks.md:9 task T005 `Optional` open, optional
tasks.md:10 task without id `without an id` open
spec.md:14 warning[malformed-markup]
spec.md:15 warning[malformed-markup]
spec.md:20 warning[dangling-id]

"#,
    );
}

#[test]
fn openspec_in_any_case_and_with_three_levels() {
    let facts = read(
        "
        //- /openspec/specs/rows/spec.md
        # Rows
        ## Requirements
        ### requirement:  Row export ##
        The system SHALL export.
        #### Scenario:One
        * WHEN a
        * **Then** b
        #### Bare
        1. _GIVEN_ a
        2. but b
        //- /openspec/changes/add-x/proposal.md
        ## Why
        //- /openspec/changes/add-x/tasks.md
        ## 1. Work
        - [ ] 1.1 One
          - [X] 1.1.1 Deeper
        - [~] 1.2 Row export again
        - [-] Without an id
        //- /openspec/changes/add-x/specs/rows/spec.md
        ## RENAMED Requirements
        - FROM: `### Requirement: Row export`
          TO: `### Requirement: Cell export`

        ## REMOVED Requirements
        - `### Requirement: Long
          name`
        ",
    );
    same(
        &facts,
        r#"
proposal.md:1 h2 `Why` #why
spec.md:1 h2 `RENAMED Requirements` #renamed-requirements
spec.md:5 h2 `REMOVED Requirements` #removed-requirements
tasks.md:1 h2 `1. Work` #1-work number 1
spec.md:6 requirement Long name `Long name` not binding
tasks.md:2 task 1.1 `One` open
tasks.md:3 task 1.1.1 `Deeper` done, part of 1.1
tasks.md:4 task 1.2 `Row export again` skipped
tasks.md:5 task without id `Without an id` in_progress
spec.md:1 h1 `Rows` #rows
spec.md:2 h2 `Requirements` #requirements
spec.md:3 h3 `requirement:  Row export` #requirement--row-export
spec.md:5 h4 `Scenario:One` #scenarioone
spec.md:8 h4 `Bare` #bare
spec.md:4 must
spec.md:3 requirement Row export `Row export` must
spec.md:5 scenario Row export/One when-then
spec.md:8 scenario Row export/Bare given
spec.md:6 warning[delta-target-missing]
tasks.md:2 note[open-parent-done-children]
spec.md:1 warning[missing-section]

"#,
    );
}

#[test]
fn boxes_where_formatters_and_people_put_them() {
    let facts = read(
        r"
        //- /.kiro/specs/x/requirements.md
        # Requirements
        //- /.kiro/specs/x/tasks.md
        # Implementation Plan

        1. [ ] Wheels | size | count
           |---|---|---|
           | a | 1 | 2 |
        2. [x] Doors
           - 2.1 [x] Hinges
           - [ x] 2.2 Locks
           - [>] 2.3 Bells
           - [x]2.4 Handles
           - [x](https://example.org) is a link
           - [^1] is a note
        ",
    );
    let tasks: Vec<&str> = facts.lines().filter(|line| line.contains(" task ")).collect();
    same(
        &tasks.join("\n"),
        r#"
tasks.md:3 task 1 `Wheels | size | count` open
tasks.md:6 task 2 `Doors` done
tasks.md:7 task 2.1 `Hinges` done, part of 2
tasks.md:8 task 2.2 `Locks` done, part of 2
tasks.md:9 task 2.3 `Bells` open, part of 2
tasks.md:10 task 2.4 `Handles` done, part of 2
"#,
    );
}

#[test]
fn requirements_of_spec_kit_in_tables_and_headings() {
    let facts = read(
        r"
        //- /specs/001-x/spec.md
        # Feature Specification: X

        - **FR-001**: It MUST run

        | ID | Text |
        |---|---|
        | FR-001 | It MUST run |
        | **FR-002** | It MUST stop |
        | FR-009 | see below |

        #### FR-003: Bells

        It MUST ring.
        ",
    );
    let found: Vec<&str> = facts
        .lines()
        .filter(|line| line.contains(" requirement "))
        .collect();
    same(
        &found.join("\n"),
        r#"
spec.md:3 requirement FR-001 `It MUST run` must
spec.md:8 requirement FR-002 `It MUST stop` must
spec.md:11 requirement FR-003 `Bells` must
"#,
    );
}

#[test]
fn requirements_of_kiro_by_their_bare_numbers_and_sections_by_their_sign() {
    let facts = read(
        r"
        //- /.kiro/specs/x/requirements.md
        # Requirements

        ## Requirements

        ### 1: Bells

        1. THE Bell SHALL ring

        ### 2. Lights

        1. THE Light SHALL shine

        ## 3. Notes

        1. Nothing binds here
        //- /.kiro/specs/x/tasks.md
        # Implementation Plan

        - [ ] 1. Ring
          - _Requirements: 1.1, 2.1_
        //- /p/SPEC.md
        # P

        ## §2 Limits

        See §2, the handbook § 7 and [limits](#user-content-2-limits).
        ",
    );
    let found: Vec<&str> = facts
        .lines()
        .filter(|line| {
            line.contains(" requirement ") || line.contains("dangling") || line.contains("unknown")
        })
        .collect();
    same(
        &found.join("\n"),
        r#"
requirements.md:5 requirement 1 `Bells` must
requirements.md:9 requirement 2 `Lights` must
"#,
    );
}
