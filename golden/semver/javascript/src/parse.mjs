const NUMBER = /^(?:0|[1-9][0-9]*)$/;
const IDENTIFIER = /^[0-9A-Za-z-]+$/;
const ONLY_DIGITS = /^[0-9]+$/;

/**
 * Returns the parts of a semantic version.
 *
 * @param {string} version The version to take apart.
 * @returns {{major: number, minor: number, patch: number, prerelease: string[], build: string[]}}
 *   The core numbers and the lists of identifiers, which are empty where the version has none.
 * @throws {Error} If the text does not conform to the version grammar.
 */
export function parse(version) {
  if (typeof version !== "string") {
    throw new Error(`The version must be a string, not ${String(version)}.`);
  }

  // The build part is split off first, because it may contain hyphens.
  const [beforeBuild, buildText] = splitAtFirst(version, "+");
  const [coreText, prereleaseText] = splitAtFirst(beforeBuild, "-");
  const core = coreText.split(".");
  const prerelease = splitIdentifiers(prereleaseText);
  const build = splitIdentifiers(buildText);

  if (
    core.length !== 3 ||
    !core.every(isCoreNumber) ||
    !prerelease.every(isPrereleaseIdentifier) ||
    !build.every(isBuildIdentifier)
  ) {
    throw new Error(`${JSON.stringify(version)} is not a semantic version.`);
  }

  const [major, minor, patch] = core.map(Number);
  return { major, minor, patch, prerelease, build };
}

function splitAtFirst(text, separator) {
  const index = text.indexOf(separator);
  return index === -1
    ? [text, undefined]
    : [text.slice(0, index), text.slice(index + 1)];
}

function splitIdentifiers(text) {
  return text === undefined ? [] : text.split(".");
}

function isCoreNumber(text) {
  return NUMBER.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER;
}

function isPrereleaseIdentifier(text) {
  return ONLY_DIGITS.test(text) ? NUMBER.test(text) : IDENTIFIER.test(text);
}

function isBuildIdentifier(text) {
  return IDENTIFIER.test(text);
}
