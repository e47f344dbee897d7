import { errorCodeOf, type FcmAnswer } from '../providers/fcm/fcm-answer.js';
import type { Verdict } from './verdict.js';

const CREATE_KEY = 'make a new key of the service account in the Firebase console, and put it';

/** Google says `messages/fake_message_id` to what it was only to check: it gave a token, and the account may send in this project. */
export function judgeFcm(answer: FcmAnswer): Verdict {
  switch (answer.kind) {
    case 'unauthorized': {
      const said = `no access token: ${answer.code}${answer.status === undefined ? '' : ` (${answer.status})`}`;
      if (answer.status === undefined || answer.status >= 500) return { verdict: 'unreachable', said };
      return {
        verdict: 'refused',
        said,
        remedy: `the key was deleted or is of another account, or the clock here is wrong: ${CREATE_KEY}`,
      };
    }
    case 'refused':
      return { verdict: 'limited', said: answer.message };
    case 'unsent':
    case 'unprocessed':
    case 'unanswered':
      return { verdict: 'unreachable', said: `no answer (${answer.code})` };
    case 'answered': {
      const { status, error, messageId } = answer;
      if (messageId !== undefined) return { verdict: 'works', said: `${status} ${messageId}, checked and not sent` };
      const code = errorCodeOf(error) ?? error?.status;
      return judgeRefusal(
        status,
        `${status}${code === undefined ? '' : ` ${code}`}${error?.message === undefined ? '' : `: ${error.message}`}`,
      );
    }
  }
}

function judgeRefusal(status: number, said: string): Verdict {
  if (status === 429 || status >= 500) return { verdict: 'unreachable', said };
  if (status === 401) return { verdict: 'refused', said, remedy: CREATE_KEY };
  if (status === 403) {
    const remedy = 'give the account the role Firebase Cloud Messaging API Admin in this project, and enable that API';
    return { verdict: 'refused', said, remedy };
  }
  if (status === 404) return { verdict: 'refused', said, remedy: 'there is no such project: compare project_id' };
  return { verdict: 'limited', said };
}
