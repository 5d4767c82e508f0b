//! The names that the expressions of one case may use, and what paths lead to.

use super::data_file::DataFile;
use super::formula::{DataPath, Formula, PathStep, Way};
use crate::template::{DataValue, Names, fill_template};
use ghostc_syntax::Span;
use ghostc_syntax::yaml::{Content, Node};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// A value, and where it stands in a file where that is known.
#[derive(Clone, Debug)]
pub(super) struct Located<'n> {
    pub(super) value: DataValue,
    /// The value in the tree of its file.
    pub(super) node: Option<&'n Node>,
    pub(super) span: Option<Span>,
    /// The file that it stands for.
    file: Option<&'n DataFile>,
}

impl<'n> Located<'n> {
    /// A value that stands nowhere.
    pub(super) fn made(value: DataValue) -> Located<'n> {
        Located {
            value,
            node: None,
            span: None,
            file: None,
        }
    }

    /// The value of a file.
    pub(super) fn document(file: &'n DataFile) -> Located<'n> {
        Located {
            value: file.doc.clone(),
            node: file.root.as_ref(),
            span: file.root.as_ref().map(|root| root.span),
            file: None,
        }
    }

    /// What the name of a file stands for.
    pub(super) fn file(file: &'n DataFile) -> Located<'n> {
        Located {
            value: file.facts.clone(),
            node: None,
            span: None,
            file: Some(file),
        }
    }

    /// A member or an item.
    fn get(&self, key: &DataValue) -> Located<'n> {
        if let (Some(file), Some(name)) = (self.file, key.as_str()) {
            return match name {
                "doc" => Located::document(file),
                "text" => Located {
                    span: Some(file.whole),
                    ..Located::made(self.value.get(key))
                },
                _ => Located::made(self.value.get(key)),
            };
        }
        let value = self.value.get(key);
        let node = self.node.filter(|_| !value.is_undefined());
        let node = node.and_then(|node| match &node.value {
            Content::Map(_) => node.get(key.as_str()?),
            Content::List(items) => items.get(key.to_text().parse::<usize>().ok()?),
            Content::Scalar(_) => None,
        });
        Located {
            value,
            node,
            span: node.map(|node| node.span),
            file: None,
        }
    }

    /// What it holds, with the keys; nothing where it is no list and no mapping.
    pub(super) fn entries(&self) -> Option<Vec<(DataValue, Located<'n>)>> {
        let entries = self.value.entries()?.into_iter();
        let nodes: Vec<&'n Node> = match self.node.map(|node| &node.value) {
            Some(Content::List(items)) => items.iter().collect(),
            Some(Content::Map(entries)) => entries.iter().map(|entry| &entry.value).collect(),
            Some(Content::Scalar(_)) | None => Vec::new(),
        };
        let located = entries.enumerate().map(|(at, (key, value))| {
            let node = nodes.get(at).copied();
            let item = Located {
                value,
                node,
                span: node.map(|node| node.span),
                file: None,
            };
            (key, item)
        });
        Some(located.collect())
    }
}

/// The names of one case, or of one step on the way to it.
#[derive(Clone, Debug)]
pub(super) struct Scope<'n> {
    /// `doc`, `file`, the other files, and what the steps have bound.
    names: Vec<(String, Located<'n>)>,
    /// The keys of the steps.
    keys: Vec<(String, DataValue)>,
    /// The innermost item, whose fields are names too.
    pub(super) item: Option<Located<'n>>,
    /// Fields that the item has from the one before.
    inherited: BTreeMap<String, Located<'n>>,
    engine: OnceCell<Engine>,
}

/// The names as the template engine takes them.
#[derive(Clone, Debug)]
struct Engine(std::sync::Arc<Names>);

