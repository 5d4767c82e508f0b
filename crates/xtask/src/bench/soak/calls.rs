//! System calls as strace writes them down, and how each of them can fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// A call that is made to fail: the N-th of its name in every thread.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Failing {
    pub(super) name: String,
    pub(super) error: String,
    pub(super) number: usize,
}

impl Failing {
    /// What strace takes it as.
    pub(super) fn to_argument(&self) -> String {
        format!("inject={}:error={}:when={}", self.name, self.error, self.number)
    }
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.error, self.number)
    }
}

impl FromStr for Failing {
    type Err = String;

    fn from_str(text: &str) -> Result<Failing, String> {
        let parts: Vec<&str> = text.split(':').collect();
        let [name, error, number] = parts.as_slice() else {
            return Err(format!("`{text}` is no CALL:ERROR:NUMBER"));
        };
        Ok(Failing {
            name: (*name).to_string(),
            error: (*error).to_string(),
            number: number
                .parse()
                .map_err(|_| format!("`{number}` is no number of a call"))?,
        })
    }
}

/// The errors that calls may end with, of files, processes and what is synchronised with the disk.
const ERRORS: &[(&[&str], &[&str])] = &[
    (&["open", "openat"], &["EACCES", "EMFILE", "EIO"]),
    (&["read", "pread64"], &["EIO", "EINTR"]),
    (&["write", "pwrite64"], &["ENOSPC", "EIO", "EINTR"]),
    (&["getdents64", "lseek", "readlink", "readlinkat"], &["EIO"]),
    (&["statx", "newfstatat", "fstat"], &["EIO", "EACCES"]),
    (
        &["access", "faccessat2", "chmod", "fchmod", "fchmodat", "utimensat"],
        &["EACCES"],
    ),
    // Nobody asks how closing ends: what has to be on the disk is synchronised before.
    (&["fsync", "fdatasync", "ftruncate"], &["EIO"]),
    (
        &[
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "mkdir",
            "mkdirat",
        ],
        &["ENOSPC", "EACCES"],
    ),
    (&["unlink", "unlinkat", "rmdir"], &["EIO", "EACCES"]),
    (&["flock"], &["ENOLCK", "EINTR"]),
    (&["fcntl"], &["EMFILE"]),
    (&["fork", "vfork", "clone", "clone3"], &["EAGAIN", "ENOMEM"]),
    (
        &["pipe2", "socketpair", "epoll_create1", "eventfd2", "pidfd_open"],
        &["EMFILE"],
    ),
    (&["epoll_ctl"], &["ENOMEM"]),
    (
        &[
            "poll",
            "ppoll",
            "epoll_wait",
            "epoll_pwait",
            "wait4",
            "waitid",
            "clock_nanosleep",
        ],
        &["EINTR"],
    ),
    (&["kill", "prlimit64", "prctl"], &["EPERM"]),
    (&["getcwd"], &["ENOENT"]),
];

/// The names of the calls that are made to fail, as strace takes them.
pub(super) fn traced() -> String {
    let names: Vec<&str> = ERRORS
        .iter()
        .flat_map(|(names, _)| names.iter().copied())
        .collect();
    names.join(",")
}

/// A kind of call: its name, with the files that it is about.
pub(super) type CallKind = (String, String);

/// The kinds of calls of a trace that may fail, with the numbers that they have among the calls of their names in their
/// threads; those before the program itself begins are left out.
pub(super) fn kinds(trace: &str) -> BTreeMap<CallKind, BTreeSet<usize>> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut of_loader: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: BTreeMap<CallKind, BTreeSet<usize>> = BTreeMap::new();
    for line in trace.lines() {
        let Some((thread, name, arguments)) = call(line) else {
            continue;
        };
        let count = counts.entry((thread, name)).or_default();
        *count += 1;
        let kind = (name.to_string(), about(arguments));
        if kind.1.contains(".so") {
            of_loader.insert(name, *count);
        } else if !errors(&kind).is_empty() {
            found.entry(kind).or_default().insert(*count);
        }
    }
    for ((name, _), numbers) in &mut found {
        let loaded = of_loader.get(name.as_str()).copied().unwrap_or_default();
        numbers.retain(|number| *number > loaded);
    }
    found.retain(|_, numbers| !numbers.is_empty());
    found
}

/// The kinds of the calls that strace has made to fail.
pub(super) fn injected(trace: &str) -> BTreeSet<CallKind> {
    let failed = trace.lines().filter(|line| line.ends_with("(INJECTED)"));
    let kinds = failed.filter_map(|line| {
        let (_, name, arguments) = call(line)?;
        Some((name.to_string(), about(arguments)))
    });
    kinds.collect()
}

