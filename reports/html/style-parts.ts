/** Header, verdict, tables, charts, coverage and terms. */
export const STYLE_PARTS = `
.run { display: grid; gap: .5rem; }
.about { display: flex; flex-wrap: wrap; gap: .1rem .6rem; color: var(--quiet); font-size: .92rem; }
.about > span:not(:last-child)::after { content: "·"; margin-left: .6rem; color: var(--line-strong); }
.about > span { overflow-wrap: anywhere; }
#run .facts { margin-top: .9rem; }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 650; letter-spacing: .01em; color: var(--quiet); }
.seal { width: 1.7rem; height: 1.7rem; }
.seal-edge { fill: none; stroke: #9c2f2a; stroke-width: 4; stroke-dasharray: 3.6 2.95; stroke-linecap: round; }
.seal-face { fill: #9c2f2a; }
.seal-mark { fill: #fff; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .7rem 1.6rem; }
.facts > div { min-width: 0; }
.facts dt { color: var(--quiet); font-size: .78rem; }
.facts dd { overflow-wrap: anywhere; }

.icon { width: 1.05em; height: 1.05em; flex: none; vertical-align: -.16em; }
symbol circle { fill: currentColor; }
symbol path { fill: none; stroke: var(--icon-cut); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.icon.fail, .badge.fail { color: var(--fail); }
.icon.unknown, .badge.unknown { color: var(--unknown); }
.icon.pass, .badge.pass { color: var(--pass); }
.icon.waived, .badge.waived { color: var(--waived); }
.icon.na, .badge.na { color: var(--na); }
.badge .icon { align-self: center; }
.badge { display: inline-flex; align-items: baseline; gap: .35rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }

.hero { display: flex; gap: 1rem; align-items: center; padding: 1.2rem 1.4rem; border-radius: var(--radius); background: var(--na-ground); }
.hero > .icon { width: 2.6rem; height: 2.6rem; }
.hero h2 { font-size: 1.6rem; }
.hero p { font-size: 1.05rem; max-width: 52rem; }
.hero.fail { background: var(--fail-ground); } .hero.fail h2 { color: var(--fail); }
.hero.unknown { background: var(--unknown-ground); } .hero.unknown h2 { color: var(--unknown); }
.hero.pass { background: var(--pass-ground); } .hero.pass h2 { color: var(--pass); }
.shout { margin-top: .8rem; padding: .7rem 1rem; border: 1px solid var(--fail); border-left-width: 4px; border-radius: var(--radius); background: var(--surface); }
.shout strong { color: var(--fail); }
.tiles { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 0; margin: 1.1rem 0 1.6rem; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.tiles li { display: grid; padding: .75rem 1rem; border-left: 1px solid var(--line); }
.tiles li:first-child { border-left: 0; }
.tile-number { font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.2; }
.tiles .none .tile-number { color: var(--quiet); font-weight: 400; }
.tile-word { display: flex; gap: .35rem; align-items: center; color: var(--quiet); font-size: .82rem; }

.scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
table { width: 100%; border-collapse: collapse; font-size: .88rem; }
caption { padding: .7rem .9rem .2rem; text-align: left; font-weight: 650; font-size: .92rem; }
th, td { padding: .5rem .9rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-weight: 500; font-size: .8rem; white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.digest { min-width: 16rem; }
.digest code { color: var(--quiet); }
.packs th, .packs td { padding-block: .35rem; }
.packs th:first-child { min-width: 7rem; }
.packs td:nth-child(2) { min-width: 12rem; }
.packs thead th:nth-child(3), .keys thead th:last-child, .census thead th:nth-child(n+2):nth-last-child(n+2), .claims thead th:nth-child(n+5) { text-align: right; }
.requirements tbody th { min-width: 14rem; }
.requirements tbody th > div { display: grid; grid-template-columns: auto 1fr; gap: .5rem; }
.requirements tbody th .icon { margin-top: .2rem; }
.title { display: block; color: var(--quiet); font-weight: 400; font-size: .85rem; }
.check-cell > * { display: block; }
.check-cell > .badge { display: flex; }
.of, .others { color: var(--quiet); font-size: .8rem; white-space: nowrap; }

.questions { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: .6rem 1.4rem; margin-bottom: 1.1rem; font-size: .86rem; }
.questions dt { font-weight: 600; }
.questions dd { color: var(--quiet); }
.letter { display: inline-block; width: 1.25rem; margin-right: .35rem; border-radius: 4px; background: var(--sunk); text-align: center; font-size: .78rem; }
.matrix thead th:not(:first-child) { white-space: normal; min-width: 9.6rem; }
.matrix tbody th { position: sticky; left: 0; z-index: 1; background: var(--surface); min-width: 9rem; max-width: 17rem; box-shadow: 1px 0 var(--line); }
.matrix td .badge { display: flex; margin-bottom: .3rem; }
.matrix .out { color: var(--quiet); text-align: left; }
.matrix .out a { color: inherit; text-decoration: none; }
.matrix .out a:hover { text-decoration: underline; }
.chips { display: flex; gap: 3px; }
.chip { display: inline-flex; align-items: center; gap: 2px; padding: 1px 4px 1px 5px; border-radius: 5px; color: inherit; text-decoration: none; font-size: .72rem; font-weight: 600; line-height: 1.4; }
.chip.fail { background: var(--fail-ground); } .chip.unknown { background: var(--unknown-ground); } .chip.waived { background: var(--waived-ground); }
.chip.pass { background: var(--pass-ground); } .chip.na { background: var(--na-ground); }
a.chip:hover { box-shadow: 0 0 0 1px var(--line-strong); }
.more { display: flex; flex-wrap: wrap; gap: .3rem .5rem; align-items: center; padding: .6rem .2rem; color: var(--quiet); font-size: .86rem; }
#matrix .quiet { margin-top: .6rem; font-size: .86rem; }
.capped + .capped { margin-top: 1rem; }

.swatch { border-radius: 2px; }
.seal-SSE-S3 { fill: var(--seal-s3); } .seal-SSE-KMS { fill: var(--seal-kms); } .seal-DSSE-KMS { fill: var(--seal-dsse); }
.seal-SSE-C { fill: var(--seal-c); } .seal-NONE { fill: var(--seal-none); } .seal-OTHER { fill: var(--seal-other); } .seal-UNREAD { fill: url(#hatch); }
.hatch-ground { fill: var(--hatch-ground); } .hatch-line { fill: var(--hatch-line); }
.charts th[scope=row] { width: 22%; min-width: 9rem; }
.charts td { width: 39%; min-width: 15rem; }
.bar { display: block; width: 100%; height: .8rem; margin-top: .3rem; border-radius: 4px; background: var(--sunk); }
.amounts { display: flex; flex-wrap: wrap; gap: 0 .9rem; margin-top: .25rem; color: var(--quiet); font-size: .8rem; }
.amounts strong, .amount b { color: var(--ink); font-weight: 600; }
.amounts strong { margin-right: .2rem; }
.amount { white-space: nowrap; }
.amount .swatch { width: .62rem; height: .62rem; margin-right: .3rem; vertical-align: -.02em; }
.row-group th { padding-top: 1rem; background: none; color: var(--quiet); font-weight: 500; font-size: .8rem; }

.waivers td { max-width: 20rem; }
th .quiet { font-weight: 400; }
tr.expired { background: var(--fail-ground); }
.state { display: block; white-space: nowrap; }
.state.expired, .expired > strong, strong.expired, .alarm { color: var(--fail); }
.state.active { color: var(--waived); } .state.unused { color: var(--quiet); font-weight: 400; }
.keys tbody th { font-weight: 400; min-width: 15rem; max-width: 24rem; }
.keys th, .keys td, .census th, .census td { padding-inline: .7rem; }
.census thead th { white-space: normal; }
.unread { color: var(--unknown); }
tr.incomplete .note { color: var(--unknown); }
.note { display: block; min-width: 12rem; overflow-wrap: anywhere; }
.plain td { overflow-wrap: break-word; }
.plain tbody th { min-width: 11rem; overflow-wrap: anywhere; }
.unread-facts tbody th { width: 40%; min-width: 15rem; }
.unread-facts td:nth-child(3) { min-width: 14.5rem; }
.controls-table tbody th { min-width: 8rem; width: 18%; }
.controls-table td:nth-child(2) { width: 9rem; }
.controls-table td:nth-child(3) { width: 21rem; min-width: 11rem; }
.controls-table .row-group th { color: var(--ink); font-weight: 650; font-size: .88rem; }

.serious { margin-bottom: 1.4rem; }
.serious h3, .brief > h3 { margin: 1.2rem 0 .5rem; }
.serious ol { padding: 0; list-style: none; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.serious li { display: grid; grid-template-columns: 5rem minmax(9rem, 17rem) minmax(0, 1fr); gap: 0 .9rem; padding: .5rem 1rem; }
.serious li + li { border-top: 1px solid var(--line); }
.severity { color: var(--fail); font-size: .85rem; font-weight: 600; }
.serious li a { font-size: .9rem; font-weight: 600; overflow-wrap: anywhere; }
.serious .check { color: var(--quiet); }
.serious > .quiet { margin-top: .4rem; font-size: .88rem; }
.brief { margin-bottom: 1.8rem; }
.brief > .quiet { margin-top: .4rem; font-size: .88rem; }
.equations { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .8rem; }
.equation { padding: .9rem 1.1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.equation h4 { margin: 0 0 .5rem; font-size: .92rem; }
.equation h4 span { margin-left: .4rem; color: var(--quiet); font-weight: 400; font-size: .85rem; }
.terms { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: start; }
.term { display: flex; gap: .7rem; }
.term b { display: block; font-size: 1.2rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.term div > span { color: var(--quiet); font-size: .8rem; }
.term ul { margin-top: .2rem; padding: 0; list-style: none; color: var(--quiet); font: .76rem/1.5 var(--mono); overflow-wrap: anywhere; }
.sign { font-size: 1.2rem; line-height: 1.2; color: var(--quiet); }
.limitations, .spent { max-width: 50rem; }
.limitations li + li, .spent li + li { margin-top: .25rem; }

.command { overflow-x: auto; margin: .4rem 0; padding: .6rem .8rem; border-radius: 6px; background: var(--sunk); white-space: pre-wrap; overflow-wrap: anywhere; }
.steps { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1.4rem 2.5rem; padding: 0; list-style: none; }
.steps p { color: var(--quiet); font-size: .9rem; }
.files { padding: 0; list-style: none; overflow-wrap: anywhere; }
.files.columns { columns: 22rem; margin-top: .5rem; font-size: .9rem; }

@media screen and (max-width: 48rem) {
  .tiles { grid-template-columns: repeat(2, 1fr); }
  .tiles li { border-left: 0; border-top: 1px solid var(--line); }
  .tiles li:nth-child(-n+2) { border-top: 0; }
  .tiles li:nth-child(even) { border-left: 1px solid var(--line); }
  .about { display: grid; }
  .about > span::after { display: none; }
  .tiles li:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .serious li { grid-template-columns: 4rem minmax(0, 1fr); }
  .serious .why { grid-column: 2; }
  .equations { grid-template-columns: minmax(0, 1fr); }
  .terms { display: grid; gap: .15rem; }
  .term { display: grid; grid-template-columns: 1.2rem 1fr; gap: .2rem; align-items: baseline; }
  .terms > .term:first-child > div { grid-column: 2; }
  .term b { display: inline; }
  .sign { font-size: 1rem; }
  .hero { align-items: flex-start; padding: 1rem; }
  .hero > .icon { width: 1.9rem; height: 1.9rem; }
  .steps { grid-template-columns: 1fr; }
  .matrix tbody th { max-width: 9.5rem; }
}
`;
