//! What commands tell while they work, on the terminal.

use crate::global::Global;
use crate::output;
use crate::progress::line;
use ghostc_project::wording::{case_counts, plural};
use ghostc_project::{AcceptEvent, BisectEvent, Event};

/// A listener that prints findings, and nothing else.
pub(crate) fn findings(global: &Global) -> impl FnMut(Event<'_>) {
    |event| {
        if let Event::Findings { diagnostics, sources } = event {
            output::say_findings(diagnostics, sources, global);
        }
    }
}

/// A listener that prints findings and what is accepted.
pub(crate) fn accepting(global: &Global) -> impl FnMut(Event<'_>) {
    let mut findings = findings(global);
    move |event| {
        if let Event::Accept(event) = event {
            accept(&event);
        } else {
            findings(event);
        }
    }
}

fn accept(event: &AcceptEvent<'_>) {
    match event {
        AcceptEvent::Rejected { task, target } => {
            output::print(&line("rejected", &format!("{task} · {target}")));
        }
        AcceptEvent::DoubtfulId(text) => output::say(line("doubtful", text).trim_end()),
        AcceptEvent::Accepted {
            folder,
            tasks,
            edited,
            restored,
            verdict,
        } => {
            let counts = [
                (*tasks, "task"),
                (*edited, "edited file"),
                (*restored, "restored file"),
            ];
            let what: Vec<String> = counts
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, noun)| plural(*count, noun))
                .collect();
            let what = what.join(", ");
            let text = format!("{folder}   {what}   {}", case_counts(verdict));
            output::print(&line("accepted", &text));
        }
    }
}

/// A listener that prints how a search goes.
pub(crate) fn bisecting(global: &Global) -> impl FnMut(Event<'_>) {
    |event| {
        let Event::Bisect(event) = event else { return };
        match event {
            BisectEvent::NotJudged(text) => output::say(&format!("not judged: {text}")),
            BisectEvent::Commit { id, state } if !global.quiet => {
                output::say(&format!("{}  {state}", short(id)));
            }
            BisectEvent::Commit { .. } => {}
        }
    }
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}
