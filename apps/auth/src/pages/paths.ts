/** A page of one sign-in. */
export function pathOf(uid: string, page = ''): string {
  return page === '' ? `/sign-in/${uid}` : `/sign-in/${uid}/${page}`;
}
