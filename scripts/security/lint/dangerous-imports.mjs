const PROGRAMS = new Set(['child_process', 'vm', 'worker_threads', 'cluster', 'inspector']);
const DIALS = {
  http: ['request', 'get'],
  https: ['request', 'get'],
  net: ['connect', 'createConnection', 'Socket'],
  tls: ['connect'],
  http2: ['connect'],
};

/** Programs are started, and addresses dialled, by those who have a reason to: `eslint.config.mjs` lists them. */
export const noPrograms = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { program: 'Product code starts no programs and runs no text ({{name}}).' },
  },
  create: (context) => ({
    'ImportDeclaration, ImportExpression'(node) {
      const name = String(node.source.value).replace(/^node:/, '');
      if (node.importKind === 'type' || !PROGRAMS.has(name)) return;
      context.report({ node, messageId: 'program', data: { name } });
    },
  }),
};

/** What an app, or somebody who is none, may name as an address is looked up, judged and dialled by libs/egress. */
export const dialThroughEgress = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      dials: '"{{name}}" dials wherever it is told to: go through @signalbox/egress, which looks at the address first.',
    },
  },
  create: (context) => ({
    ImportDeclaration(node) {
      const dialling =
        DIALS[String(node.source.value).replace(/^node:/, '')] ??
        (node.source.value === 'undici' ? ['fetch', 'request', 'Agent'] : []);
      for (const specifier of node.importKind === 'type' ? [] : node.specifiers) {
        const name = specifier.imported?.name ?? '*';
        if (specifier.importKind !== 'type' && (dialling.includes(name) || (name === '*' && dialling.length > 0)))
          context.report({ node: specifier, messageId: 'dials', data: { name } });
      }
    },
    'CallExpression[callee.type="Identifier"][callee.name="fetch"]'(node) {
      // A `fetch` that was given, say by libs/egress, is declared here.
      if (isGlobal(context.sourceCode.getScope(node), 'fetch'))
        context.report({ node, messageId: 'dials', data: { name: 'fetch' } });
    },
  }),
};

function isGlobal(scope, name) {
  for (let at = scope; at !== null; at = at.upper) {
    if ((at.set.get(name)?.defs.length ?? 0) > 0) return false;
  }
  return true;
}
