/**
 * One movement of an amount from one account to another.
 * @typedef {{ number: number, from: string, to: string, amount: number }} Entry
 */

/**
 * @typedef {{ overdraft: number, balance: number }} Account
 */

/** A ledger keeps accounts in one currency, and every entry that moved an amount between them. */
export class Ledger {
  /** @type {string} */
  #currency;
  /** @type {Map<string, Account>} */
  #accounts = new Map();
  /** @type {Entry[]} */
  #entries = [];

  /**
   * Makes a ledger without accounts and entries.
   * @param {string} currency three letters A to Z
   */
  constructor(currency) {
    if (!/^[A-Z]{3}$/.test(currency)) {
      throw new Error(`The currency must be three letters A to Z, not "${currency}".`);
    }
    this.#currency = currency;
  }

  /**
   * Returns the currency that the ledger was made with.
   * @returns {string}
   */
  currency() {
    return this.#currency;
  }

  /**
   * Opens an account with a balance of 0, which may not fall below 0 by more than its overdraft.
   * @param {string} account
   * @param {number} [overdraft]
   * @returns {null}
   */
  open(account, overdraft = 0) {
    if (account === "") throw new Error("The name of an account must not be empty.");
    if (this.#accounts.has(account)) throw new Error(`There is an account "${account}" already.`);
    if (overdraft < 0) throw new RangeError(`The overdraft must not be negative: ${overdraft}.`);
    this.#accounts.set(account, { overdraft, balance: 0 });
    return null;
  }

  /**
   * Moves an amount from one account to another and returns the number of the entry.
   * @param {string} from
   * @param {string} to
   * @param {number} amount
   * @returns {number}
   */
  post(from, to, amount) {
    const source = this.#account(from);
    const target = this.#account(to);
    if (from === to) throw new Error(`An entry needs two accounts, not "${to}" twice.`);
    if (amount <= 0) throw new RangeError(`The amount must be above 0: ${amount}.`);
    if (source.balance - amount < -source.overdraft) {
      throw new RangeError(`The account "${from}" does not cover ${amount}.`);
    }
    source.balance -= amount;
    target.balance += amount;
    return this.#entries.push({ number: this.#entries.length + 1, from, to, amount });
  }

  /**
   * Returns what came into an account less what went out of it.
   * @param {string} account
   * @returns {number}
   */
  balance(account) {
    return this.#account(account).balance;
  }

  /**
   * Returns the entries in order: all of them, or those of one account.
   * @param {string} [account]
   * @returns {Entry[]}
   */
  entries(account) {
    if (account !== undefined) this.#account(account);
    return this.#entries
      .filter(({ from, to }) => account === undefined || account === from || account === to)
      .map((entry) => ({ ...entry }));
  }

  /**
   * Returns a new ledger with the same currency, accounts and entries.
   * @returns {Ledger}
   */
  copy() {
    const other = new Ledger(this.#currency);
    for (const [name, account] of this.#accounts) other.#accounts.set(name, { ...account });
    other.#entries = this.entries();
    return other;
  }

  /**
   * Takes over the accounts and entries of another ledger and returns how many entries came over.
   * @param {Ledger} other
   * @returns {number}
   */
  absorb(other) {
    if (!(other instanceof Ledger)) throw new Error(`Only a ledger can be absorbed, not ${other}.`);
    if (other.#currency !== this.#currency) {
      throw new Error(`A ledger in ${other.#currency} does not fit one in ${this.#currency}.`);
    }
    for (const name of other.#accounts.keys()) {
      if (this.#accounts.has(name)) throw new Error(`Both ledgers have an account "${name}".`);
    }
    for (const [name, account] of other.#accounts) this.#accounts.set(name, { ...account });
    for (const entry of other.#entries) {
      this.#entries.push({ ...entry, number: this.#entries.length + 1 });
    }
    return other.#entries.length;
  }

  /**
   * Returns the final balances by account.
   * @returns {Record<string, number>}
   */
  close() {
    for (const [name, { balance }] of this.#accounts) {
      if (balance < 0) throw new RangeError(`The balance of "${name}" is below 0: ${balance}.`);
    }
    return Object.fromEntries([...this.#accounts].map(([name, { balance }]) => [name, balance]));
  }

  /**
   * @param {string} name
   * @returns {Account}
   */
  #account(name) {
    const account = this.#accounts.get(name);
    if (account === undefined) throw new Error(`There is no account "${name}".`);
    return account;
  }
}
