import { connect } from 'node:net';

const PATIENCE_MS = 5_000;

/** Redis also understands plain lines. @returns its answer as text, the members of a list each on a line. Rejects when it refuses. */
export async function askRedis(port: number, command: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setEncoding('utf8').setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer to ${command}`)));
  socket.write(`${command}\r\n`);
  try {
    let heard = '';
    for await (const chunk of socket) {
      heard += String(chunk);
      const answer = readAnswer(heard);
      if (answer !== undefined) return answer.text;
    }
    throw new Error(`it hung up on ${command}`);
  } finally {
    socket.destroy();
  }
}

/** @returns undefined while it is not complete. @throws Error when it is a refusal. */
function readAnswer(heard: string): { readonly text: string; readonly rest: string } | undefined {
  const end = heard.indexOf('\r\n');
  if (end < 0) return undefined;
  const [kind, first, rest] = [heard[0], heard.slice(1, end), heard.slice(end + 2)];
  if (kind === '-') throw new Error(first);
  if (kind === '$') {
    const length = Number(first);
    if (length < 0) return { text: '', rest };
    return rest.length < length + 2 ? undefined : { text: rest.slice(0, length), rest: rest.slice(length + 2) };
  }
  if (kind !== '*') return { text: first, rest };
  const members: string[] = [];
  let left = rest;
  for (let member = 0; member < Number(first); member += 1) {
    const read = readAnswer(left);
    if (read === undefined) return undefined;
    members.push(read.text);
    left = read.rest;
  }
  return { text: members.join('\n'), rest: left };
}
