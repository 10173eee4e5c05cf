import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Where the package's own libraries and fonts lie beside its browser. */
const LIBRARIES = join('al2023', 'lib');
const FONTS = 'fonts';

/**
 * Starts the Chromium that npm installed, or the one that `SEALCHECK_BROWSER` names (the package has it for Linux on
 * x86-64 only). Headless, and without the flags that the package recommends for Lambda, which switch web security off.
 */
export async function openBrowser(): Promise<Browser> {
  const own = process.env['SEALCHECK_BROWSER'];
  if (own !== undefined && own !== '') return chromium.launch({ executablePath: own });
  const folder = await unpacked();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    // Containers run as root and rarely allow user namespaces, without which Chromium's sandbox cannot start.
    // They also have a small /dev/shm, in which a large page does not fit.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    env: {
      ...stringsOf(process.env),
      LD_LIBRARY_PATH: [join(folder, LIBRARIES), process.env['LD_LIBRARY_PATH'] ?? '']
        .filter(Boolean)
        .join(':'),
      FONTCONFIG_FILE: join(folder, FONTS, 'report.conf'),
    },
  });
}

const stringsOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );

/**
 * The folder of the unpacked browser, one for each version, made whole or not at all: the package itself unpacks into
 * the temporary folder in place, where a second process would find half a browser.
 */
async function unpacked(): Promise<string> {
  const home = join(tmpdir(), `sealcheck-chromium-${packageVersion()}`);
  if (existsSync(home)) return home;
  const folder = mkdtempSync(join(tmpdir(), 'sealcheck-chromium-'));
  await withEnvironment(
    // This is how the package is told to bring the system libraries that a bare machine lacks (NSS, NSPR, Expat).
    { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    async () => (await import('@sparticuz/chromium')).default.executablePath(),
  );
  writeFileSync(join(folder, FONTS, 'report.conf'), fontConfiguration(join(home, FONTS)));
  mkdirSync(dirname(home), { recursive: true });
  try {
    renameSync(folder, home);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

function packageVersion(): string {
  // The package exports no package.json, so that it is looked for beside what it does export.
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const manifest = JSON.parse(readFileSync(join(dirname(entry), '..', '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

async function withEnvironment<T>(over: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
  const before = Object.keys(over).map((key) => [key, process.env[key]] as const);
  Object.assign(process.env, over);
  try {
    return await run();
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, key);
      else process.env[key] = value;
    }
  }
}

/** The package's own face first, so that a picture looks alike on every machine; the system's where it has no glyph. */
const fontConfiguration = (fonts: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  ${['system-ui', 'sans-serif'].map((family) => alias(family, 'Open Sans')).join('')}
  ${['ui-monospace', 'monospace'].map((family) => alias(family, 'DejaVu Sans Mono')).join('')}
</fontconfig>
`;

const alias = (family: string, face: string): string =>
  `<alias binding="same"><family>${family}</family><prefer><family>${face}</family></prefer></alias>`;
