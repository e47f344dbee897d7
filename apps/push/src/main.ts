import { beginService } from '@signalbox/http/begin-service';

await beginService('push', () => import('./program.js'));
