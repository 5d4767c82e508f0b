//! A program as one tree of code: built in a clean copy, with what it makes beside it, and held against its goldens.
//!
//! Scenarios play the built program, cases of operations inside it go through a driver that has the tree as its library.

use crate::files::FilesError;
use crate::harness::{Harness, Limits};
use crate::isolate::without_folder;
use crate::observe::{BuildStep, ObserveError, observe_until};
use crate::private::PrivateFolder;
use crate::scenario::golden::{
    ProgramRequest, ScenarioGolden, ScenarioOutcome, ScenarioResults, judge_scenarios, scenario_verdict,
    try_scenarios,
};
use crate::tool::Tool;
use ghostc_judge::{JudgedCase, Verdict, judge};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use walkdir::WalkDir;

const TREE: &str = "tree";
const BUILD: &str = "build";

/// The files of a program, by path.
type Tree = BTreeMap<String, String>;

/// How the code of a program is built and started, as plain data.
///
/// In the words of commands and the values of variables, `{tree}` stands for the absolute folder of its code, `{build}` for
/// one beside it that takes what building makes, and `{package}` for its name.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is called as a command.
    pub name: String,
    /// Commands that build it, run one after the other in the folder of its code.
    pub build: Vec<Vec<String>>,
    /// The command that starts it; its arguments follow.
    pub run: Vec<String>,
    /// Variables for these commands, beside the few that are passed on.
    pub env: BTreeMap<String, String>,
    /// Files in its tree that ghostc writes and no agent changes.
    pub scaffold: BTreeMap<String, String>,
    /// How long building may take, and what building and running may use.
    pub limits: Limits,
}

/// What code is held against.
#[derive(Clone, Debug, Default)]
pub struct Goldens {
    /// Cases of operations.
    pub cases: Vec<JudgedCase>,
    /// Scenarios.
    pub scenarios: Vec<ScenarioGolden>,
}

/// What became of a tree.
#[derive(Clone, Debug, Default)]
pub struct JudgedTree {
    /// The outcome.
    pub verdict: Verdict,
    /// The scenarios that passed only with a longer `t`, by their ids.
    pub unsteady: Vec<String>,
    /// What of the seal of scenarios could not be made, as words.
    pub unsealed: Option<String>,
}

impl JudgedTree {
    fn add(&mut self, other: JudgedTree) {
        self.verdict.add(other.verdict);
        self.unsteady.extend(other.unsteady);
        self.unsealed = self.unsealed.take().or(other.unsealed);
    }
}

/// Judges the code of a program: builds it, and holds it against all these goldens. Cases need a harness.
///
/// # Errors
/// Fails where the code does not build, and where the machine or a fake failed, so that there is no verdict.
pub fn judge_program(
    tree: &BTreeMap<String, String>,
    program: &Program,
    goldens: &Goldens,
    harness: Option<&Harness>,
    stop: &AtomicBool,
) -> Result<JudgedTree, ObserveError> {
    let built = BuiltProgram::build(program, tree, stop)?;
    let judge = TreeJudge {
        built: &built,
        tree,
        harness,
        stop,
    };
    judge.judge(&goldens.cases, &goldens.scenarios)
}

/// Judges the code of a program by its own goldens, and, where it meets these, by those of what was there before. The
/// verdict is on its own goldens alone as long as none of the others fails.
pub(crate) fn judge_slice(
    tree: &Tree,
    program: &Program,
    [own, earlier]: [(&[JudgedCase], &[ScenarioGolden]); 2],
    harness: &Harness,
    stop: &AtomicBool,
) -> Result<JudgedTree, ObserveError> {
    let built = BuiltProgram::build(program, tree, stop)?;
    let judge = TreeJudge {
        built: &built,
        tree,
        harness: Some(harness),
        stop,
    };
    let mut judged = judge.judge(own.0, own.1)?;
    let has_earlier = !earlier.0.is_empty() || !earlier.1.is_empty();
    if judged.verdict.is_pass() && has_earlier {
        let others = judge.judge(earlier.0, earlier.1)?;
        if !others.verdict.failures.is_empty() {
            judged.add(others);
        }
    }
    Ok(judged)
}

