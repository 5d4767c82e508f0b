import { run } from "./daemon.mjs";
import { CourierError } from "./errors.mjs";
import { load, storeFolder } from "./settings.mjs";

const USAGE = "usage: courier check|run [--config PATH]";

/**
 * Runs one command and resolves to its exit status.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  try {
    const { command, path } = split(args);
    const settings = await load(path);
    if (command === "check") {
      process.stdout.write(`${JSON.stringify(settings)}\n`);
      return 0;
    }
    return await run(settings, storeFolder(path, settings));
  } catch (error) {
    if (!(error instanceof CourierError)) {
      throw error;
    }
    process.stderr.write(`error: ${error.message.replace(/\s+/g, " ")}\n`);
    return 2;
  }
}

function split(args) {
  const [command, option, path] = args;
  if (command === "check" || command === "run") {
    if (args.length === 1) {
      return { command, path: "courier.json" };
    }
    if (args.length === 3 && option === "--config") {
      return { command, path };
    }
  }
  throw new CourierError(USAGE);
}
