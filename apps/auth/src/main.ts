import { beginService } from '@signalbox/http/begin-service';

await beginService('auth', () => import('./program.js'));
