/** The page of a user, who is known by this name to this app. */
export function userUrl(appId: string, userId: string, more: Readonly<Record<string, string>> = {}): string {
  return `/users?${new URLSearchParams({ app: appId, user: userId, ...more }).toString()}`;
}
