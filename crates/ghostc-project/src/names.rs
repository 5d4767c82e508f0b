//! Names of files that a project has.

/// The settings.
pub const SETTINGS: &str = "ghostc.yaml";
/// What was accepted.
pub const LOCK: &str = "ghostc.lock";
