/**
 * What a page that sends by a queue (lib/queue.js) takes from its browser.
 */

const SEND_MS = 10000;

/** The device's storage; null where it is forbidden: the queue then remembers for as long as the page is open. */
export function storageOrNone() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** `body` put to `url`: a promise of `{status, body}`, rejected when no answer comes in time. */
export function putJson(url, body) {
  const abort = new AbortController();
  const timer = window.setTimeout(() => abort.abort(), SEND_MS);
  return fetch(url, {
    method: "PUT",
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
    },
    body: JSON.stringify(body),
    signal: abort.signal,
  })
    .then((response) => response.json().then((answer) => ({ status: response.status, body: answer })))
    .finally(() => window.clearTimeout(timer));
}