impl<'n> Scope<'n> {
    /// What a file has before any step.
    pub(super) fn of_file(file: &'n DataFile) -> Scope<'n> {
        let names = vec![
            ("doc".to_string(), Located::document(file)),
            ("file".to_string(), Located::file(file)),
        ];
        Scope {
            names,
            keys: Vec::new(),
            item: None,
            inherited: BTreeMap::new(),
            engine: OnceCell::new(),
        }
    }

    /// The same with another file.
    pub(super) fn with_file(mut self, name: &str, file: &'n DataFile) -> Scope<'n> {
        self.names.push((name.to_string(), Located::file(file)));
        self.engine = OnceCell::new();
        self
    }

    /// The same with what a step binds.
    pub(super) fn bind(&self, name: &str, key: DataValue, item: Located<'n>) -> Scope<'n> {
        let mut scope = self.clone();
        scope.keys.push((name.to_string(), key));
        scope.names.push((name.to_string(), item.clone()));
        scope.item = Some(item);
        scope.engine = OnceCell::new();
        scope
    }

    /// Takes fields that the item does not have from the one before, and remembers all of them for the next.
    pub(super) fn inherit(&mut self, fields: &[String], before: &mut BTreeMap<String, Located<'n>>) {
        for field in fields {
            let own = self.field(field);
            if own.value.is_undefined() {
                if let Some(known) = before.get(field) {
                    self.inherited.insert(field.clone(), known.clone());
                }
            } else {
                before.insert(field.clone(), own);
            }
        }
        self.engine = OnceCell::new();
    }

    /// A field of the item, its own or the one that it has from the item before.
    pub(super) fn field(&self, name: &str) -> Located<'n> {
        let key = DataValue::text(name);
        let own = self.item.as_ref().map(|item| item.get(&key));
        let own = own.filter(|own| !own.value.is_undefined());
        own.or_else(|| self.inherited.get(name).cloned())
            .unwrap_or_else(|| Located::made(DataValue::UNDEFINED))
    }

    /// The names of the item's fields.
    pub(super) fn fields(&self) -> Vec<String> {
        let node = self.item.as_ref().and_then(|item| item.node);
        let entries = node.and_then(Node::as_map).unwrap_or_default();
        entries.iter().map(|entry| entry.key.clone()).collect()
    }

    /// Where the innermost thing stands that stands anywhere: the item, else what it was taken from.
    pub(super) fn span(&self) -> Option<Span> {
        let item = self.item.as_ref().and_then(|item| item.span);
        item.or_else(|| {
            let mut bound = self.names.iter().rev();
            bound.find_map(|(name, bound)| bound.span.filter(|_| name != "doc"))
        })
    }

    fn lookup(&self, name: &str) -> Located<'n> {
        let mut named = self.names.iter().rev();
        if let Some((_, value)) = named.find(|(known, _)| known == name) {
            return value.clone();
        }
        match (name, &self.item) {
            ("case", Some(item)) => item.clone(),
            ("key", _) => Located::made(DataValue::object(self.keys.iter().cloned())),
            _ => self.field(name),
        }
    }

    fn follow(&self, path: &DataPath) -> Located<'n> {
        let start = self.lookup(&path.root);
        path.steps.iter().fold(start, |value, step| match step {
            PathStep::Name(name) => value.get(&DataValue::text(name)),
            PathStep::Index(at) => value.get(&DataValue::index(*at)),
            PathStep::By(name) => value.get(&self.lookup(name).value),
        })
    }

    /// The value of an expression, or what is wrong with it here.
    pub(super) fn evaluate(&self, formula: &Formula) -> Result<Located<'n>, String> {
        match &formula.way {
            Way::Path(path) => Ok(self.follow(path)),
            Way::Engine(expression) => expression.evaluate(self.names()).map(Located::made),
        }
    }

    /// A template with the values of its expressions.
    pub(super) fn fill(&self, text: &str) -> Result<String, String> {
        fill_template(text, self.names())
    }

    /// All names for the template engine.
    fn names(&self) -> &Names {
        let engine = self.engine.get_or_init(|| {
            let mut all: BTreeMap<String, DataValue> = BTreeMap::new();
            let inherited = self.inherited.iter();
            all.extend(inherited.map(|(name, field)| (name.clone(), field.value.clone())));
            if let Some(item) = &self.item {
                let is_object = |entries: &Vec<(DataValue, DataValue)>| {
                    entries.first().is_some_and(|(key, _)| key.as_str().is_some())
                };
                let fields = item.value.entries().filter(is_object).unwrap_or_default();
                all.extend(fields.into_iter().map(|(name, value)| (name.to_text(), value)));
                all.insert("case".to_string(), item.value.clone());
            }
            all.insert("key".to_string(), DataValue::object(self.keys.iter().cloned()));
            let names = self.names.iter();
            all.extend(names.map(|(name, bound)| (name.clone(), bound.value.clone())));
            Engine(std::sync::Arc::new(Names::new(all)))
        });
        &engine.0
    }
}
