//! Spec Kit's phases: the order that bullets and drawings declare, else that of the template.
//!
//! The template goes: setup, then foundations, then each story on its own, then the rest. In a phase the order is that
//! of the list.

use super::flow::Flow;
use super::names::{PhaseNames, phase_heading, stories};
use super::{Edges, arrows, clauses, leaves};
use crate::codes;
use crate::dialects::{Doc, documents};
use crate::facts::Rule;
use crate::facts::{DeclaredTask, Facts, TaskRole};
use crate::library::Package;
use ghostc_syntax::{Diagnostic, Heading, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The edges of a list with phases; without phases, those of a sequence.
pub(in crate::dialects) fn phases(
    facts: &mut Facts,
    package: &Package,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    tell_points(&mut facts.tasks);
    let list = facts.tasks.first().map(|task| task.document);
    let doc = documents(package, sources).find(|doc| Some(doc.index) == list);
    let phases = doc.map_or_else(Vec::new, |doc| find(doc, &facts.tasks));
    let Some(doc) = doc.filter(|_| phases.iter().any(|phase| !phase.number.is_empty())) else {
        return super::sequence(facts);
    };
    let mut edges = Edges::new(&facts.tasks);
    let order = Order::new(&phases, doc);
    let ends = phases.iter().map(|phase| {
        let mut flow = Flow::new(&facts.tasks);
        phase.tasks.iter().for_each(|task| flow.place(*task, &mut edges));
        flow.sinks()
    });
    let ends: Vec<(Vec<usize>, Vec<usize>)> = ends.collect();
    for (at, waits) in order.waits.iter().enumerate() {
        let Some((first, _)) = ends.get(at) else { continue };
        for (before, (rule, span)) in waits {
            for to in last_of(*before, &ends, &order) {
                first.iter().for_each(|from| edges.add(*from, to, *rule, *span));
            }
        }
    }
    edges.store(&mut facts.tasks);
    findings.extend(assumed(&phases, &order));
    findings.extend(order.cut.iter().filter_map(|cut| not_followed(cut, &phases)));
}

/// In a list whose tasks have ids such as `T012`, a box without one belongs to the text around it.
fn tell_points(tasks: &mut [DeclaredTask]) {
    let has_id = |task: &DeclaredTask| {
        let digits = task.id.strip_prefix('T').filter(|_| task.has_own_id);
        digits.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == 'X'))
    };
    if !tasks.iter().any(has_id) {
        return;
    }
    let mut groups = BTreeSet::new();
    for task in tasks.iter_mut().rev() {
        if !task.has_own_id {
            task.role = TaskRole::Point;
        } else {
            groups.extend(task.parent);
        }
    }
    for (at, task) in tasks.iter_mut().enumerate() {
        if task.role == TaskRole::Group && !groups.contains(&at) {
            task.role = TaskRole::Work;
        }
    }
}

/// A section of the list.
struct Phase {
    /// Its number as written; empty for a section that is no phase.
    number: String,
    title: String,
    /// Its heading, or the first task where there is none.
    span: Span,
    stories: BTreeSet<u32>,
    tasks: Vec<usize>,
}

/// The phases that have tasks, in order; tasks outside all of them make one for each chapter.
fn find(doc: Doc<'_>, tasks: &[DeclaredTask]) -> Vec<Phase> {
    let headings = &doc.spec.headings;
    // The phase of each heading, else its chapter: the outermost heading below the title.
    let mut homes: Vec<(usize, bool)> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        let above = heading
            .parent()
            .and_then(|above| Some((above, *homes.get(above)?)));
        homes.push(match above {
            _ if heading.level > 1 && phase_heading(&heading.text).is_some() => (at, true),
            Some((_, (home, true))) => (home, true),
            Some((above, (home, false))) if headings.get(above).is_some_and(|above| above.level > 1) => {
                (home, false)
            }
            Some(_) | None => (at, false),
        });
    }
    let mut phases: Vec<Phase> = Vec::new();
    let mut of_home: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for at in leaves(tasks) {
        let Some(task) = tasks.get(at) else { continue };
        let home = task
            .heading
            .and_then(|heading| homes.get(heading))
            .map(|(home, _)| *home);
        let heading = home.and_then(|home| headings.get(home));
        let place = *of_home.entry(home).or_insert_with(|| {
            phases.push(phase(heading, task.span));
            phases.len() - 1
        });
        phases
            .get_mut(place)
            .into_iter()
            .for_each(|phase| phase.tasks.push(at));
    }
    for phase in phases.iter_mut().filter(|phase| phase.stories.is_empty()) {
        let own = phase.tasks.iter().filter_map(|at| tasks.get(*at));
        let for_stories = own.filter(|task| !task.stories.is_empty()).collect::<Vec<_>>();
        if for_stories.len() * 2 > phase.tasks.len() {
            let named = for_stories.iter().flat_map(|task| &task.stories);
            phase.stories = named.flat_map(|story| stories(story)).collect();
        }
    }
    phases
}

