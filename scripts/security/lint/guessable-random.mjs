const OPENS = /(?:secret|token|password|key|nonce|salt|code|challenge|verifier|state|otp|id|cookie|session)$/i;

/** `Math.random` is for spreading things over time. Whoever has seen a few of its numbers knows the next ones. */
export const guessableRandom = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { guessable: 'Math.random can be guessed: take randomBytes or randomUUID of node:crypto.' },
  },
  create: (context) => ({
    'MemberExpression[object.name="Math"][property.name="random"]'(node) {
      if (isSpelled(node) || OPENS.test(takerOf(node) ?? '')) context.report({ node, messageId: 'guessable' });
    },
  }),
};

/** `Math.random().toString(36)`: nobody spells out a delay. */
function isSpelled({ parent: call }) {
  const member = call?.type === 'CallExpression' ? call.parent : undefined;
  return member?.type === 'MemberExpression' && ['toString', 'toFixed'].includes(member.property.name);
}

/** What the number becomes a part of: a variable, a member, what a function returns. */
function takerOf(node) {
  for (let at = node.parent; at !== null && at !== undefined; at = at.parent) {
    switch (at.type) {
      case 'VariableDeclarator':
        return at.id.name;
      case 'AssignmentExpression':
        return at.left.name ?? at.left.property?.name;
      case 'Property':
      case 'PropertyDefinition':
      case 'MethodDefinition':
        return at.key.name;
      case 'FunctionDeclaration':
        return at.id?.name;
      case 'AssignmentPattern':
        return undefined;
    }
  }
  return undefined;
}
