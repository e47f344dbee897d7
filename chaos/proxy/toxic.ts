/** What a network does wrong between one service and one server, under the names that Toxiproxy gave them where it has one. */
export type Toxic =
  | { readonly toxic: 'latency'; readonly ms: number }
  /** This share of the living connections is reset, each second anew. */
  | { readonly toxic: 'reset'; readonly share: number }
  /** Nothing passes, one way or both; what was written passes when it ends, as TCP repeats it. */
  | { readonly toxic: 'partition'; readonly way: 'up' | 'down' | 'both' }
  /** The server's end is gone and the client is not told: it may write, and hears nothing. */
  | { readonly toxic: 'half-open' }
  | { readonly toxic: 'trickle'; readonly bytesPerSecond: number };
