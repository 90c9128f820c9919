/* What a browser adds to pages that work without it: keys, drafts that survive, one dialog, no double submit. */
"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = one("#words")?.dataset ?? {};
  const grouped = new Intl.NumberFormat(document.documentElement.lang || "id");
  const say = (key, number) => (words[key] ?? "").replace("%s", grouped.format(number));

  /* Storage may be refused (private window, full disk); nothing here may fail for that. */
  const kept = (store) => ({
    get(key) { try { return store().getItem(key); } catch { return null; } },
    set(key, value) { try { store().setItem(key, value); } catch { /* not kept */ } },
    drop(key) { try { store().removeItem(key); } catch { /* not kept */ } },
    keys() { try { return Object.keys(store()); } catch { return []; } },
  });
  const tab = kept(() => sessionStorage);
  const device = kept(() => localStorage);

  /* Drafts: kept on this device under the person's name until the server says that they arrived, the person signs out,
     or a week is over. `base` is what the server proposed in a field when it was typed in. */
  const person = document.body.dataset.person ?? "";
  const DRAFT = "mimin-draft:";
  const SENT = "mimin-sent:";
  const WHO = "mimin-who"; /* whose drafts the page without a connection lists */
  const WEEK = 7 * 24 * 60 * 60 * 1000;
  const parsed = (raw) => { try { return JSON.parse(raw ?? "null"); } catch { return null; } };
  const drafts = (whose) => device.keys().filter((key) => key.startsWith(whose ? `${DRAFT}${whose}:` : DRAFT));
  drafts("").forEach((key) => { if (!(Date.now() - parsed(device.get(key))?.at < WEEK)) device.drop(key); });
  if (person && person !== "tautan") device.set(WHO, person);
  const draftKey = (form) => `${DRAFT}${person}:${form.dataset.draft}`;
  const writable = (form) => all("textarea[name], input[type=text][name], input:not([type])[name], input[type=url][name]", form);

  function keepDraft(form) {
    const values = {}, base = {};
    writable(form).filter((field) => field.value && field.value !== field.defaultValue).forEach((field) => {
      values[field.name] = field.value;
      base[field.name] = field.defaultValue;
    });
    const key = draftKey(form);
    if (Object.keys(values).length) device.set(key, JSON.stringify({ values, base, title: document.title, path: location.pathname, at: Date.now() }));
    else device.drop(key);
  }

  /* A draft has arrived when its form led on to another page of this person and nothing was refused. A refusal shows the
     form at its own address; a lost session, a stale form or a lost network shows a page without a person. */
  function forgetArrived() {
    const sent = parsed(tab.get(SENT));
    tab.drop(SENT);
    if (!sent || !person || one(".notice.error")) return;
    const type = performance.getEntriesByType("navigation")[0]?.type ?? "navigate";
    const ledOn = type === "navigate" && location.pathname !== sent.action;
    if (ledOn || one("[data-done]")) device.drop(sent.key);
  }

  function restoreDraft(form) {
    const { values, base } = parsed(device.get(draftKey(form))) ?? {};
    if (!values) return;
    const changed = writable(form).filter((field) => values[field.name] !== undefined && values[field.name] !== field.value);
    if (!changed.length) return;
    changed.forEach((field) => { field.value = both(field, values[field.name], base?.[field.name]); field.dispatchEvent(new Event("input", { bubbles: true })); });
    if (!form.hasAttribute("data-carries")) form.prepend(restoredNotice(form, changed)); /* one that carries the words on only */
  }

  /* What the server has proposed anew since it was typed is not hidden by it: it stands below. */
  function both(field, typed, base) {
    const fresh = field.defaultValue;
    const apart = field.matches("textarea") && fresh && base !== undefined && fresh !== base && !typed.includes(fresh);
    return apart ? `${typed}\n\n${fresh}` : typed;
  }

  function restoredNotice(form, fields) {
    const notice = document.createElement("div");
    notice.className = "notice idle";
    notice.setAttribute("role", "status");
    const text = document.createElement("div");
    text.textContent = `${words.restored} `;
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button small";
    drop.textContent = words.discard;
    drop.addEventListener("click", () => {
      fields.forEach((field) => { field.value = field.defaultValue; field.dispatchEvent(new Event("input", { bubbles: true })); });
      device.drop(draftKey(form));
      notice.remove();
    });
    notice.append(text, drop);
    return notice;
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) keepDraft(form);
    if (event.target.matches("[data-limit]")) count(event.target);
    if (event.target.matches("[data-key=r]")) write();
  });

  /* One press, one submit. Only the buttons rest; the fields keep their text, also when the way back is taken. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    if (form.dataset.busy) { event.preventDefault(); return; }
    if (form.hasAttribute("data-forget")) { drafts(person).forEach(device.drop); device.drop(WHO); window.caches?.delete("mimin-shared-1"); }
    if (form.matches("[data-draft]")) {
      keepDraft(form);
      const action = event.submitter?.getAttribute("formaction") ?? form.action;
      tab.set(SENT, JSON.stringify({ key: draftKey(form), action: new URL(action, location.href).pathname }));
    }
    if (form.method !== "post") return;
    form.dataset.busy = "1";
    setTimeout(() => rest(form, true));
    setTimeout(() => rest(form, false), 15000);
  });
  function rest(form, resting) {
    if (!resting) delete form.dataset.busy;
    all("button", form).forEach((button) => { button.disabled = resting; });
  }
  addEventListener("pageshow", (event) => { if (event.persisted) all("form").forEach((form) => rest(form, false)); });

  function count(field) {
    const left = Number(field.dataset.limit) - [...field.value].length;
    const counter = one(`[data-counter="${field.id}"]`);
    if (!counter) return;
    counter.textContent = left < 0 ? say("over", -left) : say("left", left);
    counter.classList.toggle("over", left < 0);
  }

  /* Choosing rows. */
  function chosen(name) {
    const boxes = all(`input[type=checkbox][name="${name}"]`);
    const on = boxes.filter((box) => box.checked).length;
    all(`[data-count="${name}"]`).forEach((place) => { place.textContent = on ? say("chosen", on) : ""; });
    all(`[data-all="${name}"]`).forEach((box) => { box.checked = on === boxes.length; box.indeterminate = on > 0 && on < boxes.length; });
  }
  document.addEventListener("focusin", (event) => { if (event.target.matches("input[readonly], textarea[readonly]")) event.target.select(); });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.dataset.all) all(`input[type=checkbox][name="${box.dataset.all}"]`).forEach((other) => { other.checked = box.checked; });
    if (box.type === "checkbox") chosen(box.dataset.all ?? box.name);
    if (box.hasAttribute("data-keys-off")) { if (box.checked) device.set("mimin-keys", "off"); else device.drop("mimin-keys"); }
  });

  /* One dialog for one step. Whatever does not answer with a part of a page is opened as a page. */
  const sheet = one("#sheet");
  async function openSheet(address) {
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { location.assign(address); return; }
      const body = one("#sheet-body");
      body.innerHTML = await answer.text();
      sheet.showModal();
      prepare(body);
      one("input:not([type=hidden]), select, textarea", body)?.focus();
    } catch { location.assign(address); }
  }
  document.addEventListener("click", (event) => {
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    const link = event.target.closest("a[data-sheet]");
    if (link && sheet && plain) { event.preventDefault(); link.closest("details.menu")?.removeAttribute("open"); openSheet(link.href); }
    const close = event.target.closest("dialog [data-close]");
    if (close && plain) { event.preventDefault(); close.closest("dialog").close(); }
    const opener = event.target.closest("[data-open]");
    if (opener) one(`#${opener.dataset.open}`).showModal();
    const back = event.target.closest("[data-back]");
    if (back && history.length > 1) { event.preventDefault(); history.back(); }
    const copy = event.target.closest("[data-copy]");
    if (event.target.closest("[data-print]")) print();
    if (copy) { const from = one(`#${copy.dataset.copy}`); navigator.clipboard.writeText(from.value ?? from.textContent); }
    if (event.target.matches("dialog")) event.target.close();
    all("details.menu[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => menu.removeAttribute("open"));
  });

  /* Who else has the case open: asked again while this page is looked at, and so said of this person too. */
  const here = one("[data-here]");
  const MINUTE = 60000;
  let wrote = -MINUTE;
  async function whoIsHere() {
    if (document.hidden) return;
    try {
      const writing = performance.now() - wrote < MINUTE ? "?writing=1" : "";
      const answer = await fetch(here.dataset.here + writing, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const told = await answer.text();
      if (told.trim() !== here.innerHTML.trim()) here.innerHTML = told;
    } catch { /* asked again soon */ }
  }
  function write() {
    const began = performance.now() - wrote >= MINUTE;
    wrote = performance.now();
    if (began && here) whoIsHere();
  }
  if (here) { setInterval(whoIsHere, MINUTE / 3); document.addEventListener("visibilitychange", whoIsHere); }

  /* Colours change at once; the choice is kept by the server. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]") || event.defaultPrevented) return;
    event.preventDefault();
    const theme = event.submitter?.value ?? "";
    if (theme) document.documentElement.dataset.theme = theme; else delete document.documentElement.dataset.theme;
    all("button[name=theme]", form).forEach((button) => button.setAttribute("aria-pressed", String(button.value === theme)));
    const body = new FormData(form);
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body, redirect: "manual" }).finally(() => rest(form, false));
  });

  /* Keys. */
  function step(by) {
    const rows = all("[data-row]");
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    one("a", next)?.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  function press(key) {
    const target = one(`[data-key="${key}"]`);
    if (!target) return false;
    target.focus();
    if (target.matches("a, button")) target.click();
    return true;
  }
  const keys = {
    "/": () => one("#search")?.focus(), "?": () => one("#keys")?.showModal(),
    j: () => step(1), k: () => step(-1), r: () => press("r"), a: () => press("a"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.menu[open]").forEach((menu) => { menu.removeAttribute("open"); one("summary", menu).focus(); });
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]") || device.get("mimin-keys") === "off") return;
    if (Object.hasOwn(keys, event.key)) { event.preventDefault(); keys[event.key](); }
  });

  /* What has not been sent, on the page without a connection. */
  function listUnsent(place) {
    const whose = person || device.get(WHO);
    (whose ? drafts(whose) : []).forEach((key) => {
      const { title, path, values } = parsed(device.get(key));
      const line = document.createElement("li");
      const text = document.createElement("div");
      text.className = "text";
      const link = document.createElement("a");
      link.href = path;
      link.textContent = title;
      const words_ = document.createElement("small");
      words_.textContent = Object.values(values).join(" ").slice(0, 160);
      text.append(link, words_);
      line.append(text);
      place.append(line);
      place.closest("[hidden]")?.removeAttribute("hidden");
    });
  }

  function prepare(within) {
    all("form[data-draft]", within).forEach(restoreDraft);
    all("[data-limit]", within).forEach(count);
    all("[data-copy]", within).forEach((button) => { button.hidden = !navigator.clipboard; });
  }

  forgetArrived();
  prepare(document);
  all("[data-all], [data-open], [data-print]").forEach((control) => { control.hidden = false; });
  all("[data-keys-off]").forEach((box) => { box.checked = device.get("mimin-keys") === "off"; });
  all("[data-unsent]").forEach(listUnsent);
  all("input[type=checkbox][name=case]:checked").slice(0, 1).forEach((box) => chosen(box.name));
  const worker = document.body.dataset.worker;
  if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => { /* works without it */ });
})();
