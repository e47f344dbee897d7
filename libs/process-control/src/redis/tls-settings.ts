/** PEM files of a server. */
export interface RedisTlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** Settings of redis.conf. Replicas, Sentinels and nodes of a cluster speak TLS to each other as well. */
export function tlsSettings(
  { certFile, keyFile, caFile }: RedisTlsFiles,
  port: number,
): Readonly<Record<string, string | number>> {
  return {
    'tls-port': port,
    'tls-cert-file': certFile,
    'tls-key-file': keyFile,
    'tls-ca-cert-file': caFile,
    'tls-auth-clients': 'no',
    'tls-replication': 'yes',
    'tls-cluster': 'yes',
  };
}
