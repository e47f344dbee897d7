/** What a client asks to have sent. Its key goes into the message itself, so that it can be told at the far end. */
export interface Line {
  readonly key: string;
  readonly user: string;
}

/** What came of one line: an id, or that nothing is known, or that it will never be taken. */
export type LineAnswer =
  { readonly is: 'accepted'; readonly id: string } | { readonly is: 'unknown' | 'refused'; readonly why: string };

/** The front door of a system under load. Never throws: no answer is an answer too. */
export type Door = (lines: readonly Line[]) => Promise<readonly LineAnswer[]>;

const PATIENCE_MS = 10_000;

/** One call over HTTP; undefined body when there was no answer. */
export async function post(
  url: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: unknown } | { why: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, body: await response.json() };
  } catch (error) {
    return {
      why: error instanceof Error ? ((error.cause as { code?: string } | undefined)?.code ?? error.name) : 'error',
    };
  }
}
