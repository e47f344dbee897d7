/** Offsets of the services in the block of ports that starts at PORT_BASE. */
const DOCUMENTED = { Auth: 1, Payments: 2, Push: 3, Events: 4 } as const;

/** The API documents of the services beside this console, when they are known to be there. */
export function serviceLinks(host: string, portBase: number | undefined): { text: string; url: string }[] {
  if (portBase === undefined) return [];
  return Object.entries(DOCUMENTED).map(([name, offset]) => ({
    text: `${name} API`,
    url: `http://${host}:${portBase + offset}/docs`,
  }));
}
