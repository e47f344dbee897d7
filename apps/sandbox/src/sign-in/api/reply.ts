/** What an endpoint answers. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of a refusal, for the log. */
  readonly error?: string;
}

export function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Reply {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

export function page(status: number, body: string, error?: string): Reply {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  return { status, headers, body, ...(error !== undefined && { error }) };
}

export function redirect(location: string, error?: string): Reply {
  const headers = { location, 'cache-control': 'no-store' };
  return { status: 302, headers, body: '', ...(error !== undefined && { error }) };
}

export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };
