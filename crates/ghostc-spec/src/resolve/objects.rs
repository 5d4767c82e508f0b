//! Objects: which headings declare one, what makes it, and which signatures are its methods.
//!
//! An object is declared by a heading `Class Stack`, or by a signature `Stack(…) → Stack` that has methods: signatures
//! whose names begin with `Stack.`, and those below its heading. Without methods, a function of that name gives a record.
//! A heading `Stack` declares one where what stands below says so: how it is made, code with `class Stack`, or a
//! signature that another such heading has too, and which would else be declared twice.

use crate::library::{Document, specs};
use ghostc_syntax::signature::{Parsed, Signature, arrow, parse, parse_property};
use ghostc_syntax::{BlockKind, Heading, Sources, Span, collapse_whitespace, starting_in};
use std::collections::{BTreeMap, BTreeSet};

/// The objects of a package, by name, each with the heading that declares it where that is no signature.
pub(super) struct Objects(BTreeMap<String, Option<Span>>);

/// What a heading declares.
pub(super) enum HeadingRole {
    /// Neither an object nor an operation.
    Nothing,
    /// An object, with what makes it.
    Object(Signature),
    /// What makes the object whose section it is in.
    Constructor(Signature),
    /// A method of an object.
    Method(Signature, String),
    /// An operation that belongs to no object.
    Function(Signature),
}

/// Names of what makes the object that their section is about.
const MAKES: &[&str] = &["new", "constructor", "init", "__init__"];

impl Objects {
    pub(super) fn find(documents: &[Document], sources: &Sources) -> Objects {
        let headings = || specs(documents).flat_map(|(_, home)| &home.spec.headings);
        // What dotted names begin with.
        let owners: BTreeSet<String> = headings()
            .filter_map(|heading| owner(&spelled(heading)?))
            .collect();
        let above = Above::new(documents);
        let mut found: BTreeMap<String, Option<Span>> = BTreeMap::new();
        for (_, home) in specs(documents) {
            let headings = &home.spec.headings;
            for (at, heading) in headings.iter().enumerate() {
                let is_made_below = |name: &str| {
                    let below = headings.iter().skip(at + 1);
                    let mut below = below.take_while(|inner| inner.span.start < heading.end);
                    below.any(|inner| {
                        constructor(inner, name).is_some() && above.object(headings, inner) == Some(at)
                    })
                };
                let maker = heading.signature.as_deref().filter(|found| makes_itself(found));
                let (name, place) = if let Some(maker) = maker {
                    (maker.name.clone(), None)
                } else if let Some(class) = class(heading) {
                    (class.name, Some(heading.span))
                } else if let Some(name) = type_name(heading)
                    && (above.repeated.contains(&heading.span)
                        || is_made_below(name)
                        || declares_type(home, heading, name, sources))
                {
                    (name.to_string(), Some(heading.span))
                } else {
                    continue;
                };
                let leads = above.leading.contains(&heading.span);
                if !leads && !owners.contains(&name) {
                    continue;
                }
                // Of several headings, the first with methods below declares it.
                let known = found.entry(name).or_insert(place);
                if leads && known.is_none_or(|known| !above.leading.contains(&known)) {
                    *known = place.or(*known);
                }
            }
        }
        Objects(found)
    }

    /// What a heading is, inside the section of an object or not; `signature` is what it declares by itself.
    pub(super) fn role(
        &self,
        heading: &Heading,
        inside: Option<&str>,
        signature: impl FnOnce() -> Option<Signature>,
    ) -> HeadingRole {
        let name = class(heading).or_else(|| made(type_name(heading)?, "()"));
        if let Some(class) = name.filter(|class| self.0.get(&class.name) == Some(&Some(heading.span))) {
            return HeadingRole::Object(class);
        }
        if let Some(object) = inside
            && let Some(made) = constructor(heading, object)
        {
            return HeadingRole::Constructor(made);
        }
        let is_ours = |found: &Signature| owner(found).is_some_and(|owner| self.0.contains_key(&owner));
        let spelled = spelled(heading).filter(|found| inside.is_some() || is_ours(found));
        let Some(found) = spelled.or_else(signature) else {
            return HeadingRole::Nothing;
        };
        if makes_itself(&found) && self.0.contains_key(&found.name) {
            return HeadingRole::Object(found);
        }
        let (own, object) = match owner(&found).filter(|owner| self.0.contains_key(owner)) {
            Some(owner) => (found.name.get(owner.len() + 1..).unwrap_or_default(), owner),
            // In the section of an object, `stack.push` is a method of it whatever the example's variable is called.
            None => match inside {
                Some(object) => (
                    found.name.rsplit('.').next().unwrap_or_default(),
                    object.to_string(),
                ),
                None => return HeadingRole::Function(found),
            },
        };
        HeadingRole::Method(method(&found, own, &object), object)
    }
}

