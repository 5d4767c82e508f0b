//! What templates of targets can name: the variables of link files, tests, drivers, paths and conventions.

use ghostc_spec::template::TemplateValue;
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct TargetPackageContext {
    pub(super) name: String,
    pub(super) module: String,
    /// What its program is called on the command line.
    pub(super) command: String,
    pub(super) version: Option<String>,
    pub(super) title: String,
}

#[derive(Serialize)]
pub(super) struct TargetNameContext<'t> {
    pub(super) name: &'t str,
    pub(super) title: &'t str,
}

#[derive(Serialize)]
pub(super) struct ConventionsContext<'t> {
    pub(super) package: TargetPackageContext,
    pub(super) target: TargetNameContext<'t>,
}

#[derive(Serialize)]
pub(super) struct PathContext {
    pub(super) package: TargetPackageContext,
    pub(super) operation: OperationContext,
}

#[derive(Serialize)]
pub(super) struct LinkContext {
    pub(super) package: TargetPackageContext,
    /// The functions.
    pub(super) operations: Vec<OperationContext>,
    pub(super) objects: Vec<ObjectContext>,
}

#[derive(Serialize)]
pub(super) struct ObjectContext {
    pub(super) name: String,
    /// Its name as a type of the language.
    pub(super) class: String,
    pub(super) module: String,
    pub(super) signature: String,
    pub(super) summary: String,
    /// What it is made with.
    pub(super) params: Vec<ParamContext>,
    pub(super) methods: Vec<OperationContext>,
    pub(super) cases: Vec<CaseContext>,
}

#[derive(Serialize)]
pub(super) struct OperationContext {
    pub(super) name: String,
    pub(super) function: String,
    pub(super) module: String,
    pub(super) signature: String,
    pub(super) summary: String,
    pub(super) params: Vec<ParamContext>,
    pub(super) cases: Vec<CaseContext>,
}

#[derive(Serialize)]
pub(super) struct ParamContext {
    pub(super) name: String,
    pub(super) ident: String,
    pub(super) optional: bool,
}

/// One step of a case.
#[derive(Serialize)]
pub(super) struct StepContext {
    /// What is called, as the case writes it.
    pub(super) called: String,
    /// Whether it makes an object.
    pub(super) makes: bool,
    /// The name in the language of the object that it is called on.
    pub(super) on: Option<String>,
    /// The type of the object that is made, or whose method it is.
    pub(super) class: Option<String>,
    /// The function or method.
    pub(super) function: String,
    pub(super) module: String,
    pub(super) params: Vec<ParamContext>,
    /// The arguments, with the names in the language of the objects among them.
    pub(super) input: TemplateValue,
    #[serde(flatten)]
    pub(super) expected: ExpectedContext,
    /// The name in the language of the object that it gives.
    pub(super) keep: Option<String>,
}

#[derive(Serialize)]
pub(super) struct CaseContext {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) test: String,
    pub(super) input: TemplateValue,
    pub(super) steps: Vec<StepContext>,
    #[serde(flatten)]
    pub(super) expected: ExpectedContext,
    pub(super) requirement: Option<String>,
}

/// What is expected of a case or of one of its steps.
#[derive(Serialize)]
pub(super) struct ExpectedContext {
    pub(super) output: TemplateValue,
    pub(super) has_output: bool,
    pub(super) any_of: Option<Vec<TemplateValue>>,
    pub(super) error: Value,
    pub(super) approx: Option<f64>,
    pub(super) exact: bool,
    pub(super) matches: Option<String>,
}
