const SECRET = /(?:secret|token|password|passphrase|signature|hmac|mac|digest|apiKey|otp)$/i;

/**
 * `===` ends at the first letter that differs, and who measures how long it took learns the letters one by one. Secrets are compared
 * by `timingSafeEqual`, or looked up by their hash.
 */
export const secretEquality = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { leaks: 'How long === takes gives "{{name}}" away: compare with timingSafeEqual, or look up its hash.' },
  },
  create: (context) => ({
    BinaryExpression(node) {
      if (!['===', '!==', '==', '!='].includes(node.operator)) return;
      const [left, right] = [node.left, node.right];
      if (isHarmless(left) || isHarmless(right)) return;
      const name = [left, right].map(nameOf).find((each) => each !== undefined && SECRET.test(each));
      if (name !== undefined) context.report({ node, messageId: 'leaks', data: { name } });
    },
  }),
};

/** Whether it is there, of which type, and one of the values that the program itself gives it: none of these is a secret. */
function isHarmless(node) {
  if (node.type === 'Literal' || node.type === 'TemplateLiteral' || node.type === 'UnaryExpression') return true;
  return node.type === 'Identifier' && (node.name === 'undefined' || /^[A-Z][A-Z0-9_]*$/.test(node.name));
}

function nameOf(node) {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression' && node.property.type === 'Identifier') return node.property.name;
  if (node.type === 'CallExpression') return nameOf(node.callee);
  return node.type === 'ChainExpression' || node.type === 'TSNonNullExpression' ? nameOf(node.expression) : undefined;
}
