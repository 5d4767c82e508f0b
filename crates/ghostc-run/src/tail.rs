//! The end of a stream whose beginning may be dropped.

/// Keeps the last bytes of what passes through it, and counts all of them.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    kept: Vec<u8>,
    limit: usize,
    seen: u64,
}

impl Tail {
    /// A tail that keeps at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Tail {
        Tail {
            kept: Vec::new(),
            limit,
            seen: 0,
        }
    }

    /// Takes more bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.seen += bytes.len() as u64;
        self.kept.extend_from_slice(
            bytes
                .get(bytes.len().saturating_sub(self.limit)..)
                .unwrap_or_default(),
        );
        // Cut only when twice as much is there, so that a flood in small pieces is not copied for each of them.
        if self.kept.len() > 2 * self.limit {
            self.kept.drain(..self.kept.len() - self.limit);
        }
    }

    /// How many bytes passed through.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// The end as text, from the start of a line where something was dropped.
    pub(crate) fn text(&self) -> String {
        let end = self
            .kept
            .get(self.kept.len().saturating_sub(self.limit)..)
            .unwrap_or_default();
        let text = String::from_utf8_lossy(end);
        if self.seen > end.len() as u64 {
            let from_line = text.split_once('\n').map_or(&*text, |(_, rest)| rest);
            return format!("…\n{}", from_line.trim_end());
        }
        text.trim_end().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_only_its_end_is_kept() {
        let mut tail = Tail::new(8);
        for _ in 0..1000 {
            tail.push(b"abcdefghij\n");
            assert!(tail.kept.len() <= 16);
        }
        tail.push(b"end\n");
        assert_eq!((tail.seen(), tail.text().as_str()), (11_004, "…\nend"));
    }

    #[test]
    fn what_fits_is_kept_whole() {
        let mut tail = Tail::new(8);
        tail.push("é\n".as_bytes());
        assert_eq!(tail.text(), "é");
    }
}
