/** Something that time will bring about. */
export interface Due {
  /** Seconds since 1970. What lies in the past is due at once. */
  readonly at: number;
  readonly what: string;
  /** The id of the object it happens to. */
  readonly about: string;
  readonly act: () => void;
}
