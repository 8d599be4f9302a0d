/**
 * The room's line test on its own page: a result that was left waiting in this device is sent from here too.
 *
 * What sends it is fetched only where something waits: most phones never need it, and the page has to be light.
 */

/** The keys under which the page of the test keeps what has not been sent begin like this. */
export const storedAt = (conference, code) => "giaoban-line-test:" + conference + ":" + code + ":";

/** `flush()` sends what waits, if anything does; `load()` asks for the result that counts, unless one waits. */
export function showLineTest({ page, onNotice }) {
  let queue = null;

  function refresh() {
    const card = document.querySelector("[data-line-test]");
    fetch(card.dataset.refresh, { cache: "no-store" })
      .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
      .then((html) => {
        const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-line-test]");
        if (fresh) {
          card.replaceWith(fresh);
        }
      })
      .catch(() => {}); // it stays as it was
  }

  function waits() {
    try {
      return Object.keys(window.localStorage).some((key) => key.indexOf(storedAt(page.conference, page.code)) === 0);
    } catch {
      return false; // nothing is kept where nothing can be
    }
  }

  function say(word, note) {
    const card = document.querySelector("[data-line-test]");
    card.querySelector("b").textContent = word;
    card.querySelector("small").textContent = note;
  }

  function load() {
    say("Thử đường truyền: đang chờ gửi", "Kết quả đã lưu trong máy này và sẽ tự gửi khi có mạng");
    return import("../line_test/queue.js").then(({ lineTestQueue }) => {
      queue = lineTestQueue(page, {
        changed() {},
        taken: refresh,
        refused: (entry, error) => say("Thử đường truyền: chưa nhận", error.message),
        blocked() {},
      });
    });
  }

  onNotice("line_test", ({ code }) => code === page.code && refresh()); // on another device, or by telephone

  return {
    load: () => waits() || refresh(),
    flush() {
      if (queue) {
        queue.flush();
      } else if (waits()) {
        load().then(
          () => queue.flush(),
          () => {} // the line is down: asked again when it is back
        );
      }
    },
  };
}
