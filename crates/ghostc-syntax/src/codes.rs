//! The table of diagnostic codes that reading text can raise, each with the text that `ghostc explain` prints.
//!
//! A code's explanation is the Markdown file `codes/<name>.md`; its examples are run as tests.

use crate::diagnostic::Severity;

/// A kind of finding: a stable kebab-case name, its usual severity, and its explanation in Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The name that people see and settings use.
    pub name: &'static str,
    /// How bad it is unless settings say otherwise.
    pub severity: Severity,
    /// What it means, with an example, in Markdown.
    pub explanation: &'static str,
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
    INVALID_FRONT_MATTER = Error "invalid-front-matter";
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
    YAML_ANCHOR = Error "yaml-anchor";
}
