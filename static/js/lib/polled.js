/**
 * Following something that is the same for everybody, by asking for it again and again with its tag: caches between may
 * answer, mostly with nothing but "not modified". No socket, so that thousands can follow.
 *
 *   const polled = createPolled({ ask, timers, localMs, tag, on: { news, line, time } });
 *   polled.start();
 *
 * `ask(tag, timeoutMs)` answers a promise of `{status, tag, text, date, age}`: `date` the answer's Date in ms (caches say
 * when they send, not when they were told), `age` how much older it is, in ms. `timers`: `{set(fn, ms), clear(id),
 * random()}`; `localMs()` never goes back. `on.news(text)` gets what is new, `on.line(up)` the loss and the return of the
 * server, `on.time(sentLocalMs, receivedLocalMs, dateMs)` each sign of the server's clock: it is `dateMs` or up to a
 * second more.
 */

/** From one question to the next. */
export const ASK_MS = 2500;
/** Nobody looks at a hidden page. */
const HIDDEN_MS = 30000;
/** No answer for this long: lost. A server that is gone says so by two refusals before. The words stand within 5 s. */
export const SILENCE_MS = 4000;
const AGAIN_MS = 300;
const TIMEOUT_MS = 4000;
const TICK_MS = 250;

export function createPolled({ ask, timers, localMs, tag, on }) {
  let present = tag;
  let up = true;
  let hidden = false;
  let asking = false;
  let askAtMs = 0;
  let heardAtMs = localMs();
  let refusals = 0;

  function show(nowUp) {
    if (up !== nowUp) {
      up = nowUp;
      on.line(up);
    }
  }

  function heard(answer, sentMs) {
    const receivedMs = localMs();
    if (answer.status !== 200 && answer.status !== 304) {
      throw new Error("status " + answer.status);
    }
    heardAtMs = receivedMs;
    refusals = 0;
    show(true);
    if (answer.date) {
      on.time(sentMs, receivedMs, answer.date + (answer.age || 0));
    }
    if (answer.status === 200) {
      present = answer.tag;
      on.news(answer.text);
    }
  }

  function poll() {
    const sentMs = localMs();
    asking = true;
    ask(present, TIMEOUT_MS)
      .then((answer) => heard(answer, sentMs))
      .then(
        () => (hidden ? HIDDEN_MS : ASK_MS + ASK_MS * 0.1 * timers.random()),
        () => {
          refusals += 1;
          if (refusals > 1 && !hidden) {
            show(false);
          }
          return hidden ? HIDDEN_MS : Math.min(ASK_MS, AGAIN_MS * refusals);
        }
      )
      .then((waitMs) => {
        asking = false;
        askAtMs = Math.max(sentMs + waitMs, localMs() + AGAIN_MS);
      });
  }

  function tick() {
    const nowMs = localMs();
    if (!hidden && nowMs - heardAtMs >= SILENCE_MS) {
      show(false);
    }
    if (!asking && nowMs >= askAtMs) {
      poll();
    }
    timers.set(tick, TICK_MS);
  }

  return {
    /** The page is looked at again, or has a network again: ask at once, and give the answer its time. */
    wake() {
      hidden = false;
      heardAtMs = up ? localMs() : heardAtMs;
      askAtMs = 0;
    },
    /** The page is not looked at. */
    rest() {
      hidden = true;
    },
    /** The browser knows that there is no network. */
    lost: () => show(false),
    start: tick,
  };
}
