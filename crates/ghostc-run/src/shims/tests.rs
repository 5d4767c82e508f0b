//! Shims as version managers write them, of managers that note what they are asked.

use super::*;
use crate::private::PrivateFolder;
use crate::process::environment;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

/// A folder with `versions/python3`, a manager that knows it, and a shim that this text makes of the manager's path.
fn managed(manager: &str, shim: impl FnOnce(&Path) -> String) -> (PrivateFolder, PathBuf) {
    let folder = PrivateFolder::create().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("versions")).unwrap();
    fs::create_dir(path("shims")).unwrap();
    script(&path("versions/python3"), "#!/bin/sh\necho real\n");
    let asked = path("asked");
    let answer = format!(
        "#!/bin/sh\necho \"$1 $2 $HOME_OF_SHIM\" >> {}\necho 'note: slow' >&2\n[ \"$1\" = which ] && echo {}/versions/\"$2\"\n",
        asked.display(),
        folder.path().display()
    );
    script(&path(manager), &answer);
    let file = path("shims/python3");
    let text = shim(&path(manager));
    if text.is_empty() {
        symlink(path(manager), &file).unwrap();
    } else {
        script(&file, &text);
    }
    (folder, file)
}

fn script(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn env() -> Vec<(OsString, OsString)> {
    environment(&["PATH", "HOME"])
}

fn pyenv(manager: &Path) -> String {
    format!(
        "#!/usr/bin/env bash\nset -e\n[ -n \"$PYENV_DEBUG\" ] && set -x\n\nprogram=\"${{0##*/}}\"\n\nexport HOME_OF_SHIM=\"there\"\nexec \"{}\" exec \"$program\" \"$@\"\n",
        manager.display()
    )
}

#[test]
fn the_program_behind_a_shim_is_asked_for_once() {
    let (folder, shim) = managed("pyenv", pyenv);
    let real = folder.path().join("versions/python3");
    for _ in 0..3 {
        assert_eq!(behind(&shim, &env()), Some(real.clone()));
    }
    let asked = || fs::read_to_string(folder.path().join("asked")).unwrap();
    assert_eq!(asked(), "which python3 there\n");
    // Another shim in its place is another question.
    script(&shim, &format!("{} # new", pyenv(&folder.path().join("pyenv"))));
    assert_eq!(behind(&shim, &env()), Some(real));
    assert_eq!(asked().lines().count(), 2);
}

#[test]
fn shims_of_other_managers_are_known_by_their_form() {
    let asdf = |manager: &Path| {
        format!(
            "#!/usr/bin/env bash\n# asdf-plugin: python 3.12.1\nexec {} exec \"python3\" \"$@\" # asdf_allow: ' asdf '\n",
            manager.display()
        )
    };
    for (folder, shim) in [managed("asdf", asdf), managed("mise", |_| String::new())] {
        let real = folder.path().join("versions/python3");
        assert_eq!(behind(&shim, &env()), Some(real));
    }
    // volta's links lead to a program beside it, and rustup's may be hard links.
    let (folder, _) = managed("volta", pyenv);
    script(&folder.path().join("volta-shim"), "#!/bin/sh\nexit 1\n");
    let shim = folder.path().join("python3");
    symlink("volta-shim", &shim).unwrap();
    assert_eq!(
        behind(&shim, &env()),
        Some(folder.path().join("versions/python3"))
    );
    let (folder, _) = managed("rustup", pyenv);
    let shim = folder.path().join("python3");
    fs::hard_link(folder.path().join("rustup"), &shim).unwrap();
    assert_eq!(
        behind(&shim, &env()),
        Some(folder.path().join("versions/python3"))
    );
    assert_eq!(behind(&folder.path().join("rustup"), &env()), None);
}

#[test]
fn what_is_no_shim_or_has_no_answer_is_taken_as_it_is() {
    let scripts: [&dyn Fn(&Path) -> String; 4] = [
        &|_| "#!/bin/sh\nexec python3 \"$@\"\n".to_string(),
        &|_| "#!/usr/bin/python3\nimport sys\n".to_string(),
        &|_| "not a script\n".to_string(),
        // Its manager does not know it.
        &|_| "#!/bin/sh\nexec \"/bin/false\" exec \"python3\" \"$@\"\n".to_string(),
    ];
    for text in scripts {
        let (_folder, shim) = managed("pyenv", text);
        assert_eq!(
            behind(&shim, &env()),
            None,
            "{}",
            fs::read_to_string(&shim).unwrap()
        );
    }
    assert_eq!(behind(Path::new("/no/such/file"), &env()), None);
}

/// The shims of this machine, where there are any.
#[test]
fn a_real_program_does_what_its_shim_does() {
    let path = std::env::var_os("PATH").unwrap();
    for (name, say) in [
        ("python3", "import sys; print(sys.prefix)"),
        ("rustc", "--version"),
    ] {
        let Some(shim) = crate::programs::find_program(name, &path) else {
            continue;
        };
        let Some(real) = behind(&shim, &environment(&["PATH", "HOME", "RUSTUP_*"])) else {
            continue;
        };
        let run = |program: &Path| {
            let mut command = std::process::Command::new(program);
            if name == "python3" {
                command.arg("-c");
            }
            command.arg(say).current_dir("/").output().unwrap().stdout
        };
        assert_eq!(run(&shim), run(&real), "{shim:?} and {real:?}");
        assert_eq!(behind(&real, &env()), None);
    }
}
