const STYLE =
  '<style>body{font:16px sans-serif;margin:3rem auto;max-width:40rem}label{display:block;margin:.5rem 0}input{width:100%}input[type=checkbox]{width:auto}</style>';

const FIELDS = [
  ['push', 'Address of the push service of Signalbox', 'http://127.0.0.1:4003'],
  ['key', 'Publishable key (sbp_...)', ''],
  ['user', 'User (empty: nobody)', ''],
  ['token', 'User token or access token of that user', ''],
  ['installation', 'Installation id', 'my-browser'],
] as const;

/** Subscribes the browser that opens it, registers it as a device, and lists what comes. Every field may be given in the query. */
export const PAGE = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Web Push in the sandbox</title>${STYLE}
<h1>Web Push in the sandbox</h1>
<p>Registers this browser with Signalbox, and lists what it is sent.</p>
<form>
${FIELDS.map(([name, label, value]) => `<label>${label}<input name="${name}" value="${value}"></label>`).join('\n')}
<label><input type="checkbox" name="simulated"> Take a subscription of the sandbox, also when this browser could have one of its own</label>
<button>Subscribe</button></form>
<p role="status"></p>
<ol></ol>
<script src="/web-push/page.js"></script></html>
`;
