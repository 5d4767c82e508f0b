import { setTimeout as setTimeoutPromise } from "node:timers/promises";

import { sayEnd } from "./log.mjs";
import { DEAD, DELIVERED, WAITING } from "./messages.mjs";
import { send } from "./sender.mjs";
import { waitMs } from "./wait-ms.mjs";

/** What carries the messages of one topic, one after the other. */
export class Carrier {
  #url;
  #topic;
  #settings;
  #messages;
  #isCarrying = false;

  /**
   * @param {string} topic
   * @param {Record<string, any>} settings
   * @param {import("./messages.mjs").Messages} messages
   */
  constructor(topic, settings, messages) {
    this.#url = settings.topics[topic];
    this.#topic = topic;
    this.#settings = settings;
    this.#messages = messages;
  }

  /**
   * Carries what waits, if that is not done already.
   * @returns {Promise<void>}
   */
  async carry() {
    if (this.#isCarrying) {
      return;
    }
    this.#isCarrying = true;
    let message = this.#messages.nextOf(this.#topic);
    while (message !== undefined && !this.#messages.ending.aborted) {
      await this.#carryOne(message);
      message = this.#messages.nextOf(this.#topic);
    }
    this.#isCarrying = false;
  }

  async #carryOne(message) {
    let state = WAITING;
    while (state === WAITING) {
      const attempt = await this.#messages.begin(message);
      if (attempt === undefined) {
        return;
      }
      const status = await this.#attempt(message, attempt);
      const ended = performance.now();
      state = this.#stateAfter(attempt, status);
      if (this.#messages.closed.aborted) {
        return;
      }
      const wait = state === WAITING ? this.#waitMs(attempt) : null;
      sayEnd(state === WAITING ? "failed" : state, message, attempt, status, wait);
      await this.#messages.end(message, state, status);
      if (wait !== null) {
        await until(ended + wait, this.#messages.ending);
      }
    }
  }

  #stateAfter(attempt, status) {
    if (status !== null && status >= 200 && status <= 299) {
      return DELIVERED;
    }
    return status === 410 || attempt >= this.#settings.attempts ? DEAD : WAITING;
  }

  #waitMs(attempt) {
    return waitMs(attempt, this.#settings.first_ms, this.#settings.cap_ms);
  }

  async #attempt(message, attempt) {
    const cut = new AbortController();
    const cutOff = () => cut.abort();
    this.#messages.closed.addEventListener("abort", cutOff);
    const timer = setTimeout(() => cut.abort(), this.#settings.timeout_ms);
    const status = await send(this.#url, message, attempt, cut.signal);
    clearTimeout(timer);
    this.#messages.closed.removeEventListener("abort", cutOff);
    return status;
  }
}

/** Waits until a time or a signal; timers may be early by a part of a millisecond. */
async function until(time, signal) {
  for (let left = time - performance.now(); left > 0; left = time - performance.now()) {
    try {
      await setTimeoutPromise(Math.ceil(left), undefined, { signal });
    } catch {
      return;
    }
  }
}
