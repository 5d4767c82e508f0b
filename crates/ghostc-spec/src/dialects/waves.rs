//! Kiro's waves: a block of JSON below `## Task Dependency Graph`, in the shapes that people have.
//!
//! `{"waves": [["1.1"], ["1.2"]]}`, `{"waves": [{"id": 0, "tasks": ["1.1"]}]}`, and the same with `wave` for `id`.

use super::Doc;
use crate::facts::{Mention, Wave};
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{Block, BlockKind};

/// The waves of a document, in order; nothing where no block has them.
pub(super) fn read(doc: Doc<'_>) -> Vec<Wave> {
    let mut blocks = doc.spec.blocks.iter();
    blocks.find_map(|block| of_block(doc, block)).unwrap_or_default()
}

fn of_block(doc: Doc<'_>, block: &Block) -> Option<Vec<Wave>> {
    let BlockKind::Code(code) = &block.kind else {
        return None;
    };
    let content = code.content;
    let text = doc.text(content);
    if !matches!(code.lang.as_str(), "json" | "jsonc" | "") || !text.contains("\"waves\"") {
        return None;
    }
    // JSON is YAML, and this reader knows places.
    let root = yaml::parse(content.file, text, content.start as usize).value?;
    let waves = root.get("waves")?.as_list()?.iter().enumerate();
    let waves = waves.filter_map(|(at, node)| {
        let after = ["depends_on", "dependsOn"]
            .iter()
            .find_map(|key| node.get(key)?.as_list());
        let name = ["id", "wave"].iter().find_map(|key| node.get(key)?.scalar_text());
        Some(Wave {
            name: name.unwrap_or_else(|| at.to_string()),
            document: doc.index,
            span: node.span,
            tasks: node
                .as_list()
                .or_else(|| node.get("tasks")?.as_list())?
                .iter()
                .filter_map(mention)
                .collect(),
            after: after
                .unwrap_or_default()
                .iter()
                .filter_map(Node::scalar_text)
                .collect(),
        })
    });
    Some(waves.collect())
}

fn mention(node: &Node) -> Option<Mention> {
    let name = node.scalar_text()?;
    Some(Mention {
        name: name.trim_end_matches('.').to_string(),
        span: node.span,
    })
}

#[cfg(test)]
mod tests {
    use crate::Settings;
    use crate::discover::discover_in;
    use crate::resolve::{Input, resolve};
    use ghostc_syntax::{Source, Sources};

    #[test]
    fn every_shape_of_waves_is_read() {
        let shapes = [
            r#"{"waves": [["1.1"], ["1.2", "2"]]}"#,
            r#"{"waves": [{"id": 0, "tasks": ["1.1"]}, {"id": 1, "tasks": ["1.2", "2."], "depends_on": [0]}]}"#,
            "{\n\t\"waves\": [\n\t\t{ \"wave\": 0, \"description\": \"x\", \"tasks\": [\"1.1\"] },\n\t\t{ \"wave\": 1, \"tasks\": [\"1.2\", \"2\"] }\n\t]\n}",
        ];
        for shape in shapes {
            let text = format!(
                "# Implementation Plan\n\n- [ ] 1. A\n  - [ ] 1.1 B\n  - [ ] 1.2 C\n- [ ] 2. D\n\n## Task Dependency Graph\n\n```json\n{shape}\n```\n"
            );
            let mut sources = Sources::default();
            sources.add(Source::new(
                ".kiro/specs/x/requirements.md",
                "# Requirements\n\n### Requirement 1\n",
            ));
            let file = sources.add(Source::new(".kiro/specs/x/tasks.md", text));
            let layout = discover_in(&sources);
            let library = resolve(Input::new(&sources, &Settings::default()), &layout, 1).value;
            let waves = &library.packages.first().expect("a package").facts.waves;
            let read: Vec<(&str, Vec<&str>)> = waves
                .iter()
                .map(|wave| {
                    (
                        wave.name.as_str(),
                        wave.tasks.iter().map(|task| task.name.as_str()).collect(),
                    )
                })
                .collect();
            assert_eq!(read, [("0", vec!["1.1"]), ("1", vec!["1.2", "2"])], "{shape}");
            let quoted = waves
                .first()
                .and_then(|wave| wave.tasks.first())
                .map(|task| sources.slice(task.span));
            assert_eq!(
                (quoted, waves.first().map(|wave| wave.span.file)),
                (Some("\"1.1\""), Some(file))
            );
        }
    }
}
