/** What is on its way to an endpoint: the same bytes on every attempt. */
export interface Parcel {
  readonly eventId: string;
  readonly type: string;
  readonly objectId: string | undefined;
  readonly body: string;
  /** Called once, when the endpoint has taken it. */
  readonly arrived: () => void;
}

/** How one attempt ended. */
export type DeliveryEnding =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'unanswered'; readonly why: string };

export function isTaken(ending: DeliveryEnding): boolean {
  return ending.kind === 'answer' && ending.status >= 200 && ending.status < 300;
}
