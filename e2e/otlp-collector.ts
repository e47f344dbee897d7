import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** How a collector takes what it is sent; one that `hangs` reads it and never answers. */
export type CollectorMood = 'answers' | 'hangs';

/** A span as a collector knows it. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly kind: number;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly facts: Readonly<Record<string, string | number>>;
  readonly failed: boolean;
  readonly nanoseconds: bigint;
}

/** Takes OTLP over HTTP, as JSON. */
export interface Collector {
  readonly url: string;
  /** All that came so far. */
  spans(): readonly CollectedSpan[];
  /** Every body that came, as it came. */
  bodies(): readonly string[];
  close(): Promise<void>;
}

const value = z.object({ stringValue: z.string().optional(), intValue: z.coerce.number().optional() }).loose();
const attributes = z.array(z.object({ key: z.string(), value })).default([]);
const otlp = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              name: z.string(),
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              kind: z.number(),
              startTimeUnixNano: z.coerce.bigint(),
              endTimeUnixNano: z.coerce.bigint(),
              attributes,
              links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
              status: z.object({ code: z.number().default(0) }).default({ code: 0 }),
            }),
          ),
        }),
      ),
    }),
  ),
});

const ERROR = 2;

export async function startCollector(mood: CollectorMood = 'answers'): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const take = async (request: IncomingMessage): Promise<void> => {
    const body = await text(request);
    bodies.push(body);
    if (request.url === '/v1/traces') spans.push(...spansOf(body));
  };
  const server = createServer((request, response) => {
    void take(request).then(() => {
      if (mood === 'answers') response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    bodies: () => bodies,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function spansOf(body: string): CollectedSpan[] {
  return otlp.parse(JSON.parse(body)).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(factsOf(resource.attributes)['service.name']);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        service,
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
        kind: span.kind,
        links: span.links.map(({ traceId, spanId }) => ({ traceId, spanId })),
        facts: factsOf(span.attributes),
        failed: span.status.code === ERROR,
        nanoseconds: span.endTimeUnixNano - span.startTimeUnixNano,
      }));
  });
}

function factsOf(listed: z.output<typeof attributes>): Record<string, string | number> {
  return Object.fromEntries(
    listed.map(({ key, value: { stringValue, intValue } }) => [key, stringValue ?? intValue ?? '']),
  );
}
