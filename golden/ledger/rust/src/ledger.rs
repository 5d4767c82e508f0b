//! Accounts in one currency, and the entries between them.

use std::collections::BTreeMap;
use std::fmt;

/// A ledger keeps accounts in one currency, and every entry that moved an amount between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    currency: String,
    accounts: BTreeMap<String, Account>,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Account {
    overdraft: i64,
    balance: i64,
}

/// One movement of an amount from one account to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number: 1 for the first of its ledger.
    pub number: usize,
    /// The account that the amount went out of.
    pub from: String,
    /// The account that it came into.
    pub to: String,
    /// How much it was.
    pub amount: i64,
}

/// Why an operation on a ledger failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerError {
    /// A currency is not three letters `A` to `Z`.
    Currency(String),
    /// The name of an account is empty.
    EmptyName,
    /// There is an account of this name already.
    AccountExists(String),
    /// There is no account of this name.
    NoAccount(String),
    /// An overdraft is negative.
    Overdraft(i64),
    /// An entry names one account twice.
    SameAccount(String),
    /// An amount is not above 0.
    Amount(i64),
    /// An account does not cover what should go out of it.
    NotCovered(String, i64),
    /// Two ledgers have different currencies.
    OtherCurrency(String, String),
    /// An account cannot be closed below 0.
    BelowZero(String, i64),
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Currency(text) => {
                write!(f, "the currency must be three letters A to Z, not {text:?}")
            }
            Self::EmptyName => write!(f, "the name of an account must not be empty"),
            Self::AccountExists(name) => write!(f, "there is an account {name:?} already"),
            Self::NoAccount(name) => write!(f, "there is no account {name:?}"),
            Self::Overdraft(overdraft) => {
                write!(f, "the overdraft must not be negative: {overdraft}")
            }
            Self::SameAccount(name) => {
                write!(f, "an entry needs two accounts, not {name:?} twice")
            }
            Self::Amount(amount) => write!(f, "the amount must be above 0: {amount}"),
            Self::NotCovered(name, amount) => {
                write!(f, "the account {name:?} does not cover {amount}")
            }
            Self::OtherCurrency(theirs, own) => {
                write!(f, "a ledger in {theirs} does not fit one in {own}")
            }
            Self::BelowZero(name, balance) => {
                write!(f, "the balance of {name:?} is below 0: {balance}")
            }
        }
    }
}

impl std::error::Error for LedgerError {}

impl Ledger {
    /// Makes a ledger without accounts and entries.
    pub fn new(currency: &str) -> Result<Self, LedgerError> {
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(LedgerError::Currency(currency.to_owned()));
        }
        Ok(Self {
            currency: currency.to_owned(),
            accounts: BTreeMap::new(),
            entries: Vec::new(),
        })
    }

    /// The currency that the ledger was made with.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// Opens an account with a balance of 0, which may not fall below 0 by more than its overdraft.
    pub fn open(&mut self, account: &str, overdraft: Option<i64>) -> Result<(), LedgerError> {
        let overdraft = overdraft.unwrap_or(0);
        if account.is_empty() {
            return Err(LedgerError::EmptyName);
        }
        if self.accounts.contains_key(account) {
            return Err(LedgerError::AccountExists(account.to_owned()));
        }
        if overdraft < 0 {
            return Err(LedgerError::Overdraft(overdraft));
        }
        let balance = 0;
        self.accounts
            .insert(account.to_owned(), Account { overdraft, balance });
        Ok(())
    }

    /// Moves an amount from one account to another and gives the number of the entry.
    pub fn post(&mut self, from: &str, to: &str, amount: i64) -> Result<usize, LedgerError> {
        let source = self.account(from)?;
        self.account(to)?;
        if from == to {
            return Err(LedgerError::SameAccount(to.to_owned()));
        }
        if amount <= 0 {
            return Err(LedgerError::Amount(amount));
        }
        if source.balance - amount < -source.overdraft {
            return Err(LedgerError::NotCovered(from.to_owned(), amount));
        }
        for (name, change) in [(from, -amount), (to, amount)] {
            if let Some(account) = self.accounts.get_mut(name) {
                account.balance += change;
            }
        }
        let number = self.entries.len() + 1;
        self.entries.push(Entry {
            number,
            from: from.to_owned(),
            to: to.to_owned(),
            amount,
        });
        Ok(number)
    }

    /// What came into an account less what went out of it.
    pub fn balance(&self, account: &str) -> Result<i64, LedgerError> {
        Ok(self.account(account)?.balance)
    }

    /// The entries in order: all of them, or those of one account.
    pub fn entries<'a>(
        &'a self,
        account: Option<&'a str>,
    ) -> Result<impl Iterator<Item = &'a Entry> + 'a, LedgerError> {
        if let Some(name) = account {
            self.account(name)?;
        }
        let entries = self.entries.iter();
        Ok(entries.filter(move |entry| match account {
            Some(name) => entry.from == name || entry.to == name,
            None => true,
        }))
    }

    /// A new ledger with the same currency, accounts and entries.
    pub fn copy(&self) -> Self {
        self.clone()
    }

    /// Takes over the accounts and entries of another ledger and gives how many entries came over.
    pub fn absorb(&mut self, other: Self) -> Result<usize, LedgerError> {
        if other.currency != self.currency {
            let own = self.currency.clone();
            return Err(LedgerError::OtherCurrency(other.currency, own));
        }
        let mut names = other.accounts.keys();
        if let Some(name) = names.find(|name| self.accounts.contains_key(*name)) {
            return Err(LedgerError::AccountExists(name.clone()));
        }
        let (own, count) = (self.entries.len(), other.entries.len());
        self.accounts.extend(other.accounts);
        let theirs = other.entries.into_iter();
        self.entries.extend(theirs.map(|entry| Entry {
            number: own + entry.number,
            ..entry
        }));
        Ok(count)
    }

    /// The final balances by account.
    pub fn close(self) -> Result<BTreeMap<String, i64>, LedgerError> {
        let mut accounts = self.accounts.iter();
        if let Some((name, account)) = accounts.find(|(_, account)| account.balance < 0) {
            return Err(LedgerError::BelowZero(name.clone(), account.balance));
        }
        let accounts = self.accounts.into_iter();
        Ok(accounts
            .map(|(name, account)| (name, account.balance))
            .collect())
    }

    fn account(&self, name: &str) -> Result<&Account, LedgerError> {
        let found = self.accounts.get(name);
        found.ok_or_else(|| LedgerError::NoAccount(name.to_owned()))
    }
}
