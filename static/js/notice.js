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

const SIGNED_OUT = "Phiên đăng nhập đã hết hoặc không có quyền. Xin tải lại trang rồi đăng nhập lại.";
const REFUSED = {
  400: "Trang đã mở quá lâu. Xin tải lại trang rồi bấm lại.",
  401: SIGNED_OUT,
  403: SIGNED_OUT,
  404: "Không còn nội dung này, có thể vừa bị xóa. Xin tải lại trang.",
  413: "Tệp lớn quá mức cho phép.",
};

document.addEventListener("htmx:oobAfterSwap", (event) => event.detail.target.id === "notice" && forgetLater());
document.addEventListener("htmx:responseError", (event) => {
  notify(REFUSED[event.detail.xhr.status] || "Máy chủ chưa thực hiện được. Xin bấm lại.");
});
["htmx:sendError", "htmx:timeout"].forEach((name) =>
  document.addEventListener(name, (event) => {
    if (event.detail.requestConfig.verb !== "get") {
      notify("Máy chủ chưa trả lời, chưa rõ lệnh đã được thực hiện hay chưa. Xin xem lại màn hình trước khi bấm lại.");
    }
  })
);
forgetLater();
