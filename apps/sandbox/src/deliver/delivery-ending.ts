/** How one attempt ended. */
export type DeliveryEnding =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'unanswered'; readonly why: string };

export function isTaken(ending: DeliveryEnding): boolean {
  return ending.kind === 'answer' && ending.status >= 200 && ending.status < 300;
}
