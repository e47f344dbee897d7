/** What the operator decided about webhooks. A class, since Nest finds it by that. */
export class WebhookSettings {
  constructor(
    /** Apps in test mode may have webhooks on this machine and its network, and over plain http. */
    readonly allowPrivate: boolean,
    /** Days that the log of deliveries is kept, and so how far a recovery can go back. */
    readonly retentionDays: number,
  ) {}
}
