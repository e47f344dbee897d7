import { post, type Door, type Line, type LineAnswer } from './door.ts';

/** Signalbox's API: one line by itself, several as a batch, always with idempotency keys; each with the key of its app. */
export function signalboxDoor(api: string, secretKeyOf: (user: string) => string): Door {
  return async (lines) => {
    const [first] = lines;
    if (lines.length === 1 && first) return [await sendOne(api, secretKeyOf(first.user), first)];
    const byApp = Map.groupBy(lines, ({ user }) => secretKeyOf(user));
    const answers = new Map<Line, LineAnswer>();
    await Promise.all(
      [...byApp].map(async ([secretKey, own]) => {
        const results = await sendBatch(api, secretKey, own);
        own.forEach((line, index) => answers.set(line, results[index]!));
      }),
    );
    return lines.map((line) => answers.get(line)!);
  };
}

async function sendOne(api: string, secretKey: string, line: Line): Promise<LineAnswer> {
  const headers = { authorization: `Bearer ${secretKey}`, 'idempotency-key': line.key };
  const answer = await post(`${api}/v1/notifications`, notification(line), headers);
  if ('why' in answer || answer.status !== 202) return withoutAnId(answer);
  return { is: 'accepted', id: (answer.body as { id: string }).id };
}

async function sendBatch(api: string, secretKey: string, lines: readonly Line[]): Promise<readonly LineAnswer[]> {
  const notifications = lines.map((line) => ({ ...notification(line), idempotencyKey: line.key }));
  const headers = { authorization: `Bearer ${secretKey}` };
  const answer = await post(`${api}/v1/notifications/batch`, { notifications }, headers);
  if ('why' in answer || answer.status !== 202) return lines.map(() => withoutAnId(answer));
  return (answer.body as { results: BatchLine[] }).results.map((line) => {
    if (line.status === 'accepted') return { is: 'accepted', id: line.id };
    return { is: line.problem.code === 'unavailable' ? 'unknown' : 'refused', why: line.problem.code };
  });
}

type BatchLine =
  | { readonly status: 'accepted'; readonly id: string }
  | { readonly status: 'refused'; readonly problem: { readonly code: string } };

function notification({ key, user }: Line): object {
  return { to: { userId: user }, content: { body: key } };
}

function withoutAnId(answer: Awaited<ReturnType<typeof post>>): LineAnswer {
  if ('why' in answer) return { is: 'unknown', why: answer.why };
  const isFinal = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  return { is: isFinal ? 'refused' : 'unknown', why: String(answer.status) };
}
