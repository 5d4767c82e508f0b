//! Which of many sections a stretch of text lies in, without asking each of them.

use ghostc_syntax::Span;

/// Sections of documents, by place. Sections of headings lie side by side or inside each other.
pub struct SectionIndex {
    sections: Vec<Entry>,
}

struct Entry {
    section: Span,
    /// The last one before it in its file that ends after it: those between end too early for whatever it does.
    wider: Option<usize>,
    /// Its place in the list that it came from.
    at: usize,
}

impl SectionIndex {
    /// Keeps sections, each known by its place in the list.
    pub fn new(sections: impl Iterator<Item = Span>) -> SectionIndex {
        SectionIndex::of(sections.enumerate())
    }

    /// Keeps sections, each known by the number that stands before it; several may have one number.
    pub fn of(sections: impl Iterator<Item = (usize, Span)>) -> SectionIndex {
        let mut sections: Vec<Entry> = sections
            .map(|(at, section)| Entry {
                section,
                wider: None,
                at,
            })
            .collect();
        sections.sort_by_key(|entry| (entry.section, entry.at));
        let mut open: Vec<(usize, Span)> = Vec::new();
        for (index, entry) in sections.iter_mut().enumerate() {
            let own = entry.section;
            while let Some((_, before)) = open.last() {
                if before.file == own.file && before.end > own.end {
                    break;
                }
                open.pop();
            }
            entry.wider = open.last().map(|(index, _)| *index);
            open.push((index, own));
        }
        SectionIndex { sections }
    }

    /// All sections that a span lies in, in no order.
    pub fn around(&self, span: Span) -> impl Iterator<Item = usize> {
        let starts_before =
            |entry: &Entry| (entry.section.file, entry.section.start) <= (span.file, span.start);
        let end = self.sections.partition_point(starts_before);
        let mut next = end.checked_sub(1);
        let steps = std::iter::from_fn(move || {
            let index = next?;
            let entry = self.sections.get(index)?;
            if entry.section.file != span.file {
                return None;
            }
            next = if entry.section.end < span.end {
                entry.wider
            } else {
                index.checked_sub(1)
            };
            Some(entry)
        });
        steps
            .filter(move |entry| entry.section.contains(span))
            .map(|entry| entry.at)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The first in the list of the sections that a span lies in.
    pub fn first(&self, span: Span) -> Option<usize> {
        self.around(span).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::FileId;

    #[test]
    fn a_span_is_found_in_every_section_around_it() {
        let span = |file, start, end| Span::new(FileId(file), start, end);
        let sections = [span(0, 50, 60), span(0, 10, 40), span(0, 20, 30), span(1, 0, 100)];
        let index = SectionIndex::new(sections.into_iter());
        let around = |span| {
            let mut found: Vec<usize> = index.around(span).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(around(span(0, 20, 25)), [1, 2]);
        assert_eq!(around(span(0, 35, 40)), [1]);
        assert!(around(span(0, 35, 41)).is_empty());
        assert_eq!(around(span(1, 55, 56)), [3]);
        assert!(around(span(2, 0, 1)).is_empty());
        assert_eq!(index.first(span(0, 20, 25)), Some(1));
    }
}
