import { describe, expect, it } from '@jest/globals';
import { CALLBACK, ISSUER, usePages } from './pages.harness.js';
import { FAST_CODE, FAST_PASSWORD, RIGHT_CODE } from './stand-ins.harness.js';
import { type Seen, Visit } from './visit.harness.js';

const stage = usePages();

/** Somebody whose app has just opened the browser. */
async function arrive(
  settings: object = {},
  more: { headers?: Record<string, string>; asked?: Record<string, string> } = {},
) {
  const appId = await stage().app(settings);
  const clientId = await stage().client(appId);
  const visit = new Visit(stage(), more.headers);
  const page = await visit.get(stage().authorizeUrl(clientId, more.asked));
  return { appId, clientId, visit, page, uid: page.path.split('/')[2]! };
}

const password = 'correct horse battery';

function signIn({ visit, page, uid }: { visit: Visit; page: Seen; uid: string }, email: string, secret = password) {
  return visit.submit(page, `/sign-in/${uid}/login`, { email, password: secret });
}

describe('a sign-in', () => {
  it('goes from the app through password and "Continue as Ann" back to the app, with a code', async () => {
    const guest = await arrive({ theme: { displayName: 'Kaffee' } });
    expect([guest.page.status, guest.page.title]).toEqual([200, 'Sign in · Kaffee']);
    const { email } = await stage().parts.account(guest.appId, { name: 'Ann Miller' });
    const consent = await signIn(guest, email);
    expect(consent.text).toContain('Continue as Ann Miller');
    const end = await guest.visit.submit(consent, `${consent.path}/consent`);
    const url = new URL(end.path);
    expect(url.origin + url.pathname).toBe(CALLBACK);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      code: expect.any(String),
      state: 'of-the-app',
      iss: ISSUER,
    });
  });

  it('that is cancelled tells the app so', async () => {
    const { visit, page, uid } = await arrive();
    const end = await visit.submit(page, `/sign-in/${uid}/cancel`);
    expect(new URL(end.path).searchParams.get('error')).toBe('access_denied');
  });

  it('lets its forms lead to the app and nowhere else', async () => {
    const { page } = await arrive();
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://shop.example;");
  });

  it('can be gone on with as somebody else', async () => {
    const guest = await arrive();
    const [ann, bob] = [
      await stage().parts.account(guest.appId),
      await stage().parts.account(guest.appId, { name: 'Bob' }),
    ];
    const consent = await signIn(guest, ann.email);
    const uid = consent.path.split('/')[2]!;
    const login = await guest.visit.get(`/sign-in/${uid}/login`);
    expect(login.title).toMatch(/^Sign in/);
    const again = await guest.visit.submit(login, login.path, { email: bob.email, password });
    expect(again.text).toContain('Continue as Bob');
    const end = await guest.visit.submit(again, `${again.path}/consent`);
    expect(new URL(end.path).searchParams.get('code')).toMatch(/\S{20}/);
  });
});

