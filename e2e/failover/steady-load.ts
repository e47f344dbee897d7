import type { Stack } from '../stack.js';

/** Two clients that each send one notification after the other until they are told to stop. */
export class SteadyLoad {
  /** Answers of 202. */
  accepted = 0;
  /** All others. */
  readonly refused: string[] = [];
  private isOver = false;
  private readonly running: Promise<unknown>;

  /** Begins. `user` has one phone. */
  constructor(
    private readonly stack: Stack,
    private readonly user: string,
  ) {
    this.running = Promise.all([this.send(), this.send()]);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async send(): Promise<void> {
    while (!this.isOver) {
      const body = { to: { userId: this.user }, content: { body: 'x' } };
      const { status } = await this.stack.push_('POST', '/v1/notifications', body);
      if (status === 202) this.accepted += 1;
      else this.refused.push(String(status));
    }
  }
}
