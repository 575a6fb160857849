// Keeps the client's own files, so that it opens without a network; never an answer of the front.  SPDX-License-Identifier: Apache-2.0
const store = 'baoting-phone'

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

/* Hashed files never change: the store's is as good. Pages are asked for first, the store's serves when there is no answer. */
async function asset(request) {
  const kept = await caches.match(request)
  if (kept) return kept
  const reply = await fetch(request)
  if (reply.ok) await (await caches.open(store)).put(request, reply.clone())
  return reply
}

async function page(request) {
  try {
    const reply = await fetch(request)
    if (reply.ok) await (await caches.open(store)).put('/phone/', reply.clone())
    return reply
  } catch {
    return (await caches.match('/phone/')) ?? Response.error()
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin || !url.pathname.startsWith('/phone/')) return
  event.respondWith(request.mode === 'navigate' ? page(request) : asset(request))
})
