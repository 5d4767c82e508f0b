const MILLISECONDS_PER_SECOND = 1000;
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const LONGEST_SECONDS = 604800000000;

const UNITS = [
  { seconds: 604800, names: ["w", "wk", "wks", "week", "weeks"] },
  { seconds: 86400, names: ["d", "day", "days"] },
  { seconds: SECONDS_PER_HOUR, names: ["h", "hr", "hrs", "hour", "hours"] },
  {
    seconds: SECONDS_PER_MINUTE,
    names: ["m", "min", "mins", "minute", "minutes"],
  },
  { seconds: 1, names: ["s", "sec", "secs", "second", "seconds"] },
];

const SECONDS_BY_NAME = new Map(
  UNITS.flatMap(({ seconds, names }) => names.map((name) => [name, seconds])),
);

const CLOCK = /^([0-9]+):([0-5][0-9])(?::([0-5][0-9]))?$/;

// A component with the separator before it, which only the first one lacks.
// There must be no `u` flag: with it, `i` would fold letters outside ASCII.
const COMPONENT =
  /(?:^|(?!^)(?: *, *(?:and +)?| +and +| *))([0-9]+)(?:\.([0-9]{1,3}))? *([a-z]+)/giy;

/**
 * Returns the number of seconds that a written duration stands for.
 *
 * @param {string} text A duration such as "1 hour, 30 minutes" or "1:30:00".
 * @returns {number} The seconds, exact to the millisecond.
 * @throws {Error} If the text is not a duration.
 * @throws {RangeError} If the duration is longer than one million weeks.
 */
export function parseDuration(text) {
  if (typeof text !== "string") {
    throw new Error(`The duration must be a string, not ${String(text)}.`);
  }

  const trimmed = trimSpaces(text);
  const milliseconds = readClockForm(trimmed) ?? readUnitForm(trimmed);
  if (milliseconds === undefined) {
    throw new Error(`${JSON.stringify(text)} is not a duration.`);
  }
  // Up to the limit all milliseconds are safe integers, so only sums that are
  // rejected here can have been rounded.
  if (milliseconds > LONGEST_SECONDS * MILLISECONDS_PER_SECOND) {
    throw new RangeError(
      `The duration ${JSON.stringify(text)} is longer than ${LONGEST_SECONDS} seconds.`,
    );
  }
  return milliseconds / MILLISECONDS_PER_SECOND;
}

// `String.prototype.trim` would also remove whitespace other than spaces.
function trimSpaces(text) {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === " ") {
    start += 1;
  }
  while (end > start && text[end - 1] === " ") {
    end -= 1;
  }
  return text.slice(start, end);
}

function readClockForm(text) {
  const match = CLOCK.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, hours, minutes, seconds = "0"] = match;
  const total =
    Number(hours) * SECONDS_PER_HOUR +
    Number(minutes) * SECONDS_PER_MINUTE +
    Number(seconds);
  return total * MILLISECONDS_PER_SECOND;
}

function readUnitForm(text) {
  const components = splitComponents(text);
  if (components === undefined || !isWellOrdered(components)) {
    return undefined;
  }
  return components.reduce(
    (total, { whole, fraction, unit }) =>
      total + toThousandths(whole, fraction) * unit,
    0,
  );
}

function splitComponents(text) {
  const matches = [...text.matchAll(COMPONENT)];
  const matchedLength = matches.reduce((sum, [all]) => sum + all.length, 0);
  if (matches.length === 0 || matchedLength !== text.length) {
    return undefined;
  }
  return matches.map(([, whole, fraction, name]) => ({
    whole,
    fraction,
    unit: SECONDS_BY_NAME.get(name.toLowerCase()),
  }));
}

function isWellOrdered(components) {
  return components.every(({ fraction, unit }, index) => {
    const next = components[index + 1];
    return (
      unit !== undefined &&
      (next === undefined || (fraction === undefined && next.unit < unit))
    );
  });
}

function toThousandths(whole, fraction = "") {
  return Number(whole) * 1000 + Number(fraction.padEnd(3, "0"));
}
