/** `1,200`. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 letter`, `1,200 letters`. */
export function counted(value: number, thing: string, things = `${thing}s`): string {
  return `${number(value)} ${value === 1 ? thing : things}`;
}
