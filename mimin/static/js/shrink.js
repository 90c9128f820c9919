/* Photos are shrunk before they travel, at every input[data-shrink]: a photo of a phone has three times the points that
   the server keeps. data-shrink="exif" keeps the place and the turn of a photo. The pages work without it. */
"use strict";
(() => {
  const POINTS = 4_000_000, HEAVY = 1_000_000, LONGEST = 20_000;
  const PHOTOS = "input[type=file][data-shrink]";

  /* A photo of more than HEAVY bytes travels with as many points as the server would keep; a screenshot of a chat is
     lighter and stays as it is, so that the same picture is known again. */
  async function shrunk(file, exif) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < HEAVY) return file;
    try {
      const image = await createImageBitmap(file, { imageOrientation: exif ? "none" : "from-image" });
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
      const parts = exif ? withExif(await file.arrayBuffer(), await made.arrayBuffer()) : [made];
      const whole = new Blob(parts, { type: "image/jpeg" });
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

  /* Photos that are being shrunk now; whoever chooses others meanwhile has those shrunk. */
  const running = new Map();
  async function shrink(input) {
    const files = [...input.files];
    const small = [];
    for (const file of files) small.push(await shrunk(file, input.dataset.shrink === "exif"));
    const same = files.length === input.files.length && files.every((file, n) => file === input.files[n]);
    if (same && small.some((file, n) => file !== files[n])) input.files = listed(small);
  }
  function begin(input) {
    const work = Promise.race([shrink(input), new Promise((done) => setTimeout(done, LONGEST))]).catch(() => { /* as it was */ });
    running.set(input, work);
    work.then(() => { if (running.get(input) === work) running.delete(input); });
  }
  document.addEventListener("change", (event) => { if (event.target.matches(PHOTOS)) begin(event.target); });

  /* Whoever presses the button while a photo is being shrunk waits for it. Not within the event itself: a form that is being submitted cannot be submitted. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const waits = [...running.keys()].filter((input) => form.contains(input)).map((input) => running.get(input));
    if (!waits.length) return;
    event.preventDefault();
    event.stopPropagation();
    const presser = event.submitter;
    Promise.all(waits).then(() => setTimeout(() => form.requestSubmit(presser)));
  }, true);

  window.miminShrink = { shrunk, listed, begin };
})();
