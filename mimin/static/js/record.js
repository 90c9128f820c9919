/* Recording by hand, made quick: what was shared to the installed page is taken in, and a picture can be pasted. Photos
   are shrunk before they travel (shrink.js). The page works without all of it. */
"use strict";
(() => {
  const form = document.querySelector("form[data-hand]");
  if (!form) return;
  const input = form.querySelector("[data-shrink]");
  const SHARED = "mimin-shared-1"; /* as in sw.js */
  const { shrunk, listed, begin } = window.miminShrink;

  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    input.files = listed([...input.files, ...files]);
    begin(input);
  });

  /* What was shared lies on this device (sw.js) until the server says that it has it. */
  async function takeShared() {
    if (!("caches" in window) || !(await caches.has(SHARED))) return;
    const shared = await caches.open(SHARED);
    const kept = await shared.keys();
    if (!kept.length) return;
    notice("waits", true);
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const request of kept) {
      const answer = await shared.match(request);
      const name = answer.headers.get("X-Name");
      if (name === null) for (const [field, value] of Object.entries(await answer.json())) body.set(field, value);
      else body.append("files", await shrunk(new File([await answer.blob()], decodeURIComponent(name), { type: answer.headers.get("Content-Type") }), true));
    }
    const answer = await fetch(form.dataset.share, { method: "POST", body, credentials: "same-origin" });
    if (!answer.redirected || !new URL(answer.url).pathname.startsWith(form.dataset.trays)) throw new Error(answer.statusText);
    await caches.delete(SHARED);
    location.replace(answer.url);
  }
  const notice = (name, shown) => { form.querySelector(`[data-sharing=${name}]`).hidden = !shown; };
  takeShared().catch(() => { notice("waits", false); notice("failed", true); });
  form.querySelector("[data-forget-shared]").addEventListener("click", () => { caches.delete(SHARED); notice("failed", false); });
})();
