/**
 * Which rooms are to be asked for again. Pure, no DOM.
 *
 *   const changed = createChangedRooms(most);
 *   changed.heard(["06010"])     // something about these moved; null: anything may have
 *   changed.ask()                // what to ask for now: codes, or null for everything
 *   changed.answered()           // what was asked for last stands on the page
 *
 * What was asked for and never came, or came and was not put on the page, is asked for again with the next question;
 * what moves while an answer is under way is not taken for answered by it.
 */
export function createChangedRooms(most) {
  let waiting = new Set();
  let asked = new Set();
  let all = false;
  let askedAll = false;

  return {
    heard(codes) {
      if (codes === null) {
        all = true;
      } else {
        codes.forEach((code) => waiting.add(code));
      }
    },
    ask() {
      waiting.forEach((code) => asked.add(code));
      waiting = new Set();
      askedAll = askedAll || all || asked.size > most;
      all = false;
      return askedAll ? null : [...asked];
    },
    answered() {
      asked = new Set();
      askedAll = false;
    },
  };
}
