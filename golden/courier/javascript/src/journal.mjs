import { once } from "node:events";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";

import { CourierError } from "./errors.mjs";

/** @typedef {Record<string, any>} Record */

/** What is kept: a file of records, each a line of JSON, in a folder that no other daemon uses. */
export class Journal {
  #file;
  #lock;

  /**
   * @param {import("node:fs/promises").FileHandle} file
   * @param {import("node:net").Server} lock
   * @param {Record[]} records
   */
  constructor(file, lock, records) {
    this.#file = file;
    this.#lock = lock;
    /** What was kept before. */
    this.records = records;
  }

  /**
   * Opens the store in a folder, which becomes the current one: the path of a socket has to be short.
   * @param {string} folder
   * @param {string} name what the settings call it
   * @returns {Promise<Journal>}
   */
  static async open(folder, name) {
    try {
      await mkdir(folder, { recursive: true });
      process.chdir(folder);
      const lock = await lockFolder();
      if (lock === null) {
        throw new CourierError(`${name}: another daemon uses this store`);
      }
      const records = await readRecords();
      const file = await open("journal", "a");
      await syncFolder();
      return new Journal(file, lock, records);
    } catch (error) {
      if (error instanceof CourierError) {
        throw error;
      }
      throw new CourierError(`${name}: this store cannot be used (${error.code ?? error.message})`);
    }
  }

  /**
   * Keeps a record: it is on disk when this resolves.
   * @param {Record} record
   * @returns {Promise<void>}
   */
  async write(record) {
    await this.#file.writeFile(`${JSON.stringify(record)}\n`);
    await this.#file.sync();
  }

  /**
   * Leaves the store to others.
   * @returns {Promise<void>}
   */
  async close() {
    await this.#file.close();
    this.#lock.close();
  }
}

/** A socket that is listened to is a lock: it goes with its process. */
async function lockFolder() {
  const lock = createServer((socket) => socket.destroy());
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      lock.listen("lock");
      await once(lock, "listening");
      lock.unref();
      return lock;
    } catch (error) {
      if (error.code !== "EADDRINUSE") {
        throw error;
      }
    }
    if (await isAlive()) {
      return null;
    }
    await rm("lock", { force: true });
  }
  return null;
}

async function isAlive() {
  const socket = connect("lock");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function readRecords() {
  let data;
  try {
    data = await readFile("journal");
  } catch (error) {
    if (error.code === "ENOENT") {
      return [];
    }
    throw error;
  }
  const end = data.lastIndexOf("\n") + 1;
  if (end < data.length) {
    const file = await open("journal", "r+");
    await file.truncate(end);
    await file.close();
  }
  const lines = data.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

async function syncFolder() {
  const folder = await open(".", "r");
  await folder.sync();
  await folder.close();
}
