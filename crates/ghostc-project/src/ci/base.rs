//! The base of a change: the commit that it is compared with, from what is asked for, what a CI service says, or the
//! usual branches.

use crate::failure::Failure;
use crate::host::Host;
use crate::repository::Repository;
use serde_json::Value;
use std::path::Path;

/// What a service names where there is no commit, as for a branch that is new.
const NOTHING: char = '0';
/// Digits of a commit that people are shown.
const SHORT: usize = 8;
/// What to do where the base was not fetched.
const FETCH: &str = "fetch the history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab";

/// What a change is compared with.
pub(super) enum Base {
    /// A commit.
    At {
        /// Its name, for git.
        commit: String,
        /// Its name for people: a branch, or a short hash.
        name: String,
    },
    /// Nothing, and why.
    Unknown(String),
}

/// Names of one commit that may be the base, the best first.
#[derive(Debug, PartialEq, Eq)]
struct BaseCandidate {
    names: Vec<String>,
    /// Its name for people.
    shown: String,
    /// Whether a service says that it is the base, and not where to look for one.
    said: bool,
}

impl BaseCandidate {
    /// A branch: as it was fetched, else as it is here.
    fn branch(name: &str, said: bool) -> BaseCandidate {
        BaseCandidate {
            names: vec![format!("origin/{name}"), name.to_string()],
            shown: name.to_string(),
            said,
        }
    }

    fn commit(hash: &str) -> Option<BaseCandidate> {
        let is_there = !hash.is_empty() && !hash.chars().all(|digit| digit == NOTHING);
        is_there.then(|| BaseCandidate {
            names: vec![hash.to_string()],
            shown: hash.chars().take(SHORT).collect(),
            said: true,
        })
    }
}

/// Finds the base. What people know that it is: where `HEAD` parted from what is named.
///
/// # Errors
/// Fails where a base is asked for that is no commit, in a repository that has its whole history.
pub(super) fn find(asked: Option<&str>, git: &Repository, host: &Host) -> Result<Base, Failure> {
    let shallow = || git.is_shallow().unwrap_or(false);
    if let Some(asked) = asked {
        return match git.commit(asked).ok() {
            Some(commit) => Ok(parting(&commit, asked, git).unwrap_or(Base::At {
                commit,
                name: asked.to_string(),
            })),
            None if shallow() => Ok(Base::Unknown(format!("`{asked}` was not fetched; {FETCH}"))),
            None => Err(Failure::usage(format!("no commit is named `{asked}`"))
                .help("Name a branch, a tag or a commit of this repository with `--base`.")),
        };
    }
    if git.place().is_none() {
        return Ok(Base::Unknown("this is no git repository".to_string()));
    }
    let variable = |name: &str| host.environment.text(name).filter(|value| !value.is_empty());
    let event = variable("GITHUB_EVENT_PATH");
    let event = event.and_then(|path| host.files.read_text(Path::new(&path)).ok());
    let event: Value = event
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    for candidate in candidates(&variable, &event) {
        let found = candidate.names.iter().find_map(|name| git.commit(name).ok());
        match found {
            Some(commit) => {
                if let Some(base) = parting(&commit, &candidate.shown, git) {
                    return Ok(base);
                }
            }
            None if candidate.said && shallow() => {
                return Ok(Base::Unknown(format!(
                    "{} was not fetched; {FETCH}",
                    candidate.shown
                )));
            }
            None => {}
        }
        // A base that is there and has no history in common with what is here was cut off from it.
        if candidate.said && shallow() {
            return Ok(Base::Unknown(format!("the history is cut off; {FETCH}")));
        }
    }
    Ok(Base::Unknown(
        "no base was found; name one with `--base`".to_string(),
    ))
}

/// Where `HEAD` parted from a commit.
fn parting(commit: &str, shown: &str, git: &Repository) -> Option<Base> {
    let commit = git.parting(commit, "HEAD").ok()?;
    let name = shown.to_string();
    Some(Base::At { commit, name })
}

