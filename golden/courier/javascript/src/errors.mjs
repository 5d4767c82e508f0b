/** Arguments or settings that are wrong. */
export class CourierError extends Error {}
