import type { WebPushCredential } from '@signalbox/credentials';
import webPush from 'web-push';

/** Push services refuse tokens that live longer than a day (RFC 8292, section 2). */
const LIFE_SECONDS = 12 * 3_600;
/** A fresh one is signed when so much is left: more than the clocks of two machines differ by. */
const RENEW_BEFORE_SECONDS = 3_600;

/** Who sends, as one push service is shown it: signed for that service, and good for many messages. */
export class VapidToken {
  private signed: { readonly header: string; readonly expiresAt: number } | undefined;

  constructor(
    private readonly secret: WebPushCredential,
    private readonly origin: string,
  ) {}

  /** The value of `Authorization`. */
  authorization(now = Date.now()): string {
    const seconds = Math.floor(now / 1_000);
    if (this.signed && this.signed.expiresAt - seconds > RENEW_BEFORE_SECONDS) return this.signed.header;
    const { subject, publicKey, privateKey } = this.secret;
    const expiresAt = seconds + LIFE_SECONDS;
    const { Authorization: header } = webPush.getVapidHeaders(
      this.origin,
      subject,
      publicKey,
      privateKey,
      'aes128gcm',
      expiresAt,
    );
    this.signed = { header, expiresAt };
    return header;
  }
}
