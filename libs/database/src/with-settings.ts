/** Adds to the settings that an address may bring itself: node-postgres would take those in place of ours. */
export function withSettings(address: string, settings: readonly string[]): string {
  if (settings.length === 0) return address;
  const url = new URL(address);
  const own = url.searchParams.get('options');
  url.searchParams.set('options', [...(own === null ? [] : [own]), ...settings].join(' '));
  return url.href;
}
