import { parseId, type Uuid } from '@signalbox/contracts';
import {
  type EvaluationContext,
  FlagNotFoundError,
  OpenFeatureEventEmitter,
  type Provider,
  type ResolutionDetails,
  StandardResolutionReasons,
  TypeMismatchError,
} from '@openfeature/server-sdk';
import type { FlagDocument } from './flag-document.js';
import type { FlagKey, FlagSource } from './flag-keys.js';

/**
 * Answers from a document of flags. The app that a flag is asked for is the targeting key, `app_…`; without one it is asked for all apps that
 * the document does not name.
 */
export abstract class DocumentProvider implements Provider {
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly metadata: { readonly name: FlagSource };

  constructor(source: FlagSource) {
    this.metadata = { name: source };
  }

  protected abstract get document(): FlagDocument;

  /** The apps that it says something of. */
  get apps(): ReadonlySet<Uuid> {
    return new Set([...this.document.values()].flatMap(({ apps }) => [...apps.keys()]));
  }

  async resolveBooleanEvaluation(
    key: string,
    _otherwise: boolean,
    { targetingKey }: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    const setting = this.document.get(key as FlagKey);
    if (setting === undefined) throw new FlagNotFoundError(`the ${this.metadata.name} does not name ${key}`);
    const app = targetingKey === undefined ? undefined : parseId('app', targetingKey);
    const ofApp = app === undefined ? undefined : setting.apps.get(app);
    const { isOn, reason } = ofApp ?? setting;
    return {
      value: isOn,
      variant: isOn ? 'on' : 'off',
      reason: ofApp === undefined ? StandardResolutionReasons.STATIC : StandardResolutionReasons.TARGETING_MATCH,
      flagMetadata: { isOfApp: ofApp !== undefined, ...(reason !== undefined && { reason }) },
    };
  }

  resolveStringEvaluation = (key: string): Promise<never> => isNeither(key);
  resolveNumberEvaluation = (key: string): Promise<never> => isNeither(key);
  resolveObjectEvaluation = (key: string): Promise<never> => isNeither(key);
}

async function isNeither(key: string): Promise<never> {
  throw new TypeMismatchError(`${key} is on or off`);
}
