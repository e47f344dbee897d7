/* Brings a clone to where it can run: installs, generates, builds; each only when its inputs changed. */
'use strict';

const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { clearInterval, setInterval } = require('node:timers');

const ROOT = path.resolve(__dirname, '..');
const PNPM = 'pnpm@12.21.0';
/** Milliseconds between two signs of life of a long step. */
const SIGN_OF_LIFE = 5_000;

/** The step that failed and why; the message is complete, a stack would add nothing. */
class BootstrapFailed extends Error {}

/** @returns {Promise<string>} the Node to run everything with. */
async function bootstrap() {
  refuseReadOnly();
  await install();
  const node = pinnedNode();
  await generate(node);
  await build(node);
  return node;
}

function giveUp(error) {
  console.error(`\nsignalbox: ${error instanceof BootstrapFailed ? error.message : error.stack}`);
  process.exit(1);
}

function refuseReadOnly() {
  try {
    fs.accessSync(ROOT, fs.constants.W_OK);
  } catch {
    const owner = fs.statSync(ROOT).uid;
    throw new BootstrapFailed(
      `cannot write to ${ROOT} (it belongs to user id ${owner}, you are ${os.userInfo().uid}); clone into a folder of yours, or: sudo chown -R $(id -u) ${ROOT}`,
    );
  }
}

async function install() {
  const manifests = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'e2e/package.json', 'chaos/package.json'];
  for (const folder of ['apps', 'libs']) {
    for (const name of fs.readdirSync(path.join(ROOT, folder))) manifests.push(`${folder}/${name}/package.json`);
  }
  const inputs = `${process.platform}-${process.arch} ${digest(manifests)}`;
  await whenChanged('node_modules/.signalbox-installed', inputs, () => {
    // Without a terminal npx asks nobody and fails, unless told yes.
    const args = ['-y', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'];
    return step('installing packages', 'npx', args, { ...writableHome(), CI: '1' });
  });
}

/** Users without a home folder of their own (nobody, many containers) get their caches in the clone. */
function writableHome() {
  const env = process.env;
  try {
    fs.accessSync(env.HOME ?? os.homedir(), fs.constants.W_OK);
    return {};
  } catch {
    const home = path.join(ROOT, 'node_modules/.cache/home');
    fs.mkdirSync(home, { recursive: true });
    return { HOME: home, npm_config_cache: path.join(home, 'npm'), XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
  }
}

/** Linux runs the Node of the lockfile; macOS its own, which check-node.cjs has judged. */
function pinnedNode() {
  const node = path.join(ROOT, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (process.platform !== 'linux') return process.execPath;
  if (fs.existsSync(node)) return node;
  throw new BootstrapFailed(
    `${node} was not installed; allow optional packages (npm config: omit), then: rm -r node_modules`,
  );
}

async function generate(node) {
  const schema = fs.readdirSync(path.join(ROOT, 'prisma/schema')).map((name) => `prisma/schema/${name}`);
  const inputs = digest([...schema, 'prisma.config.ts', 'node_modules/prisma/package.json']);
  await whenChanged('libs/database/src/generated/.made-from', inputs, () =>
    step('generating the database client', node, ['node_modules/prisma/build/index.js', 'generate'], {
      // Generating needs no schema engine, yet Prisma would download one first.
      PRISMA_SCHEMA_ENGINE_BINARY: ['/bin/true', '/usr/bin/true'].find((file) => fs.existsSync(file)) ?? '/bin/true',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    }),
  );
}

/** tsc itself knows what changed; with nothing to do it takes a moment. */
async function build(node) {
  await step('building', node, ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json'], {});
}

/** Runs `work` unless the marker says that it was done for these very inputs. The marker is written last. */
async function whenChanged(marker, inputs, work) {
  const file = path.join(ROOT, marker);
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === inputs) return;
  await work();
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, inputs);
}

function digest(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const absolute = path.join(ROOT, file);
    hash.update(file).update('\0');
    if (fs.existsSync(absolute)) hash.update(fs.readFileSync(absolute));
  }
  return hash.digest('hex');
}

/** Runs one program quietly, with signs of life, and shows what it said only when it failed. */
async function step(name, program, args, env) {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  let said = '';
  const signs = setInterval(() => console.log(`    … ${name}: ${seconds()}${lastProgress(said)}`), SIGN_OF_LIFE);
  try {
    const failure = await new Promise((resolve) => {
      const child = spawn(program, args, {
        cwd: ROOT,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) =>
        resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`),
      );
    });
    if (failure !== undefined) {
      const tail = said.trimEnd().split('\n').slice(-25).join('\n    | ');
      throw new BootstrapFailed(
        `${name} failed: ${path.basename(program)} ${args.join(' ')} ${failure}\n    | ${tail}`,
      );
    }
  } finally {
    clearInterval(signs);
  }
  if (Date.now() - began > 1_000) console.log(`  ✓ ${name} (${seconds()})`);
}

/** The last progress line of pnpm, such as "resolved 900, reused 0, downloaded 450, added 300". */
function lastProgress(said) {
  const lines = said.split('\n').filter((line) => line.startsWith('Progress: '));
  return lines.length === 0 ? '' : ` (${lines[lines.length - 1].slice('Progress: '.length)})`;
}

module.exports = { ROOT, bootstrap, giveUp };

if (require.main === module) bootstrap().catch(giveUp);
