import { Refused } from '../wire/refused.js';
import { DEMO_MERCHANT } from './demo-merchant.js';
import { Merchant, type NewMerchant, type Surroundings } from './merchant.js';

/** Every merchant that can log in: the one of the demo, and those that the control API has made. */
export class Merchants {
  private readonly known = new Map<string, Merchant>();

  constructor(private readonly surroundings: Surroundings) {
    this.open(DEMO_MERCHANT);
  }

  open(given: NewMerchant): Merchant {
    const merchant = new Merchant(given, this.surroundings);
    this.known.set(merchant.id, merchant);
    return merchant;
  }

  find(id: string): Merchant | undefined {
    return this.known.get(id);
  }

  all(): Merchant[] {
    return [...this.known.values()];
  }

  /** Basic auth, a public key for the name and its private key for the password. @throws Refused with 401 or 403 */
  ofRequest(id: string, authorization: string | undefined): Merchant {
    const [, encoded = ''] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? [];
    const [publicKey, ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
    const owner = this.all().find(({ keys }) =>
      keys.some((pair) => pair.publicKey === publicKey && pair.privateKey === rest.join(':')),
    );
    if (!owner) throw new Refused(401, 'no merchant has this key');
    if (owner.id !== id) throw new Refused(403, `the key is of ${owner.id}`);
    return owner;
  }

  forgetAll(): void {
    this.known.clear();
    this.open(DEMO_MERCHANT);
  }
}
