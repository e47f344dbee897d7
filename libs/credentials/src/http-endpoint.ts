import { z } from 'zod';

/** Another server that speaks a gateway's API: the sandbox. Only apps in mode `test` may name one. */
export function httpEndpoint(id: string, port: number) {
  return z
    .strictObject({
      origin: z
        .string()
        .max(256)
        .refine(isHttpOrigin, `must be an http or https origin without a path, such as http://127.0.0.1:${port}`),
    })
    .meta({ id, description: 'Where a sandbox listens.' });
}

function isHttpOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}
