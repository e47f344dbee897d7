/** The folders in which programs are looked up. */
export function searchPath(): string[] {
  return (process.env['PATH'] ?? '').split(':').filter(Boolean);
}

/** The environment that a child process starts from. */
export function inheritedEnvironment(): Record<string, string | undefined> {
  return { ...process.env };
}
