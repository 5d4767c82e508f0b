//! The base of a change: the commit that it is compared with, from what is asked for, what a CI service says, or the
//! usual branches. A base that cannot be found is a failure, so that a gate never passes what it did not see.

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
const FETCH: &str = "Fetch the history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` in GitLab, `git fetch --unshallow` by hand.";
/// What to do where no base is known.
const NAME: &str = "Name a branch, a tag or a commit of this repository with `--base`.";

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
    Unknown(Failure),
}

/// Names of one commit that may be the base, the best first.
#[derive(Debug, PartialEq, Eq)]
struct BaseCandidate {
    names: Vec<String>,
    /// Its name for people.
    shown: String,
    /// Whether a service says that it is the base, and not where to look for one.
    is_certain: bool,
    /// Whether it is what `HEAD` replaced, and not the branch that `HEAD` parted from.
    replaced: bool,
}

impl BaseCandidate {
    /// A branch: as it was fetched, else as it is here.
    fn branch(name: &str, is_certain: bool) -> BaseCandidate {
        BaseCandidate {
            names: vec![format!("origin/{name}"), name.to_string()],
            shown: name.to_string(),
            is_certain,
            replaced: false,
        }
    }

    fn commit(hash: &str) -> Option<BaseCandidate> {
        let is_there = !hash.is_empty() && !hash.chars().all(|digit| digit == NOTHING);
        is_there.then(|| BaseCandidate {
            names: vec![hash.to_string()],
            shown: short(hash),
            is_certain: true,
            replaced: false,
        })
    }

    /// What a push replaced.
    fn before(hash: &str) -> Option<BaseCandidate> {
        BaseCandidate::commit(hash).map(|base| BaseCandidate {
            replaced: true,
            ..base
        })
    }
}

/// The first digits of a commit.
fn short(hash: &str) -> String {
    hash.chars().take(SHORT).collect()
}

/// Finds the base: where `HEAD` parted from what is named.
pub(super) fn find(asked: Option<&str>, git: &Repository, host: &Host) -> Base {
    let found = git.require().and_then(|()| {
        let search = Search {
            head: git
                .commit("HEAD")
                .map_err(|failure| failure.help("Commit something first."))?,
            branch: git.branch(),
            is_shallow: git.is_shallow()?,
            git,
        };
        match asked {
            Some(asked) => search.named(asked),
            None => search.usual(host),
        }
    });
    let (commit, name) = match found {
        Ok(found) => found,
        Err(failure) => return Base::Unknown(failure),
    };
    Base::At { commit, name }
}

/// A commit and its name for people.
type Found = (String, String);

/// What a base is looked for with.
struct Search<'g> {
    git: &'g Repository,
    /// The commit that is checked out.
    head: String,
    /// The branch that is checked out; nothing where it is a commit alone.
    branch: Option<String>,
    /// Whether the history was fetched in part.
    is_shallow: bool,
}

