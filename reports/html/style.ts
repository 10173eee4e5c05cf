import { STYLE_PARTS } from './style-parts.ts';
import { STYLE_FINDINGS } from './style-findings.ts';
import { STYLE_HISTORY } from './style-history.ts';
import { STYLE_LEDGER } from './style-ledger.ts';
import { STYLE_PRINT } from './style-print.ts';

/** Colours, type and the frame of the page. Every pair of text and ground meets WCAG 2.2 AA in both schemes. */
const STYLE_BASE = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f5; --surface: #ffffff; --sunk: #f1f1ee; --line: #e2e2dd; --line-strong: #c9c9c2;
  --ink: #1c2024; --quiet: #596068; --link: #0a5a8a; --focus: #0b6fae;
  --fail: #a8201a; --fail-ground: #fcebe9; --unknown: #7d5200; --unknown-ground: #fdf1d8;
  --pass: #17643a; --pass-ground: #e6f3ea; --na: #596068; --na-ground: #eeeeea;
  --waived: #59419f; --waived-ground: #efeafb;
  --mark: #fff1c7; --icon-cut: #ffffff;
  --seal-s3: #7fb3d9; --seal-kms: #1d6f78; --seal-dsse: #123f5c; --seal-c: #e0a03c; --seal-none: #b3261e; --seal-other: #8b7ab8;
  --hatch-ground: #d9d9d4; --hatch-line: #a5a59d;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, monospace;
  --radius: 8px;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #111417; --surface: #181c20; --sunk: #20252a; --line: #2c3238; --line-strong: #454d55;
    --ink: #e8eaec; --quiet: #a0a9b1; --link: #7cc0ee; --focus: #7cc0ee;
    --fail: #ff9a90; --fail-ground: #3a1b19; --unknown: #f0c36a; --unknown-ground: #35290f;
    --pass: #7fd6a0; --pass-ground: #14301f; --na: #a0a9b1; --na-ground: #262b30;
    --waived: #c3b1fb; --waived-ground: #2a2340;
    --mark: #574a1a; --icon-cut: #181c20;
    --seal-s3: #5f9cc8; --seal-kms: #3fa7ab; --seal-dsse: #b4d9ee; --seal-c: #d99a3a; --seal-none: #ef6f63; --seal-other: #a895d8;
    --hatch-ground: #353b41; --hatch-line: #5b646c;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { overflow-wrap: break-word; margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.55 var(--sans); }
[hidden] { display: none !important; }
a { color: var(--link); text-underline-offset: 2px; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
h1, h2, h3, h4, h5, h6 { margin: 0; line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.9rem; font-weight: 650; letter-spacing: -.015em; }
h2 { font-size: 1.3rem; font-weight: 650; letter-spacing: -.01em; }
h3 { font-size: 1rem; font-weight: 650; }
h4, h5, h6 { font-size: .875rem; font-weight: 650; }
p, ul, ol, dl { margin: 0; }
ul, ol { padding-left: 1.2em; }
dd { margin: 0; }
code, pre { font-family: var(--mono); font-size: .85em; }
code, .name { overflow-wrap: anywhere; }
.name { unicode-bidi: isolate; }
.quiet { color: var(--quiet); }
.nowrap { white-space: nowrap; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
caption.spoken { position: absolute; }
.defs { position: absolute; }
.skip { position: absolute; left: -100vw; top: .5rem; z-index: 3; padding: .5rem 1rem; background: var(--surface); border: 1px solid var(--line-strong); border-radius: var(--radius); }
.skip:focus { left: .5rem; }

.layout { display: grid; grid-template-columns: 10.5rem minmax(0, 1fr); max-width: 86rem; margin: 0 auto; }
nav { padding: 2.6rem 0 0 1.5rem; }
nav ul { position: sticky; top: 2.6rem; list-style: none; margin: 0; padding: 0; }
nav a { display: flex; justify-content: space-between; gap: .5rem; padding: .28rem .6rem; border-radius: 6px; color: var(--quiet); text-decoration: none; font-size: .9rem; }
nav a:hover { background: var(--sunk); color: var(--ink); }
nav .count { min-width: 1.4rem; padding: 0 .35rem; border-radius: 1rem; background: var(--fail-ground); color: var(--fail); font-size: .78rem; font-weight: 650; text-align: center; }
.content { min-width: 0; padding: 2.2rem 2rem 3rem; }
main > section { margin-top: 3.2rem; scroll-margin-top: 1rem; }
main > #verdict { margin-top: 1.8rem; }
section > h3 { margin: 1.8rem 0 .6rem; }
.lead { max-width: 46rem; margin: .35rem 0 1.1rem; color: var(--quiet); }
.empty { color: var(--quiet); margin-top: .4rem; max-width: 46rem; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .85rem; }

@media screen and (max-width: 68rem) {
  .layout { display: block; }
  nav { padding: .6rem 1rem; border-bottom: 1px solid var(--line); }
  nav ul { position: static; display: flex; flex-wrap: wrap; gap: 0 .1rem; }
  .content { padding: 1.4rem 1rem 2.5rem; }
}
`;

/** The style sheet of the page, whole. */
export const STYLE = STYLE_BASE + STYLE_PARTS + STYLE_FINDINGS + STYLE_LEDGER + STYLE_HISTORY + STYLE_PRINT;
