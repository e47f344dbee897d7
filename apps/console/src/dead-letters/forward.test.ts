import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { useOperator } from '../signed-in.harness.js';

describe('/v1/dead-letters on the console', () => {
  const { push, operator } = useOperator();

  beforeEach(() => {
    push.letters = [];
    push.asked.length = 0;
  });

  const send = (method: string, path: string, body?: object | string) =>
    operator().call(method, path, {
      session: operator().session,
      headers: { ...operator().ours(), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  /** The path is sent as it is; fetch would resolve the dots of it. */
  const statusOf = async (method: string, path: string): Promise<number | undefined> => {
    const headers = { ...operator().ours(), cookie: operator().session };
    const sent = request(operator().url, { method, path, headers }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };

  it('is answered by push, which is asked as the operator', async () => {
    push.addLetters(2);
    const [first] = push.letters;
    const list = await send('GET', '/v1/dead-letters?state=open&reason=ServiceUnavailable&limit=10');
    expect([list.status, await list.json()]).toEqual([200, { items: push.letters, next: null }]);
    expect(await (await send('GET', `/v1/dead-letters/${first!.id}`)).json()).toEqual(first);
    expect(await (await send('GET', '/v1/dead-letters/groups')).json()).toMatchObject({ groups: [{}, {}] });
    const discarded = await send('POST', `/v1/dead-letters/${first!.id}/discard`, { note: 'a test' });
    expect([discarded.status, await discarded.json()]).toEqual([200, expect.objectContaining({ note: 'a test' })]);
    const replayed = await send('POST', '/v1/dead-letters/replay', { all: true, perSecond: 5 });
    expect([replayed.status, await replayed.json()]).toEqual([202, expect.objectContaining({ replayed: 1, left: 0 })]);
    expect(push.asked).toEqual([
      expect.objectContaining({ path: '/v1/dead-letters?state=open&reason=ServiceUnavailable&limit=10' }),
      ...[expect.anything(), expect.anything()],
      expect.objectContaining({ body: { note: 'a test' } }),
      expect.objectContaining({ method: 'POST', body: { all: true, perSecond: 5 } }),
    ]);
    expect(new Set(push.asked.map(({ token }) => token))).toEqual(new Set([push.token]));
  });

  it('passes on what push refuses, and that it had done something before', async () => {
    push.addLetters(1);
    const { id } = push.letters[0]!;
    const invalid = await send('POST', '/v1/dead-letters/replay', {});
    expect([invalid.status, await invalid.json()]).toEqual([422, expect.objectContaining({ code: 'invalid_request' })]);
    expect(invalid.headers.get('content-type')).toBe('application/problem+json');
    expect((await send('POST', `/v1/dead-letters/${id}/replay`)).headers.get('idempotency-replayed')).toBeNull();
    expect((await send('POST', `/v1/dead-letters/${id}/replay`)).headers.get('idempotency-replayed')).toBe('true');
    expect((await send('POST', `/v1/dead-letters/${id}/discard`, { note: 'late' })).status).toBe(409);
    expect((await send('GET', `/v1/dead-letters/${formatId('delivery', newUuid())}`)).status).toBe(404);
  });

  it('leads nowhere else on push', async () => {
    const elsewhere = [
      ...['/v1/holds', '/v1/deletion-guards', '/v1/notifications', '/v1/dead-letters/x/y', '/v1/dead-letters/x'],
      ...['/v1/dead-letters/..', '/v1/dead-letters/%2e%2e', '/v1/dead-letters/..%2fholds'],
    ];
    for (const path of elsewhere) expect([path, await statusOf('GET', path)]).toEqual([path, 404]);
    expect(await statusOf('POST', '/v1/dead-letters/%2e%2e/replay')).toBe(404);
    expect((await send('DELETE', '/v1/dead-letters')).status).toBe(404);
    expect(push.asked).toEqual([]);
  });

  it('is for signed-in operators and from our own pages only', async () => {
    const body = '{"all":true}';
    const stranger = await operator().call('POST', '/v1/dead-letters/replay', { headers: operator().ours(), body });
    expect(stranger.status).toBe(401);
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const { session } = operator();
    const fromElsewhere = await operator().call('POST', '/v1/dead-letters/replay', { session, headers: foreign, body });
    expect(fromElsewhere.status).toBe(403);
    expect((await operator().call('GET', '/v1/dead-letters')).status).toBe(401);
    expect(push.asked).toEqual([]);
  });

  it('is logged when it changes something', async () => {
    await send('POST', '/v1/dead-letters/replay', { all: true });
    expect(operator().logged('operator action').at(-1)).toMatchObject({
      action: 'POST /v1/dead-letters/replay',
      status: 202,
      address: '127.0.0.1',
    });
  });
});
