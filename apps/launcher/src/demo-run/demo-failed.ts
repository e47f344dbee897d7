/** The demo could not be carried through; the message is one line with the cause and, where there is one, the remedy. */
export class DemoFailed extends Error {
  override readonly name = 'DemoFailed';
}
