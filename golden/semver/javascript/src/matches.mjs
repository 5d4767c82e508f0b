import { compare } from "./compare.mjs";
import { parse } from "./parse.mjs";

const SIMPLE = /^(<=?|>=?|[=^~])?(.*)$/s;
const THREE_NUMBERS = /^[0-9]+\.[0-9]+\.[0-9]/;
const NUMBER = /^(?:0|[1-9][0-9]*)$/;
const WILD = /^[xX*]$/;

/**
 * Returns whether a semantic version lies in a range.
 *
 * @param {string} version The version to test.
 * @param {string} range The range, such as "^1.2.3 || >=3.1 <4".
 * @returns {boolean} True if the version satisfies an alternative of the range.
 * @throws {Error} If the version or the range is not valid.
 */
export function matches(version, range) {
  const { major, minor, patch, prerelease } = parse(version);
  const candidate = {
    text: version,
    core: [major, minor, patch],
    isPrerelease: prerelease.length > 0,
  };
  // All alternatives are read before any is tested, so that every error shows.
  const alternatives = readRange(range);
  return alternatives.some((alternative) => satisfies(candidate, alternative));
}

function readRange(range) {
  if (typeof range !== "string") {
    throw new Error(`The range must be a string, not ${String(range)}.`);
  }
  return range.split("||").map((text) => readAlternative(text, range));
}

function readAlternative(text, range) {
  const words = text.split(" ").filter((word) => word !== "");
  if (words.length === 0) {
    throw new Error(
      `The range ${JSON.stringify(range)} has an empty alternative.`,
    );
  }
  const comparators =
    words.length === 3 && words[1] === "-"
      ? [
          { operator: ">=", partial: readPartial(words[0]) },
          { operator: "<=", partial: readPartial(words[2]) },
        ]
      : words.map(readSimple);
  return {
    partials: comparators.map(({ partial }) => partial),
    bounds: comparators.flatMap(boundsOf),
  };
}

function readSimple(text) {
  const [, operator = "=", partialText] = SIMPLE.exec(text);
  return { operator, partial: readPartial(partialText) };
}

// The numbers of a partial are those before its wildcards, so there are three
// of them only in a full one.
function readPartial(text) {
  if (THREE_NUMBERS.test(text)) {
    const { major, minor, patch, prerelease } = parse(text);
    return { numbers: [major, minor, patch], prerelease };
  }

  const fields = text.split(".");
  const firstWild = fields.findIndex((field) => WILD.test(field));
  const numberCount = firstWild === -1 ? fields.length : firstWild;
  const numbers = fields.slice(0, numberCount);
  const wilds = fields.slice(numberCount);
  if (
    fields.length > 3 ||
    !numbers.every(isCoreNumber) ||
    !wilds.every((field) => WILD.test(field))
  ) {
    throw new Error(
      `${JSON.stringify(text)} is not a full or partial version in a range.`,
    );
  }
  return { numbers: numbers.map(Number), prerelease: [] };
}

function isCoreNumber(text) {
  return NUMBER.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER;
}

function boundsOf({ operator, partial: { numbers, prerelease } }) {
  if (numbers.length === 0) {
    return boundsOfWildcards(operator);
  }
  const core = padWithZeros(numbers);
  switch (operator) {
    case ">=":
      return [atLeast(core, prerelease)];
    case "~": {
      const index = Math.min(numbers.length - 1, 1);
      return [atLeast(core, prerelease), below(increment(core, index))];
    }
    case "^": {
      const index = caretIndex(numbers);
      return [atLeast(core, prerelease), below(increment(core, index))];
    }
    default:
      return numbers.length === 3
        ? [{ relation: operator, core, prerelease }]
        : boundsOfBlock(operator, core, increment(core, numbers.length - 1));
  }
}

function boundsOfWildcards(operator) {
  // No version is below 0.0.0-0, so this bound lets nothing match.
  return operator === "<" || operator === ">" ? [below([0, 0, 0])] : [];
}

// One or two numbers stand for all versions from `start` up to before `end`.
function boundsOfBlock(operator, start, end) {
  switch (operator) {
    case "<":
      return [below(start)];
    case "<=":
      return [below(end)];
    case ">":
      return [atLeast(end)];
    default:
      return [atLeast(start), below(end)];
  }
}

function caretIndex(numbers) {
  const firstNonZero = numbers.findIndex((number) => number !== 0);
  return firstNonZero === -1 ? numbers.length - 1 : firstNonZero;
}

function padWithZeros(numbers) {
  return [0, 1, 2].map((index) => numbers[index] ?? 0);
}

function increment(core, index) {
  return padWithZeros([...core.slice(0, index), core[index] + 1]);
}

function atLeast(core, prerelease = []) {
  return { relation: ">=", core, prerelease };
}

function below(core) {
  return { relation: "<", core, prerelease: ["0"] };
}

function satisfies(candidate, { partials, bounds }) {
  return (
    isAdmitted(candidate, partials) &&
    bounds.every((bound) => isInside(candidate, bound))
  );
}

function isAdmitted({ core, isPrerelease }, partials) {
  return (
    !isPrerelease ||
    partials.some(
      ({ numbers, prerelease }) =>
        prerelease.length > 0 &&
        numbers.every((number, index) => number === core[index]),
    )
  );
}

function isInside(candidate, bound) {
  const order = compareWithBound(candidate, bound);
  switch (bound.relation) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return order === 0;
  }
}

// An incremented number may be too large for a version, so `compare` gets only
// bounds with the same core as the version.
function compareWithBound({ text, core }, bound) {
  const index = core.findIndex((number, i) => number !== bound.core[i]);
  if (index !== -1) {
    return core[index] < bound.core[index] ? -1 : 1;
  }
  const coreText = bound.core.join(".");
  const boundText =
    bound.prerelease.length === 0
      ? coreText
      : `${coreText}-${bound.prerelease.join(".")}`;
  return compare(text, boundText);
}
