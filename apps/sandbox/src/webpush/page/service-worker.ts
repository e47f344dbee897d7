/**
 * The example of docs/web-push.md, word for word: a service worker that shows what comes, tells open pages of it, sends receipts, and
 * drops a message that came twice. Runs in a browser, so it is kept as text.
 */
export const EXAMPLE_WORKER = String.raw`'use strict';

const REMEMBERED = 200;
const heard = new Set();

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => event.waitUntil(receive(event.data.json())));
self.addEventListener('notificationclick', (event) => {
  const { data } = event.notification;
  event.notification.close();
  event.waitUntil(Promise.all([report('opened', data), self.clients.openWindow(data.url ?? '/')]));
});
self.addEventListener('notificationclose', (event) => event.waitUntil(report('dismissed', event.notification.data)));

async function receive({ notification, tag, data }) {
  if (await cameBefore(data.sbx_delivery_id)) return;
  if (notification !== undefined) {
    const { title = '', body, image, silent } = notification;
    await self.registration.showNotification(title, { body, image, silent, data, tag: tag ?? data.sbx_delivery_id });
  }
  for (const page of await self.clients.matchAll({ includeUncontrolled: true })) {
    page.postMessage({ notification, tag, data });
  }
  await report('received', data);
}

/** A receipt, as the page said how to send it. One that is lost is missing in the counts and nowhere else. */
async function report(kind, { sbx_delivery_id: deliveryId }) {
  const told = await (await caches.open('signalbox-receipts')).match('/signalbox-receipts');
  if (told === undefined) return;
  const { url, headers, installationId } = await told.json();
  const receipts = [{ deliveryId, kind, at: new Date().toISOString() }];
  const body = JSON.stringify({ installationId, receipts });
  await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
}

/** A push service that did not answer in time may be sent the same message again. */
async function cameBefore(id) {
  if (heard.has(id)) return true;
  heard.add(id);
  const seen = await caches.open('signalbox-seen');
  const name = '/signalbox-seen/' + id;
  if ((await seen.match(name)) !== undefined) return true;
  await seen.put(name, new Response(''));
  const names = await seen.keys();
  await Promise.all(names.slice(0, -REMEMBERED).map((old) => seen.delete(old)));
  return false;
}
`;

/** That of the sandbox's page, which stands in for a push service where the browser reaches none. */
export const SERVICE_WORKER = `${EXAMPLE_WORKER}
self.addEventListener('message', (event) => event.waitUntil(receive(event.data.push)));
`;
