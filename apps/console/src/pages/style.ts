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
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.mark { display: flex; align-items: center; gap: .6rem; font-weight: 650; letter-spacing: -.01em; }
.mark::before { content: ''; width: .8rem; height: .8rem; border-radius: 50%; background: var(--accent); box-shadow: .55rem .35rem 0 -.12rem #fbbf24; margin-right: .4rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; }
.sign-in { max-width: 24rem; margin: 14vh auto 0; padding: 0 1rem; }
.sign-in .mark { font-size: 1.25rem; margin-bottom: 1rem; }
label { display: block; font-size: .9rem; margin-bottom: .35rem; }
input { width: 100%; font: inherit; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); color: inherit; }
button { font: inherit; cursor: pointer; border-radius: 8px; border: 1px solid var(--line); background: transparent; color: inherit; padding: .35rem .8rem; }
button.primary { width: 100%; margin-top: 1rem; padding: .6rem; background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.problem { color: var(--bad); margin: 0 0 1rem; font-size: .95rem; }
header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 1rem max(1rem, calc((100vw - 64rem) / 2 + 1rem)); border-bottom: 1px solid var(--line); background: var(--card); }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
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
`;
