import type { IncomingMessage } from 'node:http';

/**
 * Reads a body to its end, byte for byte, whatever its type is called. `onEnd` hears of it once, and of undefined where it is larger than
 * `limit`; what comes after that is thrown away. Nobody hears of a body that breaks off.
 */
export function readBody(request: IncomingMessage, limit: number, onEnd: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > limit) tooLarge();
  };
  const onAll = (): void => onEnd(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
  const tooLarge = (): void => {
    request.off('data', onData).off('end', onAll).resume();
    onEnd(undefined);
  };
  if (Number(request.headers['content-length']) > limit) return tooLarge();
  request.on('data', onData).on('end', onAll);
}
