/** Filters, groups, findings and proofs. */
export const STYLE_FINDINGS = `
.filters { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .6rem .8rem; margin: 0 -.6rem 1rem; padding: .7rem .6rem .6rem; background: var(--ground); border-bottom: 1px solid var(--line); }
.field { flex: 1 1 8rem; display: grid; gap: .15rem; min-width: 0; }
.field > span { color: var(--quiet); font-size: .78rem; }
input[type=search], select { width: 100%; min-height: 2.2rem; padding: .3rem .6rem; border: 1px solid var(--line-strong); border-radius: 6px; background: var(--surface); color: var(--ink); font: inherit; font-size: .9rem; }
::placeholder { color: var(--quiet); opacity: 1; }
.search { flex: 2 1 13rem; }
.bottom { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
.pills { display: flex; flex-wrap: wrap; gap: .3rem; margin: 0; padding: 0; border: 0; min-width: 0; }
.pill { position: relative; }
.pill input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
.pill span { display: flex; align-items: center; gap: .35rem; padding: .22rem .65rem; border: 1px solid var(--line-strong); border-radius: 1rem; background: var(--surface); font-size: .84rem; white-space: nowrap; }
.pill input:checked + span { border-color: var(--ink); box-shadow: inset 0 0 0 1px var(--ink); font-weight: 600; }
.pill input:focus-visible + span { outline: 2px solid var(--focus); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; }
output { margin-right: .4rem; font-size: .86rem; font-weight: 600; font-variant-numeric: tabular-nums; }
button { padding: .25rem .7rem; border: 1px solid var(--line-strong); border-radius: 6px; background: var(--surface); color: var(--ink); font: inherit; font-size: .84rem; cursor: pointer; }
button:hover { background: var(--sunk); }

summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: ""; flex: none; width: .42rem; height: .42rem; margin: .42em .35rem 0 .1rem; border: solid var(--quiet); border-width: 0 1.6px 1.6px 0; transform: rotate(-45deg); transition: transform .12s; }
details[open] > summary::before { transform: rotate(45deg); }
@media (prefers-reduced-motion: reduce) { summary::before { transition: none; } }

.group { margin-top: .9rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); scroll-margin-top: 8.5rem; }
.group > summary { display: flex; gap: .7rem; align-items: flex-start; padding: .8rem 1rem; }
.group > summary > .badge { min-width: 8.6rem; line-height: 1.5rem; }
.group > summary h3 { flex: 1; min-width: 0; line-height: 1.5rem; }
.group-counts { color: var(--quiet); font-size: .82rem; line-height: 1.5rem; }
.asks { padding: 0 1rem .9rem 2rem; max-width: 62rem; font-size: .88rem; overflow-wrap: anywhere; }
.findings { margin: 0; padding: 0; list-style: none; }
.findings > li { border-top: 1px solid var(--line); }
.group > .more { padding-inline: 2rem; border-top: 1px solid var(--line); }
.finding { scroll-margin-top: 9rem; }
.finding:not([open]) { content-visibility: auto; contain-intrinsic-size: auto 2.9rem; }
.finding > summary { display: grid; grid-template-columns: auto 9rem 5rem minmax(9rem, 13rem) minmax(0, 1fr); gap: 0 .7rem; align-items: baseline; padding: .55rem 1rem; }
.finding > summary::before { margin-top: 0; align-self: baseline; translate: 0 -1px; }
.finding > summary:hover { background: var(--sunk); }
.finding[open] > summary { background: var(--sunk); }
.check { font-family: var(--mono); font-size: .84rem; }
.where { font-weight: 600; font-size: .9rem; overflow-wrap: anywhere; }
.why { font-size: .9rem; overflow-wrap: anywhere; }
.body { display: grid; gap: 1rem; padding: .9rem 1.2rem 1.3rem 2.05rem; border-top: 1px solid var(--line); }
.body > * { min-width: 0; overflow-wrap: anywhere; }
.reasons { max-width: 56rem; }
.counts { display: flex; flex-wrap: wrap; gap: .2rem 1.8rem; padding: 0; list-style: none; font-size: .9rem; }
.counts b { font-variant-numeric: tabular-nums; }
.counts span { color: var(--quiet); }
.remedy, .waiver { max-width: 56rem; padding: .7rem 1rem; border-left: 3px solid var(--link); border-radius: 0 6px 6px 0; background: var(--sunk); }
.waiver { border-left-color: var(--waived); }
.waiver.expired { border-left-color: var(--fail); } .waiver.expired h4 { color: var(--fail); }
.waiver .facts { margin-top: .5rem; }
.controls { padding: 0; list-style: none; }
.proofs { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.2rem; align-items: start; }
.proof + .proof { margin-top: 1.2rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.proof h5 { display: flex; flex-wrap: wrap; gap: .2rem .6rem; align-items: baseline; margin-bottom: .3rem; }
.proof h6 { margin: .8rem 0 .3rem; }
.proof .facts { grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); margin-top: .6rem; font-size: .88rem; }
.pairs, .misses { padding: 0; list-style: none; }
.misses li { padding: .35rem 0 .35rem .7rem; border-left: 2px solid var(--line-strong); font-size: .88rem; }
.misses li + li { margin-top: .35rem; }
.misses span { display: block; color: var(--quiet); overflow-wrap: anywhere; }
.policy { position: sticky; top: 9rem; }
.policy pre { max-height: 30rem; overflow: auto; margin: .4rem 0 0; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); font-size: .8rem; line-height: 1.5; tab-size: 2; white-space: pre-wrap; overflow-wrap: anywhere; }
.policy mark { display: block; margin-inline: -.4rem; padding-inline: .4rem; box-shadow: inset 2px 0 var(--unknown); }
mark { background: var(--mark); color: inherit; border-radius: 2px; }
.assumptions { margin-top: .7rem; font-size: .86rem; color: var(--quiet); }
.assumptions summary, .passed > summary { display: flex; gap: .3rem; align-items: baseline; }
.passed { border-top: 1px solid var(--line); }
.passed > summary { align-items: center; gap: .4rem; padding: .6rem 1rem; color: var(--quiet); font-size: .9rem; }
.passed > summary::before, .assumptions summary::before { margin-top: 0; translate: 0 -1px; }
.group > .empty { padding: 0 1rem .9rem 2rem; }

@media screen and (max-width: 68rem) { .proofs { grid-template-columns: minmax(0, 1fr); } .policy { position: static; } }
@media screen and (max-width: 48rem) {
  .filters { position: static; }
  .search { flex-basis: 100%; }
  .group > summary { flex-wrap: wrap; row-gap: 0; }
  .group > summary h3 { flex-basis: 100%; order: 3; }
  .asks, .group > .more { padding-inline: 1rem; }
  .finding > summary { grid-template-columns: auto auto 1fr; }
  .where, .why { grid-column: 2 / -1; }
  .body { padding-inline: 1rem; }
  .finding, .group { scroll-margin-top: 1rem; }
}
`;
