import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Requests under way get this long, in milliseconds; then their connections are cut. */
const GRACE = 10_000;
/** How often connections that have become idle are closed, in milliseconds. */
const SWEEP = 50;

/**
 * Stops listening, lets the requests under way finish, and only then closes the Nest application: its shutdown hooks
 * close what those requests still need.
 */
export async function closeService(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const impatient = setTimeout(() => fastify.server.closeAllConnections(), GRACE);
  // Node closes idle connections once, at the start. Those whose request finishes later would be kept alive for 72 s.
  const sweep = setInterval(() => fastify.server.closeIdleConnections(), SWEEP);
  try {
    await fastify.close();
    await app.close();
  } finally {
    clearTimeout(impatient);
    clearInterval(sweep);
  }
}
