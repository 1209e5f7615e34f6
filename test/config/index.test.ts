import { environment, environmentNames } from '../../config';
import { regions, zonesOf } from '../../config/regions';

describe('environment', () => {
  it('knows four, in the order in which a change travels', () => {
    expect(environmentNames).toEqual(['local', 'dev', 'staging', 'prod']);
  });

  it.each(environmentNames)('gives %s, checked', (name) => {
    expect(environment(name).name).toBe(name);
  });

  it.each(['prd', 'PROD', '', 'toString', '__proto__'])('fails when the name is "%s"', (name) => {
    expect(() => environment(name)).toThrow(
      new Error(`environment "${name}" is not known, known are local, dev, staging, prod`),
    );
  });
});

describe('The environments', () => {
  const all = environmentNames.map(environment);

  it('can stand side by side in one account', () => {
    expect(new Set(all.map(({ endpoint }) => endpoint.name)).size).toBe(all.length);
    expect(new Set(all.map(({ network }) => network.cidr)).size).toBe(all.length);
  });

  it('are judged by the same alarms and climb the same ladder', () => {
    for (const { alarms, rollout } of all)
      expect({ alarms, rollout }).toEqual({ alarms: all[0]?.alarms, rollout: all[0]?.rollout });
  });

  it('keep their data, except for the local one', () => {
    expect(all.filter(({ data }) => data.deletionConfirmed).map(({ name }) => name)).toEqual(['local']);
  });
});

/** The numbers that production was asked for. */
it.each([
  ['environment', 'prod', (prod) => prod.name],
  ['team', 'ml-platform', (prod) => prod.team],
  ['region', 'us-east-1', (prod) => prod.region],
  ['zones', 3, (prod) => prod.availabilityZones.length],
  ['account', undefined, (prod) => prod.account],
  ['endpoint', 'production-ml-endpoint', (prod) => prod.endpoint.name],
  ['variant', 'primary', (prod) => prod.endpoint.variant.name],
  ['instance type', 'ml.m5.xlarge', (prod) => prod.endpoint.instanceType],
  ['instances', 2, (prod) => prod.endpoint.variant.instanceCount],
  ['weight', 1, (prod) => prod.endpoint.variant.weight],
  ['fewest instances', 2, (prod) => prod.endpoint.variant.scaling?.minInstances],
  ['most instances', 6, (prod) => prod.endpoint.variant.scaling?.maxInstances],
  ['captured percent', 10, (prod) => prod.endpoint.capture.percent],
  ['capture prefix', 'data-capture', (prod) => prod.endpoint.capture.prefix],
  ['latency, p95, ms', 50, (prod) => prod.alarms.latencyP95Millis],
  ['latency, minutes', 5, (prod) => prod.alarms.latencyMinutes],
  ['drift score', 0.3, (prod) => prod.alarms.driftScore],
  ['drift, minutes', 10, (prod) => prod.alarms.driftMinutes],
  ['accuracy', 0.85, (prod) => prod.alarms.accuracy],
  ['accuracy, minutes', 15, (prod) => prod.alarms.accuracyMinutes],
  ['server errors, percent', 1, (prod) => prod.alarms.serverErrorPercent],
  ['server errors, minutes', 5, (prod) => prod.alarms.serverErrorMinutes],
  ['ladder', [10, 25, 50, 100], (prod) => prod.rollout.trafficPercent],
  ['checkpoints, days', 30, (prod) => prod.data.checkpointRetentionDays],
  ['training window', { day: 'SAT', hourUtc: 22 }, (prod) => prod.training?.offPeak],
  ['removal policy', 'retain', (prod) => prod.data.removalPolicy],
] satisfies [string, unknown, (prod: ReturnType<typeof environment>) => unknown][])(
  'prod has %s %p',
  (_, expected, read) => {
    expect(read(environment('prod'))).toEqual(expected);
  },
);

describe('zonesOf', () => {
  it('names the zones of a region', () => {
    expect(zonesOf('ap-northeast-1')).toEqual(['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d']);
  });

  it.each(regions)('has two zones or more for %s', (region) => {
    expect(zonesOf(region).length).toBeGreaterThanOrEqual(2);
  });

  it.each(['us-east-9', '', 'constructor'])('has none for "%s"', (region) => {
    expect(zonesOf(region)).toEqual([]);
  });
});
