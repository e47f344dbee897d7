import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

export const DOCUMENT_PATH = '/openapi.json';
export const DOCS_PATH = '/docs';

/** The page loads its own files only; the UI writes inline styles. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/** Serves the API document, and a page that shows it without fetching anything from elsewhere. */
export async function registerDocsRoutes(
  fastify: FastifyInstance,
  title: string,
  document: Record<string, unknown>,
): Promise<void> {
  const json = JSON.stringify(document);
  fastify.get(DOCUMENT_PATH, (_request, reply) => reply.type('application/json').send(json));
  await fastify.register(swagger, {
    mode: 'static',
    specification: { document: document as never },
  });
  await fastify.register(swaggerUi, {
    routePrefix: DOCS_PATH,
    staticCSP: CONTENT_SECURITY_POLICY,
    uiConfig: { layout: 'BaseLayout' },
    theme: { title },
  });
}
