import { Attributes } from './attributes.js';
import { Broadcasts } from './broadcasts.js';
import { Categories } from './categories.js';
import { Connection, type Retry } from './connection.js';
import { DeadLetters } from './dead-letters.js';
import { Devices } from './devices.js';
import { Events } from './events.js';
import { Notifications } from './notifications.js';
import { Payments } from './payments.js';
import { Policy } from './policy.js';
import { Preferences } from './preferences.js';
import { Schedules } from './schedules.js';
import { Segments } from './segments.js';
import { Templates } from './templates.js';
import { Topics } from './topics.js';

export interface SignalboxOptions {
  /** A secret key of the app: `sbk_live_...` or `sbk_test_...`. It belongs on a server, never into an app on a phone. */
  readonly apiKey: string;
  /** Where the services answer, without `/v1`. */
  readonly urls: {
    readonly push: string | URL;
    readonly events: string | URL;
    /** Needed for `payments` alone. */
    readonly payments?: string | URL;
  };
  /** Milliseconds that one attempt may take; 10,000 unless told. A whole call is bounded by its `signal`. */
  readonly attemptTimeoutMs?: number;
  /** Told of every failed attempt that is going to be repeated. */
  readonly onRetry?: (retry: Retry) => void;
}

const ATTEMPT_TIMEOUT = 10_000;

/** Signalbox for one app. Holds no state and no connection of its own: make one and keep it. */
export class Signalbox {
  readonly notifications: Notifications;
  readonly devices: Devices;
  readonly deadLetters: DeadLetters;
  readonly categories: Categories;
  readonly templates: Templates;
  readonly topics: Topics;
  readonly segments: Segments;
  readonly attributes: Attributes;
  readonly broadcasts: Broadcasts;
  readonly schedules: Schedules;
  readonly policy: Policy;
  readonly preferences: Preferences;
  readonly events: Events;
  private readonly ofPayments: Payments | undefined;

  /** @throws TypeError for a key or URL that no request could be made with. */
  constructor({ apiKey, urls, attemptTimeoutMs = ATTEMPT_TIMEOUT, onRetry }: SignalboxOptions) {
    if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new TypeError('apiKey must be the whole key, such as sbk_live_...');
    const connect = (url: string | URL): Connection =>
      new Connection({ apiKey, url, attemptTimeout: attemptTimeoutMs, onRetry });
    const push = connect(urls.push);
    this.notifications = new Notifications(push);
    this.devices = new Devices(push);
    this.deadLetters = new DeadLetters(push);
    this.categories = new Categories(push);
    this.templates = new Templates(push);
    this.topics = new Topics(push);
    this.segments = new Segments(push);
    this.attributes = new Attributes(push);
    this.broadcasts = new Broadcasts(push);
    this.schedules = new Schedules(push);
    this.policy = new Policy(push);
    this.preferences = new Preferences(push);
    this.events = new Events(connect(urls.events));
    this.ofPayments = urls.payments === undefined ? undefined : new Payments(connect(urls.payments));
  }

  /** @throws TypeError when no `urls.payments` was given. */
  get payments(): Payments {
    if (this.ofPayments === undefined) throw new TypeError('urls.payments must say where the payments service answers');
    return this.ofPayments;
  }
}
