import { PALETTES, variables } from './palette.js';

/** The style sheet of all pages of sign-in; an app's theme adds its accent. Light or dark as the phone is. */
export const STYLE = `
:root { color-scheme: light dark; ${variables(PALETTES.light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(PALETTES.dark)} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; min-height: 100svh; display: grid; grid-template-rows: 1fr auto 1.4fr; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { grid-row: 2; width: 100%; max-width: 26.5rem; margin: 0 auto; padding: 2rem 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 1.25rem; padding: 2rem; box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 12px 32px rgb(0 0 0 / .06); }
.brand { display: flex; align-items: center; gap: .75rem; margin-bottom: 1.75rem; font-weight: 600; overflow-wrap: anywhere; }
.logo, .monogram { flex: none; width: 2.75rem; height: 2.75rem; border-radius: .8rem; }
.logo { object-fit: contain; }
.monogram { display: grid; place-items: center; background: var(--accent); color: var(--on-accent); border: 1px solid var(--accent-edge); font-size: 1.25rem; }
h1 { font-size: clamp(1.35rem, 6vw, 1.6rem); hyphens: auto; line-height: 1.25; letter-spacing: -.015em; margin: 0 0 .65rem; overflow-wrap: anywhere; text-wrap: balance; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
a { color: var(--accent-ink); text-underline-offset: .18em; }
.quiet { color: var(--quiet); }
.small { font-size: .9rem; }
form { margin: 1.5rem 0 0; }
.field { margin: 0 0 1.15rem; }
.label { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; margin-bottom: .4rem; font-size: .95rem; }
label { font-weight: 550; }
input { width: 100%; min-height: 3rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .75rem; padding: .65rem .85rem; }
input[aria-invalid=true] { border-color: var(--bad); box-shadow: inset 0 0 0 1px var(--bad); }
.code input { font-size: 1.5rem; letter-spacing: .3em; font-variant-numeric: tabular-nums; text-align: center; padding-left: 1.15rem; }
.code.long input { font-size: 1.15rem; letter-spacing: .12em; }
.hint { margin: .4rem 0 0; color: var(--quiet); font-size: .9rem; }
.error { margin: .4rem 0 0; color: var(--bad); font-size: .9rem; font-weight: 500; }
.error::before { content: '!'; display: inline-grid; place-items: center; width: 1.15em; height: 1.15em; margin-right: .45em; border-radius: 50%; background: var(--bad); color: var(--card); font-size: .85em; font-weight: 700; line-height: 1; }
.box { margin: 1.25rem 0 0; padding: .8rem 1rem; border-radius: .75rem; border-left: 4px solid; font-size: .95rem; }
.box.bad { background: var(--bad-ground); border-color: var(--bad); }
.box.good { background: var(--good-ground); border-color: var(--good); }
.button { display: flex; align-items: center; justify-content: center; gap: .65rem; width: 100%; min-height: 3rem; margin: .75rem 0 0; padding: .6rem 1rem; border: 1px solid var(--edge); border-radius: .75rem; background: transparent; color: inherit; font: inherit; font-weight: 550; text-align: center; text-decoration: none; cursor: pointer; overflow-wrap: anywhere; }
p + .button, .box + .button { margin-top: 1.5rem; }
.button:hover { border-color: var(--ink); }
.button.primary { background: var(--accent); border-color: var(--accent-edge); color: var(--on-accent); font-weight: 650; }
.button.primary:hover { box-shadow: 0 0 0 1px var(--accent-edge); }
.button svg { flex: none; width: 1.2rem; height: 1.2rem; }
.plain { display: inline; min-height: 2.75rem; border: 0; padding: .4rem .25rem; background: none; color: var(--accent-ink); font: inherit; text-decoration: underline; text-underline-offset: .18em; cursor: pointer; }
.or { display: flex; align-items: center; gap: .9rem; margin: 1.5rem 0 .75rem; color: var(--quiet); font-size: .9rem; }
.or::before, .or::after { content: ''; flex: 1; border-top: 1px solid var(--line); }
.after { margin: 1.5rem 0 0; text-align: center; }
.after form { margin: 0; display: inline; }
.after p { margin: 0 0 .35rem; }
.after .plain { color: var(--quiet); }
.step { margin: 1.75rem 0 0; }
.step + form { margin-top: .75rem; }
.person { display: flex; align-items: center; gap: .9rem; margin: 1.25rem 0 0; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: .9rem; }
.person strong, .person div span { display: block; overflow-wrap: anywhere; }
.initial { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%; background: var(--ground); border: 1px solid var(--line); font-weight: 600; }
.qr { display: block; width: 12.5rem; max-width: 100%; height: auto; margin: 1.25rem auto; border-radius: .75rem; background: #fff; }
.secret { display: block; padding: .7rem .9rem; border: 1px dashed var(--edge); border-radius: .75rem; font: 1rem/1.6 ui-monospace, SFMono-Regular, Menlo, monospace; text-align: center; overflow-wrap: anywhere; user-select: all; }
.codes { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: .5rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
footer { margin: 1.5rem 0 0; text-align: center; font-size: .9rem; }
footer a { color: var(--quiet); margin: 0 .6rem; display: inline-block; padding: .35rem 0; }
:focus-visible { outline: 3px solid var(--accent-ink); outline-offset: 2px; }
[hidden] { display: none; }
@media (max-width: 30rem) {
  body { background: var(--card); grid-template-rows: auto auto 1fr; }
  main { padding: max(1.25rem, env(safe-area-inset-top)) max(1.25rem, env(safe-area-inset-right)) max(1.5rem, env(safe-area-inset-bottom)) max(1.25rem, env(safe-area-inset-left)); }
  .card { border: 0; border-radius: 0; padding: 0; box-shadow: none; background: none; }
}
@media (prefers-reduced-motion: no-preference) { .button, input { transition: border-color .12s, box-shadow .12s; } }
@media (forced-colors: active) { .button.primary { border-width: 2px; } }
`;
