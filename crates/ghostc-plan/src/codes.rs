//! The table of the diagnostic codes of planning and targets.

pub use ghostc_syntax::codes::INVALID_VALUE;

ghostc_syntax::codes! {
    CYCLIC_DEPENDENCY = Error "cyclic-dependency";
    DROPPED_EDGE = Note "dropped-edge";
    INVALID_TARGET = Error "invalid-target";
    UNBUILT_STATEMENTS = Error "unbuilt-statements";
    UNCOVERED_SECTION = Error "uncovered-section";
}
