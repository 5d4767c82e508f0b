//! Arguments that every command has.

use clap::{Args, ValueEnum};
use ghostc_project::{Failure, Gate};
use std::path::PathBuf;

/// Options that stand before or after any command.
#[derive(Args, Debug)]
pub(crate) struct Global {
    /// How to print results
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// When to colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Print less: findings and results only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Print more: what agents say, and what was left alone
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// The project's folder, instead of the nearest one with a ghostc.yaml
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs: one object, or one event a line for build
    Json,
    /// Annotations for GitHub Actions
    Github,
    /// A Code Quality report for GitLab
    Gitlab,
    /// A log for code scanning and editors: SARIF 2.1.0
    Sarif,
    /// A test report for CI servers: XML
    Junit,
    /// A comment or a summary: GitHub Flavored Markdown
    Markdown,
    /// One page for a browser, with both states side by side
    Html,
    /// Entries for a changelog: Keep a Changelog
    Changelog,
    /// A table for spreadsheets: RFC 4180
    Csv,
    /// Graphviz
    Dot,
    /// Mermaid
    Mermaid,
}

/// When to colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Makes the choice hold for both output streams.
    pub(crate) fn write_global(self) {
        match self {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

impl Global {
    /// The same arguments for a command within a command, which tells nothing but errors.
    pub(crate) fn silenced(&self) -> Global {
        Global {
            format: None,
            color: self.color,
            quiet: true,
            verbose: false,
            project: self.project.clone(),
        }
    }

    /// The format asked for, if this command has it.
    pub(crate) fn format(&self, known: &[Format]) -> Result<Format, Failure> {
        let format = self.format.unwrap_or(Format::Text);
        if format == Format::Text || known.contains(&format) {
            return Ok(format);
        }
        let names: Vec<String> = std::iter::once(&Format::Text)
            .chain(known)
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_string()))
            .collect();
        Err(Failure::usage("this command does not have that format")
            .help(format!("Use one of: {}.", names.join(", "))))
    }
}

/// What makes a command fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "kebab-case")]
pub(crate) enum GateArg {
    /// A breaking change
    Breaking,
    /// A breaking or additive change
    Additive,
    /// Any change
    Any,
    /// A change whose rule is at the level `error`
    Error,
    /// A change whose rule is at the level `error` or `warning`
    Warning,
}

impl From<GateArg> for Gate {
    fn from(gate: GateArg) -> Gate {
        match gate {
            GateArg::Breaking => Gate::Breaking,
            GateArg::Additive => Gate::Additive,
            GateArg::Any => Gate::Any,
            GateArg::Error => Gate::Error,
            GateArg::Warning => Gate::Warning,
        }
    }
}
