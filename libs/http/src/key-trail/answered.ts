/** A request that was answered, with what came along as it came: it is made presentable when it is written, which few are. */
export interface Answered {
  readonly at: number;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly code: string | null;
  readonly ms: number;
  readonly address: string | undefined;
  readonly requestId: string | undefined;
}
