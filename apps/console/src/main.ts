import { beginService } from '@signalbox/http/begin-service';

await beginService('console', () => import('./program.js'));
