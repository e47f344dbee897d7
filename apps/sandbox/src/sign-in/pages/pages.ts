import type { Provider } from '../providers/provider.js';

const STYLE =
  '<style>body{font:16px sans-serif;margin:3rem auto;max-width:24rem}button{display:block;margin:.5rem 0}</style>';

/** Asks who signs in: a button for each person. */
export function chooserPage({ dialect, people }: Provider, request: URLSearchParams, clientId: string): string {
  // Relative to the authorization endpoint, whatever name and port the browser has come by.
  const action = `${'../'.repeat((dialect.paths.authorize ?? '').split('/').length - 2)}choose`;
  const buttons = people.all().map(({ sub, name, email, emailVerified, privateRelay }) => {
    const notes = [emailVerified ? undefined : 'not verified', privateRelay ? 'hides the address' : undefined];
    const about = [name, email, ...notes].filter((part) => part !== undefined).join(', ');
    return `<button name="sub" value="${escaped(sub)}">${escaped(about || sub)}</button>`;
  });
  return document(
    `Sign in with ${dialect.title}`,
    `<h1>${escaped(dialect.title)}, in the sandbox</h1><p>Sign in to ${escaped(clientId)} as</p>
<form method="post" action="${action}"><input type="hidden" name="request" value="${escaped(request.toString())}">
${buttons.join('\n')}
<button name="cancel" value="true">Cancel</button></form>`,
  );
}

export function faultPage(title: string, error: string, description: string): string {
  return document(`Error: ${error}`, `<h1>${escaped(title)}: ${escaped(error)}</h1><p>${escaped(description)}</p>`);
}

/** A form that sends itself: https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html */
export function formPostPage(uri: string, params: Readonly<Record<string, string>>): string {
  const fields = Object.entries(params).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return document(
    'Signing in',
    `<form method="post" action="${escaped(uri)}">${fields.join('\n')}<button>Go on</button></form>
<script>document.forms[0].submit()</script>`,
  );
}

function document(title: string, body: string): string {
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title>${STYLE}${body}</html>\n`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
