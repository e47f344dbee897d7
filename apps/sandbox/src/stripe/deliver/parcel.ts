/** What is on its way to an endpoint: the same bytes on every attempt. */
export interface Parcel {
  readonly eventId: string;
  readonly type: string;
  readonly objectId: string | undefined;
  readonly body: string;
  /** Called once, when the endpoint has taken it. */
  readonly arrived: () => void;
}