impl Search<'_> {
    /// The base that a person names.
    fn named(&self, asked: &str) -> Result<Found, Failure> {
        let commit = self.git.commit(asked).map_err(|failure| {
            if self.is_shallow {
                too_short(&format!("`{asked}` was not fetched"))
            } else {
                let words = failure
                    .git_words()
                    .map_or_else(String::new, |words| format!("; git says: {words}"));
                Failure::usage(format!("no commit is named `{asked}`{words}")).help(NAME)
            }
        })?;
        let parting = match self.git.parting(&commit, &self.head) {
            Ok(parting) => parting,
            Err(_) if self.is_shallow => {
                return Err(too_short(&format!(
                    "the history is cut off before `HEAD` parted from `{asked}`"
                )));
            }
            Err(_) => commit,
        };
        if self.is_itself(&parting, asked) {
            return Err(Failure::usage(format!(
                "`{asked}` is what is checked out: nothing would be compared"
            ))
            .help("Name the commit before the change with `--base`, such as `HEAD~1`."));
        }
        Ok((parting, asked.to_string()))
    }

    /// The base that a service names, or that the usual branches are.
    fn usual(&self, host: &Host) -> Result<Found, Failure> {
        let variable = |name: &str| host.environment.text(name).filter(|value| !value.is_empty());
        let event = variable("GITHUB_EVENT_PATH");
        let event = event.and_then(|path| host.files.read_text(Path::new(&path)).ok());
        let event: Value = event
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        let first = self.git.setting("init.defaultBranch");
        for candidate in candidates(&variable, &event, first.as_deref()) {
            let found = candidate
                .names
                .iter()
                .find_map(|name| Some((name, self.git.commit(name).ok()?)));
            let Some((name, commit)) = found else {
                if candidate.is_certain && self.is_shallow {
                    return Err(too_short(&format!("{} was not fetched", candidate.shown)));
                }
                continue;
            };
            let parting = if candidate.replaced {
                Some(commit)
            } else {
                self.git.parting(&commit, &self.head).ok()
            };
            let Some(parting) = parting else {
                // A base that is there and has no history in common with what is here was cut off from it.
                if self.is_shallow {
                    return Err(too_short("the history is cut off"));
                }
                continue;
            };
            if !self.is_itself(&parting, name) {
                return Ok((parting, candidate.shown));
            }
            if !candidate.is_certain {
                return self.parent();
            }
        }
        Err(Failure::usage("no base was found to compare with").help(NAME))
    }

    /// Whether a base is what is checked out, so that nothing could differ: a branch that parted from it and has no commit
    /// yet is not.
    fn is_itself(&self, parting: &str, name: &str) -> bool {
        let is_other = |branch: &String| {
            let named = name.strip_prefix("origin/").unwrap_or(name);
            named != "HEAD" && named != branch && self.git.is_branch(name)
        };
        let is_other = match name {
            "origin/HEAD" => self.branch.as_ref().is_some_and(|branch| {
                let default = self.git.target_of("refs/remotes/origin/HEAD");
                default.is_some_and(|default| default != format!("refs/remotes/origin/{branch}"))
            }),
            _ => self.branch.as_ref().is_some_and(is_other),
        };
        parting == self.head && !is_other
    }

    /// The commit before the one that is checked out, of the branch that this was merged into; before the first commit
    /// there was nothing.
    fn parent(&self) -> Result<Found, Failure> {
        match self.git.commit("HEAD^1") {
            Ok(parent) => {
                let name = short(&parent);
                Ok((parent, name))
            }
            Err(_) if self.is_shallow => Err(too_short("the commit before `HEAD` was not fetched")),
            Err(_) => Ok((self.git.empty_tree()?, "the first commit".to_string())),
        }
    }
}

/// The history that would show the base is not here.
fn too_short(why: &str) -> Failure {
    Failure::machine(format!("{why}: this clone is shallow")).help(FETCH)
}

/// What the base may be, the surest first: what GitHub says, what GitLab says, then the default branch. `first` is the name
/// that git gives to the first branch of new repositories.
fn candidates(
    variable: &dyn Fn(&str) -> Option<String>,
    event: &Value,
    first: Option<&str>,
) -> Vec<BaseCandidate> {
    let branch = |name: &str| variable(name).map(|branch| BaseCandidate::branch(&branch, true));
    let commit = |name: &str| variable(name).and_then(|hash| BaseCandidate::commit(&hash));
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let mut found: Vec<BaseCandidate> = Vec::new();
    found.extend(branch("GITHUB_BASE_REF").map(|mut base| {
        base.names
            .extend(text("/pull_request/base/sha").map(str::to_string));
        base
    }));
    found.extend(text("/merge_group/base_sha").and_then(BaseCandidate::commit));
    let before = variable("GITHUB_EVENT_BEFORE").and_then(|hash| BaseCandidate::before(&hash));
    found.extend(before.or_else(|| BaseCandidate::before(text("/before")?)));
    found.extend(
        commit("CI_MERGE_REQUEST_DIFF_BASE_SHA").map(|base| BaseCandidate {
            shown: variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME").unwrap_or(base.shown),
            ..base
        }),
    );
    found.extend(branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"));
    found.extend(variable("CI_COMMIT_BEFORE_SHA").and_then(|hash| BaseCandidate::before(&hash)));
    let default = text("/repository/default_branch").map(str::to_string);
    let default = default.into_iter().chain(variable("CI_DEFAULT_BRANCH"));
    found.extend(default.map(|name| BaseCandidate::branch(&name, false)));
    found.push(BaseCandidate {
        names: vec!["origin/HEAD".to_string()],
        shown: "the default branch".to_string(),
        is_certain: false,
        replaced: false,
    });
    found.extend(first.map(|name| BaseCandidate::branch(name, false)));
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
        let certain = candidates(&variable, event, None)
            .into_iter()
            .filter(|candidate| candidate.is_certain);
        certain
            .map(|candidate| (candidate.shown, candidate.names.join(" ")))
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
        let names: Vec<String> = candidates(&|_| None, &json!(null), Some("trunk"))
            .into_iter()
            .flat_map(|candidate| candidate.names)
            .collect();
        assert_eq!(
            names,
            [
                "origin/HEAD",
                "origin/trunk",
                "trunk",
                "origin/main",
                "main",
                "origin/master",
                "master"
            ]
        );
    }
}