fn phase(heading: Option<&Heading>, first: Span) -> Phase {
    let text = heading.map_or("", |heading| heading.text.as_str());
    let (number, title) = phase_heading(text).unwrap_or((String::new(), text));
    Phase {
        number,
        title: title.to_string(),
        span: heading.map_or(first, |heading| heading.span),
        stories: stories(title),
        tasks: Vec::new(),
    }
}

/// Which phases each phase waits for, and why.
struct Order {
    waits: Vec<BTreeMap<usize, (Rule, Span)>>,
    /// Phases whose place only the template says.
    assumed: Vec<usize>,
    /// What bullets say and is not taken: which phase waits for which, and the words.
    cut: Vec<(usize, usize, Span)>,
}

/// The phases that wait for each other in circles, or stand on a way from one circle to another: what is left when those
/// go, again and again, that wait for none and those that none waits for.
fn in_circles(waits: &[BTreeMap<usize, (Rule, Span)>]) -> BTreeSet<usize> {
    let mut left: BTreeSet<usize> = (0..waits.len()).collect();
    let edges = waits
        .iter()
        .enumerate()
        .flat_map(|(from, waits)| waits.keys().map(move |to| (from, *to)));
    let edges: Vec<(usize, usize)> = edges.collect();
    for turned in [false, true] {
        let turn = |(from, to): (usize, usize)| if turned { (to, from) } else { (from, to) };
        let mut open: BTreeMap<usize, usize> = left.iter().map(|at| (*at, 0)).collect();
        let mut waiting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let inside = |edge: &&(usize, usize)| left.contains(&edge.0) && left.contains(&edge.1);
        for (from, to) in edges.iter().filter(inside).map(|edge| turn(*edge)) {
            open.entry(from).and_modify(|count| *count += 1);
            waiting.entry(to).or_default().push(from);
        }
        let mut free: Vec<usize> = open
            .iter()
            .filter(|(_, count)| **count == 0)
            .map(|(at, _)| *at)
            .collect();
        while let Some(at) = free.pop() {
            left.remove(&at);
            for next in waiting.remove(&at).into_iter().flatten() {
                if let Some(count) = open.get_mut(&next) {
                    *count -= 1;
                    free.extend((*count == 0).then_some(next));
                }
            }
        }
    }
    left
}

impl Order {
    fn new(phases: &[Phase], doc: Doc<'_>) -> Order {
        let mut known = PhaseNames::default();
        for (at, phase) in phases.iter().enumerate() {
            known.add(at, &phase.number, &phase.title, &phase.stories);
        }
        let mut order = Order {
            waits: vec![BTreeMap::new(); phases.len()],
            assumed: Vec::new(),
            cut: Vec::new(),
        };
        let mut declared: BTreeSet<usize> = BTreeSet::new();
        order.read_bullets(phases, doc, &known, &mut declared);
        let of_bullets = order.waits.clone();
        order.read_arrows(doc, &known, &mut declared);
        order.cut_circles(&of_bullets);
        order.fill(phases, &declared);
        order
    }

    /// Where phases wait for each other in a circle, takes out what bullets say against the order of the document.
    fn cut_circles(&mut self, of_bullets: &[BTreeMap<usize, (Rule, Span)>]) {
        let in_circles = in_circles(&self.waits);
        for (at, said) in of_bullets.iter().enumerate() {
            for (before, (_, span)) in said {
                if *before > at && in_circles.contains(&at) && in_circles.contains(before) {
                    self.waits.get_mut(at).and_then(|waits| waits.remove(before));
                    self.cut.push((at, *before, *span));
                }
            }
        }
    }

    fn wait(&mut self, phase: usize, before: usize, rule: Rule, span: Span) {
        if let Some(waits) = self.waits.get_mut(phase).filter(|_| phase != before) {
            waits.entry(before).or_insert((rule, span));
        }
    }

