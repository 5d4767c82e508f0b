import { once } from "node:events";

import { Carrier } from "./carrier.mjs";
import { CourierError } from "./errors.mjs";
import { Journal } from "./journal.mjs";
import { Messages } from "./messages.mjs";
import { serve } from "./web.mjs";

/**
 * Runs the daemon and resolves to its exit status.
 * @param {Record<string, any>} settings
 * @param {string} folder the folder of the store
 * @returns {Promise<number>}
 */
export async function run(settings, folder) {
  const carriers = new Map();
  const journal = await Journal.open(folder, settings.store);
  const messages = new Messages(journal, (topic) => carriers.get(topic)?.carry());
  for (const topic of Object.keys(settings.topics)) {
    carriers.set(topic, new Carrier(topic, settings, messages));
  }
  await messages.settle(settings.attempts);
  const server = serve(settings, messages);
  await listen(server, settings.port);
  for (const carrier of carriers.values()) {
    carrier.carry();
  }
  const toldToEnd = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  process.stdout.write(`courier on http://127.0.0.1:${server.address().port}\n`);
  await toldToEnd;
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  await messages.close(settings.grace_ms);
  server.closeAllConnections();
  await closed;
  return 0;
}

async function listen(server, port) {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    throw new CourierError(`port ${port}: it cannot be used (${error.code})`);
  }
}
