import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { moduleNames } from '@prairie/sp/config';
import { idOf, maps, readDocuments, render, strings } from '../testing/kustomize.ts';
import { bytesOf, type CheckedProcess, checkProcess, filledIn, portOf, runs } from '../testing/provider.ts';
import { isMap, type Yaml, type YamlMap } from '../testing/yaml.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const template = readDocuments(join(folder, 'base/signer-secret.template.yaml'))[0]!;
const keys = filledIn(Object.keys(template.stringData as YamlMap));

/** The value at `spec.template.spec`; undefined where something on the way is missing. */
const at = (object: Yaml | undefined, path: string): Yaml | undefined =>
  path.split('.').reduce<Yaml | undefined>((value, key) => (isMap(value) ? value[key] : undefined), object);

const nameOf = (object: YamlMap): string => String(at(object, 'metadata.name'));
const of = (objects: readonly YamlMap[], ...kinds: string[]): YamlMap[] =>
  objects.filter(({ kind }) => kinds.includes(String(kind)));
const workloadsOf = (objects: readonly YamlMap[]): YamlMap[] => of(objects, 'StatefulSet', 'Deployment');
const containerOf = (workload: YamlMap): YamlMap => maps(at(workload, 'spec.template.spec.containers'))[0]!;
const configOf = (objects: readonly YamlMap[]): string =>
  String((of(objects, 'ConfigMap')[0]!.data as YamlMap)['config.toml']);

