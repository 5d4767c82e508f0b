//! Equality of a suite's own: rules that say what a value stands for when it is compared.

use super::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// What a value stands for by the rules; nothing where no rule is about it.
pub type Replacement = dyn Fn(&Value) -> Option<Value> + Send + Sync;

/// Rules of equality: before two values are compared, each node of both is replaced by what it stands for.
#[derive(Clone)]
pub struct EqualityRules {
    /// The rules as written: what digests and messages hold.
    pub text: String,
    replacement: Arc<Replacement>,
}

impl EqualityRules {
    /// Rules that are written so, and what they make of a value.
    pub fn new(text: String, replacement: Arc<Replacement>) -> EqualityRules {
        EqualityRules { text, replacement }
    }

    /// A value with every node, from the outermost inwards, replaced by what it stands for.
    pub fn normal<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        if let Some(replaced) = (self.replacement)(value) {
            return Cow::Owned(replaced);
        }
        match value {
            Value::Array(items) => {
                let items: Vec<Cow<'_, Value>> = items.iter().map(|item| self.normal(item)).collect();
                if items.iter().all(|item| matches!(item, Cow::Borrowed(_))) {
                    return Cow::Borrowed(value);
                }
                Cow::Owned(Value::Array(items.into_iter().map(Cow::into_owned).collect()))
            }
            Value::Object(members) => {
                let named = members.iter().map(|(name, item)| (name, self.normal(item)));
                let named: Vec<(&String, Cow<'_, Value>)> = named.collect();
                if named.iter().all(|(_, item)| matches!(item, Cow::Borrowed(_))) {
                    return Cow::Borrowed(value);
                }
                let owned = named
                    .into_iter()
                    .map(|(name, item)| (name.clone(), item.into_owned()));
                Cow::Owned(Value::Object(owned.collect::<Map>()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Cow::Borrowed(value),
        }
    }
}

impl fmt::Debug for EqualityRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
