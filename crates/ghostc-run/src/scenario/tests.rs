//! Scenarios whose interpreter is a list of what is awaited and what is done then. Each kind of seal is tried.

mod fakes;
mod limits;
mod seals;

use super::*;
use ghostc_judge::play::{Answer, CallDetails, ProcessEnd};
use ghostc_judge::script::{Conversation, Fake, Stream};
use std::fs;

/// Longer than anything takes on any machine.
const NEVER: Duration = Duration::from_secs(60);

type Awaited = Box<dyn Fn(&Event) -> bool>;
type Deed = Box<dyn FnOnce(&mut Facts) -> Vec<Action>>;
type Reply = Box<dyn FnMut(usize, &str, &CallDetails) -> Answer>;

/// What a test may look at.
pub(super) struct Facts {
    pub(super) surroundings: Surroundings,
    pub(super) events: Vec<(u64, Event)>,
}

impl Facts {
    /// A wake so many microseconds from now.
    pub(super) fn wake_in(&self, micros: u64) -> Action {
        let now = self.events.last().map_or(0, |(at, _)| *at);
        Action::Wake { at: now + micros }
    }

    pub(super) fn fake(&self, name: &str) -> &str {
        &self.surroundings.fakes[name]
    }

    /// What happened, without all that was printed.
    pub(super) fn brief(&self) -> String {
        let events = self.events.iter();
        let lines = events.map(|(at, event)| {
            if let Event::Printed { bytes, .. } = event
                && bytes.len() > 200
            {
                return format!("{at} Printed {} bytes\n", bytes.len());
            }
            format!("{at} {event:?}\n")
        });
        lines.collect()
    }

    /// The first of something.
    pub(super) fn find<'f, T>(&'f self, of: impl Fn(&'f Event) -> Option<T>) -> Option<T> {
        self.events.iter().find_map(|(_, event)| of(event))
    }

    /// All that a program has printed.
    pub(super) fn printed(&self, of: usize, on: Stream) -> String {
        let printed = self.events.iter().filter_map(|(_, event)| {
            if let Event::Printed {
                process,
                stream,
                bytes,
            } = event
            {
                return (*process == of && *stream == on).then_some(bytes.as_slice());
            }
            None
        });
        String::from_utf8_lossy(&printed.collect::<Vec<_>>().concat()).into_owned()
    }

    pub(super) fn end_of(&self, of: usize) -> Option<&ProcessEnd> {
        self.find(|event| {
            if let Event::Ended { process, end } = event {
                return (*process == of).then_some(end);
            }
            None
        })
    }

    /// When the first event of a kind came.
    pub(super) fn time_of(&self, awaited: impl Fn(&Event) -> bool) -> u64 {
        let found = self.events.iter().find(|(_, event)| awaited(event));
        found.unwrap_or_else(|| panic!("not among {}", self.brief())).0
    }

    pub(super) fn count(&self, counted: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|(_, event)| counted(event)).count()
    }
}

/// An interpreter that awaits one thing after the other.
pub(super) struct Trial {
    fakes: BTreeMap<String, Fake>,
    turns: std::collections::VecDeque<(Awaited, Deed)>,
    reply: Reply,
    time: Duration,
    limits: ResourceLimits,
    level: SealLevel,
}

impl Trial {
    pub(super) fn new() -> Trial {
        Trial {
            fakes: BTreeMap::new(),
            turns: Default::default(),
            reply: Box::new(|call, fake, _| panic!("call {call} of {fake} was not expected")),
            time: NEVER,
            limits: ResourceLimits::default(),
            level: SealLevel::All,
        }
    }

    pub(super) fn at(mut self, level: SealLevel) -> Trial {
        self.level = level;
        self
    }

    pub(super) fn with_fake(mut self, name: &str, kind: FakeKind) -> Trial {
        let span = ghostc_judge::Span::new(ghostc_judge::FileId(0), 0, 0);
        self.fakes.insert(name.to_string(), Fake { kind, span });
        self
    }

