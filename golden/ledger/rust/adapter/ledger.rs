use super::{Objects, Value};
use ledger::ledger::Ledger;

fn text(error: impl std::error::Error) -> String {
    error.to_string()
}

pub fn new(input: &Value, objects: &mut Objects) -> Result<Value, String> {
    let currency: String = input.arg("currency")?;
    Ok(objects.keep(Ledger::new(&currency).map_err(text)?))
}

pub fn currency(on: &Value, _: &Value, objects: &mut Objects) -> Result<Value, String> {
    Ok(objects.get::<Ledger>(on)?.currency().into())
}

pub fn open(on: &Value, input: &Value, objects: &mut Objects) -> Result<Value, String> {
    let account: String = input.arg("account")?;
    let overdraft: Option<i64> = input.arg("overdraft")?;
    let ledger: &mut Ledger = objects.get_mut(on)?;
    ledger.open(&account, overdraft).map_err(text)?;
    Ok(Value::Null)
}

pub fn post(on: &Value, input: &Value, objects: &mut Objects) -> Result<Value, String> {
    let (from, to): (String, String) = (input.arg("from")?, input.arg("to")?);
    let ledger: &mut Ledger = objects.get_mut(on)?;
    let number = ledger.post(&from, &to, input.arg("amount")?);
    Ok(number.map_err(text)?.into())
}

pub fn balance(on: &Value, input: &Value, objects: &mut Objects) -> Result<Value, String> {
    let account: String = input.arg("account")?;
    let balance = objects.get::<Ledger>(on)?.balance(&account);
    Ok(balance.map_err(text)?.into())
}

pub fn entries(on: &Value, input: &Value, objects: &mut Objects) -> Result<Value, String> {
    let account: Option<String> = input.arg("account")?;
    let ledger: &Ledger = objects.get(on)?;
    let entries = ledger.entries(account.as_deref()).map_err(text)?;
    let entries = entries.map(|entry| {
        Value::object([
            ("number", entry.number.into()),
            ("from", entry.from.as_str().into()),
            ("to", entry.to.as_str().into()),
            ("amount", entry.amount.into()),
        ])
    });
    Ok(Value::Array(entries.collect()))
}

pub fn copy(on: &Value, _: &Value, objects: &mut Objects) -> Result<Value, String> {
    let copy = objects.get::<Ledger>(on)?.copy();
    Ok(objects.keep(copy))
}

pub fn absorb(on: &Value, input: &Value, objects: &mut Objects) -> Result<Value, String> {
    let other: Ledger = objects.take(&input.arg("other")?)?;
    let ledger: &mut Ledger = objects.get_mut(on)?;
    Ok(ledger.absorb(other).map_err(text)?.into())
}

pub fn close(on: &Value, _: &Value, objects: &mut Objects) -> Result<Value, String> {
    let ledger: Ledger = objects.take(on)?;
    Ok(ledger.close().map_err(text)?.into())
}
