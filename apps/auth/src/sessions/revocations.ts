export { type NewRevocation as Revocation, writeRevocations } from '@signalbox/access';
