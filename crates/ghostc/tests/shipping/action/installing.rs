//! How the action comes by its ghostc: a release by its digest, the sources, or what is there.

use super::{Job, Server};
use crate::files::{program, write};
use crate::runner::Done;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const NAME: &str = "ghostc-0.1.0-x86_64-unknown-linux-gnu";
const RELEASE: &str = "tools/ghostc/releases/download/v0.1.0";

/// A job without ghostc on the PATH, and releases that hold the one that is played; with the digest of the archive.
fn with_release() -> (Job, Server, String) {
    let mut job = Job::new();
    let played = job.runner.bin().join("ghostc");
    let releases = job.folder.path().join("releases");
    let release = releases.join(RELEASE);
    fs::create_dir_all(release.join(NAME)).unwrap();
    fs::rename(played, release.join(NAME).join("ghostc")).unwrap();
    let archive = format!("{NAME}.tar.gz");
    let packed = Command::new("tar")
        .args(["-czf", &archive, NAME])
        .current_dir(&release)
        .status()
        .unwrap();
    assert!(packed.success());
    let summed = Command::new("sha256sum")
        .arg(&archive)
        .current_dir(&release)
        .output()
        .unwrap();
    write(&release.join("SHA256SUMS"), &summed.stdout);
    let digest = String::from_utf8(summed.stdout)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_string();
    let server = Server::of(&releases);
    job.runner.github["server_url"] = Value::from(server.address.clone());
    (job, server, digest)
}

fn release(job: &Job, file: &str) -> std::path::PathBuf {
    job.folder.path().join("releases").join(RELEASE).join(file)
}

/// Fails unless nothing was installed or run, for this reason.
#[track_caller]
fn is_refused(job: &Job, done: &Done, code: i32, reason: &str) {
    let step = done.step("Install ghostc");
    assert!(!done.succeeded);
    assert_eq!(step.code, code, "{done:#?}");
    assert!(
        step.log.contains(&format!("::error title=ghostc::{reason}")),
        "{done:#?}"
    );
    assert_eq!(done.step("ghostc ci").outcome, "skipped");
    assert_eq!(done.step("Comment").outcome, "skipped");
    assert_eq!(job.calls(), [""; 0]);
}

#[test]
fn a_release_is_downloaded_and_its_digest_checked() {
    let (job, _server, digest) = with_release();
    for version in ["0.1.0", "v0.1.0"] {
        let done = job.runner.run(&[("version", version)]);
        assert!(done.succeeded, "{done:#?}");
        assert!(done.step("Install ghostc").log.contains("ghostc 0.0.0 (played)"));
        assert_eq!(done.step("Restore the program").outcome, "skipped");
    }
    // A digest that was given is what counts, whatever the release says of itself.
    fs::remove_file(release(&job, "SHA256SUMS")).unwrap();
    assert!(
        job.runner
            .run(&[("version", "0.1.0"), ("sha256", &digest)])
            .succeeded
    );
    assert_eq!(job.calls().len(), 3);
}

#[test]
fn a_release_that_is_not_what_it_says_is_not_installed() {
    let (job, _server, digest) = with_release();
    let wrong = "1".repeat(64);
    let done = job.runner.run(&[("version", "0.1.0"), ("sha256", &wrong)]);
    is_refused(
        &job,
        &done,
        3,
        &format!("{NAME}.tar.gz has the digest {digest} and not {wrong}; it is not installed"),
    );

    write(
        &release(&job, "SHA256SUMS"),
        format!("{digest}  {NAME}.tar.gz.sig\n"),
    );
    let done = job.runner.run(&[("version", "0.1.0")]);
    is_refused(
        &job,
        &done,
        3,
        &format!("the SHA256SUMS of 0.1.0 do not name {NAME}.tar.gz"),
    );

    let mut bytes = fs::read(release(&job, &format!("{NAME}.tar.gz"))).unwrap();
    bytes.push(0);
    write(&release(&job, &format!("{NAME}.tar.gz")), bytes);
    write(&release(&job, "SHA256SUMS"), format!("{digest}  {NAME}.tar.gz\n"));
    let done = job.runner.run(&[("version", "0.1.0")]);
    is_refused(&job, &done, 3, &format!("{NAME}.tar.gz has the digest "));

    let done = job.runner.run(&[("version", "9.9.9")]);
    is_refused(&job, &done, 3, "cannot download http://127.0.0.1:");
    for version in ["latest", "0.1.0/../../x", "0.1.0 -o x"] {
        let done = job.runner.run(&[("version", version)]);
        is_refused(
            &job,
            &done,
            2,
            &format!("`version` is `{version}`; it has to be a release"),
        );
    }
}

/// A cargo that notes how it was called and installs the ghostc that is played.
const CARGO: &str = r#"#!/usr/bin/env bash
set -euo pipefail
printf '<%s>' "$@" >>"$0.calls"
[[ $1 == install && $2 == --locked && $3 == --path && -f $4/Cargo.toml && $5 == --root ]]
mkdir -p "$6/bin"
cp "$0.ghostc" "$6/bin/ghostc"
"#;

#[test]
fn without_a_version_the_sources_are_built_once() {
    let job = Job::new();
    let cargo = job.runner.bin().join("cargo");
    fs::rename(
        job.runner.bin().join("ghostc"),
        job.runner.bin().join("cargo.ghostc"),
    )
    .unwrap();
    program(&cargo, CARGO);
    let calls = || fs::read_to_string(Path::new(&format!("{}.calls", cargo.display()))).unwrap();

    let done = job.runner.run(&[]);
    assert!(done.succeeded, "{done:#?}");
    assert_eq!(done.step("Save the program").outcome, "success");
    assert_eq!(calls().matches("<install>").count(), 1);
    assert!(calls().contains("<install><--locked><--path><"), "{}", calls());

    // The next job has it from the cache.
    let done = job.runner.run(&[]);
    assert!(done.succeeded, "{done:#?}");
    assert_eq!(done.step("Save the program").outcome, "skipped");
    assert_eq!(calls().matches("<install>").count(), 1);
    assert_eq!(job.calls().len(), 2);
}

#[test]
fn what_is_not_there_to_install_with_is_told_of() {
    let job = Job::new();
    fs::remove_file(job.runner.bin().join("ghostc")).unwrap();
    let done = job.runner.run(&[]);
    is_refused(
        &job,
        &done,
        3,
        "there is no cargo to build ghostc with; install Rust, or give a `version`",
    );
    let done = job.runner.run(&[("version", "installed")]);
    is_refused(
        &job,
        &done,
        2,
        "`version` is `installed`, and there is no ghostc on the PATH",
    );
}
