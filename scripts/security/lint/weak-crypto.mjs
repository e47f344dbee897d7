const WEAK_HASH = /^(?:md4|md5|sha-?1|ripemd160)$/i;
const WEAK_CIPHER = /^(?:des|rc4|rc2|bf|blowfish)|-ecb$|-cbc$/i;

/** Hashes that collide, ciphers that do not notice a change, and connections that believe anybody. */
export const weakCrypto = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      hash: '{{name}} is broken: take SHA-256.',
      cipher: '{{name}} keeps nothing from being changed: take aes-256-gcm.',
      trust: 'Whoever answers is believed: give the authority that signed the certificate (ca).',
    },
  },
  create: (context) => ({
    CallExpression(node) {
      const callee = node.callee.name ?? node.callee.property?.name;
      const name = node.arguments[0]?.value;
      if (typeof name !== 'string') return;
      if (['createHash', 'createHmac', 'hash'].includes(callee) && WEAK_HASH.test(name))
        context.report({ node, messageId: 'hash', data: { name } });
      if (/^create(?:Cipher|Decipher)/.test(callee ?? '') && WEAK_CIPHER.test(name))
        context.report({ node, messageId: 'cipher', data: { name } });
    },
    'Property[key.name="rejectUnauthorized"][value.value=false]': (node) =>
      context.report({ node, messageId: 'trust' }),
    'Identifier[name="NODE_TLS_REJECT_UNAUTHORIZED"]': (node) => context.report({ node, messageId: 'trust' }),
    'Literal[value="NODE_TLS_REJECT_UNAUTHORIZED"]': (node) => context.report({ node, messageId: 'trust' }),
  }),
};
