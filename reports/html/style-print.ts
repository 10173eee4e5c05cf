/** On paper: light, everything open, nothing that only works on a screen. */
export const STYLE_PRINT = `
@page { size: A4; margin: 14mm 12mm; }
@media print {
  :root { color-scheme: light; --ground: #fff; --sunk: #f4f4f1; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 11.5px; }
  body { font-size: 1rem; line-height: 1.45; }
  .layout { display: block; max-width: none; }
  .content { padding: 0; }
  nav, .skip, .filters, .more button, summary::before { display: none !important; }
  .more-else[hidden] { display: inline !important; }
  main > section { margin-top: 8mm; }
  h2, h3, h4, h5, summary, caption { break-after: avoid; }
  tr, .card, .term, .equation, .steps li, .hero, .shout { break-inside: avoid; }
  thead { display: table-header-group; }
  details::details-content { content-visibility: visible !important; block-size: auto !important; opacity: 1; }
  details > * { display: revert; }
  .finding:not([open]) { content-visibility: visible; }
  .scroll { overflow: visible; border: 0; }
  th, td { min-width: 0 !important; padding: 1.4mm 1.6mm; }
  .matrix tbody th, .policy, .filters { position: static; box-shadow: none; }
  .chip { padding: 0 2px; }
  .policy pre { max-height: none; overflow: visible; }
  .proofs { grid-template-columns: minmax(0, 1fr); }
  .finding > summary { grid-template-columns: 9.5rem 5rem 13rem minmax(0, 1fr); }
  .facts { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .5rem 1.2rem; }
  .terms-grid { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .questions { grid-template-columns: repeat(5, minmax(0, 1fr)); }
  .group { border: 0; border-top: 1px solid var(--line-strong); border-radius: 0; }
  .tiles { grid-template-columns: repeat(6, 1fr); }
  a { color: inherit; text-decoration: none; }
}
`;