/// A method's signature with its qualified name.
fn method(found: &Signature, own: &str, object: &str) -> Signature {
    let rest = found.text.get(found.name.len()..).unwrap_or_default();
    let mut params = found.params.clone();
    if params
        .first()
        .is_some_and(|first| matches!(first.name.as_str(), "self" | "this"))
    {
        params.remove(0);
    }
    Signature {
        name: format!("{object}.{own}"),
        text: format!("{object}.{own}{rest}"),
        params,
        ..found.clone()
    }
}

/// The signature that a heading is, with the marks that languages put between an object and its method.
fn spelled(heading: &Heading) -> Option<Signature> {
    if let Some(found) = heading.signature.as_deref()
        && !found.name.contains('#')
    {
        return Some(found.clone());
    }
    let title = title(heading).replace("::", ".").replace('#', ".");
    match parse(&title) {
        Parsed::Yes(found) => Some(found),
        Parsed::No => parse_property(&title),
        Parsed::Malformed(_) => None,
    }
}

/// What stands before the last dot of a name.
fn owner(found: &Signature) -> Option<String> {
    let (owner, own) = found.name.rsplit_once('.')?;
    (!own.is_empty()).then(|| owner.to_string())
}

/// Whether a signature gives what it is named after: `Stack(capacity?) → Stack | error`.
fn makes_itself(found: &Signature) -> bool {
    found.name.starts_with(char::is_uppercase) && found.results().any(|result| result == found.name)
}

/// A heading's text without its number.
fn title(heading: &Heading) -> &str {
    let text = heading.text.as_str();
    let number = heading.number.as_deref().unwrap_or_default();
    let rest = text.strip_prefix(number).unwrap_or(text);
    rest.trim_start_matches(['.', ')', ' ']).trim_end()
}

/// The name of a type that is all that a heading says: `Stack`, `Stack class`.
fn type_name(heading: &Heading) -> Option<&str> {
    let title = title(heading);
    let name = ["class", "Class"]
        .iter()
        .find_map(|word| title.strip_suffix(word));
    let name = name.map_or(title, str::trim_end);
    let is_name =
        name.starts_with(char::is_uppercase) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then_some(name)
}

/// Whether code in the text of a heading declares a type of that name: `class Stack {`, `pub struct Stack;`.
fn declares_type(home: &Document, heading: &Heading, name: &str, sources: &Sources) -> bool {
    let blocks = starting_in(&home.spec.blocks, home.body(heading.section()), |block| {
        block.span.start
    });
    let code = blocks.iter().filter_map(|block| {
        let BlockKind::Code(code) = &block.kind else {
            return None;
        };
        Some(sources.slice(code.content))
    });
    code.flat_map(str::lines).any(|line| {
        let mut words = line
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .filter(|word| !word.is_empty());
        words.any(|word| matches!(word, "class" | "struct")) && words.next() == Some(name)
    })
}

/// What stands above signatures.
struct Above {
    /// The headings that have signatures below.
    leading: BTreeSet<Span>,
    /// The names of types that one of these headings alone has: not `Methods`.
    unique: BTreeSet<String>,
    /// The headings of these names below which stands a signature of a name that stands below another one too.
    repeated: BTreeSet<Span>,
}

