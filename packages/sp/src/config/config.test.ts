import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { configurationPage } from './documentation.ts';
import { defaultConfig, dumpConfig } from './dump.ts';
import { ConfigError, type ConfigSource, loadConfig } from './index.ts';
import { paths } from './load.ts';
import { startProblems } from './startable.ts';
import { setting, settings } from './testing/settings.ts';

const fixture = fileURLToPath(new URL('../../../../test/fixtures/config/config.toml', import.meta.url));
const page = fileURLToPath(new URL('../../../../docs/configuration.md', import.meta.url));

/** All problems of a source that cannot be loaded. */
function problemsOf(source: Partial<ConfigSource>): readonly string[] {
  try {
    loadConfig({ env: {}, ...source });
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  return [];
}

describe('a configuration of the reference', () => {
  const { config, warnings } = loadConfig({ path: fixture, env: {} });

  it('is read whole', () => {
    assert.equal(config.chain.chainId, 'greenfield_5600-1');
    assert.equal(config.bucket.maxPayloadSize, 68_719_476_736n);
    assert.deepEqual(config.endpoint.manager, ['manager:9333']);
    assert.deepEqual(config.rcmgr.gfSpLimiter?.serviceLimit, {
      uploader: { memory: 4_294_967_296n, tasks: 1024, tasks_high_priority: 128 },
    });
    assert.equal(config.apiRateLimiter.nameToLimit[1]?.ratePeriod, 'M');
    assert.deepEqual(config.manager.gvgPreferSpList, [1, 2, 3]);
  });

  it('has no unknown key, and every key that there is', () => {
    assert.deepEqual(
      warnings.filter((warning) => warning.startsWith('unknown')),
      [],
    );
    const text = readFileSync(fixture, 'utf8');
    const ours = /^(Prairie|Consensus)\.|^Endpoint\.BlockSyncerEndpoint$/;
    const missing = paths
      .filter((path) => !ours.test(path))
      .filter((path) => !new RegExp(`\\b${path.split('.').at(-1)}\\b`).test(text));
    assert.deepEqual(missing, []);
  });

  it('is warned of what does nothing here, by reason', () => {
    assert.ok(warnings.includes('Server: there is no p2p module in this version, it is left out'));
    const servers = warnings.find((warning) => warning.includes('SpDB.User'));
    assert.match(
      servers ?? '',
      /^no effect: SpDB\.User, SpDB\.Passwd, .*BsDB\.User.*files under Prairie\.DataDir; mysql or postgres puts them/,
    );
    assert.ok(!servers?.includes('SpDB.Database'), 'what is at its default is not named');
    assert.ok(!config.server.includes('p2p'));
  });

  it('uses its databases once Prairie.Database says so', () => {
    const database = { path: 'Prairie.Database', text: 'mysql', source: '--set' };
    const told = loadConfig({ path: fixture, env: {}, values: [database] }).warnings;
    assert.deepEqual(
      told.filter((warning) => /DB\.(User|Passwd|Address|MaxOpenConns)|BsDBWriteAddress/.test(warning)),
      [],
    );
  });

  it('says nothing of its secrets', () => {
    const secrets = [...readFileSync(fixture, 'utf8').matchAll(/^(?:Passwd|\w+PrivateKey) = "(.+)"$/gm)];
    assert.equal(secrets.length, 9);
    const said = [...warnings, ...startProblems(config), dumpConfig(config)].join('\n');
    for (const [, secret] of secrets) assert.ok(!said.includes(secret!), secret);
    assert.ok(dumpConfig(config, { showSecrets: true }).includes(secrets[0]![1]!));
  });
});

describe('loadConfig', () => {
  it('takes zero and nothing for the default', () => {
    const { config } = loadConfig({
      text: 'GRPCAddress = ""\n[Chain]\nSealGasLimit = 0\nChainAddress = []\n',
      env: {},
    });
    assert.equal(config.grpcAddress, 'localhost:9333');
    assert.equal(config.chain.sealGasLimit, 1200);
    assert.deepEqual(config.chain.chainAddress, ['http://localhost:26750']);
  });

  it('raises what is too little where the reference does', () => {
    const text = '[Executor]\nBucketTrafficKeepTimeDay = 7\nAskReplicateApprovalExFactor = 0.5\n';
    const { executor } = loadConfig({ text, env: {} }).config;
    assert.deepEqual([executor.bucketTrafficKeepTimeDay, executor.askReplicateApprovalExFactor], [90, 1]);
  });

  it('knows keys in any case', () => {
    const { config, warnings } = loadConfig({ text: '[CHAIN]\nchainid = "a_1-1"\n', env: {} });
    assert.equal(config.chain.chainId, 'a_1-1');
    assert.deepEqual(warnings, []);
    assert.deepEqual(problemsOf({ text: '[Chain]\n[chain]\nChainID = "b_1-1"\n' }), [
      'chain: it is here twice, keep one',
    ]);
  });

  it('names unknown keys and the nearest one', () => {
    const { warnings } = loadConfig({ text: 'Colour = 1\n[Gateway]\nHTTPAdress = "a:1"\n[Gatway]\n', env: {} });
    assert.deepEqual(warnings, [
      'unknown key Colour',
      'unknown key Gatway: did you mean Gateway?',
      'unknown key Gateway.HTTPAdress: did you mean HTTPAddress?',
    ]);
  });

  it('tells all faults at once, with key, value and what is allowed', () => {
    const text = 'Env = "moon"\n[Chain]\nSealGasLimit = -1\n[Log]\nLevel = 3\n[Quota]\nMonthlyFreeQuota = "much"\n';
    assert.deepEqual(problemsOf({ text }), [
      'Env: expected one of local, devnet, qanet, testnet, mainnet, got "moon"',
      'Chain.SealGasLimit: expected a whole number of at least 0, got -1',
      'Log.Level: expected one of debug, info, warn, error, panic, got 3',
      'Quota.MonthlyFreeQuota: expected a whole number of at least 0, got "much"',
    ]);
  });

  it('names line and column of what is no TOML, and does not quote it', () => {
    const problems = problemsOf({ text: '[SpAccount]\nSealPrivateKey = "verysecret\n' });
    assert.match(problems[0] ?? '', /^line 2, column \d+: no valid TOML: /);
    assert.ok(!problems[0]?.includes('verysecret'));
  });

  it('says which file cannot be read', () => {
    assert.throws(
      () => loadConfig({ path: '/nowhere/config.toml', env: {} }),
      /nowhere\/config\.toml cannot be used:\n.*ENOENT/,
    );
  });

  it('never shows a secret that is wrong, wherever it was put', () => {
    const digits = 'ab'.repeat(32);
    const text = `GRPCAddress = "${digits}"\n[SpAccount]\nSealPrivateKey = "${digits}ff"\n`;
    const env = { SIGNER_GC_PRIV_KEY: `${digits}a` };
    const problems = problemsOf({ text, env });
    assert.equal(problems.length, 3);
    assert.ok(!problems.join().includes('abab'), problems.join());
    assert.ok(
      problems.includes(
        'SpAccount.GcPrivateKey (from SIGNER_GC_PRIV_KEY): expected 64 hex digits, got 65 characters (not shown)',
      ),
    );
  });

  it('lets the environment win, even with nothing', () => {
    const text = '[PieceStore.Store]\nBucketURL = "/from/file"\n[SpAccount]\nSealPrivateKey = 5\n';
    const { config } = loadConfig({ text, env: { BUCKET_URL: '/from/env', SIGNER_SEAL_PRIV_KEY: '' } });
    assert.equal(config.pieceStore.store.bucketUrl, '/from/env');
    assert.equal(config.spAccount.sealPrivateKey, '');
  });

  it('lets the command line win over all, and takes it as it is', () => {
    const values = [
      { path: 'pieceStore.store.bucketURL', text: '/from/line', source: '--set' },
      { path: 'Log.Path', text: '', source: '--log-std' },
      { path: 'Server', text: 'gater, executor', source: '--services' },
      { path: 'Executor.MaxExecuteNumber', text: '7', source: '--set' },
    ];
    const { config } = loadConfig({ env: { BUCKET_URL: '/from/env' }, values });
    assert.equal(config.pieceStore.store.bucketUrl, '/from/line');
    assert.equal(config.log.path, '');
    assert.deepEqual(config.server, ['gateway', 'taskexecutor']);
    assert.equal(config.appId, 'gfsp-gateway-taskexecutor');
    assert.equal(config.executor.maxExecuteNumber, 7);
    const wrong = [{ path: 'Chain.ChainIdd', text: 'x', source: '--set' }];
    assert.deepEqual(problemsOf({ values: wrong }), [
      '--set: unknown key "Chain.ChainIdd", did you mean Chain.ChainID?',
    ]);
  });

  it('refuses modules that nobody has, unless plugins may', () => {
    assert.match(
      problemsOf({ text: 'Server = ["gatewya"]' })[0] ?? '',
      /unknown module "gatewya", did you mean gateway\?/,
    );
    assert.deepEqual(problemsOf({ text: 'Server = ["counter"]\n[Prairie]\nPlugins = ["./counter.ts"]' }), []);
    assert.deepEqual(problemsOf({ text: 'Server = ["p2p"]' }), ['Server: none of its modules is in this version']);
  });

  it('reads several addresses of a module', () => {
    const { config } = loadConfig({ text: '[Endpoint]\nManagerEndpoint = "a:1, [::1]:2"\n', env: {} });
    assert.deepEqual(config.endpoint.manager, ['a:1', '[::1]:2']);
  });

  it('reads back what it dumps, for any keys', () => {
    fc.assert(
      fc.property(settings, (chosen) => {
        const values = chosen.map(({ path, literal }) => `${path} = ${literal}`);
        const { config } = loadConfig({ text: values.join('\n'), env: {} });
        assert.deepEqual(loadConfig({ text: dumpConfig(config, { showSecrets: true }), env: {} }).config, config);
        const hidden = loadConfig({ text: dumpConfig(config), env: {} });
        assert.deepEqual(
          hidden.warnings.filter((warning) => warning.startsWith('unknown')),
          [],
        );
      }),
    );
  });

  it('names the key of any nonsense', () => {
    const nonsense = fc.constantFrom('"?"', '-3', 'true', '[[1]]', '{ x = 1 }', '1.5', '1979-05-27', 'nan', '[-1]');
    fc.assert(
      fc.property(setting, nonsense, ({ path }, literal) => {
        const { problems, warnings } = outcome(`${path} = ${literal}`);
        for (const problem of problems) assert.ok(problem.startsWith(path), problem);
        for (const warning of warnings) assert.match(warning, new RegExp(`${path}|Server`));
      }),
    );
  });

  it('survives any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void outcome(text)));
  });
});