/// The errors that a kind of call may end with.
pub(super) fn errors(kind: &CallKind) -> Vec<&'static str> {
    let (name, about) = kind;
    let known = ERRORS.iter().find(|(names, _)| names.contains(&name.as_str()));
    let mut errors = known.map_or(Vec::new(), |(_, errors)| errors.to_vec());
    if about.contains("O_CREAT") {
        errors.push("ENOSPC");
    }
    // Only a duplicate may be one file too many.
    if name == "fcntl" && !about.contains("F_DUPFD") {
        errors.clear();
    }
    // No disk is behind these, and nothing is waited for at the last.
    if about.contains("pipe:[") || about.contains("socket:[") {
        errors.retain(|error| *error == "EINTR" || name != "read" && name != "write");
    }
    if about.contains("anon_inode:") {
        errors.retain(|_| !["read", "write", "epoll_ctl"].contains(&name.as_str()));
    }
    errors
}

/// The thread, name and arguments of a call that begins on a line.
fn call(line: &str) -> Option<(&str, &str, &str)> {
    let (thread, rest) = line.split_once(' ')?;
    let (name, arguments) = rest.trim_start().split_once('(')?;
    // What follows is the result.
    let arguments = arguments
        .rsplit_once(") = ")
        .map_or(arguments, |(arguments, _)| arguments);
    let arguments = arguments.trim_end_matches(" <unfinished ...>");
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some((thread, name, arguments))
}

/// The files of a call, and whether it makes or duplicates one, without what differs from run to run.
fn about(arguments: &str) -> String {
    let mut about = String::new();
    let mut rest = arguments;
    while let Some(start) = rest.find(['<', '"']) {
        let (_before, after) = rest.split_at(start);
        let close = if after.starts_with('<') { '>' } else { '"' };
        let after = after.get(1..).unwrap_or_default();
        let end = after.find(close).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        for part in name.split('/') {
            about.push('/');
            about.push_str(&steady(part));
        }
        about.push(' ');
        rest = after.get(1..).unwrap_or_default();
    }
    for flag in ["O_CREAT", "F_DUPFD"] {
        if arguments.contains(flag) {
            about.push_str(flag);
        }
    }
    about
}

/// A part of a path, without what is made up anew in each run.
fn steady(part: &str) -> String {
    const MADE_UP: &[&str] = &["ghostc-private-", "ghostc-end-", ".ghostc-", ".store-key-"];
    if let Some(prefix) = MADE_UP.iter().find(|prefix| part.starts_with(*prefix)) {
        return format!("{prefix}*");
    }
    let hex = part.chars().take_while(char::is_ascii_hexdigit).count();
    let part = if hex >= 16 {
        part.get(hex..).unwrap_or_default()
    } else {
        part
    };
    part.chars()
        .map(|c| if c.is_ascii_digit() { '#' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "\
7 openat(AT_FDCWD, \"/lib/libc.so.6\", O_RDONLY) = 3
7 openat(AT_FDCWD, \"/a/ghostc-end-Xy12Zz\", O_RDWR|O_CREAT|O_EXCL) = 4</a/ghostc-end-Xy12Zz>
7 openat(AT_FDCWD, \"/a/ghostc-end-Qq12Ww\", O_RDWR|O_CREAT|O_EXCL) = -1 ENOSPC (No space left on device) (INJECTED)
9 openat(AT_FDCWD, \"/a/7\", O_RDONLY) = 3
8 fsync(4</a/0123456789abcdef0123.json> <unfinished ...>
8 <... fsync resumed>) = 0
8 fsync(5</a/fedcba98765432100123.json>) = 0
8 fsync(5</a>) = 0
8 read(5<pipe:[12]>, \"\"..., 8) = 0
8 write(6<anon_inode:[eventfd]>, \"\"..., 8) = 8
7 brk(NULL) = 0
7 fcntl(3</a>, F_GETFD) = 0
7 +++ exited with 0 +++
";

    #[test]
    fn calls_about_the_same_are_of_one_kind() {
        let kinds: Vec<(String, Vec<usize>, Vec<&str>)> = kinds(TRACE)
            .into_iter()
            .map(|(kind, numbers)| {
                let errors = errors(&kind);
                (
                    format!("{} {}", kind.0, kind.1),
                    numbers.into_iter().collect(),
                    errors,
                )
            })
            .collect();
        let expected = [
            ("fsync //a ", vec![3], vec!["EIO"]),
            ("fsync //a/.json ", vec![1, 2], vec!["EIO"]),
            (
                "openat //a/ghostc-end-* O_CREAT",
                vec![2, 3],
                vec!["EACCES", "EMFILE", "EIO", "ENOSPC"],
            ),
            ("read /pipe:[##] / ", vec![1], vec!["EINTR"]),
        ];
        assert_eq!(
            kinds,
            expected.map(|(kind, numbers, errors)| (kind.to_string(), numbers, errors))
        );
        let failed = injected(TRACE);
        assert_eq!(failed.len(), 1);
    }

    #[test]
    fn a_failing_call_is_written_as_it_is_read() {
        let first: Failing = "openat:EACCES:2".parse().unwrap();
        assert_eq!(first.to_string(), "openat:EACCES:2");
        assert_eq!(first.to_argument(), "inject=openat:error=EACCES:when=2");
        assert!("openat".parse::<Failing>().is_err());
    }
}