/// Which scenarios the code of a program passes as it is, in their order: each is played once. None, where it does not
/// build.
pub(crate) fn passing_scenarios(
    tree: &Tree,
    program: &Program,
    scenarios: &[ScenarioGolden],
    stop: &AtomicBool,
) -> Result<Vec<bool>, ObserveError> {
    let built = match BuiltProgram::build(program, tree, stop) {
        Err(ObserveError::Build { .. }) => return Ok(vec![false; scenarios.len()]),
        built => built?,
    };
    let goldens: Vec<&ScenarioGolden> = scenarios.iter().collect();
    let results = built.play(stop, |request| try_scenarios(&goldens, request));
    if stop.load(Ordering::Relaxed) {
        return Err(ObserveError::Stopped);
    }
    scenario_verdict(&goldens, &results)?;
    let outcomes = results.scenarios.iter();
    Ok(outcomes.map(|played| played.outcome.is_pass()).collect())
}

/// The hash of all that a verdict on a slice depends on besides its own changes, its cases and its harness.
pub(crate) fn program_digest(
    program: &Program,
    base: &Tree,
    own: &[ScenarioGolden],
    earlier: &[ScenarioGolden],
) -> String {
    let said = |scenarios: &[ScenarioGolden]| -> Vec<(String, bool, String)> {
        let each = scenarios.iter();
        each.map(|golden| (golden.id.clone(), golden.held_out, golden.digest.clone()))
            .collect()
    };
    let all = (
        &program.name,
        &program.build,
        &program.run,
        &program.env,
        &program.scaffold,
        base,
        said(own),
        said(earlier),
    );
    let mut hasher = blake3::Hasher::new();
    serde_json::to_writer(&mut hasher, &all).expect("a hasher takes every JSON value");
    hasher.finalize().to_hex().to_string()
}

/// Holds a built program against goldens.
struct TreeJudge<'a> {
    built: &'a BuiltProgram,
    tree: &'a Tree,
    harness: Option<&'a Harness>,
    stop: &'a AtomicBool,
}

impl TreeJudge<'_> {
    fn judge(&self, cases: &[JudgedCase], scenarios: &[ScenarioGolden]) -> Result<JudgedTree, ObserveError> {
        let mut judged = JudgedTree::default();
        if let Some(harness) = self.harness.filter(|_| !cases.is_empty()) {
            let is_own = |path: &&String| !harness.library.contains_key(*path);
            let code = self.tree.iter().filter(|(path, _)| is_own(path));
            let code = code.map(|(path, text)| (path.clone(), text.clone())).collect();
            let observed = observe_until(harness, &code, cases, self.stop)?;
            judged.verdict = judge(cases.iter().zip(observed.iter().map(Some)));
        } else {
            // Without a harness no case is asked, and what was not asked has failed.
            judged.verdict = judge(cases.iter().map(|case| (case, None)));
        }
        let goldens: Vec<&ScenarioGolden> = scenarios.iter().collect();
        let results = self
            .built
            .play(self.stop, |request| judge_scenarios(&goldens, request));
        if self.stop.load(Ordering::Relaxed) {
            return Err(ObserveError::Stopped);
        }
        let mut verdict = scenario_verdict(&goldens, &results)?;
        for failure in &mut verdict.failures {
            failure.actual = self.built.without_folders(&failure.actual);
        }
        let unsteady = goldens
            .iter()
            .zip(&results.scenarios)
            .filter(|(_, played)| matches!(played.outcome, ScenarioOutcome::Unsteady(_)));
        judged.add(JudgedTree {
            verdict,
            unsteady: unsteady.map(|(golden, _)| golden.id.clone()).collect(),
            unsealed: results.unsealed,
        });
        Ok(judged)
    }
}

/// A program that was built, in a folder of its own that is gone with it.
struct BuiltProgram {
    folder: PrivateFolder,
    argv: Vec<String>,
    env: BTreeMap<String, String>,
    limits: Limits,
}

