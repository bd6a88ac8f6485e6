// The page's own script: opens chats, listens to the live stream, shows toasts. No build step; htmx does the fetching.
"use strict";

const body = document.body;
const byId = (id) => document.getElementById(id);
const slots = ["a", "b"];
let active = "a";

// --- which chat stands where -------------------------------------------------------------------------

const chatIn = (slot) => byId(`chat-${slot}`)?.dataset.chat || "";
const personIn = (slot) => byId(`chat-${slot}`)?.dataset.person || "";
const slotOf = (chat) => slots.find((slot) => chatIn(slot) === String(chat));
const shownQuery = () => slots.map((slot) => `${slot}=${chatIn(slot)}`).join("&");

function activate(slot) {
  active = slot;
  for (const each of slots) byId(`pane-${each}`).classList.toggle("active", each === slot);
}

function show(view) {
  body.dataset.view = view;
  if (slots.includes(view)) {
    activate(view);
    toBottom(view);
  }
  for (const tab of document.querySelectorAll(".tabs [data-show]")) {
    if (tab.dataset.show === view) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}

async function openChat(chat, slot = active, as = "") {
  await htmx.ajax("GET", `/page/pane?slot=${slot}&chat=${chat}&as=${as}`, { target: `#pane-${slot}`, swap: "innerHTML" });
  history.replaceState(null, "", `/?${shownQuery()}`);
  show(slot);
  around();
}

// --- scrolling: stay at the newest message unless the reader went up ---------------------------------

const atBottom = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 90;

function toBottom(slot) {
  const log = byId(`log-${slot}`);
  if (log) log.scrollTop = log.scrollHeight;
}

function watchScroll(slot) {
  const log = byId(`log-${slot}`);
  if (!log) return;
  let height = log.clientHeight;
  let follows = true;
  log.addEventListener("scroll", () => {
    // A scroll that comes from the log itself becoming lower is not the reader's.
    if (log.clientHeight === height) follows = atBottom(log);
    document.querySelector(`[data-bottom="${slot}"]`).hidden = atBottom(log);
  }, { passive: true });
  new ResizeObserver(() => {
    height = log.clientHeight;
    if (follows) toBottom(slot);
  }).observe(log);
}

// --- fetching what changed ---------------------------------------------------------------------------

// One request for each pane at a time: two would append the same message twice.
const fetching = {};

async function news(slot) {
  if (fetching[slot]) {
    fetching[slot] = "again";
    return;
  }
  const mark = byId(`mark-${slot}`);
  const log = byId(`log-${slot}`);
  if (!mark || !log) return;
  fetching[slot] = "now";
  const follow = atBottom(log);
  const query = `slot=${slot}&chat=${chatIn(slot)}&as=${personIn(slot)}&seq=${mark.dataset.seq}&last=${mark.dataset.last}`;
  try {
    await htmx.ajax("GET", `/page/news?${query}`, { source: log, target: log, swap: "none" });
  } catch {
    // Said by htmx's own events; the stream's next "hello" asks again.
  } finally {
    const again = fetching[slot] === "again";
    fetching[slot] = "";
    if (again) news(slot);
  }
  if (byId(`mark-${slot}`).dataset.last !== mark.dataset.last) byId(`typing-${slot}`).hidden = true;
  if (follow) toBottom(slot);
  document.dispatchEvent(new CustomEvent("chat-changed", { detail: slot }));
}

let aroundTimer = 0;
let aroundBusy = false;

/** Everything beside the chats, at most once in a while. */
function around(wait = 120) {
  clearTimeout(aroundTimer);
  aroundTimer = setTimeout(async () => {
    if (aroundBusy) return around(wait);
    aroundBusy = true;
    try {
      await htmx.ajax("GET", `/page/around?${shownQuery()}`, { source: body, target: body, swap: "none" });
    } catch {
      // As above.
    } finally {
      aroundBusy = false;
    }
    const moment = byId("moment");
    if (moment !== document.activeElement) moment.value = localMoment(new Date(byId("now").dataset.now)).replace(" ", "T");
    if (byId("idle")?.dataset.idle === "false") around(700);
    document.dispatchEvent(new CustomEvent("around-changed"));
  }, wait);
}

// A part that did not change is left alone: its focus, its open details, and a finger on its way to a button stay.
const lastHtml = {};
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!target.closest("#people-list, #tour, .side")) return;
  const html = [...fragment.children].map((each) => each.outerHTML).join("");
  if (lastHtml[target.id] === html) event.detail.shouldSwap = false;
  lastHtml[target.id] = html;
});

// --- the live stream ---------------------------------------------------------------------------------

