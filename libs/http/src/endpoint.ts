import { HttpCode, SetMetadata, applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import type { CachePolicy } from './caching/cache-policy.js';
import type { Deprecation } from './deprecation/deprecation.js';
import type { Policy } from './policy.js';

export interface ResponseDeclaration {
  readonly description: string;
  readonly schema?: z.ZodType;
}

export interface EndpointDeclaration {
  readonly allow: Policy;
  /** One line, shown in the API document. */
  readonly summary: string;
  readonly tags?: readonly string[];
  /** Checked after the caller is known. Without a schema the route takes no body (or `{}`). */
  readonly body?: z.ZodType;
  /**
   * Members of the body that are designed but not built: JSON pointer to the name of the feature. They answer
   * `not_available`, say so before anything else is checked, and are absent from the API document.
   */
  readonly notAvailable?: Readonly<Record<string, string>>;
  /** A strict object; without one the route takes no query parameters. Values arrive as strings (arrays when repeated). */
  readonly query?: z.ZodType;
  /** A strict object with one member per `:parameter` of the path. */
  readonly params?: z.ZodType;
  /** It will be gone: every answer says so, who still calls it is told in figures and in the log, and after its sunset it answers 410. */
  readonly deprecated?: Deprecation;
  /** Leaves the route out of the API document: a part of the design that only answers `not_available` so far. */
  readonly undocumented?: true;
  /** Request headers for the API document only; see `@IdempotencyKey()` for the one that is checked. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly required?: boolean }>>;
  /**
   * Pages in browsers call it, from any origin. For routes of a phone's own key and of users' tokens: both come in a header that
   * only the page can set, so no other page can borrow them.
   */
  readonly fromBrowsers?: true;
  /** What the route answers, problems included. The first 2xx is the status unless the handler sets another. */
  readonly responses: Readonly<Record<number, ResponseDeclaration>>;
  /**
   * The body may come as NDJSON as well, and what a line is. It is not read, nor looked at, before the handler does with `@BodyLines()`,
   * and neither `body` nor `bodyLimit` is about it. The handler then answers a stream.
   */
  readonly lines?: string;
  /** Bytes; 262,144 unless told. */
  readonly bodyLimit?: number;
  /** Which limit of a key it counts against; that of reads or of writes unless told. */
  readonly limit?: 'send';
  /** Who may keep an answer of a GET, and for how long; nobody unless told. */
  readonly cache?: CachePolicy;
}

/** The key of a declaration: in the handler's metadata, and in the config of its Fastify route. */
export const ENDPOINT = 'signalboxEndpoint';

/**
 * Declares a route: who may call it, what it takes, what it answers. One source for the guard, the validation and the
 * API document. A handler without it stops the service at boot.
 *
 * ```ts
 * @Controller('/v1/devices')
 * export class DevicesController {
 *   constructor(private readonly devices: Devices) {}
 *
 *   @Put('/:installationId')
 *   @Endpoint({
 *     allow: allow.scope('devices:write'),
 *     summary: 'Register a device, or bring its registration up to date',
 *     params: z.strictObject({ installationId: z.string().max(128) }),
 *     body: deviceRegistration,
 *     responses: { 200: { description: 'The device', schema: device } },
 *   })
 *   register(
 *     @CallerApp() appId: Uuid,
 *     @ValidParams() params: { installationId: string },
 *     @ValidBody() body: DeviceRegistration,
 *     @IdempotencyKey() key: string | undefined,
 *     @ReplyHead() reply: ReplyHead,
 *   ): Promise<Device> {
 *     reply.header('Idempotency-Replayed', 'true');
 *     return this.devices.register(appId, params.installationId, body);
 *   }
 * }
 * ```
 */
export function Endpoint(declaration: EndpointDeclaration): MethodDecorator {
  const success = Object.keys(declaration.responses)
    .map(Number)
    .find((status) => status >= 200 && status < 300);
  return applyDecorators(
    SetMetadata(ENDPOINT, declaration),
    RouteConfig({ [ENDPOINT]: declaration }),
    ...(success === undefined ? [] : [HttpCode(success)]),
  );
}
