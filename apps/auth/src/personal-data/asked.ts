import type { DataRequestAnswer } from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import type { Asked } from './request-desk.js';

/** @throws Problem where nothing was asked for. */
export function answerOf(asked: Asked): DataRequestAnswer {
  switch (asked.end) {
    case 'asked':
      return asked.answer;
    case 'unknown':
      throw problems.notFound('There is no such user.');
    case 'erasing':
      throw problems.conflict('user_is_being_erased', 'This user is being erased: there is nothing left to hand out.');
  }
}