    pub(super) fn command(self, name: &str) -> Trial {
        self.with_fake(name, FakeKind::Command(Vec::new()))
    }

    pub(super) fn server(self, name: &str) -> Trial {
        self.with_fake(name, FakeKind::Http(Vec::new()))
    }

    pub(super) fn conversation(self, name: &str) -> Trial {
        let rules = Vec::new();
        self.with_fake(name, FakeKind::Conversation(Conversation { valid: None, rules }))
    }

    pub(super) fn replying(
        mut self,
        reply: impl FnMut(usize, &str, &CallDetails) -> Answer + 'static,
    ) -> Trial {
        self.reply = Box::new(reply);
        self
    }

    /// First of all.
    pub(super) fn first(self, deed: impl FnOnce(&mut Facts) -> Vec<Action> + 'static) -> Trial {
        self.then(|event| *event == Event::Began, deed)
    }

    pub(super) fn then(
        mut self,
        awaited: impl Fn(&Event) -> bool + 'static,
        deed: impl FnOnce(&mut Facts) -> Vec<Action> + 'static,
    ) -> Trial {
        self.turns.push_back((Box::new(awaited), Box::new(deed)));
        self
    }

    /// Last of all.
    pub(super) fn until(self, awaited: impl Fn(&Event) -> bool + 'static) -> Trial {
        self.then(awaited, |_| Vec::new())
    }

    /// Plays it; it has to come to its end.
    pub(super) fn play(self) -> Facts {
        let (result, facts) = self.play_with(None, &AtomicBool::new(false));
        assert_eq!(result.end, PlayEnd::Passed, "{}", facts.brief());
        facts
    }

    pub(super) fn play_with(self, keep: Option<&Path>, stop: &AtomicBool) -> (ScenarioResult, Facts) {
        let script = Arc::new(Script {
            variables: BTreeMap::new(),
            files: Vec::new(),
            env: Vec::new(),
            fakes: self.fakes.clone(),
            steps: Vec::new(),
        });
        let request = ScenarioRequest {
            script: &script,
            program: &[],
            env: &BTreeMap::from([("MORE".to_string(), "yes".to_string())]),
            frozen: None,
            t: 100,
            seed: 0,
            limits: self.limits,
            time: self.time,
            keep,
            record: false,
            stop,
        };
        let level = self.level;
        let facts = Rc::new(RefCell::new(None));
        let seen = Rc::clone(&facts);
        let result = play_with(&request, &[level], |surroundings| {
            let events = Vec::new();
            *facts.borrow_mut() = Some(Facts { surroundings, events });
            TrialRun { trial: self, facts }
        });
        let facts = seen.take();
        (result.clone(), facts.unwrap_or_else(|| panic!("{result:?}")))
    }
}

struct TrialRun {
    trial: Trial,
    facts: Rc<RefCell<Option<Facts>>>,
}

impl Interpreter for TrialRun {
    fn step(&mut self, now: u64, event: Event) -> Vec<Action> {
        let mut facts = self.facts.borrow_mut();
        let facts = facts.as_mut().unwrap();
        assert!(facts.events.last().is_none_or(|(before, _)| *before <= now));
        facts.events.push((now, event.clone()));
        let mut actions = Vec::new();
        if let Event::Called { call, fake, with, .. } = &event {
            let is_conversation = matches!(self.trial.fakes[fake].kind, FakeKind::Conversation(_));
            if !is_conversation {
                let answer = (self.trial.reply)(*call, fake, with);
                actions.push(Action::Answer { call: *call, answer });
            }
        }
        if self
            .trial
            .turns
            .front()
            .is_some_and(|(awaited, _)| awaited(&event))
        {
            let (_, deed) = self.trial.turns.pop_front().unwrap();
            actions.extend(deed(facts));
        }
        actions
    }

