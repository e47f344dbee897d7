import { describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { ATTEMPT_RULES } from '../limits/attempt-rules.js';
import { useAccounts } from './accounts.harness.js';

const { accounts, latestMail, newApp, postgres, verifiedUser } = useAccounts();

async function newUser(): Promise<{ appId: Uuid; userId: Uuid; codeSent: (uid: string) => Promise<string> }> {
  const appId = await newApp();
  const { id: userId, email } = await verifiedUser(appId);
  const codeSent = async (uid: string): Promise<string> => {
    expect(await accounts().mailCodes.send({ appId, userId }, uid, 'en')).toEqual({ end: 'sent' });
    const mail = await latestMail(appId, email);
    return mail?.template === 'sign_in_code' ? mail.params.code : 'none';
  };
  return { appId, userId, codeSent };
}

describe('a code by mail', () => {
  it('passes once, for its user and interaction alone, however it is typed', async () => {
    const [{ appId, userId, codeSent }, other] = [await newUser(), await newUser()];
    const uid = newUuid();
    const code = await codeSent(uid);
    expect(code).toMatch(/^\d{6}$/);
    const verify = accounts().mailCodes.verify.bind(accounts().mailCodes);
    expect(await verify({ appId, userId }, newUuid(), code)).toEqual({ end: 'refused' });
    expect(await verify({ appId, userId: other.userId }, uid, code)).toEqual({ end: 'refused' });
    const typed = ` ${code.slice(0, 3)} ${code.slice(3)}`;
    expect(await verify({ appId, userId }, uid, typed)).toEqual({
      end: 'passed',
      factor: { method: 'mail', userId, strength: 1 },
    });
    expect(await verify({ appId, userId }, uid, code)).toEqual({ end: 'refused' });
  });

  it('is good until the next one, and for ten minutes', async () => {
    const { appId, userId, codeSent } = await newUser();
    const uid = newUuid();
    const [first, second] = [await codeSent(uid), await codeSent(uid)];
    if (first !== second)
      expect(await accounts().mailCodes.verify({ appId, userId }, uid, first)).toEqual({ end: 'refused' });
    await postgres.database().query('UPDATE one_time_token SET expires_at = now() WHERE user_id = $1', [userId]);
    expect(await accounts().mailCodes.verify({ appId, userId }, uid, second)).toEqual({ end: 'refused' });
  });

  it('cannot be guessed', async () => {
    const { appId, userId, codeSent } = await newUser();
    const uid = newUuid();
    const code = await codeSent(uid);
    const wrong = code === '000000' ? '000001' : '000000';
    for (let n = 0; n < ATTEMPT_RULES['second-factor'].quick.burst; n += 1) {
      expect(await accounts().mailCodes.verify({ appId, userId }, uid, wrong)).toEqual({ end: 'refused' });
    }
    expect(await accounts().mailCodes.verify({ appId, userId }, uid, code)).toMatchObject({ end: 'slow_down' });
  });

  it('is not to be had from the database: a hash of it would be', async () => {
    const { userId, codeSent } = await newUser();
    const uid = newUuid();
    const code = await codeSent(uid);
    const { rows } = await postgres.database().query('SELECT * FROM one_time_token WHERE user_id = $1', [userId]);
    expect(JSON.stringify(rows)).not.toContain(code);
  });
});
