/** Signalbox cannot start here; the message is one line with the cause and the remedy. */
export class LaunchRefused extends Error {
  override readonly name = 'LaunchRefused';
}
