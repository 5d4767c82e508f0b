/**
 * Returns a number as an English ordinal in digits, such as "22nd".
 *
 * @param {number} n An integer from 0 to 9007199254740991.
 * @returns {string} The decimal digits of `n`, followed directly by the suffix.
 */
export function ordinal(n) {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new RangeError(
      `The number must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}, not ${String(n)}.`,
    );
  }
  return `${n}${suffixOf(n)}`;
}

function suffixOf(n) {
  const lastTwo = n % 100;
  if (lastTwo >= 11 && lastTwo <= 13) {
    return "th";
  }
  switch (n % 10) {
    case 1:
      return "st";
    case 2:
      return "nd";
    case 3:
      return "rd";
    default:
      return "th";
  }
}
