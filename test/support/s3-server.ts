/** An S3 server of its own for tests and benchmarks: VersityGW over a temporary folder. It checks every signature. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { folderOf, type LocalServer, type Login, type ServerKind, skipWithout, startServer } from './local-server.ts';

export interface S3Server extends LocalServer {
  /** `http://127.0.0.1:port`, `https` with a certificate; a bucket is in the path, or before `s3.localhost` in the host. */
  readonly endpoint: string;
  readonly port: number;
  /** The variables of all kinds of storage that have keys, set to this server's. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps the objects of a bucket, as files. */
  folderOf(bucket: string): string;
}

export const HOW_TO_INSTALL =
  'VersityGW is not installed (no `versitygw` in PATH, GOBIN or ~/go/bin), ' +
  'NO OBJECT STORAGE IS TESTED: `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0` with Go 1.21 or newer';

/** Of virtual-host style: `<bucket>.s3.localhost:port`. */
const DOMAIN = 's3.localhost';
const PROGRAM = 'versitygw';
const BUCKETS = 'buckets';

/** Folder of the program; undefined when it is not installed. */
export function findS3Server(): string | undefined {
  const { GOBIN, GOPATH } = process.env;
  const folders = [GOBIN ?? '', GOPATH ? join(GOPATH, 'bin') : '', join(homedir(), 'go', 'bin')];
  return folderOf([PROGRAM], folders.filter(Boolean));
}

/** For a suite's `skip`. */
export const skipWithoutS3 = (): string | false => skipWithout(findS3Server(), HOW_TO_INSTALL);

export interface S3ServerOptions {
  /** Files in PEM; without them it serves plain HTTP. */
  tls?: { certFile: string; keyFile: string };
  /** Of a storage that has one account for everybody. */
  account?: S3Account;
}

interface S3Account {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

/** @throws Error that says how to install it */
export async function startS3(options: S3ServerOptions = {}): Promise<S3Server> {
  const { tls } = options;
  const folder = findS3Server();
  if (folder === undefined) throw new Error(HOW_TO_INSTALL);
  let root = '';
  const server = await startServer(versity(join(folder, PROGRAM), options, (made) => (root = made)));
  const { host, port } = server.login;
  const { accessKey, secretKey } = accountOf(options, server.login);
  const keys = ['AWS', 'MINIO', 'B2', 'ALIBABA_CLOUD'].flatMap((name) => [
    [`${name}_ACCESS_KEY`, accessKey],
    [`${name}_SECRET_KEY`, secretKey],
  ]);
  return Object.assign(server, {
    endpoint: `${tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    env: Object.fromEntries(keys),
    folderOf: (bucket: string) => join(root, BUCKETS, bucket),
  });
}

const accountOf = ({ account }: S3ServerOptions, { user, password }: Login): S3Account =>
  account ?? { accessKey: user, secretKey: password, region: 'us-east-1' };

const versity = (program: string, options: S3ServerOptions, made: (folder: string) => void): ServerKind => ({
  name: 'VersityGW',
  accounts: [], // it runs as anybody
  endSignal: 'KILL',
  ready: 'listening on',

  async initialise(folder) {
    mkdirSync(join(folder, BUCKETS));
    made(folder);
  },

  command(folder, login) {
    const { tls } = options;
    const address = `${login.host}:${login.port}`;
    const { accessKey, secretKey, region } = accountOf(options, login);
    const keys = ['--access', accessKey, '--secret', secretKey, '--region', region];
    const flags = ['--port', address, ...keys, '--virtual-domain', `${DOMAIN}:${login.port}`, '--keep-alive'];
    if (tls) flags.push('--cert', tls.certFile, '--key', tls.keyFile);
    // without --sidecar: metadata would not change together with the object
    const backend = ['posix', join(folder, BUCKETS)];
    // what it says when it is ready goes to its standard output
    return ['/bin/sh', '-c', 'exec "$0" "$@" 1>&2', program, ...flags, ...backend];
  },
});
