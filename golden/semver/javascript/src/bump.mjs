import { parse } from "./parse.mjs";

const ONLY_DIGITS = /^[0-9]+$/;

/**
 * Returns the next version after a semantic version, without build identifiers.
 *
 * @param {string} version The version to start from.
 * @param {"major" | "minor" | "patch" | "prerelease"} part What to increase.
 * @returns {string} The next version.
 * @throws {Error} If `version` is not a semantic version or `part` is unknown.
 * @throws {RangeError} If a core number of the result would be too large.
 */
export function bump(version, part) {
  const { core, prerelease } = nextParts(parse(version), part);
  if (core.some((number) => number > Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(
      `The ${part} bump of ${version} needs a number above ${Number.MAX_SAFE_INTEGER}.`,
    );
  }
  const coreText = core.join(".");
  return prerelease.length === 0
    ? coreText
    : `${coreText}-${prerelease.join(".")}`;
}

function nextParts({ major, minor, patch, prerelease }, part) {
  const isPrerelease = prerelease.length > 0;
  const release = { core: [major, minor, patch], prerelease: [] };
  const nextPatch = [major, minor, patch + 1];

  switch (part) {
    case "major":
      return isPrerelease && minor === 0 && patch === 0
        ? release
        : { core: [major + 1, 0, 0], prerelease: [] };
    case "minor":
      return isPrerelease && patch === 0
        ? release
        : { core: [major, minor + 1, 0], prerelease: [] };
    case "patch":
      return isPrerelease ? release : { core: nextPatch, prerelease: [] };
    case "prerelease":
      return isPrerelease
        ? { core: release.core, prerelease: nextPrerelease(prerelease) }
        : { core: nextPatch, prerelease: ["0"] };
    default:
      throw new Error(
        `The part must be major, minor, patch or prerelease, not ${describe(part)}.`,
      );
  }
}

function nextPrerelease(identifiers) {
  const last = identifiers.findLastIndex((text) => ONLY_DIGITS.test(text));
  if (last === -1) {
    return [...identifiers, "0"];
  }
  // A numeric identifier may have more digits than a number can hold.
  const incremented = String(BigInt(identifiers[last]) + 1n);
  return [
    ...identifiers.slice(0, last),
    incremented,
    ...identifiers.slice(last + 1),
  ];
}

function describe(value) {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
