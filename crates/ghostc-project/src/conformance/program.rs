//! The command of the program under test: found once, and the same wherever it runs.

use crate::failure::Failure;
use crate::host::Host;
use ghostc_run::find_program;
use ghostc_syntax::script::text::split_words;
use std::path::Path;

/// The words of the command of a program: the first one is a file, and those that are files or folders in the current folder
/// are named by their whole paths, since the program runs elsewhere.
pub(crate) fn command(text: &str, host: &Host) -> Result<Vec<String>, Failure> {
    let words = split_words(text);
    let words = words.map_err(|why| Failure::usage(format!("`--program` cannot be read: {why}")))?;
    let here = host.environment.folder().map_err(Failure::no_current_folder)?;
    let whole = |word: &str| here.join(word).to_string_lossy().into_owned();
    let mut words = words.into_iter().map(|(word, _)| word);
    let first = words.next();
    let first = first.ok_or_else(|| Failure::usage("`--program` names no program"))?;
    let file = if first.contains('/') {
        Some(whole(&first)).filter(|file| host.files.is_file(Path::new(file)))
    } else {
        let path = host.environment.variable("PATH");
        let found = path.and_then(|path| find_program(&first, &path));
        found.map(|file| file.to_string_lossy().into_owned())
    };
    let file = file.ok_or_else(|| {
        let failure = Failure::usage(format!("there is no program `{first}`"));
        failure.help("Name a file, with a `/` in its path, or a program on the PATH.")
    })?;
    let rest = words.map(|word| {
        let is_there = !word.is_empty() && host.files.exists(&here.join(&word));
        if is_there { whole(&word) } else { word }
    });
    Ok(std::iter::once(file).chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_file_here_is_so_everywhere() {
        let host = Host::memory([("tool.py", ""), ("bin/tool", "")]);
        let here = host.environment.folder().unwrap();
        let whole = |word: &str| here.join(word).to_string_lossy().into_owned();
        let words = command("bin/tool 'tool.py' --flag=tool.py ''", &host).map_err(|failure| failure.message);
        assert_eq!(
            words,
            Ok(vec![
                whole("bin/tool"),
                whole("tool.py"),
                "--flag=tool.py".to_string(),
                String::new()
            ])
        );
        let refused = ["", "bin/other", "tool", "'x"].map(|text| command(text, &host).unwrap_err().message);
        assert_eq!(
            refused,
            [
                "`--program` names no program",
                "there is no program `bin/other`",
                "there is no program `tool`",
                "`--program` cannot be read: a quote is not closed",
            ]
        );
    }
}
