/**
 * Ids that this page gives to what it sends. The server does what bears an id once, however often it comes, so a press
 * or a check-in keeps its id from one attempt to the next.
 */

/** A new random UUID (RFC 9562, version 4), by hand: over plain HTTP browsers keep crypto.randomUUID back. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