impl Above {
    fn new(documents: &[Document]) -> Above {
        let mut leading = BTreeSet::new();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (_, home) in specs(documents) {
            let headings = &home.spec.headings;
            for heading in headings.iter().filter(|heading| spelled(heading).is_some()) {
                for above in ancestors(headings, heading).filter_map(|at| headings.get(at)) {
                    if leading.insert(above.span)
                        && let Some(name) = type_name(above)
                    {
                        *counts.entry(name.to_string()).or_default() += 1;
                    }
                }
            }
        }
        counts.retain(|_, count| *count == 1);
        let mut above = Above {
            leading,
            unique: counts.into_keys().collect(),
            repeated: BTreeSet::new(),
        };
        above.repeated = above.repeated(documents);
        above
    }

    fn repeated(&self, documents: &[Document]) -> BTreeSet<Span> {
        let mut places: BTreeMap<String, BTreeSet<Span>> = BTreeMap::new();
        for (_, home) in specs(documents) {
            let headings = &home.spec.headings;
            for heading in headings {
                let signature = heading.signature.as_deref();
                let object = self.object(headings, heading).and_then(|at| headings.get(at));
                if let Some(signature) = signature.filter(|found| !found.name.contains('.'))
                    && let Some(object) = object.filter(|object| type_name(object).is_some())
                {
                    places
                        .entry(signature.name.clone())
                        .or_default()
                        .insert(object.span);
                }
            }
        }
        let repeated = places.into_values().filter(|objects| objects.len() > 1);
        repeated.flatten().collect()
    }

    /// The innermost heading above another one that is about an object, or may be.
    fn object(&self, headings: &[Heading], heading: &Heading) -> Option<usize> {
        ancestors(headings, heading).find(|at| {
            let above = headings.get(*at);
            above.is_some_and(|above| {
                type_name(above).is_some_and(|name| self.unique.contains(name)) || class(above).is_some()
            })
        })
    }
}

/// The headings whose sections a heading is in, from the innermost.
fn ancestors<'h>(headings: &'h [Heading], heading: &Heading) -> impl Iterator<Item = usize> + 'h {
    std::iter::successors(heading.parent(), |at| headings.get(*at)?.parent())
}

/// What makes the object of a heading `Class Stack`, `Class: Stack` or `class Stack(capacity?)`; without parameters where
/// it names none.
fn class(heading: &Heading) -> Option<Signature> {
    let title = title(heading);
    let rest = title
        .strip_prefix("Class")
        .or_else(|| title.strip_prefix("class"))?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let name = rest.strip_prefix(' ')?.trim_start();
    let end = name
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(name.len());
    let (name, rest) = name.split_at(end);
    if !name.starts_with(char::is_uppercase) {
        return None;
    }
    // Parameters of types are nothing that a call gives.
    let rest = match rest.strip_prefix(['<', '[']) {
        Some(inner) => inner.split_once(['>', ']'])?.1.trim_start(),
        None => rest,
    };
    made(name, if rest.is_empty() { "()" } else { rest })
}

/// What a heading in the section of an object says of how that is made.
fn constructor(heading: &Heading, object: &str) -> Option<Signature> {
    let title = title(heading);
    let (called, rest) = title.split_at(title.find('(')?);
    let called = called.trim();
    let bare = called.strip_prefix("new ").unwrap_or(called);
    let own = match bare.strip_prefix(object) {
        Some("") => return made(object, rest),
        Some(rest) => rest.strip_prefix("::").or_else(|| rest.strip_prefix('.'))?,
        None => bare,
    };
    if MAKES.contains(&own) {
        made(object, rest)
    } else {
        None
    }
}

/// `Stack(…) → …` from what stands behind the name.
fn made(object: &str, rest: &str) -> Option<Signature> {
    let arrow_or_not = if arrow(rest).is_some() {
        String::new()
    } else {
        format!(" → {object}")
    };
    match parse(&collapse_whitespace(&format!("{object}{rest}{arrow_or_not}"))) {
        Parsed::Yes(mut found) => {
            if found.params.first().is_some_and(|first| first.name == "self") {
                found.params.remove(0);
            }
            Some(found)
        }
        Parsed::No | Parsed::Malformed(_) => None,
    }
}
