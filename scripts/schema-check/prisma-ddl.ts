import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineGlue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** The Prisma schema files do not parse, or the engine failed on them. */
export class PrismaSchemaRefused extends Error {
  override readonly name = 'PrismaSchemaRefused';
}

export interface SchemaFile {
  readonly path: string;
  readonly content: string;
}

/** Every `.prisma` file of the folder. */
export async function readSchemaFiles(folder: string): Promise<SchemaFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort();
  return Promise.all(names.map(async (path) => ({ path, content: await readFile(join(folder, path), 'utf8') })));
}

/**
 * The SQL that Prisma Migrate would write for an empty database. Prisma's own schema engine says it, in its
 * WebAssembly build, which comes with the packages: the native one would have to be downloaded at run time.
 *
 * @param url any Postgres: the engine asks its version and wants its schema `public` to exist.
 * @throws PrismaSchemaRefused with the engine's message.
 */
export async function ddlOfPrismaSchema(files: readonly SchemaFile[], url: string): Promise<string> {
  await loadEngine();
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool));
    const engine = await engineGlue.SchemaEngine.new({ datamodels: undefined }, () => undefined, factory);
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [...files] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    if (!stdout)
      throw new PrismaSchemaRefused(`Prisma's engine answered nothing: ${panicMessage ?? 'no reason given'}`);
    return stdout;
  } catch (error) {
    if (error instanceof PrismaSchemaRefused) throw error;
    throw new PrismaSchemaRefused(panicMessage ?? readable(error), { cause: error });
  } finally {
    await pool.end();
  }
}

/** Node has it; its type declarations come with the browser's, which we do not load. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

let loaded: Promise<void> | undefined;
let panicMessage: string | undefined;

function loadEngine(): Promise<void> {
  return (loaded ??= instantiate());
}

async function instantiate(): Promise<void> {
  // Without this registry a panic of the engine shows itself as a TypeError about something else.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => (panicMessage = message) },
  });
  const glueFile = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = await readFile(join(dirname(glueFile), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': { ...engineGlue } });
  engineGlue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

/** The engine wraps its message, with terminal colours, into JSON. */
function readable(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '');
}
