import { Controller, Get, Post } from '@nestjs/common';
import { allow, Endpoint, problems, ValidBody } from '@signalbox/http';
import { z } from 'zod';
import { type KeyInUse, SigningKeys } from './signing-keys.js';

const keyList = z.object({
  items: z.array(
    z.object({
      kid: z.string(),
      state: z.enum(['current', 'next']),
      currentSince: z.iso.datetime().nullable(),
      createdAt: z.iso.datetime(),
    }),
  ),
});
type KeyList = z.output<typeof keyList>;

const rotation = z.strictObject({
  emergency: z.boolean().default(false).meta({
    description:
      'the signing key is known to somebody: its tokens are refused as soon as verifiers look at the key set again',
  }),
});

/** The signing keys of this installation. */
@Controller('/v1/signing-keys')
export class KeysController {
  constructor(private readonly keys: SigningKeys) {}

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Which keys sign tokens, now and next',
    tags: ['signing keys'],
    responses: { 200: { description: 'The keys', schema: keyList } },
  })
  async list(): Promise<KeyList> {
    return view(await this.keys.inUse());
  }

  @Post('/rotate')
  @Endpoint({
    allow: allow.operator(),
    summary: 'Let the next key sign from now on',
    tags: ['signing keys'],
    body: rotation,
    responses: {
      200: {
        description: 'The keys after it; every process signs with the new one within ten seconds',
        schema: keyList,
      },
      409: { description: 'The next key has not been published for an hour, so verifiers may not know it' },
    },
  })
  async rotate(@ValidBody() { emergency }: z.output<typeof rotation>): Promise<KeyList> {
    const keys = await this.keys.rotate({ emergency });
    if (keys === 'next_is_too_young') {
      throw problems.conflict(
        'next_key_too_young',
        'The next key has been published for less than an hour; wait, or send {"emergency": true}.',
      );
    }
    return view(keys);
  }
}

function view(keys: readonly KeyInUse[]): KeyList {
  return {
    items: keys.map(({ kid, state, current_since, created_at }) => ({
      kid,
      state,
      currentSince: current_since?.toISOString() ?? null,
      createdAt: created_at.toISOString(),
    })),
  };
}
