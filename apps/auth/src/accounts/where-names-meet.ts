import { isUniqueViolation } from '@signalbox/database';

/**
 * Does work again of which the first time failed since somebody took the same name at the same moment: the second time it sees who
 * has it, and ends in an outcome.
 */
export async function whereNamesMeet<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return work();
  }
}