function listen() {
  const stream = new EventSource("/page/events");
  const on = (name, heard) => stream.addEventListener(name, (event) => heard(JSON.parse(event.data)));
  // After a break the stream begins anew: ask for everything that was missed.
  on("hello", () => {
    byId("offline")?.remove();
    slots.forEach(news);
    around();
  });
  on("news", ({ chats }) => {
    slots.filter((slot) => chats.includes(Number(chatIn(slot)))).forEach(news);
    around();
  });
  on("typing", ({ chat }) => showTyping(chat));
  on("answered", answered);
  on("side", () => around(0));
  stream.onerror = () => {
    if (!byId("offline")) note(body.dataset.offline, 0).id = "offline";
  };
}

const typingTimers = {};

/** Telegram shows it for five seconds or until a message comes. */
function showTyping(chat) {
  const slot = slotOf(chat);
  if (!slot) return;
  byId(`typing-${slot}`).hidden = false;
  clearTimeout(typingTimers[slot]);
  typingTimers[slot] = setTimeout(() => { byId(`typing-${slot}`).hidden = true; }, 5000);
}

// --- toasts, alerts, notes ---------------------------------------------------------------------------

function answered({ chat, person, text, alert }) {
  const slot = slots.find((each) => chatIn(each) === String(chat) && personIn(each) === String(person));
  if (!slot) return;
  for (const key of byId(`chat-${slot}`).querySelectorAll(".key.waiting")) key.classList.remove("waiting");
  if (!text) return;
  if (alert) {
    byId("alert").querySelector("p").textContent = text;
    byId("alert").showModal();
    return;
  }
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  toast.textContent = text;
  byId(`chat-${slot}`).append(toast);
  setTimeout(() => toast.remove(), 3500);
}

function note(text, milliseconds = 5000) {
  const shown = document.createElement("p");
  shown.className = "note";
  shown.textContent = text;
  byId("notes").append(shown);
  if (milliseconds) setTimeout(() => shown.remove(), milliseconds);
  return shown;
}

const failed = (why) => note(body.dataset.failed.replace("%", why));

// --- the clock's hands go on between two answers ------------------------------------------------------

/** 2008-08-01 09:00 in the county's zone: Swedes write dates this way. */
const localMoment = (moment) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: body.dataset.zone, dateStyle: "short", timeStyle: "short" }).format(moment);

function tickClock() {
  const shown = byId("now");
  const rate = Number(shown?.dataset.rate || 0);
  if (!rate) return;
  if (shown.since === undefined) shown.since = performance.now();
  const moment = new Date(Date.parse(shown.dataset.now) + (performance.now() - shown.since) * rate);
  const [day, time] = localMoment(moment).split(" ");
  shown.querySelector("b").textContent = time;
  shown.querySelector("span").textContent = day;
}

// --- wiring ------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const pane = at(".pane");
  if (pane) activate(pane.dataset.slot);
  const opener = at("[data-open]");
  if (opener && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const already = slotOf(opener.dataset.open);
    if (already) show(already);
    else openChat(opener.dataset.open);
  }
  if (at("[data-show]")) show(at("[data-show]").dataset.show);
  if (at("[data-bottom]")) toBottom(at("[data-bottom]").dataset.bottom);
  if (at("[data-goto]")) goTo(at("[data-goto]").dataset.goto);
  if (at(".key[hx-post]")) at(".key[hx-post]").classList.add("waiting");
  for (const open of document.querySelectorAll("details.acts[open], details.menu[open]")) {
    if (!open.contains(event.target) || at("button")) open.removeAttribute("open");
  }
});

function goTo(id) {
  const message = byId(id);
  if (!message) return;
  message.scrollIntoView({ block: "center" });
  message.classList.add("found");
  setTimeout(() => message.classList.remove("found"), 1500);
}

document.addEventListener("change", (event) => {
  const slot = event.target.dataset?.viewer;
  if (slot) openChat(chatIn(slot), slot, event.target.value);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.acts[open], details.menu[open]")) open.removeAttribute("open");
});

document.addEventListener("htmx:responseError", ({ detail }) => failed(detail.xhr.responseText));
document.addEventListener("htmx:sendError", () => failed(body.dataset.offline));
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!detail.successful) target.classList?.remove("waiting");
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.classList?.contains("pane")) {
    watchScroll(target.dataset.slot);
    toBottom(target.dataset.slot);
  }
});

slots.forEach((slot) => {
  watchScroll(slot);
  toBottom(slot);
});
activate("a");
listen();
setInterval(tickClock, 250);
setInterval(() => { if (Number(byId("now")?.dataset.rate)) around(0); }, 2000);
