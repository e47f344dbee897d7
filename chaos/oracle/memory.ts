import { readFile } from 'node:fs/promises';

/** How the memory of one process grew over its longest life. */
export interface MemoryTrend {
  readonly service: string;
  /** Minutes of that life; a short one says little. */
  readonly minutes: number;
  readonly startMb: number;
  readonly endMb: number;
  /** Over all its lives. */
  readonly mostMb: number;
  /** By least squares, in MB per minute, without the first quarter of the life, in which every process grows. */
  readonly mbPerMinute: number;
}

interface Sample {
  readonly pid: number;
  readonly at: number;
  readonly mb: number;
}

/** Watches resident memory; Linux only, elsewhere it has nothing to say. */
export class MemoryWatch {
  private readonly samples = new Map<string, Sample[]>();
  private timer: NodeJS.Timeout | undefined;

  start(processes: readonly { readonly name: string; readonly pid: number }[], everyMs = 2_000): void {
    this.timer = setInterval(() => {
      for (const { name, pid } of processes) void this.look(name, pid);
    }, everyMs);
  }

  stop(): MemoryTrend[] {
    clearInterval(this.timer);
    return [...this.samples].flatMap(([service, samples]) => trendOf(service, samples) ?? []);
  }

  private async look(name: string, pid: number): Promise<void> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kb = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
    if (kb === undefined) return;
    const samples = this.samples.get(name) ?? [];
    samples.push({ pid, at: performance.now() / 60_000, mb: Number(kb) / 1_024 });
    this.samples.set(name, samples);
  }
}

function trendOf(service: string, samples: readonly Sample[]): MemoryTrend | undefined {
  const lives = [...Map.groupBy(samples, ({ pid }) => pid).values()];
  const life = lives.toSorted((one, other) => other.length - one.length)[0];
  if (!life || life.length < 8) return undefined;
  const grown = life.slice(Math.floor(life.length / 4));
  const [meanAt, meanMb] = [mean(grown.map(({ at }) => at)), mean(grown.map(({ mb }) => mb))];
  const spread = grown.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  const slope = grown.reduce((sum, { at, mb }) => sum + (at - meanAt) * (mb - meanMb), 0) / spread;
  return {
    service,
    minutes: life.at(-1)!.at - life[0]!.at,
    startMb: grown[0]!.mb,
    endMb: grown.at(-1)!.mb,
    mostMb: Math.max(...samples.map(({ mb }) => mb)),
    mbPerMinute: slope,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
