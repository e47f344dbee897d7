/** The same addresses that the services of Signalbox get. */
export interface BaselineConfig {
  readonly port: number;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  /** Control API of the sandbox, which hands the demo credential out. */
  readonly sandboxUrl: string;
}

export function readConfig(): BaselineConfig {
  const { PORT, DATABASE_URL, REDIS_URL, SANDBOX_URL } = process.env;
  return {
    port: Number(PORT),
    databaseUrl: DATABASE_URL ?? '',
    redisUrl: REDIS_URL === '' ? undefined : REDIS_URL,
    sandboxUrl: SANDBOX_URL ?? '',
  };
}
