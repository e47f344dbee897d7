import { Resolver } from 'node:dns/promises';

/** The addresses of a name, at least one. @throws whatever the name server said when there is none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Milliseconds for one question, asked twice at most. */
const resolver = new Resolver({ timeout: 2_000, tries: 2 });

/**
 * Asks the name servers themselves. Node's dns.lookup would work in four threads that the whole process shares: four names
 * whose servers say nothing would stop everybody else's deliveries. For the same reason /etc/hosts has no say.
 */
export const askNameServers: Resolve = async (name) => {
  // RFC 6761: never asked of a server.
  if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1'];
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length === 0 && v4.status === 'rejected') throw v4.reason;
  return addresses;
};
