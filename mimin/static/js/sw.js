/* Without a connection: says so, and what has not been sent. Pages about citizens are never kept on the device. */
"use strict";
const SHELL = "mimin-shell-1";
const OFFLINE = "/luring/";
const SHARED = "mimin-shared-1"; /* as in record.js */
const SHARE = "/kotak-masuk/bagikan/", RECORD = "/kotak-masuk/catat/";

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

/* The page without a connection, with the styles and the script that it names (their names change with their content). */
async function keepShell() {
  const shell = await caches.open(SHELL);
  const page = await fetch(OFFLINE, { cache: "reload", credentials: "omit" });
  const text = await page.clone().text();
  const parts = [...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((found) => found[1]);
  await shell.put(OFFLINE, page);
  await shell.addAll([...new Set(parts)]);
}

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name !== SHELL && name !== SHARED);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

/* What a phone shares is laid down on the device first, and taken in by the page (record.js): without a connection or
   without a sign-in it is not lost. */
async function layDown(request) {
  const spare = request.clone();
  try {
    const form = await request.formData();
    const shared = await caches.open(SHARED);
    const words = {};
    let number = Date.now();
    for (const [field, value] of form) {
      if (typeof value === "string") words[field] = value;
      else if (value.size) await shared.put(`${SHARE}${number += 1}`, new Response(value, { headers: { "Content-Type": value.type || "application/octet-stream", "X-Name": encodeURIComponent(value.name) } }));
    }
    await shared.put(`${SHARE}${number += 1}`, new Response(JSON.stringify(words)));
    return Response.redirect(RECORD, 303);
  } catch { return fetch(spare); }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "POST" && new URL(request.url).pathname === SHARE) event.respondWith(layDown(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (request.method === "GET" && new URL(request.url).pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
});
