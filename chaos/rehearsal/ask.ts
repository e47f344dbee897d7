export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** @throws when it is refused, or nobody answers in time. */
export async function ask<Body>(
  method: Method,
  url: string,
  key: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Body> {
  const response = await fetch(url, {
    method,
    headers: {
      ...headers,
      ...(key !== '' && { authorization: `Bearer ${key}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Body;
}