    fn end(&self) -> Option<PlayEnd> {
        let facts = self.facts.borrow();
        let broken = facts.as_ref().unwrap().find(|event| {
            if let Event::Broken(why) = event {
                return Some(PlayEnd::Broken(why.clone()));
            }
            None
        });
        broken.or_else(|| self.trial.turns.is_empty().then_some(PlayEnd::Passed))
    }

    fn seen(&self) -> Vec<Seen> {
        Vec::new()
    }
}

pub(super) fn start(process: usize, argv: &[&str], stdin: &str) -> Action {
    Action::Start {
        process,
        argv: argv.iter().map(ToString::to_string).collect(),
        stdin: stdin.to_string(),
        env: Vec::new(),
    }
}

pub(super) fn shell(process: usize, script: &str) -> Action {
    start(process, &["sh", "-c", script], "")
}

pub(super) fn python(process: usize, script: &str) -> Action {
    start(process, &["python3", "-c", script], "")
}

pub(super) fn signal(process: usize, signal: &str) -> Action {
    let signal = signal.to_string();
    Action::Signal { process, signal }
}

pub(super) fn get(request: usize, url: String) -> Action {
    Action::Request {
        request,
        method: "GET".to_string(),
        url,
        headers: Vec::new(),
        body: None,
    }
}

pub(super) fn ended(of: usize) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Ended { process, .. } if *process == of)
}

pub(super) fn printed(of: usize) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Printed { process, .. } if *process == of)
}

pub(super) fn exited(code: i32) -> Option<ProcessEnd> {
    Some(ProcessEnd::Exited(code))
}

pub(super) fn prints(stdout: &str) -> Answer {
    Answer::Command {
        stdout: stdout.to_string(),
        stderr: String::new(),
        exit: 0,
        delay: 0,
        child: None,
    }
}

pub(super) fn responds(body: &str) -> Answer {
    Answer::Http {
        status: 200,
        headers: Vec::new(),
        body: body.to_string(),
        delay: 0,
    }
}

#[test]
fn a_program_reads_prints_and_ends_in_a_folder_and_an_environment_of_its_own() {
    for level in SealLevel::ALL {
        let facts = Trial::new()
            .at(level)
            .first(|_| {
                let script = "pwd; echo $HOME; echo $TMPDIR; env | cut -d= -f1 | sort | tr '\\n' ' '; cat; echo no >&2; exit 3";
                vec![Action::Start {
                    process: 7,
                    argv: ["sh", "-c", script].map(String::from).to_vec(),
                    stdin: "read".to_string(),
                    env: vec![("OWN".to_string(), "1".to_string())],
                }]
            })
            .until(ended(7))
            .play();
        assert_eq!(facts.end_of(7).cloned(), exited(3));
        assert_eq!(facts.printed(7, Stream::Stderr), "no\n");
        let stdout = facts.printed(7, Stream::Stdout);
        let lines: Vec<&str> = stdout.lines().collect();
        let folder = facts.surroundings.folder.as_str();
        assert_eq!(lines[0], folder);
        let outer = Path::new(folder).parent().unwrap();
        assert_eq!(
            [lines[1], lines[2]],
            ["home", "tmp"].map(|name| outer.join(name).display().to_string())
        );
        let names = lines[3].replace("LANG ", "");
        assert!(
            names.starts_with("HOME ") && names.contains("MORE OWN PATH PWD ") && lines[3].ends_with("read"),
            "{names}"
        );
        assert!(!stdout.contains("CARGO"));
        assert!(!outer.exists());
    }
}

