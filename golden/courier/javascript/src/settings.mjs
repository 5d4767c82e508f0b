import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { CourierError } from "./errors.mjs";

const LARGEST = 1000000000;
const TOPIC = /^[a-z0-9-]+$/;
/** The default of each number, and its range. */
const NUMBERS = new Map([
  ["port", [0, 0, 65535]],
  ["max_bytes", [65536, 1, LARGEST]],
  ["first_ms", [1000, 1, LARGEST]],
  ["cap_ms", [60000, 1, LARGEST]],
  ["attempts", [8, 1, LARGEST]],
  ["timeout_ms", [10000, 1, LARGEST]],
  ["grace_ms", [5000, 0, LARGEST]],
]);

/**
 * Resolves to the settings of a file, with defaults for what is missing.
 * @param {string} path
 * @returns {Promise<Record<string, any>>}
 */
export async function load(path) {
  const given = new Map(Object.entries(await read(path)));
  for (const key of given.keys()) {
    if (!NUMBERS.has(key) && key !== "topics" && key !== "store") {
      throw new CourierError(`${key}: there is no such setting`);
    }
  }
  const settings = { topics: topicsOf(given.get("topics")), store: storeOf(given) };
  for (const [key, [fallback, least, most]] of NUMBERS) {
    settings[key] = numberOf(key, given.has(key) ? given.get(key) : fallback, least, most);
  }
  if (settings.cap_ms < settings.first_ms) {
    throw new CourierError("cap_ms: it must be at least first_ms");
  }
  return settings;
}

/**
 * Returns the folder of the store, for settings that were read from a file.
 * @param {string} path
 * @param {Record<string, any>} settings
 * @returns {string}
 */
export function storeFolder(path, settings) {
  return resolve(dirname(path), settings.store);
}

async function read(path) {
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new CourierError(`${path}: it cannot be read (${error.code})`);
  }
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CourierError(`${path}: it is not JSON`);
  }
  if (!isObject(value)) {
    throw new CourierError(`${path}: it is not a JSON object`);
  }
  return value;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function topicsOf(value) {
  if (!isObject(value) || Object.keys(value).length === 0) {
    throw new CourierError("topics: an object with at least one URL is needed");
  }
  for (const [name, url] of Object.entries(value)) {
    if (!TOPIC.test(name)) {
      throw new CourierError(`topics.${name}: a name is made of a-z, 0-9 and -`);
    }
    if (!isUrl(url)) {
      throw new CourierError(`topics.${name}: a URL that begins with http:// and a host is needed`);
    }
  }
  return value;
}

function isUrl(value) {
  // `URL` mends what is no URL, such as `http:///x`.
  if (typeof value !== "string" || !/^http:\/\/[^/?#]/.test(value)) {
    return false;
  }
  try {
    return new URL(value).hostname !== "";
  } catch {
    return false;
  }
}

function storeOf(given) {
  const value = given.has("store") ? given.get("store") : "store";
  if (typeof value !== "string" || value === "" || value.includes("\0")) {
    throw new CourierError("store: a folder is needed");
  }
  return value;
}

function numberOf(key, value, least, most) {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new CourierError(`${key}: an integer from ${least} to ${most} is needed`);
  }
  return value;
}
