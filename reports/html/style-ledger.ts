/** The ledger of decrypts: bars over time, newcomers. */
export const STYLE_LEDGER = `
.ledger-legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin-bottom: .6rem; padding: 0; list-style: none; font-size: .86rem; }
.ledger-legend li { display: flex; align-items: center; gap: .4rem; }
.timeline { display: block; width: 100%; min-width: 12rem; height: 1.9rem; }
.timeline-axis { fill: var(--line-strong); }
.decrypt-done { fill: var(--seal-kms); } .decrypt-refused { fill: var(--fail); }
.timeline-ends { display: flex; justify-content: space-between; gap: 1rem; font-weight: 400; }
.ledger tbody th { font-weight: 400; min-width: 13rem; max-width: 22rem; }
.ledger td:nth-child(3) { width: 34%; }
.ledger thead th:nth-child(n+4) { text-align: right; }
.newcomer { margin-left: .4rem; padding: 0 .4rem; border-radius: 1rem; background: var(--unknown-ground); color: var(--unknown); font-size: .78rem; font-weight: 650; }
.trails td { min-width: 6rem; }
#ledger .facts { margin-bottom: 1.2rem; }
`;
