import type { Found } from './scan.ts';

interface Fixture {
  /** Where they are. */
  readonly files: readonly string[];
  /** As the scan prints them. */
  readonly digests: readonly string[];
  readonly why: string;
}

/** What looks like a secret and opens nothing. Each is named by itself, so that a real one beside it is still found. */
const FIXTURES: readonly Fixture[] = [
  {
    files: ['apps/auth/src/auth.test.ts'],
    digests: ['6df6814b9511c922'],
    why: 'a key for APNs that is none, to be refused',
  },
  {
    files: ['apps/events/src/endpoints/endpoints.test.ts'],
    digests: ['1231625e7e70c4e5'],
    why: 'a URL that is refused',
  },
  {
    files: ['apps/events/src/secrets/sign.test.ts'],
    digests: ['96ad2ccd81462a76'],
    why: 'the example of the specification of Standard Webhooks',
  },
  {
    files: ['apps/payments/src/verify/diagnose.test.ts', 'apps/payments/src/verify/verify-signature.test.ts'],
    digests: ['fd7646599a68a3e3', 'd4b5ed888760181e'],
    why: 'made up, to sign what the tests post',
  },
  {
    files: ['docs/access-tokens.md', 'libs/http/src/api-key-format.test.ts'],
    digests: ['ed9090126fbb340e'],
    why: 'shows what a key looks like; of no app',
  },
  {
    files: ['k8s/negative/secret-in-plain.yaml'],
    digests: ['24b5152630e63143'],
    why: 'a manifest that is refused for it',
  },
  {
    files: ['libs/http/src/start-service.test.ts'],
    digests: ['8a17f61cfe7c1691'],
    why: 'must not come out of a readiness check that fails',
  },
];

/** What only earlier commits have. */
const PAST: readonly Fixture[] = [
  {
    files: ['k8s/base/secret.example.yaml'],
    digests: ['20613189bf3a991c', '8cb672a2103c49c2'],
    why: 'an example that says "change me"',
  },
];

/** In an earlier commit it may have been in a file of another name. */
export function isFixture({ file, digest }: Found, where: 'now' | 'history'): boolean {
  const known = where === 'now' ? FIXTURES : [...FIXTURES, ...PAST];
  return known.some(({ files, digests }) => digests.includes(digest) && (where === 'history' || files.includes(file)));
}

/** @returns what is allowed and nowhere any more. */
export function unusedFixtures(found: readonly Found[]): string[] {
  return FIXTURES.flatMap(({ files, digests }) =>
    files.flatMap((file) =>
      digests
        .filter((digest) => !found.some((each) => each.file === file && each.digest === digest))
        .map((digest) => `${file} ${digest}`),
    ),
  );
}
