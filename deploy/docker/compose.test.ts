import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultOptions } from '@prairie/devnet/options';
import { moduleNames } from '@prairie/sp/config';
import { parseCall } from '../testing/arguments.ts';
import { readDocuments, strings } from '../testing/kustomize.ts';
import { bytesOf, type CheckedProcess, checkProcess, filledIn, portOf, runs } from '../testing/provider.ts';
import { isMap, type YamlMap } from '../testing/yaml.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const seconds = (text: unknown): number => Number(/^(\d+)s$/.exec(String(text))?.[1]);

/** Service → what it says. */
function servicesOf(file: string): [name: string, service: YamlMap][] {
  const { services } = readDocuments(file)[0]!;
  return Object.entries(services as YamlMap).map(([name, service]) => [name, service as YamlMap]);
}

/** `VARIABLE=value` lines; names only. */
const variablesOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(\w+)=/gm)].map(([, name]) => name!);

function assertBuild(file: string, { build }: YamlMap): void {
  const { context, dockerfile } = build as YamlMap;
  assert.ok(existsSync(join(dirname(file), String(context), String(dockerfile))));
}

describe('compose.yaml', () => {
  const file = path('compose.yaml');
  const services = new Map(servicesOf(file));

  it('runs a devnet and a chain as the command takes it, and keeps their state', async () => {
    assert.deepEqual([...services.keys()], ['devnet', 'chain']);
    for (const [name, service] of services) {
      assertBuild(file, service);
      const { command, options } = await parseCall(strings(service.command));
      assert.equal(command, name === 'chain' ? 'chain start' : name);
      assert.ok(String(options.dataDir).startsWith('/data/'));
      assert.deepEqual(service.volumes, [`${name}:/data`]);
      assert.ok(seconds(service.stop_grace_period) > 10, 'a stop has ten seconds');
    }
  });

  it('asks for the health of what listens on the loopback interface', () => {
    const ports = { devnet: defaultOptions.spPort, chain: defaultOptions.rpcPort };
    for (const [name, port] of Object.entries(ports)) {
      const { healthcheck, network_mode } = services.get(name)!;
      assert.equal(network_mode, 'host');
      assert.equal(strings((healthcheck as YamlMap).test).at(-1), `http://127.0.0.1:${port}/status`);
    }
  });
});

describe('provider/compose.yaml', () => {
  const file = path('provider/compose.yaml');
  const configText = readFileSync(path('provider/config.toml'), 'utf8');
  const services = servicesOf(file).filter(([name]) => name !== 'postgres');
  const keys = filledIn(variablesOf(path('provider/signer.env.example')));

  /** Environment as Compose makes it of `.env`. */
  const environmentOf = ({ environment = {} }: YamlMap): Record<string, string> =>
    Object.fromEntries(
      Object.entries(environment as YamlMap).map(([name, value]) => [
        name,
        String(value).replace(/\$\{POSTGRES_PASSWORD:\?[^}]*\}/, 'secret'),
      ]),
    );

  const check = ([name, service]: [string, YamlMap]): Promise<CheckedProcess> => {
    assertBuild(file, service);
    const mounts = new Map(strings(service.volumes).map((mount) => mount.split(':') as [string, string]));
    return checkProcess({
      ...{ name, args: strings(service.command), configText },
      configPath: mounts.get('./config.toml')!,
      dataPath: mounts.get('data')!,
      env: { ...environmentOf(service), ...(service.env_file ? keys : {}), PRAIRIE_QUEUE_URL: 'postgres://a:b@c:1/d' },
      memory: bytesOf(String(service.mem_limit)),
      graceSeconds: seconds(service.stop_grace_period),
    });
  };

  it('starts every process with the configuration beside it', async () => {
    const processes = await Promise.all(services.map(check));
    for (const name of moduleNames)
      assert.ok(
        processes.some((process) => runs(process, name)),
        name,
      );
  });

  it('has one signer and one block syncer, and several managers only with shared queues', async () => {
    const processes = await Promise.all(services.map(check));
    const count = (name: string) => processes.filter((process) => runs(process, name)).length;
    assert.deepEqual([count('signer'), count('blocksyncer')], [1, 1]);
    assert.ok(count('manager') === 1 || processes[0]!.config.prairie.queueEngine === 'postgres');
    const replicated = services.filter(([, { deploy }]) => isMap(deploy)).map(([name]) => name);
    assert.deepEqual(replicated, ['taskexecutor'], 'who is called has a name');
  });

  it('names in [Endpoint] exactly the processes that run the module', async () => {
    const processes = await Promise.all(services.map(check));
    const { config } = processes[0]!;
    const { p2p: _none, ...endpoints } = config.endpoint;
    for (const [module, addresses] of Object.entries(endpoints)) {
      const expected = processes.filter((process) => runs(process, module)).map(({ name }) => name);
      const port = portOf(config.grpcAddress);
      assert.deepEqual(
        addresses,
        expected.map((name) => `${name}:${port}`),
        module,
      );
    }
  });

  it('gives keys to the signer only, the queues to managers only, and a port to the gateway only', () => {
    const who = (field: string) => services.filter(([, service]) => service[field] !== undefined).map(([name]) => name);
    assert.deepEqual(who('env_file'), ['signer']);
    assert.deepEqual(who('environment'), ['manager-1', 'manager-2']);
    assert.deepEqual(who('ports'), ['gateway']);
    assert.deepEqual(services.find(([name]) => name === 'gateway')![1].ports, ['127.0.0.1:9133:9133']);
  });

  it('points managers at the PostgreSQL beside them', () => {
    const [, postgres] = servicesOf(file).find(([name]) => name === 'postgres')!;
    const { POSTGRES_USER: user, POSTGRES_DB: database } = postgres.environment as YamlMap;
    const managers = services.filter(([name]) => name.startsWith('manager'));
    assert.ok(managers.length > 1);
    for (const [, service] of managers)
      assert.equal(environmentOf(service).PRAIRIE_QUEUE_URL, `postgres://${user}:secret@postgres:5432/${database}`);
  });
});
