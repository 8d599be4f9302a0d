/**
 * Keeps a page in this browser, so that it opens without a network too (service_worker.js): its text and the files that it
 * has just fetched, from the browser's own cache. Nothing is fetched a second time. Needs HTTPS.
 */

const RELEASE = new URL("..", import.meta.url).href;

/**
 * `cache` is the name of the cache, `worker` the worker's address and `page` where it reaches; `key` is the address under
 * which the text `html` is kept, `page` itself unless given; `files` are the addresses of what it needs. Nothing of
 * another release stays. A promise; rejected where nothing can be kept, and then what was kept before is still there.
 */
export function keepPage({ cache: name, worker, page, key, html, files }) {
  const at = new URL(key || page, window.location.href).href;
  return navigator.serviceWorker
    .register(worker, { scope: page })
    .then(() => caches.open(name))
    .then((cache) =>
      Promise.all(files.map((url) => keepFile(cache, url)))
        .then(() => cache.put(at, new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } })))
        .then(() => cache.keys())
        .then((requests) => Promise.all(requests.map((one) => dropOld(cache, one.url, at))))
    );
}

/** The addresses of this release's files that the page has fetched so far. */
export function fetchedFiles() {
  const urls = performance.getEntriesByType("resource").map((entry) => entry.name);
  return urls.filter((url, index) => url.indexOf(RELEASE) === 0 && urls.indexOf(url) === index);
}

function keepFile(cache, url) {
  return cache
    .match(url, { ignoreVary: true })
    .then((kept) => kept || fetch(url, { cache: "force-cache" }).then((response) => response.ok && cache.put(url, response)));
}

/** Files of another release, and pages that would need them. */
function dropOld(cache, url, at) {
  if (url === at || url.indexOf(RELEASE) === 0) {
    return null;
  }
  if (new URL(url).pathname.indexOf("/static/") === 0) {
    return cache.delete(url);
  }
  return cache
    .match(url)
    .then((kept) => kept.text())
    .then((html) => html.indexOf(new URL(RELEASE).pathname) >= 0 || cache.delete(url));
}
