import { createHash } from 'node:crypto';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

export interface Found {
  readonly file: string;
  readonly line: number;
  /** What kind of secret it looks like. */
  readonly rule: string;
  /** Its first characters, enough to find it by and too few to use. */
  readonly hint: string;
  /** Names it in the list of fixtures, and gives nothing away. */
  readonly digest: string;
}

/** What the preset does not know: our own keys, and how the services we speak to write theirs. */
const OURS: Readonly<Record<string, RegExp>> = {
  'signalbox-key': /\bsb[kp]_(?:live|test)_[0-9A-Za-z_-]{38,}/g,
  'signalbox-operator-token': /\bsbo_[0-9A-Za-z_-]{32,}/g,
  'webhook-secret': /\bwhsec_[0-9A-Za-z+/=]{24,}/g,
  'stripe-live-key': /\b[sr]k_live_[0-9A-Za-z_]{16,}/g,
  'google-api-key': /\bAIza[0-9A-Za-z_-]{35}/g,
  'private-key': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n|\s)*[0-9A-Za-z+/=]{20,}/g,
  'jwt-of-somebody': /\beyJ[0-9A-Za-z_-]{20,}\.eyJ[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{40,}/g,
};
const HINT = 12;
const DIGEST = 16;
const CONFIG = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, rules: [] }] };

interface Match {
  readonly rule: string;
  readonly text: string;
}

/** Everything in a text that looks like a secret, once each. */
export async function secretsIn(file: string, text: string): Promise<Found[]> {
  const found: Match[] = Object.entries(OURS).flatMap(([rule, pattern]) =>
    [...text.matchAll(pattern)].map(([match]) => ({ rule, text: match })),
  );
  const { messages } = await lintSource({
    source: { content: text, filePath: file, ext: '', contentType: 'text' },
    options: { config: CONFIG, noPhysicFilePath: true },
  });
  for (const { ruleId, range } of messages)
    found.push({ rule: ruleId.replace('@secretlint/secretlint-rule-', ''), text: text.slice(...range) });
  const distinct = new Map(found.map((each) => [`${each.rule} ${each.text}`, each]));
  return [...distinct.values()].map((each) => ({
    file,
    rule: each.rule,
    line: text.slice(0, text.indexOf(each.text)).split('\n').length,
    hint: each.text.slice(0, HINT),
    digest: createHash('sha256').update(each.text).digest('hex').slice(0, DIGEST),
  }));
}
