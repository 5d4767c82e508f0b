//! Path globs: `*` and `?` within a folder's name, `**` for any number of folders. Every text is a valid glob.
//!
//! Ours and not a crate's, since a glob here must also answer for a whole folder, and must not be able to fail.

/// Whether a relative path matches one of the globs.
pub fn any_matches(globs: &[String], path: &str) -> bool {
    globs.iter().any(|glob| matches(glob, path))
}

/// Whether everything in a folder, at any depth, matches one of the globs.
pub fn any_covers(globs: &[String], folder: &str) -> bool {
    let whole = |glob: &String| {
        glob.strip_suffix("/**")
            .is_some_and(|prefix| matches(prefix, folder))
    };
    globs.iter().any(|glob| glob == "**" || whole(glob))
}

/// Whether a relative path matches a glob.
pub fn matches(glob: &str, path: &str) -> bool {
    let (glob, path): (Vec<&str>, Vec<&str>) = (glob.split('/').collect(), path.split('/').collect());
    folders_match(&glob, &path)
}

fn folders_match(glob: &[&str], path: &[&str]) -> bool {
    match (glob.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), None) => folders_match(rest, path),
        (Some((&"**", rest)), Some((_, below))) => folders_match(rest, path) || folders_match(glob, below),
        (Some((name, rest)), Some((found, below))) => name_matches(name, found) && folders_match(rest, below),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn name_matches(glob: &str, name: &str) -> bool {
    let mut rest = glob.chars();
    match rest.next() {
        None => name.is_empty(),
        Some('*') => {
            let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.filter_map(|at| name.get(at..))
                .any(|tail| name_matches(rest.as_str(), tail))
        }
        Some(wanted) => {
            let mut found = name.chars();
            let first = found.next();
            first.is_some_and(|first| wanted == '?' || wanted == first)
                && name_matches(rest.as_str(), found.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_in_its_folder_and_two_stars_do_not() {
        for (glob, path, expected) in [
            ("src/*.rs", "src/a.rs", true),
            ("src/*.rs", "src/a/b.rs", false),
            ("src/**", "src/a/b.rs", true),
            ("src/**", "src", true),
            ("src/**", "srcs/a", false),
            ("**/*.rs", "a.rs", true),
            ("**/__pycache__/**", "a/__pycache__/b.pyc", true),
            ("**/__pycache__/**", "__pycache__/b.pyc", true),
            ("a/**/z", "a/z", true),
            ("a/**/z", "a/b/c/z", true),
            ("a?c", "abc", true),
            ("*a*b", "xxaxxb", true),
            ("", "a", false),
            ("[x", "[x", true),
        ] {
            assert_eq!(matches(glob, path), expected, "{glob} {path}");
        }
    }

    #[test]
    fn a_folder_is_covered_where_nothing_in_it_can_matter() {
        let ignore = [
            "target/**".to_string(),
            "**/node_modules/**".to_string(),
            "*.log".to_string(),
        ];
        for (folder, expected) in [
            ("target", true),
            ("a/node_modules", true),
            ("src", false),
            ("target/a", false),
        ] {
            assert_eq!(any_covers(&ignore, folder), expected, "{folder}");
        }
    }
}
