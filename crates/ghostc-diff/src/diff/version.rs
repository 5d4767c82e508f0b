//! What changes ask of a package's version (semver.org 2.0.0; below 1.0.0 everything counts one place lower).

use super::Class;

/// Which part of a version must grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing changed.
    None,
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
}

impl Bump {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }

    /// What changes of these classes ask for.
    pub fn of(classes: impl Iterator<Item = Class>) -> Bump {
        let worst = classes.max();
        worst.map_or(Bump::None, |class| match class {
            Class::Editorial | Class::Example => Bump::Patch,
            Class::Additive => Bump::Minor,
            Class::Breaking => Bump::Major,
        })
    }
}

/// The least version that a change of this weight may lead to, written as the old one is; nothing where the old version
/// is no version, or nothing is asked for.
pub fn advise(old: &str, bump: Bump) -> Option<String> {
    let [major, minor, patch] = numbers(old)?;
    let (major, minor, patch) = match (bump, major) {
        (Bump::None, _) => return None,
        (Bump::Major, 1..) => (major + 1, 0, 0),
        (Bump::Major, 0) | (Bump::Minor, 1..) => (major, minor + 1, 0),
        (Bump::Minor, 0) | (Bump::Patch, _) => (major, minor, patch + 1),
    };
    Some(format!("{major}.{minor}.{patch}"))
}

/// Whether a version is at least another one; nothing where one of them is no version.
pub fn reaches(version: &str, least: &str) -> Option<bool> {
    Some(numbers(version)? >= numbers(least)?)
}

/// The three numbers of a version; what is missing is 0.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let core = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let core = core.split(['-', '+']).next().unwrap_or_default();
    let mut parts = core.split('.').map(str::parse::<u64>);
    let first = parts.next()?.ok()?;
    let mut next = || parts.next().unwrap_or(Ok(0)).ok();
    let found = [first, next()?, next()?];
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_follows_semver() {
        let advice =
            |old: &str| [Bump::Major, Bump::Minor, Bump::Patch].map(|bump| advise(old, bump).unwrap());
        assert_eq!(advice("1.2.3"), ["2.0.0", "1.3.0", "1.2.4"]);
        assert_eq!(advice("v0.2"), ["0.3.0", "0.2.1", "0.2.1"]);
        assert_eq!(
            (advise("1.0.0", Bump::None), advise("draft", Bump::Major)),
            (None, None)
        );
        assert_eq!(
            (reaches("2.0.0", "2.0.0"), reaches("1.10", "1.9.9")),
            (Some(true), Some(true))
        );
        assert_eq!(
            (reaches("1.9", "1.10.0"), reaches("1.2.3.4", "1")),
            (Some(false), None)
        );
    }
}