impl BuiltProgram {
    /// Places the code with the scaffold over it, builds it, and takes from all of it the right to write.
    fn build(program: &Program, tree: &Tree, stop: &AtomicBool) -> Result<BuiltProgram, ObserveError> {
        let folder = PrivateFolder::create()?;
        let create = |name: &str| folder.held().create_folder(name);
        let (code, built, temporary) = (create(TREE)?, create(BUILD)?, create("tmp")?);
        let scaffold = &program.scaffold;
        let own = tree.iter().filter(|(path, _)| !scaffold.contains_key(*path));
        for (path, text) in own.chain(scaffold) {
            code.write(path, text.as_bytes())?;
        }
        let folders = [code.path(), built.path()];
        let fill = |word: &String| program.fill(word, folders);
        let variables = program.env.iter();
        let env: BTreeMap<String, String> = variables
            .map(|(name, value)| (name.clone(), fill(value)))
            .collect();
        let mut for_building =
            BTreeMap::from([("TMPDIR".to_string(), temporary.path().display().to_string())]);
        for_building.extend(env.clone());
        for argv in &program.build {
            let step = BuildStep {
                argv,
                filled: argv.iter().map(fill).collect(),
                folder: code.path(),
                hidden: &folders,
                env: &for_building,
                limits: program.limits,
            };
            step.run(stop)?;
        }
        let mut argv: Vec<String> = program.run.iter().map(fill).collect();
        let failed = |source| ObserveError::Program {
            argv: program.run.clone(),
            source: Arc::new(source),
        };
        // Programs run with another home, where a shim finds nothing.
        let file = Tool::find(&argv, &env).map_err(failed)?.file;
        if !file.is_absolute() {
            return Err(failed(io::ErrorKind::NotFound.into()));
        }
        if let Some(first) = argv.first_mut() {
            *first = file.display().to_string();
        }
        folders.into_iter().try_for_each(protect)?;
        Ok(BuiltProgram {
            folder,
            argv,
            env,
            limits: program.limits,
        })
    }

    /// A text with paths relative to the program's folders.
    fn without_folders(&self, text: &str) -> String {
        let folders = [TREE, BUILD].map(|name| self.folder.path().join(name));
        let folders = folders.iter();
        folders.fold(text.to_string(), |text, folder| without_folder(&text, folder))
    }

    fn play(
        &self,
        stop: &AtomicBool,
        play: impl FnOnce(&ProgramRequest<'_>) -> ScenarioResults,
    ) -> ScenarioResults {
        play(&ProgramRequest {
            program: &self.argv,
            env: &self.env,
            frozen: Some(self.folder.path()),
            limits: self.limits.resources,
            keep: None,
            stop,
        })
    }
}

impl Program {
    /// A word with what its placeholders stand for, in one pass, so that a folder that is called like one stays as it is.
    fn fill(&self, word: &str, [tree, build]: [&Path; 2]) -> String {
        let values = [
            ("tree}", tree.display().to_string()),
            ("build}", build.display().to_string()),
            ("package}", self.name.clone()),
        ];
        let (mut filled, mut rest) = (String::new(), word);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let found = values
                .iter()
                .find_map(|(name, value)| Some((after.strip_prefix(name)?, value.as_str())));
            let (left, value) = found.unwrap_or((after, "{"));
            filled.push_str(value);
            rest = left;
        }
        filled + rest
    }
}

/// Takes the right to write from all that is in a folder.
fn protect(folder: &Path) -> Result<(), FilesError> {
    for entry in WalkDir::new(folder).contents_first(true) {
        let entry = entry.map_err(|error| FilesError::of("read", folder)(error.into()))?;
        if entry.file_type().is_symlink() {
            continue;
        }
        let path = entry.path();
        let metadata = entry
            .metadata()
            .map_err(|error| FilesError::of("read", path)(error.into()))?;
        let mode = fs::Permissions::from_mode(metadata.permissions().mode() & !0o222);
        fs::set_permissions(path, mode).map_err(FilesError::of("protect", path))?;
    }
    Ok(())
}
