/**
 * Characters a reader cannot see or that change how their neighbours look: controls, line and paragraph separators,
 * bidirectional overrides, zero-width and tag characters, lone surrogates, private use, and every space but U+0020.
 * S3 keys, tags and policies may hold any of them (Trojan Source, CVE-2021-42574).
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** `text` with each invisible character written out, such as `\u{202E}`, so that what is shown is what is there. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, spell);
}

/** As `visible`, keeping line feeds and tabs: for documents shown as blocks, such as a bucket policy. */
export function visibleBlock(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t' ? character : spell(character),
  );
}

function spell(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `\\u{${hex.padStart(2, '0')}}`;
}
