/** A range of addresses of one family, both ends included. */
export type AddressRange = { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint };

/** An address as a number; null when the text is none. */
export function valueOfAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | null {
  if (/^\d+(\.\d+){3}$/.test(text)) {
    const octets = text.split('.').map(BigInt);
    if (octets.some((octet) => octet > 255n)) return null;
    return { family: 4, value: octets.reduce((sum, octet) => sum * 256n + octet, 0n) };
  }
  const words = expand(text);
  if (words === null) return null;
  return { family: 6, value: words.reduce((sum, word) => sum * 65_536n + BigInt(word), 0n) };
}

/** The range of a CIDR block or single address; null when the text is none. */
export function rangeOf(text: string): AddressRange | null {
  const [base = '', length, ...more] = text.split('/');
  const address = valueOfAddress(base);
  if (address === null || more.length > 0) return null;
  const bits = address.family === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bits) return null;
  const span = 1n << BigInt(bits - prefix);
  const first = address.value - (address.value % span);
  return { family: address.family, first, last: first + span - 1n };
}

/** The address in its usual spelling. */
export function addressText({ family, value }: { readonly family: 4 | 6; readonly value: bigint }): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  return Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - i * 16)) & 65_535n).toString(16)).join(
    ':',
  );
}

/** The eight words of an IPv6 address, its zeros filled in. */
function expand(text: string): readonly number[] | null {
  if (!text.includes(':')) return null;
  const tail = /(^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[2];
  const embedded = tail === undefined ? null : valueOfAddress(tail);
  if (tail !== undefined && embedded === null) return null;
  const plain =
    tail === undefined || embedded === null
      ? text
      : `${text.slice(0, -tail.length)}${(embedded.value >> 16n).toString(16)}:${(embedded.value & 65_535n).toString(16)}`;
  const halves = plain.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], rest] = halves;
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (halves.length > 2 || (rest === undefined ? missing !== 0 : missing < 1)) return null;
  const words = [...head, ...Array<string>(rest === undefined ? 0 : missing).fill('0'), ...(rest ?? [])];
  return words.every((word) => /^[0-9a-f]{1,4}$/i.test(word))
    ? words.map((word) => Number.parseInt(word, 16))
    : null;
}
