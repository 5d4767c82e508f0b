//! What each command does with the items, and what it says.

use crate::read_amount::{Amount, Unit};
use crate::store::{Item, Items};
use crate::write_amount::write_amount;
use std::fmt;

const LARGEST: u64 = 1_000_000_000;

/// What the larder does not do.
#[derive(Debug)]
pub(crate) enum Refusal {
    OtherUnit { name: String, unit: Unit },
    TooMuch { name: String },
    NotThere { name: String },
    TooLittle { name: String, left: String },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::OtherUnit { name, unit } => write!(f, "{name} is kept in {unit}"),
            Refusal::TooMuch { name } => write!(f, "too much {name}"),
            Refusal::NotThere { name } => write!(f, "no {name}"),
            Refusal::TooLittle { name, left } => write!(f, "only {left} of {name}"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Adds an amount to what there is, and gives what is said.
pub(crate) fn put(items: &mut Items, name: &str, amount: Amount) -> Result<String, Refusal> {
    let mut item = items.get(name).copied().unwrap_or_else(|| new_item(amount));
    check_unit(name, item, amount)?;
    item.value += amount.value;
    if item.value > LARGEST {
        return Err(Refusal::TooMuch {
            name: name.to_string(),
        });
    }
    items.insert(name.to_string(), item);
    Ok(format!("{name}: {}\n", write_amount(item.value, item.unit)))
}

/// Takes an amount away from what there is, and gives what is said.
pub(crate) fn take(items: &mut Items, name: &str, amount: Amount) -> Result<String, Refusal> {
    let not_there = || Refusal::NotThere {
        name: name.to_string(),
    };
    let mut item = items.get(name).copied().ok_or_else(not_there)?;
    check_unit(name, item, amount)?;
    let Some(left) = item.value.checked_sub(amount.value) else {
        let left = write_amount(item.value, item.unit);
        return Err(Refusal::TooLittle {
            name: name.to_string(),
            left,
        });
    };
    item.value = left;
    keep(items, name, item);
    Ok(format!("{name}: {}\n", write_amount(left, item.unit)))
}

/// Says how much has to be there, and gives what is said.
pub(crate) fn need(items: &mut Items, name: &str, amount: Amount) -> Result<String, Refusal> {
    let mut item = items.get(name).copied().unwrap_or_else(|| new_item(amount));
    check_unit(name, item, amount)?;
    item.least = amount.value;
    keep(items, name, item);
    Ok(format!(
        "{name}: at least {}\n",
        write_amount(item.least, item.unit)
    ))
}

/// Gives a line for each item of which some is missing.
pub(crate) fn short(items: &Items) -> String {
    let missing = items.iter().filter(|(_, item)| item.value < item.least);
    let line = |(name, item): (&String, &Item)| {
        format!(
            "{name} {}\n",
            write_amount(item.least - item.value, item.unit)
        )
    };
    missing.map(line).collect()
}

/// Gives a line for each item.
pub(crate) fn list(items: &Items) -> String {
    let line = |(name, item): (&String, &Item)| {
        format!("{name} {}\n", write_amount(item.value, item.unit))
    };
    items.iter().map(line).collect()
}

/// Puts an item back, or away where nothing is there and nothing has to be.
fn keep(items: &mut Items, name: &str, item: Item) {
    if item.value == 0 && item.least == 0 {
        items.remove(name);
    } else {
        items.insert(name.to_string(), item);
    }
}

fn new_item(amount: Amount) -> Item {
    Item {
        value: 0,
        unit: amount.unit,
        least: 0,
    }
}

fn check_unit(name: &str, item: Item, amount: Amount) -> Result<(), Refusal> {
    if item.unit == amount.unit {
        return Ok(());
    }
    Err(Refusal::OtherUnit {
        name: name.to_string(),
        unit: item.unit,
    })
}
