/** The states of a delivery that a provider took, and of which the phone may have said more since. */
const TAKEN: ReadonlySet<string> = new Set(['sent', 'delivered', 'opened']);

export function wasTaken({ state }: { readonly state: string }): boolean {
  return TAKEN.has(state);
}