function outcome(text: string): { problems: readonly string[]; warnings: readonly string[] } {
  try {
    return { problems: [], warnings: loadConfig({ text, env: {} }).warnings };
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return { problems: error.problems, warnings: [] };
  }
}

describe('the default configuration', () => {
  it('is what an empty file means', () => {
    const standard = loadConfig({ text: defaultConfig(), env: {} });
    assert.deepEqual(standard, loadConfig({ env: {} }));
    assert.deepEqual(standard.warnings, []);
  });

  it('has a page that is up to date', () => {
    const stale = 'run npm run node -- packages/sp/scripts/document-configuration.ts';
    assert.equal(readFileSync(page, 'utf8'), configurationPage(), stale);
  });
});

describe('startProblems', () => {
  const problemsWith = (text: string) => startProblems(loadConfig({ text, env: {} }).config);

  it('names the keys that are missing', () => {
    assert.deepEqual(
      problemsWith('Server = ["signer"]\n[SpAccount]\nGcPrivateKey = ""\n[Prairie]\nSealKeyFile = "seal"'),
      [
        'SpAccount.SpOperatorAddress: missing, who is the provider?',
        'SpAccount.OperatorPrivateKey, SpAccount.ApprovalPrivateKey, SpAccount.GcPrivateKey, SpAccount.BlsPrivateKey: missing, and the signer runs here',
      ],
    );
  });

  it('sees that a key is another account’s', () => {
    const { config } = loadConfig({ path: fixture, env: {} });
    assert.deepEqual(startProblems(config), []);
    const other = { ...config.spAccount, spOperatorAddress: `0x${'00'.repeat(19)}01` };
    assert.match(startProblems({ ...config, spAccount: other })[0] ?? '', /it is the key of 0x19E7/);
  });

  it('knows buckets of several shards, by any URL of each kind', (t) => {
    const variables = ['AWS', 'MINIO', 'B2', 'ALIBABA_CLOUD'].flatMap((name) => [
      `${name}_ACCESS_KEY`,
      `${name}_SECRET_KEY`,
    ]);
    for (const name of variables) process.env[name] = 'test';
    t.after(() => {
      for (const name of variables) delete process.env[name];
    });
    const problems = (storage: string, url: string) =>
      problemsWith(
        `Server = ["uploader"]\n[SpAccount]\nSpOperatorAddress = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"\n` +
          `[PieceStore]\nShards = 4\n[PieceStore.Store]\nStorage = "${storage}"\nIAMType = "AKSK"\nBucketURL = "${url}"`,
      );
    const good = [
      ['s3', 'https://pieces-%d.s3.eu-west-1.amazonaws.com'],
      ['s3', 'https://s3.eu-west-1.amazonaws.com/pieces-%d'],
      ['minio', 'http://127.0.0.1:9000/pieces-%d'],
      ['minio', '127.0.0.1:9000/minio/pieces%dab'],
      ['b2', 'https://pieces-%d.s3.us-west-004.backblazeb2.com'],
      ['b2', 'https://s3.us-west-004.backblazeb2.com/pieces-%d'],
      ['oss', 'https://pieces-%d.oss-cn-hangzhou.aliyuncs.com'],
      ['ldfs', 'http://127.0.0.1:5000/pieces-%d'],
    ] as const;
    for (const [storage, url] of good) assert.deepEqual(problems(storage, url), [], `${storage} ${url}`);
    assert.match(problems('minio', 'http://host:9000/pieces%zz-%d')[0] ?? '', /BucketURL: .*expected a URL like/);
  });

  it('refuses what cannot work rather than putting pieces elsewhere', () => {
    const text =
      'Server = ["uploader"]\n[SpAccount]\nSpOperatorAddress = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"\n';
    assert.deepEqual(problemsWith(text), []);
    const store = (keys: string) => problemsWith(`${text}[PieceStore.Store]\n${keys}`)[0] ?? '';
    assert.match(store('Storage = "s3"'), /BucketURL: this is no URL of a bucket: expected a URL like https/);
    assert.match(
      store('Storage = "minio"\nBucketURL = "http://host:9000/pieces"'),
      /IAMType: .* needs MINIO_ACCESS_KEY/,
    );
    assert.match(store('BucketURL = "/disk%d"'), /Shards: .*%d is for more than one shard/);
    assert.match(problemsWith(`${text}[PieceStore]\nShards = 2`)[0] ?? '', /Shards: 2 shards need one %d/);
    assert.match(problemsWith(`${text}[Prairie]\nPieceCacheBytes = 1000`)[0] ?? '', /PieceCacheBytes: .* one process/);
    assert.match(problemsWith(`${text}[Prairie]\nQueueEngine = "postgres"`)[0] ?? '', /QueueUrl: missing/);
    const standby = 'Database = "mysql"\nBsDBStandby = "block_syncer"';
    assert.match(problemsWith(`${text}[Prairie]\n${standby}`)[0] ?? '', /BsDBStandby: block_syncer is in use/);
    assert.match(problemsWith(`${text}[Prairie]\nGrpcTlsCa = "ca.pem"`)[0] ?? '', /all three or none/);
  });
});
