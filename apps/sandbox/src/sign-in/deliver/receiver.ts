/** Where the security events of a provider go. */
export interface Receiver {
  readonly id: string;
  readonly provider: string;
  /** The client that the events are addressed to. */
  readonly clientId: string;
  readonly url: string;
  status: 'disabled' | 'enabled';
}

/** An event on its way, signed once and the same on every attempt. */
export interface Parcel {
  readonly jti: string;
  readonly type: string;
  readonly sub: string;
  readonly contentType: string;
  readonly body: string;
}