#[test]
fn what_cannot_be_started_is_said_and_a_program_that_reads_nothing_holds_nothing_up() {
    let facts = Trial::new()
        .first(|_| {
            vec![
                start(0, &["./none"], ""),
                start(1, &["true"], &"x".repeat(1 << 20)),
            ]
        })
        .then(ended(1), |_| vec![shell(2, "kill -9 $$")])
        .until(ended(2))
        .play();
    let end = facts.end_of(0);
    assert!(
        matches!(end, Some(ProcessEnd::NotStarted(why)) if why.starts_with("No such file")),
        "{end:?}"
    );
    assert_eq!(facts.end_of(1).cloned(), exited(0));
    assert_eq!(facts.end_of(2), Some(&ProcessEnd::Signaled("KILL".to_string())));
}

#[test]
fn files_are_written_removed_and_read_below_the_folder_alone() {
    let outside = crate::private::PrivateFolder::create().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let link = format!(
        "ln -s '{}' out; ln -s a/b in; mkfifo pipe",
        outside.path().display()
    );
    let paths = ["a/b", "none", "a", "in", "out/secret", "../home", "pipe", "out"];
    let facts = Trial::new()
        .first(|_| {
            let (path, content) = ("a/b".to_string(), "text".to_string());
            vec![Action::Write { path, content }]
        })
        .then(
            |event| *event == Event::FileDone(Ok(())),
            move |_| vec![shell(0, &link)],
        )
        .then(ended(0), move |_| {
            let paths = paths.map(String::from).to_vec();
            vec![Action::Read { paths }]
        })
        .then(
            |event| matches!(event, Event::FilesRead(_)),
            |_| {
                let (path, content) = ("out/new".to_string(), String::new());
                vec![Action::Write { path, content }]
            },
        )
        .then(
            |event| matches!(event, Event::FileDone(Err(_))),
            |_| {
                ["a", "out", "a"]
                    .map(|path| Action::Remove {
                        path: path.to_string(),
                    })
                    .to_vec()
            },
        )
        .until(|event| matches!(event, Event::FileDone(Err(_))))
        .play();
    let text = Some(b"text".to_vec());
    let read = Event::FilesRead(vec![text.clone(), None, None, text, None, None, None, None]);
    assert_eq!(facts.count(|event| *event == read), 1, "{}", facts.brief());
    assert_eq!(
        facts.count(|event| *event == Event::FileDone(Ok(()))),
        3,
        "{}",
        facts.brief()
    );
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_is_kept_and_an_interrupt_ends_a_scenario() {
    let outer = crate::private::PrivateFolder::create().unwrap();
    let kept = outer.path().join("a/kept");
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    let (result, _) = Trial::new()
        .first(|_| vec![shell(0, "echo text > file; echo; sleep 300")])
        .then(printed(0), move |_| {
            stopping.store(true, Ordering::Relaxed);
            Vec::new()
        })
        .until(ended(0))
        .play_with(Some(&kept), &stop);
    assert!(
        matches!(&result.end, PlayEnd::Broken(why) if why.contains("interrupted")),
        "{result:?}"
    );
    assert_eq!(result.folder.as_deref(), Some(kept.as_path()));
    assert_eq!(fs::read_to_string(kept.join("file")).unwrap(), "text\n");
}

#[test]
fn a_scenario_that_does_not_end_is_ended() {
    let mut trial = Trial::new()
        .first(|_| vec![shell(0, "sleep 300")])
        .until(ended(0));
    trial.time = Duration::from_millis(300);
    let (result, _) = trial.play_with(None, &AtomicBool::new(false));
    assert!(
        matches!(&result.end, PlayEnd::Broken(why) if why.contains("longer")),
        "{result:?}"
    );
}

#[test]
fn the_clock_wakes_no_sooner_than_it_was_asked_to() {
    let facts = Trial::new()
        .first(|_| vec![Action::Wake { at: 30_000 }, Action::Wake { at: 10_000 }])
        .then(|event| *event == Event::Woke, |_| Vec::new())
        .until(|event| *event == Event::Woke)
        .play();
    let woke: Vec<u64> = facts.events.iter().skip(1).map(|(at, _)| *at).collect();
    assert!(woke[0] >= 10_000 && woke[1] >= 30_000, "{woke:?}");
}
