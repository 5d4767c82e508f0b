//! The command line of larder.

mod commands;
mod failure;
mod fill;
mod read_amount;
mod store;
mod words;
mod write_amount;

use crate::commands::Refusal;
use crate::failure::Failure;
use crate::read_amount::Amount;
use crate::store::Items;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A command that changes an item.
type Change = fn(&mut Items, &str, Amount) -> Result<String, Refusal>;

fn main() -> ExitCode {
    let (status, written) = match run(std::env::args_os().skip(1).collect()) {
        Ok(said) => (0, say(&mut io::stdout().lock(), &said)),
        Err(failure) => (
            failure.status(),
            say(&mut io::stderr().lock(), &format!("error: {failure}\n")),
        ),
    };
    // A reader that has gone is an end like another.
    written.map_or(ExitCode::FAILURE, |()| ExitCode::from(status))
}

fn say(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn run(args: Vec<OsString>) -> Result<String, Failure> {
    let (path, rest) = match args.split_first() {
        Some((option, rest)) if option == "--file" => {
            let (path, rest) = rest.split_first().ok_or(Failure::Usage)?;
            (PathBuf::from(path), rest)
        }
        _ => (PathBuf::from("larder.txt"), args.as_slice()),
    };
    let words: Vec<_> = rest.iter().map(|word| word.to_string_lossy()).collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        ["put", name, amount] => change(&path, name, amount, commands::put),
        ["take", name, amount] => change(&path, name, amount, commands::take),
        ["need", name, amount] => change(&path, name, amount, commands::need),
        ["list"] => Ok(commands::list(&store::load(&path)?)),
        ["short"] => Ok(commands::short(&store::load(&path)?)),
        ["fill"] => fill(&path),
        _ => Err(Failure::Usage),
    }
}

fn change(path: &Path, name: &str, amount: &str, command: Change) -> Result<String, Failure> {
    let amount = words::read_words(name, amount)?;
    let mut items = store::load(path)?;
    let said = command(&mut items, name, amount)?;
    store::save(path, &items)?;
    Ok(said)
}

fn fill(path: &Path) -> Result<String, Failure> {
    let mut items = store::load(path)?;
    let mut input = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(Failure::Input)?;
    let said = fill::fill(&mut items, &String::from_utf8_lossy(&input))?;
    store::save(path, &items)?;
    Ok(said)
}
