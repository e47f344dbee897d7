/** What the page does; runs in a browser. Its words are in page.ts. */
export const PAGE_SCRIPT = String.raw`'use strict';

const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const list = document.querySelector('ol');

for (const [name, value] of new URLSearchParams(location.search)) {
  if (form.elements[name] !== undefined) form.elements[name].value = value;
}

navigator.serviceWorker.addEventListener('message', ({ data: push }) => {
  const item = document.createElement('li');
  item.textContent = JSON.stringify(push);
  list.prepend(item);
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  subscribe(Object.fromEntries(new FormData(form))).catch((error) => tell('Failed: ' + error.message));
});

async function subscribe({ push, key, user, token, installation, simulated }) {
  await Notification.requestPermission();
  const worker = await navigator.serviceWorker.register('/web-push/service-worker.js', { scope: '/web-push' });
  const headers = { authorization: 'Bearer ' + key, ...(token === '' ? {} : { 'signalbox-user-token': token }) };
  const api = (method, path, body) => call(method, push + path, body, headers);
  const { publicKey } = await api('GET', '/v1/webpush/public-key');
  const own = simulated === undefined ? await subscriptionOfBrowser(worker, publicKey) : undefined;
  const { endpoint, keys, token: name } = own ?? (await simulate(publicKey));
  await api('PUT', '/v1/devices/' + encodeURIComponent(installation), {
    platform: 'web',
    target: { kind: 'webpush', endpoint, ...keys },
    locale: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(user === '' ? {} : { userId: user }),
  });
  await tellWorker({ url: push + '/v1/receipts', headers: { ...headers, 'content-type': 'application/json' }, installationId: installation });
  tell(own === undefined ? 'Registered with a subscription of the sandbox.' : 'Registered with a subscription of this browser.');
  if (own === undefined) await carry(name);
}

/** What the service worker needs to send receipts: it outlives the page. */
async function tellWorker(receipts) {
  const told = await caches.open('signalbox-receipts');
  await told.put('/signalbox-receipts', new Response(JSON.stringify(receipts)));
}

/** Undefined where the browser reaches no push service. */
async function subscriptionOfBrowser(worker, applicationServerKey) {
  try {
    const options = { userVisibleOnly: true, applicationServerKey };
    return (await worker.pushManager.subscribe(options)).toJSON();
  } catch {
    return undefined;
  }
}

/** A subscription at the sandbox's push service, whose keys the sandbox has. */
function simulate(applicationServerKey) {
  return call('POST', '/v1/webpush/subscriptions', { applicationServerKey });
}

/** Carries what the sandbox's push service accepts to the service worker, as a push service would. */
async function carry(token) {
  const worker = (await navigator.serviceWorker.ready).active;
  for (let after = ''; ; ) {
    const page = await call('GET', '/v1/webpush/requests?status=201&waitMs=25000&token=' + token + after);
    for (const { payload } of page.requests) worker.postMessage({ push: payload });
    if (page.next !== null) after = '&after=' + page.next;
  }
}

async function call(method, url, body, headers = {}) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers: { ...json, ...headers }, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(method + ' ' + url + ' was answered ' + answer.status + ': ' + said.detail);
  return said;
}

function tell(sentence) {
  status.textContent = sentence;
}
`;
