/**
 * Keeps the newest copy of a file in the page. Pure of the DOM; `fetch` and `later(ms, call)` are given.
 *
 *   const keeping = keepFile({ url, fetch, later });   // keeping.refresh(delayMs); keeping.blob(); keeping.madeAt()
 *
 * Asks again only for what it does not hold (by the answer's ETag), one question at a time; a question that fails
 * leaves the copy that is there.
 */

export function keepFile({ url, fetch, later }) {
  let held = null; // {blob, tag, madeAt}
  let asking = false;
  let wanted = false;
  let waiting = false;

  function refresh(delayMs) {
    if (asking) {
      wanted = true;
      return;
    }
    if (!waiting) {
      waiting = true;
      later(delayMs, ask);
    }
  }

  async function ask() {
    waiting = false;
    asking = true;
    try {
      const answer = await fetch(url, { headers: held ? { "If-None-Match": held.tag } : {} });
      if (answer.ok && (answer.headers.get("Content-Type") || "").startsWith("application/pdf")) {
        const blob = await answer.blob();
        held = { blob: blob, tag: answer.headers.get("ETag"), madeAt: answer.headers.get("Last-Modified") };
      }
    } catch {
      // the line is lost: what is held is all there is
    }
    asking = false;
    if (wanted) {
      wanted = false;
      refresh(0);
    }
  }

  return { refresh: refresh, blob: () => held && held.blob, madeAt: () => held && new Date(held.madeAt) };
}