/// What the base may be, the surest first: what GitHub says, what GitLab says, then the default branch.
fn candidates(variable: &dyn Fn(&str) -> Option<String>, event: &Value) -> Vec<BaseCandidate> {
    let branch = |name: &str| variable(name).map(|branch| BaseCandidate::branch(&branch, true));
    let commit = |name: &str| variable(name).and_then(|hash| BaseCandidate::commit(&hash));
    let payload = |pointer: &str| BaseCandidate::commit(event.pointer(pointer)?.as_str()?);
    let mut found: Vec<BaseCandidate> = Vec::new();
    found.extend(branch("GITHUB_BASE_REF").map(|mut base| {
        let hash = event.pointer("/pull_request/base/sha").and_then(Value::as_str);
        base.names.extend(hash.map(str::to_string));
        base
    }));
    found.extend(payload("/merge_group/base_sha"));
    found.extend(commit("GITHUB_EVENT_BEFORE").or_else(|| payload("/before")));
    found.extend(
        commit("CI_MERGE_REQUEST_DIFF_BASE_SHA").map(|base| BaseCandidate {
            shown: variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME").unwrap_or(base.shown),
            ..base
        }),
    );
    found.extend(branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"));
    found.extend(commit("CI_COMMIT_BEFORE_SHA"));
    found.extend(variable("CI_DEFAULT_BRANCH").map(|name| BaseCandidate::branch(&name, false)));
    found.push(BaseCandidate {
        names: vec!["origin/HEAD".to_string()],
        shown: "the default branch".to_string(),
        said: false,
    });
    found.extend(["main", "master"].map(|name| BaseCandidate::branch(name, false)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(variables: &[(&str, &str)], event: &Value) -> Vec<(String, String)> {
        let variable = |name: &str| {
            let set = variables.iter().find(|(known, _)| *known == name);
            set.map(|(_, value)| (*value).to_string())
        };
        let said = candidates(&variable, event)
            .into_iter()
            .filter(|candidate| candidate.said);
        said.map(|candidate| (candidate.shown, candidate.names.join(" ")))
            .collect()
    }

    fn one(shown: &str, names: &str) -> Vec<(String, String)> {
        vec![(shown.to_string(), names.to_string())]
    }

    const OLD: &str = "0123456789abcdef0123456789abcdef01234567";
    const NEW_BRANCH: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn github_names_the_branch_of_a_pull_request_and_what_a_push_replaced() {
        let event = json!({ "pull_request": { "base": { "sha": OLD } } });
        assert_eq!(
            found(&[("GITHUB_BASE_REF", "main")], &event),
            one("main", &format!("origin/main main {OLD}"))
        );
        assert_eq!(
            found(&[], &json!({ "before": OLD, "after": "x" })),
            one("01234567", OLD)
        );
        assert_eq!(
            found(&[("GITHUB_EVENT_BEFORE", OLD)], &json!({})),
            one("01234567", OLD)
        );
        assert_eq!(
            found(&[], &json!({ "merge_group": { "base_sha": OLD } })),
            one("01234567", OLD)
        );
        assert_eq!(found(&[], &json!({ "before": NEW_BRANCH })), []);
    }

    #[test]
    fn gitlab_names_the_base_of_a_merge_request_and_what_a_push_replaced() {
        let request = [
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", OLD),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "trunk"),
            ("CI_COMMIT_BEFORE_SHA", NEW_BRANCH),
        ];
        let expected = [one("trunk", OLD), one("trunk", "origin/trunk trunk")].concat();
        assert_eq!(found(&request, &json!(null)), expected);
        assert_eq!(
            found(&[("CI_COMMIT_BEFORE_SHA", OLD)], &json!(null)),
            one("01234567", OLD)
        );
        assert_eq!(found(&[("CI_COMMIT_BEFORE_SHA", NEW_BRANCH)], &json!(null)), []);
    }

    #[test]
    fn without_a_service_the_usual_branches_are_tried() {
        let names: Vec<String> = candidates(&|_| None, &json!(null))
            .into_iter()
            .flat_map(|candidate| candidate.names)
            .collect();
        assert_eq!(
            names,
            ["origin/HEAD", "origin/main", "main", "origin/master", "master"]
        );
    }
}
