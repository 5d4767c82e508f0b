"""Accounts in one currency, and the entries between them."""

import re
from typing import Any, Dict, List, NamedTuple, Optional

_CURRENCY = re.compile("[A-Z]{3}")


class _Entry(NamedTuple):
    source: str
    target: str
    amount: int


class _Account:
    def __init__(self, overdraft: int, balance: int = 0) -> None:
        self.overdraft = overdraft
        self.balance = balance


class Ledger:
    """A ledger keeps accounts in one currency, and every entry that moved an amount between them."""

    def __init__(self, currency: str) -> None:
        """Make a ledger without accounts and entries."""
        if not _CURRENCY.fullmatch(currency):
            raise ValueError(f"The currency must be three letters A to Z, not {currency!r}.")
        self._currency = currency
        self._accounts: Dict[str, _Account] = {}
        self._entries: List[_Entry] = []

    def currency(self) -> str:
        """Return the currency that the ledger was made with."""
        return self._currency

    def open(self, account: str, overdraft: Optional[int] = None) -> None:
        """Open an account with a balance of 0, which may not fall below 0 by more than its overdraft."""
        if not account:
            raise ValueError("The name of an account must not be empty.")
        if account in self._accounts:
            raise ValueError(f"There is an account {account!r} already.")
        if overdraft is not None and overdraft < 0:
            raise ValueError(f"The overdraft must not be negative: {overdraft}.")
        self._accounts[account] = _Account(overdraft or 0)

    def post(self, from_: str, to: str, amount: int) -> int:
        """Move an amount from one account to another and return the number of the entry."""
        source, target = self._account(from_), self._account(to)
        if from_ == to:
            raise ValueError(f"An entry needs two accounts, not {to!r} twice.")
        if amount <= 0:
            raise ValueError(f"The amount must be above 0: {amount}.")
        if source.balance - amount < -source.overdraft:
            raise ValueError(f"The account {from_!r} does not cover {amount}.")
        source.balance -= amount
        target.balance += amount
        self._entries.append(_Entry(from_, to, amount))
        return len(self._entries)

    def balance(self, account: str) -> int:
        """Return what came into an account less what went out of it."""
        return self._account(account).balance

    def entries(self, account: Optional[str] = None) -> List[Dict[str, Any]]:
        """Return the entries in order: all of them, or those of one account."""
        if account is not None:
            self._account(account)
        return [
            {"number": number, "from": entry.source, "to": entry.target, "amount": entry.amount}
            for number, entry in enumerate(self._entries, 1)
            if account is None or account in (entry.source, entry.target)
        ]

    def copy(self) -> "Ledger":
        """Return a new ledger with the same currency, accounts and entries."""
        other = Ledger(self._currency)
        other._accounts = {
            name: _Account(account.overdraft, account.balance) for name, account in self._accounts.items()
        }
        other._entries = list(self._entries)
        return other

    def absorb(self, other: "Ledger") -> int:
        """Take over the accounts and entries of another ledger and return how many entries came over."""
        if not isinstance(other, Ledger):
            raise ValueError(f"Only a ledger can be absorbed, not {other!r}.")
        if other._currency != self._currency:
            raise ValueError(f"A ledger in {other._currency} does not fit one in {self._currency}.")
        for name in other._accounts:
            if name in self._accounts:
                raise ValueError(f"Both ledgers have an account {name!r}.")
        self._accounts.update(other._accounts)
        self._entries.extend(other._entries)
        return len(other._entries)

    def close(self) -> Dict[str, int]:
        """Return the final balances by account."""
        for name, account in self._accounts.items():
            if account.balance < 0:
                raise ValueError(f"The balance of {name!r} is below 0: {account.balance}.")
        return {name: account.balance for name, account in self._accounts.items()}

    def _account(self, name: str) -> _Account:
        account = self._accounts.get(name)
        if account is None:
            raise ValueError(f"There is no account {name!r}.")
        return account
