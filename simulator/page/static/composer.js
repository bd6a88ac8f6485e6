// Writing: send on Enter, answer and change messages, the command menu, files by button and by drag and drop.
"use strict";

const formOf = (element) => element.closest(".chat").querySelector(".composer");

/** Put the form into its plain state, or let it answer or change a message. */
function aim(form, { reply = "", edit = "", label = "", text = null } = {}) {
  form.elements.reply_to.value = reply;
  form.elements.edit.value = edit;
  form.querySelector(".banner").hidden = !label;
  form.querySelector(".banner span").textContent = label;
  if (text !== null) form.elements.text.value = text;
}

async function post(path, fields, files = []) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  // Numbered, because the server sorts parts by name and an album keeps its order.
  files.forEach((file, number) => data.append(`file${String(number).padStart(2, "0")}`, file, file.name));
  const answer = await fetch(path, { method: "POST", body: data, headers: { "X-Page-Token": body.dataset.token } });
  if (!answer.ok) failed(await answer.text());
  return answer.ok;
}

const whoAndWhere = (element) => {
  const chat = element.closest(".chat");
  return { person: chat.dataset.person, chat: chat.dataset.chat };
};

const say = (element, text) => post("/page/say", { ...whoAndWhere(element), text });

async function sendFiles(chat, files, photo) {
  if (!files.length) return;
  const sending = note(body.dataset.uploading, 0);
  const form = chat.querySelector(".composer");
  const caption = form.elements.text.value.trim();
  try {
    if (await post("/page/send", { ...whoAndWhere(form), caption, photo: String(photo) }, files.slice(0, 10))) aim(form, { text: "" });
  } finally {
    sending.remove();
  }
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const said = at("[data-say]");
  if (said) say(said, said.dataset.say);
  const reply = at("[data-reply]");
  if (reply) {
    const quoted = reply.closest(".bubble").querySelector(".text")?.textContent || "…";
    aim(formOf(reply), { reply: reply.dataset.reply, label: `${body.dataset.replying}：${quoted.slice(0, 60)}` });
    formOf(reply).elements.text.focus();
  }
  const edit = at("[data-edit]");
  if (edit) {
    const text = edit.closest(".bubble").querySelector(".text").textContent;
    aim(formOf(edit), { edit: edit.dataset.edit, label: body.dataset.editing, text });
    formOf(edit).elements.text.focus();
  }
  if (at("[data-cancel]")) aim(formOf(event.target), at(".composer").elements.edit.value ? { text: "" } : {});
});

// Enter sends, Shift+Enter makes a new line; while Chinese is being composed Enter only picks a word.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.name !== "text") return;
  event.preventDefault();
  if (event.target.value.trim()) event.target.form.requestSubmit();
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.classList?.contains("composer") && detail.successful) aim(target, { text: "" });
});

document.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  sendFiles(target.closest(".chat"), [...target.files], "photos" in target.dataset);
  target.value = "";
});

// Dragging over a child leaves the parent for an instant, so leaving is decided by where the pointer went.
document.addEventListener("dragover", (event) => {
  const chat = event.target.closest?.(".chat");
  event.preventDefault();
  for (const each of document.querySelectorAll(".chat")) each.classList.toggle("over", each === chat);
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget?.closest?.(".chat")) document.querySelector(".chat.over")?.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const chat = event.target.closest?.(".chat");
  chat?.classList.remove("over");
  const files = [...(event.dataTransfer?.files || [])];
  if (chat) sendFiles(chat, files, files.length > 0 && files.every((file) => /^image\/(png|jpeg|gif)$/.test(file.type)));
});

/** A message of the bot that asks to be answered aims the form at itself, once. */
function followForce(slot) {
  const bottom = byId(`bottom-${slot}`);
  const form = byId(`composer-${slot}`);
  if (!bottom || !form) return;
  form.elements.text.placeholder = bottom.dataset.placeholder || form.elements.text.dataset.plain;
  const asks = bottom.dataset.force;
  if (asks && form.dataset.asked !== asks) {
    form.dataset.asked = asks;
    const quoted = byId(`${slot}-m${asks}`)?.querySelector(".text")?.textContent || "…";
    aim(form, { reply: asks, label: `${body.dataset.replying}：${quoted.slice(0, 60)}` });
  } else if (!asks && form.dataset.asked) {
    delete form.dataset.asked;
    aim(form);
  }
}
document.addEventListener("chat-changed", ({ detail }) => followForce(detail));
