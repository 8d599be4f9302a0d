/**
 * A district's list of its communes: what each has said or its district for it, with what still waits in this device.
 *
 *   const communes = showCommunes({ queue, timeOfDay, drawAll })     // every call does nothing on a page without such a list
 *   communes.draw(), .load(), .open(code, on)
 */

export function showCommunes({ queue, timeOfDay, drawAll }) {
  const list = document.getElementById("communes");

  function draw() {
    document.querySelectorAll("[data-room]").forEach(drawCommune);
    if (list) {
      list.dispatchEvent(new CustomEvent("communes-drawn")); // for rest.js
    }
  }

  /** What waits stands in place of what the server had said, which comes back should it be refused. */
  function drawCommune(row) {
    const waiting = queue.waiting(row.dataset.room);
    row.toggleAttribute("data-sending", Boolean(waiting));
    const mark = row.querySelector(".mark");
    const said = row.querySelector("[data-said]");
    if (waiting) {
      if (!("was" in row.dataset)) {
        row.dataset.was = said.textContent;
        row.dataset.wasMark = mark.className;
      }
      mark.className = "mark mark--waiting";
      const word = waiting.status === "absent" ? "Vắng" : "Có mặt";
      said.textContent = word + ", bấm lúc " + timeOfDay(waiting.happened_at_ms) + ", đang chờ gửi";
    } else if ("was" in row.dataset) {
      said.textContent = row.dataset.was;
      mark.className = row.dataset.wasMark;
      delete row.dataset.was;
    }
  }

  let loading = false;
  let again = false; // something has changed since what is being loaded was asked for

  /** Rows that somebody is filling in stay as they are. One at a time: a press for all of them changes many. */
  function load() {
    again = loading;
    if (!list || loading) {
      return;
    }
    loading = true;
    fetch(list.dataset.refresh, { cache: "no-store" })
      .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
      .then(show)
      .catch(() => {}) // asked again at the next change
      .then(() => {
        loading = false;
        if (again) {
          load();
        }
      });
  }

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    list.querySelector("[data-communes-head]").replaceWith(fresh.querySelector("[data-communes-head]"));
    fresh.querySelectorAll("[data-room]").forEach((row) => {
      const old = list.querySelector('[data-room="' + row.dataset.room + '"]');
      if (old && !old.querySelector("details").open && !same(old, row)) {
        const held = old.contains(document.activeElement);
        old.replaceWith(row);
        if (held) {
          row.querySelector("summary").focus();
        }
      }
    });
    enhance(list);
    drawAll();
  }

  function same(old, row) {
    // all that the row says: attendance, and beside it the line
    const said = (one) => one.dataset.status + one.querySelector(".communes__n").textContent;
    return said(old) === said(row);
  }

  /** Steppers are of no use without this script, so they are shown by it. */
  function enhance(root) {
    root.querySelectorAll("[data-step]").forEach((button) => (button.hidden = false));
  }

  enhance(document);
  if (list) {
    // Few rooms have such a list: the others need not load what it needs. Without it the forms go as forms do.
    import("./rest.js").then(({ attachRest }) => attachRest(list), () => {});
  }
  return {
    draw: draw,
    load: load,
    /** Opens or closes the form of one commune. */
    open(code, on) {
      list.querySelector('[data-room="' + code + '"] details').open = on;
    },
  };
}
