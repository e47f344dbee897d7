import { isConstant } from './constants.mjs';

const BEGINS =
  /^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|TRUNCATE|LOCK TABLE|CREATE|ALTER|DROP|COPY|MERGE INTO|SET|NOTIFY|LISTEN)\s/;

/** The text of a statement is made of constants; whatever a caller says goes in as a parameter ($1). */
export const constantSql = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      made: 'A statement is made of constants (UPPER_CASE, or a const of literals); values are its parameters.',
    },
  },
  create(context) {
    const scopeOf = (node) => context.sourceCode.getScope(node);
    return {
      TemplateLiteral(node) {
        if (!BEGINS.test(node.quasis[0].value.raw)) return;
        for (const part of node.expressions) {
          if (!isConstant(part, scopeOf(part))) context.report({ node: part, messageId: 'made' });
        }
      },
      BinaryExpression(node) {
        if (node.operator !== '+' || node.parent.type === 'BinaryExpression') return;
        const parts = operands(node);
        const [first] = parts;
        const text =
          first.type === 'Literal'
            ? first.value
            : first.type === 'TemplateLiteral'
              ? first.quasis[0].value.raw
              : undefined;
        if (typeof text !== 'string' || !BEGINS.test(text)) return;
        for (const part of parts)
          if (!isConstant(part, scopeOf(part))) context.report({ node: part, messageId: 'made' });
      },
    };
  },
};

function operands(node) {
  return node.type === 'BinaryExpression' && node.operator === '+'
    ? [...operands(node.left), ...operands(node.right)]
    : [node];
}