/** Whether a pod with the workload's labels is meant by a selector. */
function selects(selector: Yaml | undefined, workload: YamlMap): boolean {
  const labels = at(workload, 'spec.template.metadata.labels') as YamlMap;
  return isMap(selector) && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** Port name → number of a workload's container. */
const portsOf = (workload: YamlMap): Map<string, number> =>
  new Map(maps(containerOf(workload).ports).map(({ name, containerPort }) => [String(name), Number(containerPort)]));

const secretsOf = (workload: YamlMap): string[] =>
  maps(containerOf(workload).envFrom).map((source) => String(at(source, 'secretRef.name')));

function check(workload: YamlMap, configText: string): Promise<CheckedProcess> {
  const container = containerOf(workload);
  const mounts = new Map(maps(container.volumeMounts).map(({ name, mountPath }) => [name, String(mountPath)]));
  const pod = at(workload, 'spec.template.spec') as YamlMap;
  const pause = strings(at(container, 'lifecycle.preStop.exec.command')).at(-1) ?? '0';
  return checkProcess({
    name: nameOf(workload),
    args: strings(container.args),
    configText,
    configPath: `${mounts.get('config')}/config.toml`,
    dataPath: mounts.get('data')!,
    env: secretsOf(workload).includes('prairie-signer') ? keys : {},
    memory: bytesOf(String(at(container, 'resources.limits.memory'))),
    graceSeconds: Number(pod.terminationGracePeriodSeconds) - Number(pause),
  });
}

for (const place of ['base', 'overlays/split']) {
  describe(`kubernetes/${place}`, () => {
    const objects = render(join(folder, place));
    const workloads = workloadsOf(objects);
    const configText = configOf(objects);

    it('starts every process with its configuration', async () => {
      for (const workload of workloads) await check(workload, configText);
    });

    it('selects its own pods', () => {
      for (const workload of workloads)
        assert.ok(selects(at(workload, 'spec.selector.matchLabels'), workload), nameOf(workload));
    });

    it('asks the probes where the configuration has them, on the ports that the container names', async () => {
      for (const workload of workloads) {
        const { config, services } = await check(workload, configText);
        const ports = portsOf(workload);
        const container = containerOf(workload);
        for (const [probe, path] of [
          ['startupProbe', '/-/healthy'],
          ['livenessProbe', '/-/healthy'],
          ['readinessProbe', '/-/ready'],
        ] as const)
          assert.deepEqual(at(container, `${probe}.httpGet`), { path, port: 'probe' });
        assert.equal(ports.get('probe'), portOf(config.monitor.probeHttpAddress));
        assert.equal(ports.get('metrics'), portOf(config.monitor.metricsHttpAddress));
        const isGateway = services.length === 0 || services.includes('gateway');
        assert.equal(ports.get('http'), isGateway ? portOf(config.gateway.httpAddress) : undefined);
        if (services.length > 0) assert.equal(ports.get('grpc'), portOf(config.grpcAddress));
      }
    });

    it('listens on all interfaces where others come from other pods, and on loopback where nobody does', async () => {
      const { config } = await check(workloads[0]!, configText);
      const addresses = [config.gateway.httpAddress, config.monitor.probeHttpAddress, config.grpcAddress];
      const grpc = workloads.length > 1 ? '0.0.0.0' : '127.0.0.1';
      assert.deepEqual(
        addresses.map((address) => address.split(':')[0]),
        ['0.0.0.0', '0.0.0.0', grpc],
      );
    });

    it('has a pod and a port of it behind every Service', () => {
      for (const service of of(objects, 'Service')) {
        const behind = workloads.filter((workload) => selects(at(service, 'spec.selector'), workload));
        assert.equal(behind.length, 1, idOf(service));
        for (const { port, targetPort } of maps(at(service, 'spec.ports')))
          assert.equal(portsOf(behind[0]!).get(String(targetPort)), port, idOf(service));
      }
    });

    it('leads the endpoint and the buckets below it to the gateway, over TLS', async () => {
      const { config } = await check(workloads[0]!, configText);
      const hosts = [config.gateway.domainName, `*.${config.gateway.domainName}`];
      const [ingress] = of(objects, 'Ingress');
      assert.deepEqual(
        maps(at(ingress, 'spec.rules')).map(({ host }) => host),
        hosts,
      );
      assert.deepEqual(maps(at(ingress, 'spec.tls'))[0]?.hosts, hosts);
      const services = of(objects, 'Service');
      for (const rule of maps(at(ingress, 'spec.rules'))) {
        const backend = at(maps(at(rule, 'http.paths'))[0], 'backend.service');
        const service = services.find((each) => nameOf(each) === at(backend, 'name'));
        const ports = maps(at(service, 'spec.ports')).map(({ name }) => name);
        assert.ok(ports.includes(at(backend, 'port.name') as string));
      }
    });

    it('mounts the one volume and the one configuration, and runs as nobody special', () => {
      const claims = of(objects, 'PersistentVolumeClaim').map(nameOf);
      for (const workload of workloads) {
        const pod = at(workload, 'spec.template.spec') as YamlMap;
        const sources = maps(pod.volumes).map(
          (volume) => at(volume, 'persistentVolumeClaim.claimName') ?? at(volume, 'configMap.name'),
        );
        assert.deepEqual(sources, [...claims, 'prairie-config']);
        assert.equal(at(pod, 'securityContext.runAsNonRoot'), true);
        assert.equal(at(containerOf(workload), 'securityContext.readOnlyRootFilesystem'), true);
      }
    });

    it('carries no secret of its own', () => {
      assert.deepEqual(of(objects, 'Secret'), []);
      const holders = workloads.filter((workload) => secretsOf(workload).length > 0).map(nameOf);
      assert.deepEqual(holders, place === 'base' ? ['prairie'] : ['signer']);
      assert.deepEqual(secretsOf(workloads.find((each) => nameOf(each) === holders[0])!), [nameOf(template)]);
    });
  });
}

describe('kubernetes/overlays/split', () => {
  const objects = render(join(folder, 'overlays/split'));
  const deployments = of(objects, 'Deployment');
  const singles = ['blocksyncer', 'manager', 'signer'];

  it('has one Deployment for each module, and nothing else runs', () => {
    assert.deepEqual(deployments.map(nameOf).sort(), moduleNames.toSorted());
    assert.deepEqual(workloadsOf(objects).length, deployments.length);
    for (const deployment of deployments)
      assert.deepEqual(strings(containerOf(deployment).args).slice(-2), ['--services', nameOf(deployment)]);
  });

  it('runs signer, manager and block syncer once, the old one gone before the new one comes', () => {
    for (const deployment of deployments) {
      const isSingle = singles.includes(nameOf(deployment));
      assert.equal(at(deployment, 'spec.replicas'), isSingle ? 1 : 2, nameOf(deployment));
      assert.equal(at(deployment, 'spec.strategy.type'), isSingle ? 'Recreate' : 'RollingUpdate');
    }
  });

  it('finds every other module by a Service that leads to it', async () => {
    const { config } = await check(deployments[0]!, configOf(objects));
    const { p2p: _none, ...endpoints } = config.endpoint;
    const called = moduleNames.filter((name) => name !== 'gateway' && name !== 'taskexecutor');
    assert.deepEqual(Object.keys(endpoints).sort(), called.toSorted());
    for (const [module, addresses] of Object.entries(endpoints)) {
      assert.deepEqual(addresses, [`${module}:${portOf(config.grpcAddress)}`]);
      const service = of(objects, 'Service').find((each) => nameOf(each) === module);
      const deployment = deployments.find((each) => selects(at(service, 'spec.selector'), each))!;
      assert.ok(runs(await check(deployment, configOf(objects)), module), module);
    }
  });

  it('keeps all pods on the node of the data folder', () => {
    const path = 'spec.template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution';
    for (const deployment of deployments) {
      const [term] = maps(at(deployment, path));
      assert.equal(term?.topologyKey, 'kubernetes.io/hostname');
      const selector = at(term, 'labelSelector.matchLabels');
      assert.ok(deployments.every((other) => selects(selector, other)));
    }
  });

  it('lets only the provider reach its gRPC ports', () => {
    const [policy] = of(objects, 'NetworkPolicy');
    const rules = maps(at(policy, 'spec.ingress'));
    const [grpc] = rules.filter(({ ports }) => maps(ports).some(({ port }) => port === 'grpc'));
    const from = at(maps(grpc?.from)[0], 'podSelector.matchLabels');
    assert.ok(deployments.every((deployment) => selects(from, deployment)));
    const open = rules.filter(({ from: who }) => who === undefined).flatMap(({ ports }) => maps(ports));
    assert.deepEqual(
      open.map(({ port }) => port),
      ['http', 'metrics', 'probe'],
    );
    assert.ok(deployments.every((each) => selects(at(policy, 'spec.podSelector.matchLabels'), each)));
  });
});

describe('kubernetes/components/monitor', () => {
  const [service, monitor] = render(join(folder, 'components/monitor'));

  it('scrapes every process', () => {
    for (const place of ['base', 'overlays/split'])
      for (const workload of workloadsOf(render(join(folder, place)))) {
        assert.ok(selects(at(service, 'spec.selector'), workload), nameOf(workload));
        assert.equal(portsOf(workload).get('metrics'), maps(at(service, 'spec.ports'))[0]?.port);
      }
    const labels = at(service, 'metadata.labels') as YamlMap;
    for (const [key, value] of Object.entries(at(monitor, 'spec.selector.matchLabels') as YamlMap))
      assert.equal(labels[key], value);
    assert.equal(maps(at(monitor, 'spec.endpoints'))[0]?.port, maps(at(service, 'spec.ports'))[0]?.name);
  });
});

describe('files of deploy/', () => {
  it('are all read, and none has a key in it', () => {
    const root = dirname(folder);
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const manifests = files.map(({ parentPath, name }) => join(parentPath, name));
    assert.ok(manifests.length > 15);
    for (const file of manifests) {
      if (file.endsWith('.yaml')) readDocuments(file);
      if (basename(file).endsWith('.test.ts')) continue;
      assert.doesNotMatch(readFileSync(file, 'utf8'), /\b(0x)?[0-9a-f]{64}\b/i, file);
    }
  });
});
