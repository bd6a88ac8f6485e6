// The tour's finger: marks what the hint in the tour's strip means, wherever that is on the page now.
"use strict";

function point() {
  for (const marked of document.querySelectorAll(".glow")) marked.classList.remove("glow");
  const hint = byId("hint");
  if (!hint) return;
  const { kind, chat, press, message } = hint.dataset;
  const mark = (element) => element?.classList.add("glow");
  if (kind === "jump") {
    mark(byId("tour-jump"));
    return;
  }
  if (!chat) return;
  const slot = slotOf(chat);
  // On a narrow screen the right chat may be behind another view.
  const narrow = getComputedStyle(document.querySelector(".tabs")).display !== "none";
  const visible = slot && byId(`pane-${slot}`).offsetParent !== null;
  byId("tour-open").hidden = Boolean(visible);
  if (!visible) {
    mark(byId(`person-${chat}`));
    mark(byId("tour-open"));
    if (narrow) mark(document.querySelector(`.tabs [data-show="${slot || "people"}"]`));
    return;
  }
  if (kind === "type") {
    mark(byId(`text-${slot}`));
    mark(document.querySelector("[data-use]"));
  }
  if (kind !== "press") return;
  const keys = byId(`${slot}-m${message}`)?.querySelectorAll(".key") || [];
  const key = [...keys].find((each) => each.dataset.label === press);
  mark(key);
  key?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-hint]");
  const hint = byId("hint");
  if (opener) {
    const slot = slotOf(opener.dataset.openHint);
    if (slot) show(slot);
    else openChat(opener.dataset.openHint);
  }
  if (event.target.closest("[data-use]")) {
    const slot = slotOf(hint.dataset.chat);
    if (!slot) return;
    byId(`text-${slot}`).value = hint.dataset.type;
    byId(`text-${slot}`).focus();
  }
  setTimeout(point, 50);
});

// The step that is being done for the visitor.
let playing = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "tour-play") playing = byId("hint")?.dataset.step;
});
document.addEventListener("tour-played", (event) => {
  if (!slotOf(event.detail.chat)) openChat(event.detail.chat);
});
// The button itself is swapped while it works, so its end is known by the address.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.pathInfo?.requestPath === "/page/tour") playing = null;
});

/** While a step is being done for the visitor, the page shows whoever acts. */
function followPlay() {
  const { chat, step } = byId("hint")?.dataset || {};
  if (playing === step && chat && !slotOf(chat)) openChat(chat);
}
document.addEventListener("around-changed", () => {
  point();
  followPlay();
});
document.addEventListener("chat-changed", point);
document.addEventListener("htmx:afterSettle", point);
point();
