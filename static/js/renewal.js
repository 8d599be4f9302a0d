/**
 * The page as the server has it now, taken over in place: no reload, which would leave the full screen and show an empty
 * window for a moment. The styles, the body and the script are those of the page that comes, of another release too.
 *
 *   const address = followAddress({ page, clock, life, handOver, aside, otherwise });
 *   address.ask();           // does it show another conference by now? Then that page comes. To be asked on each joining
 *   address.tick();          // with the page's ticks
 *   address.renew(still);    // the page of now in any case, if `still()` when it has come
 *
 * For pages whose script `x.js` calls `run(before)` of `x/run.js`, which ends all that it has begun when `life`, an
 * AbortController, aborts. `page` is what came with it: `conference`, and `now_url`, which says what the address shows;
 * `release` and `facts` where what it shows is to be compared with those.
 * `handOver()` gives what the next showing begins with, beside the clock; `aside()`, a promise, clears the way for it once
 * it is complete. `otherwise(now)` hears what the address shows while that is the same conference; without it other words
 * are taken once `quiet()`.
 */

const LOAD_MS = 10000;
const COME_MS = 30000;
/** Who is on the line is told; whatever is lost all the same stands there for no longer than this. */
const ASK_EVERY_MS = 30000;
const ASK_AGAIN_MS = 5000;
/** While servers of two releases answer by turns, each of which may sum up the words in its own way, a page would be renewed
 * without end. */
export const RENEW_AGAIN_MS = 60000;

export function followAddress({ page, clock, life, handOver = () => ({}), aside = () => Promise.resolve(), quiet = () => true, otherwise = null }) {
  const sinceMs = clock.localMs();
  let renewing = false;
  let askedAtMs = clock.localMs();

  function ask() {
    askedAtMs = clock.localMs();
    within(LOAD_MS, life.signal, (signal) => fetchNow(page.now_url, signal))
      .then((now) => (now.conference === page.conference ? (otherwise || words)(now) : renew()))
      .catch(askAgain);
  }

  function askAgain() {
    askedAtMs = clock.localMs() - ASK_EVERY_MS + ASK_AGAIN_MS;
  }

  function renew(still = () => true) {
    if (renewing) {
      return;
    }
    renewing = true;
    within(COME_MS, life.signal, fetchPage)
      .then((next) => (still() ? aside().then(() => replaceBy(next)) : askAgain()))
      .catch(askAgain)
      .finally(() => (renewing = false));
  }

  function words(now) {
    const atOnce = now.release === page.release || clock.localMs() - sinceMs > RENEW_AGAIN_MS;
    if (page.facts && now.facts !== page.facts && atOnce && quiet()) {
      renew(quiet);
    }
  }

  function replaceBy(next) {
    life.abort();
    try {
      next.put();
      next.run({ ...handOver(), clock: clock, renewedAtMs: clock.localMs() });
    } catch {
      window.location.reload(); // a release that cannot be put up like this
    }
  }

  return {
    ask: ask,
    renew: renew,
    tick: () => clock.localMs() - askedAtMs > ASK_EVERY_MS && ask(),
  };
}

/** What is never answered would be waited for for ever, and nothing else be asked: `ask(signal)` gets so long. */
function within(ms, life, ask) {
  const given = new AbortController();
  const giveUp = () => given.abort();
  const timer = window.setTimeout(giveUp, ms);
  life.addEventListener("abort", giveUp);
  const givenUp = new Promise((_, reject) => given.signal.addEventListener("abort", () => reject(new Error("no answer"))));
  if (life.aborted) {
    giveUp();
  }
  return Promise.race([ask(given.signal), givenUp]).finally(() => {
    window.clearTimeout(timer);
    life.removeEventListener("abort", giveUp);
  });
}

function fetchNow(url, signal) {
  return fetch(url, { cache: "no-store", signal: signal }).then((answer) =>
    answer.ok ? answer.json() : Promise.reject(new Error("status " + answer.status))
  );
}

/** `put()`: from then on the old body is gone, and whatever ran in it must have ended. Rejects when it cannot be had. */
async function fetchPage(signal) {
  const answer = await fetch(window.location.href, { cache: "no-store", signal: signal });
  if (!answer.ok) {
    throw new Error("status " + answer.status);
  }
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [own, script] = [document, next].map((one) => one.head.querySelector('script[type="module"]').getAttribute("src"));
  if (nameOf(own) !== nameOf(script)) {
    throw new Error("another page"); // that of the sign-in
  }
  const at = new URL(script.replace(/\.js$/, "/run.js"), window.location.href);
  const [{ run }, dress] = await Promise.all([import(at.href), prepareHead(next)]);
  return {
    run: run,
    put() {
      dress();
      takeAttributes(document.documentElement, next.documentElement);
      document.title = next.title;
      const body = document.adoptNode(next.body);
      body.toggleAttribute("data-idle", document.body.hasAttribute("data-idle")); // it may be being moved just now
      document.body.replaceWith(body);
    },
  };
}

function nameOf(script) {
  return script.split("/").pop();
}

/**
 * Loads the styles and letters of the next page that this one has not got; the answer puts them on. Rejects when a style
 * cannot be had: the page would stand there without it.
 */
async function prepareHead(next) {
  document.head.querySelectorAll("link[data-coming]").forEach((link) => link.remove()); // of an attempt that failed
  const own = links(document);
  const wanted = links(next);
  const has = (list, link) => list.some((one) => one.getAttribute("href") === link.getAttribute("href"));
  const added = wanted.filter((link) => !has(own, link)).map((link) => document.importNode(link));
  await Promise.all(added.map(load));
  return function dress() {
    added.forEach((link) => {
      link.removeAttribute("media");
      delete link.dataset.coming;
    });
    own.filter((link) => !has(wanted, link)).forEach((link) => link.remove());
  };
}

function links(page) {
  return Array.from(page.head.querySelectorAll("link[href]"));
}

/** A style is fetched without applying yet: two releases' styles do not mix on the picture. */
function load(link) {
  const needed = link.rel === "stylesheet";
  return new Promise((resolve, reject) => {
    const without = () => (needed ? reject(new Error("no " + link.href)) : resolve());
    if (needed) {
      link.media = "print";
    }
    link.dataset.coming = "";
    link.addEventListener("load", resolve, { once: true });
    link.addEventListener("error", without, { once: true });
    window.setTimeout(without, link.rel === "icon" ? 0 : LOAD_MS);
    document.head.append(link);
  });
}

function takeAttributes(here, next) {
  Array.from(next.attributes).forEach(({ name, value }) => here.setAttribute(name, value));
}
