/**
 * The page as the server has it now, taken over in place: no reload, which would leave the full screen and show an empty
 * window for a moment. The styles, the body and the script are those of the page that comes, of another release too.
 *
 *   const next = await fetchPage(signal);   // rejects when it cannot be had
 *   next.put();                             // from here on the old body is gone: whatever ran in it must have ended
 *   next.run({ clock });
 */

const LOAD_MS = 10000;

export async function fetchPage(signal) {
  const answer = await fetch(window.location.href, { cache: "no-store", signal: signal });
  if (!answer.ok) {
    throw new Error("status " + answer.status);
  }
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const script = next.querySelector('script[type="module"][src$="/projector.js"]').getAttribute("src");
  const [{ run }, dress] = await Promise.all([
    import(new URL("projector/run.js", new URL(script, window.location.href)).href),
    prepareHead(next),
  ]);
  return {
    run: run,
    put() {
      dress();
      takeAttributes(document.documentElement, next.documentElement);
      document.title = next.title;
      const body = document.adoptNode(next.body);
      if (document.body.dataset.idle === undefined) {
        delete body.dataset.idle; // the pointer is being moved just now
      }
      document.body.replaceWith(body);
    },
  };
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
