/** The one style sheet of the console's own pages, written into each of them. Light or dark as the system is. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f6, #101413);
  --card: light-dark(#ffffff, #181e1d);
  --line: light-dark(#dfe4e2, #2a3331);
  --text: light-dark(#16201e, #e6ecea);
  --quiet: light-dark(#5b6966, #93a19d);
  --accent: light-dark(#0f766e, #2dd4bf);
  --on-accent: light-dark(#ffffff, #06201d);
  --bad: light-dark(#b42318, #f97066);
  --good: light-dark(#0f766e, #2dd4bf);
  --wait: light-dark(#92600a, #fbbf24);
  --wait-ground: light-dark(#fdf3dd, #33270f);
  --good-ground: light-dark(#e3f4f1, #10302c);
  --bad-ground: light-dark(#fdeceb, #38191a);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.mark { display: flex; align-items: center; gap: .6rem; font-weight: 650; letter-spacing: -.01em; }
.mark::before { content: ''; width: .8rem; height: .8rem; border-radius: 50%; background: var(--accent); box-shadow: .55rem .35rem 0 -.12rem #fbbf24; margin-right: .4rem; }
a.mark { color: inherit; text-decoration: none; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; }
.sign-in { max-width: 24rem; margin: 14vh auto 0; padding: 0 1rem; }
.sign-in .mark { font-size: 1.25rem; margin-bottom: 1rem; }
a.primary { display: block; text-align: center; padding: .6rem; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
.way-in { margin-bottom: 1rem; }
.who { font-size: .9rem; overflow-wrap: anywhere; }
.sign-in button.wide { width: 100%; margin-top: 1rem; }
label { display: block; font-size: .9rem; margin-bottom: .35rem; }
input { width: 100%; font: inherit; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); color: inherit; }
button { font: inherit; cursor: pointer; border-radius: 8px; border: 1px solid var(--line); background: transparent; color: inherit; padding: .35rem .8rem; }
button:hover, .button:hover { border-color: var(--accent); }
.button { display: inline-block; border: 1px solid var(--line); border-radius: 8px; padding: .35rem .8rem; color: inherit; text-decoration: none; }
.danger { color: var(--bad); }
button.danger:hover, .button.danger:hover { border-color: var(--bad); }
button.primary { width: 100%; margin-top: 1rem; padding: .6rem; background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.problem { color: var(--bad); margin: 0 0 1rem; font-size: .95rem; }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .75rem 1.25rem; padding: 1rem max(1rem, calc((100vw - 64rem) / 2 + 1rem)); border-bottom: 1px solid var(--line); background: var(--card); }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2rem 0 .75rem; }
.quiet { color: var(--quiet); font-weight: 400; font-size: .9rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem; }
.figure { padding: 1rem 1.25rem; }
.figure b { display: block; font-size: 1.9rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.bad b { color: var(--bad); }
table { width: 100%; border-collapse: collapse; }
.table { padding: .25rem 1.25rem; overflow-x: auto; }
th, td { text-align: left; padding: .55rem .75rem .55rem 0; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th { font-size: .85rem; font-weight: 500; color: var(--quiet); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.links { display: flex; flex-wrap: wrap; gap: .75rem; }
.links a { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .5rem .9rem; text-decoration: none; }
.links a:hover { border-color: var(--accent); }
a.figure { color: inherit; text-decoration: none; }
a.figure:hover { border-color: var(--accent); }
code, pre { font: .85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { margin: 0; overflow-x: auto; white-space: pre-wrap; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; border-radius: 8px; z-index: 1; }
.places { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .95rem; }
.places a { color: var(--quiet); text-decoration: none; padding: .15rem 0; border-bottom: 2px solid transparent; }
.places a:hover { color: var(--text); }
.places [aria-current] { color: var(--text); border-color: var(--accent); }
.find { flex: 1 1 14rem; max-width: 26rem; margin-left: auto; }
.find input { padding: .4rem .75rem; }
.kicker { margin: -.75rem 0 1rem; color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
.chip { display: inline-block; border-radius: 999px; padding: .1rem .65rem; font-size: .875rem; font-weight: 550; background: var(--ground); border: 1px solid var(--line); }
.chip.good { color: var(--good); background: var(--good-ground); border-color: transparent; }
.chip.bad { color: var(--bad); background: var(--bad-ground); border-color: transparent; }
.chip.waits { color: var(--wait); background: var(--wait-ground); border-color: transparent; }
td a:has(.chip) { text-decoration: none; }
td a:hover .chip { text-decoration: underline; }
td a.good { color: var(--good); }
td a.bad { color: var(--bad); }
.answer { display: flex; align-items: baseline; gap: 1rem; }
.answer p { margin: 0; font-size: 1.1rem; }
.answer + .facts { margin-top: 1rem; }
.next { margin: 0; padding-left: 2.5rem; }
.places.card, ul.places { display: block; margin: 0; padding-left: 2.5rem; }
.filters { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin-bottom: 1rem; }
.filters label { font-size: .85rem; color: var(--quiet); margin: 0; flex: 1 1 10rem; }
.filters input { padding: .4rem .6rem; color: var(--text); font-size: 1rem; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline li { display: grid; grid-template-columns: 12.5rem 1fr; gap: 0 1.75rem; position: relative; padding-bottom: 1.4rem; }
.timeline li:last-child { padding-bottom: 0; }
.timeline li::before { content: ''; position: absolute; left: 13.05rem; top: .5rem; width: .65rem; height: .65rem; border-radius: 50%; background: var(--quiet); z-index: 1; }
.timeline li:not(:last-child)::after { content: ''; position: absolute; left: 13.3rem; top: .9rem; bottom: -.4rem; width: 2px; background: var(--line); }
.timeline .good::before { background: var(--good); }
.timeline .bad::before { background: var(--bad); }
.timeline .when { color: var(--quiet); font-size: .9rem; font-variant-numeric: tabular-nums; text-align: right; }
.timeline .facts { margin-top: .35rem; gap: .15rem; font-size: .925rem; }
summary { cursor: pointer; color: var(--accent); font-size: .925rem; margin-top: .35rem; }
details pre { background: var(--ground); border-radius: 8px; padding: .75rem 1rem; margin-top: .35rem; }
.trail { display: flex; flex-wrap: wrap; gap: .25rem; font-size: .9rem; margin-bottom: .25rem; }
.trail a::after { content: '/'; display: inline-block; padding-left: .25rem; color: var(--quiet); }
.message { background: var(--good-ground); border-radius: 8px; padding: .75rem 1rem; margin: 0 0 1.25rem; }
.bad-message { background: var(--bad-ground); }
.group { margin-top: 1rem; }
.group + .table { margin-top: 1rem; }
.group h2 { margin: 0; font-size: 1.1rem; overflow-wrap: anywhere; }
.group p { margin: .25rem 0 0; }
.actions { display: flex; flex-wrap: wrap; gap: 1rem 2rem; margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.actions:first-child { margin-top: 0; padding-top: 0; border-top: 0; }
.actions form { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem; }
.actions form:last-child { flex: 1 1 20rem; }
.actions label, .group > label { font-size: .85rem; color: var(--quiet); margin: 0; }
.actions input { padding: .35rem .6rem; color: var(--text); font-size: 1rem; }
time { white-space: nowrap; }
.actions input[type=number], .group > label input { display: block; width: 7rem; }
.wide { flex: 1 1 12rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
.group > .buttons { margin-top: 1rem; }
.tabs { display: flex; gap: 1rem; margin: 1rem 0; }
.tabs a { color: var(--quiet); text-decoration: none; padding-bottom: .2rem; border-bottom: 2px solid transparent; }
.tabs [aria-current] { color: var(--text); border-color: var(--accent); }
.pager { display: flex; gap: 1rem; margin-top: 1rem; }
.facts { margin: 0; display: grid; gap: .6rem; }
.facts div { display: grid; grid-template-columns: 8rem 1fr; gap: 1rem; }
dt { color: var(--quiet); font-size: .9rem; }
dd { margin: 0; overflow-wrap: anywhere; }
progress { width: 100%; height: .75rem; accent-color: var(--accent); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 40rem) {
  .card { padding: 1rem; }
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
  .stacked td[data-label]::before { content: attr(data-label) ' '; color: var(--quiet); font-size: .85rem; }
}
`;
