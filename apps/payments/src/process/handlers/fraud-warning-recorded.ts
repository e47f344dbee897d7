import { recorded } from './handler.js';

export const fraudWarningRecorded = recorded('radar.early_fraud_warning');