describe('what was sent wrong', () => {
  it.each([
    [{}, ['Enter your email address.', 'Enter your password.']],
    [{ email: 'ann', password: 'x' }, [expect.stringContaining('name@example.com')]],
    [{ email: 'nobody@example.com', password: 'x' }, [expect.stringContaining('do not match an account')]],
    [{ email: 'nobody@example.com', password: FAST_PASSWORD }, ['Too many attempts. Try again in 2 minutes.']],
  ])('is said beside its field, and typed once only: %j', async (fields: Record<string, string>, alerts) => {
    const { visit, page, uid } = await arrive();
    const seen = await visit.submit(page, `/sign-in/${uid}/login`, fields);
    expect([seen.status, seen.path]).toEqual([200, `/sign-in/${uid}/login`]);
    expect(seen.title).toMatch(/^Error: /);
    expect(seen.alerts).toEqual(alerts);
    if (fields['email'] !== undefined) expect(seen.text).toContain(`value="${fields['email']}"`);
    expect((await visit.get(seen.path)).alerts).toEqual(alerts);
    expect((await visit.get(`/sign-in/${uid}/recover`)).alerts).toEqual([]);
  });

  it('is answered to known and unknown accounts alike, to the letter', async () => {
    const guest = await arrive();
    const { email } = await stage().parts.account(guest.appId, { email: 'known-one@example.com' });
    const answers = [];
    for (const each of [email, 'other-one@example.com']) {
      const seen = await signIn(guest, each, 'wrong');
      answers.push([seen.status, seen.text.replaceAll(each, '')]);
      const recover = await guest.visit.get(`/sign-in/${guest.uid}/recover`);
      const sent = await guest.visit.submit(recover, recover.path, { email: each });
      answers.push([sent.status, sent.text.replaceAll(each, '')]);
      const register = await guest.visit.get(`/sign-in/${guest.uid}/register`);
      const registered = await guest.visit.submit(register, register.path, { email: each, password: 'long enough' });
      answers.push([registered.status, registered.path, registered.text.replaceAll(each, '')]);
    }
    expect(answers.slice(0, 3)).toEqual(answers.slice(3));
  });

  it('is too large a form: a page says so', async () => {
    const { visit, page, uid } = await arrive();
    const fields = { form_token: page.token, email: 'a@example.com', password: 'x'.repeat(1_000_000) };
    const answer = await visit.post(`/sign-in/${uid}/login`, fields);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([413, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('more text than this form takes');
  });
});

describe('a form', () => {
  it('counts only from the page that this browser was shown for this sign-in', async () => {
    const [mine, other] = [await arrive(), await arrive()];
    const { email } = await stage().parts.account(mine.appId);
    const fields = { email, password };
    const path = `/sign-in/${mine.uid}/login`;
    // The same browser, at another sign-in.
    const second = await mine.visit.get(stage().authorizeUrl(mine.clientId));
    const right = { form_token: mine.page.token, ...fields };
    for (const [sent, headers] of [
      [fields, {}],
      [{ ...right, form_token: other.page.token }, {}],
      [{ ...right, form_token: second.token }, {}],
      [{ ...right, form_token: `${mine.page.token.slice(0, -1)}_` }, {}],
      [right, { 'sec-fetch-site': 'cross-site' }],
      [right, { 'sec-fetch-site': 'same-site' }],
    ] as const) {
      const answer = await mine.visit.post(path, sent, headers);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
      expect((await mine.visit.get(path)).alerts).toEqual([
        'This page had been open for too long. Please enter it once more.',
      ]);
    }
    const answer = await mine.visit.post(path, right, { 'sec-fetch-site': 'same-origin' });
    expect(answer.headers.get('location')).toContain('/oauth/authorize/');
  });

  it('counts not without the cookie that its token was made for', async () => {
    const { visit, page, uid, appId } = await arrive();
    const { email } = await stage().parts.account(appId);
    const path = `/sign-in/${uid}/login`;
    const cookie = visit.cookieHeader(path).replace(/signalbox_form=[^;]+/, '');
    const answer = await visit.post(path, { form_token: page.token, email, password }, { cookie });
    expect(answer.headers.get('location')).toBe(path);
  });

  it('keeps what it sets to itself: cookies are neither read by scripts nor sent by other sites', async () => {
    const { visit, page, uid } = await arrive();
    const answer = await visit.post(`/sign-in/${uid}/login`, { form_token: page.token });
    const cookies = answer.headers.getSetCookie().filter((line) => line.startsWith('signalbox_'));
    expect(cookies).toEqual([
      expect.stringMatching(/^signalbox_trail=[^;]+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(cookies[0]).not.toContain('example.com');
  });
});

describe('a page whose sign-in is over', () => {
  it('says how to begin again, as the app looks', async () => {
    const { visit, page, uid } = await arrive({ theme: { displayName: 'Kaffee' } });
    await visit.submit(page, `/sign-in/${uid}/cancel`);
    const again = await visit.get(`/sign-in/${uid}`);
    expect([again.status, again.title]).toEqual([410, 'This sign-in has ended · Kaffee']);
    const elsewhere = await new Visit(stage()).get('/sign-in/never-was');
    expect([elsewhere.status, elsewhere.title]).toEqual([410, 'This sign-in has ended · Signalbox']);
  });

  it('leads on to where the sign-in is now, when somebody went back', async () => {
    const guest = await arrive();
    const { email } = await stage().parts.account(guest.appId);
    const consent = await signIn(guest, email);
    const back = await guest.visit.get(`/sign-in/${guest.uid}/login`);
    expect(back.path).toBe(consent.path);
    const resent = await guest.visit.submit(guest.page, `/sign-in/${guest.uid}/login`, { email, password });
    expect(resent.path).toBe(consent.path);
  });

  it('is not another browser’s to go on with', async () => {
    const { uid } = await arrive();
    expect((await new Visit(stage()).get(`/sign-in/${uid}`)).status).toBe(410);
  });
});

describe('a registration', () => {
  it('leads to the mail, and with it to a sign-in', async () => {
    const guest = await arrive({ emailVerification: 'later' });
    const { visit, uid } = guest;
    const form = await visit.get(`/sign-in/${uid}/register`);
    const fields = { email: 'new@example.com', name: ' Zoë ', password: 'long enough, I think' };
    const done = await visit.submit(form, form.path, fields);
    expect([done.path, done.text]).toEqual([
      `/sign-in/${uid}/check-mail`,
      expect.stringContaining('We have sent a message to new@example.com.'),
    ]);
    const login = await visit.get(`/sign-in/${uid}/login`);
    expect(login.text).toContain('value="new@example.com"');
    const consent = await visit.submit(login, login.path, fields);
    expect(consent.text).toContain('Continue as Zoë');
  });

  it.each([
    ['short', /at least 8 characters/],
    ['password1', /lists that thieves try first/],
    ['shop shop shop', /more than your name/],
    ['', /Choose a password\./],
  ])('with the password "%s" says what is wrong with it', async (secret, words) => {
    const { visit, uid } = await arrive();
    const form = await visit.get(`/sign-in/${uid}/register`);
    const seen = await visit.submit(form, form.path, { email: 'weak@example.com', name: 'Ann', password: secret });
    expect(seen.alerts).toEqual([expect.stringMatching(words)]);
    expect(seen.text).toContain('value="weak@example.com"');
    expect(seen.text).toContain('value="Ann"');
    expect(/<input[^>]*name="password"[^>]*>/.exec(seen.text)![0]).not.toContain('value=');
  });

  it('is not offered, and not taken, where an app takes nobody new', async () => {
    const { visit, page, uid } = await arrive({ registration: 'closed' });
    expect(page.text).not.toContain('/register"');
    const form = await visit.get(`/sign-in/${uid}/register`);
    expect(form.text).toContain('does not take new accounts');
    const before = stage().parts.mails.length;
    await visit.submit(page, `/sign-in/${uid}/register`, { email: 'new@example.com', password: 'long enough' });
    expect(stage().parts.mails.length).toBe(before);
  });

  it('has to be proven first where the app wants that, and the mail can be sent again', async () => {
    const guest = await arrive({ emailVerification: 'required' });
    const { email } = await stage().parts.account(guest.appId, { verified: false });
    const page = await signIn(guest, email);
    expect(page.text).toContain('is not confirmed yet');
    const again = await guest.visit.submit(page, page.path);
    expect(again.text).toContain('on its way again');
    expect(stage().parts.mails.at(-1)).toEqual({ kind: 'verification', to: email });
  });

  it('sends nothing again to whoever has not shown the password', async () => {
    const { visit, page, uid } = await arrive();
    const before = stage().parts.mails.length;
    await visit.submit(page, `/sign-in/${uid}/check-mail`);
    expect(stage().parts.mails.length).toBe(before);
  });
});

describe('a second factor', () => {
  const arriveWith = async (...methods: ('totp' | 'passkey' | 'recovery_code')[]) => {
    const guest = await arrive();
    const { email, userId } = await stage().parts.account(guest.appId);
    stage().parts.methods.set(userId, methods);
    return { ...guest, page: await signIn(guest, email) };
  };

  it('is asked for after the password, and every wrong code is told what to do', async () => {
    const { visit, page } = await arriveWith('totp', 'recovery_code');
    expect(page.text).toContain('autocomplete="one-time-code"');
    let seen = page;
    for (const [code, alert] of [
      ['', 'Enter the code.'],
      ['12345', 'Enter the 6 digits that the authenticator app shows.'],
      ['654321', /not right, or was used already/],
      [FAST_CODE, 'Too many attempts. Try again in 30 seconds.'],
    ] as const) {
      seen = await visit.submit(seen, page.path, { code });
      expect(seen.alerts).toEqual([expect.stringMatching(alert)]);
    }
    const consent = await visit.submit(seen, page.path, { code: ` ${RIGHT_CODE.slice(0, 3)} ${RIGHT_CODE.slice(3)} ` });
    expect(consent.text).toContain('Continue as');
  });

  it('can be a recovery code', async () => {
    const { visit, page, uid } = await arriveWith('totp', 'recovery_code');
    expect(page.text).toContain(`/sign-in/${uid}/recovery-code`);
    const form = await visit.get(`/sign-in/${uid}/recovery-code`);
    const wrong = await visit.submit(form, form.path, { code: 'nonsense' });
    expect(wrong.alerts).toEqual([expect.stringContaining('another one of your recovery codes')]);
    expect((await visit.submit(wrong, form.path, { code: RIGHT_CODE })).text).toContain('Continue as');
  });

  it('is nobody’s who has not given a first one', async () => {
    const { visit, page, uid } = await arrive();
    for (const path of ['second-factor', 'recovery-code', 'mail-code', 'enrol', 'enrol/codes']) {
      expect((await visit.get(`/sign-in/${uid}/${path}`)).path).toBe(`/sign-in/${uid}`);
      expect((await visit.submit(page, `/sign-in/${uid}/${path}`, { code: RIGHT_CODE })).text).toContain(
        '<h1>Sign in</h1>',
      );
    }
  });

  it('is a code by mail for who has none, when a sign-in is unusual', async () => {
    const guest = await arrive();
    const { email } = await stage().parts.account(guest.appId);
    stage().parts.verdict = 'step_up';
    const page = await signIn(guest, email);
    expect([page.path, page.text]).toEqual([
      `/sign-in/${guest.uid}/mail-code`,
      expect.stringContaining('This sign-in is unusual'),
    ]);
    const sent = () => stage().parts.mails.filter(({ kind }) => kind === 'code').length;
    const before = sent();
    await guest.visit.get(page.path);
    expect(sent()).toBe(before);
    const again = await guest.visit.submit(page, `${page.path}/again`);
    expect(sent()).toBe(before + 1);
    const consent = await guest.visit.submit(again, page.path, { code: RIGHT_CODE });
    expect(consent.text).toContain('Continue as');
    stage().parts.verdict = 'allow';
  });

  it('does not help a sign-in that is refused', async () => {
    const guest = await arrive();
    const { email } = await stage().parts.account(guest.appId);
    stage().parts.verdict = 'refuse';
    const page = await signIn(guest, email);
    stage().parts.verdict = 'allow';
    expect([page.path, page.text]).toEqual([
      `/sign-in/${guest.uid}/refused`,
      expect.stringContaining('This sign-in looked unusual'),
    ]);
  });

  it('is set up by whoever has none where the app asks everybody for one; the codes are shown once', async () => {
    const guest = await arrive({ mfa: 'required' });
    const { email } = await stage().parts.account(guest.appId);
    const page = await signIn(guest, email);
    expect(page.text).toContain('JBSW Y3DP');
    expect(page.text).toMatch(/class="qr"/);
    expect((await guest.visit.get(page.path)).text).toContain('JBSW Y3DP');
    const wrong = await guest.visit.submit(page, page.path, { code: '000000' });
    expect([wrong.alerts, wrong.text]).toEqual([
      [expect.stringContaining('not right')],
      expect.stringContaining('JBSW Y3DP'),
    ]);
    const codes = await guest.visit.submit(wrong, page.path, { code: RIGHT_CODE });
    expect(codes.text.match(/4f7kq\d-x2m9rt/g)).toHaveLength(10);
    const consent = await guest.visit.submit(codes, codes.path);
    expect(consent.text).toContain('Continue as');
  });
});

describe('the way through a provider', () => {
  it('is offered as a link, and its trouble is told with the other ways', async () => {
    stage().parts.providers = [{ name: 'google', label: 'Google', brand: 'google' }];
    const { visit, page, uid } = await arrive();
    expect(page.text).toContain(`href="/sign-in/${uid}/with/google"`);
    const silent = await visit.get(`/sign-in/${uid}?trouble=silent&with=google`);
    expect(silent.alerts).toEqual(['Google does not answer at the moment. Sign in another way, or try again later.']);
    for (const made of [
      'trouble=silent&with=evil',
      'trouble=gone&with=google',
      'trouble=silent&trouble=failed',
      'with=google',
    ]) {
      expect((await visit.get(`/sign-in/${uid}?${made}`)).alerts).toEqual([]);
    }
    stage().parts.providers = [];
  });
});

describe('a link in a mail', () => {
  it('leaves the address, and sets a new password once', async () => {
    const appId = await stage().app({ theme: { displayName: 'Kaffee' } });
    const link = stage().parts.link(appId);
    const visit = new Visit(stage());
    const form = await visit.get(`/recover?token=${link}`);
    expect([form.path, form.title]).toEqual(['/recover', 'Choose a new password · Kaffee']);
    expect(form.text).not.toContain(link);
    const weak = await visit.submit(form, '/recover', { password: 'short' });
    expect(weak.alerts).toEqual([expect.stringContaining('at least 8')]);
    const done = await visit.submit(weak, '/recover', { password: 'long enough' });
    expect([done.path, done.title]).toEqual(['/recover/done', 'Your password is changed · Kaffee']);
    expect((await visit.get('/recover/done')).status).toBe(200);
    const stale = await visit.get(`/recover?token=${link}`);
    expect([stale.status, stale.title]).toEqual([410, 'This link is not good any more · Kaffee']);
  });

  it('proves an address by its button, never by being looked at', async () => {
    const appId = await stage().app();
    const link = stage().parts.link(appId);
    const visit = new Visit(stage(), { 'accept-language': 'de' });
    const page = await visit.get(`/verify?token=${link}`);
    expect(stage().parts.links.get(link)!.state).toBe('good');
    const done = await visit.submit(page, '/verify');
    expect([done.path, done.title]).toEqual(['/verify/done', 'Ihre Adresse ist bestätigt · Shop']);
    expect(stage().parts.links.get(link)!.state).toBe('used');
  });

  it('leads back to a sign-in that is under way in this browser', async () => {
    const { appId, visit, uid } = await arrive();
    const page = await visit.get(`/verify?token=${stage().parts.link(appId)}`);
    const done = await visit.submit(page, '/verify');
    expect(done.text).toContain(`href="/sign-in/${uid}/login"`);
  });

  it.each(['/verify', '/recover'])('that is none is answered by a page: %s', async (path) => {
    const visit = new Visit(stage());
    for (const made of [path, `${path}?token=made-up`, `${path}?token=`, `${path}?token=a&token=b`]) {
      expect([made, (await visit.get(made)).status]).toEqual([made, 410]);
    }
    expect((await visit.post(path, { password: 'long enough' })).status).toBe(410);
  });

  it('takes no form of another browser', async () => {
    const link = stage().parts.link(await stage().app());
    const [mine, other] = [new Visit(stage()), new Visit(stage())];
    const page = await mine.get(`/recover?token=${link}`);
    await other.get(`/recover?token=${link}`);
    const answer = await other.submit(page, '/recover', { password: 'long enough' });
    expect(answer.alerts).toEqual([expect.stringContaining('open for too long')]);
    expect(stage().parts.links.get(link)!.state).toBe('good');
  });
});

describe('the language', () => {
  it('is the one that the app asks for, then the account’s, then the browser’s', async () => {
    const headers = { 'accept-language': 'de' };
    expect((await arrive({}, { headers })).page.text).toContain('<html lang="de">');
    expect((await arrive({}, { headers, asked: { ui_locales: 'en-GB' } })).page.text).toContain('<html lang="en">');
    const guest = await arrive();
    const { email } = await stage().parts.account(guest.appId, { locale: 'de' });
    const consent = await signIn(guest, email);
    expect([guest.page.text, consent.text]).toEqual([
      expect.stringContaining('<html lang="en">'),
      expect.stringContaining('<html lang="de">'),
    ]);
  });
});

describe('signing out', () => {
  it('check 33: asks first when nobody proves that the user wants it', async () => {
    const guest = await arrive();
    const { email } = await stage().parts.account(guest.appId);
    await signIn(guest, email);
    const page = await guest.visit.get('/oauth/end-session');
    expect(page.text).toContain('<h1>Sign out?</h1>');
    const again = await guest.visit.get(stage().authorizeUrl(guest.clientId));
    expect(again.text).toContain('Continue as');
    const fields = { xsrf: /name="xsrf" value="([^"]+)"/.exec(page.text)![1]!, logout: 'yes' };
    const out = await guest.visit.submit(
      await guest.visit.get('/oauth/end-session'),
      '/oauth/end-session/confirm',
      fields,
    );
    expect(out.status).toBe(400);
    const asked = await guest.visit.get('/oauth/end-session');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.text)![1]!;
    const done = await guest.visit.submit(asked, '/oauth/end-session/confirm', { xsrf, logout: 'yes' });
    expect(done.text).toContain('You are signed out');
    expect((await guest.visit.get(stage().authorizeUrl(guest.clientId))).text).toContain('<h1>Sign in</h1>');
  });
});
