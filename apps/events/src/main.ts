import { beginService } from '@signalbox/http/begin-service';

await beginService('events', () => import('./program.js'));
