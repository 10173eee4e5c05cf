/** What changed since the last run, its trend, and the advice. */
export const STYLE_HISTORY = `
.since-brief { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: -.7rem 0 1.4rem; font-size: .9rem; }
.since-brief span { white-space: nowrap; }
.changes { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .7rem 1.6rem; margin: 0 0 1.1rem; padding: 0; list-style: none; font-size: .9rem; }
.changes li { display: grid; grid-template-columns: auto auto 1fr; gap: 0 .45rem; align-items: baseline; }
.changes .icon { align-self: start; margin-top: .25em; }
.changes b { font-variant-numeric: tabular-nums; }
.changes .quiet { display: block; font-size: .82rem; }
.since-table tbody th { font-weight: 600; min-width: 9rem; }
.since-table td:nth-child(3) { min-width: 13rem; overflow-wrap: anywhere; }
.trend { display: grid; grid-template-columns: minmax(0, 1fr); gap: .8rem; }
.trend figure { margin: 0; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.trend figure > svg { display: block; max-width: 100%; height: auto; margin-bottom: .7rem; }
.trend .ledger-legend { margin: 0; }
.trend-axis { fill: var(--line-strong); }
.trend-fail { fill: var(--fail); } .trend-unknown { fill: var(--unknown); } .trend-waived { fill: var(--waived); } .trend-pass { fill: var(--pass); }
.trend-table th, .trend-table td { padding-block: .3rem; }
.trend-table .title { display: inline-block; margin-left: .7rem; }
.choices tbody th { min-width: 6.5rem; }
.choices td { min-width: 12rem; }
.advice { display: grid; gap: .5rem; margin: 0; padding: 0; list-style: none; }
.advice > li { padding: .2rem 1.1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); font-size: .9rem; overflow-wrap: anywhere; }
.advice h4 { display: inline; font-size: .95rem; }
.advice summary { display: flex; flex-wrap: wrap; gap: .1rem .7rem; align-items: baseline; padding: .5rem 0; }
.advice details[open] { padding-bottom: .8rem; }
.advice-one { max-width: 62rem; margin-top: .2rem; }
.advice-one + .advice-one { margin-top: .9rem; padding-top: .8rem; border-top: 1px solid var(--line); }
.advice ol { margin-top: .4rem; }
.advice ol > li + li { margin-top: .35rem; }
.fix { margin-top: .2rem; }
.trend-table thead th:not(:first-child) { text-align: right; }
`;
