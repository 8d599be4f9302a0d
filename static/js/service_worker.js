/**
 * Opens a page where there is no network: the copy that the page itself has kept (keep.js), and the files of its release.
 * Served by an address of each page's own with `RELEASE`, `HEADERS` and `KEPT` in front; a new release is a new worker.
 *
 * The network comes first, for as long as somebody would wait. A copy says itself that it is one: it is never handed out
 * without that sentence. Once the server has answered, a room's copy is thrown away, whatever the answer was: the page that
 * came keeps itself, and after a sign-out nothing remains. A projector's copy stays until the page that came has taken its
 * place: nobody has to sign in there, and a second reload must find something too. A refusal ends it all the same.
 *
 * `KEPT`: `{cache, page, by_address, marked}`. With `by_address` each address with its question has a copy of its own;
 * `marked`: the copy has the sentence already.
 */

const PATIENCE_MS = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (event.request.mode === "navigate" && url.pathname === KEPT.page) {
    event.respondWith(page(event, KEPT.by_address ? url.pathname + url.search : KEPT.page));
  } else if (url.pathname.indexOf("/static/~") === 0) {
    event.respondWith(file(event.request));
  }
});

async function page(event, key) {
  const cache = await caches.open(KEPT.cache);
  const kept = await cache.match(key);
  const network = fetch(event.request);
  if (!kept) {
    return network;
  }
  const answer = await Promise.race([network.catch(() => null), nothingAfter(PATIENCE_MS)]);
  if (answer && answer.status < 500) {
    if (!KEPT.by_address || answer.status >= 400) {
      await cache.delete(key);
    }
    return answer;
  }
  const html = await kept.text();
  return KEPT.marked ? new Response(html, { headers: HEADERS }) : marked(html, answer ? "server" : "offline");
}

function nothingAfter(delayMs) {
  return new Promise((resolve) => setTimeout(() => resolve(null), delayMs));
}

/** The copy, with the sentence that says why it is shown and from when it is. */
function marked(html, why) {
  const hidden = new RegExp('(data-kept="' + why + '") hidden(="")?');
  return hidden.test(html)
    ? new Response(html.replace(hidden, "$1"), { headers: HEADERS })
    : Response.error(); // it could not say what it is
}

async function file(request) {
  const cache = await caches.open(KEPT.cache);
  return (await cache.match(request, { ignoreVary: true })) || fetch(request);
}
