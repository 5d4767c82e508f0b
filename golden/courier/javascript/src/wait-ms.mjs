/**
 * Returns the wait after so many failed attempts in milliseconds.
 * @param {number} failures
 * @param {number} firstMs
 * @param {number} capMs
 * @returns {number}
 */
export function waitMs(failures, firstMs, capMs) {
  if (!Number.isInteger(failures) || failures < 1) {
    throw new RangeError(`${failures} is no number of failed attempts.`);
  }
  return Math.min(firstMs * ((failures * (failures + 1)) / 2), capMs);
}
