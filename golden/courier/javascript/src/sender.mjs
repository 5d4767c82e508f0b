import { request } from "node:http";

/**
 * Resolves to the status that an attempt is answered with, `null` where there is none in time.
 * @param {string} url
 * @param {import("./messages.mjs").Message} message
 * @param {number} attempt
 * @param {AbortSignal} signal what cuts it off
 * @returns {Promise<number | null>}
 */
export function send(url, message, attempt, signal) {
  const headers = {
    "Content-Type": message.type,
    "Content-Length": message.body.length,
    "Courier-Id": message.id,
    "Courier-Attempt": attempt,
  };
  return new Promise((resolve) => {
    const sent = request(url, { method: "POST", headers, agent: false, signal });
    sent.on("error", () => resolve(null));
    sent.on("response", (answer) => {
      answer.on("error", () => {});
      resolve(answer.statusCode ?? null);
      sent.destroy();
    });
    sent.end(message.body);
  });
}
