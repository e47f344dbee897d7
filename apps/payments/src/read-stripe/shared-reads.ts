/** Does the read, and says when its question leaves: from then on its answer may be older than what a newcomer knows. */
type Read<Answer> = (onLeaving: () => void) => Promise<Answer>;

/**
 * Lets those who ask the same at the same time share one call. Whoever comes while its question is still here joins it; whoever
 * comes after it has left shares the next one, since an answer to a question of before may not know what the newcomer heard.
 */
export class SharedReads<Answer> {
  private readonly boarding = new Map<string, Promise<Answer>>();
  private readonly away = new Map<string, Promise<unknown>>();

  read(key: string, read: Read<Answer>): Promise<Answer> {
    const open = this.boarding.get(key);
    if (open !== undefined) return open;
    const before = this.away.get(key) ?? Promise.resolve();
    let hasLeft = false;
    const leave = (): void => {
      if (hasLeft) return;
      hasLeft = true;
      this.boarding.delete(key);
      this.away.set(key, ended);
    };
    const answer = before.then(() => read(leave));
    const end = (): void => {
      leave();
      if (this.away.get(key) === ended) this.away.delete(key);
    };
    // Never rejects: it is only waited for.
    const ended: Promise<void> = answer.then(end, end);
    this.boarding.set(key, answer);
    return answer;
  }
}
