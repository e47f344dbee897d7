/**
 * Works on what comes, so many at once, and hands out the results in the order in which it came, each as soon as it and those
 * before it are there. Nothing more is taken while `atOnce` results are under way or not yet fetched: whoever fetches slowly
 * slows the source. When the source fails, what was begun is handed out first.
 *
 * @throws what the source or `work` threw.
 */
export async function* inOrder<Item, Result>(
  source: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  const taking: { ended: boolean; stopped: boolean; failure?: { readonly error: unknown } } = {
    ended: false,
    stopped: false,
  };
  const isStopped = (): boolean => taking.stopped;
  let wake = (): void => undefined;
  const change = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  let news = change();
  const tell = (): void => {
    wake();
    news = change();
  };
  const take = async (): Promise<void> => {
    let index = 0;
    try {
      for await (const item of source) {
        if (isStopped()) return;
        const result = work(item, index);
        // Whoever fetches it hears of its failure; until then it is nobody's.
        result.catch(() => undefined);
        begun.push(result);
        index += 1;
        tell();
        while (begun.length >= atOnce && !isStopped()) await news;
      }
    } catch (error) {
      taking.failure = { error };
    } finally {
      taking.ended = true;
      tell();
    }
  };
  void take();
  try {
    for (;;) {
      const first = begun[0];
      if (first !== undefined) {
        const result = await first;
        void begun.shift();
        tell();
        yield result;
      } else if (taking.ended) break;
      else await news;
    }
    if (taking.failure !== undefined) throw taking.failure.error;
  } finally {
    taking.stopped = true;
    tell();
  }
}
