/**
 * Says that an attempt is over, and which wait follows.
 * @param {string} event
 * @param {import("./messages.mjs").Message} message
 * @param {number} attempt
 * @param {number | null} status
 * @param {number | null} wait
 */
export function sayEnd(event, message, attempt, status, wait) {
  const line = `${event} id=${message.id} topic=${message.topic} attempt=${attempt} status=${status ?? "-"}`;
  process.stderr.write(wait === null ? `${line}\n` : `${line} wait_ms=${wait}\n`);
}
