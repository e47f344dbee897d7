import type { ApiDocument, Service } from '../services.ts';
import { type Item, itemOf, type Particulars, type Route } from './item.ts';

const KEPT = (variable: string, member: string) =>
  `pm.collectionVariables.set("${variable}", pm.response.json()["${member}"]);`;
const MUST = (status: number) => `pm.test("answers ${status}", () => pm.response.to.have.status(${status}));`;

/** What somebody does first, in order. Later requests use what earlier ones were answered. */
const STEPS: readonly ({ readonly service: Service; readonly route: string } & Particulars)[] = [
  {
    ...{ service: 'auth', route: 'POST /v1/apps', name: 'make an app' },
    body: { name: 'Collection', mode: 'test' },
    test: [MUST(201), KEPT('appId', 'id')],
  },
  {
    ...{ service: 'auth', route: 'POST /v1/api-keys', name: 'make a key of it' },
    body: { appId: '{{appId}}', kind: 'secret', name: 'Collection' },
    test: [MUST(201), KEPT('apiKey', 'key')],
  },
  {
    ...{ service: 'push', route: 'PUT /v1/devices/{installationId}', name: 'register a phone' },
    params: { installationId: 'phone-of-the-collection' },
    body: {
      ...{ userId: 'ada', platform: 'ios', bundleId: 'com.example.app', environment: 'sandbox' },
      target: { kind: 'apns', token: 'c0'.repeat(32) },
    },
    test: [MUST(201), KEPT('deviceId', 'id')],
  },
  {
    ...{ service: 'push', route: 'POST /v1/notifications', name: 'send a notification' },
    body: { to: { userId: 'ada' }, content: { title: 'Hello', body: 'From a collection' } },
    test: [MUST(202), KEPT('notificationId', 'id')],
  },
  {
    ...{ service: 'push', route: 'GET /v1/notifications/{id}', name: 'ask what became of it' },
    params: { id: '{{notificationId}}' },
    test: [
      MUST(200),
      'pm.test("is it", () => pm.expect(pm.response.json().id).to.equal(pm.collectionVariables.get("notificationId")));',
    ],
  },
  {
    ...{ service: 'push', route: 'GET /v1/notifications/{id}/explain', name: 'have it explained' },
    params: { id: '{{notificationId}}' },
    test: [MUST(200)],
  },
  {
    ...{ service: 'events', route: 'GET /v1/events', name: 'read the feed' },
    test: [MUST(200), 'pm.test("has events", () => pm.expect(pm.response.json().events).to.not.be.empty);'],
  },
  { ...{ service: 'payments', route: 'GET /v1/payments', name: 'list payments' }, test: [MUST(200)] },
];

/** @throws Error for a step whose route is in no document. */
export function firstSteps(documents: Readonly<Record<Service, ApiDocument>>): Item[] {
  return STEPS.map(({ service, route, ...particulars }) =>
    itemOf(find(documents[service], service, route), particulars),
  );
}

function find(document: ApiDocument, service: Service, route: string): Route {
  const [verb, path] = route.split(' ') as [string, string];
  const method = verb.toLowerCase();
  const operation = document.paths[path]?.[method];
  if (operation === undefined) throw new Error(`the first steps use ${route}, which ${service} does not document`);
  return { service, method, path, operation, document };
}
