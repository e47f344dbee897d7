const UPPER = /^[A-Z][A-Z0-9_]*$/;

/** Whether an expression is what somebody wrote down: a literal, an UPPER_CASE name, a const of such, or a choice between such. */
export function isConstant(node, scope, seen = new Set()) {
  const inside = (part) => isConstant(part, scope, seen);
  switch (node.type) {
    case 'Literal':
      return true;
    case 'TemplateLiteral':
      return node.expressions.every(inside);
    case 'Identifier':
      return UPPER.test(node.name) || isConstVariable(node, scope, seen);
    case 'MemberExpression':
      // A member of a table of constants, whichever is chosen.
      return inside(node.object);
    case 'ConditionalExpression':
      return inside(node.consequent) && inside(node.alternate);
    case 'LogicalExpression':
      return inside(node.left) && inside(node.right);
    case 'BinaryExpression':
      return node.operator === '+' && inside(node.left) && inside(node.right);
    case 'ArrayExpression':
      return node.elements.every((element) => element !== null && inside(element));
    case 'CallExpression':
      return isMadeOfConstants(node, inside);
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
      return inside(node.expression);
    default:
      return false;
  }
}

/** `[A, B].join(', ')`, or what a function makes of constants. */
function isMadeOfConstants({ callee, arguments: given }, inside) {
  if (callee.type === 'Identifier') return given.length > 0 && given.every(inside);
  return (
    callee.type === 'MemberExpression' &&
    callee.property.name === 'join' &&
    inside(callee.object) &&
    given.every(inside)
  );
}

function isConstVariable({ name }, scope, seen) {
  for (let at = scope; at !== null; at = at.upper) {
    const variable = at.set.get(name);
    if (variable === undefined) continue;
    const [definition] = variable.defs;
    if (definition?.type !== 'Variable' || definition.parent.kind !== 'const' || seen.has(variable)) return false;
    seen.add(variable);
    const { id, init } = definition.node;
    // `for (const table of TABLES)` has no initialiser of its own.
    const loop = definition.parent.parent;
    if (loop.type === 'ForOfStatement' && loop.left === definition.parent) return isConstant(loop.right, at, seen);
    return id.type === 'Identifier' && init !== null && isConstant(init, at, seen);
  }
  return false;
}