    fn read_bullets(
        &mut self,
        phases: &[Phase],
        doc: Doc<'_>,
        known: &PhaseNames,
        declared: &mut BTreeSet<usize>,
    ) {
        let is_story = |at: usize| phases.get(at).is_some_and(|phase| !phase.stories.is_empty());
        for said in clauses::read(doc, known, &is_story) {
            let first = said.subjects.first().copied().unwrap_or_default();
            let mut before = said.after.phases;
            before.extend((0..phases.len()).filter(|at| said.after.stories && is_story(*at)));
            before.extend((0..first).filter(|_| said.after.all));
            if said.chain {
                for (before, next) in said.subjects.iter().zip(said.subjects.iter().skip(1)) {
                    self.wait(*next, *before, Rule::Phase, said.span);
                }
            }
            let heads = if said.chain { 1 } else { said.subjects.len() };
            for subject in said.subjects.iter().take(heads) {
                for before in before.iter().filter(|before| !said.subjects.contains(before)) {
                    self.wait(*subject, *before, Rule::Phase, said.span);
                }
            }
            declared.extend(said.subjects);
        }
    }

    fn read_arrows(&mut self, doc: Doc<'_>, known: &PhaseNames, declared: &mut BTreeSet<usize>) {
        let phase = |node: &arrows::Node| {
            let named = [&node.label, &node.name]
                .into_iter()
                .map(|text| known.numbered(text));
            let mut named = named.filter(|found| !found.is_empty());
            named.next()?.first().copied()
        };
        for arrow in arrows::read(doc) {
            if let (Some(from), Some(to)) = (phase(&arrow.from), phase(&arrow.to)) {
                self.wait(to, from, Rule::Phase, arrow.span);
                declared.extend([from, to]);
            }
        }
    }

    /// Adds what the template says: for phases of which nothing is declared, and that foundations block stories.
    fn fill(&mut self, phases: &[Phase], declared: &BTreeSet<usize>) {
        let is_story = |at: &usize| phases.get(*at).is_some_and(|phase| !phase.stories.is_empty());
        let first = (0..phases.len()).find(is_story);
        let last = (0..phases.len()).rfind(is_story);
        for (at, phase) in phases.iter().enumerate().skip(1) {
            let before: Vec<usize> = match (first, last) {
                (Some(first), _) if is_story(&at) => first.checked_sub(1).into_iter().collect(),
                (Some(first), Some(last)) if at == last + 1 => (first..=last).collect(),
                _ => vec![at - 1],
            };
            let is_declared = declared.contains(&at);
            if !is_declared {
                self.assumed.push(at);
            }
            for before in before {
                if !is_declared || (is_story(&at) && !self.reaches(at, before) && !self.reaches(before, at)) {
                    self.wait(at, before, Rule::PhaseDefault, phase.span);
                }
            }
        }
    }

    /// Whether a phase waits for another, directly or not.
    fn reaches(&self, from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for next in self.waits.get(at).into_iter().flat_map(BTreeMap::keys) {
                if *next == to {
                    return true;
                }
                if seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        false
    }
}

/// The tasks that whoever waits for a phase waits for: its last ones, or those of what it waits for where it has none.
fn last_of(phase: usize, ends: &[(Vec<usize>, Vec<usize>)], order: &Order) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::from([phase]);
    let mut open = vec![phase];
    while let Some(at) = open.pop() {
        match ends.get(at) {
            Some((_, last)) if !last.is_empty() => found.extend(last),
            _ => {
                let waits = order.waits.get(at).into_iter().flat_map(BTreeMap::keys);
                open.extend(waits.copied().filter(|next| seen.insert(*next)));
            }
        }
    }
    found
}

/// Says that words about the order of two phases are not followed.
fn not_followed((at, before, span): &(usize, usize, Span), phases: &[Phase]) -> Option<Diagnostic> {
    let (phase, before) = (phases.get(*at)?, phases.get(*before)?);
    let message = "phases wait for each other in a circle, and these words are not followed";
    let found = Diagnostic::new(codes::PHASE_CIRCLE, *span, message);
    let found = found
        .also(phase.span, "this phase")
        .also(before.span, "does not wait for this one");
    Some(found.help("Say of one of them alone that it comes after the other."))
}

/// Says that the order of some phases is the template's.
fn assumed(phases: &[Phase], order: &Order) -> Option<Diagnostic> {
    let mut assumed = order.assumed.iter().filter_map(|at| phases.get(*at));
    let first = assumed.next()?;
    let message = match assumed.count() {
        0 => "nothing says what this phase comes after".to_string(),
        more => format!("nothing says what this phase and {more} more come after"),
    };
    let found = Diagnostic::new(codes::PHASE_ORDER_ASSUMED, first.span, message);
    Some(found.note("the order of the template is taken").help(
        "Say it below `## Dependencies`, with a bullet such as `**Polish (Phase 5)**: Depends on all user stories`.",
    ))
}
