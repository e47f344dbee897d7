import { once } from 'node:events';
import { type Server, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@signalbox/embedded-postgres';
import { LaunchRefused } from '../launch-refused.js';
import { checkPorts } from './check-ports.js';

describe('a taken port', () => {
  let other: Server;
  beforeEach(async () => {
    other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
  });
  afterEach(() => void other.close());

  it('is named with its service, the program that holds it, and another block to use', async () => {
    const { port } = other.address() as { port: number };
    const refusal = checkPorts({ push: port, auth: await freePort(0) });
    await expect(refusal).rejects.toBeInstanceOf(LaunchRefused);
    const who = process.platform === 'linux' ? ` by .+ \\(process ${process.pid}\\)` : '';
    await expect(refusal).rejects.toThrow(
      new RegExp(`^port ${port} \\(push\\) is taken${who}; .*PORT_BASE=\\d+ npm start$`),
    );
  });

  it('is no matter when all are free', async () => {
    await expect(checkPorts({ push: await freePort(0) })).resolves.toBeUndefined();
  });
});
