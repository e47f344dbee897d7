import type { ProviderKeys } from '../../identity/provider-keys.js';
import type { Provider } from '../providers/provider.js';

/** One request to one provider. */
export interface Call {
  readonly provider: Provider;
  /** Of the query, or of the form that was posted. */
  readonly params: URLSearchParams;
  readonly authorization: string | undefined;
  /** Apple's keys of developers' teams. */
  readonly teamKeys: ProviderKeys;
}
