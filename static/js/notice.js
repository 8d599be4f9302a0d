/** A word to the person, in the place where the server's own words appear; gone after a while, or with the next swap. */

const NOTICE_MS = 12000;
let timer = null;

export function notify(text) {
  const words = document.createElement("p");
  words.textContent = text;
  place().replaceChildren(words);
  forgetLater();
}

function place() {
  return document.getElementById("notice");
}

function forgetLater() {
  clearTimeout(timer);
  if (place().firstElementChild) {
    timer = setTimeout(() => place().replaceChildren(), NOTICE_MS);
  }
}

document.addEventListener("htmx:oobAfterSwap", (event) => event.target.id === "notice" && forgetLater());
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  notify(
    status === 401 || status === 403
      ? "Phiên đăng nhập đã hết hoặc không có quyền. Xin tải lại trang rồi đăng nhập lại."
      : status === 400
        ? "Trang đã mở quá lâu. Xin tải lại trang rồi bấm lại."
        : status === 413
          ? "Tệp lớn quá mức cho phép."
          : "Máy chủ chưa thực hiện được. Xin bấm lại."
  );
});
["htmx:sendError", "htmx:timeout"].forEach((name) =>
  document.addEventListener(name, (event) => {
    if (event.detail.requestConfig.verb !== "get") {
      notify("Máy chủ chưa trả lời, chưa rõ lệnh đã được thực hiện hay chưa. Xin xem lại màn hình trước khi bấm lại.");
    }
  })
);
forgetLater();
