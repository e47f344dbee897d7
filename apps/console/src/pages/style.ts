import { PALETTE_PROPERTIES } from './palette.js';

/** The one style sheet of the console's own pages, written into each of them. Light or dark as the system is. */
export const STYLE = `
:root {
  color-scheme: light dark;
${PALETTE_PROPERTIES}
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; text-rendering: optimizeLegibility; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: .06em; }
a:hover { text-decoration-thickness: .12em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
:target { outline: 2px solid var(--accent); outline-offset: 2px; }
section.provider:target, #main:target, h2:target { outline: 0; }

h1 { font-size: 1.625rem; font-weight: 680; letter-spacing: -.015em; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.0625rem; font-weight: 650; letter-spacing: -.005em; line-height: 1.35; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1rem; font-weight: 620; line-height: 1.4; margin: 0; overflow-wrap: anywhere; }
p { margin: 0 0 .75rem; }
code, pre { font: .85em/1.5 ui-monospace, 'SF Mono', Menlo, monospace; overflow-wrap: anywhere; }
pre { margin: 0; overflow-x: auto; white-space: pre-wrap; }
time { white-space: nowrap; }
.quiet { color: var(--quiet); font-weight: 400; font-size: .875rem; letter-spacing: 0; }
.kicker { margin: -.75rem 0 1rem; color: var(--quiet); font-size: .875rem; overflow-wrap: anywhere; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

.mark { display: flex; align-items: center; gap: .6rem; font-weight: 680; letter-spacing: -.015em; }
.mark::before { content: ''; width: .8rem; height: .8rem; border-radius: 50%; background: var(--accent); box-shadow: .55rem .35rem 0 -.12rem #fbbf24; margin-right: .4rem; }
a.mark { color: inherit; text-decoration: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; border-radius: 8px; z-index: 1; }

header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .625rem 1.5rem; padding: .75rem max(1rem, calc((100vw - 70rem) / 2 + 1rem)); border-bottom: 1px solid var(--line); background: var(--card); }
main { max-width: 70rem; margin: 0 auto; padding: 1.75rem 1rem 5rem; }
main > :first-child, main > .unseen + h2, [data-live] > h2:first-child { margin-top: 0; }
.places { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9375rem; }
.places a { color: var(--quiet); text-decoration: none; padding: .25rem 0; border-bottom: 2px solid transparent; }
.places a:hover { color: var(--text); border-color: var(--line); }
.places [aria-current] { color: var(--text); border-color: var(--accent); font-weight: 550; }
.places.card, ul.places { display: block; margin: 0; padding-left: 2.5rem; }
.find { flex: 1 1 14rem; max-width: 24rem; margin-left: auto; }
.find input { padding: .375rem .75rem; }
.trail { display: flex; flex-wrap: wrap; gap: .25rem; font-size: .875rem; margin-bottom: .25rem; }
.trail a::after { content: '/'; display: inline-block; padding-left: .25rem; color: var(--quiet); }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem; }
.card + p { margin-top: .75rem; }
.card.calm { display: flex; align-items: baseline; gap: .75rem; margin: 0; }
.message { background: var(--good-ground); border-radius: 8px; padding: .75rem 1rem; margin: 0 0 1.25rem; }
.bad-message { background: var(--bad-ground); }
.problem { color: var(--bad); margin: 0 0 1rem; font-size: .9375rem; }
.sign-in { max-width: 24rem; margin: 14vh auto 0; padding: 0 1rem; }
.sign-in .mark { font-size: 1.25rem; margin-bottom: 1rem; }

label { display: block; font-size: .875rem; margin-bottom: .35rem; }
input, select { width: 100%; font: inherit; padding: .5rem .75rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); color: inherit; min-height: 2.375rem; }
input::placeholder { color: var(--quiet); opacity: 1; }
button, .button { display: inline-block; font: inherit; font-size: .9375rem; line-height: 1.4; cursor: pointer; border-radius: 8px; border: 1px solid var(--edge); background: var(--card); color: inherit; padding: .375rem .875rem; min-height: 2.375rem; text-decoration: none; }
button:hover, .button:hover { border-color: var(--accent); background: var(--accent-ground); }
.danger { color: var(--bad); border-color: var(--bad); }
button.danger:hover, .button.danger:hover { border-color: var(--bad); background: var(--bad-ground); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.primary:hover { background: var(--accent); text-decoration: underline; text-underline-offset: .2em; }
.sign-in button.primary { width: 100%; margin-top: 1rem; min-height: 2.75rem; }
a.primary { display: block; text-align: center; padding: .6rem; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
.way-in { margin-bottom: 1rem; }
.who { font-size: .875rem; overflow-wrap: anywhere; }
.sign-in button.wide { width: 100%; margin-top: 1rem; }
header form:not(.find) button { border-color: transparent; color: var(--quiet); background: transparent; }
header form:not(.find) button:hover { border-color: var(--edge); color: var(--text); }

.chip { display: inline-block; flex: none; white-space: nowrap; border-radius: 999px; padding: .0625rem .625rem .0625rem .5rem; font-size: .8125rem; line-height: 1.5; font-weight: 570; letter-spacing: .005em; background: var(--sunk); border: 1px solid transparent; }
.chip::before { content: ''; display: inline-block; vertical-align: .02em; width: .5rem; height: .5rem; margin-right: .4rem; border-radius: 50%; background: currentColor; }
.chip.good { color: var(--good); background: var(--good-ground); }
.chip.bad { color: var(--bad); background: var(--bad-ground); }
.chip.bad::before { border-radius: 1px; transform: rotate(45deg); }
.chip.waits { color: var(--wait); background: var(--wait-ground); }
.chip.waits::before { background: transparent; border: 2px solid currentColor; }
.chip.quiet { color: var(--quiet); }
.chip.quiet::before { height: 2px; vertical-align: .25em; border-radius: 0; }
td a:has(.chip) { text-decoration: none; }
td a:hover .chip { text-decoration: underline; }
td a.good { color: var(--good); }
td a.bad { color: var(--bad); }

.attention { list-style: none; margin: 0; padding: .25rem 1.5rem; }
.attention li { display: grid; grid-template-columns: 8.5rem 1fr; gap: 1rem; align-items: baseline; padding: .625rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.attention li:last-child { border-bottom: 0; }
.attention .chip { justify-self: start; }
.attention .quiet { display: block; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 1rem; }
.figure { display: block; padding: 1rem 1.25rem; font-size: .9375rem; color: var(--quiet); }
.figure b { display: block; font-size: 1.875rem; font-weight: 640; letter-spacing: -.02em; line-height: 1.2; color: var(--text); font-variant-numeric: tabular-nums; }
.figure p { margin: .25rem 0 0; }
.bad b { color: var(--bad); }
a.figure { text-decoration: none; }
a.figure:hover { border-color: var(--accent); }
.chart { display: block; width: 100%; height: 3rem; margin-top: .75rem; }
.chart .bar { fill: var(--accent); }
.chart.good .bar { fill: var(--good); }
.chart.bad .bar { fill: var(--bad); }
.chart .bar:hover { fill: var(--text); }
.chart .floor { fill: var(--line); }

table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
.table { padding: .375rem 1.5rem; overflow-x: auto; }
th, td { text-align: left; vertical-align: baseline; padding: .625rem 1rem .625rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
tr:last-child td { border-bottom: 0; }
th { font-size: .8125rem; font-weight: 560; color: var(--quiet); white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.links { display: flex; flex-wrap: wrap; gap: .75rem; }
.links a { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .5rem .9rem; text-decoration: none; }
.links a:hover { border-color: var(--accent); }

.answer { display: flex; align-items: baseline; gap: 1rem; }
.answer p { margin: 0; font-size: 1.125rem; line-height: 1.45; }
.answer + .facts { margin-top: 1rem; }
.next { margin: 0; padding-left: 2.5rem; }
.filters { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin-bottom: 1rem; }
.filters label { font-size: .8125rem; color: var(--quiet); margin: 0; flex: 1 1 10rem; }
.filters input { color: var(--text); font-size: 1rem; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline li { display: grid; grid-template-columns: 12.5rem 1fr; gap: 0 2rem; position: relative; padding-bottom: 1.5rem; }
.timeline li:last-child { padding-bottom: 0; }
.timeline li::before { content: ''; position: absolute; left: 13.175rem; top: .45rem; width: .65rem; height: .65rem; border-radius: 50%; background: var(--quiet); box-shadow: 0 0 0 3px var(--card); z-index: 1; }
.timeline li:not(:last-child)::after { content: ''; position: absolute; left: calc(13.5rem - 1px); top: .9rem; bottom: -.4rem; width: 2px; background: var(--line); }
.timeline .good::before { background: var(--good); }
.timeline .bad::before { background: var(--bad); border-radius: 1px; transform: rotate(45deg); }
.timeline .when { color: var(--quiet); font-size: .875rem; line-height: 1.7; font-variant-numeric: tabular-nums; text-align: right; }
.timeline b { font-weight: 620; }
.timeline .facts { margin-top: .35rem; gap: .2rem; font-size: .9375rem; }
summary { cursor: pointer; color: var(--accent); font-size: .9375rem; margin-top: .35rem; width: fit-content; }
summary:hover { text-decoration: underline; text-underline-offset: .18em; }
details pre { background: var(--sunk); border-radius: 8px; padding: .75rem 1rem; margin-top: .5rem; }

.group { margin-top: 1rem; }
.group + .table { margin-top: 1rem; }
.group h2, .group h3 { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; margin: 0; font-size: 1.0625rem; overflow-wrap: anywhere; }
.group p { margin: .25rem 0 0; }
.group > .facts { margin-top: .75rem; }
.group > .facts:not(:has(div)) { display: none; }
.actions { display: flex; flex-wrap: wrap; gap: 1rem 2rem; margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.actions:first-child { margin-top: 0; padding-top: 0; border-top: 0; }
.actions form { display: flex; flex-wrap: wrap; align-items: end; gap: .625rem; }
.actions form:last-child { flex: 1 1 20rem; }
.actions details { flex: 1 1 20rem; }
.actions details form { margin-top: .75rem; }
.actions details .quiet { margin-top: .75rem; max-width: 44rem; }
.actions label, .group > label { font-size: .8125rem; color: var(--quiet); margin: 0; }
.actions input, .actions select { color: var(--text); font-size: 1rem; padding: .375rem .625rem; }
.actions input[type=number], .group > label input { display: block; width: 7rem; }
.wide { flex: 1 1 12rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
.group > .buttons { margin-top: 1rem; }
.tabs { display: flex; gap: 1.25rem; margin: 1rem 0; }
.tabs a { color: var(--quiet); text-decoration: none; padding-bottom: .25rem; border-bottom: 2px solid transparent; }
.tabs a:hover { color: var(--text); border-color: var(--line); }
.tabs [aria-current] { color: var(--text); border-color: var(--accent); }
.pager { display: flex; gap: 1rem; margin-top: 1rem; }
.facts { margin: 0; display: grid; gap: .5rem; }
.facts div { display: grid; grid-template-columns: 9rem 1fr; gap: 1rem; }
dt { color: var(--quiet); font-size: .875rem; line-height: 1.7; }
dd { margin: 0; overflow-wrap: anywhere; }
progress { width: 100%; height: .75rem; accent-color: var(--accent); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 40rem) {
  .figures { grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
  .card { padding: 1rem; }
  .find { max-width: none; }
  .attention { padding: .25rem 1rem; }
  .attention li { grid-template-columns: 1fr; gap: .25rem; }
  .timeline li { grid-template-columns: 1fr; padding-left: 1.25rem; }
  .timeline li::before { left: 0; }
  .timeline li:not(:last-child)::after { left: .25rem; }
  .timeline .when { text-align: left; }
  .answer { display: block; }
  .answer p { margin-top: .5rem; }
  .table { padding: .25rem 1rem; }
  .facts div { grid-template-columns: 1fr; gap: 0; }
  .stacked, .stacked tbody { display: block; }
  .stacked thead { display: none; }
  .stacked tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  .stacked tr:last-child { border-bottom: 0; }
  .stacked td { display: block; border: 0; padding: .15rem 0; text-align: left; overflow-wrap: anywhere; }
  .stacked td:empty { display: none; }
  .stacked td[data-label]::before { content: attr(data-label) ' '; color: var(--quiet); font-size: .8125rem; }
}
`;
