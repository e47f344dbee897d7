import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TemplateDocumentInput } from '@signalbox/contracts';
import { BUILT_IN_TEMPLATES } from '../notices/built-in-templates.js';
import { type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { TemplatesModule } from './templates.module.js';

const HELLO: TemplateDocumentInput = {
  parameters: { name: { type: 'string' } },
  defaultLocale: 'en',
  locales: { en: { body: 'Hello {name}' }, de: { body: 'Hallo {name}' } },
};
const inEnglish = (body: string): TemplateDocumentInput => ({ ...HELLO, locales: { en: { body } } });

interface Body {
  readonly version: number;
  readonly active: boolean;
  readonly items: Record<string, unknown>[];
  readonly next: string | null;
  readonly document: TemplateDocumentInput;
  readonly errors: { pointer: string; reason: string }[];
  readonly detail: string;
  readonly locales: Record<string, { content: object; payloads: Record<string, { bytes: number; payload: object }> }>;
  readonly reader: { locale: string; content: object };
}

describe('templates over HTTP', () => {
  const routes = usePushRoutes((database) => [TemplatesModule.with(database, BUILT_IN_TEMPLATES)]);
  let app: TestApp;
  let key: string;
  beforeAll(async () => {
    app = await routes.makeApp();
    key = await routes.makeKey(app.id, 'secret', ['notifications:write', 'notifications:read']);
  });
  const call = (method: string, path: string, body?: unknown, by = key) =>
    routes.call<Body>(method, `/v1/templates${path}`, by, body);

  it('get a version with every document, and the same document keeps its version', async () => {
    expect(await call('PUT', '/hello', HELLO)).toMatchObject({ status: 200, body: { version: 1, active: true } });
    const reordered = {
      locales: { de: HELLO.locales['de'], en: HELLO.locales['en'] },
      defaultLocale: 'en',
      parameters: HELLO.parameters,
    };
    expect((await call('PUT', '/hello', reordered)).body.version).toBe(1);
    expect((await call('PUT', '/hello', inEnglish('Hi {name}'))).body).toMatchObject({ version: 2, active: true });
    expect((await call('PUT', '/hello?activate=false', inEnglish('Hey {name}'))).body).toMatchObject({
      version: 3,
      active: false,
    });
    expect((await call('GET', '/hello')).body).toMatchObject({ version: 2, document: inEnglish('Hi {name}') });
    expect((await call('GET', '/hello/versions/3')).body).toMatchObject({ version: 3, active: false });
    expect((await call('PUT', '/hello', HELLO)).body).toMatchObject({ version: 1, active: true });
    const { items, next } = (await call('GET', '/hello/versions?limit=2')).body;
    expect(items).toMatchObject([
      { version: 3, active: false },
      { version: 2, active: false },
    ]);
    expect((await call('GET', `/hello/versions?after=${next}`)).body).toMatchObject({
      items: [{ version: 1, active: true }],
      next: null,
    });
    for (const nonsense of ['x', '0', '-1', '1e3', '2147483648', '']) {
      const { status, body } = await call('GET', `/hello/versions?after=${nonsense}`);
      expect([nonsense, status, body.errors[0]?.pointer]).toEqual([nonsense, 422, '/after']);
    }
  });

  it('are put at the same time by several without a version being lost', async () => {
    const bodies = Array.from({ length: 8 }, (_, place) => inEnglish(`Hello ${place} {name}`));
    const answers = await Promise.all(bodies.map((body) => call('PUT', '/rushed', body)));
    expect(answers.map(({ body }) => body.version).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('go back to an earlier version, and tell the feed what is in force', async () => {
    await call('PUT', '/back', HELLO);
    await call('PUT', '/back', inEnglish('Hi {name}'));
    expect((await call('POST', '/back/activate', { version: 1 })).body).toMatchObject({ version: 1, active: true });
    expect((await call('GET', '/back')).body.version).toBe(1);
    expect((await call('POST', '/back/activate', { version: 9 })).status).toBe(404);
    const { rows } = await routes
      .database()
      .query<{ payload: object }>(
        `SELECT payload FROM event_log WHERE type = 'template.changed' AND payload ->> 'name' = 'back' ORDER BY xid, id`,
      );
    expect(rows.map(({ payload }) => payload)).toEqual([
      { name: 'back', version: 1, activeVersion: 1 },
      { name: 'back', version: 2, activeVersion: 2 },
      { name: 'back', version: 1, activeVersion: 1 },
    ]);
  });

  it('are gone when they were removed, and never use a version twice', async () => {
    await call('PUT', '/gone', HELLO);
    expect((await call('DELETE', '/gone')).status).toBe(204);
    for (const [method, path] of [
      ['GET', '/gone'],
      ['GET', '/gone/versions'],
      ['GET', '/gone/versions/1'],
      ['DELETE', '/gone'],
    ] as const) {
      expect((await call(method, path)).status).toBe(404);
    }
    expect((await call('PUT', '/gone', inEnglish('New {name}'))).body.version).toBe(2);
  });

  it('of one app are unknown to another, and to keys that may not', async () => {
    await call('PUT', '/mine', HELLO);
    const other = await routes.makeApp();
    const stranger = await routes.makeKey(other.id, 'secret', ['notifications:write', 'notifications:read']);
    expect((await call('GET', '/mine', undefined, stranger)).status).toBe(404);
    expect((await call('GET', '', undefined, stranger)).body).toEqual({ items: [], next: null });
    expect((await call('PUT', '/mine', HELLO, app.secret)).status).toBe(403);
    expect((await call('GET', '?limit=100')).body.items).toContainEqual({
      name: 'mine',
      activeVersion: 1,
      updatedAt: expect.any(String),
    });
  });

  it('that somebody could not be written to with are refused, each fault with its pointer and place', async () => {
    const { status, body } = await call('PUT', '/bad', {
      parameters: { name: { type: 'text' } },
      defaultLocale: 'EN',
      locales: { en: { data: {} } },
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/parameters/name/type', '/defaultLocale', '/locales/en']),
    );
    const deep = await call('PUT', '/bad', {
      ...HELLO,
      locales: { en: { body: 'Hello {nam}' }, de: { title: '{', body: 'x' } },
    });
    expect(deep.body.errors).toEqual([
      { pointer: '/locales/en/body', reason: 'line 1, column 7: {nam} is none of the parameters' },
      { pointer: '/locales/de/title', reason: expect.stringMatching(/^line 1, column 1: /) },
    ]);
  });

  it('stand in for a built-in one only where they can be filled in as it is', async () => {
    const { body: builtIn } = await call('GET', '/signin.anomaly');
    expect(builtIn).toMatchObject({ version: 0, document: { parameters: { device: { type: 'string' } } } });
    const document = {
      parameters: {
        who: { type: 'string' },
        device: { type: 'string', maxLength: 20 },
        at: { type: 'string' },
        alert: { type: 'enum', values: ['new'] },
      },
      defaultLocale: 'fr',
      locales: { fr: { body: 'Bonjour' } },
    };
    const { body } = await call('PUT', '/signin.anomaly', document);
    expect(body.errors.map(({ pointer }) => pointer)).toEqual([
      '/parameters/who',
      '/parameters/device/required',
      '/parameters/at/type',
      '/parameters/alert/values',
    ]);
    expect(body.errors[0]!.reason).toContain('with alert, device, country, at');
    const { parameters } = builtIn.document;
    expect((await call('PUT', '/signin.anomaly', { ...document, parameters })).body.version).toBe(1);
    await call('DELETE', '/signin.anomaly');
    expect((await call('GET', '/signin.anomaly')).body.version).toBe(0);
  });

  it('are previewed for every language and provider, also before they are in force', async () => {
    await call('PUT', '/seen', HELLO);
    await call('PUT', '/seen?activate=false', {
      ...HELLO,
      locales: { ...HELLO.locales, ar: { body: 'مرحبا {name}' } },
    });
    const { body } = await call('POST', '/seen/preview', { version: 2, params: { name: '😀' }, locale: 'de-AT' });
    expect(Object.keys(body.locales).toSorted()).toEqual(['ar', 'de', 'en']);
    expect(body.locales['ar']!.content).toEqual({ body: 'مرحبا 😀' });
    for (const { payloads } of Object.values(body.locales)) {
      for (const { bytes, payload } of Object.values(payloads))
        expect(bytes).toBe(Buffer.byteLength(JSON.stringify(payload)));
    }
    expect(body.reader).toMatchObject({ locale: 'de', content: { body: 'Hallo 😀' } });
    const wrong = await call('POST', '/seen/preview', { params: { nme: 'x' } });
    expect(wrong.body.errors.map(({ pointer }) => pointer)).toEqual(['/params/nme', '/params/name']);
    expect((await call('POST', '/unseen/preview', {})).status).toBe(404);
  });
});
