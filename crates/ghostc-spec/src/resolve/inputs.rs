//! Inputs as people write them into arguments by parameter name.

use ghostc_syntax::value::Map;
use ghostc_syntax::{Param, Signature, Value};
use std::sync::Arc;

/// Arguments of a call by parameter name.
pub(super) fn bind(arguments: &[(Option<String>, Value)], signature: &Signature) -> Result<Value, String> {
    let mut object = Map::new();
    for (at, (name, value)) in arguments.iter().enumerate() {
        let param = match name {
            Some(name) => signature.params.iter().find(|param| param.name == *name),
            None => signature.params.get(at),
        };
        let Some(param) = param else {
            let what = name
                .as_ref()
                .map_or_else(|| format!("argument {}", at + 1), |name| format!("`{name}`"));
            return Err(format!("`{}` has no parameter for {what}", signature.text));
        };
        object.insert(param.name.clone(), value.clone());
    }
    complete(object, signature)
}

/// An input as an object by parameter name, in the order of the parameters; what is in the arguments keeps its order.
///
/// A mapping whose keys are parameters is taken as it is. Of an operation with one parameter, anything else is that
/// argument. A sequence gives the arguments in order, and a scalar the first.
pub(super) fn arrange(input: Option<&Arc<Value>>, signature: &Signature) -> Result<Arc<Value>, String> {
    let is_param = |key: &String| signature.params.iter().any(|param| param.name == *key);
    let object = input.and_then(|input| input.as_object().map(|object| (input, object)));
    if let Some((input, object)) = object
        && object.keys().all(is_param)
        && missing(object, signature).is_none()
    {
        return Ok(if is_in_order(object, signature) {
            Arc::clone(input)
        } else {
            Arc::new(Value::Object(in_order(object.clone(), signature)))
        });
    }
    let arranged = match (input.map(Arc::as_ref), signature.params.as_slice()) {
        (None, _) => complete(Map::new(), signature),
        (Some(value), [only]) => complete(Map::from_iter([(only.name.clone(), value.clone())]), signature),
        (Some(Value::Object(object)), _) => match object.keys().find(|key| !is_param(key)) {
            Some(key) => Err(format!("`{}` has no parameter `{key}`", signature.text)),
            None => complete(object.clone(), signature),
        },
        (Some(Value::Array(items)), _) => bind(
            &items.iter().map(|item| (None, item.clone())).collect::<Vec<_>>(),
            signature,
        ),
        (Some(Value::Null), []) => complete(Map::new(), signature),
        (Some(value), _) => bind(&[(None, value.clone())], signature),
    };
    arranged.map(Arc::new)
}

/// The arguments, where none that is required is missing.
fn complete(object: Map, signature: &Signature) -> Result<Value, String> {
    match missing(&object, signature) {
        Some(param) => Err(format!(
            "the input lacks `{}` of `{}`",
            param.name, signature.text
        )),
        None => Ok(Value::Object(in_order(object, signature))),
    }
}

/// Where a parameter stands in its signature.
fn index(name: &str, signature: &Signature) -> Option<usize> {
    signature.params.iter().position(|param| param.name == name)
}

/// Whether arguments stand in the order of the parameters. Arguments have names: their order says nothing.
fn is_in_order(arguments: &Map, signature: &Signature) -> bool {
    arguments.keys().is_sorted_by_key(|name| index(name, signature))
}

fn in_order(mut arguments: Map, signature: &Signature) -> Map {
    arguments.sort_by_cached_key(|name, _| index(name, signature));
    arguments
}

fn missing<'s>(object: &Map, signature: &'s Signature) -> Option<&'s Param> {
    let mut params = signature.params.iter();
    params.find(|param| !param.optional && !object.contains_key(&param.name))
}
