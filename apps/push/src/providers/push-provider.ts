import type { Lane, Uuid } from '@signalbox/contracts';
import type { Provider, StoredCredential } from '@signalbox/credentials';

/** All of them. */
export const PROVIDERS = ['apns', 'fcm', 'webpush'] as const satisfies readonly Provider[];

/** What the caller wants shown on the phone, the same for every provider. */
export interface NotificationContent {
  readonly title?: string;
  readonly body?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly imageUrl?: string;
  readonly badge?: number;
  readonly sound?: string;
}

/** One attempt to reach one device. */
export interface PushMessage {
  /** The same on every attempt of a delivery: it is the provider's message id, by which a phone can tell a duplicate. */
  readonly deliveryId: Uuid;
  /** Counts from 1. */
  readonly attempt: number;
  readonly device: {
    readonly id: Uuid;
    readonly target: string;
    readonly targetKind: string;
    /** What only a browser can read with. */
    readonly targetKeys?: { readonly p256dh: string; readonly auth: string };
    readonly environment: 'sandbox' | 'production';
    readonly bundleId?: string;
    /** When this target was last registered, be it with nothing new: a provider's "gone since" that is older says nothing about it. */
    readonly registeredAt: Date;
  };
  readonly content: NotificationContent;
  readonly options: {
    readonly priority: Lane;
    readonly expiresAt: Date;
    readonly collapseKey?: string;
    /** Its user is to be left alone: shown without sound, and without waking the phone. */
    readonly quiet?: true;
    /** Where Android shows what is quiet: on Android 8 and later a channel decides whether there is a sound. */
    readonly quietChannelId?: string;
    /** Nothing is shown: the app is woken and gets `data`. */
    readonly silent?: true;
  };
}

/** What the provider said, as plain JSON, kept with the delivery so that every outcome can be explained. */
export type RawAnswer = Readonly<Record<string, unknown>>;

/**
 * What one attempt came to. Who calls `send` acts on `kind` alone:
 *
 * | kind            | the delivery                                                   | the device           |
 * |-----------------|----------------------------------------------------------------|----------------------|
 * | sent            | sent                                                           |                      |
 * | retry           | tried again after `afterMs`; attempt + 1 unless `uncounted`, dead after `atMost` attempts | |
 * | ambiguous       | as retry: it may have arrived, so the same id must go again    |                      |
 * | gone            | gone                                                           | deleted (undoable, and within the limit of its credential's guard) |
 * | suspect         | suspect                                                        | suspect: nothing is sent until it registers again, or one try a day later succeeds |
 * | rejected        | rejected: this message will never be accepted                  | untouched            |
 * | expired         | expired: nobody was called                                     |                      |
 * | hold-credential | stays as it was, no attempt counted, and so does all work of this credential for `untilMs` | |
 * | hold-project    | the same for the provider's project                            |                      |
 *
 * `alarm` marks what a person has to look at: a faulty credential, registry or request of ours. `stranger`: it was said by a host that
 * somebody registered with the device, and says nothing of the provider or of how it usually answers.
 */
export type AttemptOutcome = { readonly raw: RawAnswer; readonly alarm?: true; readonly stranger?: true } & (
  | { readonly kind: 'sent'; readonly providerMessageId?: string }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly afterMs: number;
      /** Nothing left this process, so the attempt must not be counted; the message's expiry bounds these retries. */
      readonly uncounted?: true;
      /** The provider or the way to it is in trouble, rather than the message, the device or the credential. */
      readonly trouble?: true;
      /** Attempts after which this answer is final: the delivery is then a dead letter. Without it the common limit. */
      readonly atMost?: number;
    }
  | { readonly kind: 'ambiguous'; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'gone'; readonly reason: string; readonly goneAt: Date }
  | { readonly kind: 'suspect'; readonly reason: string }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'hold-credential'; readonly reason: string; readonly untilMs: number }
  | { readonly kind: 'hold-project'; readonly reason: string; readonly untilMs: number }
);

/** A way to phones and browsers: Apple's, Google's, that of the browsers' push services. Every implementation passes push-provider.conformance.ts. */
export interface PushProvider<Secret> {
  readonly name: Provider;
  /**
   * The session of this credential, opened at the first call. Cheap: call it per work row and do not keep the result.
   * A newer version of a credential replaces its session; the old one ends after what it has under way.
   */
  sessionFor(credential: StoredCredential<Secret>): ProviderSession;
  /** Resolves when everything under way is settled and every connection is closed. */
  close(): Promise<void>;
}

export interface ProviderSession {
  /**
   * Settles within the provider's deadline, always with an outcome: faults of provider and network never reject.
   * Aborting `signal` settles it at once: as an uncounted retry when nothing was sent yet, else as ambiguous.
   */
  send(message: PushMessage, signal?: AbortSignal): Promise<AttemptOutcome>;
  /** Refuses new messages, lets the ones under way settle, closes the connections. */
  close(): Promise<void>;
}
