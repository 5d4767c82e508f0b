//! Attempts that fail, and what the next one starts from.

use super::*;

#[test]
fn a_failed_attempt_is_repaired_in_a_new_workspace_with_its_files() {
    let mut project = Project::new();
    let mut job = job(
        "a",
        "printf bad > a.txt; mkdir cache; touch cache/x; printf x >> README",
    );
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    job.workspace = map(&[("README", "placed")]);
    job.repair = Arc::new(move |request| {
        assert_eq!((request.attempt, request.files), (2, &map(&[("a.txt", "bad")])));
        told.lock().unwrap().push(kind(request.last));
        "test $(cat README) = placed && ! test -e cache && test $(cat a.txt) = bad && printf good > a.txt"
            .into()
    });
    assert_eq!(end(&project.build_one(job.clone())), "passed 2");
    job.key = "other".into();
    job.prompt = "printf bad > a.txt; mkdir cache; touch cache/x".into();
    assert_eq!(end(&project.build_one(job)), "passed 2");
    let refused = "changed files outside its paths: `README`";
    assert_eq!(*seen.lock().unwrap(), [refused, "judged 0/2"]);
    assert_eq!(
        project.log,
        [
            "a: implement 1",
            "a: judging",
            "a: 1 judged 0/2",
            "a: repair 2",
            "a: judging",
            "a: passed 2"
        ]
    );
}

#[test]
fn an_agent_that_replaces_its_folder_reaches_nothing_of_the_users() {
    let mut project = Project::new();
    let mine = project.path("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("a.txt"), "good").unwrap();
    let mine = mine.display().to_string();
    let takes = [
        "cd ..; mv workspace moved; ln -s MINE workspace",
        "cd ../..; mv $(dirname $OLDPWD) moved-$$ && ln -s MINE $(dirname $OLDPWD)",
        "ln MINE/a.txt a.txt",
    ];
    for (take, why) in takes.iter().zip([
        "replaced its folder",
        "replaced its folder",
        "made links or special files: `a.txt`",
    ]) {
        let mut job = job(
            "a",
            &take
                .replace("MINE", &mine)
                .replace("moved-$$", &format!("{mine}/../moved")),
        );
        job.key = (*take).into();
        assert_eq!(end(&project.build_one(job)), "passed 2", "{take}");
        assert!(project.log.contains(&format!("a: 1 {why}")), "{:?}", project.log);
        assert_eq!(fs::read_to_string(project.path("mine/a.txt")).unwrap(), "good");
        assert_eq!(fs::read_dir(project.path("mine")).unwrap().count(), 1);
        assert!(!project.path("moved").exists());
    }
}

#[test]
fn a_workspace_has_the_folders_that_its_files_go_to() {
    let mut project = Project::new();
    let mut job = job("a", "printf good > deep/er/a.txt && printf x > other/b.txt");
    job.module = "deep/er/a.txt".into();
    job.may_write = vec!["deep/er/a.txt".into(), "other/*.txt".into()];
    job.cases = vec![case("deep/er/a.txt", "good", false)];
    assert_eq!(end(&project.build_one(job)), "passed 1");
}

#[test]
fn code_that_does_not_build_is_repaired_with_the_output() {
    let mut project = Project::new();
    assert_eq!(
        end(&project.build_one(job("a", "printf unbuildable > a.txt"))),
        "passed 2"
    );
    assert!(
        project.log.contains(&"a: 1 not built: a.txt".to_string()),
        "{:?}",
        project.log
    );
}

#[test]
fn what_is_not_taken_is_repaired() {
    for (script, why) in [
        ("true", "wrote no file"),
        (
            "printf good > a.txt; echo x > b.txt; echo x > README",
            "changed files outside its paths: `b.txt`, `README`",
        ),
        (
            "ln -s /etc/hostname a.txt",
            "made links or special files: `a.txt`",
        ),
        (
            "printf '\\377' > a.txt",
            "wrote files that are not UTF-8 text: `a.txt`",
        ),
    ] {
        let mut project = Project::new();
        assert_eq!(end(&project.build_one(job("a", script))), "passed 2", "{script}");
        assert!(project.log.contains(&format!("a: 1 {why}")), "{:?}", project.log);
    }
}

#[test]
fn no_two_repair_prompts_are_for_the_same_attempt() {
    let mut project = Project::new();
    project.options.attempts = 4;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let asked = Arc::clone(&seen);
    let mut job = job("a", "printf bad > a.txt");
    job.repair = Arc::new(move |request| {
        asked
            .lock()
            .unwrap()
            .push((request.attempt, request.files["a.txt"].clone()));
        if request.attempt == 2 {
            "exit 1".into()
        } else {
            "printf worse > a.txt".to_string()
        }
    });
    assert_eq!(end(&project.build_one(job)), "failed 4: judged 0/2");
    let of = |attempt: u32, code: &str| (attempt, code.to_string());
    assert_eq!(
        *seen.lock().unwrap(),
        [of(2, "bad"), of(3, "bad"), of(4, "worse")]
    );
}

#[test]
fn an_update_starts_from_the_current_code() {
    let mut project = Project::new();
    let update = |script: &str| Job {
        current: map(&[("a.txt", "good")]),
        prompt_kind: "update",
        ..job("a", script)
    };
    // An update may find that nothing has to change.
    assert_eq!(
        end(&project.build_one(update("test $(cat a.txt) = good"))),
        "passed 1"
    );
    assert_eq!(project.log[0], "a: update 1");
}

#[test]
fn an_update_whose_prompt_was_not_read_does_not_pass_with_the_old_code() {
    let mut project = Project::new();
    (project.options.attempts, project.options.agent) = (1, shell("true"));
    let update = |prompt: String| Job {
        current: map(&[("a.txt", "good")]),
        prompt_kind: "update",
        ..job("a", &prompt)
    };
    for prompt in ["short".to_string(), "long".repeat(1 << 20)] {
        let result = project.build_one(update(prompt));
        assert_eq!(
            end(&result),
            "agent failed 1: `true` ended without reading its prompt"
        );
    }
}
