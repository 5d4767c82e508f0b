const LONGEST_SECONDS = 604800000000;

const UNITS = [
  { seconds: 604800, name: "week", shortName: "w" },
  { seconds: 86400, name: "day", shortName: "d" },
  { seconds: 3600, name: "hour", shortName: "h" },
  { seconds: 60, name: "minute", shortName: "m" },
  { seconds: 1, name: "second", shortName: "s" },
];

/**
 * Returns a duration as text for people to read, rounded to a few units.
 *
 * @param {number} seconds The duration, from 0 to 604800000000.
 * @param {object} [options] How to write it.
 * @param {number} [options.max_units=2] The largest count of units, from 1 to 5.
 * @param {"long" | "short"} [options.style="long"] How units are written.
 * @returns {string} The text, such as "1 hour, 30 minutes" or "1h 30m".
 * @throws {RangeError} If the duration or an option is not one of those allowed.
 */
export function formatDuration(seconds, options = {}) {
  checkSeconds(seconds);
  const { maxUnits, style } = readOptions(options);

  const lastUnit = findLastUnit(seconds, maxUnits);
  const counts = splitIntoUnits(roundToMultiple(seconds, lastUnit.seconds));
  return style === "long" ? writeLong(counts) : writeShort(counts);
}

function checkSeconds(seconds) {
  // The comparisons are also false for `NaN`.
  const isValid =
    typeof seconds === "number" && seconds >= 0 && seconds <= LONGEST_SECONDS;
  if (!isValid) {
    throw new RangeError(
      `The seconds must be a number from 0 to ${LONGEST_SECONDS}, not ${describe(seconds)}.`,
    );
  }
}

function readOptions(options) {
  if (typeof options !== "object" || options === null) {
    throw new RangeError(
      `The options must be an object, not ${describe(options)}.`,
    );
  }
  const { max_units: maxUnits = 2, style = "long" } = options;
  if (!Number.isInteger(maxUnits) || maxUnits < 1 || maxUnits > UNITS.length) {
    throw new RangeError(
      `The option max_units must be an integer from 1 to ${UNITS.length}, not ${describe(maxUnits)}.`,
    );
  }
  if (style !== "long" && style !== "short") {
    throw new RangeError(
      `The option style must be "long" or "short", not ${describe(style)}.`,
    );
  }
  return { maxUnits, style };
}

function describe(value) {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function findLastUnit(seconds, maxUnits) {
  const finest = UNITS.length - 1;
  const fitting = UNITS.findIndex((unit) => unit.seconds <= seconds);
  const first = fitting === -1 ? finest : fitting;
  return UNITS[Math.min(first + maxUnits - 1, finest)];
}

// Every step is exact: `%` never rounds, doubling the remainder does not
// either, and the differences and sums are integers in the safe range.
function roundToMultiple(seconds, unit) {
  const remainder = seconds % unit;
  const below = seconds - remainder;
  return remainder * 2 >= unit ? below + unit : below;
}

function splitIntoUnits(wholeSeconds) {
  let rest = wholeSeconds;
  const counts = UNITS.map((unit) => {
    const count = Math.floor(rest / unit.seconds);
    rest %= unit.seconds;
    return { unit, count };
  });
  return counts.filter(({ count }) => count > 0);
}

function writeLong(counts) {
  if (counts.length === 0) {
    return "0 seconds";
  }
  return counts
    .map(({ unit, count }) => `${count} ${unit.name}${count === 1 ? "" : "s"}`)
    .join(", ");
}

function writeShort(counts) {
  if (counts.length === 0) {
    return "0s";
  }
  return counts.map(({ unit, count }) => `${count}${unit.shortName}`).join(" ");
}
