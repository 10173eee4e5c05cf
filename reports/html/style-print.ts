/** On paper: light, open except what passed, nothing that only works on a screen, and the run named on every sheet. */
export const STYLE_PRINT = `
.sign-off { display: none; }
@page { size: A4; margin: 14mm 12mm 16mm; }
@media print {
  :root { color-scheme: light; --ground: #fff; --sunk: #f4f4f1; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 11.5px; }
  body { font-size: 1rem; line-height: 1.45; }
  .layout { display: block; max-width: none; }
  .content { padding: 0; }
  nav, .skip, .filters, .more button, summary::before, .brief > p.quiet, .serious > p.quiet { display: none !important; }
  .more-else[hidden] { display: inline !important; }
  main > section { margin-top: 8mm; }
  h2, h3, h4, h5, summary, caption, .lead { break-after: avoid; }
  p { orphans: 3; widows: 3; }
  tr, .advice-one, .trend figure, .term, .equation, .steps li, .hero, .shout, .facts, .remedy, .waiver, .misses li, .serious { break-inside: avoid; }
  thead { display: table-header-group; }
  details:not(.finding.pass, .finding.na)::details-content { content-visibility: visible !important; block-size: auto !important; opacity: 1; }
  .finding:not([open]) { content-visibility: visible; }
  .scroll { overflow: visible; border: 0; }
  th, td { min-width: 0 !important; padding: 1.4mm 1.6mm; }
  .keys tbody th { width: 30%; }
  caption { padding-inline: 1.6mm; }
  .matrix tbody th, .policy, .filters { position: static; box-shadow: none; }
  .chip { padding: 0 2px; }
  .policy pre { max-height: none; overflow: visible; }
  .proofs { grid-template-columns: minmax(0, 1fr); gap: .6rem; }
  .finding > summary { grid-template-columns: 9.5rem 5rem 13rem minmax(0, 1fr); padding-block: 1mm; }
  .body { gap: .6rem; padding-block: .5rem .8rem; }
  .body .facts { display: block; font-size: .88rem; }
  .body .facts dt, .body .facts dd { font-size: 1em; }
  .equations { grid-template-columns: minmax(0, 1fr); gap: 2mm; }
  .equation { padding: 2mm 3mm; }
  .serious li { padding: 1mm 3mm; }
  .body .facts > div, .body .facts dt, .body .facts dd, .body .facts ul, .body .facts li { display: inline; }
  .body .facts dt::after { content: ": "; }
  .body .facts > div:not(:last-child)::after { content: " · "; }
  .body .facts li:not(:last-child)::after { content: "; "; }
  .facts { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .5rem 1.2rem; }
  .questions { grid-template-columns: repeat(5, minmax(0, 1fr)); }
  .group { border: 0; border-top: 1px solid var(--line-strong); border-radius: 0; }
  .tiles { grid-template-columns: repeat(5, 1fr); }
  a { color: inherit; text-decoration: none; }
  .sign-off { display: block; break-inside: avoid; }
  .sign-off div { display: grid; grid-template-columns: 2fr 2fr 1fr; gap: 8mm; }
  .sign-off span { margin-top: 16mm; padding-top: 1mm; border-top: 1px solid var(--ink); font-size: .85rem; }
}
`;

/** The foot of every printed sheet: which run it belongs to, and how many sheets there are. */
export const pageFooters = (runId: string): string => `
@page {
  @bottom-left { content: "Sealcheck run ${cssText(runId)}"; font: 8px var(--sans, sans-serif); color: #596068; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8px var(--sans, sans-serif); color: #596068; }
}
`;

/** Text inside a quoted CSS string: everything but letters, digits and plain punctuation as a code, so none ends it. */
const cssText = (text: string): string =>
  text.replace(/[^A-Za-z0-9 ._:/+-]/gu, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `);
