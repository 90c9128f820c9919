/* Without a connection: says so, and what has not been sent. Pages about citizens are never kept on the device. */
"use strict";
const SHELL = "mimin-shell-1";
const OFFLINE = "/luring/";

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
    const old = (await caches.keys()).filter((name) => name !== SHELL);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (request.method === "GET" && new URL(request.url).pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
});
