//! What a value must be.

use super::Lapse;
use super::text::Text;
use crate::source::Span;
use crate::value::Value;

/// What a value must be, and where that is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// What it must be.
    pub kind: PatternKind,
    /// Where that is written.
    pub span: Span,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternKind {
    /// This text, in which `[..]` stands for anything on a line and a line of `...` for any lines. One that is a variable
    /// alone is its value, whatever that is.
    Text(Text),
    /// This null, boolean or number.
    Value(Value),
    /// So many milliseconds, as a number: `{ $ms: 2t }`.
    Milliseconds(Lapse),
    /// An object with these members.
    Object {
        /// What they must be, by name.
        fields: Vec<(String, Pattern)>,
        /// Whether there may be no others, here and in all objects below.
        exactly: bool,
    },
    /// A list of these items, and no others.
    List {
        /// What they must be.
        items: Vec<Pattern>,
        /// Whether they may be in another order.
        unordered: bool,
    },
    /// `$capture`: anything, or what is said besides; it becomes a variable.
    Capture {
        /// The variable.
        name: String,
        /// What it must be.
        inner: Option<Box<Pattern>>,
    },
    /// `$type`: anything of a kind.
    Type(JsonType),
    /// `$re`: a text with a part that this regular expression matches; its named groups become variables.
    Regex(String),
    /// `$in`, `$one_of`: one of these.
    OneOf(Vec<Pattern>),
    /// `$schema`: what this JSON Schema allows.
    Schema(Value),
    /// `$absent`: nothing. It is for members of objects.
    Absent,
}

/// The kinds of JSON values, by the names of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// `string`
    String,
    /// `integer`: a number without a fraction.
    Integer,
    /// `number`
    Number,
    /// `boolean`
    Boolean,
    /// `null`
    Null,
    /// `object`
    Object,
    /// `array`
    Array,
}

impl JsonType {
    /// All of them, with their names.
    pub const ALL: [(&'static str, JsonType); 7] = [
        ("string", JsonType::String),
        ("integer", JsonType::Integer),
        ("number", JsonType::Number),
        ("boolean", JsonType::Boolean),
        ("null", JsonType::Null),
        ("object", JsonType::Object),
        ("array", JsonType::Array),
    ];

    /// Whether a value is of this kind.
    pub fn takes(self, value: &Value) -> bool {
        match (self, value) {
            (JsonType::Integer, Value::Number(number)) => number.is_integer(),
            (JsonType::String, Value::String(_))
            | (JsonType::Number, Value::Number(_))
            | (JsonType::Boolean, Value::Bool(_))
            | (JsonType::Null, Value::Null)
            | (JsonType::Object, Value::Object(_))
            | (JsonType::Array, Value::Array(_)) => true,
            _ => false,
        }
    }
}
