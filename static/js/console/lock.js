/**
 * While the line is lost nothing can be pressed: buttons are disabled, links lead nowhere, and the page says why.
 *
 *   const lock = attachLock({ page, controls: "#console button", lost });
 *   lock.apply()      // the line was lost or has come back, or the page has new content
 *
 * `data-if-lost` and `data-unless-lost` are parts that come and go with it; `data-locks` is a link that is locked.
 */

export function attachLock({ page, controls, lost }) {
  // An error page would take the clock away.
  document.addEventListener(
    "click",
    (event) => {
      if (lost() && event.target.closest("[data-locks]")) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true
  );

  let focused = null; // what had the keyboard before it was disabled: the keys of whoever goes on are not the console's

  function apply() {
    const locked = lost();
    const active = document.activeElement;
    document.querySelectorAll(controls).forEach((control) => {
      if (locked && !control.disabled && !control.hasAttribute("data-show-shortcuts")) {
        focused = control === active ? control : focused;
        control.disabled = true;
        control.setAttribute("data-locked", "");
      } else if (!locked && control.hasAttribute("data-locked")) {
        control.disabled = false;
        control.removeAttribute("data-locked");
      }
    });
    if (!locked && focused) {
      if (active === document.body) {
        focused.focus({ preventScroll: true });
      }
      focused = null;
    }
    page.querySelectorAll("[data-locks]").forEach((link) => link.setAttribute("aria-disabled", String(locked)));
    page.querySelectorAll("[data-if-lost]").forEach((part) => (part.hidden = !locked));
    page.querySelectorAll("[data-unless-lost]").forEach((part) => (part.hidden = locked));
  }

  return { apply: apply };
}
