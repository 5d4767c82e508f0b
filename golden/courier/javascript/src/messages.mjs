import { setMaxListeners } from "node:events";

export const WAITING = "waiting";
export const DELIVERED = "delivered";
export const DEAD = "dead";

/**
 * @typedef {{ id: number, topic: string, body: Buffer, type: string, state: string, attempts: number, status: number | null }} Message
 */

/**
 * Returns what is told of a message.
 * @param {Message} message
 * @returns {object}
 */
export function told({ id, topic, state, attempts, status }) {
  return { id, topic, state, attempts, status };
}

/** All messages, and whose turn it is. */
export class Messages {
  /** @type {Map<number, Message>} */
  #messages = new Map();
  /** @type {(topic: string) => void} */
  #onWaiting;

  #journal;
  #lastId = 0;
  /** What changes messages is done one after the other, since each change is on disk before it is seen. */
  #queue = Promise.resolve();

  #running = 0;
  #onIdle = () => {};
  #ending = new AbortController();
  #closed = new AbortController();

  /**
   * @param {import("./journal.mjs").Journal} journal
   * @param {(topic: string) => void} onWaiting what is called when a topic has a message that waits
   */
  constructor(journal, onWaiting) {
    this.#journal = journal;
    setMaxListeners(0, this.#ending.signal, this.#closed.signal);
    this.#onWaiting = onWaiting;
    journal.records.forEach((record) => this.#follow(record));
    this.#lastId = this.#messages.size;
  }

  /** Aborted once no further attempt may begin. */
  get ending() {
    return this.#ending.signal;
  }

  /** Aborted once attempts that run are cut off. */
  get closed() {
    return this.#closed.signal;
  }

  /**
   * Begins no further attempt, and waits for those that run, but no longer than so many milliseconds.
   * @param {number} milliseconds
   * @returns {Promise<void>}
   */
  async close(milliseconds) {
    this.#ending.abort();
    await this.#queue;
    if (this.#running > 0) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#closed.abort();
    await this.#queue;
    await this.#journal.close();
  }

  /**
   * Ends what had its last attempt cut off.
   * @param {number} mostAttempts
   * @returns {Promise<void>}
   */
  async settle(mostAttempts) {
    for (const message of this.#messages.values()) {
      if (message.state === WAITING && message.attempts >= mostAttempts) {
        await this.#keep({ end: message.id, state: DEAD, status: message.status });
      }
    }
  }

  /**
   * Takes a new message.
   * @param {string} topic
   * @param {Buffer} body
   * @param {string} type
   * @returns {Promise<object>} what is told of it
   */
  async add(topic, body, type) {
    return this.#inOrder(async () => {
      this.#lastId += 1;
      const id = this.#lastId;
      await this.#keep({ add: id, topic, type, body: body.toString("base64") });
      const answer = told(this.#messages.get(id));
      this.#onWaiting(topic);
      return answer;
    });
  }

  /**
   * Returns a message, `undefined` where there is none.
   * @param {number} id
   * @returns {Message | undefined}
   */
  get(id) {
    return this.#messages.get(id);
  }

  /**
   * Makes a dead message waiting.
   * @param {Message} message
   * @returns {Promise<object | undefined>} what is told of it, `undefined` where it is not dead
   */
  async again(message) {
    return this.#inOrder(async () => {
      if (message.state !== DEAD) {
        return undefined;
      }
      await this.#keep({ again: message.id });
      const answer = told(message);
      this.#onWaiting(message.topic);
      return answer;
    });
  }

  /**
   * Returns how many messages are in each state.
   * @returns {Record<string, number>}
   */
  counts() {
    const counts = { [WAITING]: 0, [DELIVERED]: 0, [DEAD]: 0 };
    for (const { state } of this.#messages.values()) {
      counts[state] += 1;
    }
    return counts;
  }

  /**
   * Returns the message of a topic whose turn it is, `undefined` where none waits.
   * @param {string} topic
   * @returns {Message | undefined}
   */
  nextOf(topic) {
    for (const message of this.#messages.values()) {
      if (message.topic === topic && message.state === WAITING) {
        return message;
      }
    }
    return undefined;
  }

  /**
   * Begins an attempt and resolves to its number, `undefined` at the end.
   * @param {Message} message
   * @returns {Promise<number | undefined>}
   */
  async begin(message) {
    return this.#inOrder(async () => {
      if (this.#ending.signal.aborted) {
        return undefined;
      }
      this.#running += 1;
      await this.#keep({ begin: message.id });
      return message.attempts;
    });
  }

  /**
   * Ends an attempt; one that was cut off leaves no trace.
   * @param {Message} message
   * @param {string} state
   * @param {number | null} status
   * @returns {Promise<void>}
   */
  async end(message, state, status) {
    return this.#inOrder(async () => {
      if (this.#closed.signal.aborted) {
        return;
      }
      await this.#keep({ end: message.id, state, status });
      this.#running -= 1;
      if (this.#running === 0) {
        this.#onIdle();
      }
    });
  }

  #inOrder(work) {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #keep(record) {
    await this.#journal.write(record);
    this.#follow(record);
  }

  #follow(record) {
    if ("add" in record) {
      const { add: id, topic, type } = record;
      const body = Buffer.from(record.body, "base64");
      this.#messages.set(id, { id, topic, body, type, state: WAITING, attempts: 0, status: null });
    } else if ("begin" in record) {
      const message = this.#messages.get(record.begin);
      message.attempts += 1;
      message.status = null;
    } else if ("end" in record) {
      const { state, status } = record;
      Object.assign(this.#messages.get(record.end), { state, status });
    } else if ("again" in record) {
      Object.assign(this.#messages.get(record.again), { state: WAITING, attempts: 0, status: null });
    }
  }
}
