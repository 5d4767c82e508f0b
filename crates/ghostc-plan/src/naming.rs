//! How names of a spec are spelled in a language.

/// A way to spell a name of several words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameStyle {
    /// `parse_range`
    Snake,
    /// `parseRange`
    Camel,
    /// `ParseRange`
    Pascal,
    /// `parse-range`
    Kebab,
    /// `parserange`
    Flat,
}

impl NameStyle {
    /// The style of a name in `target.yaml`.
    pub fn parse(name: &str) -> Option<NameStyle> {
        Some(match name {
            "snake" => NameStyle::Snake,
            "camel" => NameStyle::Camel,
            "pascal" => NameStyle::Pascal,
            "kebab" => NameStyle::Kebab,
            "flat" => NameStyle::Flat,
            _ => return None,
        })
    }

    /// Spells a name; what is not a letter or digit separates words, and so does a capital after a small letter.
    pub fn spell(self, name: &str) -> String {
        let words = words(name);
        let joined = match self {
            NameStyle::Snake => words.join("_"),
            NameStyle::Kebab => words.join("-"),
            NameStyle::Flat => words.concat(),
            NameStyle::Pascal => words.iter().map(|word| capital(word)).collect(),
            NameStyle::Camel => words
                .iter()
                .enumerate()
                .map(|(at, word)| if at == 0 { word.clone() } else { capital(word) })
                .collect(),
        };
        let starts_wrong = joined.is_empty() || joined.starts_with(|c: char| c.is_ascii_digit());
        if starts_wrong {
            format!("n{joined}")
        } else {
            joined
        }
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The words of a name in lower case; letters that are not ASCII are kept as they are.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut start_new = true;
    let mut last_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            start_new = true;
            last_small = false;
            continue;
        }
        if start_new || (c.is_uppercase() && last_small) {
            words.push(String::new());
        }
        start_new = false;
        last_small = c.is_lowercase() || c.is_ascii_digit();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_in_each_style() {
        for (name, snake, camel, pascal) in [
            ("parse_range", "parse_range", "parseRange", "ParseRange"),
            (
                "Mod.parseRange",
                "mod_parse_range",
                "modParseRange",
                "ModParseRange",
            ),
            ("2 hours -- ago!", "n2_hours_ago", "n2HoursAgo", "n2HoursAgo"),
        ] {
            assert_eq!(NameStyle::Snake.spell(name), snake);
            assert_eq!(NameStyle::Camel.spell(name), camel);
            assert_eq!(NameStyle::Pascal.spell(name), pascal);
        }
        assert_eq!(NameStyle::Kebab.spell("parse_range"), "parse-range");
        assert_eq!(NameStyle::Flat.spell("parse_range"), "parserange");
    }
}
