import { isConstant } from './constants.mjs';

/** A pattern that a stranger may have a part in can be made to take forever, or to match anything. */
export const constantRegexp = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      made: 'A regular expression is made of constants: of somebody else’s text it can be made to take forever.',
    },
  },
  create: (context) => ({
    ':matches(NewExpression, CallExpression)[callee.name="RegExp"]'(node) {
      const [pattern] = node.arguments;
      if (pattern !== undefined && !isConstant(pattern, context.sourceCode.getScope(node)))
        context.report({ node: pattern, messageId: 'made' });
    },
  }),
};
