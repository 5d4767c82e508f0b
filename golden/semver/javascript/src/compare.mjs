import { parse } from "./parse.mjs";

const ONLY_DIGITS = /^[0-9]+$/;

/**
 * Returns how two semantic versions are ordered by precedence.
 *
 * @param {string} left The version that the result is about.
 * @param {string} right The version that it is compared with.
 * @returns {-1 | 0 | 1} -1 if `left` has lower precedence than `right`, 0 if
 *   both have equal precedence, and 1 if `left` has higher precedence.
 * @throws {Error} If one of the texts is not a semantic version.
 */
export function compare(left, right) {
  const leftParts = parse(left);
  const rightParts = parse(right);
  return (
    order(leftParts.major, rightParts.major) ||
    order(leftParts.minor, rightParts.minor) ||
    order(leftParts.patch, rightParts.patch) ||
    comparePrereleases(leftParts.prerelease, rightParts.prerelease)
  );
}

function order(left, right) {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

function comparePrereleases(left, right) {
  if (left.length === 0 || right.length === 0) {
    // The version without a prerelease is the higher one.
    return order(right.length, left.length);
  }
  const pairCount = Math.min(left.length, right.length);
  for (let i = 0; i < pairCount; i += 1) {
    const result = compareIdentifiers(left[i], right[i]);
    if (result !== 0) {
      return result;
    }
  }
  return order(left.length, right.length);
}

function compareIdentifiers(left, right) {
  const leftIsNumeric = ONLY_DIGITS.test(left);
  const rightIsNumeric = ONLY_DIGITS.test(right);
  if (leftIsNumeric !== rightIsNumeric) {
    return leftIsNumeric ? -1 : 1;
  }
  // Without leading zeros, the number with more digits is the larger one, and
  // numbers with equally many digits are ordered like their texts.
  return (
    (leftIsNumeric && order(left.length, right.length)) || order(left, right)
  );
}
