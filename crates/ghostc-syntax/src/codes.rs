//! The table of diagnostic codes that reading text can raise, each with the text that `ghostc explain` prints.
//!
//! A code's explanation is the Markdown file `codes/<name>.md`; its examples are run as tests.

/// A kind of finding: a stable kebab-case name, its usual severity, and its explanation in Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The name that people see and settings use.
    pub name: &'static str,
    /// How bad it is unless settings say otherwise.
    pub severity: Severity,
    /// What it is about.
    pub group: Group,
    /// Whether it is shown unless settings turn it off; else only where they give it a level.
    pub on: bool,
    /// What it means, with an example, in Markdown.
    pub explanation: &'static str,
}

/// How bad a finding is. Errors stop a build; the others do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The spec cannot be compiled as it is.
    Error,
    /// It compiles, and is probably not what was meant.
    Warning,
    /// Something a reader should know, such as a choice that was made for them.
    Note,
}

impl Severity {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// What a finding is about; settings may give a level to a whole group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// It cannot mean what it says.
    Correctness,
    /// Two places say different things.
    Consistency,
    /// Something is asked for and never shown or done.
    Coverage,
    /// A reader may take it in two ways.
    Clarity,
}

impl Group {
    /// All of them.
    pub const ALL: [Group; 4] = [
        Group::Correctness,
        Group::Consistency,
        Group::Coverage,
        Group::Clarity,
    ];

    /// The word used in settings and every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Correctness => "correctness",
            Group::Consistency => "consistency",
            Group::Coverage => "coverage",
            Group::Clarity => "clarity",
        }
    }
}

/// Declares constants of type [`Code`] and an array `ALL` of them; explanations are files in `../codes`.
#[macro_export]
macro_rules! codes {
    ($($constant:ident = $severity:ident $name:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: see its explanation.")]
            pub const $constant: $crate::Code = $crate::Code {
                name: $name,
                severity: $crate::Severity::$severity,
                group: $crate::codes::Group::Correctness,
                on: true,
                explanation: include_str!(concat!("../codes/", $name, ".md")),
            };
        )*
        /// Every code declared here.
        pub const ALL: &[$crate::Code] = &[$($constant),*];
    };
}

codes! {
    AMBIGUOUS_SCALAR = Warning "ambiguous-scalar";
    DUPLICATE_KEY = Error "duplicate-key";
    EXAMPLE_NOT_UNDERSTOOD = Note "example-not-understood";
    FILE_TOO_LARGE = Error "file-too-large";
    FOREIGN_CASES = Error "foreign-cases";
    INVALID_FRONT_MATTER = Error "invalid-front-matter";
    INVALID_JSON = Error "invalid-json";
    INVALID_VALUE = Error "invalid-value";
    INVALID_YAML = Error "invalid-yaml";
    MALFORMED_SIGNATURE = Error "malformed-signature";
    NESTING_TOO_DEEP = Error "nesting-too-deep";
    NO_EXPECTATION = Error "no-expectation";
    NOT_UTF8 = Error "not-utf8";
    OUTPUT_AND_ERROR = Error "output-and-error";
    UNCLOSED_FENCE = Error "unclosed-fence";
    UNEXPECTED_SHAPE = Error "unexpected-shape";
    UNKNOWN_KEY = Error "unknown-key";
    UNREADABLE_FILE = Error "unreadable-file";
    UNRESOLVED_MERGE = Error "unresolved-merge";
    YAML_ANCHOR = Error "yaml-anchor";
}
