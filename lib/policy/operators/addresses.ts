/** Whether an IPv4 or IPv6 address lies in a CIDR range; a range without a length is one address. */
export function isInRange(address: string, range: string): boolean {
  const [base = '', length] = range.split('/');
  const wanted = bitsOf(base);
  const actual = bitsOf(address);
  if (wanted === null || actual?.length !== wanted.length) return false;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return false;
  const prefix = length === undefined ? wanted.length : Number(length);
  return prefix <= wanted.length && actual.slice(0, prefix) === wanted.slice(0, prefix);
}

/** 32 or 128 characters of 0 and 1; null when the text is no address. */
function bitsOf(address: string): string | null {
  const octets = ipv4(address);
  if (octets) return octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const groups = ipv6(address);
  return groups ? groups.map((group) => group.toString(2).padStart(16, '0')).join('') : null;
}

function ipv4(text: string): readonly number[] | null {
  const octets = text.split('.');
  const valid =
    octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256);
  return valid ? octets.map(Number) : null;
}

function ipv6(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return null;
  const [head, tail] = halves.map(groupsOf);
  if (!head || (halves.length === 2 && !tail)) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 1) return missing === 0 ? head : null;
  return missing < 1 ? null : [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])];
}

function groupsOf(text: string): readonly number[] | null {
  if (text === '') return [];
  const pieces = text.split(':');
  const last = ipv4(pieces.at(-1) ?? '');
  const words = last ? pieces.slice(0, -1) : pieces;
  if (!words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return null;
  const groups = words.map((word) => Number.parseInt(word, 16));
  const [a = 0, b = 0, c = 0, d = 0] = last ?? [];
  return last ? [...groups, a * 256 + b, c * 256 + d] : groups;
}
