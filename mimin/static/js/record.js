/* Recording by hand, made quick: what was shared to the installed page is taken in, photos are shrunk before they travel,
   and a picture can be pasted. The page works without all of it. */
"use strict";
(() => {
  const form = document.querySelector("form[data-hand]");
  if (!form) return;
  const input = form.querySelector("[data-shrink]");
  const SHARED = "mimin-shared-1"; /* as in sw.js */
  const POINTS = 4_000_000, HEAVY = 1_000_000;

  /* A photo of more than HEAVY bytes travels with as many points as the server would keep; a screenshot of a chat is
     lighter and stays as it is, so that the same picture is known again. */
  async function shrunk(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < HEAVY) return file;
    try {
      const image = await createImageBitmap(file, { imageOrientation: "none" });
      const scale = Math.min(1, Math.sqrt(POINTS / (image.width * image.height)));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      const brush = canvas.getContext("2d");
      brush.fillStyle = "#fff";
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      const whole = new Blob(withExif(await file.arrayBuffer(), await made.arrayBuffer()), { type: "image/jpeg" });
      return whole.size < file.size ? new File([whole], file.name, { type: "image/jpeg" }) : file;
    } catch { return file; }
  }

  /* The place and the turn of a photo stand in a part of its own (APP1), which the browser leaves out. */
  function withExif(before, after) {
    const view = new DataView(before);
    if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return [after];
    for (let at = 2; at + 4 < view.byteLength && view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda;) {
      const end = at + 2 + view.getUint16(at + 2);
      if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) return [after.slice(0, 2), before.slice(at, end), after.slice(2)];
      at = end;
    }
    return [after];
  }

  const listed = (files) => files.reduce((all, file) => { all.items.add(file); return all; }, new DataTransfer()).files;
  async function shrink() {
    const files = [...input.files];
    const small = await Promise.all(files.map(shrunk));
    if (small.some((file, n) => file !== files[n])) input.files = listed(small);
  }
  let shrinking = Promise.resolve();
  input.addEventListener("change", () => { shrinking = shrink(); });

  /* Whoever presses the button while a photo is being shrunk waits for it. Not within the event itself: a form that is being submitted cannot be submitted. */
  let waited = false;
  form.addEventListener("submit", (event) => {
    if (waited || !input.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    const presser = event.submitter;
    shrinking.then(() => setTimeout(() => { waited = true; form.requestSubmit(presser); waited = false; }));
  }, true);

  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    input.files = listed([...input.files, ...files]);
    shrinking = shrink();
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
      else body.append("files", await shrunk(new File([await answer.blob()], decodeURIComponent(name), { type: answer.headers.get("Content-Type") })));
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
