import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readPublicKeys, readTrails } from '../../lib/collectors/trails.ts';
import { couldKnow } from '../../lib/checks/trail-coverage.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { sandboxTrail as trail } from '../support/sandbox-trail.ts';
import { REGION, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

describe('what is read of trails', () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(async () => sandbox.close());
  beforeEach(() => {
    sandbox.state.trails = [];
    sandbox.state.faults = [];
  });

  test('settings, status and selectors, of trails that live elsewhere too', async () => {
    sandbox.state.trails.push(
      trail('here', { s3Prefix: 'p', logging: false, stoppedAt: Date.UTC(2026, 0, 1) }),
      trail('elsewhere', {
        homeRegion: 'us-east-1',
        multiRegion: true,
        eventSelectors: null,
        advancedEventSelectors: [
          { Name: 'all', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
        ],
      }),
      trail('unseen', { homeRegion: 'us-east-1' }),
    );
    const trails = await readTrails(sandbox.aws, REGION);
    expect(trails).toMatchObject({
      state: 'known',
      value: [
        {
          name: 'here',
          prefix: 'p',
          bucket: 'logs',
          validation: true,
          status: { state: 'known', value: { logging: false, stopped: '2026-01-01T00:00:00.000Z' } },
          selectors: { value: { kind: 'classic', selectors: [{ excluded: ['kms.amazonaws.com'] }] } },
        },
        {
          name: 'elsewhere',
          multiRegion: true,
          selectors: {
            value: {
              kind: 'advanced',
              selectors: [
                { name: 'all', fields: [{ field: 'eventCategory', equals: ['Management'], notEquals: [] }] },
              ],
            },
          },
        },
      ],
    });
    if (trails.state !== 'known') throw new Error('unreachable');
    const window = { from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' };
    expect(trails.value.map((one) => couldKnow(one, REGION, window).knows)).toEqual(['not-all', 'all']);
  });

  test('what one trail refuses is unknown of that trail alone', async () => {
    sandbox.state.trails.push(trail('open'), trail('shut', { accessDenied: true }));
    const trails = await readTrails(sandbox.aws, REGION);
    expect(trails).toMatchObject({
      value: [
        { status: { state: 'known' } },
        { status: { state: 'unknown', reason: { code: 'ACCESS_DENIED' } }, selectors: { state: 'unknown' } },
      ],
    });
  });

  test('no trail is an answer, a refusal is none', async () => {
    expect(await readTrails(sandbox.aws, REGION)).toEqual({ state: 'known', value: [] });
    sandbox.state.faults.push(fault({ operation: 'DescribeTrails' }, { type: 'deny' }));
    expect(await readTrails(sandbox.aws, REGION)).toMatchObject({
      state: 'unknown',
      reason: { code: 'ACCESS_DENIED' },
    });
  });

  test('public keys of the Region and the time', async () => {
    sandbox.state.trailPublicKeys.push({
      region: REGION,
      value: Uint8Array.of(1, 2),
      fingerprint: 'f',
      validFrom: Date.UTC(2026, 0),
      validTo: Date.UTC(2027, 0),
    });
    const window = { from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' };
    expect(await readPublicKeys(sandbox.aws, REGION, window)).toEqual({
      state: 'known',
      value: [{ fingerprint: 'f', der: Uint8Array.of(1, 2) }],
    });
    expect(await readPublicKeys(sandbox.aws, 'us-east-1', window)).toEqual({ state: 'known', value: [] });
  });
});
