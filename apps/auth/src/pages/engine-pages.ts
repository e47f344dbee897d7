import type { EnginePages } from '../engine/pages.js';

/** The engine's own pages in their plainest form. */
export function enginePages(): EnginePages {
  const page = (title: string, body: string): string =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><main><h1>${title}</h1>${body}</main></html>`;
  return {
    error: ({ code }) => page('That did not work', `<p>${code.replace(/[^a-z_]/g, '')}</p>`),
    signOut: ({ form }) =>
      page(
        'Sign out?',
        `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
      ),
    signedOut: () => page('You are signed out', ''),
  };
}
