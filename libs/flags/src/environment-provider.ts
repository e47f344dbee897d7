import { DocumentProvider } from './document-provider.js';
import type { FlagDocument } from './flag-document.js';

/** What the variable FLAGS says. It stays so until the process ends. */
export class EnvironmentProvider extends DocumentProvider {
  constructor(protected readonly document: FlagDocument) {
    super('environment');
  }
}
