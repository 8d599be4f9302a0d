/**
 * What a room's page leaves behind in its browser for being opened without a network: names, and what it knew last. The
 * page itself and its files are in a cache (keep.js). `storage` is the browser's, or null.
 */

export const CACHE = "giaoban-diem-cau";
const LAST = "giaoban-last";

/** Remember what holds now: `{snapshot, words, at_ms, offset_ms}`, the last the server's time less this machine's. */
export function remember(storage, room, last) {
  try {
    storage.setItem(LAST, JSON.stringify(Object.assign({ room: room }, last)));
  } catch {
    // then the page says no more than it did when it came
  }
}

/** What that room's page knew last, or null. */
export function recall(storage, room) {
  try {
    const last = JSON.parse(storage.getItem(LAST));
    return last && last.room === room ? last : null;
  } catch {
    return null;
  }
}

/** Nothing of it stays, on sign-out; check-ins that wait do, until their room is back. */
export function forget(storage, caches) {
  try {
    storage.removeItem(LAST);
  } catch {
    // there was never anything
  }
  return caches ? caches.delete(CACHE).catch(() => false) : Promise.resolve(false);
}
