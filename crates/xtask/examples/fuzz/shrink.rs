//! The smallest files that still show what was found: whole files, then lines, then characters are left out.

use crate::oracle::Files;

/// The most inputs that are tried.
const TRIES: usize = 600;

/// Leaves out what is not needed for some finding of the same kind, and says what is found in what is left.
pub(crate) fn smallest(files: Files, why: String) -> (Files, String) {
    let mut search = Search {
        kind: kind(&why),
        best: (files, why),
        left: TRIES,
    };
    for path in search.best.0.keys().cloned().collect::<Vec<_>>() {
        let mut fewer = search.best.0.clone();
        fewer.remove(&path);
        search.try_instead(fewer);
    }
    for path in search.best.0.keys().cloned().collect::<Vec<_>>() {
        search.cut(&path, |text| {
            text.split_inclusive('\n').map(str::to_string).collect()
        });
        search.cut(&path, |text| text.chars().map(String::from).collect());
    }
    search.best
}

/// What findings have in common that are likely of one cause: how they begin, without numbers.
fn kind(why: &str) -> String {
    let words = why.split([' ', ':']).take(2).collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_ascii_digit()).collect()
}

struct Search {
    kind: String,
    best: (Files, String),
    left: usize,
}

impl Search {
    fn try_instead(&mut self, files: Files) -> bool {
        let Some(left) = self.left.checked_sub(1) else {
            return false;
        };
        self.left = left;
        match crate::judged(&files) {
            Err(why) if kind(&why) == self.kind => {
                self.best = (files, why);
                true
            }
            _ => false,
        }
    }

    /// Leaves out ever smaller runs of the parts of a file (Zeller and Hildebrandt's delta debugging, simplified).
    fn cut(&mut self, path: &str, parts: impl Fn(&str) -> Vec<String>) {
        let all = |search: &Search| parts(search.best.0.get(path).map_or("", String::as_str));
        let mut size = all(self).len().div_ceil(2);
        while size > 0 {
            let mut at = 0;
            loop {
                let now = all(self);
                if at >= now.len() || self.left == 0 {
                    break;
                }
                let kept = now.iter().take(at).chain(now.iter().skip(at + size));
                let mut files = self.best.0.clone();
                files.insert(path.to_string(), kept.map(String::as_str).collect());
                if !self.try_instead(files) {
                    at += size;
                }
            }
            size /= 2;
        }
    }
}
