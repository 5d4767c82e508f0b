//! Pieces of specs in all dialects, well formed and not, of which tests make documents by putting them one after the
//! other.

/// The files of a kind of package, and the pieces that each may be made of.
#[derive(Debug)]
pub struct Grammar {
    /// The dialect's name.
    pub dialect: &'static str,
    /// Each file's path, how it starts, and its own pieces.
    pub files: &'static [(&'static str, &'static str, &'static [&'static str])],
}

/// Pieces that may stand in any Markdown document.
pub const MARKDOWN: &[&str] = &[
    "# Title\n\n",
    "## 5.3 `x_y` (object)\n\n",
    "### 7.3Message\n",
    "Setext\n===\n\n",
    "Setext `b`\n---\n",
    "It MUST\nNOT stop. Yes, it SHOULD: **a** and `b`.\n\n",
    "The store must keep it, and it is required.\n\n",
    "Each adapter MUST document:\n\n- keys\n  - nested\n- defaults\n\n",
    "- `name` (string, OPTIONAL)\n  - REQUIRED stable identity.\n",
    "- [ ] open\n- [x]* done\n- [~] skipped\n- [-] begun\n",
    "1. one\n1. two\n   1. inner MAY\n\n",
    "> quoted MUST\n> # Heading in a quote\n> - [ ] task in a quote\n\n",
    "- # Heading in an item\n\n  MUST be text.\n\n",
    "| a | MUST |\n|---|---|\n| `f(1)` | `2` |\n| \\| x | RECOMMENDED |\n\n",
    "```text\nf(1) → 2\n# no heading\n- [ ] no task\n```\n\n",
    "~~~~json\n{\"waves\": [[\"1\"], [\"1.1\"]]}\n~~~~\n",
    "````md\n```\nx\n```\n````\n",
    "```\nnever closed\n",
    "    indented MUST\n\n",
    "<!-- MUST -->\n",
    "<!-- ghostc: allow lowercase-modal -->\n",
    "<!-- never closed\n\n",
    "<div>\n# no heading\n</div>\n\n",
    "See Section 5.3, Sections 4 through 4.2, and Section 5.6 of RFC 3339.\n\n",
    "[a](#title) [b](./plan.md#x) <https://a.b> [c](#nowhere) [d][e] ![f](g.png)\n\n[e]: #title\n",
    "Text.[^1]\n\n[^1]: A note MUST be.\n",
    "**never closed\n\n",
    "`never closed\n\n",
    "\ttab\n\t- tab item\n",
    "これは必須である。次の文。\n\n",
    "e\u{301}\u{1f469}\u{200d}\u{1f4bb} zero\u{200b}width \u{feff}mark\n\n",
    "a\\\nb  \nc &amp; &#x41; \\*\n\n",
    "---\n\n",
    "TODO: say more. [PLACEHOLDER] TBD\n\n",
    "There are 3 tasks, 5–9 minutes and two cases.\n\n",
    "- a\n\n\n- b\n\n      code\n",
    "\n",
    " ",
    "\n\n",
];

const GHOST: &[&str] = &[
    "---\nname: x\nversion: 1.0\ntargets: [rust]\n---\n",
    "---\nname: [x\n---\n",
    "### f(a, b?) → string | error\n\nIt MUST work as `g` does.\n\n- `f(1)` → `\"a\"`\n- `f(-1)` → error\n\n",
    "### g(x: list<int>, y=2) -> int\n\nDepends on `f`. It SHOULD NOT fail (see Title).\n\n",
    "### f(a, a) → b\n\n",
    "### h(\n\n",
    "#### Function: k(v)\n\nDelegates to `f`. Used by all operations.\n\n",
    "The key words MUST and MAY are to be read as in RFC 2119.\n\n",
    "| 0–9 seconds | now |\n|---|---|\n| 11–20 seconds | then |\n\n",
    "Conformance\n---\n\nIt MUST be tested.\n\n",
];

const CASES: &[&str] = &[
    "f:\n  - name: one\n    input: {a: 1}\n    output: \"a\"\n",
    "  - {name: one, input: [2, 3], output: {x: [1.5, null]}}\n",
    "  - name: two\n    input: \"\\u00e9\"\n    error: true\n    held_out: true\n",
    "  - description: block\n    input: |\n      a\n      b\n    expected: >-\n      c\n      d\n",
    "  - input: 1\n",
    "unicode:\n  g:\n    - {args: [1], returns: 2, id: i, skip: why}\n",
    "version: 1.0\n",
    "cases: []\n",
    "# a comment of 3 tests\n",
    "x: &a [1]\ny: *a\n",
    "? [complex]\n: 1\n",
    "f: [[[[{a: 1}]]]]\n",
    "\t- tab\n",
    "\"open\n",
];

const OPENSPEC: &[&str] = &[
    "## Requirements\n\n",
    "## ADDED Requirements\n\n",
    "## MODIFIED Requirements\n\n",
    "## REMOVED Requirements\n\n- `### Requirement: Row export`\n\n",
    "## RENAMED Requirements\n\n- FROM: `### Requirement: Row export`\n- TO: `### Requirement: Cell export`\n\n",
    "### Requirement: Row export\nThe system SHALL export rows.\n\n",
    "### requirement:  Cell export \n\nIt MUST.\n\n#### Scenario: One\n- **WHEN** a\n- **THEN** b\n  - AND c\n\n",
    "#### Scenario: Two\n\n- GIVEN a\n- WHEN b\n\n",
    "#### Bare\n\n- **Then** only\n\n",
    "### Requirement:\n\n",
];

const OPENSPEC_TASKS: &[&str] = &[
    "## 1. Setup\n\n- [ ] 1.1 Make the Row export work\n- [x] 1.2 Test it\n",
    "## 2. Rest\n- [ ] 2.1 See src/a.rs\n  - [ ] 2.1.1 Deeper\n",
    "- [ ] No id\n",
];

const SPECKIT: &[&str] = &[
    "### User Story 1 - Export (Priority: P1)\n\nWords.\n\n",
    "1. **Given** a, **When** b, **Then** c\n2. **Given** d, **Then** e **And** f\n\n",
    "- Given a, when b, then c\n",
    "- **FR-001**: System MUST export rows.\n",
    "- **FR-002** System MUST [NEEDS CLARIFICATION: which?]\n",
    "- FR-003**: System SHOULD not.\n",
    "- ~~**SC-001**: struck~~\n",
    "- **SC-R02a**: 95% of rows [NEEDS CLARIFICATION\n",
    "FR-001 to FR-003, and FR-009.\n\n",
];

const SPECKIT_TASKS: &[&str] = &[
    "## Phase 1: Setup\n\n- [ ] T001 Make src/a.rs\n- [ ] T002 [P] Write tests/b.rs\n",
    "## Phase 2: User Story 1 - Export (Priority: P1)\n\n- [x] T003 [P] [US1] Do src/a.rs per FR-001\n- [ ] [T004] [US1] odd\n",
    "- [ ] T005 Join (depends on T001, T002-T004; after T003)\n",
    "- [ ] TXXX placeholder\n- [ ] T004a suffix\n",
    "**Checkpoint**: done\n\n",
    "## Dependencies\n\n- **User Story 1 (P1)**: Depends on Phase 1\n- T003 → T004 → T005\n",
    "```\nPhase 1 → Phase 2\nT001 --> T003\n```\n",
    "T001, T002 can run in parallel [P]\n\n**Total**: 5 tasks (T001-T005)\n\n",
];

const KIRO: &[&str] = &[
    "## Glossary\n\n- **Row_Exporter**: writes\n- **Cell:** one\n\n",
    "### Requirement 1: Export\n\n**User Story:** As a user, I want rows.\n\n#### Acceptance Criteria\n\n",
    "### Requirement 2\n\n",
    "### 要件3: 出力\n\n",
    "1. WHEN rows exist, THE Row_Exporter SHALL write them\n2. IF none, THEN THE Cell_Writer SHALL stop\n   - detail\n\n",
    "- [ ] WHILE on, THE Lamp shall glow\n- [x] It works\n\n",
    "3. second list MUST\n",
    "2.1 WHEN a bug THE system SHALL not\n\n- 2.2 MAY\n\n",
];

const KIRO_TASKS: &[&str] = &[
    "# Implementation Plan\n\n",
    "- [ ] 1. Set up\n  - note in src/a.rs\n  - _Requirements: 1.1, 1.2_\n",
    "  - [x] 1.1 (P) Write it\n    - _Requirements: 1.1-1.3, 2_\n    - _Depends: 1_\n",
    "  - [ ]* 1.2 Test Property 1\n    - **Validates: Requirements 1.4**\n",
    "- [-] 2. (P) Go on\n  - [~] 2.1 (P) 3.1.2 deep\n    - [ ] 2.1.1 Deeper _Requirements: 9.9_\n",
    "- [ ] 3. Checkpoint - all pass\n",
    "## [ ] 4. A heading\n\n_Requirements: 1.1_\n\n",
    "## Task 5: A heading\n\nText.\n\n",
    "- [ ]4. no space\n- [  ] two\n- [y] no mark\n",
    "## Task Dependency Graph\n\n```json\n{\"waves\": [{\"id\": 0, \"tasks\": [\"1.1\"]}, {\"wave\": 1, \"tasks\": [\"2.1\", \"9\"]}]}\n```\n",
    "```mermaid\ngraph TD\n  T1[1.1 Write] --> T2[2.1]\n```\n",
];

const KIRO_DESIGN: &[&str] = &[
    "### Property 1: Rows\n\nFor all rows.\n\n**Validates: Requirements 1.1, 1.2**\n\n",
    "### Property 2: Cells\n\n",
];

/// The packages of all dialects.
pub const GRAMMARS: &[Grammar] = &[
    Grammar {
        dialect: "ghost",
        files: &[
            ("x/SPEC.md", "# X\n\n", GHOST),
            ("x/tests.yaml", "", CASES),
            ("x/README.md", "", &[]),
        ],
    },
    Grammar {
        dialect: "openspec",
        files: &[
            (
                "openspec/specs/rows/spec.md",
                "# Rows\n\n## Requirements\n\n",
                OPENSPEC,
            ),
            ("openspec/changes/add-x/proposal.md", "## Why\n\n", &[]),
            ("openspec/changes/add-x/specs/rows/spec.md", "", OPENSPEC),
            ("openspec/changes/add-x/tasks.md", "", OPENSPEC_TASKS),
            (
                "openspec/changes/archive/2025-01-01-old/specs/rows/spec.md",
                "",
                OPENSPEC,
            ),
        ],
    },
    Grammar {
        dialect: "speckit",
        files: &[
            ("specs/001-x/spec.md", "# Feature Specification: X\n\n", SPECKIT),
            ("specs/001-x/plan.md", "# Plan\n\n", &[]),
            ("specs/001-x/tasks.md", "# Tasks\n\n", SPECKIT_TASKS),
        ],
    },
    Grammar {
        dialect: "kiro",
        files: &[
            (".kiro/specs/x/requirements.md", "# Requirements\n\n", KIRO),
            (".kiro/specs/x/design.md", "# Design\n\n", KIRO_DESIGN),
            (".kiro/specs/x/tasks.md", "", KIRO_TASKS),
            (".kiro/specs/y/bugfix.md", "# Bug\n\n", KIRO),
        ],
    },
];
