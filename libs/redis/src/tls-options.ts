import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { RedisTls } from '@signalbox/config';

/** Read from the files now: a connection that is made later still has them as they were. The certificate is always verified. */
export function tlsOptions({ caFile, serverName, certFile, keyFile }: RedisTls): ConnectionOptions {
  return {
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(certFile !== undefined &&
      keyFile !== undefined && { cert: readFileSync(certFile), key: readFileSync(keyFile) }),
  };
}
