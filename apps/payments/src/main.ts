import { beginService } from '@signalbox/http/begin-service';

await beginService('payments', () => import('./program.js'));
