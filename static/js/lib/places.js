/** The elements of a page by what they show: `data-put` names it. Only what has changed is written.
 *  What `held(element)` answers true for keeps its text for now. */
export function createPlaces(root, held = () => false) {
  const places = {};
  root.querySelectorAll("[data-put]").forEach((element) => {
    (places[element.dataset.put] = places[element.dataset.put] || []).push(element);
  });

  function put(name, text) {
    places[name].forEach((element) => {
      if (element.textContent !== text && !held(element)) {
        element.textContent = text;
      }
    });
  }

  return {
    put: put,
    /** Like `put`, for a line that is not there at all when it has nothing to say. */
    putOrHide(name, text) {
      places[name].forEach((element) => {
        if (element.hidden !== !text && !held(element)) {
          element.hidden = !text;
        }
      });
      put(name, text);
    },
    /** The first element of that name. */
    at: (name) => places[name][0],
  };
}
